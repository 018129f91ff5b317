"""Money goes back once, whatever Stripe answers; what became of it is found by asking, never by sending again."""

import asyncio
import random
from contextlib import suppress

import pytest

from adapters.backends.port import NOT_SHOWN, BackendOutcome
from adapters.backends.stripe.backend import open_stripe
from domain.errors import Conflict, EffectUnknown, SetrightError, Unavailable
from domain.money import Money
from tests.integration.adapters.backends.stripe.cash_desk import CashDesk, account_at
from tests.support.stripe_server.faults import FaultKind
from tests.support.stripe_server.serving import StripeServer, stripe_server


async def test_a_refund_carries_whose_it_is(desk: CashDesk) -> None:
    """Our key, ticket, action and reason stand in Stripe's books; it goes to the charge it came from."""
    prepared = await desk.refund(reason="duplicate_charge")
    outcome = await desk.perform(prepared)
    assert (outcome.status, outcome.code, outcome.amount) == (
        "succeeded",
        "succeeded",
        Money(amount=5000, currency="EUR"),
    )
    refund = desk.server.books.refunds[outcome.ref or ""]
    assert (refund["charge"], refund["amount"], refund["reason"]) == (desk.charge, 5000, "duplicate")
    assert refund["metadata"] == {
        "setright_key": "key-1",
        "setright_ticket": "T-0000TEST",
        "setright_action": "T-0000TEST/a1",
        "setright_reason": "duplicate_charge",
    }


@pytest.mark.parametrize("kind", ["lost_answer", "slow_answer", "error_500_after_commit", "garbage", "half_an_object"])
@pytest.mark.parametrize("hours", [0, 25], ids=["at once", "keys pruned"])
async def test_what_was_done_is_found(desk: CashDesk, kind: FaultKind, hours: int) -> None:
    """The answer was no answer, and the effect is there: found at once and a day later, with nothing sent for it."""
    prepared = await desk.refund()
    desk.inject(kind, seconds=1.0)
    with pytest.raises(EffectUnknown):
        await desk.perform(prepared)
    desk.server.clock.advance(hours=hours)
    sent = desk.posts
    found = await desk.look_up(prepared)
    assert found is not None
    assert (found.status, await desk.settled(prepared), desk.posts - sent) == ("succeeded", found, 0)
    assert await desk.perform(prepared) == found
    assert desk.effects == {"key-1": 1}


async def test_a_customer_who_is_gone_does_not_undo_a_refund(desk: CashDesk) -> None:
    """What we made is followed by our own marks; deleted customers, and marks of others, make nothing fail."""
    desk.inject("pending")
    prepared = await desk.refund()
    outcome = await desk.perform(prepared)
    desk.server.books.customers["cus_dan"] = {"id": "cus_dan", "object": "customer", "deleted": True}
    pending = await desk.backend.progress(desk.scope(), prepared, outcome, desk.now)
    assert (pending.state, await desk.perform(prepared)) == ("pending", outcome)
    marks = desk.server.books.refunds[outcome.ref or ""]["metadata"]
    desk.server.books.refunds[outcome.ref or ""]["metadata"] = {}
    assert await desk.backend.progress(desk.scope(), prepared, outcome, desk.now) == NOT_SHOWN
    desk.server.books.refunds[outcome.ref or ""]["metadata"] = marks
    desk.server.books.change(outcome.ref or "", "failed", "expired_or_canceled_card")
    failed = await desk.backend.progress(desk.scope(), prepared, outcome, desk.now)
    assert (failed.state, failed.code, desk.effects) == ("failed", "expired_card", {"key-1": 1})


async def test_a_charge_that_is_not_there_proves_nothing(desk: CashDesk) -> None:
    """Another account's key was put in by mistake: its empty list is no proof that nothing was refunded."""
    prepared = await desk.refund()
    assert await desk.look_up(prepared) is None
    del desk.server.books.charges[desk.charge]
    with pytest.raises(Unavailable):
        await desk.look_up(prepared)


@pytest.mark.parametrize("kind", ["error_500", "error_424"])
async def test_a_key_that_is_burnt_ends_without_effect(desk: CashDesk, kind: FaultKind) -> None:
    """Stripe repeats its first answer for a day; nobody claims that it was done, and it was not."""
    prepared = await desk.refund()
    desk.inject(kind)
    assert await desk.settled(prepared) is None
    assert desk.effects == {}


async def test_a_burnt_key_works_again_after_a_day(desk: CashDesk) -> None:
    """The key is new to Stripe again, and the books have shown that nothing was done."""
    prepared = await desk.refund()
    desk.inject("error_500")
    assert await desk.settled(prepared) is None
    desk.server.clock.advance(hours=25)
    assert (await desk.settled(prepared)) is not None
    assert desk.effects == {"key-1": 1}


async def test_sending_again_after_a_day_sends_nothing(desk: CashDesk) -> None:
    """Even a caller that looks nothing up: a key that is new to Stripe again is no new wish."""
    prepared = await desk.refund()
    first = await desk.perform(prepared)
    desk.server.clock.advance(hours=48)
    assert await desk.perform(prepared) == first
    assert desk.effects == {"key-1": 1}


