"""Where somebody goes after signing in: a page of the console, whatever a link may say."""

import re
from urllib.parse import unquote, urlsplit

HOME = "/console/inbox"
_LONGEST = 2000  # characters
#: Of what browsers drop, turn around or read otherwise than Python, nothing: blanks, controls, backslashes.
_PLAIN = re.compile(r"/console[!-\[\]-~]*")


def local_path(wanted: str | None) -> str:
    """Return `wanted` if it is a path of the console's pages, and the console's front page otherwise."""
    if not wanted or len(wanted) > _LONGEST or not _PLAIN.fullmatch(wanted):
        return HOME
    parts = urlsplit(wanted)
    segments = unquote(parts.path).split("/")
    is_ours = not parts.scheme and not parts.netloc and segments[:2] == ["", "console"]
    is_plain = not {"..", "."} & set(segments) and "" not in segments[2:-1]
    is_page = segments[2:3] not in (["sign-in"], ["sign-out"], ["tenant"])
    return wanted if is_ours and is_plain and is_page and "\\" not in unquote(wanted) else HOME
