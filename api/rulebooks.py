"""Policy and procedures as they are shown: what is current, its versions, and what is wrong with an edited text."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from api.auth import Principal
from api.deps import RulebookTexts
from api.errors import FieldProblem, Refused
from api.schemas.rulebook import (
    ChangeView,
    CheckView,
    PartTextView,
    PartView,
    VersionListView,
    VersionTextView,
    VersionView,
)
from api.services import Services
from domain.errors import NotFound
from domain.ids import Sha256, TenantId
from domain.rulebook import FILE, POLICY, Checked, Part, Rulebook
from store.versions import (
    Standing,
    StandingRow,
    list_changes,
    list_versions,
    read_standing,
    read_version,
)


class Text(NamedTuple):
    """The text of a part that is current."""

    number: int
    version: Sha256
    yaml: str
    row: StandingRow | None  # None: nobody ever published it


def texts_of(services: Services, tenant: TenantId) -> RulebookTexts:
    """What reads a tenant's texts; raises NotFound where this process has no workspace for it."""
    texts = services.deps.rulebooks.get(tenant)
    if texts is None:
        raise NotFound("There is no policy here.")
    return texts


def current_text(texts: RulebookTexts, standing: Standing, part: Part) -> Text:
    """The text of a part that is current; raises NotFound."""
    row, file = standing.parts.get(part), texts.files.get(part)
    if row is not None and row.version is not None and row.yaml is not None:
        return Text(row.number, row.version, row.yaml, row)
    if file is None:
        raise NotFound("There is no such procedure; GET /v1/procedures lists those there are.")
    return Text(FILE, file.version, file.text, row)


async def show_part(services: Services, caller: Principal, part: Part) -> PartTextView:
    """Return a part with its text; raises NotFound."""
    texts = texts_of(services, caller.tenant)
    async with services.pools.operator(caller.tenant) as conn:
        standing = await read_standing(conn, caller.tenant)
    text = current_text(texts, standing, part)
    return PartTextView(**dict(view_part(texts, part, text, await _titles(texts, standing))), text=text.yaml)


async def list_parts(services: Services, caller: Principal) -> tuple[PartView, ...]:
    """Return the policy, then every procedure by name."""
    texts = texts_of(services, caller.tenant)
    async with services.pools.operator(caller.tenant) as conn:
        standing = await read_standing(conn, caller.tenant)
    titles = await _titles(texts, standing)
    parts = sorted({*texts.files, *standing.texts} - {POLICY})
    return tuple(view_part(texts, part, current_text(texts, standing, part), titles) for part in (POLICY, *parts))


async def show_versions(services: Services, caller: Principal, part: Part) -> VersionListView:
    """Return every version of a part, the newest first, and what was current when; raises NotFound."""
    texts = texts_of(services, caller.tenant)
    async with services.pools.operator(caller.tenant) as conn:
        standing = await read_standing(conn, caller.tenant)
        rows = await list_versions(conn, caller.tenant, part)
        changes = await list_changes(conn, caller.tenant, part)
    file = texts.files.get(part)
    if file is None and not rows:
        raise NotFound("There is no such procedure; GET /v1/procedures lists those there are.")
    number = standing.parts[part].number if part in standing.parts else FILE
    published = [
        VersionView(
            number=row.number,
            version=row.version,
            is_current=row.number == number,
            note=row.note,
            published_by=row.published_by,
            at=row.at,
        )
        for row in rows
    ]
    if file is not None:
        own = VersionView(
            number=FILE, version=file.version, is_current=number == FILE, note=None, published_by=None, at=None
        )
        published.append(own)
    made = tuple(
        ChangeView(number=it.number, how=it.how, changed_by=it.changed_by, reason=it.reason, at=it.at) for it in changes
    )
    return VersionListView(versions=tuple(published), changes=made)


async def show_version(services: Services, caller: Principal, part: Part, number: int) -> VersionTextView:
    """Return the text of a version; 0 is the file. Raises NotFound."""
    version, text = await version_text(services, caller.tenant, part, number)
    return VersionTextView(number=number, version=version, text=text)


async def check_text(services: Services, caller: Principal, part: Part, text: str) -> CheckView:
    """Say what is wrong with a text, in the company of all that is current."""
    texts = texts_of(services, caller.tenant)
    async with services.pools.operator(caller.tenant) as conn:
        standing = await read_standing(conn, caller.tenant)
    checked = await asyncio.to_thread(texts.check, {**standing.texts, part: text})
    return CheckView(is_valid=checked.rulebook is not None, version=texts.version_of(text), problems=checked.problems)


async def version_text(services: Services, tenant: TenantId, part: Part, number: int) -> tuple[Sha256, str]:
    """Return a version's digest and text; 0 is the file. Raises NotFound."""
    if number == FILE:
        file = texts_of(services, tenant).files.get(part)
        if file is None:
            raise NotFound("The workspace has no such file, so there is no version 0.")
        return file.version, file.text
    async with services.pools.operator(tenant) as conn:
        row = await read_version(conn, tenant, part, number)
    return row.version, row.yaml


def sound(checked: Checked) -> Rulebook:
    """The rulebook; raises Refused (`text_invalid`) with every problem."""
    if checked.rulebook is not None:
        return checked.rulebook
    fields = []
    for problem in checked.problems:
        where = f"{problem.file}:{problem.line}" + (f": {problem.field}" if problem.field else "")
        fields.append(FieldProblem(field=where, problem=problem.text))
    raise Refused("text_invalid", "The text cannot be used; each problem has its file, line and field.", fields=fields)


def view_part(texts: RulebookTexts, part: Part, text: Text, titles: Mapping[Part, str]) -> PartView:
    """Show a part."""
    file, row = texts.files.get(part), text.row
    return PartView(
        part=part,
        title=titles.get(part, part),
        number=text.number,
        version=text.version,
        how="file" if row is None else row.how,
        changed_by=row.changed_by if row else None,
        at=row.at if row else None,
        reason=row.reason if row else None,
        file_version=file.version if file else None,
        file_changed=bool(row and text.number != FILE and row.file_version != (file.version if file else None)),
    )


async def _titles(texts: RulebookTexts, standing: Standing) -> Mapping[Part, str]:
    checked = await asyncio.to_thread(texts.check, standing.texts)
    return titles_in(checked.rulebook) if checked.rulebook is not None else {}


def titles_in(rulebook: Rulebook) -> Mapping[Part, str]:
    """What people call each part."""
    return {POLICY: "Policy"} | {f"procedures/{name}": it.title for name, it in rulebook.procedures.items()}
