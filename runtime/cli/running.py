"""The running stack as other commands find it: the file it keeps while it is up, and whether that is still true."""

import json
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from runtime.cli.errors import CommandFailed, NoStack
from runtime.cli.exit_codes import ExitCode
from runtime.settings import Settings

#: The file of a data folder that exists while its stack runs; `runtime.up`, which writes it, takes a second to import.
STACK_FILE = "stack.json"


class StackRecord(BaseModel):
    """What a running stack says of itself; the keys are secrets."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    pid: int
    api_url: str
    temporal_ui: str | None
    temporal_address: str
    keys: dict[str, str]

    def tenant(self, wanted: str | None) -> str:
        """Choose the tenant that is meant: the one named, or the first; raises CommandFailed."""
        if wanted is None:
            return next(iter(self.keys))
        if wanted not in self.keys:
            served = ", ".join(self.keys)
            raise CommandFailed(f"This stack serves no tenant {wanted!r}.", f"It serves {served}.", ExitCode.not_found)
        return wanted


def load_settings(data_dir: Path | None, **overrides: object) -> Settings:
    """Read the settings; what was given on the command line wins."""
    return Settings.load(**({} if data_dir is None else {"data_dir": data_dir}), **overrides)


def read_record(data_dir: Path) -> StackRecord | None:
    """Read what runs on a data folder; None where nothing does, or where what did was killed."""
    try:
        record = StackRecord.model_validate(json.loads((data_dir / STACK_FILE).read_text()))
    except (FileNotFoundError, NotADirectoryError, ValueError, ValidationError):
        return None
    return record if _is_alive(record.pid) else None


def find_stack(data_dir: Path | None) -> StackRecord:
    """Find the running stack: of the folder named, else of the user's own, else a demo that was kept up.

    Raises:
        NoStack: nothing runs there.
    """
    return _find(data_dir)[1]


def find_folder(data_dir: Path | None) -> Path:
    """Find the data folder of the running stack, as `find_stack` does; raises NoStack."""
    return _find(data_dir)[0]


def _find(data_dir: Path | None) -> tuple[Path, StackRecord]:
    settings = load_settings(data_dir)
    folders = [settings.data_dir] if data_dir is not None else [settings.data_dir, settings.demo_data_dir]
    for folder in folders:
        record = read_record(folder)
        if record is not None:
            return folder, record
    raise NoStack(f"No stack is running on {settings.data_dir}.")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it lives, as another user
    return True
