"""Publishing and rolling back: one text, or an earlier version, becomes current for everybody who looks from then on.

It compares and sets: whoever edited a version that is not current any more is told, and nothing changes. A text is
read together with all others that are current, so two that do not fit each other cannot both be published.
"""

import asyncio
from typing import NamedTuple

from api.auth import Principal
from api.deps import RulebookTexts
from api.idempotency import Once
from api.rulebooks import current_text, sound, texts_of, titles_in, version_text, view_part
from api.schemas.rulebook import PartView, PublishBody, RollBackBody
from api.services import Services
from domain.errors import Conflict, NotFound
from domain.ids import Sha256
from domain.rulebook import FILE, Part, Rulebook, procedure_in
from store.procedures import save_procedure
from store.rows import Connection
from store.versions import NewChange, Standing, lock_versions, read_standing, save_change, save_version


class _Wanted(NamedTuple):
    """What is to become current in the place of `replaces`; `number` is None for a text that is published now."""

    part: Part
    number: int | None
    version: Sha256
    text: str
    replaces: Sha256 | None
    reason: str


async def publish(services: Services, caller: Principal, once: Once, part: Part, body: PublishBody) -> PartView:
    """Make a text current.

    Raises:
        Refused: `text_invalid`, with file, line and field of all that is wrong.
        Conflict: the edited version is not current any more, or the text is what is current.
    """
    version = texts_of(services, caller.tenant).version_of(body.text)
    wanted = _Wanted(part, None, version, body.text, body.replaces, body.note)
    return await _make_current(services, caller, once, wanted)


async def roll_back(services: Services, caller: Principal, once: Once, part: Part, body: RollBackBody) -> PartView:
    """Make an earlier version current again, or the file; raises NotFound, and what `publish` raises."""
    version, text = await version_text(services, caller.tenant, part, body.number)
    wanted = _Wanted(part, body.number, version, text, body.replaces, body.reason)
    return await _make_current(services, caller, once, wanted)


async def _make_current(services: Services, caller: Principal, once: Once, wanted: _Wanted) -> PartView:
    """Check without the lock, for that takes a core; set under it, if what was checked against still stands."""
    tenant, texts = caller.tenant, texts_of(services, caller.tenant)
    while True:
        async with services.pools.operator(tenant) as conn:
            if (kept := await once.recall(conn, PartView)) is not None:
                return kept
            standing = await read_standing(conn, tenant)
        _compare(texts, standing, wanted)
        together = standing.texts | {wanted.part: wanted.text}
        if wanted.number == FILE:
            del together[wanted.part]
        rulebook = sound(await asyncio.to_thread(texts.check, together))
        async with services.pools.operator(tenant) as conn:
            await lock_versions(conn, tenant)
            if (kept := await once.recall(conn, PartView)) is not None:
                return kept
            if (await read_standing(conn, tenant)).seq == standing.seq:
                await _set(services, conn, caller, wanted, rulebook)
                now = current_text(texts, await read_standing(conn, tenant), wanted.part)
                view = view_part(texts, wanted.part, now, titles_in(rulebook))
                await once.keep(conn, view, services.deps.clock())
                return view
        # Something was published meanwhile: perhaps this part, perhaps one that it names. Look again.


def _compare(texts: RulebookTexts, standing: Standing, wanted: _Wanted) -> None:
    """Refuse what was edited from a version that is not current any more, and what would change nothing."""
    try:
        current = current_text(texts, standing, wanted.part)
    except NotFound:
        current = None
    if wanted.replaces != (current.version if current else None):
        row = current.row if current else None
        who = f" ({row.how.replace('_', ' ')} by {row.changed_by}, {row.at:%Y-%m-%d %H:%M} UTC)" if row else ""
        raise Conflict(f"Another version is current by now{who}: read it, and make your change to that one.")
    if current is None:
        return
    is_same = current.version == wanted.version if wanted.number is None else current.number == wanted.number
    if is_same:
        raise Conflict("That is the current version already; nothing was changed.")


async def _set(services: Services, conn: Connection, caller: Principal, wanted: _Wanted, rulebook: Rulebook) -> None:
    """Write the rows; the caller holds the lock."""
    tenant, at, number = caller.tenant, services.deps.clock(), wanted.number
    if number is None:
        number = await save_version(
            conn,
            tenant,
            wanted.part,
            version=wanted.version,
            yaml=wanted.text,
            note=wanted.reason,
            published_by=caller.name,
            at=at,
        )
    name = procedure_in(wanted.part)
    if name is not None and name in rulebook.procedures:
        await save_procedure(conn, tenant, rulebook.procedures[name], at)  # tickets are pinned to it from now on
    file = texts_of(services, tenant).files.get(wanted.part)
    change = NewChange(
        part=wanted.part,
        number=number,
        how="published" if wanted.number is None else "rolled_back",
        file_version=file.version if file is not None else None,
        changed_by=caller.name,
        reason=wanted.reason,
        at=at,
    )
    await save_change(conn, tenant, change)
