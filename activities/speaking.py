"""In which language a reply is written: one for all of it.

The customer's, where the team has written all of it in that language; else the language of the passages it quotes, else
the workspace's, else the one that every locale falls back to. A reply is never put together from two.
"""

from collections.abc import Sequence
from typing import NamedTuple

from adapters.workspace.locales import names_of
from adapters.workspace.tenant import FALLBACK, TenantConfig
from domain.customer import CustomerContext
from domain.memory import ReplyPart
from domain.procedure import Procedure
from domain.template import placeholders


class Planned(NamedTuple):
    """One paragraph that is to be written, and the languages of the passages that it may quote, the best one first."""

    part: ReplyPart
    procedure: Procedure | None
    languages: tuple[str, ...] = ()


def reply_language(
    config: TenantConfig, context: CustomerContext, planned: Sequence[Planned], *, wanted: str, introduce: bool
) -> str:
    """The first language in which everything is there."""
    quoted = [language for paragraph in planned for language in paragraph.languages[:1]]
    for language in dict.fromkeys((wanted, *quoted, config.language)):
        is_greeted = not introduce or "greeting" in config.replies.get(language, {})
        if is_greeted and all(_is_there(config, context, paragraph, language) for paragraph in planned):
            return language
    return FALLBACK


def template_in(config: TenantConfig, procedure: Procedure | None, part: ReplyPart, language: str) -> str | None:
    """The sentence for a part in this language and no other: the procedure's own, or the workspace's common one."""
    if part.kind == "knowledge":
        return None
    common = config.replies.get(language, {})
    reply, own = part.reply, procedure.replies.get(language, {}) if procedure is not None else {}
    if part.kind == "common" and part.handoff is not None:
        reply, own = f"handed_off_{part.handoff.value}", {}
    return own.get(reply) or next((common[name] for name in names_of(reply) if name in common), None)


def _is_there(config: TenantConfig, context: CustomerContext, paragraph: Planned, language: str) -> bool:
    part, procedure, languages = paragraph
    if part.kind == "knowledge":
        return "no_knowledge" in config.replies.get(language, {}) and (not languages or languages[0] == language)
    template = template_in(config, procedure, part, language)
    if template is None:
        return False
    # Titles and labels are written once, in the workspace's own language.
    has_labels = any(context.find(choice) is None for choice in part.choices) or "wish" in placeholders(template)
    return not has_labels or language == config.language
