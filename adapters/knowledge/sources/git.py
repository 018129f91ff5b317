"""A git repository, local or by https: one commit of it, fetched alone, checked out without running anything of it.

Hooks, filters, submodules and symbolic links of a repository are not used. A checkout is kept until the reading has
ended, in a folder of ours; a worker that lacks it fetches the same commit again.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import shutil
import signal
import tempfile
from pathlib import Path

import httpx2

from adapters.knowledge.sources.port import SourceMissing, SourceRefused, SourceTooLarge, SourceUnreachable
from adapters.web.address import address_of
from domain.errors import InvalidInput
from domain.hook_url import check_url

MAX_CHECKOUT_BYTES = 500_000_000
_SECONDS = 300.0
_LOOK_SECONDS = 0.5  # how often the size is looked at while git works
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SETTINGS = {
    "core.hooksPath": "/dev/null",
    "core.symlinks": "false",  # a link becomes a small text file, which leads nowhere
    "core.fsmonitor": "false",
    "protocol.allow": "never",
    "protocol.https.allow": "always",
    "protocol.file.allow": "always",
    "http.followRedirects": "false",
    "http.proxy": "",
    "credential.helper": "",
    "safe.directory": "*",  # it is only read; whoever named it may read it
    "gc.auto": "0",
}


class Checkouts:
    """Checkouts in a folder of ours."""

    def __init__(self, folder: Path, *, may_call_private: bool) -> None:
        self._folder = folder
        self._may_call_private = may_call_private

    async def newest(self, location: str) -> tuple[Path, str]:
        """Return a checkout of what the repository's HEAD is now, with the commit.

        Raises:
            SourceMissing: there is no repository, or it is empty.
            SourceRefused: its host is not one that may be called.
            SourceTooLarge: it is larger than is read.
            SourceUnreachable: its server does not answer.
        """
        answer = await self._git(["ls-remote", "--", location, "HEAD"], location)
        commit = answer.split()[0] if answer.split() else ""
        if not _COMMIT.fullmatch(commit):
            raise SourceMissing("The repository has no commit yet.")
        return await self.at(location, commit), commit

    async def at(self, location: str, commit: str) -> Path:
        """Return a checkout of a commit, as above."""
        place = self._place(location, commit)
        if place.is_dir():
            return place
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = Path(tempfile.mkdtemp(dir=self._folder, prefix="new-"))
        try:
            await self._git(["init", "--quiet", str(aside)], location)
            inside = ["-C", str(aside)]
            fetch = ["fetch", "--quiet", "--depth=1", "--no-tags", "--", location, commit]
            await self._git([*inside, *fetch], location, aside)
            await self._git([*inside, "checkout", "--quiet", "--detach", "FETCH_HEAD"], location, aside)
            with contextlib.suppress(OSError):  # another step of this worker was quicker; both are the same
                await asyncio.to_thread(aside.rename, place)
        finally:
            await asyncio.to_thread(shutil.rmtree, aside, ignore_errors=True)
        return place

    async def forget(self, location: str, *, keep: str | None = None) -> None:
        """Remove the checkouts of a repository, all but that of the commit `keep`."""
        kept = self._place(location, keep) if keep else None
        for place in self._folder.glob(f"{_name(location)}-*"):
            if place != kept:
                await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)

    def _place(self, location: str, commit: str) -> Path:
        return self._folder / f"{_name(location)}-{commit}"

    async def _git(self, arguments: list[str], location: str, watched: Path | None = None) -> str:
        settings = {**_SETTINGS, **await self._pinned(location)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with tempfile.TemporaryDirectory(prefix="setright-git-") as home:
            # What the repository's own process reads too, which is not told our options.
            await asyncio.to_thread(Path(home, ".gitconfig").write_text, "[safe]\n\tdirectory = *\n")
            environment = {
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": home,
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_TERMINAL_PROMPT": "0",
                "GIT_LFS_SKIP_SMUDGE": "1",
                "LC_ALL": "C",
            }
            return await _run(["git", *options, *arguments], environment, watched)

    async def _pinned(self, location: str) -> dict[str, str]:
        """For an address: look at what its name resolves to, and have git connect to just that."""
        if not is_remote(location):
            return {}
        try:
            check_url(
                location,
                may_call_loopback=False,
                may_call_private=self._may_call_private,
                what="This repository cannot be read",
            )
            target = httpx2.URL(location)
            address = await address_of(target, may_call_loopback=False, may_call_private=self._may_call_private)
        except InvalidInput as refusal:
            raise SourceRefused(refusal.text) from None
        except OSError:
            raise SourceUnreachable("The repository's host cannot be resolved.") from None
        shown = f"[{address}]" if ":" in address else address
        allowed = {"protocol.http.allow": "always"} if self._may_call_private else {}
        return {"http.curloptResolve": f"{target.host}:{target.port or 443}:{shown}", **allowed}


def is_remote(location: str) -> bool:
    """Whether a repository is reached over the network."""
    return location.startswith(("https://", "http://"))


async def _run(argv: list[str], environment: dict[str, str], watched: Path | None) -> str:
    """Run git and return what it prints; its own messages may quote anything, so they are not passed on."""
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise SourceRefused("There is no git program on the worker's machine; install it.") from None
    reading = asyncio.create_task(process.communicate())
    try:
        async with asyncio.timeout(_SECONDS):
            while not (await asyncio.wait({reading}, timeout=_LOOK_SECONDS))[0]:
                if watched is not None and await asyncio.to_thread(_size, watched) > MAX_CHECKOUT_BYTES:
                    raise SourceTooLarge(f"The repository is larger than {MAX_CHECKOUT_BYTES // 1_000_000} MB.")
    except TimeoutError:
        raise SourceUnreachable("The repository did not come in time.") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        output, _ = await reading
    if process.returncode:
        raise SourceUnreachable("The repository cannot be read: is it there, and open to everybody?")
    return output.decode("utf-8", "replace")


def _size(folder: Path) -> int:
    """The bytes of a folder that git is still writing to."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(parent, name).lstat().st_size
    return total


def _name(location: str) -> str:
    return hashlib.sha256(location.encode()).hexdigest()[:16]
