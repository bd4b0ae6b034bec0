"""What our own script and our templates may not do: write markup from data, listen to other pages, use what is old."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Province
from tests.rules.tree import PACKAGE, ROOT, name, templates
from tracker.accounts.models import Account

SignIn = Callable[[FlaskClient, Account], str]
SCRIPTS = sorted((PACKAGE / "static" / "js").rglob("*.js"))
MARKUP_FROM_TEXT = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|setHTMLUnsafe|parseHTMLUnsafe|srcdoc)\b"
    r"|\bDOMParser\b|\bdocument\.write(ln)?\b"
)
CODE_FROM_TEXT = re.compile(
    r"\beval\s*\(|\bnew\s+Function\b|\bset(Timeout|Interval)\s*\(\s*[\"'`]|\bimport\s*\("
)
OTHER_PAGES = re.compile(
    r"\bpostMessage\b|addEventListener\(\s*[\"']message[\"']|\bonmessage\b|\bBroadcastChannel\b|\bwindow\.(opener|parent|top)\b"
)
FETCHED_CODE = re.compile(r"createElement\(\s*[\"']script[\"']|\bcallback=|\bjsonp\b", re.IGNORECASE)
OLD = re.compile(
    r"<(applet|object|embed|frame|frameset|marquee|blink|font|center|bgsound|isindex|keygen)\b|application/x-(shockwave|java|silverlight)"
    r"|\bActiveXObject\b|\bVBScript\b|\bshowModalDialog\b|\bdocument\.all\b|\bwebkitRequest\b|\bnew\s+XDomainRequest\b",
    re.IGNORECASE,
)


def _found(pattern: re.Pattern[str], text: str, where: str) -> list[str]:
    return [f"{where}: {match.group()}" for match in pattern.finditer(text)]


def _own_code() -> list[tuple[str, str]]:
    """Our scripts and templates with their names."""
    return [(name(path), path.read_text("utf-8")) for path in [*SCRIPTS, *templates()]]


@pytest.mark.parametrize(
    ("pattern", "sample"),
    [
        (MARKUP_FROM_TEXT, "box.innerHTML = text"),
        (CODE_FROM_TEXT, "setTimeout('go()', 1)"),
        (OTHER_PAGES, "window.addEventListener('message', f)"),
        (FETCHED_CODE, 'document.createElement("script")'),
        (OLD, "<object data=x>"),
    ],
)
def test_the_gates_themselves_see_what_they_look_for(pattern: re.Pattern[str], sample: str) -> None:
    assert pattern.search(sample)


@pytest.mark.asvs("V3.2.2", "V3.2.3")
def test_our_script_writes_text_as_text() -> None:
    assert SCRIPTS
    scripts = [(name(path), path.read_text("utf-8")) for path in SCRIPTS]
    assert [each for where, text in scripts for each in _found(MARKUP_FROM_TEXT, text, where)] == []


@pytest.mark.asvs("V1.3.2")
def test_nothing_in_the_browser_runs_a_text_as_code() -> None:
    assert [each for where, text in _own_code() for each in _found(CODE_FROM_TEXT, text, where)] == []
    frame = (PACKAGE / "templates" / "layouts" / "page.html").read_text("utf-8")
    found = re.search(r"""name="htmx-config" content='([^']+)'""", frame)
    assert found
    config = json.loads(found[1])
    assert (config["allowEval"], config["selfRequestsOnly"], config["historyCacheSize"]) == (False, True, 0)


@pytest.mark.asvs("V3.5.5")
def test_our_pages_listen_to_no_other_page() -> None:
    assert [each for where, text in _own_code() for each in _found(OTHER_PAGES, text, where)] == []


@pytest.mark.asvs("V3.5.6")
def test_no_answer_is_a_script_that_calls_back(
    client: FlaskClient, province: Province, sign_in: SignIn
) -> None:
    assert [each for where, text in _own_code() for each in _found(FETCHED_CODE, text, where)] == []
    sign_in(client, province.officer_a)
    for url in ("/", "/issues", "/profile", "/health"):
        answer = client.get(url, query_string={"callback": "zqcall", "jsonp": "zqcall"})
        assert "javascript" not in answer.mimetype
        assert not answer.text.lstrip().startswith("zqcall")


@pytest.mark.asvs("V3.7.1")
def test_pages_use_nothing_that_browsers_have_given_up() -> None:
    assert [each for where, text in _own_code() for each in _found(OLD, text, where)] == []


@pytest.mark.asvs("V3.5.7")
def test_a_script_is_the_same_for_everybody_and_is_the_file_itself(
    app: Flask, province: Province, sign_in: SignIn
) -> None:
    vendored = (PACKAGE / "static" / "vendor").rglob("*.js")
    for path in [*SCRIPTS, *vendored]:
        url = f"/static/{path.relative_to(PACKAGE / 'static').as_posix()}"
        for person in (None, province.officer_a, province.coordinator, province.administrator):
            client = app.test_client()
            if person is not None:
                sign_in(client, person)
            answer = client.get(url, headers={"Accept-Encoding": "identity"})
            assert (answer.status_code, answer.data) == (200, path.read_bytes()), url
            assert "Set-Cookie" not in answer.headers
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.endswith(".js")]


def test_the_frame_loads_its_scripts_from_this_host_alone() -> None:
    for where, text in _own_code():
        for address in re.findall(
            r"<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)=\"([^\"]*)\"", text
        ):
            assert not address.startswith(("http:", "https:", "//")), (where, address)
    assert (ROOT / "tracker" / "static" / "vendor" / "vendor.json").exists()
