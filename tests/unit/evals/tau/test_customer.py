"""The user is found as a channel would have authenticated them, or not at all."""

import pytest

from evals.tau.customer import find_user
from evals.tau.dataset import Json


def user(first: str, last: str, email: str, postcode: str) -> Json:
    """A user's record, as far as it is looked at."""
    return {"name": {"first_name": first, "last_name": last}, "email": email, "address": {"zip": postcode}}


USERS = {
    "ada_lee_1": user("Ada", "Lee", "ada.lee1@example.com", "10001"),
    "ada_lee_2": user("Ada", "Lee", "ada.lee2@example.com", "20002"),
    "ben_ito_3": user("Ben", "Ito", "ben.ito3@example.com", "10001"),
}


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ("Your email is ada.lee2@example.com.", "ada_lee_2"),
        ("You are Ada Lee in zip code 10001.", "ada_lee_1"),
        ("You are ben_ito_3 living in zipcode 10001.", "ben_ito_3"),
        ("Your emails are nobody@example.com and ben.ito3@example.com.", "ben_ito_3"),
        ("You are Ada Lee in zip code 99999.", None),  # the zip does not agree
        ("You are Ada Lee.", None),  # a name alone proves nothing
        ("You are ben_ito_3.", None),  # and neither does a user id
        ("Your emails are ada.lee1@example.com and ada.lee2@example.com.", None),  # two people
    ],
)
def test_who_writes_is_found_by_what_authenticates(known: str, found: str | None) -> None:
    """By e-mail address, or by zip code with name or user id; never by less, and never one of several."""
    assert find_user(known, USERS) == found
