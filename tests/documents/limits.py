"""Limits: settings, counts, files, rules between fields, each with the test that holds it. Knows no page."""

from dataclasses import fields

from flask import Flask

from tests.documents.tables import head, table
from tracker.accounts import entering, throttle
from tracker.accounts.service import SEEN_EVERY
from tracker.attachments import pictures, sniff
from tracker.config import PREFIX, Settings
from tracker.issues import bulk, drafts, exports, inputs, listing, saved
from tracker.issues.answers import CITATION_LIMIT
from tracker.web import http

_I = "tests/integration/"
Held = tuple[str, object, str]
"""What is limited, to how much, and the test that holds it."""

BUSINESS: tuple[Held, ...] = (
    ("wrong passwords of a login from one address before it has to wait", throttle.OF_LOGIN.free,
     _I + "test_throttle.py::test_after_a_few_wrong_passwords_the_next_try_has_to_wait"),
    ("longest wait after wrong passwords, seconds", throttle.OF_LOGIN.longest,
     _I + "test_throttle.py::test_the_longest_wait_is_bounded"),
    ("wrong passwords from one address before it has to wait", throttle.OF_ADDRESS.free,
     _I + "test_throttle.py::test_many_logins_from_one_address_are_slowed_down_too"),
    ("wrong codes of a second factor before the password is asked again", entering.TRIES,
     _I + "test_second_factor.py::test_after_five_wrong_codes_one_begins_again_and_waits"),
    ("issues acted on in one go", bulk.MOST, _I + "test_bulk.py::test_no_more_than_a_hundred_at_once"),
    ("files of lists taken by one person within an hour", exports.MOST_EXPORTS,
     _I + "test_exports.py::test_nobody_takes_files_without_end"),
    ("rows of one file of a list", exports.MOST_ROWS, _I + "test_exports.py::test_a_list_that_is_too_long_says_so"),
    ("a count shown beside a list", listing.COUNT_CAP,
     _I + "test_attacks_requests.py::test_counting_stops_at_the_cap"),
    ("characters of a line, a note, a text", f"{inputs.LINE_LIMIT}, {inputs.NOTE_LIMIT}, {inputs.TEXT_LIMIT}",
     _I + "test_attacks_texts.py::test_a_text_that_is_too_long_is_refused_at_its_field_and_not_lost"),
    ("bytes of a form without files", http.FORM_BYTES,
     _I + "test_error_boundary.py::test_a_form_that_is_too_large_or_has_too_many_fields_is_refused"),
    ("fields of one form", http.FORM_PARTS,
     _I + "test_error_boundary.py::test_a_form_that_is_too_large_or_has_too_many_fields_is_refused"),
    ("files that one person stores within a day", f"{PREFIX}PERSON_DAILY_FILES",
     _I + "test_quota_and_archives.py::test_a_person_stores_so_many_files_a_day_and_no_more"),
    ("bytes of all files of a unit", f"{PREFIX}UNIT_QUOTA_MB",
     _I + "test_quota_and_archives.py::test_of_many_who_upload_at_once_no_more_fit_than_the_quota_holds"),
    ("communes, files, citations and characters of a saved filter's name",
     f"{drafts.PARTIES_LIMIT}, {drafts.FILES_LIMIT}, {CITATION_LIMIT}, {saved.NAME_LIMIT}",
     _I + "test_form_rules.py::test_the_numbers_of_parts_are_limited"),
)  # fmt: skip
FILES: tuple[Held, ...] = (
    ("types, told from the bytes", ", ".join(kind.extension for kind in sniff.TYPES),
     _I + "test_attacks_files.py::test_what_a_browser_would_run_is_refused_whatever_it_is_called"),
    ("bytes of one file", f"{PREFIX}MAX_FILE_MB",
     _I + "test_attachments.py::test_a_file_of_exactly_the_limit_is_taken"),
    ("files of one step", f"{PREFIX}MAX_FILES",
     _I + "test_attacks_files.py::test_too_many_and_too_large_files_are_refused_and_leave_no_row"),
    ("entries of a packed document", sniff.MAX_MEMBERS, "tests/unit/test_sniff.py::test_too_many_members_are_refused"),
    ("bytes of a packed document when unpacked", sniff.MAX_UNPACKED_BYTES,
     "tests/unit/test_sniff.py::test_a_zip_bomb_is_refused_before_it_is_unpacked"),
    ("unpacked over packed size", sniff.MAX_RATIO,
     "tests/unit/test_sniff.py::test_a_zip_bomb_is_refused_before_it_is_unpacked"),
    ("points of a picture; a longer side is made shorter", f"{pictures.MAX_PIXELS}; {pictures.LONGEST_SIDE}",
     _I + "test_attachments.py::test_more_pixels_than_allowed_are_refused"),
    ("known malware, where a scanner is set", "refused, told at its field, noted",
     _I + "test_scanning.py::test_known_malware_is_refused_told_and_noted_and_not_kept"),
    ("a file of which the scanner says nothing", f"{PREFIX}SCAN_WHEN_DOWN",
     _I + "test_scanning.py::test_without_a_clear_answer_a_file_is_refused_or_taken_as_is_set"),
    ("a file of another type, empty, broken, with a program or a password", "refused, told at its field",
     "tests/unit/test_sniff.py::test_documents_with_macros_are_refused_wherever_these_hide"),
)  # fmt: skip
BETWEEN: tuple[tuple[str, str], ...] = (
    ("a role ends on or after the day on which it begins", _I + "test_deputies.py::"
     "test_it_ends_early_with_the_grant_and_with_the_account"),
    ("a deputy is of the same unit, from a day to a day", _I + "test_deputies.py::"
     "test_only_people_of_the_unit_stand_in_and_only_leads_name_them_for_others"),
    ("a unit's new name and its end come after what is known of it", _I + "test_units.py::"
     "test_a_renaming_must_make_sense"),
    ("a merger has other units, a day and one name", _I + "test_units.py::"
     "test_a_merger_that_makes_no_sense_writes_nothing"),
    ("an owner is an active person of the unit that holds the issue", _I + "test_attacks_objects.py::"
     "test_an_issue_is_not_given_to_somebody_who_has_left"),
    ("one files for a unit of one's own, or on behalf of communes", _I + "test_attacks_objects.py::"
     "test_filing_for_a_unit_of_others_is_refused"),
    ("the new password is typed twice alike and is not the present one", _I + "test_profile.py::"
     "test_an_unfit_change_is_refused_with_its_reason"),
    ("a session's idle hours are no more than its whole hours", _I + "test_config.py::"
     "test_a_wrong_setting_is_refused_in_one_line_that_names_it"),
    ("who approves an answer neither wrote nor submitted it", "tests/unit/test_policy.py::"
     "test_nobody_approves_what_he_wrote_or_submitted"),
)  # fmt: skip


