"""Tests that post without a page, and why: what no browser does, and the same click twice or at the same time.

Every other post goes through `tests.forms`, which sends what the page shows. `tests/test_conventions.py` reads this
list: by file, the function that posts and the reason.
"""

ATTACK = "an attack: what no page offers"
RACE = "several clicks at the same moment"
TWICE = "the same click twice, or sent again after its answer was lost"
TOO_LONG = "longer than the page lets one type"
TYPING = "what the script of the page asks while one types"
METHODS = "each address is asked with each method by each role"

RAW_POSTS: dict[str, dict[str, str]] = {
    "tests/test_logs.py": {
        "refuse_and_break": ATTACK,
    },
    "tests/accounts/test_second_factor.py": {
        "test_those_who_lead_are_sent_to_add_a_second_proof": ATTACK,
    },
    "tests/accounts/test_sign_in.py": {
        "test_a_person_without_an_address_is_not_signed_in_by_an_empty_one": ATTACK,
    },
    "tests/evaluations/test_self_assessment.py": {
        "test_whoever_facilitates_no_more_rereads_and_writes_no_more": ATTACK,
    },
    "tests/evaluations/reports/test_annual_answers.py": {
        "test_nobody_agrees_in_the_place_of_another": ATTACK,
        "test_roles_moved_after_it_closed_let_nobody_agree_in_their_place": ATTACK,
    },
    "tests/evaluations/follow_ups/test_follow_ups.py": {
        "test_one_s_own_notes_are_never_opened": ATTACK,
        "test_whom_the_author_names_reads_it_is_told_and_is_seen_to_have_read": ATTACK,
    },
    "tests/evaluations/diagnosis/test_diagnosis.py": {
        "test_an_external_evaluator_reads_it_and_is_offered_nothing_to_press": ATTACK,
        "test_where_there_is_no_room_it_says_so": ATTACK,
        "test_whoever_facilitates_by_mandate_adds_no_question": ATTACK,
    },
    "tests/evaluations/vitality/test_influences.py": {
        "test_two_who_facilitate_note_each_and_change_only_their_own": ATTACK,
        "test_the_coordination_reads_and_nobody_else": ATTACK,
    },
    "tests/meetings/followup/test_private_journal.py": {
        "test_a_follow_up_to_plan_waits_on_today_without_a_name_until_it_is_done": ATTACK,
    },
    "tests/communities/recruitment/test_expectations.py": {
        "test_nothing_is_sent_while_nothing_is_written": ATTACK,
    },
    "tests/communities/testimonials/test_testimonials.py": {
        "test_a_use_that_was_not_allowed_cannot_be_chosen": ATTACK,
        "test_withdrawn_it_is_gone_everywhere": TWICE,
    },
    "tests/communities/alerts/test_alerts.py": {
        "test_one_is_not_sent_to_another_site": ATTACK,
    },
    "tests/communities/roles/test_role_assignment.py": {
        "test_a_facilitator_hands_out_no_more_than_the_roles_of_the_community": ATTACK,
        "test_a_facilitator_does_not_withdraw_a_coordinator": ATTACK,
        "test_a_role_of_another_community_is_not_found_here": ATTACK,
        "test_nobody_but_an_administrator_names_a_leader": ATTACK,
        "test_an_administrator_names_neither_themselves_nor_another_role": ATTACK,
        "test_somebody_is_left": ATTACK,
    },
    "tests/communities/bulk_changes/test_bulk_changes.py": {
        "test_people_of_another_community_are_never_changed": ATTACK,
        "test_roles_that_are_not_given_in_numbers_are_nothing": ATTACK,
        "test_an_external_facilitator_changes_nobody": ATTACK,
    },
    "tests/communities/community/test_editing.py": {
        "test_a_facilitator_does_not_move_the_community_to_another_programme": ATTACK,
        "test_a_name_refused_is_not_shown_as_if_it_were_saved": TOO_LONG,
        "test_a_row_of_another_community_is_never_touched": ATTACK,
    },
    "tests/communities/community/test_founding.py": {
        "test_a_programme_one_does_not_coordinate_cannot_be_chosen": ATTACK,
        "test_what_the_page_does_not_let_one_type_is_refused_too": ATTACK,
        "test_a_member_founds_nothing": ATTACK,
    },
    "tests/communities/charter/test_charter.py": {
        "test_an_objective_of_another_community_is_not_reworded": ATTACK,
        "test_a_link_altered_or_of_someone_who_left_opens_nothing": ATTACK,
    },
    "tests/communities/member_import/test_importing.py": {
        "test_numbers_that_are_not_lines_do_nothing": ATTACK,
    },
    "tests/communities/lifecycle/test_drafts.py": {
        "test_an_opening_that_told_somebody_of_their_role_is_not_undone": ATTACK,
        "test_nobody_else_deletes_it": ATTACK,
        "test_nobody_else_opens_it": ATTACK,
    },
    "tests/communities/lifecycle/test_life.py": {
        "test_nothing_of_an_archived_community_is_edited_by_anyone": METHODS,
        "test_only_those_who_agreed_are_written_to_and_once": ATTACK,
    },
    "tests/communities/duplicates/test_merging.py": {
        "test_two_accounts_are_refused_with_a_sentence": ATTACK,
    },
    "tests/communities/outcomes/test_needs.py": {
        "test_only_people_and_organisations_of_the_community_join": ATTACK,
        "test_a_party_of_another_need_is_not_reached_through_this_one": ATTACK,
    },
    "tests/communities/members/test_people.py": {
        "test_what_the_page_does_not_offer_is_refused_too": ATTACK,
        "test_nobody_takes_the_place_of_someone_by_changing_their_address": ATTACK,
    },
    "tests/communities/subgroups/test_subgroups.py": {
        "test_somebody_of_another_community_does_not_enter": ATTACK,
    },
    "tests/outbox/test_unsubscribing.py": {
        "test_a_mail_program_presses_once_without_cookies_or_redirect": "a mail program posts by itself (RFC 8058)",
        "test_a_forged_or_cut_link_is_not_found": ATTACK,
        "test_nobody_resubscribes_another": ATTACK,
    },
    "tests/erasing/test_requests.py": {
        "test_nobody_answers_their_own_request": ATTACK,
    },
    "tests/evaluations/settings_export/test_settings_export.py": {
        "test_a_coordinator_of_another_programme_who_facilitates_here_copies_nothing": ATTACK,
        "test_a_wrong_file_comes_back_with_its_reason": ATTACK,
    },
    "tests/evaluations/reports/test_report.py": {
        "test_strangers_see_nothing": ATTACK,
        "test_versions_that_are_not_do_not_exist": ATTACK,
    },
    "tests/evaluations/campaigns/test_alumni.py": {
        "test_too_few_are_not_asked_and_not_counted": ATTACK,
        "test_nobody_is_asked_twice_the_same_day": ATTACK,
        "test_only_the_questions_that_are_still_to_come_are_announced": ATTACK,
    },
    "tests/evaluations/campaigns/test_campaigns.py": {
        "test_opening_writes_once_to_each_member_but_those_who_facilitate": TWICE,
        "test_a_member_answers_without_an_account_once": TWICE,
        "test_only_what_was_not_opened_is_deleted": ATTACK,
    },
    "tests/evaluations/improvements/test_improvements.py": {
        "test_two_who_sort_the_same_at_once_make_one_thing": RACE,
    },
    "tests/evaluations/surveys/test_own_questions.py": {
        "test_those_of_a_community_she_does_not_read_are_neither_shown_nor_copied": ATTACK,
    },
    "tests/evaluations/surveys/test_small_meetings.py": {
        "test_what_was_said_aloud_is_followed_by_nothing_written": ATTACK,
    },
    "tests/evaluations/surveys/test_surveys_views.py": {
        "test_answers_that_the_page_does_not_offer_are_refused": ATTACK,
        "test_a_stranger_without_the_secret_is_refused": "an attack: a form without the secret of its page",
        "test_an_altered_link_answers_nothing": ATTACK,
        "test_those_who_run_the_meeting_are_told_why_they_do_not_answer": ATTACK,
        "test_before_it_opens_the_page_waits": ATTACK,
        "test_members_neither_see_the_counter_nor_press_its_buttons": ATTACK,
        "test_whoever_helps_to_facilitate_reads_the_figures_and_not_the_words": ATTACK,
        "test_a_key_of_nothing_makes_no_topic": ATTACK,
    },
    "tests/evaluations/surveys/test_who_counts.py": {
        "test_nobody_else_confirms": ATTACK,
    },
    "tests/evaluations/vitality/test_vitality.py": {
        "test_ratings_are_kept_as_a_history_one_a_day_for_each_person": ATTACK,
    },
    "tests/meetings/attendance/test_absences.py": {
        "test_no_reason_at_all_is_said_on_the_page": ATTACK,
        "test_whoever_came_is_asked_nothing": ATTACK,
    },
    "tests/meetings/attendance/test_corrections.py": {
        "test_a_correction_cannot_claim_a_reason_of_the_software": ATTACK,
        "test_the_note_taker_reads_the_history_and_corrects_nothing": ATTACK,
    },
    "tests/meetings/feeds/test_feeds.py": {
        "test_the_communitys_calendar_names_nobody": ATTACK,
    },
    "tests/meetings/followup/test_follow_up.py": {
        "test_an_empty_text_or_no_choice_of_people_sends_nothing": ATTACK,
    },
    "tests/meetings/live/test_action_line.py": {
        "read": TYPING,
    },
    "tests/meetings/live/test_live.py": {
        "test_the_note_taker_does_not_drive": ATTACK,
        "test_someone_of_another_community_is_not_ticked": ATTACK,
        "test_after_the_closing_only_those_who_may_correct_do": ATTACK,
        "test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_written": ATTACK,
        "test_a_topic_of_another_community_is_not_ticked": ATTACK,
    },
    "tests/meetings/followup/test_minutes.py": {
        "test_the_drafts_belong_to_those_who_run_it_and_what_is_published_is_read_by_all": ATTACK,
    },
    "tests/meetings/member_page/test_phone.py": {
        "test_what_is_no_answer_is_refused_with_a_sentence": ATTACK,
    },
    "tests/meetings/polls/test_polls.py": {
        "test_a_poll_holds_eight_dates_and_refuses_more": ATTACK,
        "test_a_date_of_another_poll_is_not_chosen": ATTACK,
    },
    "tests/meetings/preparation/test_preparation.py": {
        "test_what_one_checks_the_others_see_and_twice_is_once": ATTACK,
    },
    "tests/meetings/invitations/test_waiting_list.py": {
        "test_a_training_that_takes_nobody_says_so": ATTACK,
    },
    "tests/meetings/portal/test_space.py": {
        "test_the_action_of_somebody_else_does_not_exist": ATTACK,
    },
    "tests/meetings/member_page/test_together.py": {
        "test_nobody_writes_in_another_group": ATTACK,
    },
    "tests/meetings/topics/test_topics.py": {
        "test_a_member_proposes_and_decides_nothing": ATTACK,
        "test_a_decision_that_is_none_changes_nothing": ATTACK,
    },
    "tests/meetings/topics/test_topics_in_full.py": {
        "test_a_number_that_is_no_topic_says_so": ATTACK,
        "test_a_topic_of_another_community_cannot_be_reached_from_here": ATTACK,
    },
    "tests/meetings/test_two_writers.py": {
        "the_synthesis": RACE,
        "a_line": RACE,
        "the_title": RACE,
        "the_agenda": RACE,
    },
    "tests/meetings/invitations/test_icebreaker.py": {
        "test_before_the_link_is_shown_there_is_nothing_to_press": ATTACK,
    },
    "tests/meetings/invitations/test_wording.py": {
        "test_a_delay_that_is_not_offered_is_refused": ATTACK,
    },
    "tests/meetings/scheduling/test_year.py": {
        "test_a_member_who_co_facilitates_one_date_changes_no_other_and_not_who_runs_it": ATTACK,
    },
    "tests/test_permission_csv.py": {
        "posts": METHODS,
        "through_the_link": ATTACK,
        "replies_for_another": ATTACK,
        "consents_for_another": ATTACK,
        "sets_preferences_of_another": ATTACK,
    },
    "tests/test_permission_invariants.py": {
        "test_nobody_raises_their_own_rights": ATTACK,
        "test_a_note_taker_never_answers_the_survey_of_a_meeting_she_notes": ATTACK,
        "test_pages_of_a_meeting_offer_what_may_be_done": METHODS,
    },
    "tests/test_permissions.py": {
        "wrong_with": METHODS,
        "test_reading_changes_nothing": METHODS,
    },
}
