"""Become a server that dies with its supervisor: a program run as `python -I -S launch.py`, never imported.

    launch.py SUPERVISOR_PID DEATH_SIGNAL UID GID PROGRAM [ARGUMENT...]

The steps must run in the child, after its credentials have changed (the kernel forgets the parent-death signal when
they do) and before the server starts. `subprocess`'s `preexec_fn` runs there too, but in a forked copy of a process
with threads (gRPC's, psycopg's), where taking any lock may hang for ever. A process of its own has no such copy. It
imports everything while still privileged: the account it changes to may not be allowed to read Python's files.
"""

import ctypes
import os
import platform
import sys

PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>


def main(supervisor: int, death_signal: int, uid: int, gid: int, argv: list[str]) -> None:
    """Drop privileges, tie this process to the supervisor, and become the server; returns only if that is moot."""
    libc = ctypes.CDLL(None, use_errno=True) if platform.system() == "Linux" else None
    if os.geteuid() == 0 and uid != 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    # Elsewhere a supervisor that is killed leaves the server behind; the next start finds and stops it.
    if libc is not None and libc.prctl(PR_SET_PDEATHSIG, death_signal) != 0:
        sys.exit(f"prctl(PR_SET_PDEATHSIG) failed: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != supervisor:
        return  # the supervisor died before the signal was set
    try:
        os.execv(argv[0], argv)  # noqa: S606 - there is no shell, which is the point
    except OSError as error:
        sys.exit(f"cannot run {argv[0]}: {error.strerror}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])
