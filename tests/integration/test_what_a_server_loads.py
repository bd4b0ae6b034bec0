"""What a server process takes into memory before anybody asks for it."""

import os
import subprocess
import sys
from pathlib import Path

SELDOM_NEEDED = {
    "PIL": "pictures",
    "alembic": "steps of the schema",
    "authlib": "a sign-in service",
    "cryptography": "second factors",
    "docx": "papers",
    "holidays": "the proposal of a year",
    "icalendar": "the calendar as a file",
    "joserfc": "a sign-in service",
    "lxml": "papers",
    "openpyxl": "sheets that come in",
    "pyotp": "second factors",
    "requests": "a sign-in service, short messages",
    "segno": "second factors",
    "urllib3": "a sign-in service, short messages",
    "xlsxwriter": "sheets that go out",
}
"""Each by what loads it when somebody first asks for that."""

_START = """
import sys
from tracker import create_app, doctor, serve
from tracker.db import db
app = create_app()
with app.app_context():
    assert doctor.schema_problem(db.engine)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_a_server_starts_without_the_libraries_that_few_pages_need(tmp_path: Path) -> None:
    environ = {**os.environ, "TRACKER_INSTANCE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", _START], env=environ, capture_output=True, check=True, text=True
    )
    loaded = set(done.stdout.split())
    assert "sqlalchemy" in loaded
    assert sorted(loaded & set(SELDOM_NEEDED)) == []
