"""How people come in: invited to become members, referred by one of them, and what they say on the day they join."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.erased import Erased
from cmtl.encrypted import EncryptedTextField
from communities.models.community import Community
from communities.models.people import Membership


class JoinInvitation(models.Model):
    """A mail that asks one person of the pool to become a member; its link opens the page where they answer.

    Whoever declines goes back among the eligible, with the day they did: they may be asked again another year.
    """

    LIFETIME = dt.timedelta(days=60)

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="join_invitations")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    erased = Erased(deleted_with=["membership"], cut={"by": []}, words=["words"])

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.membership} {self.at:%Y-%m-%d}"

    @property
    def ends_at(self) -> dt.datetime:
        return self.at + self.LIFETIME

    @property
    def asks_to_sign(self) -> bool:
        """A member already, on a list: only the commitment is asked."""
        membership = self.membership
        is_asked = membership.status == Membership.Status.ACTIVE and membership.community.expects_everyone
        return is_asked and not membership.commitments.exists()  # type: ignore[attr-defined]

    def may_be_accepted(self) -> bool:
        """While the person is invited, or changes their mind after declining; never once a leader decided otherwise."""
        status = self.membership.status
        if status == Membership.Status.INVITED or self.asks_to_sign:
            return True
        return status == Membership.Status.ELIGIBLE and self.declined_at is not None


class ReferralQuerySet(models.QuerySet):
    def open(self, now: dt.datetime | None = None) -> "ReferralQuerySet":
        """Neither used, nor withdrawn, nor too old."""
        since = (now or timezone.now()) - Referral.LIFETIME
        return self.filter(used_at=None, withdrawn_at=None, made_at__gt=since)

    def pending(self) -> "ReferralQuerySet":
        """Whoever answered waits for those who facilitate."""
        waiting = Q(membership__status__in=[Membership.Status.ELIGIBLE, Membership.Status.ALUMNI])
        return self.filter(waiting, used_at__isnull=False, settled_at=None)


class Referral(models.Model):
    """A link that works once, made by a member for somebody. Nothing is known of that person until they answer."""

    LIFETIME = dt.timedelta(days=14)

    by = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="referrals_made")
    made_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True, help_text="the person consented, and gave name and address")
    membership = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="referrals"
    )
    settled_at = models.DateTimeField(null=True, blank=True, help_text="invited, or told no")

    erased = Erased(deleted_with=["by"], cut={"membership": []})

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.by} {self.made_at:%Y-%m-%d}"

    @property
    def ends_at(self) -> dt.datetime:
        return self.made_at + self.LIFETIME

    @property
    def state(self) -> str:
        """« open », « used », « withdrawn » or « over »."""
        if self.used_at:
            return "used"
        if self.withdrawn_at:
            return "withdrawn"
        return "open" if timezone.now() < self.ends_at else "over"


class Expectation(models.Model):
    """What a member expects and can bring, said on joining: the annual survey quotes it back to them."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="expectation")
    expects = EncryptedTextField(max_length=500, blank=True)
    brings = EncryptedTextField(max_length=500, blank=True)
    said_on = models.DateField(default=timezone.localdate)

    erased = Erased(deleted_with=["membership"], words=["expects", "brings"])

    class Meta:
        ordering = ["said_on", "pk"]

    def __str__(self) -> str:
        return self.expects or self.brings


class CommitmentQuerySet(models.QuerySet):
    def of(self, community: Community) -> "CommitmentQuerySet":
        return self.filter(membership__community=community)


class Commitment(models.Model):
    """« Les personnes participantes s’engagent à prendre part à toutes les rencontres » (guide, p. 26): signed at
    entry, with the dates as they were listed that day."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="commitments")
    signed_at = models.DateTimeField(default=timezone.now)
    dates = models.JSONField(default=list, help_text="ISO days")

    erased = Erased(deleted_with=["membership"], plain=["dates"])

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["-signed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.membership} {self.signed_at:%Y-%m-%d}"

    @property
    def days(self) -> list[dt.date]:
        return [dt.date.fromisoformat(day) for day in self.dates]
