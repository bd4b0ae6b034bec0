"""Making the index anew beside the one that is searched, some texts at a time.

Owns: FTS5's second table, which grows until it takes the place of the first, and how far that has come; on PostgreSQL
the database keeps text and index in one row, and there is nothing to grow. May not commit, nor know what the texts are.

Triggers keep the second table equal for the texts that are in it already, so that people write meanwhile; whoever is
killed is gone on with from where he was.
"""

from collections.abc import Mapping

from sqlalchemy import delete, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tracker.index import writing
from tracker.index.models import SQLITE, IndexedText

_NEXT, _DONE = "issue_fts_next", "issue_fts_done"
_TABLE, *_TRIGGERS = SQLITE
_NAMES = ("issue_text_added", "issue_text_removed", "issue_text_changed")
_SO_FAR = f"<= (SELECT done FROM {_DONE})"  # noqa: S608 - our own name


def begin(session: Session) -> int:
    """The key up to which an earlier run has come; 0 for a new one."""
    if not _is_sqlite(session):
        return 0
    if inspect(session.connection()).has_table(_DONE):
        return int(session.scalar(text(f"SELECT done FROM {_DONE}")) or 0)  # noqa: S608 - our own name
    session.execute(text(_TABLE.replace("issue_fts", _NEXT)))
    session.execute(text(f"CREATE TABLE {_DONE} (done INTEGER NOT NULL)"))
    session.execute(text(f"INSERT INTO {_DONE} VALUES (0)"))  # noqa: S608
    for name, trigger in zip(_NAMES, _TRIGGERS, strict=True):
        row = "new" if name.endswith("added") else "old"
        made = trigger.replace("issue_fts", _NEXT).replace(name, f"{name}_next")
        session.execute(text(made.replace(" BEGIN", f" WHEN {row}.id {_SO_FAR} BEGIN", 1)))
    return 0


def renew(session: Session, after: int, up_to: int, words: Mapping[int, str]) -> None:
    """Keep exactly these words for the keys beyond `after` up to `up_to`, in the texts and in the index."""
    _put(session, after, up_to, words)
    if not _is_sqlite(session):
        return
    between = {"after": after, "up_to": up_to}
    session.execute(
        text(
            f"INSERT INTO {_NEXT} (rowid, words) SELECT id, words FROM issue_text"  # noqa: S608
            " WHERE id > :after AND id <= :up_to ORDER BY id"
        ),
        between,
    )
    session.execute(text(f"UPDATE {_DONE} SET done = :up_to"), {"up_to": up_to})  # noqa: S608


def finish(session: Session, after: int) -> None:
    """Beyond `after` there is no text: the new index takes the place of the old one."""
    if _is_sqlite(session):
        for name in _NAMES:
            session.execute(text(f"DROP TRIGGER {name}"))
            session.execute(text(f"DROP TRIGGER {name}_next"))
    beyond = delete(IndexedText).where(IndexedText.id > after)
    session.execute(beyond, execution_options={"synchronize_session": False})
    if not _is_sqlite(session):
        return
    for statement in (
        "DROP TABLE issue_fts",
        f"ALTER TABLE {_NEXT} RENAME TO issue_fts",
        f"DROP TABLE {_DONE}",
    ):
        session.execute(text(statement))
    for trigger in _TRIGGERS:
        session.execute(text(trigger))


def _put(session: Session, after: int, up_to: int, words: Mapping[int, str]) -> None:
    try:
        with session.begin_nested():
            _write(session, after, up_to, words)
    except DatabaseError:
        if not _is_sqlite(session):
            raise
        # The old table has lost what it would have to forget: it is left as it is until it goes.
        for name in _NAMES:
            session.execute(text(f"DROP TRIGGER {name}"))
        _write(session, after, up_to, words)
        for trigger in _TRIGGERS:
            session.execute(text(trigger))


def _write(session: Session, after: int, up_to: int, words: Mapping[int, str]) -> None:
    stray = (IndexedText.id > after) & (IndexedText.id <= up_to) & IndexedText.id.not_in(list(words))
    session.execute(delete(IndexedText).where(stray), execution_options={"synchronize_session": False})
    writing.put(session, words)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
