"""What every back end must do, whatever stands behind it: a suite to derive a test class from.

    class TestMyBackend(Conformance):
        @pytest.fixture
        async def subject(self) -> AsyncIterator[Subject]: ...

The suite talks to the back end through its port alone; how many effects there were it asks the subject, who looks into
the remote system's own log. A fault that a remote system cannot have is left out of the subject's `faults`, and the
tests of it are skipped by name.
"""

import asyncio
import re
from collections.abc import Iterable
from contextlib import suppress
from itertools import count

import pytest

from adapters.backends.port import BackendOutcome, Prepared, Progress, Scope
from domain.action import Arguments, Effect, ProposedAction
from domain.customer import CustomerContext
from domain.errors import ActionRefused, EffectUnknown, SetrightError, Unavailable
from domain.ids import Label
from domain.slot import HandlesValue, HandleValue, SlotKind
from domain.ticket import IdentityLevel
from tests.support.subject import Fault, Subject

#: Who somebody is, or where to go, is never an argument: both come from the scope and the configuration.
IDENTITY_ARGUMENT = re.compile(
    r"tenant|customer|account|user|e_?mail|phone|url|uri|host|link|sql|query|path", re.IGNORECASE
)
#: A retry after doubt, as the caller makes it: so many, then a person.
ATTEMPTS = 6


_numbers = count(1)


