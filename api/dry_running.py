"""Trying an edited text on past judgments: nothing is done, and nothing is kept of it.

Rows come in pages and are judged in a thread, so that the process goes on answering; one dry run at a time.
"""

import asyncio

from api.auth import Principal
from api.rulebooks import sound, texts_of
from api.schemas.rulebook import DryRunView
from api.services import Services
from domain.dry_run import DryRunner, PastJudgment
from domain.ids import Label
from domain.rulebook import POLICY, Part, Rulebook, procedure_in
from store.judged import list_judgments
from store.versions import read_standing

_PAGE = 200
#: What a dry run does judge of a procedure.
_JUDGED = {"version", "autonomy", "allowed_actions"}


async def dry_run(
    services: Services, caller: Principal, part: Part, *, text: str | None, newest: int, rule: Label | None = None
) -> DryRunView:
    """Judge the newest past judgments again under an edited part, or an edited rule of the policy.

    Raises:
        Refused: `text_invalid`, with file, line and field of all that is wrong.
    """
    tenant, texts = caller.tenant, texts_of(services, caller.tenant)
    async with services.pools.operator(tenant) as conn:
        standing = await read_standing(conn, tenant)
    current = sound(await asyncio.to_thread(texts.check, standing.texts))
    if rule is not None:
        edited = sound(await asyncio.to_thread(texts.check_rule, standing.texts, rule, text))
    else:
        edited = sound(await asyncio.to_thread(texts.check, {**standing.texts, part: text or ""}))
    name = procedure_in(part)
    runner = DryRunner(current, edited, name)
    left, last, is_bounded = newest, None, False
    async with services.dry_runs:
        while left:
            page = await _page(services, tenant, last, min(_PAGE, left))
            await asyncio.to_thread(runner.judge, page)
            left -= len(page)
            if len(page) < _PAGE and left:
                break
            last = page[-1] if page else None
            if not left:
                is_bounded = bool(await _page(services, tenant, last, 1))
    procedure = current.procedures.get(name) if name else None
    return DryRunView(
        **dict(runner.result()),
        compared_with=procedure.version if procedure is not None else current.policy.version,
        is_bounded=is_bounded,
        unlooked=_unlooked(current, edited, part),
    )


async def _page(services: Services, tenant: str, before: PastJudgment | None, limit: int) -> list[PastJudgment]:
    async with services.pools.operator(tenant) as conn:
        return await list_judgments(conn, tenant, before=before, limit=limit)


def _unlooked(current: Rulebook, edited: Rulebook, part: Part) -> tuple[str, ...]:
    """What differs and is not judged action by action: handoffs and budgets, or a procedure's way to its actions."""
    name = procedure_in(part)
    if part == POLICY or name is None:
        before, after = current.policy, edited.policy
        others = [field for field in type(after).model_fields if field not in {"version", "rules"}]
        return tuple(field for field in others if getattr(before, field) != getattr(after, field))
    old, new = current.procedures.get(name), edited.procedures[name]
    fields = [field for field in type(new).model_fields if field not in _JUDGED]
    return tuple(field for field in fields if old is None or getattr(old, field) != getattr(new, field))
