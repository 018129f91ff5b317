"""The file of kept heads: what the database cannot quietly take back, kept where its roles cannot write.

Only ever appended to. Each line is signed over the line before it (HMAC-SHA256), so a line that was changed, taken out
or put in breaks the file from there on; lines cut off its end are missed by the check, which knows how old an unkept
event may be. It also holds what a restored backup must not bring back: which customers were forgotten.
"""

import fcntl
import hashlib
import hmac
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from domain.canonical import canonical
from domain.chain import ChainProblem, Head
from domain.event import GENESIS
from domain.ids import CustomerId, Sha256, TenantId
from domain.model import Model
from runtime.keys import derived_key
from runtime.settings import Settings

_PURPOSE = "setright kept heads"
_LAST_BYTES = 4096  # more than any line has


class Kept(Model):
    """What one line says.

    `head`: the chain's newest link. `restored`: a backup was put back, and the chain goes on from this link.
    `forgotten`: this customer's words were erased.
    """

    kind: Literal["head", "restored", "forgotten"]
    tenant: TenantId
    at: datetime
    head: Head | None = None
    customer_id: CustomerId | None = None


class _Line(Model):
    kept: Kept
    previous: Sha256
    signature: Sha256


def signing_key(settings: Settings) -> bytes | None:
    """What lines are signed with: SETRIGHT_AUDIT_KEY, or made of the role secret; None where there is neither."""
    if settings.audit_key is not None:
        return settings.audit_key.get_secret_value().encode()
    if settings.role_secret is not None:
        return derived_key(settings.role_secret, _PURPOSE)
    return None


def append(path: Path, key: bytes, what: Sequence[Kept]) -> None:
    """Sign and write lines, durably; several processes may do so at once. Raises OSError."""
    if not what:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LAST_BYTES))
        whole, newline, torn = file.read().rpartition(b"\n")
        if torn:  # a write that a full disk or a power cut ended half-way: nothing was chained to it
            file.truncate(size - len(torn))
        previous = _Line.model_validate_json(whole.rpartition(b"\n")[2]).signature if newline else GENESIS
        lines = []
        for kept in what:
            line = _Line(kept=kept, previous=previous, signature=_sign(key, kept, previous))
            lines.append(line.model_dump_json().encode() + b"\n")
            previous = line.signature
        file.seek(0, os.SEEK_END)
        file.write(b"".join(lines))
        file.flush()
        os.fsync(file.fileno())


def read(path: Path, key: bytes | None) -> tuple[list[Kept], list[ChainProblem]]:
    """Return what the file says, and where it was tampered with; without the key only its order is checked.

    Raises:
        FileNotFoundError: there is no such file.
    """
    kept: list[Kept] = []
    problems: list[ChainProblem] = []
    previous: Sha256 = GENESIS
    with path.open("rb") as file:
        for number, content in enumerate(file, 1):
            try:
                line = _Line.model_validate_json(content)
            except ValidationError:
                problems.append(_problem(number, "this line of the kept heads cannot be read"))
                continue
            if line.previous != previous:
                problems.append(_problem(number, "this line of the kept heads does not follow the line before it"))
            if key is not None and not hmac.compare_digest(line.signature, _sign(key, line.kept, line.previous)):
                problems.append(_problem(number, "this line of the kept heads does not bear our signature"))
            previous = line.signature
            kept.append(line.kept)
    return kept, problems


def heads_to_find(kept: Iterable[Kept]) -> dict[TenantId, list[Head]]:
    """The heads that each tenant's chain must still hold: a restored backup excuses what came after its end."""
    wanted: dict[TenantId, list[Head]] = {}
    for line in kept:
        if line.head is None:
            continue
        heads = wanted.setdefault(line.tenant, [])
        if line.kind == "restored":
            number = line.head.number
            heads[:] = [head for head in heads if head.number <= number]
        heads.append(line.head)
    return wanted


def _sign(key: bytes, kept: Kept, previous: Sha256) -> Sha256:
    return hmac.new(key, canonical([previous, kept]), hashlib.sha256).hexdigest()


def _problem(number: int, what: str) -> ChainProblem:
    return ChainProblem(tenant=None, ticket_id=None, seq=number, what=what)
