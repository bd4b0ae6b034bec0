"""Every requirement of OWASP ASVS that applies is shown by a test, or stands in the list of open ones."""

from tests import asvs


def test_every_applying_requirement_is_shown_or_listed_as_open() -> None:
    assert set(asvs.wanted()) - set(asvs.marks()) - set(asvs.open_rows()) == set()


def test_what_a_test_shows_is_not_listed_as_open() -> None:
    assert set(asvs.marks()) & set(asvs.open_rows()) == set()


def test_marks_and_open_ones_name_requirements_that_exist_and_apply() -> None:
    applying = {key for key, row in asvs.rows().items() if row.applies}
    assert set(asvs.marks()) - applying == set()
    assert set(asvs.open_rows()) - set(asvs.wanted()) == set()


def test_every_open_requirement_says_why() -> None:
    assert {key for key, why in asvs.open_rows().items() if len(why) < 10} == set()
