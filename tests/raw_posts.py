"""Tests that post without a page, and why: what no browser does, and the same click twice or at the same time.

Every other post goes through `tests.forms`, which sends what the page shows. `tests/test_conventions.py` reads this
list: by file, the function that posts and the reason.
"""

ATTACK = "an attack: what no page offers"
RACE = "several clicks at the same moment"
TWICE = "the same click twice, or sent again after its answer was lost"
TOO_LONG = "longer than the page lets one type"
METHODS = "each address is asked with each method by each role"

RAW_POSTS: dict[str, dict[str, str]] = {
    "tests/accounts/test_second_factor.py": {
        "test_those_who_lead_are_sent_to_add_a_second_proof": ATTACK,
    },
    "tests/accounts/test_sign_in.py": {
        "test_a_person_without_an_address_is_not_signed_in_by_an_empty_one": ATTACK,
    },
    "tests/communities/test_advice.py": {
        "test_one_is_not_sent_to_another_site": ATTACK,
    },
    "tests/communities/test_appointing.py": {
        "test_a_facilitator_hands_out_no_more_than_the_roles_of_the_community": ATTACK,
        "test_a_facilitator_does_not_withdraw_a_coordinator": ATTACK,
        "test_a_role_of_another_community_is_not_found_here": ATTACK,
    },
    "tests/communities/test_editing.py": {
        "test_a_facilitator_does_not_move_the_community_to_another_programme": ATTACK,
        "test_a_name_refused_is_not_shown_as_if_it_were_saved": TOO_LONG,
        "test_a_row_of_another_community_is_never_touched": ATTACK,
    },
    "tests/communities/test_founding.py": {
        "test_a_programme_one_does_not_coordinate_cannot_be_chosen": ATTACK,
        "test_what_the_page_does_not_let_one_type_is_refused_too": ATTACK,
        "test_a_member_founds_nothing": ATTACK,
    },
    "tests/communities/test_frame.py": {
        "test_an_objective_of_another_community_is_not_reworded": ATTACK,
        "test_a_link_altered_or_of_someone_who_left_opens_nothing": ATTACK,
    },
    "tests/communities/test_importing.py": {
        "test_numbers_that_are_not_lines_do_nothing": ATTACK,
    },
    "tests/communities/test_life.py": {
        "test_nothing_of_an_archived_community_is_edited_by_anyone": METHODS,
        "test_only_those_who_agreed_are_written_to_and_once": ATTACK,
    },
    "tests/communities/test_merging.py": {
        "test_two_accounts_are_refused_with_a_sentence": ATTACK,
    },
    "tests/communities/test_needs.py": {
        "test_only_people_and_organisations_of_the_community_join": ATTACK,
        "test_a_party_of_another_need_is_not_reached_through_this_one": ATTACK,
    },
    "tests/communities/test_people.py": {
        "test_what_the_page_does_not_offer_is_refused_too": ATTACK,
        "test_nobody_takes_the_place_of_someone_by_changing_their_address": ATTACK,
    },
    "tests/communities/test_subgroups.py": {
        "test_somebody_of_another_community_does_not_enter": ATTACK,
    },
    "tests/outbox/test_unsubscribing.py": {
        "test_a_mail_program_presses_once_without_cookies_or_redirect": "a mail program posts by itself (RFC 8058)",
        "test_a_forged_or_cut_link_is_not_found": ATTACK,
        "test_nobody_resubscribes_another": ATTACK,
    },
}
