"""The backup file: a tar, compressed as its name says, whose first member is the manifest.

Members are read by the names that the manifest lists, never unpacked as they come: a file from elsewhere cannot write
where it likes.
"""

import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import zstandard
from pydantic import ValidationError

from runtime.backup.errors import BackupUnusable
from runtime.backup.manifest import MANIFEST, Manifest, Part

_BLOCK = 1 << 20


def check_name(file: Path) -> None:
    """Raise BackupUnusable unless the name says how the file is compressed."""
    if not file.name.endswith((".tar.zst", ".tar.gz")):
        raise BackupUnusable(f"{file.name}: a backup's name ends in .tar.zst or .tar.gz.")


def describe(file: Path) -> Part:
    """Measure a file."""
    with file.open("rb") as content:
        return Part(sha256=hashlib.file_digest(content, "sha256").hexdigest(), size=file.stat().st_size)


def write_archive(target: IO[bytes], name: str, manifest: Manifest, parts: Mapping[str, Path]) -> None:
    """Write the manifest and the parts that it lists, compressed as `name` says."""
    with _writer(target, name) as tar:
        content = manifest.model_dump_json(indent=2).encode()
        head = tarfile.TarInfo(MANIFEST)
        head.size, head.mode, head.mtime = len(content), 0o600, int(manifest.made_at.timestamp())
        tar.addfile(head, io.BytesIO(content))
        for part in manifest.parts:
            tar.add(parts[part], arcname=part, recursive=False, filter=_anonymous)


def read_manifest(file: Path) -> Manifest:
    """Read what a backup says of itself; raises BackupUnusable."""
    with _reader(file) as tar:
        return _manifest(tar, file)


def extract(file: Path, into: Path) -> Manifest:
    """Unpack every part that the manifest lists and check its digest; raises BackupUnusable."""
    with _reader(file) as tar:
        manifest = _manifest(tar, file)
        missing = dict(manifest.parts)
        for member in tar:
            if member.name == MANIFEST:
                continue
            part = missing.pop(member.name, None)
            content = tar.extractfile(member) if part is not None else None
            if part is None or content is None:
                raise BackupUnusable(f"{file.name} holds {member.name!r}, which its manifest does not list.")
            _copy(content, into / member.name, part)
    if missing:
        raise BackupUnusable(f"{file.name} is incomplete: {', '.join(sorted(missing))} is missing.")
    return manifest


def _manifest(tar: tarfile.TarFile, file: Path) -> Manifest:
    head = tar.next()
    content = tar.extractfile(head) if head is not None and head.name == MANIFEST else None
    if content is None:
        raise BackupUnusable(f"{file.name} does not begin with a manifest: it is no backup of Setright.")
    try:
        manifest = Manifest.model_validate_json(content.read(_BLOCK))
    except ValidationError:
        raise BackupUnusable(
            f"The manifest of {file.name} cannot be read; a newer Setright may have made it."
        ) from None
    if any("/" in name or name.startswith(".") for name in manifest.parts):
        raise BackupUnusable(f"The manifest of {file.name} names parts that no backup has.")
    return manifest


def _copy(content: IO[bytes], target: Path, part: Part) -> None:
    digest = hashlib.sha256()
    with target.open("xb") as copy:
        target.chmod(0o600)
        while block := content.read(_BLOCK):
            digest.update(block)
            copy.write(block)
    if digest.hexdigest() != part.sha256:
        raise BackupUnusable(f"{target.name} in the backup is damaged: its digest is not the manifest's.")


@contextmanager
def _writer(target: IO[bytes], name: str) -> Iterator[tarfile.TarFile]:
    if name.endswith(".gz"):
        with tarfile.open(fileobj=target, mode="w|gz") as tar:
            yield tar
    else:
        compressor = zstandard.ZstdCompressor().stream_writer(target, closefd=False)
        with compressor, tarfile.open(fileobj=compressor, mode="w|") as tar:
            yield tar


@contextmanager
def _reader(file: Path) -> Iterator[tarfile.TarFile]:
    check_name(file)
    try:
        with file.open("rb") as source:
            if file.name.endswith(".gz"):
                with tarfile.open(fileobj=source, mode="r|gz") as tar:
                    yield tar
            else:
                plain = zstandard.ZstdDecompressor().stream_reader(source)
                with plain, tarfile.open(fileobj=plain, mode="r|") as tar:
                    yield tar
    except (tarfile.TarError, zstandard.ZstdError, EOFError) as error:
        raise BackupUnusable(f"{file.name} is damaged or no backup ({type(error).__name__}).") from error


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member
