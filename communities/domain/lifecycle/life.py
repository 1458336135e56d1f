"""A community's life: in design, launching, active, dormant, closing, self-run, archived (guide, p. 10).

Each move is recorded with who and why. Handing it over to its members is `communities.domain.lifecycle.handing_over`.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.domain import audit
from accounts.models import Action, User
from communities.models import Community, StatusChange

Status = Community.Status

MOVES: dict[str, tuple[Status, ...]] = {
    Status.DRAFT: (),  # the coordination opens it: see `communities.domain.lifecycle.drafts`
    Status.DESIGN: (Status.LAUNCH, Status.ARCHIVED),
    Status.LAUNCH: (Status.ACTIVE, Status.DESIGN, Status.DORMANT, Status.ARCHIVED),
    Status.ACTIVE: (Status.DORMANT, Status.CLOSING, Status.ARCHIVED),
    Status.DORMANT: (Status.ACTIVE, Status.CLOSING, Status.ARCHIVED),
    Status.CLOSING: (Status.ACTIVE, Status.DORMANT, Status.ARCHIVED),
    Status.SELF_RUN: (Status.ACTIVE, Status.ARCHIVED),
    Status.ARCHIVED: (Status.ACTIVE, Status.DORMANT),
}

MEANINGS: dict[str, str | Promise] = {
    Status.DRAFT: gettext_lazy("Prepared by a facilitator: nothing is sent until the coordination opens it."),
    Status.DESIGN: gettext_lazy("Being thought out: everything can be prepared before the first people are invited."),
    Status.LAUNCH: gettext_lazy("First people, first meetings: everything works as in an active community."),
    Status.ACTIVE: gettext_lazy("Meetings follow one another: invitations, reminders and evaluations leave in time."),
    Status.DORMANT: gettext_lazy("At rest: no reminder leaves and nothing is asked on Today. All can still be edited."),
    Status.CLOSING: gettext_lazy("Coming to its end: meetings go on, and the last report is being prepared."),
    Status.SELF_RUN: gettext_lazy("Carried on by its members: the mails of the programme stop, the past is only read."),
    Status.ARCHIVED: gettext_lazy("Archived: members can read it, nobody can change it, and it is out of the lists."),
}


@dataclass(frozen=True)
class Move:
    """A state one may go to, and what happens then."""

    to: Status
    meaning: str | Promise
    is_reopening: bool = False

    @property
    def verb(self) -> str:
        if self.is_reopening:
            return _("Reopen") if self.to == Status.ACTIVE else _("Reopen, at rest")
        return {
            Status.DESIGN: _("Back to design"),
            Status.LAUNCH: pgettext("verb", "Launch"),
            Status.ACTIVE: _("Make active"),
            Status.DORMANT: _("Put to rest"),
            Status.CLOSING: _("Begin closing"),
            Status.ARCHIVED: _("Archive"),
        }[self.to]


def moves(community: Community, by: User) -> list[Move]:
    """What this person may do next. Into and out of the archive: the coordination, or an administrator."""
    was = Status(community.status)
    reopens = was in (Status.ARCHIVED, Status.SELF_RUN)
    return [
        Move(to, MEANINGS[to], is_reopening=reopens and to != Status.ARCHIVED)
        for to in MOVES[was]
        if by.has_perm(needed(was, to), community)
    ]


def needed(was: str, to: str) -> str:
    """The permission that a move takes."""
    return "communities.archive" if Status.ARCHIVED in (was, to) else "communities.adopt"


@transaction.atomic
def move(community: Community, to: str, *, by: User, reason: str = "") -> StatusChange | None:
    """Record it and do it. Asked twice, it is done once; asked of what has moved meanwhile, it is refused."""
    kept = Community.objects.select_for_update().get(pk=community.pk)
    if kept.status == to:
        return None
    if to not in MOVES[kept.status]:
        raise ValidationError(
            _("This community is now “%(state)s”: this move is no longer possible.")
            % {"state": kept.get_status_display()}
        )
    if not by.has_perm(needed(kept.status, to), kept):
        raise PermissionDenied
    change = record(kept, to, by=by, reason=reason)
    community.status = to
    return change


def record(community: Community, to: str, *, by: User, reason: str = "") -> StatusChange:
    """Change the state and write it down; whoever calls it has checked that it may be done."""
    change = StatusChange.objects.create(
        community=community, was=community.status, became=to, by=by, reason=" ".join(reason.split())[:300]
    )
    Community.objects.filter(pk=community.pk).update(status=to)
    audit.write(Action.STATE_CHANGED, by=by, about=community, community=community, changed={"status": [change.was, to]})
    community.status = to
    return change
