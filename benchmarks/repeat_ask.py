"""How often the assistant asks for what it knows, and what people are given when it hands off, over all stories.

    .venv/bin/python -m benchmarks.repeat_ask [--wordings 2] [--json]

Each situation of tests/wordings/stories.yaml is played on a real Temporal and Postgres, in so many of its held-out
wordings; the customer answers one question with what the story knows. The figures are those of `setright handoffs`
over all these tickets. Nobody answers as an operator here: their rate is measured where operators are.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter

from domain.handoff_figures import HandoffFigures, rate
from domain.ids import TenantId
from domain.repeat_ask import check_words, known_from
from domain.ticket import TicketStatus
from store.handoff_figures import count_handoffs
from tests.support.harness import Harness
from tests.support.servers import Servers, assistants_of, harness, running_servers
from tests.support.wordings import ENDINGS, Situation, orders_in, stories

YES = "Yes, please."
#: What is measured besides the events: handoffs with a suggestion, and suggestions that ask for what is known.
Extra = Counter[str]


async def play(shop: Harness, situation: Situation, wording: str, extra: Extra) -> None:
    """One ticket: the wording, and one answer if something is asked."""
    shop.tenant = situation.tenant
    ref = await shop.open(f"cus_{situation.customer}", orders_in(wording)[0])
    answers = list(ENDINGS[situation.situation].answers.values()) or [YES]
    if (await shop.ticket(ref)).status is TicketStatus.pending:
        await shop.say(ref, answers[0])
    await shop.idle(ref)
    for handoff in await shop.handoffs(ref):
        extra["packets"] += 1
        if handoff.suggestion is not None:
            extra["suggested"] += 1
            asked = check_words(handoff.suggestion.text, known_from(handoff.packet))
            extra["suggestions that repeat"] += bool(asked.repeated)


async def run(servers: Servers, wordings: int) -> tuple[dict[TenantId, HandoffFigures], Extra]:
    """Play all situations, each tenant's customers as they are; returns the figures by tenant."""
    extra: Extra = Counter()
    assistants = assistants_of(servers)
    figures: dict[TenantId, HandoffFigures] = {}
    async with harness(servers, assistants) as shop, shop.worker():
        for situation in stories().stories:
            for wording in situation.wordings[:wordings]:
                await play(shop, situation, wording, extra)
        for tenant in assistants:
            async with shop.desk.pools.operator(tenant) as conn:
                figures[tenant] = await count_handoffs(conn, tenant)
    return figures, extra


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wordings", type=int, default=2, help="of each situation")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with running_servers() as servers:
        figures, extra = asyncio.run(run(servers, given.wordings))
    asked = sum(it.assistant_questions for it in figures.values())
    repeated = sum(it.assistant_repeated for it in figures.values())
    told = {
        "handoffs": sum(it.handed_off for it in figures.values()),
        "promised": sum(it.promised for it in figures.values()),
        "assistant_questions": asked,
        "assistant_repeated": repeated,
        "repeat_ask_rate": rate(repeated, asked),
        **extra,
    }
    sys.stdout.write(json.dumps(told, indent=None if given.json else 2) + "\n")


if __name__ == "__main__":
    main()
