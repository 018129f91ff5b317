"""docker-compose.yml against the compose specification, and against what the commands really are."""

import subprocess
import sys
from pathlib import Path

import yaml

COMPOSE = Path("docker-compose.yml")


def test_the_compose_file_follows_the_specification() -> None:
    """The file validates against the compose specification's own schema."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_compose_file_is_noticed(tmp_path: Path) -> None:
    """The check itself works: a misspelt key is reported."""
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(COMPOSE.read_text().replace("healthcheck:", "healthchek:", 1))
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(wrong)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0


def test_only_the_migration_sees_a_superusers_password() -> None:
    """Workers and the API get an address without user and password."""
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    for name in ("api", "worker"):
        assert "@" not in services[name]["environment"]["DATABASE_URL"]
    assert "@" in services["migrate"]["environment"]["DATABASE_URL"]


def test_nothing_listens_beyond_this_machine() -> None:
    """Published ports are bound to the loopback address."""
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)
