"""Writing an incident in the register, changing what is written of it, and taking it out once its time is over: each
time a line in the audit log."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import editing, retention
from communities.domain.roles import officers
from communities.models import Incident
from outbox.domain.mail_types import MailType

ENDS = MailType("incident-ends", "communities/emails/incident_ends.html")


@transaction.atomic
def record_incident(fields: dict, *, by: User) -> Incident:
    incident = Incident.objects.create(**fields, written_by=by)
    audit.write(Action.INCIDENT_WRITTEN, by=by, about=incident, serious=incident.is_serious)
    return incident


@transaction.atomic
def revise(incident: Incident, changes: dict, *, shown: str, by: User) -> None:
    """Over what one had read. What is saved as it stands leaves no line."""
    theirs = Incident.objects.select_for_update().get(pk=incident.pk)
    if editing.seen(theirs, changes) != shown:
        raise editing.Conflict(theirs)
    changed = sorted(audit.what_changes(theirs, changes))
    if not changed:
        return
    for name in changed:
        setattr(theirs, name, changes[name])
    if "known_on" in changed:
        theirs.end_told_at = None  # another day was told
    theirs.save(update_fields=[*changed, "end_told_at"])
    audit.write(Action.INCIDENT_CHANGED, by=by, about=theirs, fields=changed, serious=theirs.is_serious)


@retention.applies("incidents")
def forget_old_incidents() -> int:
    """Those whose time is over and whose end was told thirty days ago go; the officers are told of the next. How many
    went."""
    now = timezone.now()
    gone = list(Incident.objects.over(now).filter(end_told_at__lte=now - retention.NOTICE))
    for incident in gone:
        destroy(incident)
    for incident in Incident.objects.over(now + retention.NOTICE).filter(end_told_at=None):
        tell_its_end(incident, now)
    return len(gone)


@transaction.atomic
def destroy(incident: Incident) -> None:
    audit.write(Action.INCIDENT_DESTROYED, about=incident)
    incident.delete()


@transaction.atomic
def tell_its_end(incident: Incident, now: dt.datetime) -> None:
    """Without an officer nobody is told, and it stays."""
    people = list(officers.officers())
    if not people or not Incident.objects.filter(pk=incident.pk, end_told_at=None).update(end_told_at=now):
        return
    ends_on = max(incident.ends_on, timezone.localdate(now + retention.NOTICE))
    for officer in people:
        ENDS.queue(officer, {"incident": incident, "ends_on": ends_on}, key=f"incident-ends:{incident.pk}:{ends_on}")
