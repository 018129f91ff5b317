"""What a restored backup means for the kept heads: the chain goes on from an earlier link, and that is on record.

The file itself is no part of a backup. It would take itself back together with what it is to witness.
"""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from domain.chain import Head
from domain.event import GENESIS
from domain.ids import TenantId
from runtime.audit.database import with_own_secret
from runtime.audit.heads_file import Kept, append, heads_to_find, read, signing_key
from runtime.settings import Settings
from store.audit import TenantHead

_NONE = Head(number=0, hash=GENESIS)


def carry_heads_over(settings: Settings, new: Path) -> None:
    """Copy the file to the folder that will take the data folder's place, if that is where it lies."""
    file = settings.heads_file
    if file.exists() and file.is_relative_to(settings.data_dir):
        shutil.copy2(file, new / file.relative_to(settings.data_dir))


def note_restored(settings: Settings, heads: Sequence[TenantHead], at: datetime) -> list[TenantId]:
    """Write where each tenant's chain goes on from; returns the tenants whose later links are thereby given up.

    Where no head was kept there is nothing to excuse, and nothing is written.
    """
    key, file = signing_key(with_own_secret(settings)), settings.heads_file
    if key is None or not file.exists():
        return []
    here = {head.tenant: Head(number=head.number, hash=head.hash) for head in heads}
    wanted = heads_to_find(read(file, None)[0])
    behind = [
        tenant
        for tenant, kept in sorted(wanted.items())
        if here.get(tenant, _NONE).number < max(head.number for head in kept)
    ]
    lines = [Kept(kind="restored", tenant=tenant, at=at, head=here.get(tenant, _NONE)) for tenant in behind]
    append(file, key, lines)
    return behind
