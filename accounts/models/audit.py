"""The audit log: who did what, when and about whom, in lines that are only ever added.

A line says no name. People are opaque keys in it, and `AuditName` says whose key it is: deleting that row erases the
person from the log and leaves every line as it was. PostgreSQL refuses to change or delete a line (migration 0003).
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased


class Action(models.TextChoices):
    """What is written down, in the words of the officer's page."""

    CONTACTS_READ = "contacts.read", _("Read a list of contacts")
    CONTACTS_EXPORTED = "contacts.exported", _("Exported a list of contacts")
    PERSON_READ = "person.read", _("Read a person’s page")
    NAMES_READ = "names.read", _("Read a list of names")
    PRESENCES_READ = "presences.read", _("Read who came, by name")
    EXPORTED = "data.exported", _("Exported data")
    ARCHIVE_ASKED = "archive.asked", _("Asked for an archive")
    ARCHIVE_TAKEN = "archive.taken", _("Downloaded an archive")
    OWN_DATA_TAKEN = "own_data.taken", _("Downloaded their own data")
    OWN_DATA_GIVEN = "own_data.given", _("Downloaded a person’s data, to give them")
    ROLE_GIVEN = "role.given", _("Gave a role")
    ROLE_ENDED = "role.ended", _("Ended a role")
    CONSENT_GIVEN = "consent.given", _("Gave a consent")
    CONSENT_WITHDRAWN = "consent.withdrawn", _("Withdrew a consent")
    PARENT_CONSENTED = "consent.parent", _("Wrote a parent’s consent down")
    PARENT_FORGOTTEN = "consent.parent_removed", _("Removed a parent’s consent written by mistake")
    CREATED = "community.created", _("Created a community")
    DELETED = "community.deleted", _("Deleted a community that was being prepared")
    STATE_CHANGED = "community.state", _("Changed the state of a community")
    HANDED_OVER = "community.handed_over", _("Handed a community over")
    SETTINGS_CHANGED = "settings.changed", _("Changed settings")
    PERSON_LISTED = "person.listed", _("Listed a person")
    PERSON_CORRECTED = "person.corrected", _("Corrected what is written of a person")
    LIST_APPLIED = "list.applied", _("Added a list of people")
    LIST_UNDONE = "list.undone", _("Took a list of people back")
    MERGED = "records.merged", _("Merged two records")
    MERGE_UNDONE = "records.unmerged", _("Undid a merge")
    FOLLOW_UP_WRITTEN = "follow_up.written", _("Wrote an individual follow-up")
    FOLLOW_UP_SHARED = "follow_up.shared", _("Named somebody to read an individual follow-up")
    FOLLOW_UP_UNSHARED = "follow_up.unshared", _("Took back that somebody reads an individual follow-up")
    FOLLOW_UP_READ = "follow_up.read", _("Read an individual follow-up of another")
    FOLLOW_UP_OPENED = "follow_up.opened", _("Opened an individual follow-up without being named, with a reason")
    FOLLOW_UP_DESTROYED = "follow_up.destroyed", _("Destroyed an individual follow-up")
    FOLLOW_UP_PASSED_ON = "follow_up.passed_on", _("Passed on something said in an individual follow-up")
    PUBLISHED = "published", _("Published")
    DESTRUCTION_ASKED = "destruction.asked", _("Asked for their data to be destroyed")
    DESTRUCTION_ENTERED = "destruction.entered", _("Entered a person’s request to destroy data")
    DESTRUCTION_WITHDRAWN = "destruction.withdrawn", _("Withdrew a request to destroy data")
    DESTRUCTION_SUBSTITUTE = "destruction.substitute", _("Named somebody to answer a request in another’s place")
    DESTRUCTION_SENTENCE = "destruction.sentence", _("Decided of a sentence that names somebody to erase")
    DESTRUCTION_DONE = "destruction.done", _("Said that data is destroyed")
    DESTRUCTION_CONFIRMED = "destruction.confirmed", _("Confirmed that data is destroyed")
    ERASED = "person.erased", _("Erased a person")
    RECORDING_DESTROYED = "recording.destroyed", _("Said that a recording is destroyed")
    INCIDENT_WRITTEN = "incident.written", _("Wrote an incident down")
    INCIDENT_CHANGED = "incident.changed", _("Changed an incident")
    INCIDENT_DESTROYED = "incident.destroyed", _("Removed an incident whose time in the register was over")
    ANALYSIS_WRITTEN = "analysis.written", _("Wrote an analysis of the risks of re-identification down")
    LOG_READ = "audit.read", _("Read this log")
    LOG_PURGED = "audit.purged", _("Removed the oldest lines of this log")


class AuditName(models.Model):
    """Whose key this is. Two records merged leave one person with two keys."""

    key = models.CharField(max_length=22, primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="audit_names")

    erased = Erased(deleted_with=["user"], plain=["key"])

    def __str__(self) -> str:
        return self.key


class AuditLine(models.Model):
    """One act. Written in the transaction of the act, and chained to the others shortly after (`AuditLink`)."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    action = models.CharField(max_length=40, editable=False)  # an Action: a new one asks no migration
    actor = models.CharField(max_length=22, blank=True, editable=False, help_text="a key; empty: the system itself")
    role = models.CharField(max_length=20, blank=True, editable=False, help_text="by which they could")
    subject = models.CharField(max_length=22, blank=True, editable=False, help_text="the key of whom it is about")
    kind = models.CharField(max_length=60, blank=True, editable=False, help_text="of what it is about, as app.model")
    number = models.CharField(max_length=40, blank=True, editable=False, help_text="of that row")
    community = models.BigIntegerField(null=True, editable=False, help_text="its number: the line outlives it")
    details = models.JSONField(default=dict, editable=False)

    erased = Erased(plain=["action", "actor", "role", "subject", "kind", "number", "details"])

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["subject", "-id"], name="audit_subject"),
            models.Index(fields=["community", "-id"], name="audit_community"),
            models.Index(fields=["action", "-id"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.action} ({self.at:%Y-%m-%d})"


class AuditLink(models.Model):
    """The place of a line in the chain, and the hash of all that was said up to it.

    No constraint holds the line: what is missing from the chain must be found by `audit verify`, not prevented here.
    """

    position = models.BigIntegerField(primary_key=True, editable=False)
    line = models.OneToOneField(
        AuditLine, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="link", editable=False
    )
    hash = models.CharField(max_length=64, editable=False)

    erased = Erased(plain=["hash"])

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position}: {self.hash[:8]}"


class AuditAnchor(models.Model):
    """Where the chain begins: the place and the hash of the last line that was removed because its time was over. Its
    only row is also the lock by which lines are chained one at a time."""

    position = models.BigIntegerField(default=0, editable=False)
    hash = models.CharField(max_length=64, default="0" * 64, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)

    erased = Erased(plain=["hash"])

    def __str__(self) -> str:
        return f"{self.position}: {self.hash[:8]}"
