"""The report counts each task once, and puts the row that does nothing beside it."""

from evals.tau.grade import Grade
from evals.tau.mind import changes_mind
from evals.tau.report import TaskResult, as_json
from evals.tau.ticket_mode import Run


def result(task_id: str, graded: Grade, *, changes_store: bool = True) -> TaskResult:
    """One task's result."""
    run = Run("handed_off", "not_supported", ("cancel_order: passed_on",), (), 0)
    return TaskResult(task_id, changes_store, False, "text", run, graded)


RESULTS = [
    result("1", Grade("resolved", ("cancel #W1",), (), ())),
    result("2", Grade("resolved", (), (), ()), changes_store=False),
    result("3", Grade("partial", ("cancel #W1",), (), ("return #W2",))),
    result("4", Grade("nothing", (), (), ("return #W2",))),
    result("5", Grade("wrong", (), ("return #W2", "cancel #W3"), ())),
]


def test_every_task_is_in_one_column() -> None:
    """Resolved, partial, handed off and wrong make up all tasks; wrong writes are counted one by one."""
    told = as_json(RESULTS)
    columns = ("resolved", "partial", "handed_off", "wrong_write_tasks")
    assert [told[column] for column in columns] == [2, 1, 1, 1]
    assert (told["resolved_with_writes"], told["wrong_writes"]) == (1, 2)
    assert [task["outcome"] for task in told["tasks"]] == ["resolved", "resolved", "partial", "handed_off", "wrong"]


def test_doing_nothing_resolves_what_expects_nothing() -> None:
    """The row that every assistant has to beat."""
    idle = as_json(RESULTS)["does_nothing"]
    assert (idle["resolved"], idle["handed_off"], idle["wrong_writes"]) == (1, 4, 0)


def test_a_change_of_mind_is_found_in_the_script() -> None:
    """At the confirmation, or as a regret; a wish that was made after a change of mind is none."""
    assert changes_mind("If the agent asks for confirmation, only exchange the lamp.")
    assert changes_mind("You want to cancel it, but if the agent asks you to confirm, you regret.")
    assert not changes_mind("You no longer need the lamp and want to return it.")
