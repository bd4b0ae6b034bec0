"""What each act changes: one small function an act, gathered in `HANDLERS`.

A handler reads the step's data, changes the issue and its parties, and leaves payload and facts; it never sets the
state, writes an event or asks who may.
"""

from collections.abc import Callable

from tracker.issues.acts import (
    answering,
    closing,
    consulting,
    dialogue,
    escalating,
    extending,
    filing,
    intake,
    promising,
    referring,
)
from tracker.issues.step import Step
from tracker.issues.workflow import Act

HANDLERS: dict[Act, Callable[[Step], None]] = {
    Act.SEND: filing.send,
    Act.SIGN: filing.sign,
    Act.RETURN_DRAFT: filing.return_draft,
    Act.CORRECT: filing.correct,
    Act.ACCEPT: intake.accept,
    Act.ASSIGN: intake.assign,
    Act.REASSIGN: intake.reassign,
    Act.TRANSFER: intake.transfer,
    Act.ROUTE: intake.route,
    Act.HAND_OVER: intake.hand_over,
    Act.ASK_INFO: dialogue.ask_info,
    Act.GIVE_INFO: dialogue.give_info,
    Act.RESUME: dialogue.resume,
    Act.CLOSE_UNINFORMED: dialogue.close_uninformed,
    Act.ADD_INFO: dialogue.add_info,
    Act.NEWS: dialogue.give_news,
    Act.INTERIM: dialogue.give_interim,
    Act.SUBMIT_ANSWER: answering.submit_answer,
    Act.TAKE_BACK: answering.take_back,
    Act.RETURN_ANSWER: answering.return_answer,
    Act.APPROVE: answering.approve,
    Act.SEND_DOCUMENT: answering.send_document,
    Act.SET_NUMBER: answering.set_number,
    Act.CONFIRM: closing.confirm,
    Act.CLARIFY: closing.clarify,
    Act.DISPUTE: closing.dispute,
    Act.EXPIRE: closing.expire,
    Act.CLOSE_READY: closing.close_ready,
    Act.WITHDRAW: closing.withdraw,
    Act.CLOSE_ERROR: closing.close_error,
    Act.REOPEN: closing.reopen,
    Act.ASK_EXTENSION: extending.ask_extension,
    Act.EXTEND: extending.extend,
    Act.REFUSE_EXTENSION: extending.refuse_extension,
    Act.ASK_OPINION: consulting.ask_opinion,
    Act.GIVE_OPINION: consulting.give_opinion,
    Act.ASSIGN_OPINION: consulting.assign_opinion,
    Act.CANCEL_OPINION: consulting.cancel_opinion,
    Act.EXPIRE_OPINION: consulting.expire_opinion,
    Act.REFER: referring.refer,
    Act.REPLY_IN: referring.reply_in,
    Act.RECALL: referring.recall,
    Act.FOLLOW_UP: referring.follow_up,
    Act.WAKE: promising.wake,
    Act.KEEP: promising.keep,
    Act.RAISE: escalating.raise_level,
    Act.REMIND: escalating.remind,
    Act.ESCALATE: escalating.escalate,
    Act.DECLINE_ESCALATION: escalating.decline,
    Act.LOWER: escalating.lower,
    Act.PLAN: escalating.plan,
}
