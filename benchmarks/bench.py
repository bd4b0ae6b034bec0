"""`make bench`: how fast the pages are with many issues, against a bare page measured in the same run.

Owns: what is measured and how it is told. The last line is one JSON object; README.md explains it.
"""

import argparse
import gzip
import json
import re
import secrets
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import func, inspect, select

from benchmarks import serving
from benchmarks.client import Caller, alone, together
from benchmarks.lives import COMMON_PHRASE, RARE_PHRASE
from benchmarks.load import load
from benchmarks.people import counted, sign_in
from benchmarks.serving import Served
from tracker import migrations
from tracker.cli_context import application
from tracker.config import load_settings
from tracker.db import db, transaction
from tracker.directory.models import Field, Unit, UnitKind
from tracker.issues.models import Issue
from tracker.permissions import Role

ALONE, CREATED = 150, 60
TURNS = 5
"""So often a page and the floor take turns: a machine is quicker in one second than in the next."""
CONNECTIONS = 4
SECONDS = 2.0
ISSUES_OPENED = 60
_FLOORS_PAGE = Caller(0).request("GET", "/")


@dataclass(frozen=True)
class Page:
    """Pages of one kind that somebody opens in turn."""

    caller: Caller
    paths: list[str]


def main() -> None:
    """Measure all sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--keep", type=Path, help="directory in which the filled instances stay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as temporary:
        directory = options.keep or Path(temporary)
        with serving.floor(Path(temporary)) as floor:
            found: dict[str, Any] = {"floor": _floor(floor), "sizes": {}}
            _say("floor", found["floor"])
            for size in options.sizes:
                pages, served_as = _measure_size(directory / str(size), size, floor)
                found["sizes"][str(size)] = pages
                found |= served_as
    print(json.dumps(found, ensure_ascii=False), flush=True)


def _floor(floor: Served) -> dict[str, float]:
    alone(floor.port, [_FLOORS_PAGE] * 20)
    began = floor.cpu_ms()
    ms = statistics.median(alone(floor.port, [_FLOORS_PAGE] * ALONE))
    cpu_ms = (floor.cpu_ms() - began) / ALONE
    page = Caller(floor.port).get("/")
    found = {"ms": round(ms, 2), "cpu_ms": round(cpu_ms, 2)}
    return _at_once(floor, [_FLOORS_PAGE]) | found | {"bytes": len(page.body)}


def _measure_size(instance: Path, size: int, floor: Served) -> tuple[dict[str, Any], dict[str, float]]:
    instance.mkdir(parents=True, exist_ok=True)
    with application(load_settings({"TRACKER_INSTANCE": str(instance)})) as app:
        _fill(size)
        with serving.tracker(instance) as served:
            found: dict[str, Any] = {}
            for name, page in _pages(app, served.port).items():
                found[name] = _measure(app, served, page, floor)
                _say(f"{size:>9,} {name}", found[name])
            found["create"] = _create(app, served, floor)
            _say(f"{size:>9,} create", found["create"])
            return found, {"pss_mb": round(served.pss_mb(), 1), "start_s": round(served.start_s, 2)}


def _fill(size: int) -> None:
    migrations.migrate(db.engine)
    if db.session.scalar(select(func.count()).select_from(Issue)):
        return
    began = perf_counter()
    with transaction():
        load(db.session, size)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    print(f"{size:>9,} issues loaded in {perf_counter() - began:.0f} s", file=sys.stderr)


def _pages(app: Flask, port: int) -> dict[str, Page]:
    """Who opens what. The coordinator sees everything, a group what its unit holds, a commune its own."""
    coordinator = sign_in(app, port, Role.COORDINATOR)
    field = _busiest(Issue.field_id)
    holder = db.session.get_one(Unit, _busiest(Issue.holder_id))
    commune = _commune()
    member = sign_in(app, port, Role.GROUP_MEMBER, holder.id)
    officer = sign_in(app, port, Role.COMMUNE_OFFICER, commune.id)
    code = db.session.get_one(Field, field).code
    numbers = _numbers()
    return {
        "open_list": Page(coordinator, ["/issues"]),
        "filtered_list": Page(coordinator, [f"/issues?field={code}&late=late&unit={holder.id}"]),
        "filtered_closed": Page(coordinator, [f"/issues?open=any&field={code}&commune={commune.id}"]),
        "open_list_group": Page(member, ["/issues"]),
        "open_list_commune": Page(officer, ["/issues"]),
        "issue": Page(coordinator, [f"/issues/{number}" for number in numbers]),
        "home_group": Page(member, ["/"]),
        "leaders": Page(coordinator, ["/leaders"]),
    } | _searches(coordinator)


def _searches(coordinator: Caller) -> dict[str, Page]:
    """The search box, once the product has an index for it."""
    if "issue_text" not in inspect(db.engine).get_table_names():
        return {}
    return {
        "search_rare": Page(coordinator, [f"/issues?q={quote(RARE_PHRASE)}"]),
        "search_common": Page(coordinator, [f"/issues?q={quote(COMMON_PHRASE)}"]),
    }


def _commune() -> Unit:
    """A commune whose officers send without a leader's signature."""
    communes = select(Unit).where(Unit.kind == UnitKind.COMMUNE, Unit.signs_off.is_(None))
    return db.session.scalars(communes.order_by(Unit.id).limit(1)).one()


