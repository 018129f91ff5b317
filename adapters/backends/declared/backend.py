"""A back end made of a declaration and something that can ask: the same rules whatever kind of system is asked.

Whatever is in doubt after a write was sent is `EffectUnknown`: an answer that cannot be read is no proof that nothing
happened.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from adapters.backends.declared.amounts import own_money
from adapters.backends.declared.arguments import resolve, unknown_record
from adapters.backends.declared.caller import Answer, Caller
from adapters.backends.declared.declaration import Call, CapOn, Declaration, DeclaredAction
from adapters.backends.declared.effect import facts_of, found_in, outcome_of, refusal_of
from adapters.backends.declared.expression import NotEvaluated, as_json, evaluate, fill, holds
from adapters.backends.declared.records import assemble
from adapters.backends.declared.undoing import undoing
from adapters.backends.port import NOT_SHOWN, BackendOutcome, Prepared, Progress, Scope, Undoing
from domain.action import ActionSpec, Cap, ProposedAction
from domain.customer import CustomerContext
from domain.errors import ActionRefused, AnswerUnusable, BadMoney, EffectUnknown, Unavailable
from domain.facts import customer_view
from domain.ids import Label
from domain.ticket import IdentityLevel


class DeclaredBackend:
    """A `Backend`; `caller` knows the system's address and secrets, this knows neither."""

    def __init__(self, declaration: Declaration[Any], caller: Caller[Any]) -> None:
        self._declaration = declaration
        self._caller = caller
        self._specs = {name: action.spec(name) for name, action in declaration.actions.items()}

    @property
    def specs(self) -> Mapping[Label, ActionSpec]:
        """The actions it offers."""
        return self._specs

    async def gather(self, scope: Scope, now: datetime) -> CustomerContext:
        """Make the declared calls for the scope's customer and read their records out of the answers."""
        records = self._declaration.records
        nothing = CustomerContext(customer_id=scope.customer_id, identity=scope.identity, name="", first_name="")
        if records is None or scope.identity is not IdentityLevel.proven:
            return nothing
        variables = {"customer_id": scope.customer_id}
        answers: dict[str, JsonValue] = {}
        for name, call in records.calls.items():
            answer = await self._read(call, variables)
            answers[name] = _within(call, answer, variables)
            if answers[name] is None:  # it does not know the customer
                return nothing
        return assemble(records, self._declaration.money, answers, scope, now)

    def prepare(self, context: CustomerContext, action: ProposedAction, spans: Mapping[str, str]) -> Prepared:
        """Resolve the arguments, check the declared conditions, and make sure that the request can be made; pure."""
        declared = self._declaration.actions.get(action.name)
        if declared is None or not set(action.args) <= set(declared.arguments):
            raise ActionRefused("There is no such action.", code="unknown_action")
        seen = {
            name: resolve(context, kind, action.args.get(name), spans.get(name))
            for name, kind in declared.arguments.items()
            if name in action.args or name not in declared.optional
        }
        views = {"args": {name: one.view for name, one in seen.items()}, "customer": customer_view(context)}
        try:
            for code, condition in declared.where.items():
                if not holds(condition, views):
                    raise ActionRefused("A condition of the action is not met.", code=code)
            kept = {name: as_json(evaluate(expression, views)) for name, expression in declared.keep.items()}
            prepared = Prepared(
                action=action.name,
                args={"args": {name: one.kept for name, one in seen.items()}, "kept": kept},
                business_key=f"{action.name}:{fill(declared.business_key or '', views, str)}",
                amount=None if declared.amount is None else own_money(evaluate(declared.amount, views)),
                cap=None if declared.cap is None else _cap(declared.cap, views),
                shown={name: one.shown for name, one in seen.items()},
            )
            self._caller.check(declared.send, _variables(prepared, context.customer_id, key="key", now="now"))
        except (NotEvaluated, ValueError, BadMoney):
            raise ActionRefused("The action cannot be worked out for these records.", code="not_evaluated") from None
        return prepared

    async def read(self, scope: Scope, prepared: Prepared, now: datetime) -> dict[str, JsonValue]:
        """Ask, and return the declared facts of the answer."""
        _must_be_proven(scope)
        action = self._declaration.actions[prepared.action]
        variables = _variables(prepared, scope.customer_id, now=now.isoformat())
        answer = await self._read(action.send, variables)
        it = _within(action.send, answer, variables)
        if it is None:
            raise unknown_record()
        try:
            return facts_of(action.result, it, variables)
        except NotEvaluated as error:
            raise _unusable(error) from None

    async def perform(self, scope: Scope, prepared: Prepared, idempotency_key: str, now: datetime) -> BackendOutcome:
        """Send the write once; see the port for what it raises."""
        _must_be_proven(scope)
        action = self._declaration.actions[prepared.action]
        if action.once == "by_look_up":
            found = await self._find(action, scope, prepared, idempotency_key)
            if found is not None:
                return found
        variables = _variables(prepared, scope.customer_id, key=idempotency_key, now=now.isoformat())
        try:
            answer = await self._caller.ask(action.send, variables, idempotency_key)
        except NotEvaluated:
            return BackendOutcome(status="failed", code="not_evaluated")
        code = None if answer.kind == "done" else refusal_of(action, answer, variables)
        if code is not None or answer.kind in {"refused", "absent"}:
            return BackendOutcome(status="failed", code=code or "refused")
        if answer.kind == "unclear":
            raise EffectUnknown("The system of record answered with an error.")
        try:
            outcome, _ = self._outcome(action, action.send, answer, prepared, variables)
        except NotEvaluated:
            outcome = None
        if outcome is None:
            raise EffectUnknown("The system of record's answer does not show the effect.")
        return outcome

    async def look_up(self, scope: Scope, prepared: Prepared, idempotency_key: str) -> BackendOutcome | None:
        """Ask for the effect by its key.

        Raises:
            Unavailable: the system does not answer now.
            EffectUnknown: it is not found, and a system that knows no keys may still be at it.
        """
        _must_be_proven(scope)
        action = self._declaration.actions[prepared.action]
        found = await self._find(action, scope, prepared, idempotency_key)
        if found is None and action.once == "by_look_up":
            raise EffectUnknown("It is not found, and this system does not promise to do it only once.")
        return found

    async def read_back(self, scope: Scope, prepared: Prepared, outcome: BackendOutcome, now: datetime) -> bool:
        """Ask for the effect by its ref, and compare it with what was wanted."""
        _must_be_proven(scope)
        del now
        if outcome.status != "succeeded":
            return False
        told = await self._told(scope, prepared, outcome)
        return told is not None and told.status == "succeeded"

    async def progress(self, scope: Scope, prepared: Prepared, outcome: BackendOutcome, now: datetime) -> Progress:
        """Ask for the effect by its ref; that it is not shown, or shown otherwise than it was wanted, is no failure."""
        _must_be_proven(scope)
        del now
        told = await self._told(scope, prepared, outcome)
        if told is None:
            return NOT_SHOWN
        if told.status == "failed":
            return Progress(state="failed", code=told.code)
        return (
            Progress(state="pending", code="pending")
            if told.settles_later
            else Progress(state="settled", code="settled")
        )

    def undo(
        self, scope: Scope, context: CustomerContext, prepared: Prepared, outcome: BackendOutcome
    ) -> Undoing | None:
        """The declared action that undoes an effect, where its records are there and its conditions hold; pure."""
        if outcome.status != "succeeded":
            return None
        variables = {**_variables(prepared, scope.customer_id, ref=outcome.ref), "it": outcome.facts}
        undo = undoing(self._declaration, context, prepared.action, variables)
        if undo is None:
            return None
        proposal = ProposedAction.of(action_id=f"{scope.ticket_id}/a0", name=undo.action, args=undo.args, wish=0)
        try:
            self.prepare(context, proposal, {})
        except ActionRefused:
            return None
        return undo

    async def _find(
        self, action: DeclaredAction[Any], scope: Scope, prepared: Prepared, key: str
    ) -> BackendOutcome | None:
        """The effect of a key, None where there is none; what is found must be what was wanted."""
        told, it = await self._ask_for(
            action, action.look_up, prepared, _variables(prepared, scope.customer_id, key=key)
        )
        if told is None and it is not None:
            raise AnswerUnusable("The system of record found something else under the key.")
        return told

    async def _told(self, scope: Scope, prepared: Prepared, outcome: BackendOutcome) -> BackendOutcome | None:
        """The effect as the system shows it now; None where it shows none, or another than was wanted."""
        action = self._declaration.actions[prepared.action]
        variables = _variables(prepared, scope.customer_id, ref=outcome.ref)
        return (await self._ask_for(action, action.read_back, prepared, variables))[0]

    async def _ask_for(
        self, action: DeclaredAction[Any], call: Call | None, prepared: Prepared, variables: dict[str, Any]
    ) -> tuple[BackendOutcome | None, JsonValue]:
        """What the system says of an effect, and the thing it says it of."""
        if call is None:
            raise Unavailable("This cannot be asked of the system of record.")
        answer = await self._read(call, variables)
        try:
            return self._outcome(action, call, answer, prepared, variables)
        except NotEvaluated as error:
            raise _unusable(error) from None

    def _outcome(
        self, action: DeclaredAction[Any], call: Call, answer: Answer, prepared: Prepared, variables: dict[str, Any]
    ) -> tuple[BackendOutcome | None, JsonValue]:
        """What an answer shows of the effect that was wanted, and the thing it shows. Raises NotEvaluated."""
        it = found_in(call, answer, variables)
        if it is None or not holds(action.result.holds, {**variables, "it": it}):
            return None, it
        return outcome_of(action.result, it, self._declaration.money, prepared.amount, variables), it

    async def _read(self, call: Call, variables: dict[str, Any]) -> Answer:
        """Ask for something; an answer that is none is `Unavailable`."""
        try:
            answer = await self._caller.ask(call, variables)
        except EffectUnknown:
            raise Unavailable("The system of record does not answer.") from None
        except NotEvaluated as error:
            raise _unusable(error) from None
        if answer.kind in {"refused", "unclear"}:
            raise Unavailable("The system of record answers a question with an error.")
        return answer


def _cap(cap: CapOn, views: dict[str, Any]) -> Cap:
    limit = own_money(evaluate(cap.limit, views))
    return Cap(subject=f"{fill(cap.of, views)}/{limit.currency}", limit=limit)


def _within(call: Call, answer: Answer, variables: dict[str, Any]) -> JsonValue:
    """What an answer is about, whole lists included."""
    if answer.kind == "absent":
        return None
    try:
        return as_json(evaluate(call.it, {**variables, "answer": answer.body}))
    except NotEvaluated as error:
        raise _unusable(error) from None


def _variables(
    prepared: Prepared, customer_id: str, *, key: str = "", ref: str | None = None, now: str = ""
) -> dict[str, Any]:
    return {**prepared.args, "customer_id": customer_id, "key": key, "ref": ref or "", "now": now}


def _unusable(error: NotEvaluated) -> AnswerUnusable:
    return AnswerUnusable(f"An answer of the system of record does not fit the declaration: {error.expression}.")


def _must_be_proven(scope: Scope) -> None:
    """Nothing private is read and nothing written for somebody who is not known to be the customer."""
    if scope.identity is not IdentityLevel.proven:
        raise ActionRefused("The customer has not proven who they are.", code="not_proven")
