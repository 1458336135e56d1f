"""Who may do what to surveys and annual reports. Seeing is `visible_to`; *when* is up to the verbs.

No row lets anyone read single responses or receipts: there is no page for them.
"""

import rules

from cmtl.permissions import add_perm
from communities.models import LEADING, roles_of
from communities.rules import (
    administers,
    belongs,
    coordinates,
    coordinates_somewhere,
    evaluates,
    facilitates,
    leads_for_good,
)
from evaluations.models import SelfAssessment
from meetings.rules import co_facilitates_it, leads_it, of_its_community, prepares_it


@rules.predicate
def facilitates_somewhere(user, _anything=None) -> bool:
    return roles_of(user).holds(*LEADING)


@rules.predicate
def assessed_themselves(user, _anything=None) -> bool:
    """In some year: whoever facilitates no more rereads what they wrote."""
    return user.is_authenticated and SelfAssessment.objects.visible_to(user).exists()


add_perm("evaluations.open_survey", leads_it)  # asked of a meeting
add_perm("evaluations.close_survey", leads_it)  # asked of a meeting
add_perm("evaluations.see_counter", prepares_it, reads=True)  # asked of a meeting
sees_results = of_its_community(facilitates | coordinates | evaluates) | co_facilitates_it
add_perm("evaluations.see_results", sees_results, reads=True)  # asked of a meeting
# Free words: whoever leads for good and coordinates; neither an external facilitator nor a member who helps.
add_perm("evaluations.see_comments", of_its_community(leads_for_good | coordinates), reads=True)  # asked of a meeting
add_perm("evaluations.read_figures", facilitates | coordinates | evaluates, reads=True)  # asked of a community
# Each action on the board of causes takes its own permission too.
add_perm("evaluations.act_on_decline", facilitates | coordinates)  # asked of a community
add_perm("evaluations.write_report", leads_for_good | coordinates)  # asked of a community
add_perm("evaluations.publish_report", leads_for_good | coordinates)  # asked of a community
reads_reports = leads_for_good | coordinates | evaluates | belongs  # neither a note-taker nor a paid facilitator
add_perm("evaluations.read_reports", reads_reports, reads=True)  # asked of a community: those that are published
add_perm("evaluations.set_surveys", leads_for_good | coordinates)  # asked of a community
add_perm("evaluations.run_campaign", leads_for_good | coordinates)  # asked of a community
# As above, of those who left: whatever the state of the community, which is archived where it has closed.
add_perm("evaluations.ask_alumni", leads_for_good | coordinates)  # asked of a community
# Signed answers of managers: among these, only those who were named before the manager answered read one.
add_perm("evaluations.read_manager_opinions", leads_for_good | coordinates, reads=True)  # asked of a community
# What members say of the facilitation reaches whoever facilitates first (E24); the others once they have read it.
add_perm("evaluations.read_facilitation", facilitates, reads=True)  # asked of a community
add_perm("evaluations.mark_facilitation_read", facilitates)  # asked of a community
add_perm("evaluations.read_campaign_words", leads_for_good | coordinates, reads=True)  # asked of a community
# Suggestions are free words too, released: whoever leads for good and coordinates read, sort and answer them.
add_perm("evaluations.see_improvements", leads_for_good | coordinates, reads=True)  # asked of a community
add_perm("evaluations.improve", leads_for_good | coordinates)  # asked of a community
add_perm("evaluations.read_across", coordinates_somewhere, reads=True)
add_perm("evaluations.read_monday_mail", facilitates_somewhere | coordinates_somewhere, reads=True)  # having asked
# The questionnaires are shared by all communities: whoever coordinates one programme makes a version for all.
add_perm("evaluations.read_bank", facilitates_somewhere | coordinates_somewhere | administers, reads=True)
add_perm("evaluations.make_version", coordinates_somewhere)
add_perm("evaluations.export_archive", leads_for_good | coordinates, reads=True)  # asked of a community: all of it
# Individual follow-ups: by whoever facilitates for good. Notes are read by `IndividualFollowUp.objects.visible_to`.
add_perm("evaluations.keep_follow_ups", leads_for_good)  # asked of a community
add_perm("evaluations.answer_for_follow_ups", leads_for_good | coordinates)  # name who reads one's own, destroy them
add_perm("evaluations.see_follow_ups", leads_for_good | coordinates, reads=True)  # asked of a community: how many
add_perm("evaluations.open_follow_ups", coordinates)  # asked of a community: with a reason, the author is told (C14)
# What helped and what hindered: signed; offered to those who write the report, who are all among its readers.
add_perm("evaluations.note_influence", facilitates)  # asked of a community
add_perm("evaluations.read_influences", facilitates | coordinates, reads=True)  # asked of a community
# Asked of nothing: there is one's own, and no address of anybody else's.
add_perm("evaluations.assess_oneself", facilitates_somewhere)
add_perm("evaluations.read_own_assessment", facilitates_somewhere | assessed_themselves, reads=True)
add_perm("evaluations.rate_vitality", facilitates)  # asked of a community
add_perm("evaluations.see_vitality_notes", facilitates | coordinates, reads=True)  # asked of a community
