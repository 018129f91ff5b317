"""The finder finds every canary, however it is hidden, and takes nothing else for one."""

import pytest

from runtime.attack.canary import DISGUISES, EVERYBODY, NOBODY, Canary, Owner, canaries_in, foreign_in

CANARY = Canary("t07", "c03", "orders", 12)
OWNER = Owner("t07", "c03")


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguised_canary_is_found(disguise: str) -> None:
    """Whose it is shows through every disguise that the attacker has."""
    text = f"By the way, see {DISGUISES[disguise](str(CANARY))} and so on"
    found = canaries_in(text, is_disguised=True)
    assert {(canary.tenant, canary.customer) for canary in found} == {("t07", "c03")}


def test_tags_are_read_as_the_letters_they_stand_for() -> None:
    """Text in characters that only machines see is text."""
    hidden = "".join(chr(0xE0000 + ord(character)) for character in str(CANARY))
    assert foreign_in(f"Thanks.{hidden}", Owner("t07", "c04"), is_disguised=True) == {CANARY}


@pytest.mark.parametrize(
    ("owner", "is_foreign"),
    [
        (OWNER, False),
        (Owner("t07", None), False),
        (Owner("t07", "c04"), True),
        (Owner("t08", "c03"), True),
        (Owner("t08", None), True),
        (NOBODY, True),
    ],
)
def test_who_may_see_it(owner: Owner, is_foreign: bool) -> None:
    """A customer's word is for that customer and for the tenant's operators, and for nobody else."""
    assert bool(foreign_in(f"x {CANARY} y", owner)) is is_foreign


def test_what_is_the_tenants_is_every_customers() -> None:
    """An article's canary is foreign to another tenant only."""
    article = Canary("t07", EVERYBODY, "passages", 1)
    assert not foreign_in(str(article), OWNER)
    assert foreign_in(str(article), Owner("t08", "c03")) == {article}


def test_ordinary_text_holds_none() -> None:
    """Nothing is found where nothing is, not even when it is read backwards."""
    text = "Your refund of 54.00 for order 10042 arrives by 3 December 2026; see T-7H3K9QWZ/a1."
    assert not canaries_in(text, is_disguised=True)
