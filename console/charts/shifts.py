"""A dry run as one bar: how many actions stay as they are, and how many go where."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from domain.dry_run import Shift
from domain.policy import Verdict

_WIDTH, _HEIGHT, _LEAST = 640, 28, 3
#: The looks of a change, by where it goes.
_CLASSES = {Verdict.allow: "good", Verdict.needs_approval: "warn", Verdict.forbid: "bad"}


def shift_bar(shifts: Sequence[Shift]) -> Markup:
    """The bar as SVG; every piece says in words what it is, and the table beside it says the same."""
    total = sum(shift.actions for shift in shifts)
    said = "; ".join(_said(shift) for shift in shifts) or "nothing was judged"
    pieces, left = [], 0.0
    for shift in sorted(shifts, key=lambda one: one.was is not one.becomes):
        width = max(_LEAST, _WIDTH * shift.actions / total)
        kind = "stays" if shift.was is shift.becomes else _CLASSES[shift.becomes]
        place = f'x="{left:.1f}" y="0" width="{width:.1f}" height="{_HEIGHT}"'
        pieces.append(f'<rect class="piece {kind}" {place}><title>{escape(_said(shift))}</title></rect>')
        left += width
    box = f'viewBox="0 0 {max(_WIDTH, left):.1f} {_HEIGHT}" preserveAspectRatio="none"'
    drawn = "".join(pieces)
    return Markup(f'<svg class="bar" role="img" aria-label="{escape(said)}" {box}>{drawn}</svg>')  # noqa: S704 - ours


def _said(shift: Shift) -> str:
    was, becomes = (str(verdict).replace("_", " ") for verdict in (shift.was, shift.becomes))
    return f"{shift.actions} stay {was}" if shift.was is shift.becomes else f"{shift.actions} from {was} to {becomes}"
