"""A community that a facilitator prepares: seen by them and by the coordination of its programme, which opens it.

Until then nothing is sent about it: what sends, and what takes place, is refused before every rule, and the outbox
writes no mail that speaks of it.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from communities.domain.lifecycle import life
from communities.domain.roles import role_emails
from communities.models import Community, Draft, RoleAssignment

NOT_YET = frozenset(
    (
        *("communities.invite_people", "communities.select", "communities.introduce", "communities.remind_rules"),
        *("communities.invite_alumni", "communities.hand_over", "communities.archive"),
        *("meetings.invite", "meetings.ask_dates", "meetings.run", "meetings.drive", "meetings.record_attendance"),
        *("meetings.record", "meetings.follow_up", "meetings.send_again", "meetings.complete"),
        *("evaluations.run_campaign", "evaluations.ask_alumni"),
    )
)


def refuses(perm: str, thing: Any) -> bool:
    return perm in NOT_YET and is_about_a_draft(thing)


def is_about_a_draft(thing: Any) -> bool:
    """A community, or something in it: a meeting, a role, a version of its rules…"""
    if isinstance(thing, Community):
        return thing.is_draft
    for name in ("community", "meeting", "membership", "call"):
        if (held := getattr(thing, name, None)) is not None:
            return is_about_a_draft(held)
    return False


@transaction.atomic
def open_to_all(community: Community, *, by: User) -> bool:
    """Those who were given a role meanwhile are told now. Asked twice, it is opened once."""
    kept = Community.objects.select_for_update().get(pk=community.pk)
    if not kept.is_draft:
        return False
    life.record(kept, Community.Status.LAUNCH, by=by)
    given = RoleAssignment.objects.in_force().filter(community=kept).exclude(user=Draft.of(kept).prepared_by_id)
    for assignment in given.select_related("user", "community", "granted_by"):
        role_emails.appointed(assignment, kept, by=assignment.granted_by or by)
    return True


def send_back(community: Community, because: str) -> None:
    """To whoever prepares it, with what is missing."""
    because = " ".join(because.split())[:300]
    if not because:
        raise ValidationError(_("Say in a sentence what is missing."))
    _answer(community, because)


def propose_again(community: Community) -> None:
    _answer(community, "")


@transaction.atomic
def _answer(community: Community, because: str) -> None:
    kept = Community.objects.select_for_update().get(pk=community.pk)
    if not kept.is_draft:
        raise ValidationError(_("This community is open already."))
    Draft.write(kept, sent_back_because=because)
