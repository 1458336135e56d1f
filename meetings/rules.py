"""Who may do what to a meeting. Seeing is `Meeting.objects.visible_to`; what the state of a
meeting allows (started, closed) is up to the verbs.

The rows follow the project's permission table (`tests/permissions.csv`); where they differ, docs/decisions.md says why.
"""

import rules
from django.utils import timezone

from cmtl.permissions import add_perm
from communities.models import Role, roles_of
from communities.rules import administers, belongs, coordinates, evaluates, facilitates, leads_for_good, takes_notes
from communities.rules import coordinates_it as coordinates_programme
from meetings.domain.preparation import co_facilitation
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
leads_it = facilitates_it | coordinates_it


@rules.predicate
def takes_its_notes(user, meeting: Meeting) -> bool:
    """Named for this meeting or, where nobody is, note-taker of the community (permissions.md, C10)."""
    if meeting.note_taker_id:
        return meeting.note_taker_id == user.pk
    return takes_notes(user, meeting.community)


@rules.predicate
def is_not_long_over(_user, meeting: Meeting) -> bool:
    """Until two weeks after it (permissions.md, C8)."""
    return timezone.now() <= meeting.ends_at + Meeting.SHARED_FOR


@rules.predicate
def helps_facilitate_it(user, thing) -> bool:
    """A member named to co-facilitate this very meeting, from then until two weeks after it (permissions.md, C8).
    Asked of the meeting, or of something of it."""
    meeting = thing if isinstance(thing, Meeting) else getattr(thing, "meeting", None)
    return meeting is not None and meeting.pk in co_facilitation.shared_with(user)


@rules.predicate
def leads_somewhere_for_good(user, _anything=None) -> bool:
    return roles_of(user).holds(Role.FACILITATOR, Role.COORDINATOR)


co_facilitates_it = belongs_to_it & helps_facilitate_it
prepares_it = leads_it | co_facilitates_it
# What is written during a meeting belongs to those who run it. An external facilitator's mandate covers every meeting
# of the community, each until two weeks after it; the coordination reads what is published.
animates_it = leads_it_for_good | (facilitates_it & is_not_long_over)
drives_it = animates_it | co_facilitates_it
runs_it = drives_it | takes_its_notes
reads_its_minutes = of_its_community(facilitates | coordinates | takes_notes | belongs)

add_perm("meetings.plan", facilitates | coordinates)  # asked of a community
add_perm("meetings.ask_dates", facilitates | coordinates)  # of its members, by mail
add_perm("meetings.edit", prepares_it)
add_perm("meetings.cancel", prepares_it)
add_perm("meetings.see_link", prepares_it | takes_its_notes, reads=True)  # at any time
add_perm("meetings.join", belongs_to_it)
add_perm("meetings.ask_expectations", facilitates | coordinates)  # of its members, by mail
add_perm("meetings.subscribe", facilitates | coordinates | takes_notes | belongs)  # asked of a community
add_perm("meetings.invite", leads_it)
add_perm("meetings.word_mails", leads_for_good | coordinates)  # when they leave, what they say: of a community
add_perm("meetings.see_replies", prepares_it, reads=True)
add_perm("meetings.see_needs", leads_it, reads=True)  # of each person, for this meeting only
add_perm("meetings.see_preparation", prepares_it, reads=True)
add_perm("meetings.prepare", prepares_it)  # the list of checks
add_perm("meetings.share", leads_it_for_good | coordinates_it)  # name co-facilitating members
add_perm("meetings.run", runs_it)
add_perm("meetings.drive", drives_it)
add_perm("meetings.record_attendance", runs_it)
add_perm("meetings.correct_attendance", leads_it_for_good | coordinates_it)
add_perm("meetings.record", leads_it_for_good | coordinates_it)  # authorise or stop a recording
destroys_it = leads_it_for_good | coordinates_it | administers
add_perm("meetings.destroy_recording", destroys_it)  # say that every copy is gone, having heard none
add_perm("meetings.see_recordings", leads_somewhere_for_good | administers, reads=True)  # those that still exist
add_perm("meetings.see_attendance", runs_it | coordinates_it, reads=True)
add_perm("meetings.take_notes", runs_it)
add_perm("meetings.see_notes", runs_it, reads=True)
add_perm("meetings.follow_up", animates_it)  # it is drafted from the notes, and publishes the synthesis
add_perm("meetings.send_again", leads_it_for_good | coordinates_it)  # what a relay refused of it
add_perm("meetings.complete", animates_it | takes_its_notes)  # the record, after the closing
add_perm("meetings.publish_minutes", animates_it)
add_perm("meetings.read_minutes", reads_its_minutes, reads=True)  # once published
add_perm("meetings.read_synthesis", reads_its_minutes | of_its_community(evaluates), reads=True)  # once published
add_perm("meetings.reflect", facilitates_it)  # for oneself alone
add_perm("meetings.see_delivery", leads_it, reads=True)
add_perm("meetings.propose_topic", facilitates | coordinates | belongs)  # asked of a community
add_perm("meetings.choose_topic", prepares_it)
add_perm("meetings.support_topic", belongs_to_it)
add_perm("meetings.see_programme_topics", coordinates_programme, reads=True)  # asked of a programme: titles only
