"""An edited reply and its effect as the command line tells them: readable without colours, and no figure made up."""

import pytest
from rich.console import Console, RenderableType

from runtime.cli.style import THEME
from runtime.cli.trust_answers import Correction, Effect, TriedCorrections, WordingsEffect
from runtime.cli.views.trust import correction_view, effect_view


def shown(view: RenderableType) -> str:
    """What is printed, on one line."""
    console = Console(theme=THEME, width=200, color_system=None)
    with console.capture() as captured:
        console.print(view)
    return " ".join(captured.get().split())


def test_what_was_taken_out_and_put_in_is_marked() -> None:
    """As `git diff --word-diff` marks it."""
    correction = Correction(
        id=3,
        ticket_id="T-7H3K9QWZ",
        kind="reply",
        intent="late_refund",
        words="Where is it?",
        corrected_by="olga",
        suggested="Your refund of [amount] is on its way to you.",
        sent="Sorry! Your refund is on its way to you.",
        unfounded=2,
    )
    told = shown(correction_view(correction))
    assert "The reply: {+Sorry!+} Your refund [-of [amount]-] is on its way to you. 30% of the words changed." in told
    assert "hold: 2." in told


@pytest.mark.parametrize(
    ("wordings", "told"),
    [
        (WordingsEffect(held_out=0, offered=(0, 0), nearer=0, farther=0), "cannot be measured, nothing held out"),
        (WordingsEffect(held_out=4, offered=(0, 4), nearer=4, farther=0), "cannot be measured, too few"),
        (
            WordingsEffect(held_out=6, offered=(1, 3), to_change=(0.5, 0.25), nearer=2, farther=1),
            "offered for 1 → 3; words left to change 50.0% → 25.0%; 2 nearer to what was sent, 1 farther.",
        ),
    ],
)
def test_an_effect_on_too_few_replies_is_no_figure(wordings: WordingsEffect, told: str) -> None:
    """Nothing held out, too few, and enough."""
    same = (0.5, 0.5)
    effect = Effect(held_out=9, foreign=9, accuracy=same, in_scope_right=same, out_of_scope_told=same, seconds=1.0)
    assert told in shown(effect_view(TriedCorrections(corrections=(3,), taught=0, effect=effect, wordings=wordings)))