def tests_named() -> set[str]:
    """Every test that this paper names."""
    return {held[2] for held in (*BUSINESS, *FILES)} | {test for _rule, test in BETWEEN}


def paper(_app: Flask) -> str:
    """All of it."""
    rows = [
        (
            f"`{PREFIX}{item.name.upper()}`",
            item.metadata["meaning"],
            item.default if isinstance(item.default, int) else "",
            "" if item.metadata["low"] is None else f"{item.metadata['low']} to {item.metadata['high']}",
        )
        for item in fields(Settings)
    ]
    text = head("Limits", "What is limited, by which setting or number, and the test that holds it.")
    text += "## Settings\n\n" + table(("setting", "meaning", "default", "range"), rows)
    text += "\n## Per person and in total\n\n" + table(("limit", "number", "test"), BUSINESS)
    text += "\n## Files\n\n" + table(("limit", "number", "test"), FILES)
    text += "\n## Rules between fields\n\n" + table(("rule", "test"), BETWEEN)
    minutes = int(SEEN_EVERY.total_seconds() // 60)
    text += (
        "\n## Sessions and ways of signing in\n\nSee docs/decisions/0008-signing-in.md; the last use of a session is"
        f" noted every {minutes} minutes at most. Nothing slows down who is signed in but the limits above; nginx"
        " limits requests to /sign-in and connections of one address.\n"
    )
    return text
