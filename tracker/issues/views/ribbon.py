"""Where a matter lay, and for how long, as a bar of one segment per unit.

Owns: the arithmetic of the bar. Must not compute a date: holdings and pauses come from the clocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.deadlines.facts import Holding, WaitsFor
from tracker.issues.dossier import Dossier
from tracker.issues.views import wording
from tracker.web.i18n import gettext as _

LEAST_SHARE = 0.35
"""A unit that held the matter for less than a day is still to be seen: its share in working days."""


@dataclass(frozen=True)
class Segment:
    """A unit's stretch; x and width in percent of the bar."""

    name: str
    days_text: str
    x: float
    width: float
    is_current: bool


@dataclass(frozen=True)
class PauseSegment:
    """A stretch during which the clock paused."""

    x: float
    width: float
    text: str


@dataclass(frozen=True)
class Ribbon:
    """The bar."""

    segments: list[Segment]
    pauses: list[PauseSegment]
    today: float | None


def unit_keys(found: Dossier) -> set[int]:
    """The units that the bar names."""
    return {holding.unit for holding in found.life.holdings if holding.unit is not None}


def ribbon(found: Dossier, names: dict[int, str]) -> Ribbon | None:
    """The bar; None for what was never sent."""
    holdings = [item for item in found.life.holdings if item.waits_for is not WaitsFor.NOBODY]
    if not holdings:
        return None
    shares = [max(float(item.working_days), LEAST_SHARE) for item in holdings]
    scale = 100 / sum(shares)
    starts = [sum(shares[:index]) * scale for index in range(len(shares))]
    is_open = found.issue.is_open
    return Ribbon(
        segments=_segments(holdings, starts, names, is_open=is_open),
        pauses=[
            PauseSegment(
                round(start, 2),
                round(share * scale, 2),
                _waiting_words(
                    item, is_paused=any(pause.from_on == item.from_on for pause in found.life.pauses)
                ),
            )
            for item, start, share in zip(holdings, starts, shares, strict=True)
            if item.waits_for in (WaitsFor.COMMUNE, WaitsFor.AUTHORITY)
        ],
        today=100.0 if is_open else None,
    )


def _waiting_words(item: Holding, *, is_paused: bool) -> str:
    """Whose turn it was; while the province itself decides, the promise runs on."""
    days = wording.working_days(item.working_days)
    if item.waits_for is WaitsFor.COMMUNE:
        return _("Tạm dừng %(days)s: chờ địa phương bổ sung", days=days)
    if is_paused:
        return _("Tạm dừng %(days)s: chờ cấp có thẩm quyền quyết định", days=days)
    return _("Chờ cấp có thẩm quyền quyết định %(days)s, vẫn tính thời hạn", days=days)


def _segments(
    holdings: Sequence[Holding], starts: Sequence[float], names: dict[int, str], *, is_open: bool
) -> list[Segment]:
    """Neighbouring stretches of one unit are one segment."""
    ends = [*starts[1:], 100.0]
    runs: list[list[int]] = []
    for index, holding in enumerate(holdings):
        if runs and holdings[runs[-1][0]].unit == holding.unit:
            runs[-1].append(index)
        else:
            runs.append([index])
    return [
        Segment(
            name=names.get(holdings[run[0]].unit or 0, _("Chưa xác định")),
            days_text=wording.working_days(sum(holdings[index].working_days for index in run)),
            x=round(starts[run[0]], 2),
            width=round(ends[run[-1]] - starts[run[0]], 2),
            is_current=is_open and run is runs[-1],
        )
        for run in runs
    ]
