"""The same change wanted again after another one is a wish of its own; wanted twice at one time, it is one."""

from domain.action import Arguments
from domain.slot import SpanValue
from tests.integration.adapters.backends.till import Till, choice, one

ELSEWHERE = "12 Elm Street, Apt 4, Austin, TX 78701, USA"
WORDS = SpanValue(seq=1, start=0, end=len(ELSEWHERE), sha256="0" * 64)


async def test_addresses_go_back_and_forth(till: Till) -> None:
    """A, B, A, B: four keys for an order and four for the profile; before each change, two askers get the same one."""
    order = await till.order("cus_finn", "10048")
    for name, more in (("change_order_address", {"order": one(order.handle)}), ("change_default_address", {})):
        keys = []
        for number in range(4):
            context = await till.context("cus_finn")
            present = context.address if not more else (await till.order("cus_finn", "10048")).address
            assert present is not None
            args: Arguments = {**more, "address": WORDS}
            if present.former is not None:
                args["address"] = one(present.former.handle)
            first, second = [await till.prepare("cus_finn", name, {"address": ELSEWHERE}, **args) for _ in range(2)]
            assert first.business_key == second.business_key
            keys.append(first.business_key)
            outcome = await till.perform("cus_finn", first, f"{name}-{number}")
            assert await till.is_shown("cus_finn", first, outcome)
        assert len(set(keys)) == 4


async def test_methods_go_back_and_forth(till: Till) -> None:
    """Card, gift card, card, gift card: each way is paid and given back, under a key of its own."""
    await till.plant(
        "insert into shop.payment_methods (tenant, customer, ref, source, kind, brand, last4, label, status, balance,"
        " currency) values (%(tenant)s, 'cus_finn', 'cus_finn/2', '', 'gift_card', '', '0001', 'Gift card ending 0001',"
        " 'active', 10000, 'EUR')"
    )
    keys = []
    for number in range(4):
        context = await till.context("cus_finn")
        order = await till.order("cus_finn", "10048")
        used = next(payment.method for payment in order.payments if payment.refundable.amount > 0)
        other = next(method.handle for method in context.payment_methods if method.handle != used)
        args: Arguments = {"order": one(order.handle), "payment_method": one(other)}
        first, second = [await till.prepare("cus_finn", "change_payment_method", **args) for _ in range(2)]
        assert first.business_key == second.business_key
        keys.append(first.business_key)
        assert (await till.perform("cus_finn", first, f"pay-{number}")).status == "succeeded"
        assert first.cap is not None
        assert first.cap.limit.amount == 5900 * (number + 1)
    assert len(set(keys)) == 4


async def test_a_subscription_ends_and_goes_on_and_ends(till: Till) -> None:
    """Ended, resumed, ended, resumed."""
    till.tenant = till.saas
    keys = []
    for number in range(4):
        (plan,) = [it for it in (await till.context("cus_quin")).subscriptions if it.status != "cancelled"]
        args: Arguments = {"subscription": one(plan.handle)}
        name = "resume_subscription"
        if plan.status == "active":
            name, args = "cancel_subscription", {**args, "at": choice("period_end")}
        prepared = await till.prepare("cus_quin", name, **args)
        keys.append((name, prepared.business_key))
        assert (await till.perform("cus_quin", prepared, f"sub-{number}")).status == "succeeded"
    assert len(set(keys)) == 4