async def test_a_refusal_because_of_our_own_refund_is_no_refusal(desk: CashDesk) -> None:
    """Slow enough that we ask twice, and the second hears "already refunded": the answer is the refund."""
    prepared = await desk.refund(129_900)
    refunds = desk.server.books.refunds

    async def another_worker() -> None:
        while desk.server.account.faults.waiting:
            await asyncio.sleep(0.005)
        # The first attempt, long under way, arrives between our look and our request.
        params = {"charge": desk.charge, "amount": "129900", "metadata": {"setright_key": "key-1"}}
        desk.server.books.create_refund(params, "key-1", "succeeded", None)

    desk.inject("slow", seconds=0.2)
    outcome, _ = await asyncio.gather(desk.perform(prepared), another_worker())
    assert (outcome.status, outcome.ref) == ("succeeded", next(iter(refunds)))
    assert desk.effects == {"key-1": 1}


async def test_two_at_once_are_one(desk: CashDesk) -> None:
    """The one that meets the other's key does not know, looks, and finds it."""
    prepared = await desk.refund()
    desk.inject("slow", seconds=0.15)
    answers = await asyncio.gather(*(desk.perform(prepared) for _ in range(10)), return_exceptions=True)
    done = [answer for answer in answers if isinstance(answer, BackendOutcome)]
    assert done
    assert all(answer == done[0] for answer in done)
    assert all(isinstance(answer, BackendOutcome | EffectUnknown) for answer in answers)
    assert await desk.look_up(prepared) == done[0]
    assert desk.effects == {"key-1": 1}


async def test_a_key_stands_for_one_wish(desk: CashDesk) -> None:
    """Another amount under the same key is nobody's wish: not sent, today or when Stripe has forgotten the key."""
    await desk.perform(await desk.refund(5000))
    other = await desk.refund(6000)
    with pytest.raises(Conflict):
        await desk.perform(other)
    desk.server.clock.advance(hours=25)
    with pytest.raises(Conflict):
        await desk.perform(other)
    assert desk.effects == {"key-1": 1}


async def test_nobody_there_is_certain(server: StripeServer) -> None:
    """Where no connection is made, nothing was sent."""
    account = account_at(server).model_copy(update={"api_base": "http://127.0.0.1:9"})
    async with open_stripe(account_at(server)) as reached, open_stripe(account) as unreached:
        charge = server.books.add_charge(server.books.add_customer("cus_dan"), 10_000)
        desk = CashDesk(reached, server, charge)
        prepared = await desk.refund()
        with pytest.raises(Unavailable):
            await unreached.perform(desk.scope(), prepared, "key-1", desk.now)


@pytest.mark.parametrize("kind", ["rate_limited", "error_503"])
async def test_a_busy_stripe_is_asked_again(desk: CashDesk, kind: FaultKind) -> None:
    """Nothing was saved under the key, so the same key works a moment later."""
    prepared = await desk.refund()
    desk.inject(kind, times=2)
    outcome = await desk.settled(prepared)
    assert outcome is not None
    assert (outcome.status, desk.effects) == ("succeeded", {"key-1": 1})


async def test_the_sdk_never_tries_twice(desk: CashDesk) -> None:
    """One request per attempt: trying again is decided elsewhere."""
    prepared = await desk.refund()
    desk.inject("error_503", times=3)
    with pytest.raises(EffectUnknown):
        await desk.perform(prepared)
    assert desk.posts == 1


async def test_an_effect_is_found_among_many(desk: CashDesk) -> None:
    """The look-up walks through every page: the oldest of 230 refunds of one charge."""
    prepared = await desk.refund(100)
    desk.inject("lost_answer")
    with pytest.raises(EffectUnknown):
        await desk.perform(prepared)
    for _ in range(229):
        desk.server.books.create_refund({"charge": desk.charge, "amount": "100"}, None, "succeeded", None)
    found = await desk.look_up(prepared)
    assert found is not None
    assert found.ref == next(iter(desk.server.books.refunds))
    assert len((await desk.context()).refunds) == 230


async def test_a_look_up_that_cannot_be_made_says_nothing(desk: CashDesk) -> None:
    """Unavailable, never "there is none"."""
    prepared = await desk.refund()
    for kind in ("never_arrives", "error_500", "rate_limited"):
        desk.inject(kind, method="GET")
        with pytest.raises(Unavailable):
            await desk.look_up(prepared)


FAULTS: tuple[FaultKind, ...] = (
    "never_arrives",
    "lost_answer",
    "error_500",
    "error_500_after_commit",
    "error_503",
    "error_424",
    "rate_limited",
    "garbage",
    "half_an_object",
    "pending",
    "failed",
)


