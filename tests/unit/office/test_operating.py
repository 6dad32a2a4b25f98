"""What an operator is given: container, compose file, page and HTTPS settings hold together with the program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from sampan.cli.main import COMMANDS

REPOSITORY = Path(__file__).parents[3]
CONTAINER = (REPOSITORY / "Containerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "compose.yml").read_text(encoding="utf-8"))
PAGE = (REPOSITORY / "docs/how-to/operate.md").read_text(encoding="utf-8")
SETTINGS = (REPOSITORY / "docs/reference/settings.md").read_text(encoding="utf-8")
INSTRUCTIONS = {
    "FROM", "WORKDIR", "RUN", "COPY", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD",
}  # fmt: skip


def instructions() -> list[tuple[str, str]]:
    """(instruction, rest) of the container file, lines joined."""
    joined = re.sub(r"\\\n", " ", CONTAINER)
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def test_the_container_file_is_well_formed_and_takes_what_is_there() -> None:
    found = instructions()
    assert {name for name, _ in found} <= INSTRUCTIONS
    assert found[0][0] == "FROM" and found[-1][0] == "CMD"
    copied = [rest.split()[:-1] for name, rest in found if name == "COPY" and not rest.startswith("--from")]
    kept = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8")
    for name in {one for names in copied for one in names}:
        assert (REPOSITORY / name).exists() and f"!{name}\n" in kept, name
    assert [rest for name, rest in found if name == "USER"] == ["sampan"], "it does not run as root"


def test_what_the_container_installs_holds_every_file_of_the_program(tmp_path: Path) -> None:
    """`pip install .` of the container, as a wheel: templates, words, registries and forms are in it."""
    listed = subprocess.run(
        ["git", "ls-files", "src"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in ("pyproject.toml", "README.md", *listed):
        if (REPOSITORY / name).exists():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, tmp_path / name)
    subprocess.run(
        [
            sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps",
            "--no-build-isolation", "--wheel-dir", "out", ".",
        ],
        cwd=tmp_path, check=True, timeout=300,
    )  # fmt: skip
    (wheel,) = (tmp_path / "out").glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert {name.removeprefix("src/") for name in listed if (REPOSITORY / name).exists()} - inside == set()


@pytest.mark.parametrize("service", ["web", "worker"])
def test_compose_starts_commands_that_are_there_with_settings_that_are_listed(service: str) -> None:
    told = COMPOSE["services"][service]
    assert told["command"][0] == "sampan" and told["command"][1] in COMMANDS
    assert [name for name in told["environment"] if f"`{name}`" not in SETTINGS] == []
    assert told["depends_on"]["records"]["condition"] == "service_healthy"
    assert {volume.partition(":")[0] for volume in told["volumes"]} <= set(COMPOSE["volumes"])
    published = told.get("ports", [])
    assert all(port.startswith("127.0.0.1:") for port in published), "only a proxy reaches it"


def test_a_command_that_a_service_runs_knows_its_options() -> None:
    for told in (COMPOSE["services"]["web"]["command"], COMPOSE["services"]["worker"]["command"]):
        said = subprocess.run(
            [sys.executable, "-c", "from sampan.office.main import main; main()", *told[1:2], "--help"],
            capture_output=True, text=True, check=True, timeout=120,
        ).stdout  # fmt: skip
        assert [word for word in told[2:] if word.startswith("--") and word.removeprefix("--no-") not in said] == []


def test_the_page_names_commands_and_settings_that_are_there() -> None:
    commands = set(re.findall(r"(?:^|`)(?:\.venv/bin/)?sampan ([a-z]+)", PAGE, re.M))
    assert commands and commands <= set(COMMANDS)
    assert [name for name in re.findall(r"SAMPAN_[A-Z_]+", PAGE) if f"`{name}`" not in SETTINGS] == []


def test_behind_https_cookies_are_secure_and_plain_requests_are_sent_there(tmp_path: Path) -> None:
    environment = {**os.environ, "SAMPAN_HTTPS": "1", "SAMPAN_HOSTS": "office.example", "SAMPAN_HOME": str(tmp_path)}
    environment.pop("SAMPAN_DATABASE_URL", None)
    said = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines() == [
        "plain 301 https://office.example/account/sign-in/",
        "health 200",
        "secure 200 max-age=31536000 True True",
        "metrics 404",
    ]


ASK = """
import django, os
os.environ["DJANGO_SETTINGS_MODULE"] = "sampan.office.settings"
django.setup()
from django.test import Client
from sampan.operations import homes
homes.opened()
plain = Client(HTTP_HOST="office.example", REMOTE_ADDR="127.0.0.1")
answer = plain.get("/account/sign-in/")
print("plain", answer.status_code, answer.headers["Location"])
print("health", Client(HTTP_HOST="127.0.0.1:8000").get("/health").status_code)
answer = plain.get("/account/sign-in/", headers={"X-Forwarded-Proto": "https"})
cookie = answer.cookies["csrftoken"]
from django.conf import settings
print("secure", answer.status_code, answer.headers["Strict-Transport-Security"], bool(cookie["secure"]), settings.SESSION_COOKIE_SECURE)
print("metrics", plain.get("/metrics").status_code)
"""
