"""`python -m tests.documents --write`: make the papers of docs/security anew from the program."""

import sys
import tempfile

from tests.documents import COMMAND, FOLDER, PAPERS
from tracker import create_app
from tracker.config import load_settings

if sys.argv[1:] != ["--write"]:
    sys.exit(f"usage: {COMMAND}")
with tempfile.TemporaryDirectory() as instance:
    app = create_app(load_settings({"TRACKER_INSTANCE": instance}))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file_name, make in PAPERS.items():
        (FOLDER / file_name).write_text(make(app), encoding="utf-8")
        print(FOLDER / file_name)
