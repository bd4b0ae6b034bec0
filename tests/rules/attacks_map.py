"""Every known attack on trackers of this kind → the tests that refuse it, or the feature that it would need.

Owns: `MAPPED` and the closed list of features that are not there yet, each with how to see that it has come. A case is
mapped to tests wherever any of it can be tried today; to a feature alone where nothing of it exists.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from flask import Flask

from tests.rules.tree import PACKAGE
from tracker.config import setting_names
from tracker.issues.workflow import Act


@dataclass(frozen=True)
class Absence:
    """What is not there yet, and whether it has come all the same."""

    what: str
    has_come: Callable[[Flask], bool]


def _has_package(*names: str) -> Callable[[Flask], bool]:
    return lambda _app: any((PACKAGE / name).exists() for name in names)


def _has_route(*words: str) -> Callable[[Flask], bool]:
    return lambda app: any(word in rule.rule for rule in app.url_map.iter_rules() for word in words)


def _has_setting(*words: str) -> Callable[[Flask], bool]:
    return lambda _app: any(word in name for name in setting_names() for word in words)


class Feature(Enum):
    """The features that are not there yet."""

    API = Absence("JSON over the services", _has_package("api"))
    PASSWORD_RESET = Absence("a new password by mail", _has_route("reset", "forgot"))
    INVITATIONS = Absence("invitations by mail", _has_route("invit"))
    WATCHING = Absence("following an issue", _has_route("watch", "subscri"))
    MERGING = Absence("merging and hiding", lambda _app: any(act.value in {"merge", "hide"} for act in Act))
    PROGRAMS = Absence("programs run on uploads", _has_setting("CONVERT", "THUMBNAIL"))
    PURGING = Absence("deletion of old matters", _has_route("purge"))
    AUDIT_CHAIN = Absence("an audit log that proves itself", _has_package("audit/chain.py"))


F = Feature
_I, _R, _U = "tests/integration/", "tests/rules/", "tests/unit/"
OBJECTS, TEXTS = _I + "test_attacks_objects.py::", _I + "test_attacks_texts.py::"
FILES, REQUESTS = _I + "test_attacks_files.py::", _I + "test_attacks_requests.py::"
CRAWLER, RIGHTS, IDLE = _I + "test_crawler.py::", _R + "test_rights.py::", _I + "test_idle_connections.py::"
SIGN_IN, SESSIONS = _I + "test_sign_in.py::", _I + "test_sessions.py::"
PROFILE, THROTTLE = _I + "test_profile.py::", _I + "test_throttle.py::"
HEADERS, ERRORS = _I + "test_headers.py::", _I + "test_error_boundary.py::"
SMS = _I + "test_sms.py::"
STORED = _I + "test_attachments.py::"
PEOPLE = _I + "test_attacks_people.py::"
EXPORTS, BULK = _I + "test_exports.py::", _I + "test_bulk.py::"
SHEETS, READ = _U + "test_sheet_writing.py::", _U + "test_sheets.py::"
SEARCHING = _I + "test_search.py::"
MAILS, INBOX = _I + "test_delivery.py::", _I + "test_inbox.py::"
OIDC, FACTOR = _I + "test_oidc.py::", _I + "test_second_factor.py::"

NOBODY_FINDS = CRAWLER + "test_nobody_finds_a_mark_that_is_not_his_and_everybody_finds_his_own"
ON_PAPER = _I + "test_issue_paper.py::test_nobody_finds_on_paper_what_he_may_not_see"
NO_COUNT = CRAWLER + "test_what_others_do_changes_no_page_of_those_who_may_not_see_it"
ANY_PARAMETER = REQUESTS + "test_no_parameter_of_an_address_breaks_a_page"
ANY_KEY = REQUESTS + "test_no_key_in_a_path_breaks_a_page_and_each_refusal_is_noted_once"
ANY_FIELD = REQUESTS + "test_no_field_of_a_form_breaks_a_write_and_each_refusal_is_noted_once"
STAYS_TEXT = TEXTS + "test_markup_in_any_text_or_name_stays_text_on_every_page"
ONLY_DATA = FILES + "test_a_name_is_only_data"
ANY_ACT = OBJECTS + "test_an_act_is_open_to_those_who_may_take_it_on_this_very_issue_and_to_nobody_else"
ANY_LIFE = _I + "test_state_machine.py::test_any_life_of_any_issue_holds_together"
NO_TOKEN = RIGHTS + "test_a_write_without_our_token_is_refused_and_noted"

MAPPED: dict[str, tuple[str | Feature, ...]] = {
    "AC01": (OBJECTS + "test_a_foreign_issue_answers_at_every_door_as_one_that_never_existed",),
    "AC02": (OBJECTS + "test_no_other_way_of_asking_opens_a_foreign_issue", ON_PAPER, F.API),
    "AC03": (OBJECTS + "test_a_file_is_served_only_below_the_issue_that_owns_it",),
    "AC04": (OBJECTS + "test_a_file_of_departments_is_neither_served_nor_named_to_the_commune", ON_PAPER),
    "AC05": (
        NOBODY_FINDS,
        OBJECTS + "test_a_draft_is_opened_by_its_own_unit_alone",
        MAILS + "test_departments_matters_never_reach_a_commune",
    ),
    "AC06": (OBJECTS + "test_a_commune_writes_no_answer_and_no_note_by_any_door", ANY_ACT, F.API),
    "AC07": (
        CRAWLER + "test_searching_a_hidden_word_is_like_searching_a_nonsense_word",
        SEARCHING + "test_who_may_not_read_an_issue_finds_and_counts_nothing_of_it",
        SEARCHING + "test_what_is_for_departments_or_under_way_is_found_by_nobody",
        SEARCHING + "test_a_word_of_others_does_not_change_what_one_finds_oneself",
    ),
    "AC08": (NO_COUNT, CRAWLER + "test_a_list_shows_and_counts_what_its_reader_may_see"),
    "AC09": (CRAWLER + "test_names_and_phones_of_people_cannot_be_collected", F.API),
    "AC10": (F.WATCHING,),
    "AC11": (
        RIGHTS + "test_each_role_passes_exactly_the_gates_that_it_may",
        RIGHTS + "test_every_route_is_expected_and_every_expectation_has_its_route",
        RIGHTS + "test_every_other_method_is_refused",
    ),
    "AC12": (
        OBJECTS + "test_a_draft_cannot_be_moved_into_another_unit",
        OBJECTS + "test_filing_for_a_unit_of_others_is_refused",
    ),
    "AC13": (BULK + "test_one_foreign_issue_refuses_all_exactly_like_an_unknown_one",),
    "AC14": (F.MERGING,),
    "AU01": (SIGN_IN + "test_unknown_login_wrong_password_and_disabled_account_look_the_same",),
    "AU02": (
        SIGN_IN + "test_a_password_is_checked_as_often_for_an_unknown_login",
        SIGN_IN + "test_no_password_is_hashed_inside_a_transaction",
    ),
    "AU03": (
        THROTTLE + "test_after_a_few_wrong_passwords_the_next_try_has_to_wait",
        THROTTLE + "test_an_invented_forwarded_address_helps_nobody",
    ),
    "AU04": (
        THROTTLE + "test_the_victim_signs_in_from_his_own_address_at_once",
        THROTTLE + "test_the_longest_wait_is_bounded",
    ),
    "AU05": (F.PASSWORD_RESET,),
    "AU06": (F.PASSWORD_RESET,),
    "AU07": (
        PROFILE + "test_an_unfit_change_is_refused_with_its_reason",
        PROFILE + "test_guessing_the_present_password_is_slowed_down",
        FACTOR + "test_switching_off_needs_a_code_and_a_role_that_allows_it",
    ),
    "AU08": (F.INVITATIONS,),
    "AU09": (REQUESTS + "test_a_password_of_another_type_lets_nobody_in",),
    "AU10": (
        SIGN_IN + "test_a_fresh_database_lets_nobody_in",
        _I + "test_config.py::test_a_weak_or_broken_secret_key_stops_the_start",
    ),
    "SE01": (SIGN_IN + "test_a_planted_session_dies_when_somebody_signs_in",),
    "SE02": (SESSIONS + "test_signing_out_ends_the_session_on_the_server",),
    "SE03": (
        PROFILE + "test_a_new_password_ends_the_other_sessions_and_keeps_this_one",
        FACTOR + "test_setting_it_up_in_the_profile_asks_for_the_password_and_ends_other_sessions",
    ),
    "SE04": (
        OBJECTS + "test_a_right_taken_away_is_gone_with_the_next_press",
        SESSIONS + "test_an_ended_grant_is_gone_with_the_next_request",
    ),
    "SE05": (HEADERS + "test_over_https_the_cookie_is_bound_to_the_host_and_the_browser_stays_on_https",),
    "SE06": (
        REQUESTS + "test_a_session_signed_with_a_weak_key_lets_nobody_in",
        SESSIONS + "test_a_forged_cookie_lets_nobody_in",
    ),
    "CS01": (NO_TOKEN,),
    "CS02": (NO_TOKEN, SIGN_IN + "test_a_planted_session_dies_when_somebody_signs_in"),
    "CS03": (RIGHTS + "test_a_body_that_is_no_form_carries_no_token",),
    "CS04": (REQUESTS + "test_another_site_signs_nobody_in_or_out",),
    "XS01": (STAYS_TEXT, TEXTS + "test_what_was_typed_into_a_refused_form_stays_text"),
    "XS02": (STAYS_TEXT, ONLY_DATA),
    "XS03": (
        FILES + "test_what_a_browser_would_run_is_refused_whatever_it_is_called",
        FILES + "test_a_document_is_downloaded_and_never_shown_in_the_page",
    ),
    "XS04": (STAYS_TEXT,),
    "XS05": (TEXTS + "test_markup_in_an_address_or_header_is_not_reflected",),
    "XS06": (MAILS + "test_a_mail_says_the_act_first_and_leads_to_the_matter",),
    "XS07": (STAYS_TEXT,),
    "XS08": (_I + "test_issue_paper.py::test_markup_in_a_text_stays_text_on_paper",),
    "IN01": (ANY_PARAMETER, ANY_KEY, ANY_FIELD),
    "IN02": (REQUESTS + "test_a_condition_in_a_filter_changes_nothing_that_is_found", ANY_PARAMETER),
    "IN03": (
        ANY_PARAMETER,
        SEARCHING + "test_whatever_is_typed_the_page_answers",
        SEARCHING + "test_any_text_can_be_searched_and_any_text_can_be_kept",
        _U + "test_index.py::test_any_text_is_read_and_understood_by_the_database",
    ),
    "IN04": (REQUESTS + "test_a_condition_in_a_filter_changes_nothing_that_is_found", ANY_PARAMETER),
    "IN05": (STAYS_TEXT, MAILS + "test_markup_and_template_language_in_a_title_stay_text_in_the_mail"),
    "IN06": (
        MAILS + "test_a_title_adds_no_header_and_the_mail_still_goes",
        _U + "test_mail_headers.py::test_one_recipient_one_subject_and_no_header_of_somebody_else",
    ),
    "IN07": (TEXTS + "test_no_line_of_the_log_is_forged_and_no_secret_is_in_it",),
    "IN08": (ONLY_DATA, F.PROGRAMS),
    "FI01": (ONLY_DATA, STORED + "test_only_a_key_leads_to_a_file"),
    "FI02": (
        STORED + "test_the_bytes_lie_under_a_random_key_never_under_the_name",
        READ + "test_names_that_lead_out_of_the_package_write_nothing",
    ),
    "FI03": (
        FILES + "test_too_many_and_too_large_files_are_refused_and_leave_no_row",
        ERRORS + "test_only_who_is_signed_in_may_send_a_large_body_and_only_where_files_are_taken",
    ),
    "FI04": (REQUESTS + "test_too_much_of_everything_is_refused_before_it_is_kept",),
    "FI05": (
        FILES + "test_a_document_is_downloaded_and_never_shown_in_the_page",
        READ + "test_definitions_in_xml_are_refused_before_anything_is_opened",
        READ + "test_programs_and_links_to_elsewhere_are_refused",
    ),
    "FI06": (
        _U + "test_sniff.py::test_a_zip_bomb_is_refused_before_it_is_unpacked",
        READ + "test_definitions_in_xml_are_refused_before_anything_is_opened",
        READ + "test_a_bomb_is_refused_before_it_is_unpacked",
        READ + "test_limits_are_kept_whatever_the_file",
    ),
    "FI07": (ONLY_DATA,),
    "FI08": (FILES + "test_files_of_the_same_name_are_both_kept",),
    "FI09": (STORED + "test_a_photograph_loses_where_and_when_it_was_taken",),
    "FI10": (
        _I + "test_scanning.py::test_known_malware_is_refused_told_and_noted_and_not_kept",
        _I + "test_scanning.py::test_without_a_clear_answer_a_file_is_refused_or_taken_as_is_set",
    ),
    "EX01": (EXPORTS + "test_a_formula_stays_text_in_a_workbook",),
    "EX02": (
        EXPORTS + "test_a_formula_stays_text_in_csv_and_a_number_a_number",
        SHEETS + "test_no_text_of_a_csv_begins_like_a_formula",
    ),
    "EX03": (
        EXPORTS + "test_the_name_of_a_unit_breaks_neither_sheet_nor_file",
        SHEETS + "test_any_name_becomes_a_name_of_a_sheet_and_none_comes_twice",
    ),
    "EX04": (
        EXPORTS + "test_characters_that_excel_refuses_do_not_stop_the_file",
        SHEETS + "test_any_text_can_be_written_and_read_back",
    ),
    "RC01": (OBJECTS + "test_the_same_form_pressed_many_times_at_once_makes_one_draft",),
    "RC02": (OBJECTS + "test_of_two_who_assign_at_once_the_second_sees_that_somebody_was_quicker",),
    "RC03": (
        ANY_LIFE,
        _I + "test_concurrency.py::test_of_two_who_replace_the_owner_one_wins_and_the_other_is_told",
    ),
    "RC04": (_I + "test_concurrency.py::test_fifty_processes_write_at_once_without_an_error_or_a_gap",),
    "RC05": (OBJECTS + "test_a_file_for_what_has_closed_meanwhile_is_refused_and_swept",),
    "RC06": (
        OBJECTS + "test_a_right_taken_away_is_gone_with_the_next_press",
        EXPORTS + "test_who_loses_a_right_while_the_file_is_made_gets_nothing",
    ),
    "RC07": (_I + "test_jobs.py::test_two_workers_started_at_once_run_each_job_once",),
    "RC08": (
        OBJECTS + "test_an_issue_is_not_given_to_somebody_who_has_left",
        PEOPLE + "test_of_disabling_and_assigning_at_once_none_leaves_a_matter_with_nobody",
    ),
    "MA01": (OBJECTS + "test_a_new_draft_takes_no_field_of_the_server",),
    "MA02": (PROFILE + "test_fields_that_are_not_offered_are_ignored",),
    "MA03": (OBJECTS + "test_what_is_closed_takes_no_field_any_more", F.API),
    "MA04": (OBJECTS + "test_of_repeated_fields_one_is_checked_and_used",),
    "HD01": (
        HEADERS + "test_a_foreign_host_name_is_refused",
        HEADERS + "test_full_addresses_come_from_the_base_url",
        IDLE + "test_a_request_that_no_browser_sends_is_refused_and_the_next_one_served",
    ),
    "HD02": (HEADERS + "test_only_as_many_proxies_are_believed_as_are_configured",),
    "HD03": (REQUESTS + "test_no_answer_with_content_may_be_kept_or_shared",),
    "HD04": (REQUESTS + "test_no_answer_with_content_may_be_kept_or_shared",),
    "HD05": (HEADERS + "test_every_answer_carries_the_headers",),
    "HD06": (HEADERS + "test_every_answer_carries_the_headers",),
    "HD07": (REQUESTS + "test_no_other_origin_may_read_an_answer",),
    "HD08": (ONLY_DATA, HEADERS + "test_anything_that_might_be_another_host_does_not_come_next"),
    "UN01": (TEXTS + "test_a_control_character_is_cleaned_away", ERRORS + "test_a_nul_in_a_form_is_refused"),
    "UN02": (TEXTS + "test_broken_letters_in_a_form_are_refused_or_replaced", ANY_KEY),
    "UN03": (TEXTS + "test_directions_and_invisible_characters_do_not_reach_a_page",),
    "UN04": (TEXTS + "test_a_text_that_is_too_long_is_refused_at_its_field_and_not_lost",),
    "UN05": (ANY_KEY, ERRORS + "test_absurd_ids_are_unknown_addresses"),
    "UN06": (ANY_PARAMETER,),
    "UN07": (ANY_FIELD,),
    "UN08": (REQUESTS + "test_the_last_and_the_first_moment_of_a_year_count_where_they_are_in_vietnam",),
    "UN09": (
        REQUESTS + "test_a_broken_body_is_answered_at_once",
        IDLE + "test_a_request_that_no_browser_sends_is_refused_and_the_next_one_served",
        IDLE + "test_who_stops_in_the_middle_of_a_request_is_let_go",
    ),
    "UN10": (ANY_PARAMETER, ANY_KEY, ANY_FIELD, ANY_LIFE),
    "SR01": (
        SMS + "test_a_gateway_that_is_not_named_or_not_safe_stops_the_start",
        SMS + "test_a_name_that_leads_inside_the_network_is_not_connected_to",
    ),
    "SR02": (
        OIDC + "test_a_redirect_in_place_of_a_token_is_not_followed",
        SMS + "test_a_redirect_is_not_followed",
    ),
    "SR03": (
        OIDC + "test_a_wrong_setting_of_the_service_stops_the_start",
        SMS + "test_a_gateway_that_is_not_named_or_not_safe_stops_the_start",
    ),
    "SR04": (
        OIDC + "test_a_provider_that_leads_elsewhere_or_answers_wrongly_is_not_used",
        OIDC + "test_every_request_that_goes_out_has_an_end",
        SMS + "test_a_gateway_that_is_silent_or_endless_holds_nothing_up",
    ),
    "TK01": (
        TEXTS + "test_no_line_of_the_log_is_forged_and_no_secret_is_in_it",
        TEXTS + "test_a_session_token_is_in_no_log_and_no_table",
    ),
    "TK02": (F.API,),
    "TK03": (
        REQUESTS + "test_an_error_tells_neither_path_nor_version",
        ERRORS + "test_every_error_is_a_worded_page_with_its_status",
    ),
    "TK04": (REQUESTS + "test_no_file_of_the_machine_has_an_address",),
    "AD01": (REQUESTS + "test_the_audit_log_is_only_read_and_no_verb_changes_it",),
    "AD02": (_I + "test_verify.py::test_what_was_changed_behind_the_back_is_named", F.AUDIT_CHAIN),
    "AD03": (PEOPLE + "test_a_person_with_work_is_disabled_and_his_matters_keep_history_number_and_desk",),
    "AD04": (
        PEOPLE + "test_two_administrators_who_disable_each_other_at_once_leave_one",
        _I + "test_people.py::test_the_last_administrator_stays",
    ),
    "AD05": (PEOPLE + "test_a_hostile_sheet_of_people_changes_nobody_and_nothing_in_it_is_run",),
    "AD06": (F.PURGING,),
    "DO01": (THROTTLE + "test_a_throttled_try_costs_no_hash_and_leaves_one_entry",),
    "DO02": (
        IDLE + "test_many_silent_connections_do_not_stop_a_page",
        IDLE + "test_with_two_idle_connections_a_page_comes_within_a_second",
    ),
    "DO03": (INBOX + "test_one_row_per_person_however_many_and_however_often",),
    "DO04": (REQUESTS + "test_counting_stops_at_the_cap",),
}
