"""Why a date is what it is, in words: the same for the page, the print, Word and a notice.

Owns: the words of an explanation. Must not count days: `deadlines.clocks` does.
"""

from dataclasses import dataclass
from typing import Any

from tracker.deadlines import clocks
from tracker.deadlines.explanation import Explanation, Reason, Run
from tracker.issues.dossier import Dossier
from tracker.issues.views import wording
from tracker.text import format_date
from tracker.web.i18n import gettext as _
from tracker.web.labels import label


@dataclass(frozen=True)
class RunShown:
    """Days in a row with one reason, as the explanation shows them."""

    days: str
    counted: str
    words: str
    name: str
    is_counted: bool


def row_words(run: RunShown) -> tuple[str, str, str]:
    """The row of these days: from when to when, which working days, counted or why not."""
    return run.days, run.counted or "–", f"{run.words}: {run.name}" if run.name else run.words


def cycles_shown(found: Dossier) -> list[dict[str, Any]]:
    """What `issues/_why.html` shows of each promise, the newest first."""
    cycles = [(cycle, clocks.explain(cycle, found.calendar)) for cycle in reversed(found.life.cycles)]
    return [
        {"cycle": cycle, "explanation": text, "runs": _runs(text), "from_on": format_date(cycle.from_on),
         "due_on": format_date(cycle.due_on), "target": _target_words(found, cycle),
         "interim": _interim_words(found, cycle),
         "unsettled": wording.unsettled_words(found.calendar, cycle.from_on, cycle.due_on)}
        for cycle, text in cycles
    ]  # fmt: skip


def _interim_words(found: Dossier, cycle: clocks.Cycle) -> str:
    """By when at least an interim answer was promised; it belongs to the first promise."""
    row = found.interim
    if row is None or cycle.number > 1:
        return ""
    return _(
        "Trả lời bước đầu trong %(n)s ngày làm việc: hạn %(day)s, không tạm dừng.",
        n=row.target_days,
        day=format_date(row.due_on),
    )


def _target_words(found: Dossier, cycle: clocks.Cycle) -> str:
    """Why the target has as many days as it has."""
    days, kind = cycle.target_days, found.issue.work_kind
    if cycle.number > 1:
        return _("Thời hạn %(n)s ngày làm việc: trả lời lại, làm rõ thêm hoặc mở lại.", n=days)
    if kind is None:
        return _("Thời hạn %(n)s ngày làm việc: chưa tiếp nhận, chưa chọn loại việc.", n=days)
    return _(
        "Thời hạn %(n)s ngày làm việc: loại việc %(kind)s.", n=days, kind=label(f"WorkKind.{kind.value}")
    )


def _runs(explanation: Explanation) -> list[RunShown]:
    return [_run(run) for run in explanation.runs]


def _run(run: Run) -> RunShown:
    first, last = format_date(run.from_on), format_date(run.to_on)
    numbers = [day.counted_no for day in run.days if day.counted_no is not None]
    counted = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}" if numbers else ""
    return RunShown(
        days=first if first == last else f"{first} – {last}",
        counted=counted,
        words=label(f"Reason.{run.reason.value}"),
        name=run.name,
        is_counted=run.reason in (Reason.COUNTED, Reason.MAKE_UP, Reason.DUE),
    )
