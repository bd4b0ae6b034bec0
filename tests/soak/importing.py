"""Somebody who brings sheets while web processes are killed: pastes rows and has them filed, sends files.

Owns: this write path and what must be stored of it. A sheet has more rows than one step files, so that a kill falls
between steps too; the press that is repeated goes on with the rows that are left.
"""

import io
import re
import threading
from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from tests.soak.clerks import Book, Clerk
from tracker.imports.models import BatchKind, BatchState, ImportBatch, ImportRow, ImportSource, RowState
from tracker.imports.rounds import STEP_NOW

ROWS = STEP_NOW + 3
PAUSE_SECONDS = 2.0
"""Between two sheets: the others' issues are not to be drowned."""
_HEAD = "TT\tĐịa phương\tTiêu đề\tNội dung vướng mắc\tĐề xuất\tLĩnh vực"
_NUMBER = re.compile(r"VM-\d{4}-\d{6}")


def bring_sheets(clerk: Clerk, stop: threading.Event) -> None:
    """A member of a working group, after a conference: pastes a sheet and files it; sends a file and gives it up."""
    round_no = 0
    while not stop.is_set():
        round_no += 1
        _paste_and_file(clerk, round_no)
        _send_and_give_up(clerk, round_no)
        stop.wait(PAUSE_SECONDS)


def _paste_and_file(clerk: Clerk, round_no: int) -> None:
    rows = [
        f"{row}\tBình Minh\tViệc trong bảng {round_no}-{row}\tVướng mắc {round_no}-{row}.\tĐề nghị xem xét.\tNội vụ"
        for row in range(1, ROWS + 1)
    ]
    where = clerk.do("/imports/paste", reference=f"Hội nghị {round_no}", text="\r\n".join([_HEAD, *rows]))
    clerk.book.note("paste")
    last = clerk.form(where, f"{where}/file")
    clerk.send(last, f"{where}/file")
    numbers = sorted(set(_NUMBER.findall(clerk.get(where))))
    if len(numbers) != ROWS:
        raise AssertionError(f"{where}: {len(numbers)} of {ROWS} rows are filed")
    for number in numbers:
        clerk.book.note("import", number, "sent")
    clerk.send(last, f"{where}/file")  # pressed once more: nothing is filed again


def _send_and_give_up(clerk: Clerk, round_no: int) -> None:
    text = f"{_HEAD}\n1\tBình Minh\tTệp {round_no}\tVướng mắc.\tĐề nghị xem xét.\tNội vụ\n"
    sheet = FileStorage(io.BytesIO(text.encode()), f"tệp {round_no}.csv")
    where = clerk.do("/imports/files", reference=f"Kiểm tra {round_no}", file=sheet)
    clerk.book.note("import_file")
    clerk.send(clerk.form(where, f"{where}/cancel"), f"{where}/cancel")
    clerk.book.note("import_cancel")


def check(session: Session, book: Book) -> list[str]:
    """What is stored of sheets otherwise than it was answered."""
    of_path = Counter(one.path for one in book.done)
    kinds = dict(session.execute(select(ImportBatch.kind, func.count()).group_by(ImportBatch.kind)).all())
    states = dict(session.execute(select(ImportBatch.state, func.count()).group_by(ImportBatch.state)).all())
    filed = select(func.count(ImportRow.issue_id)).where(ImportRow.state == RowState.FILED)
    pairs = {
        "pasted sheets": (of_path["paste"], kinds.get(BatchKind.PASTED, 0)),
        "sheets that are done": (of_path["paste"], states.get(BatchState.DONE, 0)),
        "files": (of_path["import_file"], kinds.get(BatchKind.FILE, 0)),
        "files given up": (of_path["import_cancel"], states.get(BatchState.CANCELLED, 0)),
        "rows": (of_path["import"], session.scalar(select(func.count(ImportRow.id)))),
        "filed rows": (of_path["import"], session.scalar(filed)),
        "files that wait": (0, session.scalar(select(func.count(ImportSource.batch_id)))),
    }
    return [
        f"{what}: {said} answered, {stored} stored"
        for what, (said, stored) in pairs.items()
        if said != stored
    ]
