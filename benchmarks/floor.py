"""The floor: a bare Flask page of 30 KB with 50 rows from SQLite, served by the product's own server settings.

`python -m benchmarks.floor PORT DATABASE` – every figure of the product is a ratio to this one.
"""

import sqlite3
import sys
from pathlib import Path

from flask import Flask, g, render_template_string

from tracker.serve import run_web

ROWS = 50
_CELL = "Nội dung của một ô trong danh sách, dài như thường gặp. " * 2
_PAGE = """<!doctype html><html><head><title>Floor</title></head><body><table>
{% for row in rows %}<tr><td>{{ row[0] }}</td><td><a href="/{{ row[0] }}">{{ row[1] }}</a></td><td>{{ row[2] }}</td>
<td>{{ row[3] }}</td><td>{{ row[4] }}</td></tr>
{% endfor %}</table></body></html>"""


def make_app(path: Path) -> Flask:
    """The page over a table of a thousand rows."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS line (id INTEGER PRIMARY KEY, a, b, c, d)")
        cells = (_CELL, _CELL[:120], _CELL[:100], _CELL[:90])
        connection.executemany("INSERT INTO line (a, b, c, d) VALUES (?, ?, ?, ?)", [cells] * 1000)
    app = Flask(__name__)

    @app.get("/")
    def page() -> str:
        if "database" not in g:
            g.database = sqlite3.connect(path)
        rows = g.database.execute("SELECT * FROM line ORDER BY id DESC LIMIT ?", (ROWS,)).fetchall()
        g.database.close()
        return render_template_string(_PAGE, rows=rows)

    return app


if __name__ == "__main__":
    run_web(make_app(Path(sys.argv[2])), "127.0.0.1", int(sys.argv[1]), "ready")
