"""What the commands ask of the API: one method for each thing it can do.

It speaks the public API and nothing else, so what the commands can do, any program can do.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from runtime.cli.http import Answer, Http, Query, ServerEvent, path_of

_DRY_RUN_SECONDS = 120  # ten thousand judgments, on a busy machine


class ApiClient:
    """One tenant's API. Each method returns the API's answer as it came, and raises ApiFailed or NoStack."""

    def __init__(self, http: Http) -> None:
        self._http = http

    @classmethod
    @asynccontextmanager
    async def open(cls, api_url: str, key: str) -> AsyncIterator["ApiClient"]:
        """Connect for as long as the block lasts."""
        async with Http.open(api_url, key) as http:
            yield cls(http)

    async def open_ticket(self, body: Mapping[str, object], *, wait: int = 0, token: str | None = None) -> Answer:
        """Write as a customer, perhaps with a token of theirs, about something new; `wait` seconds for the answer."""
        return await self._http.post(path_of("tickets"), body, wait=wait, headers=_as_customer(token))

    async def send_message(
        self, ticket_id: str, body: Mapping[str, object], *, wait: int = 0, token: str | None = None
    ) -> Answer:
        """Go on with a ticket as its customer, perhaps with a token of theirs; `wait` seconds for the answer."""
        path = path_of("tickets", ticket_id, "messages")
        return await self._http.post(path, body, wait=wait, headers=_as_customer(token))

    async def tickets(self, query: Query) -> Answer:
        """List tickets, the newest first."""
        return await self._http.get(path_of("tickets"), query)

    async def ticket(self, ticket_id: str) -> Answer:
        """Read everything about a ticket but its events."""
        return await self._http.get(path_of("tickets", ticket_id))

    async def costs(self, *, ticket_id: str | None = None, since: str | None = None) -> Answer:
        """Read what models cost, of one ticket or of all since a UTC day (ISO 8601)."""
        wanted = {"ticket_id": ticket_id, "since": since}
        return await self._http.get(path_of("costs"), {name: it for name, it in wanted.items() if it is not None})

    async def autonomy(self) -> Answer:
        """Read how far procedures are trusted, and the evidence."""
        return await self._http.get(path_of("autonomy"))

    async def levels(self, procedure: str) -> Answer:
        """List what was set for a procedure."""
        return await self._http.get(path_of("autonomy", procedure, "levels"))

    async def set_level(self, procedure: str, body: Mapping[str, object]) -> Answer:
        """Set a procedure's level."""
        return await self._http.post(path_of("autonomy", procedure, "levels"), body)

    async def correct(self, ticket_id: str, body: Mapping[str, object]) -> Answer:
        """Say that a ticket was read or answered wrongly."""
        return await self._http.post(path_of("tickets", ticket_id, "corrections"), body)

    async def corrections(self, *, open_only: bool) -> Answer:
        """List corrections."""
        return await self._http.get(path_of("corrections"), {"open": open_only})

    async def correction(self, correction_id: int) -> Answer:
        """Read one correction."""
        return await self._http.get(path_of("corrections", str(correction_id)))

    async def try_corrections(self, ids: Sequence[int]) -> Answer:
        """Try corrections on held-out examples; none named: all that are open. Seconds of computing."""
        query = {"id": [str(number) for number in ids]} if ids else None
        return await self._http.get(path_of("corrections", "effect"), query)

    async def review_correction(self, correction_id: int, body: Mapping[str, object]) -> Answer:
        """Accept or reject a correction."""
        return await self._http.post(path_of("corrections", str(correction_id), "review"), body)

    async def model_calls(self, ticket_id: str) -> Answer:
        """List what a model was asked for a ticket."""
        return await self._http.get(path_of("tickets", ticket_id, "model-calls"))

    async def events(self, ticket_id: str, *, after: int = 0) -> Answer:
        """Read a ticket's events."""
        return await self._http.get(path_of("tickets", ticket_id, "events"), {"after": after})

    async def evidence(self, ticket_id: str) -> Answer:
        """What a ticket's replies rest on."""
        return await self._http.get(path_of("tickets", ticket_id, "evidence"))

    async def history(self, ticket_id: str, *, raw: bool = False) -> Answer:
        """Read a ticket's life in words, or with `raw` its workflow's events."""
        return await self._http.get(path_of("tickets", ticket_id, "history"), {"raw": "true"} if raw else None)

    async def rate(self, ticket_id: str, score: int, comment: str | None) -> Answer:
        """Rate a ticket as its customer."""
        body = {"score": score} | ({"comment": comment} if comment is not None else {})
        return await self._http.post(path_of("tickets", ticket_id, "rating"), body)

    async def move(self, ticket_id: str, move: str, body: Mapping[str, object]) -> Answer:
        """Make an operator's move: `reply`, `take-over`, `hand-back`, `assign`, `notes`, `snooze` or `close`."""
        return await self._http.post(path_of("tickets", ticket_id, move), body)

    async def forget(self, customer_id: str) -> Answer:
        """Erase a customer's words."""
        return await self._http.post(path_of("customers", customer_id, "erasure"), {})

    async def approvals(self, *, ticket_id: str | None = None, open_only: bool = True, snoozed: bool = False) -> Answer:
        """List requests for decisions, the oldest first."""
        query: dict[str, str | int | bool | list[str]] = {"open": "true" if open_only else "false"}
        if snoozed:
            query["snoozed"] = "true"
        if ticket_id is not None:
            query["ticket_id"] = ticket_id
        return await self._http.get(path_of("approvals"), query)

    async def approval(self, approval_id: str) -> Answer:
        """Read one request."""
        return await self._http.get(path_of("approvals", approval_id))

    async def decide(self, approval_id: str, decision: Mapping[str, object]) -> Answer:
        """Answer a request."""
        return await self._http.post(path_of("approvals", approval_id, "decisions"), decision)

    async def snooze(self, approval_id: str, until: str) -> Answer:
        """Put a request off until a time in ISO 8601."""
        return await self._http.post(path_of("approvals", approval_id, "snooze"), {"until": until})

    async def make_hook(self, body: Mapping[str, object]) -> Answer:
        """Make a hook; the answer has its secret, once."""
        return await self._http.post(path_of("hooks"), body)

    async def hooks(self) -> Answer:
        """List hooks, the oldest first."""
        return await self._http.get(path_of("hooks"))

    async def rotate_hook(self, hook_id: str) -> Answer:
        """Give a hook its next secret; the answer has it, once."""
        return await self._http.post(path_of("hooks", hook_id, "rotate"), {})

    async def remove_hook(self, hook_id: str) -> Answer:
        """Remove a hook."""
        return await self._http.delete(path_of("hooks", hook_id))

    async def pause(self, body: Mapping[str, object]) -> Answer:
        """Hold actions back."""
        return await self._http.post(path_of("pauses"), body)

    async def guardrails(self) -> Answer:
        """Count what the guardrails did over all tickets."""
        return await self._http.get(path_of("metrics", "guardrails"))

    async def metrics(self, query: Query) -> Answer:
        """Read every figure of a period."""
        return await self._http.get(path_of("metrics"), query)

    async def handoff_figures(self) -> Answer:
        """Count handoffs, promises and repeated questions over all tickets."""
        return await self._http.get(path_of("metrics", "handoffs"))

    async def pauses(self, *, in_force: bool = True) -> Answer:
        """List pauses, the newest first."""
        return await self._http.get(path_of("pauses"), {"in_force": "true" if in_force else "false"})

    async def resume(self, pause_id: int) -> Answer:
        """Lift a pause."""
        return await self._http.delete(path_of("pauses", str(pause_id)))

    async def read_text(self, part: str) -> Answer:
        """Read the current policy, or a procedure (`procedures/late_refund`), with its text."""
        return await self._http.get(_part_path(part))

    async def check_text(self, part: str, text: str) -> Answer:
        """Say what is wrong with an edited text."""
        return await self._http.post(_part_path(part) + ":check", {"text": text})

    async def dry_run(self, part: str, body: Mapping[str, object]) -> Answer:
        """Try an edited text on past judgments."""
        return await self._http.post(_part_path(part) + ":dry-run", body, wait=0, patience=_DRY_RUN_SECONDS)

    async def publish(self, part: str, body: Mapping[str, object]) -> Answer:
        """Make a text current."""
        return await self._http.post(_part_path(part) + ":publish", body)

    async def roll_back(self, part: str, body: Mapping[str, object]) -> Answer:
        """Make an earlier version current again."""
        return await self._http.post(_part_path(part) + ":roll-back", body)

    async def versions(self, part: str) -> Answer:
        """List a part's versions and changes, the newest first."""
        return await self._http.get(_part_path(part) + "/versions")

    async def version(self, part: str, number: int) -> Answer:
        """Read the text of a version."""
        return await self._http.get(f"{_part_path(part)}/versions/{number}")

    async def check_knowledge(self) -> Answer:
        """Read what is wrong with the knowledge base."""
        return await self._http.get(path_of("knowledge", "check"))

    async def conflicts(self, *, open_only: bool = True) -> Answer:
        """List conflicts between passages, the newest first."""
        return await self._http.get(path_of("knowledge", "conflicts"), {"status": "open"} if open_only else None)

    async def decide_conflict(self, conflict_id: str, decision: str, reason: str, *, force: bool = False) -> Answer:
        """Dismiss or resolve a conflict; one that still stands is resolved by force only."""
        path = path_of("knowledge", "conflicts", conflict_id, "decision")
        return await self._http.post(path, {"decision": decision, "reason": reason, "force": force})

    async def gaps(self) -> Answer:
        """List articles that are missing, the one asked for most often first."""
        return await self._http.get(path_of("knowledge", "gaps"))

    async def add_source(self, body: Mapping[str, object]) -> Answer:
        """Add a source of knowledge and begin to read it."""
        return await self._http.post(path_of("knowledge", "sources"), body)

    async def sources(self) -> Answer:
        """List sources, the oldest first."""
        return await self._http.get(path_of("knowledge", "sources"))

    async def source(self, source_id: str) -> Answer:
        """Read a source with its latest reading and what is wrong with its items."""
        return await self._http.get(path_of("knowledge", "sources", source_id))

    async def sync_source(self, source_id: str) -> Answer:
        """Begin to read a source again."""
        return await self._http.post(path_of("knowledge", "sources", source_id, "sync"), {})

    async def change_source(self, source_id: str, body: Mapping[str, object]) -> Answer:
        """Set how often a source is read by itself."""
        return await self._http.patch(path_of("knowledge", "sources", source_id), body)

    async def remove_source(self, source_id: str) -> Answer:
        """Remove a source with what it gave."""
        return await self._http.delete(path_of("knowledge", "sources", source_id))

    async def articles(self, *, source_id: str | None = None, stale: bool = False) -> list[Answer]:
        """List current articles by name, all pages of them."""
        query: dict[str, str | int | bool | list[str]] = {"limit": 200, "stale": "true" if stale else "false"}
        query |= {"source_id": source_id} if source_id is not None else {}
        found: list[Answer] = []
        while True:
            page = await self._http.get(path_of("knowledge", "articles"), query)
            found += page["articles"]
            if page["cursor"] is None:
                return found
            query["cursor"] = page["cursor"]

    async def article(self, slug: str, *, at: str | None = None) -> Answer:
        """Read an article, now or as it was known at a time in ISO 8601."""
        return await self._http.get(path_of("knowledge", "articles", slug), {"at": at} if at is not None else None)

    async def withdraw_article(self, slug: str) -> Answer:
        """Withdraw an article that was sent."""
        return await self._http.delete(path_of("knowledge", "articles", slug))

    def watch(self, ticket_id: str | None = None) -> AsyncIterator[ServerEvent]:
        """Follow what happens on one ticket from its beginning, or from now on with all of them."""
        return self._http.stream(path_of("tickets", ticket_id, "events") if ticket_id else path_of("events"))


def _part_path(part: str) -> str:
    return path_of(*part.split("/", 1))


def _as_customer(token: str | None) -> dict[str, str]:
    return {} if token is None else {"X-Setright-Customer": token}
