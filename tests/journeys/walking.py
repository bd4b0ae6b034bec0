"""People who walk the pages as they would: read, follow a link, fill in a form, press its button.

`Walk` is the province and the hour; `Visitor` a person with a browser; `Page` what he sees. Two modes share one list of
assertions: "plain" is a browser without JavaScript; "htmx" asks for every page as a part too, keeps drafts by itself
while they are typed, sends the forms of acts with the headers of htmx, and proves each time that the part is contained
in the page.
"""

import io
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.builders import Province
from tests.journeys.reading import Button, Field, Form, Sheet, Typed, strings
from tracker import clock
from tracker.accounts.models import Account
from tracker.accounts.service import Caller, start_session
from tracker.db import transaction
from tracker.directory.switches import set_switch
from tracker.issues import escalation_job, expiry, verify

HTMX = {"HX-Request": "true"}
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_NOT_COMPARED = {"flash", "saved"}


def local(when: str) -> datetime:
    """A local time of Vietnam; without time nine o'clock."""
    text = when if " " in when else f"{when} 09:00"
    return datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL_ZONE)


@dataclass
class Walk:
    """The province, the mode and the hour. June 2026 has no day off beside weekends; 1 June is a Monday."""

    app: Flask
    session: Session
    province: Province
    mode: str
    at: datetime = field(default_factory=lambda: local("2026-06-01"))
    visitors: dict[int, "Visitor"] = field(default_factory=dict)

    @property
    def is_htmx(self) -> bool:
        """Whether pages are also asked for by htmx."""
        return self.mode == "htmx"

    def go(self, when: str) -> None:
        """Travel to "YYYY-MM-DD" (nine o'clock) or "YYYY-MM-DD HH:MM"."""
        self.at = local(when)

    def travelled(self) -> AbstractContextManager[None]:
        """Within the block it is the walk's hour."""
        return clock.travel(self.at)

    def switch(self, **values: bool | int | str) -> None:
        """Set switches of the province."""
        with transaction():
            for name, value in values.items():
                set_switch(self.session, name, value)

    def run_jobs(self) -> int:
        """What falls due by itself at this hour; gives the number of acts."""
        with self.travelled(), transaction():
            return expiry.run_due(self.session, clock.today())

    def morning(self, day: str) -> int:
        """Travel to that morning and let what is late rise; gives the number of acts. It stays nine o'clock after."""
        self.go(f"{day} 07:15")
        with self.travelled():
            taken = escalation_job.raise_late_matters(self.session, transaction)
        self.go(day)
        return taken

    def person(self, account: Account) -> "Visitor":
        """Somebody with a browser of his own, signed in whenever he opens a page on a new day."""
        return self.visitors.setdefault(account.id, Visitor(self, account))

    def file_issue(self, title: str = "Chưa có hướng dẫn phụ cấp", who: Account | None = None) -> str:
        """The officer of commune A sends a difficulty; gives the address of its page."""
        page = self.person(who or self.province.officer_a).open("/issues/new")
        page = page.fill(
            {
                "Tiêu đề": title,
                "Đang vướng gì": "Ba người chưa nhận phụ cấp tháng 5.",
                "Đề xuất": "Đề nghị Sở hướng dẫn mức chi.",
                "Lĩnh vực": "Nội vụ",
                "Nhóm vướng mắc": "Thiếu hướng dẫn nhiệm vụ chuyển tiếp",
            }
        ).press("Gửi")
        return page.address

    def problems(self) -> list[verify.Problem]:
        """What is stored and does not belong together."""
        self.session.rollback()
        return verify.verify(self.session)


