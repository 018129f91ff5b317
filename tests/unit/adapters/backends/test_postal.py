"""Reading addresses out of words: what is taken, and what is too little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.backends.shop.postal import Postal, parse_address
from domain.errors import ActionRefused

US = Postal(line1="101 Highway", city="New York", region="NY", postcode="10001", country="USA")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("101 Highway, New York, NY 10001, USA", US),
        ("101 Highway, New York, NY 10001", US),
        ("101 Highway, New York, NY, 10001, United States", US),
        ("101 Highway\nNew York\nNY 10001", US),
        ("667 Highland Drive, Suite 865, Denver, CO 80280, USA", Postal(
            line1="667 Highland Drive", line2="Suite 865", city="Denver", region="CO", postcode="80280", country="USA"
        )),
        ("12 Elm Street, Austin 78701", Postal(line1="12 Elm Street", city="Austin", postcode="78701", country="USA")),
        ("Lindenstr. 5, 10969 Berlin, Germany", Postal(
            line1="Lindenstr. 5", city="Berlin", postcode="10969", country="Germany"
        )),
        ("Lindenstr. 5, 10969 Berlin, Deutschland.", Postal(
            line1="Lindenstr. 5", city="Berlin", postcode="10969", country="Germany"
        )),
        ("Prinsengracht 7, 1017 AB Amsterdam, Netherlands", Postal(
            line1="Prinsengracht 7", city="Amsterdam", postcode="1017 AB", country="Netherlands"
        )),
        ("10 Downing Street, London, SW1A 2AA, UK", Postal(
            line1="10 Downing Street", city="London", postcode="SW1A 2AA", country="United Kingdom"
        )),
        ("3 Harbour Row, Floor 2, Cork, T12 W8KP, Ireland", Postal(
            line1="3 Harbour Row", line2="Floor 2", city="Cork", postcode="T12 W8KP", country="Ireland"
        )),
    ],
)  # fmt: skip
def test_complete_addresses_are_read(text: str, expected: Postal) -> None:
    """Both usual orders of parts, with and without region, second line and country."""
    assert parse_address(text, "USA") == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",,,",
        "my new place",
        "Berlin",
        "10969 Berlin",
        "Lindenstr. 5",
        "Lindenstr. 5, Berlin",
        "Schlossallee, 10969 Berlin",
        "12 Elm Street, 78701",
        "12, Austin, TX 78701",
        "12 Elm Street, Apt 4, Back door, Austin, TX 78701",
        "12 Elm Street, Austin, TX 78701, please",
        "12 Elm Street, Austin, TX 78701, Atlantis",
        "12 Elm Street, Austin, TX 78701 and also my neighbour",
        "x" * 301,
    ],
)
def test_what_could_go_astray_is_refused(text: str) -> None:
    """A missing street number, city or postcode, a part too many, or words that belong to no address."""
    with pytest.raises(ActionRefused) as refused:
        parse_address(text, "USA")
    assert refused.value.facts["code"] == "address_incomplete"


@given(st.text(max_size=400))
def test_any_text_is_an_address_or_a_refusal(text: str) -> None:
    """Nothing else comes out, and what is taken has every part a parcel needs."""
    try:
        address = parse_address(text, "Germany")
    except ActionRefused:
        return
    assert address.line1
    assert address.city
    assert address.postcode
    assert address.country


@given(
    number=st.integers(1, 999),
    street=st.sampled_from(["Elm Street", "Sunset Drive", "Park Avenue"]),
    city=st.sampled_from(["Denver", "New York", "San Antonio"]),
    region=st.sampled_from(["CO", "NY", "TX"]),
    postcode=st.integers(10000, 99999),
)
def test_an_address_survives_being_written_down(
    number: int, street: str, city: str, region: str, postcode: int
) -> None:
    """What is written in the usual form is read as it was meant."""
    text = f"{number} {street}, {city}, {region} {postcode}, USA"
    address = parse_address(text, "Germany")
    assert address == Postal(
        line1=f"{number} {street}", city=city, region=region, postcode=str(postcode), country="USA"
    )


def test_spelling_does_not_make_another_address() -> None:
    """Upper case and spaces are no difference; another house is."""
    assert US.is_same_as(parse_address("101  HIGHWAY, new york, NY 10001", "usa"))
    assert not US.is_same_as(parse_address("102 Highway, New York, NY 10001", "USA"))
