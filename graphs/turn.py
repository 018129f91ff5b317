"""The turn graph: seven nodes, compiled once per process.

It decides a turn and never waits: no interrupt, no checkpointer, no parallel branches (docs/adr/0001).
"""

from functools import cache

from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from domain.event import EventDraft
from graphs import routes
from graphs.effects import TurnContext
from graphs.nodes.act import act
from graphs.nodes.clarify import clarify
from graphs.nodes.classify import classify
from graphs.nodes.hand_off import hand_off
from graphs.nodes.plan import plan
from graphs.nodes.retrieve import retrieve
from graphs.nodes.verify import verify
from graphs.state import TurnState

#: Far more steps than two wishes with two actions each need; LangGraph's own default of 10,007 would hide a loop.
RECURSION_LIMIT = 40

TurnGraph = CompiledStateGraph[TurnState, TurnContext, TurnState, TurnState]


def draw_up() -> StateGraph[TurnState, TurnContext, TurnState, TurnState]:
    """The graph's nodes and edges, not compiled yet."""
    graph = StateGraph(TurnState, context_schema=TurnContext)
    for node in (classify, clarify, retrieve, plan, act, verify, hand_off):
        graph.add_node(node.__name__, node)
    graph.add_conditional_edges(START, routes.enter)
    graph.add_conditional_edges("classify", routes.after_classify)
    graph.add_conditional_edges("clarify", routes.after_clarify)
    graph.add_edge("retrieve", "plan")
    graph.add_conditional_edges("plan", routes.after_plan)
    graph.add_conditional_edges("act", routes.after_act)
    graph.add_edge("hand_off", "verify")
    graph.add_conditional_edges("verify", routes.after_verify)
    return graph


@cache
def build_turn_graph() -> TurnGraph:
    """The compiled graph, one for the whole process."""
    return draw_up().compile()


async def run_turn(state: TurnState, context: TurnContext) -> TurnState:
    """Run one turn to its outcome, and note the path it took.

    Raises whatever a node raises, and GraphRecursionError if the turn does not come to an end.
    """
    path: list[str] = []
    final: object = state
    steps = build_turn_graph().astream(
        state, context=context, config={"recursion_limit": RECURSION_LIMIT}, stream_mode=["updates", "values"]
    )
    async for mode, chunk in steps:
        if mode == "updates":
            path += chunk
        else:
            final = chunk
    ended = TurnState.model_validate(final)
    finished = EventDraft(kind="turn_finished", body={"trigger": state.trigger.value, "path": [*path]})
    return ended.model_copy(update={"events": (*ended.events, finished)})
