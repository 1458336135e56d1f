"""Who may do what to a meeting. Seeing is `Meeting.objects.visible_to`; *when* is up to the verbs."""

import rules

from communities.rules import belongs, coordinates, evaluates, facilitates, leads_for_good, takes_notes
from meetings.models import Meeting


def of_its_community(predicate: rules.Predicate) -> rules.Predicate:
    """The same question, asked of a meeting (or of anything that has a community)."""

    @rules.predicate(name=f"{predicate.name} of its community")
    def asked(user, thing) -> bool:
        return predicate(user, thing.community)

    return asked


facilitates_it = of_its_community(facilitates)
coordinates_it = of_its_community(coordinates)
leads_it_for_good = of_its_community(leads_for_good)
belongs_to_it = of_its_community(belongs)
evaluates_it = of_its_community(evaluates)
leads_it = facilitates_it | coordinates_it


@rules.predicate
def takes_its_notes(user, meeting: Meeting) -> bool:
    """Named for this meeting, or note-taker of the community."""
    return meeting.note_taker_id == user.pk or takes_notes(user, meeting.community)


runs_it = facilitates_it | takes_its_notes

rules.add_perm("meetings.plan", facilitates | coordinates)  # asked of a community
rules.add_perm("meetings.edit", leads_it)
rules.add_perm("meetings.cancel", leads_it)
rules.add_perm("meetings.see_link", leads_it | takes_its_notes)  # at any time
rules.add_perm("meetings.join", belongs_to_it)
rules.add_perm("meetings.invite", leads_it)
rules.add_perm("meetings.see_replies", leads_it)
rules.add_perm("meetings.run", runs_it)
rules.add_perm("meetings.drive", facilitates_it)
rules.add_perm("meetings.record_attendance", runs_it)
rules.add_perm("meetings.correct_attendance", leads_it_for_good | coordinates_it)
rules.add_perm("meetings.record", leads_it_for_good | coordinates_it)  # authorise, stop, destroy a recording
rules.add_perm("meetings.see_attendance", leads_it | takes_its_notes)
rules.add_perm("meetings.take_notes", runs_it)
rules.add_perm("meetings.see_notes", facilitates_it | takes_its_notes | coordinates_it)
rules.add_perm("meetings.follow_up", leads_it)
rules.add_perm("meetings.see_delivery", leads_it)
rules.add_perm("meetings.propose_topic", facilitates | coordinates | belongs)  # asked of a community
rules.add_perm("meetings.choose_topic", leads_it)
