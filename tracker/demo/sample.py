"""The sample difficulties as read from their packaged file.

Owns: the words of the file in the product's terms. Must not know the database.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from tracker.issues.models import AnswerKind

_KINDS = {
    "guidance": AnswerKind.GUIDANCE,
    "decision": AnswerKind.DECISION,
    "local_competence": AnswerKind.OWN_COMPETENCE,
    "roadmap": AnswerKind.ROADMAP,
    "refusal": AnswerKind.REFUSAL,
}
_ADDRESSEES = {
    "ministry": "ministry",
    "government": "government",
    "provincial_committee": "provincial_committee",
    "provincial_council": "peoples_council",
    "provincial_party": "party_committee",
}
_ONLY_INTERIM = {"interim", "referred_up", "referral"}
_DISPATCH = re.compile(r"Công văn số \S+ ngày [0-9/]+")


@dataclass(frozen=True)
class Sample:
    """A difficulty of the file. `answer_kind` None: what was said so far is no answer yet."""

    key: str
    title: str
    situation: str
    proposal: str
    field: str
    category: str
    department: str
    communes: tuple[str, ...]
    raised_on: date
    obstacle_kind: str = "difficult"
    raised_by: str = ""
    channel: str = "web"
    urgent_reason: str = ""
    answer: str = ""
    answer_kind: AnswerKind | None = None
    is_document: bool = False
    document_number: str = ""
    signed_on: date | None = None
    signer_position: str = ""
    next_step: str = ""
    legal_basis: tuple[str, ...] = ()
    referred_to: str = ""
    referred_kind: str = ""
    referral_number: str = ""

    @property
    def dispatch(self) -> str:
        """The commune's own letter that the text names, or ""."""
        found = _DISPATCH.search(self.situation)
        return found.group() if found else ""


def read_samples() -> list[Sample]:
    """All difficulties of the packaged file, in its order."""
    text = files("tracker").joinpath("data", "difficulties.jsonl").read_text("utf-8")
    return [_sample(json.loads(line)) for line in text.splitlines() if line]


def _sample(row: dict[str, object]) -> Sample:
    def word(name: str) -> str:
        return str(row[name] or "")

    document, referral = _inner(row["document"]), _inner(row["referral"])
    kind = word("answer_kind")
    is_answer = bool(row["answer"]) and kind not in _ONLY_INTERIM
    signed_on = document.get("signed_on")
    return Sample(
        key=word("id"),
        title=word("title"),
        situation=word("body"),
        proposal=word("proposal"),
        field=word("field"),
        category=word("category"),
        department=word("department"),
        communes=_words(row["communes"]),
        raised_on=date.fromisoformat(word("raised_on")),
        obstacle_kind=word("kind"),
        raised_by=word("raised_by"),
        channel=word("channel"),
        urgent_reason=word("urgent_reason"),
        answer=word("answer"),
        answer_kind=_KINDS[kind] if is_answer else None,
        is_document=word("answer_form") == "document",
        document_number=document.get("number", ""),
        signed_on=date.fromisoformat(signed_on) if signed_on else None,
        signer_position=document.get("signer_position", ""),
        next_step=word("next_step"),
        legal_basis=_words(row["legal_basis"]),
        referred_to=referral.get("name", ""),
        referred_kind=_ADDRESSEES.get(referral.get("addressee", ""), ""),
        referral_number=referral.get("document", ""),
    )


def _inner(value: object) -> dict[str, str]:
    return {str(name): str(item) for name, item in value.items() if item} if isinstance(value, dict) else {}


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
