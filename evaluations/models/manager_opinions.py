"""What the organisation of a member thinks of their taking part, asked of their manager where they wished it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import User
from accounts.models.erased import Erased
from cmtl.encrypted import EncryptedTextField
from communities.models import Community, Membership
from evaluations.models.questionnaires import Questionnaire


class ManagerOpinionQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ManagerOpinionQuerySet":
        """Of the communities one leads, those of which one was named as a reader before the manager was asked."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(readers=user, membership__community__in=Community.objects.led_by(user))

    def answered(self) -> "ManagerOpinionQuerySet":
        return self.filter(answered_at__isnull=False)

    def waiting(self) -> "ManagerOpinionQuerySet":
        return self.filter(answered_at=None, declined_at=None).exclude(manager_email="")


class ManagerOpinion(models.Model):
    """One a member: asked once and reminded of once. Withdrawn by the member, it is gone with its mails."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="manager_opinion")
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="manager_opinions")
    manager_name = EncryptedTextField(help_text="emptied with the address")
    manager_email = EncryptedTextField(blank=True, help_text="emptied once it serves no more")
    language = models.CharField(max_length=5, choices=User.Language, default=User.Language.FRENCH)
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="manager_opinions_read")
    asked_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    useful = models.CharField(max_length=12, blank=True, help_text="O1")
    example = EncryptedTextField(blank=True, help_text="O2")
    supported = models.CharField(max_length=12, blank=True, help_text="O3")

    erased = Erased(
        deleted_with=["membership"],
        cut={"readers": []},
        words=["manager_name", "manager_email", "example"],
        plain=["useful", "supported"],
    )

    objects = ManagerOpinionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.membership}"

    def outlives(self, other: "ManagerOpinion") -> bool:
        """Of two records that are made one: what a manager said stays whole, with whom it was told would read it."""
        return bool(self.answered_at or not other.answered_at)

    @property
    def community(self) -> Community:
        return self.membership.community

    @property
    def is_over(self) -> bool:
        """Nobody is waited for any more: answered, declined, or left without an answer for too long."""
        return bool(self.answered_at or self.declined_at or not self.manager_email)


class DeclinedAddress(models.Model):
    """A manager who preferred not to answer about this member: not the address, a digest that recognises it. Withdrawn
    and asked again, they are not written to twice."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="declined_addresses")
    digest = models.CharField(max_length=64)
    declined_on = models.DateField(default=timezone.localdate)

    erased = Erased(deleted_with=["membership"], plain=["digest"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "digest"], name="an_address_declines_once")]

    def __str__(self) -> str:
        return f"declined {self.pk}"