class Conformance:
    """Derive a test class from it that has a fixture `subject`."""

    async def test_the_same_key_twice_is_one_effect(self, subject: Subject) -> None:
        """And the second answer is the first."""
        prepared = await prepare(subject)
        first = await perform(subject, prepared)
        assert first.status == "succeeded"
        assert await perform(subject, prepared) == first
        assert await looked_up(subject, prepared) == first
        assert await subject.effects() == {"key-1": 1}

    async def test_the_same_key_at_the_same_time_is_one_effect(self, subject: Subject) -> None:
        """Five at once: each succeeds, or does not know yet; afterwards all know."""
        prepared = await prepare(subject)
        answers = await asyncio.gather(*(perform(subject, prepared) for _ in range(5)), return_exceptions=True)
        assert all(isinstance(answer, BackendOutcome | EffectUnknown | Unavailable) for answer in answers)
        assert (await settled(subject, prepared)).status == "succeeded"
        assert await subject.effects() == {"key-1": 1}

    async def test_a_success_is_read_back(self, subject: Subject) -> None:
        """After the effect it shows; before it, or for something else that was claimed, it does not."""
        prepared = await prepare(subject)
        claimed = BackendOutcome(status="succeeded", code="succeeded", ref="no-such-effect", amount=prepared.amount)
        assert not await read_back(subject, prepared, claimed)
        outcome = await perform(subject, prepared)
        assert await read_back(subject, prepared, outcome)
        assert not await read_back(subject, prepared, BackendOutcome(status="failed", code="refused"))

    async def test_a_lost_answer_is_found_and_not_sent_again(self, subject: Subject) -> None:
        """Nobody can say at first; looking finds the one effect, as often as one looks."""
        prepared = await faulty(subject, Fault.lost_answer)
        with pytest.raises(EffectUnknown):
            await perform(subject, prepared)
        found = await looked_up(subject, prepared)
        assert found is not None
        assert (found.status, await read_back(subject, prepared, found)) == ("succeeded", True)
        assert await looked_up(subject, prepared) == found == await perform(subject, prepared)
        assert await subject.effects() == {"key-1": 1}

    async def test_what_never_arrived_can_be_sent_again(self, subject: Subject) -> None:
        """Unavailable, or unknown and then not found; in either case the same key works."""
        prepared = await faulty(subject, Fault.unreached)
        with pytest.raises((Unavailable, EffectUnknown)):
            await perform(subject, prepared)
        assert await looked_up(subject, prepared) is None
        assert (await perform(subject, prepared)).status == "succeeded"
        assert await subject.effects() == {"key-1": 1}

    async def test_a_key_that_is_answered_500_for_ever_ends(self, subject: Subject) -> None:
        """It is bounded, looking answers each time, and there was no effect."""
        prepared = await faulty(subject, Fault.error_forever)
        with pytest.raises(EffectUnknown):
            await perform(subject, prepared)
        outcome = None
        for _ in range(ATTEMPTS):
            outcome = await looked_up(subject, prepared)
            if outcome is not None:
                break
            with pytest.raises(EffectUnknown):
                await perform(subject, prepared)
        assert outcome is None or outcome.status == "failed"
        assert sum((await subject.effects()).values()) == 0

    async def test_a_slow_answer_is_one_effect(self, subject: Subject) -> None:
        """The caller gives up, tries again while it is under way, and finds it when it is done."""
        prepared = await faulty(subject, Fault.slow)
        with pytest.raises(EffectUnknown):
            await perform(subject, prepared)
        again = await asyncio.gather(perform(subject, prepared), return_exceptions=True)
        assert isinstance(again[0], BackendOutcome | EffectUnknown | Unavailable)
        await subject.finish()
        assert (await settled(subject, prepared)).status == "succeeded"
        assert await subject.effects() == {"key-1": 1}

    async def test_a_forgotten_key_is_not_sent_again(self, subject: Subject) -> None:
        """The answer was lost and the key is pruned: looking finds the effect all the same."""
        prepared = await faulty(subject, Fault.lost_answer)
        with pytest.raises(EffectUnknown):
            await perform(subject, prepared)
        await subject.prune_keys()
        found = await looked_up(subject, prepared)
        assert found is not None
        assert (found.status, await subject.effects()) == ("succeeded", {"key-1": 1})

    async def test_a_refusal_is_final_and_has_a_code(self, subject: Subject) -> None:
        """Failed, without an effect, and nothing to read back."""
        prepared = await faulty(subject, Fault.refused)
        outcome = await perform(subject, prepared)
        assert outcome.status == "failed"
        assert outcome.code != "succeeded"
        assert not await read_back(subject, prepared, outcome)
        assert sum((await subject.effects()).values()) <= 1  # a refund that failed for good may be in the books

    @pytest.mark.parametrize("fails", [False, True], ids=["arrives", "fails late"])
    async def test_what_settles_later_is_followed(self, subject: Subject, fails: bool) -> None:
        """Pending, then settled or failed, with a reason."""
        prepared = await faulty(subject, Fault.pending)
        outcome = await perform(subject, prepared)
        assert (outcome.status, outcome.settles_later) == ("succeeded", True)
        assert await read_back(subject, prepared, outcome)
        assert (await progress(subject, prepared, outcome)).state == "pending"
        await subject.settle(outcome, fails=fails)
        after = await progress(subject, prepared, outcome)
        assert after.state == ("failed" if fails else "settled")
        assert await read_back(subject, prepared, outcome) == (not fails)
        assert await subject.effects() == {"key-1": 1}

    async def test_what_does_not_settle_later_is_settled(self, subject: Subject) -> None:
        """There is nothing to wait for."""
        prepared = await prepare(subject)
        outcome = await perform(subject, prepared)
        assert not outcome.settles_later
        assert (await progress(subject, prepared, outcome)).state == "settled"

    async def test_what_is_not_shown_has_not_failed(self, subject: Subject) -> None:
        """A failure would free the intent for once more, and a replica that lags is no proof of one."""
        prepared = await prepare(subject)
        outcome = await perform(subject, prepared)
        elsewhere = outcome.model_copy(update={"ref": "no-such-effect", "settles_later": True})
        assert (await progress(subject, prepared, elsewhere)).state != "failed"

    async def test_a_key_nobody_used_is_not_found(self, subject: Subject) -> None:
        """Looking never makes an effect."""
        assert await looked_up(subject, await prepare(subject)) is None
        assert sum((await subject.effects()).values()) == 0

    async def test_undoing_is_an_action_like_any_other(self, subject: Subject) -> None:
        """Where there is one it is declared, can be prepared, and is no read."""
        prepared = await prepare(subject, Fault.pending if Fault.pending in subject.faults else None)
        outcome = await perform(subject, prepared)
        context = await gather(subject)
        undoing = subject.backend.undo(subject.scope, context, prepared, outcome)
        if undoing is None:
            pytest.skip("nothing undoes this write")
        assert subject.backend.specs[undoing.action].effect is Effect.write
        undo = subject.backend.prepare(context, proposed(subject.scope, undoing.action, undoing.args), {})
        done = await subject.backend.perform(subject.scope, undo, "key-2", subject.now)
        assert done.status == "succeeded"
        assert await read_back(subject, undo, done)
        assert subject.backend.undo(subject.scope, await gather(subject), prepared, outcome) is None

    async def test_a_read_answers_and_changes_nothing(self, subject: Subject) -> None:
        """As often as one asks."""
        context = await gather(subject)
        wanted = subject.read(context)
        if wanted is None:
            pytest.skip("the back end has no reads")
        prepared = subject.backend.prepare(context, proposed(subject.scope, *wanted), {})
        answer = await subject.backend.read(subject.scope, prepared, subject.now)
        assert answer
        assert await subject.backend.read(subject.scope, prepared, subject.now) == answer
        assert await subject.effects() == {}

    async def test_preparing_is_pure(self, subject: Subject) -> None:
        """The same every time, for a context that went through JSON too, and with no effect."""
        context = await gather(subject)
        action = proposed(subject.scope, *subject.write(context))
        prepared = subject.backend.prepare(context, action, {})
        stored = CustomerContext.model_validate_json(context.model_dump_json())
        assert subject.backend.prepare(stored, action, {}) == prepared
        assert prepared.business_key
        assert Prepared.model_validate_json(prepared.model_dump_json()) == prepared
        assert await subject.effects() == {}

    async def test_the_same_wish_has_the_same_business_key(self, subject: Subject) -> None:
        """Whichever ticket it is asked on: handles differ, the intent does not."""
        other = subject.scope.model_copy(update={"ticket_id": "T-0000000Z"})
        keys, handles = set(), set()
        for scope in (subject.scope, other):
            context = await subject.backend.gather(scope, subject.now)
            action = proposed(scope, *subject.write(context))
            keys.add(subject.backend.prepare(context, action, {}).business_key)
            handles |= set(handles_in(action.args))
        assert len(keys) == 1
        assert len(handles) % 2 == 0

    async def test_foreign_and_guessed_handles_name_nothing(self, subject: Subject) -> None:
        """Another customer's, another ticket's and an invented one get the same answer."""
        context = await gather(subject)
        name, args = subject.write(context)
        other = subject.scope.model_copy(update={"ticket_id": "T-0000000Z"})
        strangers = [
            *[handle for handle, _ in (await subject.backend.gather(subject.stranger, subject.now)).records()],
            *[handle for handle, _ in (await subject.backend.gather(other, subject.now)).records()],
        ]
        assert strangers
        named = [argument for argument, value in args.items() if isinstance(value, HandleValue | HandlesValue)]
        assert named
        for handle in [*strangers, "order_0123456789", "payment_0123456789", "refund_0123456789"]:
            action = proposed(subject.scope, name, {**args, named[0]: HandleValue(handle=handle)})
            with pytest.raises(ActionRefused) as refused:
                subject.backend.prepare(context, action, {})
            assert refused.value.facts["code"] == "unknown_record"

    async def test_an_unknown_action_is_refused(self, subject: Subject) -> None:
        """Whatever a model invents."""
        with pytest.raises(ActionRefused):
            subject.backend.prepare(await gather(subject), proposed(subject.scope, "drop_tables", {}), {})

    async def test_nobody_sees_another_customers_records(self, subject: Subject) -> None:
        """Two customers' contexts have no record in common, on the same ticket even."""
        own = {handle for handle, _ in (await gather(subject)).records()}
        same_ticket = subject.stranger.model_copy(update={"ticket_id": subject.scope.ticket_id})
        others = {
            handle for handle, _ in (await subject.backend.gather(same_ticket, subject.now)).records()
            if not handle.startswith("variant_")  # the catalogue is everybody's
        }  # fmt: skip
        assert own
        assert others
        assert not own & others

    @pytest.mark.parametrize("identity", [IdentityLevel.anonymous, IdentityLevel.claimed])
    async def test_nothing_is_read_or_written_for_somebody_unproven(
        self, subject: Subject, identity: IdentityLevel
    ) -> None:
        """An empty context, and no call carried out, even with what was prepared before."""
        prepared = await prepare(subject)
        scope = subject.scope.model_copy(update={"identity": identity})
        context = await subject.backend.gather(scope, subject.now)
        assert (list(context.records()), context.name, context.refs) == ([], "", {})
        with pytest.raises(ActionRefused):
            await subject.backend.perform(scope, prepared, "key-1", subject.now)
        with pytest.raises(ActionRefused):
            await subject.backend.look_up(scope, prepared, "key-1")
        with pytest.raises(ActionRefused):
            await subject.backend.read_back(
                scope, prepared, BackendOutcome(status="succeeded", code="succeeded", ref="x"), subject.now
            )
        assert sum((await subject.effects()).values()) == 0

    async def test_a_handle_names_its_record_in_no_view(self, subject: Subject) -> None:
        """A handle is a digest: the system's own ids are not to be read out of it."""
        context = await gather(subject)
        for handle, ref in context.refs.items():
            assert ref not in handle

    async def test_no_argument_says_who_somebody_is(self, subject: Subject) -> None:
        """Nor where to send a request; and every argument is of a kind that slots have."""
        kinds = set(SlotKind.__args__)  # type: ignore[attr-defined]
        for name, spec in subject.backend.specs.items():
            assert spec.name == name
            assert spec.title
            for argument, kind in spec.arguments.items():
                assert kind in kinds, (name, argument)
                assert not IDENTITY_ARGUMENT.search(argument), (name, argument)


