"""Tests that post without a page, and why: what no browser does, and the same click twice or at the same time.

Every other post goes through `tests.forms`, which sends what the page shows. `tests/test_conventions.py` reads this
list: by file, the function that posts and the reason.
"""

ATTACK = "an attack: what no page offers"
RACE = "several clicks at the same moment"
TWICE = "the same click twice, or sent again after its answer was lost"
METHODS = "each address is asked with each method by each role"

RAW_POSTS: dict[str, dict[str, str]] = {
    "tests/evaluations/test_library.py": {
        "test_a_wrong_file_comes_back_with_its_reason": ATTACK,
    },
    "tests/evaluations/test_report.py": {
        "test_strangers_see_nothing": ATTACK,
        "test_versions_that_are_not_do_not_exist": ATTACK,
    },
    "tests/evaluations/test_surveys_views.py": {
        "test_answers_that_the_page_does_not_offer_are_refused": ATTACK,
        "test_a_stranger_without_the_secret_is_refused": "an attack: a form without the secret of its page",
        "test_an_altered_link_answers_nothing": ATTACK,
        "test_those_who_run_the_meeting_are_told_why_they_do_not_answer": ATTACK,
        "test_before_it_opens_the_page_waits": ATTACK,
        "test_members_neither_see_the_counter_nor_press_its_buttons": ATTACK,
        "test_whoever_helps_to_facilitate_reads_the_figures_and_not_the_words": ATTACK,
        "test_a_key_of_nothing_makes_no_topic": ATTACK,
    },
    "tests/evaluations/test_vitality.py": {
        "test_ratings_are_kept_as_a_history_one_a_day_for_each_person": ATTACK,
    },
    "tests/meetings/test_absences.py": {
        "test_no_reason_at_all_is_said_on_the_page": ATTACK,
        "test_whoever_came_is_asked_nothing": ATTACK,
    },
    "tests/meetings/test_corrections.py": {
        "test_a_correction_cannot_claim_a_reason_of_the_software": ATTACK,
        "test_the_note_taker_reads_the_history_and_corrects_nothing": ATTACK,
    },
    "tests/meetings/test_feeds.py": {
        "test_the_communitys_calendar_names_nobody": ATTACK,
    },
    "tests/meetings/test_follow_up.py": {
        "test_an_empty_text_or_no_choice_of_people_sends_nothing": ATTACK,
    },
    "tests/meetings/test_live.py": {
        "test_the_note_taker_does_not_drive": ATTACK,
        "test_someone_of_another_community_is_not_ticked": ATTACK,
        "test_after_the_closing_only_those_who_may_correct_do": ATTACK,
        "test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_written": ATTACK,
        "test_a_topic_of_another_community_is_not_ticked": ATTACK,
    },
    "tests/meetings/test_minutes.py": {
        "test_the_drafts_belong_to_those_who_run_it_and_what_is_published_is_read_by_all": ATTACK,
    },
    "tests/meetings/test_phone.py": {
        "test_what_is_no_answer_is_refused_with_a_sentence": ATTACK,
    },
    "tests/meetings/test_polls.py": {
        "test_a_poll_holds_eight_dates_and_refuses_more": ATTACK,
        "test_a_date_of_another_poll_is_not_chosen": ATTACK,
    },
    "tests/meetings/test_preparation.py": {
        "test_what_one_checks_the_others_see_and_twice_is_once": ATTACK,
    },
    "tests/meetings/test_seats.py": {
        "test_a_training_that_takes_nobody_says_so": ATTACK,
    },
    "tests/meetings/test_space.py": {
        "test_the_action_of_somebody_else_does_not_exist": ATTACK,
        "test_the_coordinator_of_another_programme_does_not_see_it": ATTACK,
    },
    "tests/meetings/test_together.py": {
        "test_nobody_writes_in_another_group": ATTACK,
    },
    "tests/meetings/test_topics.py": {
        "test_a_member_proposes_and_decides_nothing": ATTACK,
        "test_a_decision_that_is_none_changes_nothing": ATTACK,
    },
    "tests/meetings/test_topics_in_full.py": {
        "test_a_number_that_is_no_topic_says_so": ATTACK,
        "test_a_topic_of_another_community_cannot_be_reached_from_here": ATTACK,
    },
    "tests/meetings/test_two_writers.py": {
        "the_synthesis": RACE,
        "a_line": RACE,
        "the_title": RACE,
        "the_agenda": RACE,
    },
    "tests/meetings/test_warming_up.py": {
        "test_before_the_link_is_shown_there_is_nothing_to_press": ATTACK,
    },
    "tests/meetings/test_wording.py": {
        "test_a_delay_that_is_not_offered_is_refused": ATTACK,
    },
    "tests/meetings/test_year.py": {
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
        "test_who_may": METHODS,
        "test_reading_changes_nothing": METHODS,
    },
}
