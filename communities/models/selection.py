"""A call for applications: criteria, applications, what each reader thinks of them, and what was decided."""

import datetime as dt
import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.erased import Erased
from cmtl import retention
from cmtl.encrypted import EncryptedTextField
from communities.models.community import Community
from communities.models.people import Membership


class CallQuerySet(models.QuerySet):
    def visible_to(self, user) -> "CallQuerySet":
        """Those of the communities whose people one manages, and those one reads applications of."""
        if not user.is_authenticated:
            return self.none()
        managed, here = Community.objects.manageable_by(user), Community.objects.inside_for(user)
        return self.filter(Q(community__in=managed) | Q(pk__in=user.calls_read.filter(community__in=here).values("pk")))

    def with_counts(self) -> "CallQuerySet":
        """Annotate `received`, `decided` and `accepted`."""
        return self.annotate(
            received=Count("applications"),
            decided=Count("applications", filter=~Q(applications__decision="")),
            accepted=Count("applications", filter=Q(applications__decision="accepted")),
        )


class Call(models.Model):
    """For communities whose members are selected: open between two days, read by two people at least."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="calls")
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what the community offers and asks"))
    opens_on = models.DateField(_("opens on"), default=timezone.localdate)
    closes_on = models.DateField(_("closes on"))
    places = models.PositiveSmallIntegerField(
        _("places"), default=20, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="calls_read", verbose_name=_("readers"))
    secret = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    forgotten = models.PositiveSmallIntegerField(default=0, editable=False, help_text="applications erased in time")
    words_accepted = models.TextField(blank=True)
    words_waiting = models.TextField(blank=True)
    words_declined = models.TextField(blank=True)

    erased = Erased(cut={"readers": []}, words=["title", "text", "words_accepted", "words_waiting", "words_declined"])

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="a_call_closes_after_it_opens")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("communities:call", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.opens_on <= timezone.localdate() <= self.closes_on and not self.community.is_archived

    @property
    def is_coming(self) -> bool:
        return timezone.localdate() < self.opens_on


class Criterion(models.Model):
    """What applications are read for: up to six in a call."""

    MOST = 6

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    wording = models.CharField(_("criterion"), max_length=200)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    position = models.PositiveSmallIntegerField(default=0)

    erased = Erased(words=["wording"])

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.wording


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ApplicationQuerySet":
        return self.filter(call__in=Call.objects.visible_to(user))

    def to_forget(self, now: dt.datetime | None = None) -> "ApplicationQuerySet":
        """Declined for six months; any other a year after the end of the call."""
        now = now or timezone.now()
        declined = Q(decision=Application.Decision.DECLINED, decided_at__lt=now - Application.KEPT_DECLINED)
        return self.filter(declined | Q(call__closes_on__lt=(now - Application.KEPT).date()))


class Application(models.Model):
    """What one person sent. Their own words, not those of a member: kept apart from the pool until accepted."""

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        WAITING = "waiting", _("Waiting list")
        DECLINED = "declined", _("Declined")

    KEPT_DECLINED = retention.length("declined_applications")
    KEPT = retention.length("applications")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="applications")
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    email = models.EmailField(_("e-mail"))
    language = models.CharField(max_length=5, choices=User.Language, default=User.Language.FRENCH)
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    title = models.CharField(_("function"), max_length=120, blank=True)
    motivation = EncryptedTextField(_("motivation"))
    commits = models.BooleanField(_("says they will come to every meeting"), default=False)
    key = models.UUIDField(unique=True, default=uuid.uuid4, help_text="chosen by the page: sent twice, it is one")
    sent_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    told = models.CharField(max_length=10, blank=True, help_text="the decision of the last letter")
    told_at = models.DateTimeField(null=True, blank=True)
    membership = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="applications"
    )

    erased = Erased(
        deleted_with=["membership"],
        cut={"decided_by": []},
        words=["motivation", "organisation", "title"],
        swept=["first_name", "last_name", "email"],
        plain=["told"],
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["call", "email"], name="one_application_per_address")]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("communities:application", args=[self.pk])

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Score(models.Model):
    """What one reader thinks of one criterion, from 1 to 4."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="scores")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    value = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(4)])

    erased = Erased(deleted_with=["application"], left=["reader"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "criterion", "reader"], name="one_score_per_reader"),
            models.CheckConstraint(condition=Q(value__gte=1, value__lte=4), name="scores_from_1_to_4"),
        ]

    def __str__(self) -> str:
        return str(self.value)
