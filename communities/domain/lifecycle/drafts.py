"""A community that a facilitator prepares: seen by them and by the coordination of its programme, which opens it.

Until then nothing is sent about it: what sends, and what takes place, is refused before every rule, and the outbox
writes no mail that speaks of it.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain import audit
from accounts.models import Action, AuditName, User
from communities.domain import dates
from communities.domain.lifecycle import life
from communities.domain.member_import.import_apply.standing import in_use
from communities.domain.roles import role_emails
from communities.models import Community, Draft, RoleAssignment, StatusChange
from outbox.models import Message

TAKEN_BACK_FOR = dt.timedelta(hours=1)

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


def nobody_was_told(community: Community) -> bool:
    """Since it was opened: a draft writes to nobody."""
    roles = community.role_assignments.values("pk")
    mails = Message.objects.filter(sender_list=community.sender_list)
    return not mails.exists() and not Message.objects.about_any(RoleAssignment, roles).exists()


@transaction.atomic
def take_back_opening(community: Community, *, by: User) -> None:
    """A draft again, within the hour, for whoever opened it, while nothing came of it."""
    kept = Community.objects.select_for_update().get(pk=community.pk)
    last = kept.status_changes.order_by("-pk").first()
    if not last or not _is_own_opening(last, kept, by):
        raise ValidationError(_("It is too late to undo this."))
    if not nobody_was_told(kept) or dates.has_begun(kept) or kept.calls.exists():
        raise ValidationError(_("People were written to about this meanwhile: nothing is undone."))
    last.delete()
    Community.objects.filter(pk=kept.pk).update(status=Community.Status.DRAFT)
    changed = {"status": [Community.Status.LAUNCH, Community.Status.DRAFT]}
    audit.write(Action.STATE_CHANGED, by=by, about=kept, community=kept, undone=True, changed=changed)


def _is_own_opening(change: StatusChange, community: Community, by: User) -> bool:
    since = timezone.now() - TAKEN_BACK_FOR
    is_opening = (change.was, change.became) == (Community.Status.DRAFT, community.status)
    return is_opening and change.by_id == by.pk and change.at >= since


# ------------------------------------------------------------ given up

CONTENTS: dict[str, str | Promise] = {
    "memberships": gettext_lazy("People"),
    "role_assignments": gettext_lazy("Roles"),
    "meetings": gettext_lazy("Meetings"),
    "date_polls": gettext_lazy("Polls on dates"),
    "topics": gettext_lazy("Topics"),
    "objectives": gettext_lazy("Objectives"),
    "rules": gettext_lazy("Operating rules"),
    "outcomes": gettext_lazy("Outcomes"),
    "needs": gettext_lazy("Needs"),
    "practice_cards": gettext_lazy("Practice cards"),
    "sub_groups": gettext_lazy("Sub-groups"),
    "partners": gettext_lazy("Partners"),
    "budget_lines": gettext_lazy("Budget"),
    "resource_persons": gettext_lazy("Resource persons"),
    "improvements": gettext_lazy("Improvements"),
    "own_questions": gettext_lazy("Questions of its own"),
}


def what_is_in(community: Community) -> Iterator[tuple[str | Promise, list[str]]]:
    """What goes with a draft, each thing by its name."""
    for name, label in CONTENTS.items():
        if rows := [str(row) for row in getattr(community, name).all()]:
            yield label, rows


@transaction.atomic
def delete(community: Community, *, by: User) -> None:
    """For good, with all that is in it, and the people listed or appointed in it who are known nowhere else. An open
    community is archived instead. Deleted twice, it is once."""
    kept = Community.objects.select_for_update().filter(pk=community.pk).first()
    if kept is None:
        return
    if not kept.is_draft:
        raise ValidationError(_("This community is open already: it is archived, and not deleted."))
    appointed = kept.role_assignments.values_list("user", flat=True)
    listed = {*kept.memberships.values_list("user", flat=True), *appointed}
    audit.write(Action.DELETED, by=by, about=kept, community=kept)
    kept.delete()
    used = in_use(User, listed, AuditName)
    strangers = User.objects.filter(pk__in=listed - used.keys(), last_login=None, is_staff=False)
    strangers.filter(is_privacy_officer=False).delete()


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