class Visitor:
    """A person with a browser."""

    def __init__(self, walk: Walk, account: Account | None) -> None:
        self.walk = walk
        self.account_id = account.id if account is not None else None
        self.client = walk.app.test_client()
        self._signed_in_on: str = ""

    def open(self, address: str, *, status: int = HTTPStatus.OK) -> "Page":
        """Open a page, following redirects; in htmx mode ask for the part as well."""
        self._sign_in()
        response = self.send("GET", address)
        while response.status_code in {302, 303}:
            address = urljoin(address, response.headers["Location"])
            response = self.send("GET", address)
        page = self._read(address, response, status)
        if self.walk.is_htmx:
            part = self.send("GET", address, headers=HTMX)
            assert part.status_code == response.status_code
            page.contains(part)
        return page

    def fetch(self, address: str) -> TestResponse:
        """Ask for what is no page: a file."""
        self._sign_in()
        return self.send("GET", address)

    def send(self, method: str, address: str, **more: Any) -> TestResponse:
        """One request at the walk's hour."""
        with self.walk.travelled():
            return self.client.open(address, method=method, **more)

    def submit(self, page: "Page", form: Form, button: Button | None) -> "Page":
        """Press a button of a form, or Enter in it."""
        address = urljoin(page.address, (button and button.action) or form.action)
        if form.method == "get":
            query = "&".join(f"{name}={value}" for name, value in form.pairs(button) if value)
            return self.open(f"{address}?{query}")
        if self.walk.is_htmx and form.keeps_itself:
            self._keep(page, form)
        is_by_htmx = self.walk.is_htmx and form.key == "act-form" and not form.keeps_itself
        response = self.post(address, form, button, HTMX if is_by_htmx else {})
        if response.status_code == HTTPStatus.SEE_OTHER:
            return self.open(urljoin(address, response.headers["Location"]))
        if is_by_htmx:
            part, response = response, self.post(address, form, button, {})
            assert part.status_code == response.status_code
            answer = self._read(address, response, response.status_code)
            answer.contains(part)
            return answer
        return self._read(address, response, response.status_code)

    def _keep(self, page: "Page", form: Form) -> None:
        """What htmx does while a form is typed: send it, take over the new version."""
        response = self.post(urljoin(page.address, form.keeps_itself), form, None, HTMX, kept=True)
        if response.status_code != HTTPStatus.OK:
            return
        assert "HX-Request" in response.headers["Vary"]
        part = Sheet(response.text, is_part=True)
        fresh = {item.get("name"): item.get("value", "") for item in part.tree.iter("input")}
        for item in form.fields:
            if item.name in fresh:
                item.values = [str(fresh[item.name])]

    def post(
        self,
        address: str,
        form: Form,
        button: Button | None,
        headers: Mapping[str, str],
        *,
        kept: bool = False,
    ) -> TestResponse:
        """Send a form, without what htmx leaves out where a draft is `kept`."""
        left_out = form.not_kept if kept else frozenset()
        sent: list[tuple[str, Any]] = [pair for pair in form.pairs(button) if pair[0] not in left_out]
        for item in form.fields:
            if item.kind == "file" and item.name not in left_out:
                chosen = [(io.BytesIO(content), name) for name, content in item.files]
                sent += [(item.name, one) for one in chosen or [(io.BytesIO(), "")]]
        kind = "multipart/form-data" if form.is_multipart else "application/x-www-form-urlencoded"
        data = MultiDict(sent)
        return self.send("POST", address, data=data, headers=dict(headers), content_type=kind)

    def _read(self, address: str, response: TestResponse, status: int) -> "Page":
        assert response.status_code == status, f"{address}: {response.status_code}\n{response.text[:3000]}"
        assert "HX-Request" in response.headers["Vary"], f"{address} may be mixed up with its part"
        return Page(self, address, response)

    def _sign_in(self) -> None:
        today = f"{self.walk.at:%F}"
        if self.account_id is None or self._signed_in_on == today:
            return
        self._signed_in_on = today
        with self.walk.travelled(), transaction():
            caller = Caller("127.0.0.1", "test")
            token = start_session(self.walk.session, self.account_id, caller, lasts=timedelta(hours=12))
        with self.client.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = token


