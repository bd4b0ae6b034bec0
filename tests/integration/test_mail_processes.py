"""Processes that send mail, killed and started together: short forms of tests/soak/mails.py."""

from pathlib import Path

from tests.soak import mails


def test_a_process_killed_between_sending_and_marking_doubles_that_mail_alone(tmp_path: Path) -> None:
    found = mails.kills(tmp_path / "instance", 1, seed=1)
    assert found["problems"] == []


def test_two_processes_that_begin_together_send_each_mail_once(tmp_path: Path) -> None:
    found = mails.together(tmp_path / "instance", 5)
    assert found["problems"] == []
    assert found["mails"] == 5 * mails.PEOPLE
