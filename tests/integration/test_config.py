"""Settings: read, completed, and refused in one clear line."""

import stat
from pathlib import Path

import pytest

from tracker import create_app
from tracker.config import SettingError, default_instance, load_settings, setting_names


def load(instance: Path, **given: str) -> object:
    return load_settings(
        {"TRACKER_INSTANCE": str(instance)} | {f"TRACKER_{name}": value for name, value in given.items()}
    )


def test_everything_has_a_sensible_default(tmp_path: Path) -> None:
    settings = load_settings({"TRACKER_INSTANCE": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/tracker.db"
    assert settings.files == tmp_path / "files"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert set(settings.trusted_hosts) == {"127.0.0.1", "localhost", "[::1]"}
    assert (settings.session_idle_hours, settings.session_absolute_hours) == (8, 12)
    assert (settings.max_file_mb, settings.max_files, settings.password_min_length) == (20, 10, 12)
    assert settings.is_loopback_only
    assert not settings.is_https


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.py").write_text(
        "import os\nfrom pathlib import Path\nPORT = 9000\nMAX_FILES = 3\nFILES = Path('/srv/files')\n"
        "TRUSTED_HOSTS = ['a.vn', 'b.vn']\n"
    )
    settings = load_settings({"TRACKER_INSTANCE": str(tmp_path), "TRACKER_PORT": " 9001 "})
    assert (settings.port, settings.max_files, settings.base_url) == (9001, 3, "http://127.0.0.1:9001")
    assert settings.files == Path("/srv/files")
    assert settings.trusted_hosts == ("a.vn", "b.vn")


def test_a_public_base_url_trusts_its_own_name_alone(tmp_path: Path) -> None:
    settings = load_settings(
        {"TRACKER_INSTANCE": str(tmp_path), "TRACKER_BASE_URL": "https://vuongmac.example.vn/"}
    )
    assert settings.base_url == "https://vuongmac.example.vn"
    assert settings.trusted_hosts == ("vuongmac.example.vn",)
    assert settings.is_https


def test_postgresql_is_spoken_to_by_its_driver(tmp_path: Path) -> None:
    settings = load_settings(
        {"TRACKER_INSTANCE": str(tmp_path), "TRACKER_DATABASE_URL": "postgresql://tracker@db/tracker"}
    )
    assert settings.database_url == "postgresql+psycopg://tracker@db/tracker"


@pytest.mark.asvs("V3.5.4")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "8000.5"),
        ("PORT", "٨٠٠٠"),
        ("PORT", "9" * 5000),
        ("MAX_FILE_MB", "0"),
        ("MAX_FILE_MB", ""),
        ("PASSWORD_MIN_LENGTH", "8"),
        ("SESSION_IDLE_HOURS", "13"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "tracker.db"),
        ("BASE_URL", "vuongmac.vn"),
        ("BASE_URL", "ftp://vuongmac.vn"),
        ("BASE_URL", "https://vuongmac.vn/path"),
        ("BASE_URL", "https://user:pw@vuongmac.vn"),
        ("BASE_URL", "https://vuongmac.vn:99999"),
        ("BASE_URL", "https://"),
        ("TRUSTED_HOSTS", "a.vn\nb.vn"),
        ("PROXIES", "6"),
        ("NO_SUCH_SETTING", "1"),
        ("SECRET_KEY", "dev"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError) as refused:
        load(tmp_path, **{name: value})
    line = str(refused.value)
    assert line.startswith(f"TRACKER_{name}: ")
    assert "\n" not in line
    assert len(line) < 200


@pytest.mark.parametrize(
    "content", ["PORT = ", "1/0", "PORT = '80x'", "PORTS = 1", "PORT = True", "TRUSTED_HOSTS = 5"]
)
def test_a_wrong_file_is_refused_in_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.py").write_text(content)
    with pytest.raises(SettingError) as refused:
        load(tmp_path)
    assert "\n" not in str(refused.value)


def test_settings_of_the_tests_are_no_settings(tmp_path: Path) -> None:
    assert load(tmp_path, TEST_DATABASE="postgresql")


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = load_settings({"TRACKER_INSTANCE": str(tmp_path / "new")})
    key = settings.secret_key()
    assert len(key) == 64
    assert settings.secret_key() == key
    assert stat.S_IMODE(settings.secret_key_file.stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]
    settings.secret_key_file.chmod(0o644)
    settings.secret_key()
    assert stat.S_IMODE(settings.secret_key_file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"dev", b"\xff" * 64])
def test_a_weak_or_broken_secret_key_stops_the_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret_key").write_bytes(content)
    with pytest.raises(SettingError) as refused:
        create_app(load_settings({"TRACKER_INSTANCE": str(tmp_path)}))
    assert str(refused.value).startswith("TRACKER_SECRET_KEY_FILE: ")


def test_making_the_application_touches_no_database(tmp_path: Path) -> None:
    create_app(load_settings({"TRACKER_INSTANCE": str(tmp_path)}))
    assert {path.name for path in tmp_path.iterdir()} == {"secret_key", "static"}  # compressed style sheets


def test_every_setting_says_what_it_means() -> None:
    names = setting_names()
    assert "TRACKER_DATABASE_URL" in names
    assert all(name.startswith("TRACKER_") and len(meaning) > 10 for name, meaning in names.items())


def test_run_from_the_sources_the_instance_lies_beside_them() -> None:
    assert default_instance() == Path(__file__).parents[2] / "instance"
