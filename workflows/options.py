"""Every timeout and retry policy, in one table.

Local: pure reads and judgments under about 500 ms, one after another. Normal: whatever inserts, calls a model or a back
end. Which errors are final is decided in activities/failures.py, so no list of types is repeated here.
"""

from datetime import timedelta
from typing import Any

from temporalio.common import RetryPolicy

from domain.watching import ATTEMPT, SENT_FOR

# A local activity holds the workflow task; past a few tries the turn ends with a person rather than with a stuck
# ticket.
_QUICK = RetryPolicy(
    initial_interval=timedelta(milliseconds=100), maximum_interval=timedelta(seconds=2), maximum_attempts=8
)
# A database restart takes about 2 s (measured in reliability work), a deploy a minute: outlast both, then hand off.
_STORE = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=15))
# Money is retried by the same key until the provider answers or its key may be forgotten (Stripe: 24 h), then looked
# up.
_MONEY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))

# Somebody waits to hear whether the address that they typed is right; a source that is only away is synced again later.
_PLACE = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=15), maximum_attempts=5)

LOCAL: dict[str, dict[str, Any]] = {
    "understand_messages": {"start_to_close_timeout": timedelta(seconds=10), "retry_policy": _QUICK},
    "triage_ticket": {"start_to_close_timeout": timedelta(seconds=5), "retry_policy": _QUICK},
    "search_knowledge": {"start_to_close_timeout": timedelta(seconds=10), "retry_policy": _QUICK},
    "plan_step": {"start_to_close_timeout": timedelta(seconds=5), "retry_policy": _QUICK},
    "judge_action": {"start_to_close_timeout": timedelta(seconds=5), "retry_policy": _QUICK},
    "check_reply": {"start_to_close_timeout": timedelta(seconds=5), "retry_policy": _QUICK},
    "open_ticket": {"start_to_close_timeout": timedelta(seconds=5), "retry_policy": _STORE},
    "read_inbox": {"start_to_close_timeout": timedelta(seconds=5), "retry_policy": _STORE},
}

# A provider that is down or wants us to wait: a few tries, then the embedded assistant answers, which the activity sees
# to (activities/metering.py). What is left after that is our own database, so it goes on.
_MODEL = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=20))
_MODEL_TIMES: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=60),  # two calls of 25 s: the second one repairs
    "heartbeat_timeout": timedelta(seconds=20),
    "schedule_to_close_timeout": timedelta(minutes=10),
    "retry_policy": _MODEL,
}
#: The same activities where a chat model is attached: normal ones, since a local one would hold the workflow task.
MODEL: dict[str, dict[str, Any]] = {"understand_messages": _MODEL_TIMES, "plan_step": _MODEL_TIMES}

NORMAL: dict[str, dict[str, Any]] = {
    "gather_context": {
        "start_to_close_timeout": timedelta(seconds=20),
        "schedule_to_close_timeout": timedelta(minutes=10),
        "retry_policy": _STORE,
    },
    "perform_action": {
        "start_to_close_timeout": ATTEMPT + timedelta(seconds=5),
        "heartbeat_timeout": timedelta(seconds=20),  # a worker that dies is noticed as soon as with a shorter attempt
        "schedule_to_close_timeout": SENT_FOR,
        "retry_policy": _MONEY,
    },
    # The world has days to settle; an hour without an answer just means looking again at the next turn of the clock.
    "watch_effect": {
        "start_to_close_timeout": timedelta(seconds=20),
        "schedule_to_close_timeout": timedelta(minutes=10),
        "retry_policy": _STORE,
    },
    "propose_undo": {
        "start_to_close_timeout": timedelta(seconds=20),
        "schedule_to_close_timeout": timedelta(minutes=10),
        "retry_policy": _STORE,
    },
    "draft_reply": {
        "start_to_close_timeout": timedelta(seconds=60),
        "heartbeat_timeout": timedelta(
            seconds=20
        ),  # a worker that dies over a draft is noticed before the minute is up
        "schedule_to_close_timeout": timedelta(minutes=10),
        "retry_policy": _STORE,
    },
    # What a turn decided must be written down: this one is tried for ever.
    "record_turn": {"start_to_close_timeout": timedelta(seconds=20), "retry_policy": _STORE},
    # Nothing hangs on it but the next look: it waits for the database as long as that takes.
    "plan_sync": {"start_to_close_timeout": timedelta(seconds=20), "retry_policy": _STORE},
    # A clone or a sitemap of many pages; a worker that dies is noticed by its missing heartbeats.
    "list_source": {
        "start_to_close_timeout": timedelta(minutes=10),
        "schedule_to_close_timeout": timedelta(minutes=30),
        "heartbeat_timeout": timedelta(seconds=30),
        "retry_policy": _PLACE,
    },
    # A few files or pages at a time; what was stored before a crash is not read again.
    "read_items": {
        "start_to_close_timeout": timedelta(minutes=10),
        "schedule_to_close_timeout": timedelta(hours=2),
        "heartbeat_timeout": timedelta(seconds=30),
        "retry_policy": _STORE,
    },
    "end_sync": {"start_to_close_timeout": timedelta(seconds=20), "retry_policy": _STORE},
}

#: A suggestion that takes longer is none: whoever has the ticket has more to do than to wait for it.
_SOON = timedelta(seconds=30)
SUGGESTED: dict[str, dict[str, Any]] = {
    name: NORMAL[name] | {"schedule_to_close_timeout": _SOON, "start_to_close_timeout": _SOON}
    for name in ("gather_context", "perform_action", "draft_reply")
}
