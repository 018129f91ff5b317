"""Checks of the machine: Python, the installed packages, the disk, the ports."""

import importlib.metadata
import json
import platform
import re
import shutil
import sys
from pathlib import Path

from runtime.doctor.finding import Finding, fail, ok, warn
from runtime.doctor.site import Site
from runtime.embedded.folder import MIN_FREE_BYTES
from runtime.embedded.ports import is_free

_ROOT = Path(__file__).resolve().parents[2]
_LEAST_PYTHON = (3, 11)
_COMFORTABLE_BYTES = 2 << 30
_PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)(?:\[[^]]*])?==(?P<version>[^ ;\\]+)", re.MULTILINE)
_WANTED = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)


async def check_python(site: Site) -> Finding:
    """Whether this Python is new enough."""
    del site
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info[:2] < _LEAST_PYTHON:
        return fail("python", detail, "Setright needs Python 3.11 or newer: make a new .venv with one.")
    return ok("python", detail)


async def check_packages(site: Site) -> Finding:
    """Whether what is installed is what requirements.lock names, for the packages that we use ourselves."""
    del site
    pins: dict[str, set[str]] = {}  # several versions of one package are for several versions of Python
    for pin in _PIN.finditer((_ROOT / "requirements.lock").read_text()):
        pins.setdefault(_normal(pin["name"]), set()).add(pin["version"])
    wanted = {_normal(line["name"]) for line in _WANTED.finditer((_ROOT / "requirements.in").read_text())}
    others = []
    for name in sorted(wanted & pins.keys()):
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            installed = "missing"
        if installed not in pins[name]:
            others.append(f"{name} {installed} instead of {' or '.join(sorted(pins[name]))}")
    if others:
        return warn("packages", ", ".join(others), "Run `make demo` or `make test`: each installs requirements.lock.")
    return ok("packages", f"{len(wanted & pins.keys())} as requirements.lock names them")


async def check_disk(site: Site) -> Finding:
    """Whether there is room for the databases to grow."""
    folder = next(path for path in (site.folder.root, *site.folder.root.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    detail = f"{free / (1 << 30):.1f} GB free at {site.folder.root}"
    if free < MIN_FREE_BYTES:
        return fail("disk", detail, "Make room, or set SETRIGHT_DATA_DIR to a folder on another disk.")
    if free < _COMFORTABLE_BYTES:
        return warn("disk", detail, "Make room soon: Postgres and Temporal stop when the disk is full.")
    return ok("disk", detail)


async def check_ports(site: Site) -> Finding:
    """Whether the ports that the next start will want are to be had."""
    asked = {
        "api": site.settings.api_port,
        "postgres": site.settings.postgres_port,
        "temporal": site.settings.temporal_port,
        "temporal-ui": site.settings.temporal_ui_port,
    }
    kept = _kept_ports(site.folder.ports)
    if site.record is not None:
        shown = ", ".join(f"{name} {port}" for name, port in sorted(kept.items()))
        return ok("ports", shown or "as set")
    if taken := [f"{name} {port}" for name, port in asked.items() if port and not is_free(port)]:
        todo = "Stop the program that uses it (`ss -ltnp` names it), or set the port to 0 for any free one."
        return fail("ports", f"set, and taken by another program: {', '.join(taken)}", todo)
    if taken := [f"{name} {port}" for name, port in kept.items() if not asked.get(name) and not is_free(port)]:
        todo = "Nothing, unless you want the old links back: the next start takes other ports."
        return warn("ports", f"of last time, and taken by another program: {', '.join(taken)}", todo)
    return ok("ports", "free")


def _kept_ports(file: Path) -> dict[str, int]:
    try:
        kept = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return {name: port for name, port in kept.items() if isinstance(port, int)} if isinstance(kept, dict) else {}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
