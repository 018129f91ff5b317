"""Calling the API the way a careful client does: every POST under a key, sent again until it is answered.

What was sent and what was answered is noted, for `verify` to compare with what there is.
"""

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any, Literal

import httpx2

from adapters.backends.shop.generate.load import SHOP as TENANT
from runtime.verify.expected import Expected, Outcome, SentDecision, SentMessage

_PATIENCE_SECONDS = 300.0  # longer than any fault lasts
_PAUSES = (0.2, 0.5, 1.0, 2.0)  # between tries; the last for ever
_FINAL = range(400, 500)
_BUSY = {409: "still being carried out"}  # the first try is under way: ask again for its answer
_TOO_MANY = 429

Answer = dict[str, Any]
Verdict = Literal["approved", "declined", "amended"]


class Answered:
    """How a request ended: an answer, a final refusal, or nothing."""

    def __init__(self, status: int | None, body: Answer) -> None:
        self.status = status
        self.body = body

    @property
    def outcome(self) -> Outcome:
        """In the words of `Expected`."""
        if self.status is None:
            return "unanswered"
        return "refused" if self.status in _FINAL else "answered"


class Caller:
    """All requests of one run."""

    def __init__(self, http: httpx2.AsyncClient, keys: Mapping[str, str], random: Random) -> None:
        self._http = http
        self._keys = keys
        self._random = random
        self._messages: list[SentMessage] = []
        self._decisions: list[SentDecision] = []
        self.statuses: Counter[str] = Counter()
        self.disagreements: list[str] = []  # keys whose repetition was answered otherwise

    def expected(self) -> Expected:
        """What was sent so far."""
        return Expected(messages=tuple(self._messages), decisions=tuple(self._decisions))

    async def message(self, path: str, body: Mapping[str, object], key: str, *, twice: bool = False) -> Answered:
        """Send a customer's message; `twice` sends it again under the same key, at the same time or later."""
        answered = await self._post(path, {**body, "external_id": key}, key, "olga", twice=twice)
        self._messages.append(
            SentMessage(
                tenant=TENANT,
                key=key,
                sha256=hashlib.sha256(str(body["text"]).encode()).hexdigest(),
                outcome=answered.outcome,
                ticket_id=answered.body.get("ticket_id") if answered.outcome == "answered" else None,
                seq=answered.body.get("seq") if answered.outcome == "answered" else None,
            )
        )
        return answered

    async def decide(
        self, approval: Mapping[str, Any], verdict: Verdict, by: str, *, twice: bool = False, amount: int | None = None
    ) -> Answered:
        """Decide on an approval as it was shown, as one of the operators."""
        body: dict[str, object] = {"verdict": verdict, "args_sha256": approval["args_sha256"]}
        if verdict == "declined":
            body["reason"] = "The photos show no damage."
        if verdict == "amended":
            body["amended"] = {"amount": {"amount": amount, "currency": "EUR"}}
        approval_id = str(approval["approval_id"])
        key = f"{approval_id}:{by}:{verdict}"
        answered = await self._post(f"/v1/approvals/{approval_id}/decisions", body, key, by, twice=twice)
        self._decisions.append(
            SentDecision(
                tenant=TENANT,
                approval_id=approval_id,
                decided_by=by,
                verdict=verdict,
                outcome=answered.outcome,
                state=answered.body.get("state") if answered.outcome == "answered" else None,
            )
        )
        return answered

    async def move(self, ticket_id: str, name: str, body: Mapping[str, object], by: str = "olga") -> Answered:
        """An operator's move: take over, hand back, close, reply."""
        return await self._post(f"/v1/tickets/{ticket_id}/{name}", body, f"{ticket_id}:{name}:{by}", by)

    async def _post(self, path: str, body: Mapping[str, object], key: str, by: str, *, twice: bool = False) -> Answered:
        if not twice:
            return await self._until_answered(path, body, key, by)
        later = self._random.choice((0.0, 0.0, 1.5))

        async def again() -> Answered:
            await asyncio.sleep(later)
            return await self._until_answered(path, body, key, by)

        first, second = await asyncio.gather(self._until_answered(path, body, key, by), again())
        if first.outcome == second.outcome == "answered" and _said(first) != _said(second):
            self.disagreements.append(key)
        return first if first.outcome != "unanswered" else second

    async def _until_answered(self, path: str, body: Mapping[str, object], key: str, by: str) -> Answered:
        deadline, tries = time.monotonic() + _PATIENCE_SECONDS, 0
        headers = {"Authorization": f"Bearer {self._keys[by]}", "Idempotency-Key": key}
        while time.monotonic() < deadline:
            try:
                response = await self._http.post(path, json=dict(body), headers=headers)
            except httpx2.HTTPError as error:
                self.statuses[type(error).__name__] += 1
            else:
                self.statuses[str(response.status_code)] += 1
                if response.is_success or _is_final(response):
                    return Answered(response.status_code, response.json())
            await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1
        return Answered(None, {})


def _is_final(response: httpx2.Response) -> bool:
    if response.status_code not in _FINAL or response.status_code == _TOO_MANY:
        return False
    return _BUSY.get(response.status_code, "\0") not in response.text


def _said(answered: Answered) -> tuple[object, ...]:
    return tuple(answered.body.get(field) for field in ("ticket_id", "seq", "approval_id", "decided_by"))
