"""The arithmetic of evidence: bounds, tallies by level, and the rule that reads them."""

from itertools import pairwise

import pytest

from domain.autonomy import LEVELS, Autonomy, is_raise, strictest
from domain.promotion import Advice, PromotionRules, Share, Tally, advise
from domain.tally import ResolvedCount, WithheldRow, tally_of

RULES = PromotionRules()


def row(level: Autonomy = "suggest", **about: object) -> WithheldRow:
    """A withheld turn whose draft was sent as it was."""
    fields: dict[str, object] = {
        "procedure": "late_refund",
        "level": level,
        "would": "answer",
        "is_compared": True,
        "same_outcome": True,
        "same_action": None,
        "reply": "as_is",
        "edit_share": 0.0,
        "settled": (),
        "is_corrected": False,
    }
    return WithheldRow.model_validate(fields | about)


def counted(level: Autonomy, *rows: WithheldRow) -> tuple[int, int]:
    """Agreed and judged cases."""
    tally = tally_of(level, rows, {}, None, light_edit=0.2)
    return tally.agreed, tally.judged


def test_wilsons_bounds_are_those_of_the_literature() -> None:
    """Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662; 15 of 148 gives 0.0624 to 0.1605."""
    for count, of, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)):
        share = Share.made(count, of)
        assert share.low == pytest.approx(low, abs=5e-5)
        assert share.high == pytest.approx(high, abs=5e-5)
    assert Share.made(0, 0).low is None
    with pytest.raises(ValueError, match="no share"):
        Share.made(2, 1)


@pytest.mark.parametrize(
    ("level", "agreed", "judged", "reopened", "advice"),
    [
        ("shadow", 30, 30, 0, "promote"),  # at least 88.6 %
        ("shadow", 29, 29, 0, "too_few"),
        ("shadow", 26, 30, 0, "keep"),
        ("shadow", 0, 30, 0, "keep"),  # there is nothing below
        ("suggest", 1, 5, 0, "demote"),  # at most 62 %
        ("suggest", 0, 4, 0, "too_few"),  # a bad morning
        ("suggest", 40, 60, 0, "demote"),
        ("approve", 60, 60, 20, "demote"),  # they agree, and the customers come back
        ("auto", 60, 60, 0, "keep"),  # there is nothing above
        ("auto", 0, 0, 0, "too_few"),
    ],
)
def test_the_rule_reads_bounds_not_shares(
    level: Autonomy, agreed: int, judged: int, reopened: int, advice: Advice
) -> None:
    """Promoted on what is surely good, demoted on what is surely bad."""
    tally = Tally(agreed=agreed, judged=judged, resolved=40, reopened=reopened)
    assert advise("late_refund", level, tally, RULES).advice == advice


def test_a_suggestion_that_was_hardly_changed_is_agreement() -> None:
    """A fifth of the words may change; more, another reply, or another decision is none."""
    rows = [
        row(),
        row(reply="edited", edit_share=0.2),
        row(reply="edited", edit_share=0.21),
        row(reply="thrown_away", edit_share=0.9),
        row(settled=("declined",)),
        row(is_corrected=True),
        row(is_compared=False, reply=None, same_outcome=None),  # nobody has looked at it yet
    ]
    assert counted("suggest", *rows) == (2, 6)


def test_who_approves_at_once_need_not_send_the_question() -> None:
    """The question before the yes is thrown away, and the action is done: that is agreement."""
    assert counted("suggest", row(would="ask", reply="thrown_away", edit_share=0.9, settled=("approved",))) == (1, 1)


def test_a_shadow_is_right_when_it_would_have_done_the_same() -> None:
    """Its words are no matter: nobody saw them."""
    same = row("shadow", reply="thrown_away", edit_share=0.9, same_action=True)
    assert counted("shadow", same, row("shadow", same_action=False), row("shadow", same_outcome=False)) == (1, 3)


def test_cases_of_another_level_do_not_count() -> None:
    """What was watched in shadow says nothing of how suggestions are used."""
    assert counted("suggest", row("shadow")) == (0, 0)


def test_approvals_and_tickets_settled_alone_are_cases_too() -> None:
    """In approve, people's answers; in auto, tickets that nobody touched and nobody regretted."""
    resolved = ResolvedCount(procedure="late_refund", resolved=9, reopened=2, alone=5, regretted=1, corrected=1)
    approvals = {"approved": 6, "amended": 1, "declined": 2, "expired": 1, "open": 3}
    asked = tally_of("approve", [], approvals, resolved, light_edit=0.2)
    assert (asked.agreed, asked.judged, asked.cases, asked.lapsed) == (6, 9, 13, 1)
    alone = tally_of("auto", [], {}, resolved, light_edit=0.2)
    assert (alone.agreed, alone.judged, alone.reopened) == (4, 5, 2)


def test_levels_have_an_order() -> None:
    """The strictest of several counts, and only going up is a raise."""
    assert strictest(["auto", "suggest", "approve"]) == "suggest"
    assert strictest([]) == "auto"
    assert [is_raise(before, after) for before, after in pairwise(LEVELS)] == [True] * 3
    assert not is_raise("auto", "auto")
