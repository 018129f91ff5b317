"""House rules as programs: each names the mistake it prevents."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio import activity

from activities import contracts
from adapters.backends.shop.actions.registry import SPECS
from graphs import routes
from graphs.turn import build_turn_graph
from workflows import options

DETERMINISTIC = ("domain", "graphs", "workflows")
#: With LangGraph passed through, the sandbox and replay both let these pass (tried), so they are looked for here.
BANNED_MODULES = {"time", "random", "uuid", "os", "threading", "asyncio", "multiprocessing"}
BANNED_CALLS = {"now", "utcnow", "today"}
#: Makes a ticket's id, at the edge and never in a workflow.
ALLOWED = {("domain/ids.py", "secrets")}


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every module of the folders, parsed."""
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.py")):
            yield path.as_posix(), ast.parse(path.read_text())


def imported(tree: ast.Module) -> Iterator[str]:
    """The top-level modules that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_deterministic_code_has_no_clock_no_chance_and_no_threads() -> None:
    """A workflow that reads the clock or draws a number replays differently, which nothing else would notice."""
    found = [
        (path, module)
        for path, tree in sources(*DETERMINISTIC)
        for module in imported(tree)
        if module in BANNED_MODULES | {"secrets"} and (path, module) not in ALLOWED
    ]
    assert found == []


def test_deterministic_code_asks_nobody_else_for_the_time() -> None:
    """`datetime.now()` is a clock too; `workflow.now()` is not."""
    found = [
        (path, node.lineno)
        for path, tree in sources(*DETERMINISTIC)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in BANNED_CALLS
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "workflow")
    ]
    assert found == []


def test_nodes_and_routers_are_async() -> None:
    """A plain function is run in an executor by LangGraph, which a workflow does not have."""
    for path, tree in sources("graphs/nodes"):
        public = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == Path(path).stem]
        assert public == [], path
    routers = [
        member for _, member in inspect.getmembers(routes, inspect.isfunction) if member.__module__ == "graphs.routes"
    ]
    assert routers
    assert all(inspect.iscoroutinefunction(router) for router in routers)


def test_every_activity_has_its_timeouts_and_retries_in_the_table() -> None:
    """An activity without an entry would run with Temporal's defaults: retried for ever."""
    named = {
        definition.name
        for _, contract in inspect.getmembers(contracts, inspect.isclass)
        for _, member in inspect.getmembers(contract, inspect.isfunction)
        if (definition := activity._Definition.from_callable(member)) is not None
    }
    assert named == set(options.LOCAL) | set(options.NORMAL)
    assert not set(options.LOCAL) & set(options.NORMAL)
    assert all("start_to_close_timeout" in entry for entry in (options.LOCAL | options.NORMAL).values())


@pytest.mark.parametrize("folder", ["activities", "workflows"])
def test_every_application_error_has_a_type(folder: str) -> None:
    """Callers match on the type; a text is for people."""
    found = [
        (path, node.lineno)
        for path, tree in sources(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "ApplicationError"
        and "type" not in {keyword.arg for keyword in node.keywords}
    ]
    assert found == []


def test_no_tool_takes_an_identity() -> None:
    """Who the customer is comes from the ticket: no action has an argument that could say otherwise."""
    banned = {"tenant", "tenant_id", "customer", "customer_id", "email", "user", "user_id", "url", "sql", "destination"}
    found = {spec.name: sorted(banned & set(spec.arguments)) for spec in SPECS.values() if banned & set(spec.arguments)}
    assert found == {}


def test_init_files_are_empty() -> None:
    """A folder says what it is by its modules, not by what its __init__ imports."""
    folders = [*DETERMINISTIC, "activities", "adapters", "store", "api", "evals", "runtime", "benchmarks"]
    full = [path for folder in folders for path in Path(folder).rglob("__init__.py") if path.read_text().strip()]
    assert full == []


def test_the_graph_has_the_seven_nodes_of_the_design() -> None:
    """classify, clarify, retrieve, plan, act, verify, hand off."""
    nodes = set(build_turn_graph().get_graph().nodes) - {"__start__", "__end__"}
    assert nodes == {"classify", "clarify", "retrieve", "plan", "act", "verify", "hand_off"}