def _busiest(column: Any) -> int:
    """The value that most open issues have."""
    rows = select(column).where(Issue.is_open.is_(True)).group_by(column).order_by(func.count().desc())
    found = db.session.scalars(rows.limit(1)).one()
    assert isinstance(found, int)
    return found


def _numbers() -> list[str]:
    """Issues from all over the years."""
    last = db.session.scalar(select(func.max(Issue.id))) or 1
    wanted = sorted({1 + step * (last - 1) // ISSUES_OPENED for step in range(ISSUES_OPENED + 1)})
    found = db.session.scalars(select(Issue.number).where(Issue.id.in_(wanted), Issue.number.is_not(None)))
    return [number for number in found if number]


def _measure(app: Flask, served: Served, page: Page, floor: Served) -> dict[str, Any]:
    first = page.caller.get(page.paths[0])
    if first.status != 200:
        raise RuntimeError(f"{page.paths[0]}: {first.status}")
    requests = [page.caller.request("GET", path) for path in page.paths]
    return (
        _beside(served, requests, floor)
        | _at_once(served, requests)
        | {
            "sql": _statements(app, page.caller, page.paths[0]),
            "bytes": len(first.body),
            "gzip_bytes": len(gzip.compress(first.body, 6)),
        }
    )


def _beside(served: Served, requests: list[bytes], floor: Served) -> dict[str, float]:
    """`ms`: median alone, `cpu_ms`: processor time of it, `x_floor`: against the floor, which takes turns with it.

    The first requests warm up.
    """
    turn = [requests[step % len(requests)] for step in range(ALONE // TURNS)]
    alone(served.port, turn[:20])
    alone(floor.port, [_FLOORS_PAGE] * 10)
    times, cpu_ms, floors_ms = list[float](), 0.0, 0.0
    for _ in range(TURNS):
        began = served.cpu_ms()
        times += alone(served.port, turn)
        cpu_ms += served.cpu_ms() - began
        began = floor.cpu_ms()
        alone(floor.port, [_FLOORS_PAGE] * len(turn))
        floors_ms += floor.cpu_ms() - began
    return {
        "x_floor": round(cpu_ms / floors_ms, 2),
        "ms": round(statistics.median(times), 2),
        "cpu_ms": round(cpu_ms / len(times), 2),
    }


def _at_once(served: Served, requests: list[bytes]) -> dict[str, float]:
    many = together(served.port, requests, connections=CONNECTIONS, seconds=SECONDS)
    return {"rps": round(many.rps), "p50_ms": round(many.p50_ms, 2), "p95_ms": round(many.p95_ms, 2)}


def _statements(app: Flask, caller: Caller, path: str) -> int:
    """What the page asks of the database, in a thread of its own: nothing of this context may leak into it."""
    client = app.test_client()
    for name, value in caller.cookies.items():
        client.set_cookie(name, value, domain="localhost")
    with ThreadPoolExecutor(1) as pool, counted() as texts:
        pool.submit(client.get, path).result()
    return len(texts)


def _create(app: Flask, served: Served, floor: Served) -> dict[str, Any]:
    """A commune files and sends: the form with everything in it, up to the redirect to the number."""
    officer = sign_in(app, served.port, Role.COMMUNE_OFFICER, _commune().id)
    form = officer.get("/issues/new").body.decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None
    bodies = [_filled(token.group(1)) for _ in range(CREATED)]
    times, answers, cpu_ms, floors_ms = [], [], 0.0, 0.0
    for begin in range(0, CREATED, CREATED // TURNS):
        began = served.cpu_ms()
        for body in bodies[begin : begin + CREATED // TURNS]:
            answers.append(officer.post("/issues/new", body))
            times.append(answers[-1].seconds * 1000)
        cpu_ms += served.cpu_ms() - began
        began = floor.cpu_ms()
        alone(floor.port, [_FLOORS_PAGE] * ALONE)
        floors_ms += (floor.cpu_ms() - began) * CREATED // TURNS / ALONE
    wrong = [
        answer for answer in answers if answer.status != 303 or "/issues/VM-" not in answer.header("location")
    ]
    if wrong:
        raise RuntimeError(f"filing failed: {wrong[0].status} {wrong[0].header('location')}")
    times.sort()
    return {
        "x_floor": round(cpu_ms / floors_ms, 2),
        "rps": round(1000 * len(times) / sum(times)),
        "p50_ms": round(times[len(times) // 2], 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
        "ms": round(statistics.median(times), 2),
        "cpu_ms": round(cpu_ms / CREATED, 2),
    }


def _filled(token: str) -> dict[str, str]:
    return {
        "csrf_token": token,
        "idempotency_key": secrets.token_hex(16),
        "title": "Chưa có biểu mẫu xác nhận tình trạng hôn nhân sau sáp nhập",
        "situation": "Xã tiếp nhận hồ sơ nhưng biểu mẫu cũ ghi tên huyện, phần mềm không cho in.",
        "proposal": "Đề nghị hướng dẫn dùng biểu mẫu thống nhất.",
        "obstacle_kind": "blocked",
        "is_checked": "y",
        "do": "send",
    }


def _say(name: str, found: dict[str, Any]) -> None:
    rest = " ".join(f"{key} {value}" for key, value in found.items())
    print(f"{name:<28} {rest}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
