"""Who writes: the user that the known information names, as a channel that authenticates would have found them.

By e-mail address, or by zip code together with the name or the user id; never by what a task expects to be done.
"""

import re

from evals.tau.dataset import Json

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_ZIP = re.compile(r"(?<!\d)\d{5}(?!\d)")


def find_user(known_info: str, users: Json) -> str | None:
    """The id of the one user whom the text names; None where it names nobody, or several."""
    text = known_info.casefold()
    emails = set(_EMAIL.findall(text))
    by_email = [user_id for user_id, user in users.items() if user["email"].casefold() in emails]
    if by_email:
        return by_email[0] if len(by_email) == 1 else None
    zips = set(_ZIP.findall(text))
    near = {user_id: user for user_id, user in users.items() if user["address"]["zip"] in zips}
    named = [user_id for user_id, user in near.items() if _is_named(user_id, user["name"], text)]
    return named[0] if len(named) == 1 else None


def _is_named(user_id: str, name: Json, text: str) -> bool:
    full = f"{name['first_name']} {name['last_name']}"
    return any(re.search(rf"\b{re.escape(it.casefold())}\b", text) for it in (full, user_id))
