"""The form of targets: working days and days until an interim answer, for each work kind.

Owns: the fields. Limits stand in `deadlines.targets`.
"""

from collections.abc import Mapping

from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from tracker.deadlines.models import WorkKind
from tracker.deadlines.targets import FEWEST_DAYS, MOST_DAYS, Days
from tracker.web.forms import BaseForm
from tracker.web.i18n import lazy_gettext as _l

_LIMITS = NumberRange(FEWEST_DAYS, MOST_DAYS)


def targets_form(*, is_general: bool) -> type[BaseForm]:
    """The form of the general targets, or of a field's own, where a kind may stay empty."""
    fields: dict[str, object] = {"seen": HiddenField()}
    for kind in WorkKind:
        needed = InputRequired() if is_general else Optional()
        fields[f"days_{kind.value}"] = IntegerField(_l("Số ngày làm việc"), [needed, _LIMITS])
        fields[f"interim_{kind.value}"] = IntegerField(_l("Trả lời bước đầu trong"), [Optional(), _LIMITS])
    return type("TargetsForm", (BaseForm,), fields)


def shown(targets: Mapping[WorkKind, Days]) -> dict[str, int | None]:
    """What the form shows of stored targets."""
    return {
        f"{name}_{kind.value}": value
        for kind, days in targets.items()
        for name, value in zip(("days", "interim"), days, strict=True)
    }


def typed(form: BaseForm) -> dict[WorkKind, tuple[int | None, int | None]]:
    """What was typed."""
    return {kind: (form[f"days_{kind.value}"].data, form[f"interim_{kind.value}"].data) for kind in WorkKind}
