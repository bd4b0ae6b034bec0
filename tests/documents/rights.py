"""Who may open which page, take which act in which state, and write which field. Knows no rule of its own."""

from flask import Flask
from werkzeug.datastructures import MultiDict

from tests.documents.tables import head, table
from tests.rules.rights import ENDPOINTS
from tracker.issues.forms.acts import ACT_FORMS
from tracker.issues.workflow import TRANSITIONS
from tracker.permissions import PERMISSIONS, Permission, Role

_HIDDEN = {"csrf_token", "idempotency_key"}
OF_DEPARTMENTS = (
    (
        "answers before they are approved, remarks on them and their files",
        "working, to_approve, back to working",
    ),
    ("what is recorded for a leader, and directives", "any"),
    ("notes and files for departments", "any"),
)
"""What a commune that reads the issue does not read of it; `tests/marked_world.py` has a mark in each such text."""


def roles_with(permission: Permission | None) -> str:
    """The roles that hold a permission."""
    if permission is None:
        return "nobody: only a job or the directory"
    held = [role.value for role in Role if permission in PERMISSIONS[role]]
    return "everybody who is signed in" if len(held) == len(Role) else ", ".join(held)


def paper(app: Flask) -> str:
    """The matrix: pages, acts, fields."""
    text = head(
        "Rights",
        "What is not written here is refused, with the answer of an unknown address. A permission opens a page; whether"
        " it holds for this very issue is asked again of `tracker/issues/policy.py` (writing) and"
        " `queries.visible_to` (reading), the same for pages, parts, files, exports and search.",
    )
    pages = [
        (
            gate.rule,
            ", ".join(sorted(gate.methods)),
            "public" if gate.permission is None else gate.permission.value,
        )
        for gate in ENDPOINTS.values()
    ]
    held = [(permission.value, roles_with(permission)) for permission in Permission]
    text += f"## Roles\n\n{table(('permission', 'roles'), held)}\n"
    text += f"## Pages\n\n{table(('address', 'methods', 'permission'), pages)}\n"
    text += f"## Acts by state\n\n{table(('act', 'in state', 'leads to', 'roles'), _acts())}\n"
    text += "## Fields by act and state\n\nA field is written by these acts alone, each in its states.\n\n"
    text += table(("field", "act", "in state", "roles"), _fields(app))
    text += "\n## What communes do not read of an issue that they read\n\n" + table(
        ("text", "in state"), OF_DEPARTMENTS
    )
    return text


def _acts() -> list[tuple[str, str, str, str]]:
    return [
        (row.act.value, _states(row.sources), row.target.value, roles_with(row.permission))
        for row in TRANSITIONS
    ]


def _states(states: object) -> str:
    return ", ".join(sorted(state.value for state in states))  # type: ignore[attr-defined]


def _fields(app: Flask) -> list[tuple[str, str, str, str]]:
    rows = []
    with app.test_request_context():
        for row in TRANSITIONS:
            if row.act in ACT_FORMS:
                names = [field.short_name for field in ACT_FORMS[row.act](formdata=MultiDict())]
                rows += [
                    (field, row.act.value, _states(row.sources), roles_with(row.permission))
                    for field in names
                    if field not in _HIDDEN
                ]
    return sorted(set(rows))
