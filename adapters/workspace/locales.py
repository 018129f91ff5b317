"""Which replies a locale lacks: where one is missing, the whole reply is written in another language."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from adapters.workspace.tenant import FALLBACK, Locale, TenantConfig
from domain.ids import Label

#: What may be said instead of one of its kind, where it stands in the locale.
GENERAL: Mapping[str, Label] = {"handed_off_": "handed_off", "refused_": "refused"}


class MissingReplies(NamedTuple):
    """The replies that stand in English and not in this locale, of one procedure or (None) of the common ones."""

    locale: Locale
    procedure: Label | None
    replies: tuple[Label, ...]


def names_of(reply: Label) -> Iterator[Label]:
    """The common replies that may stand for this one: itself, and the general one of its kind."""
    yield reply
    yield from (general for kind, general in GENERAL.items() if reply.startswith(kind))


def missing_replies(tenant: TenantConfig) -> list[MissingReplies]:
    """What each locale that somebody has begun still lacks of what stands in English."""
    files: dict[Label | None, Mapping[Locale, Mapping[Label, str]]] = {None: tenant.replies}
    files |= {name: procedure.replies for name, procedure in sorted(tenant.procedures.items())}
    locales = sorted({locale for replies in files.values() for locale in replies} - {FALLBACK})
    found: list[MissingReplies] = []
    for locale in locales:
        common = tenant.replies.get(locale, {})
        for name, replies in files.items():
            has = common.keys() | replies.get(locale, {}).keys()
            if lacking := tuple(_lacking(replies.get(FALLBACK, {}), has)):
                found.append(MissingReplies(locale, name, lacking))
    return found


def _lacking(wanted: Iterable[Label], has: Iterable[Label]) -> Iterator[Label]:
    there = frozenset(has)
    return (reply for reply in sorted(wanted) if not there.intersection(names_of(reply)))