def proposed(scope: Scope, name: Label, args: Arguments) -> ProposedAction:
    """A proposal on the scope's ticket."""
    return ProposedAction.of(action_id=f"{scope.ticket_id}/a{next(_numbers)}", name=name, args=args, wish=0)


async def gather(subject: Subject) -> CustomerContext:
    """The customer's records now."""
    return await subject.backend.gather(subject.scope, subject.now)


async def prepare(subject: Subject, fault: Fault | None = None) -> Prepared:
    """The subject's write, prepared; the next write request meets `fault`."""
    context = await gather(subject)
    prepared = subject.backend.prepare(context, proposed(subject.scope, *subject.write(context)), {})
    if fault is not None:
        await subject.inject(fault)
    return prepared


async def faulty(subject: Subject, fault: Fault) -> Prepared:
    """The same, where the remote system can have that fault."""
    if fault not in subject.faults:
        pytest.skip(f"this system has no fault '{fault}'")
    return await prepare(subject, fault)


async def perform(subject: Subject, prepared: Prepared) -> BackendOutcome:
    """Carry it out under the one key of the test."""
    return await subject.backend.perform(subject.scope, prepared, "key-1", subject.now)


async def looked_up(subject: Subject, prepared: Prepared) -> BackendOutcome | None:
    """What became of that key; a system that is only just back after a lost answer is asked again."""
    for pause in (0.1, 0.5, 1.0):
        with suppress(Unavailable):
            return await subject.backend.look_up(subject.scope, prepared, "key-1")
        await asyncio.sleep(pause)
    return await subject.backend.look_up(subject.scope, prepared, "key-1")


async def read_back(subject: Subject, prepared: Prepared, outcome: BackendOutcome) -> bool:
    """Whether it shows."""
    return await subject.backend.read_back(subject.scope, prepared, outcome, subject.now)


async def progress(subject: Subject, prepared: Prepared, outcome: BackendOutcome) -> Progress:
    """How far it is."""
    return await subject.backend.progress(subject.scope, prepared, outcome, subject.now)


async def settled(subject: Subject, prepared: Prepared) -> BackendOutcome:
    """What a caller arrives at who looks before each attempt and sends again only what is not found."""
    for _ in range(ATTEMPTS):
        outcome = await looked_up(subject, prepared)
        if outcome is not None:
            return outcome
        try:
            return await perform(subject, prepared)
        except SetrightError:
            await asyncio.sleep(0.2)
    pytest.fail("it did not settle")


def handles_in(args: Arguments) -> Iterable[str]:
    """Every handle that arguments name."""
    for value in args.values():
        match value:
            case HandleValue(handle=handle):
                yield handle
            case HandlesValue(handles=handles):
                yield from handles
            case _:
                pass
