"""Learning from accepted corrections: which readers are asked, when they are fitted, and what new examples would do."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import cast

import pytest

from adapters.assistants.embedded.effect import Bench
from adapters.assistants.embedded.pupil import Pupil, head_with
from adapters.assistants.embedded.understanding import Understanding
from adapters.embeddings.hashing import HashingEmbedder
from domain.correction import Example, Lessons

EXAMPLES = {
    "cancel_order": [f"please cancel my order number {n}" for n in range(8)],
    "late_refund": [f"where is the refund for parcel {n}" for n in range(8)],
}
ODD = Example(text="the frumpy zibble must go away", intent="cancel_order")
NOBODYS = Example(text="do you sell tickets for the opera", intent="out_of_scope")


def lessons(*examples: Example) -> Lessons:
    """What was accepted."""
    return Lessons(examples=examples)


def test_a_version_is_named_by_what_was_taught() -> None:
    """Nothing taught has no name; another example is another version."""
    assert lessons().digest is None
    assert lessons(ODD).digest == lessons(ODD).digest != lessons(ODD, NOBODYS).digest


def test_lessons_of_a_procedure_that_is_gone_teach_nothing() -> None:
    """They stay on record; the head knows only procedures that there are."""
    assert lessons(ODD, NOBODYS).taught(["late_refund"]) == {}
    assert lessons(ODD).taught(["cancel_order"]) == {"cancel_order": (ODD.text,)}


def test_a_head_that_was_taught_reads_otherwise() -> None:
    """What no example resembled is read as the correction says, and more surely than before."""
    embedder = HashingEmbedder()
    plain, taught = (head_with(it, EXAMPLES, embedder) for it in (lessons(), lessons(ODD)))
    assert taught.rank(ODD.text)[0].intent == "cancel_order"
    assert taught.rank(ODD.text)[0].confidence > plain.rank(ODD.text)[0].confidence
    assert taught.embedder is embedder  # what customers write is not remembered


def test_it_is_fitted_once_however_many_ask() -> None:
    """Threads that need the same version wait for the one that fits it."""
    first = object()
    fitted: list[Lessons] = []

    def taught(given: Lessons) -> object:
        fitted.append(given)
        return object()

    pupil = Pupil(cast("Understanding", first), cast("Callable[[Lessons], Understanding]", taught))
    barrier, seen = Barrier(4), list[object]()

    def ask() -> None:
        barrier.wait()
        seen.append(pupil.understanding(lessons(ODD)))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fitted) == len(set(map(id, seen))) == 1
    assert pupil.understanding(lessons()) is first
    assert pupil.understanding(lessons(NOBODYS)) is not seen[0]


def test_the_effect_is_measured_on_what_is_held_out() -> None:
    """The same messages both times; wrong lessons cost, one that repeats a held-out message changes nothing."""
    bench = Bench(EXAMPLES, HashingEmbedder())
    repeated = Example(text=EXAMPLES["cancel_order"][0], intent="late_refund")
    same = bench.effect([], [repeated])
    assert same.held_out == 16
    assert same.accuracy[0] == same.accuracy[1] == 1.0
    assert same.changes == ()
    wrong = [Example(text=f"please cancel my order number {n}0", intent="late_refund") for n in range(1, 40)]
    harm = bench.effect([], wrong)
    assert harm.accuracy[1] < harm.accuracy[0]
    assert [change.intent for change in harm.changes] == ["cancel_order"]
    with pytest.raises(ValueError, match="two examples"):
        Bench({"cancel_order": ["cancel it"]}, HashingEmbedder()).effect([], [ODD])