class Page(Sheet):
    """What a person has before him."""

    def __init__(self, visitor: Visitor, address: str, response: TestResponse) -> None:
        super().__init__(response.text)
        self.visitor = visitor
        self.address = address
        self.status = response.status_code

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.address).path

    @property
    def badges(self) -> list[str]:
        """State, due date, level and marks at the head of an issue."""
        return [text for item in self.with_class("badges") for text in map(_words, list(item)) if text]

    @property
    def state(self) -> str:
        """The state in words."""
        return self.badges[0]

    @property
    def history(self) -> list[str]:
        """The titles of the events as the page gives them."""
        return self.words_of("event-head")

    @property
    def notice(self) -> str:
        """What the last act did."""
        return " ".join(_words(item) for item in self.tree.iter("div") if item.get("id") == "flash")

    @property
    def acts(self) -> list[str]:
        """What may be done with the issue: the open form first, then the links."""
        aside = next(self.tree.iter("aside"), None) if not self.with_class("split-side") else None
        side = aside if aside is not None else self.with_class("split-side")[0]
        buttons = [_words(item) for item in side.iter("button") if item.get("type") == "submit"]
        lists = [item for item in side.iter("ul") if set(item.get("class", "").split()) & {"acts"}]
        more = [item for item in side.iter("details") if "acts-more" in item.get("class", "").split()]
        return buttons + [_words(link) for item in lists + more for link in item.iter("a")]

    def contains(self, part: TestResponse) -> None:
        """Prove that a part answered to htmx says nothing that the page does not say."""
        assert "HX-Request" in part.headers["Vary"], f"{self.address}: the part may be mixed up with its page"
        is_part = "<html" not in part.text[:200]
        said = set(strings(Sheet(part.text, is_part=is_part).tree, without=_NOT_COMPARED))
        only_there = {text for text in said - set(strings(self.tree)) if not text.startswith("Mã: ")}
        assert not only_there, f"{self.address}: {only_there}"

    def follow(self, text: str) -> "Page":
        """Follow the link with these words."""
        found = {href for words, href in self.links if words == text}
        assert len(found) == 1, f"{len(found)} links say {text}; the page has {self.links}"
        return self.visitor.open(urljoin(self.address, found.pop()))

    def fill(self, typed: Mapping[str, Typed]) -> "Page":
        """Fill in fields by their labels; of several equal ones the first that is empty."""
        for label, value in typed.items():
            self._field(label).fill(value)
        return self

    def typed(self, label: str) -> str:
        """What stands in a field."""
        found = [item for form in self.forms for item in form.find(label)]
        assert found, f"no field {label}"
        return found[0].values[0].replace("\r\n", "\n")

    def press(self, text: str) -> "Page":
        """Press the button with these words."""
        fitting = [(form, button) for form in self.forms if (button := form.button(text))]
        assert len(fitting) == 1, f"{len(fitting)} buttons say {text}; {self.path} has {self._buttons()}"
        return self.visitor.submit(self, *fitting[0])

    def do(self, act: str, typed: Mapping[str, Typed] | None = None) -> "Page":
        """Take an act that the page of the issue offers: in the open form, or on the act's own page."""
        fitting = [form for form in self.forms if form.button(act)]
        has_fields = fitting and all(fitting[0].find(label) for label in typed or {})
        page = self if has_fields else self.follow(act)
        return page.fill(typed or {}).press(act)

    def _field(self, label: str) -> Field:
        found = [item for form in self.forms for item in form.find(label)]
        assert found, f"{self.path} has no field {label}, only {self._labels_there()}"
        return next((item for item in found if not any(item.values)), found[0])

    def _labels_there(self) -> list[str]:
        return [item.label for form in self.forms for item in form.fields if not item.is_hidden]

    def _buttons(self) -> list[str]:
        return [button.text for form in self.forms for button in form.buttons]


def _words(element: Any) -> str:
    return " ".join(strings(element))
