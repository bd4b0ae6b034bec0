"""The form of the ladder: for each rule its days, communes, days to act, and whether it holds.

Owns: the fields. What makes sense is said in `issues.escalation_rules`.
"""

from collections.abc import Sequence
from dataclasses import replace

from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from tracker.deadlines.ladder import Rule, Trigger
from tracker.issues.escalation_rules import MOST_DAYS
from tracker.web.forms import BaseForm
from tracker.web.i18n import lazy_gettext as _l

BY_DAYS = frozenset({Trigger.DUE_SOON, Trigger.DAYS_LATE, Trigger.NO_NEWS})
"""Triggers whose day can be moved."""
BY_COMMUNES = frozenset({Trigger.JOINED, Trigger.JOINED_LATE})

_ATTRIBUTES = {
    "offset": "offset_days",
    "urgent": "urgent_offset_days",
    "communes": "communes",
    "days": "days_to_act",
    "active": "is_active",
}


def names_of(rule: Rule) -> list[str]:
    """The fields of a rule: only what means something for its trigger."""
    kinds = ["active"]
    kinds += ["offset", "urgent"] if rule.trigger in BY_DAYS else []
    kinds += ["communes"] if rule.trigger in BY_COMMUNES else []
    kinds += ["days"] if rule.level else []
    return [f"{kind}_{rule.code}" for kind in kinds]


def ladder_form(rules: Sequence[Rule]) -> type[BaseForm]:
    """The form of these rules."""
    fields: dict[str, object] = {"seen": HiddenField()}
    for name in (name for rule in rules for name in names_of(rule)):
        kind = name.split("_")[0]
        if kind == "active":
            fields[name] = BooleanField(_l("Đang áp dụng"))
        else:
            fields[name] = IntegerField(_WORDS[kind], [Optional(), NumberRange(0, MOST_DAYS)])
    return type("LadderForm", (BaseForm,), fields)


_WORDS = {
    "offset": _l("Sau số ngày làm việc"),
    "urgent": _l("Sau số ngày làm việc, với việc cần gấp"),
    "communes": _l("Từ số địa phương"),
    "days": _l("Số ngày làm việc để xử lý"),
}


def shown(rules: Sequence[Rule]) -> dict[str, object]:
    """What the form shows of stored rules."""
    return {name: getattr(rule, _ATTRIBUTES[name.split("_")[0]]) for rule in rules for name in names_of(rule)}


def typed(form: BaseForm, rules: Sequence[Rule]) -> list[Rule]:
    """The rules as they were typed; what has no field stays."""
    return [
        replace(rule, **{_ATTRIBUTES[name.split("_")[0]]: form[name].data for name in names_of(rule)})
        for rule in rules
    ]
