"""The third-party files we serve are exactly those whose sums were written down, and none beside them."""

import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "tracker" / "static"
VENDOR = STATIC / "vendor"
OWN_FILES = {"refresh.sh", "icons.txt", "vendor.json"}
PACKAGES = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))


def _listed() -> dict[Path, str]:
    return {
        (VENDOR / name).resolve(): digest for package in PACKAGES for name, digest in package["files"].items()
    }


@pytest.mark.asvs("V3.6.1")
def test_every_listed_file_has_the_sum_that_was_written_down() -> None:
    for path, digest in _listed().items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, path.name


def test_no_third_party_file_is_unlisted() -> None:
    present = {path.resolve() for path in VENDOR.rglob("*") if path.is_file() and path.name not in OWN_FILES}
    assert present <= _listed().keys()
    assert len(present) >= 10


def test_every_package_names_its_version_and_licence_and_ships_the_licence_text() -> None:
    for package in PACKAGES:
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert package["licence"] in {"MIT", "0BSD", "OFL-1.1"}
        assert any(name.endswith("/LICENSE") for name in package["files"])


@pytest.mark.asvs("V3.6.1")
def test_our_pages_load_nothing_from_another_host() -> None:
    sources = [*STATIC.glob("css/*.css"), *STATIC.glob("js/*.js"), *VENDOR.rglob("*.css")]
    assert sources
    for path in sources:
        loaded = re.findall(r"(?:url\(|@import)\s*['\"]?([^'\")\s]+)", path.read_text(encoding="utf-8"))
        assert not [address for address in loaded if "//" in address and not address.startswith("data:")]


def test_the_sprite_holds_every_icon_of_the_list_once() -> None:
    wanted = (VENDOR / "icons.txt").read_text(encoding="utf-8").split()
    found = re.findall(r'<symbol id="([^"]+)"', (STATIC / "img" / "icons.svg").read_text(encoding="utf-8"))
    assert found == wanted
