"""What a failed command tells its user: what happened, what to do, and an exit code. Never a traceback."""

from domain.errors import SetrightError
from runtime.cli.exit_codes import BY_ERROR, ExitCode


class CommandFailed(SetrightError):
    """A command cannot do what was asked; `todo` says what would help."""

    code = "command_failed"

    def __init__(self, text: str, todo: str = "", exit_code: ExitCode = ExitCode.refused) -> None:
        super().__init__(text)
        self.todo = todo
        self.exit_code = exit_code


class NoStack(CommandFailed):
    """Nothing runs in the data folder, so there is nobody to ask."""

    code = "no_stack"

    def __init__(self, text: str = "No stack is running here.") -> None:
        todo = "Start one with `setright up`, or name its folder with --data-dir."
        super().__init__(text, todo, ExitCode.no_stack)


class ApiFailed(CommandFailed):
    """The API refused or could not do something; `code` is the API's own."""

    def __init__(self, code: str, text: str, todo: str, status: int) -> None:
        super().__init__(text, todo, BY_ERROR.get(code, ExitCode.refused))
        self.code = code  # type: ignore[misc] # the one error whose code comes from elsewhere
        self.status = status


#: What helps against errors whose text does not say it already.
_TODO = {
    "not_found": "See what there is with `setright tickets` and `setright approvals`.",
    "stale_decision": "See what is still open with `setright approvals`.",
    "approval_mismatch": "Look at the request again with `setright approvals`, then decide.",
    "ticket_closed": "Ask again without --ticket: that opens a new ticket.",
    "text_invalid": "Mend the places above and send it again.",
    "unavailable": "Try again; if it stays so, `setright doctor` says what is wrong.",
    "workspace_invalid": "Mend the lines above; `setright workspace check` looks at them again.",
}


def explain(error: Exception) -> tuple[str, str, ExitCode]:
    """Say what happened, what to do about it (perhaps nothing more), and how the command ends."""
    match error:
        case CommandFailed():
            return error.text, error.todo or _TODO.get(error.code, ""), error.exit_code
        case SetrightError():
            return error.text, _TODO.get(error.code, ""), BY_ERROR.get(error.code, ExitCode.refused)
        case FileNotFoundError():
            return f"There is no file {error.filename}.", "", ExitCode.not_found
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return f"{where}{error.strerror or type(error).__name__}.", "", ExitCode.misconfigured
        case _:
            return (
                f"Setright failed in a way it should not: {type(error).__name__}.",
                "Run it again as `setright --debug …` and report what that prints.",
                ExitCode.internal,
            )
