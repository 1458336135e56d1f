"""Writing an incident in the register, and changing what is written of it: each time a line in the audit log."""

from django.db import transaction

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import editing
from communities.models import Incident


@transaction.atomic
def write(fields: dict, *, by: User) -> Incident:
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
    theirs.save(update_fields=changed)
    audit.write(Action.INCIDENT_CHANGED, by=by, about=theirs, fields=changed, serious=theirs.is_serious)
