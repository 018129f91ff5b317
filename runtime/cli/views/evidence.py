"""What a ticket's replies rest on: each passage in the words of then, and how it stands now."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from runtime.cli.answers import Cited, Evidence
from runtime.cli.http import Answer
from runtime.cli.views.words import clock

_STANDINGS = {
    "holds": "still holds",
    "stale": "stale: nobody has confirmed it for longer than should be",
    "changed": "changed since",
    "expired": "not valid any more",
    "withdrawn": "withdrawn since",
}


def evidence_view(answer: Answer) -> RenderableType:
    """One block for each reply that cites something."""
    answers = Evidence.model_validate(answer).answers
    if not answers:
        return Text("No reply of this ticket cites an article.", "quiet")
    parts: list[RenderableType] = []
    for given in answers:
        heading = Text.assemble((f"{clock(given.answered_at)}  ", "quiet"), (f"reply {given.seq}", "title"))
        parts.append(heading.append("  needs a review", "warn") if given.needs_review else heading)
        # A passage of which three sentences are quoted is cited three times, and read once.
        parts += [_cited(cited) for cited in dict.fromkeys(given.evidence)]
    return Group(*parts)


def _cited(cited: Cited) -> RenderableType:
    standing = _STANDINGS.get(cited.standing, cited.standing)
    newer = cited.current_version is not None and cited.current_version != cited.version
    about = Text.assemble(
        (" > ".join(cited.path) or cited.title),
        (f"  {cited.article}, version {cited.version}", "quiet"),
        (f" (now {cited.current_version})" if newer else "", "quiet"),
        (f"  {standing}", "good" if cited.standing == "holds" else "warn"),
    )
    return Padding(Group(about, Text(cited.text, "quiet")), (0, 0, 0, 4))
