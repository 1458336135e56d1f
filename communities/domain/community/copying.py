"""A community copied: its settings, objectives and rules, and nobody. What meetings keep of it is copied by whoever
asks (`evaluations.domain.settings_export`)."""

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from cmtl.signed_tokens import SignedToken
from communities.domain.community.founding import Plan, found
from communities.models import Community, MailSettings, Objective, Policies

FIELDS = (
    "purpose", "summary", "representation", "selection", "topic_policy", "attendance_policy", "minutes_level",
    "anonymity_threshold", "time_zone",
)  # fmt: skip
WRITTEN_SINCE = (
    "memberships", "role_assignments", "meetings", "date_polls", "topics", "calls", "imports", "outcomes", "needs",
    "practice_cards", "sub_groups", "partners",
)  # fmt: skip
PARTS = (Policies, MailSettings)
JUST_COPIED = SignedToken("community-copied", dt.timedelta(hours=1))  # what undoes a copy


def copied(community: Community, key: uuid.UUID) -> Community | None:
    """What the same press has made already."""
    return Community.objects.filter(creation_key=_key_of_copy(community, key)).first()


def _key_of_copy(community: Community, key: uuid.UUID) -> uuid.UUID:
    return uuid.uuid5(key, f"copy of {community.pk}")


@transaction.atomic
def copy_settings(community: Community, key: uuid.UUID, by: User) -> Community:
    """Being launched, without people nor dates. The same press sent twice makes one copy."""
    active = community.objectives.filter(state=Objective.State.ACTIVE)
    made = found(
        Plan(
            key=_key_of_copy(community, key),
            profile=community.profile,
            fields={
                "name": (_("%(name)s (copy)") % {"name": community.name})[:120],
                **{name: getattr(community, name) for name in FIELDS},
            },
            programme=community.programme,
            objectives=[(objective.kind, objective.wording) for objective in active],
            rules=[{"theme": r.theme, "text": r.text, "is_active": r.is_active} for r in community.rules.all()],
            links=list(community.team_building_steps.filter(is_planned=True).values_list("kind", flat=True)),
            facilitates=False,
        ),
        by=by,
    )
    for part in PARTS:
        kept = part.of(community)
        names = [field.attname for field in part._meta.concrete_fields if not field.primary_key]
        part.write(made, **{name: getattr(kept, name) for name in names})
    return made


@transaction.atomic
def undo_copied_community(community: Community, token: str, by: User) -> None:
    """Take away a copy in which there is nobody and nothing yet."""
    if JUST_COPIED.verify(token) != (community.pk,):
        raise ValidationError(_("It is too late to undo this."))
    kept = Community.objects.select_for_update(of=("self",)).get(pk=community.pk)
    used = (getattr(kept, name) for name in WRITTEN_SINCE)
    if kept.status != Community.Status.LAUNCH or any(rows.exists() for rows in used):
        raise ValidationError(_("This copy was used since: archive it instead."))
    audit.write(Action.CREATED, by=by, about=kept, community=kept, undone=True)
    kept.delete()
