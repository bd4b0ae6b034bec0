"""Papers about safety that are made from the program: `python -m tests.documents --write` renews them.

Owns: which papers there are and where. Each part of this package makes one; `tests/rules/test_documents.py` holds them
against what lies in docs/security.
"""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from tests.documents import inputs, limits, rights

FOLDER = Path(__file__).parents[2] / "docs" / "security"
PAPERS: dict[str, Callable[[Flask], str]] = {
    "inputs.md": inputs.paper,
    "limits.md": limits.paper,
    "rights.md": rights.paper,
}
COMMAND = "python -m tests.documents --write"