async def test_whatever_comes_together() -> None:
    """40 refunds, each through up to four faults, days apart or not: never two effects, and what is told is true."""
    draw = random.Random(7)
    async with stripe_server() as server:
        charge = server.books.add_charge(server.books.add_customer("cus_dan"), 12_000_000)
        async with open_stripe(account_at(server)) as backend:
            desk = CashDesk(backend, server, charge)
            for number in range(40):
                key, prepared = f"key-{number}", await desk.refund(100 + number)
                server.account.faults.waiting.clear()
                for _ in range(draw.randint(0, 4)):
                    desk.inject(draw.choice(FAULTS))
                    if draw.random() < 0.3:
                        desk.inject(draw.choice(("never_arrives", "error_500")), method="GET")
                told = None
                for _ in range(8):
                    with suppress(EffectUnknown, Unavailable):
                        looks_first = draw.random() < 0.7
                        told = await (desk.settled(prepared, key, 1) if looks_first else desk.perform(prepared, key))
                    if draw.random() < 0.2:
                        server.clock.advance(hours=draw.choice((1, 25)))
                    if told is not None:
                        break
                effects = desk.effects.get(key, 0)
                assert effects <= 1, key
                if told is not None:
                    assert effects == 1, key  # done, or made and failed: in either case it is in the books
                    refund = server.books.refunds[told.ref or ""]
                    assert (refund["status"] == "failed") == (told.status == "failed"), key


ERROR = '{{"error": {{"type": "{}", "code": "{}", "message": "No text of this goes on.", "param": "{}"}}}}'
REQUEST, API, CARD, KEY = "invalid_request_error", "api_error", "card_error", "idempotency_error"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, ERROR.format(REQUEST, "charge_already_refunded", "charge"), "already_refunded"),
        (400, ERROR.format(REQUEST, "charge_disputed", "charge"), "disputed"),
        (400, ERROR.format(REQUEST, "refund_disputed_payment", ""), "disputed"),
        (400, ERROR.format(REQUEST, "", "amount"), "over_paid"),
        (400, ERROR.format(REQUEST, "amount_too_large", "amount"), "over_paid"),
        (400, ERROR.format(REQUEST, "amount_too_small", "amount"), "wrong_amount"),
        (400, ERROR.format(REQUEST, "invalid_charge_amount_no_decimal_compatible", "amount"), "wrong_amount"),
        (400, ERROR.format(REQUEST, "balance_insufficient", ""), "provider_balance_too_low"),
        (400, ERROR.format(REQUEST, "something_new", ""), "provider_refused"),
        (402, ERROR.format(CARD, "card_declined", ""), "provider_refused"),
        (404, ERROR.format(REQUEST, "resource_missing", "charge"), "unknown_record"),
        (400, ERROR.format(KEY, "", ""), Conflict),
        (409, ERROR.format(KEY, "idempotency_key_in_use", ""), EffectUnknown),
        (401, ERROR.format(REQUEST, "api_key_expired", ""), Unavailable),
        (403, ERROR.format(REQUEST, "", ""), Unavailable),
        (429, ERROR.format(REQUEST, "rate_limit", ""), Unavailable),
        (429, ERROR.format(REQUEST, "lock_timeout", ""), Unavailable),
        (424, ERROR.format(API, "", ""), EffectUnknown),
        (500, ERROR.format(API, "", ""), EffectUnknown),
        (502, "<html>Bad Gateway</html>", EffectUnknown),
        (503, "", EffectUnknown),
        (504, "{}", EffectUnknown),
        (418, ERROR.format(API, "", ""), EffectUnknown),
        (302, "", EffectUnknown),
        (400, "<html>a proxy's</html>", EffectUnknown),
        (400, '{"error": "a text"}', EffectUnknown),
        (200, "", EffectUnknown),
        (200, "null", EffectUnknown),
        (200, "[]", EffectUnknown),
        (200, "5", EffectUnknown),
        (200, '{"id": "re_1", "object": "refund", "status": "new"}', EffectUnknown),
    ],
)
async def test_the_table_of_answers(
    desk: CashDesk, status: int, body: str, expected: str | type[SetrightError], caplog: pytest.LogCaptureFixture
) -> None:
    """What each answer means for the money; no text of Stripe's goes on."""
    prepared = await desk.refund()
    desk.inject("answer", status=status, body=body)
    if isinstance(expected, str):
        outcome = await desk.perform(prepared)
        assert (outcome.status, outcome.code) == ("failed", expected)
    else:
        with pytest.raises(expected) as raised:
            await desk.perform(prepared)
        assert type(raised.value) is expected
        assert "goes on" not in raised.value.text
        assert raised.value.__cause__ is None
    assert "goes on" not in caplog.text
    assert desk.effects == {}


async def test_nothing_happens_for_somebody_elses_charge(desk: CashDesk) -> None:
    """However its id got into the arguments: the charge's own customer is compared before anything is sent."""
    foreign = desk.server.books.add_charge(desk.server.books.add_customer("cus_eve"), 50_000)
    prepared = await desk.refund()
    for charge in (foreign, "ch_none"):
        forged = prepared.model_copy(update={"args": {**prepared.args, "charge": charge}})
        outcome = await desk.perform(forged)
        assert (outcome.status, outcome.code) == ("failed", "unknown_record")
    assert (desk.effects, desk.posts) == ({}, 0)
