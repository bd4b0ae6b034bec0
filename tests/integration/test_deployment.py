"""The shipped files for nginx and systemd, and what the manual tells people to type."""

import configparser
import re
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from tracker.cli import commands
from tracker.config import Settings, load_settings
from tracker.deployment import KINDS, files
from tracker.web.http import HEADERS

ROOT = Path(__file__).parents[2]
MANUALS = ["README.md", "README.vi.md"]


def settings(tmp_path: Path, **more: str) -> Settings:
    given = {
        "INSTANCE": str(tmp_path / "data"),
        "BASE_URL": "https://vuongmac.example.vn",
        "PORT": "8123",
    } | more
    return load_settings({f"TRACKER_{name}": value for name, value in given.items()})


def made(kind: str, tmp_path: Path, **more: str) -> dict[str, str]:
    return files(kind, settings(tmp_path, **more), program="/opt/tracker/bin/tracker", user="issues")


@pytest.mark.parametrize("kind", KINDS)
def test_every_place_is_filled_in(kind: str, tmp_path: Path) -> None:
    for name, content in made(kind, tmp_path).items():
        assert re.findall("@[A-Z_]+@", content) == [], name


def test_the_units_name_program_user_and_what_may_be_written(tmp_path: Path) -> None:
    units = made("systemd", tmp_path, BACKUP_DIR="/srv/backups", FILES=str(tmp_path / "data" / "own"))
    assert set(units) == {"tracker.service", "tracker-doctor.service", "tracker-doctor.timer"}
    for name, word in (("tracker.service", "serve"), ("tracker-doctor.service", "doctor")):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str  # type: ignore[assignment, method-assign]
        unit.read_string(units[name])
        service = unit["Service"]
        assert service["ExecStart"] == f"/opt/tracker/bin/tracker {word}"
        assert service["User"] == service["Group"] == "issues"
        assert service["Environment"] == f"TRACKER_INSTANCE={tmp_path / 'data'}"
        assert service["ReadWritePaths"] == f"{tmp_path / 'data'} /srv/backups"
        assert (service["UMask"], service["ProtectSystem"], service["NoNewPrivileges"]) == (
            "0077",
            "strict",
            "yes",
        )


def test_a_database_elsewhere_may_be_written_too(tmp_path: Path) -> None:
    units = made("systemd", tmp_path, DATABASE_URL="sqlite:////srv/db/tracker.db")
    assert f"ReadWritePaths={tmp_path / 'data'} /srv/db\n" in units["tracker.service"]
    units = made("systemd", tmp_path, DATABASE_URL="postgresql://tracker@db/tracker")
    assert f"ReadWritePaths={tmp_path / 'data'}\n" in units["tracker.service"]


@pytest.mark.asvs("V3.5.4", "V4.1.3")
def test_nginx_takes_what_the_tracker_takes_and_passes_it_on(tmp_path: Path) -> None:
    (content,) = made("nginx", tmp_path, MAX_FILE_MB="50", MAX_FILES="4").values()
    assert content.count("{") == content.count("}")
    assert "client_max_body_size 208m;" in content
    assert content.count("proxy_pass http://127.0.0.1:8123;") == 2
    assert content.count("server_name vuongmac.example.vn;") == 2
    # The address that the browser claims is replaced, not added to.
    assert content.count("proxy_set_header X-Forwarded-For $remote_addr;") == 2
    for name, value in HEADERS.items():
        assert content.count(f'add_header {name} "{value}" always;') == 4


@pytest.mark.asvs("V4.1.2")
def test_by_plain_http_nginx_only_sends_a_browser_to_https(tmp_path: Path, one_app: Flask) -> None:
    (content,) = made("nginx", tmp_path).values()
    plain = content.split("listen 80;")[1].split("server {")[0]
    assert "return 308 https://vuongmac.example.vn$request_uri;" in plain
    for word in ("proxy_pass", "alias", "root ", "location"):
        assert word not in plain
    # Programs would follow and have sent their secret in the clear: whoever adds an API refuses them there.
    assert [rule.rule for rule in one_app.url_map.iter_rules() if rule.rule.startswith("/api")] == []


def test_nginx_finds_the_files_that_pages_ask_for(tmp_path: Path) -> None:
    (content,) = made("nginx", tmp_path).values()
    folders = re.findall(r"alias (\S+)/;", content)
    assert len(folders) == 2
    assert all(Path(folder).is_dir() for folder in folders)
    pattern = re.search(r'location ~ "(.+)" \{', content)
    assert pattern is not None
    asked = re.fullmatch(
        pattern[1].strip("^$").replace("?<", "?P<"), "/static/vendor/htmx-2.0.11/htmx.min.d6fdc75f204e.js"
    )
    assert asked is not None
    assert (Path(folders[-1]) / f"{asked['stem']}.{asked['extension']}").is_file()
    assert f"alias {folders[-1]}/$stem.$extension;" in content


def test_the_command_prints_or_writes_them(tmp_path: Path) -> None:
    environment = {"TRACKER_INSTANCE": str(tmp_path / "data")}
    printed = CliRunner().invoke(commands, ["deployment", "systemd", "--user", "issues"], env=environment)
    assert printed.output.count("User=issues") == 2
    written = CliRunner().invoke(commands, ["deployment", "nginx", "--to", str(tmp_path)], env=environment)
    assert written.output == f"{tmp_path / 'tracker.conf'}\n"
    assert "server_name 127.0.0.1;" in (tmp_path / "tracker.conf").read_text(encoding="utf-8")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("manual", MANUALS)
def test_what_a_manual_tells_to_type_exists(manual: str) -> None:
    content = (ROOT / manual).read_text(encoding="utf-8")
    pieces = re.findall(r"```.*?```|`[^`\n]+`", content, re.DOTALL)
    typed = {
        word
        for piece in pieces
        for word in re.findall(r"(?:^|[/\\ `])tracker ([a-z][a-z-]+)", piece, re.MULTILINE)
    }
    assert len(typed) > 8
    assert typed - set(commands.commands) == set()
    known = {item.name.upper() for item in fields(Settings)}
    named = set(re.findall(r"TRACKER_([A-Z_]+[A-Z])", content)) | set(
        re.findall(r"^([A-Z_]+) = ", content, re.MULTILINE)
    )
    assert named - known == set()


def test_every_command_stands_in_the_manual() -> None:
    content = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = {name for name, command in commands.commands.items() if not command.hidden}
    assert {name for name in shown if f"`{name}" not in content and f"tracker {name}" not in content} == set()
