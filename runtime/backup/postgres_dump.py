"""Postgres into files and back, by Postgres' own programs.

A dump is logical (pg_dump's custom format, roles apart), so a newer Postgres can take it. The superuser's password goes
through the environment, never through an argument that `ps` shows.
"""

import asyncio
import os
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from runtime.backup.errors import BackupFailed

_LAST_LINES = 5


class PostgresTools:
    """Postgres' client programs of one folder, speaking to one server as its superuser."""

    def __init__(self, programs: Path, dsn: str) -> None:
        self._programs = programs
        told = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
        self._database = told["dbname"]
        self._superuser = told["user"]
        self._environment = {
            "PATH": os.defpath,
            "LC_ALL": "C.UTF-8",
            "PGHOST": told["host"],
            "PGPORT": told["port"],
            "PGUSER": told["user"],
            "PGPASSWORD": told["password"],
        }

    async def dump(self, roles: Path, database: Path) -> None:
        """Write the roles as SQL and the database in pg_dump's format; raises BackupFailed."""
        await self._run("pg_dumpall", "--globals-only", f"--file={roles}")
        # Compressed once, as part of the backup file.
        await self._run(
            "pg_dump", "--format=custom", "--compress=none", f"--file={database}", f"--dbname={self._database}"
        )

    async def load(self, roles: Path, database: Path) -> None:
        """Make the roles and load the database, both wholly or not at all; raises BackupFailed."""
        _leave_out_superuser(roles, self._superuser)
        once = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        await self._run("psql", *once, f"--file={roles}", f"--dbname={self._database}")
        await self._run(
            "pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={self._database}", str(database)
        )

    async def _run(self, program: str, *arguments: str) -> None:
        process = await asyncio.create_subprocess_exec(
            str(self._programs / program),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment,
        )
        try:
            _, complaint = await process.communicate()
        except BaseException:
            process.kill()
            await process.wait()
            raise
        if process.returncode != 0:
            # No rows are in these programs' complaints while ON_ERROR_STOP ends them at the first statement.
            said = "\n".join(complaint.decode(errors="replace").splitlines()[-_LAST_LINES:])
            raise BackupFailed(f"{program} ended with status {process.returncode}. It said:\n{said}")


def _leave_out_superuser(roles: Path, superuser: str) -> None:
    """Take the making of the superuser out: every cluster is born with it. The file still sets its password."""
    roles.write_text(roles.read_text().replace(f"CREATE ROLE {superuser};\n", ""))
