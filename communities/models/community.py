"""Programmes and communities."""

import datetime as dt
import re
import uuid

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import profiles
from communities.models.policies import Policies
from communities.models.roles import LEADING, Role, RoleAssignment, Roles, roles_of

# Words that stand between those that name a community.
LINK_WORDS = frozenset(
    ("au", "aux", "de", "des", "du", "en", "et", "la", "le", "les", "par", "pour", "sur", "un", "une")
    + ("and", "for", "in", "of", "on", "the", "to")
)


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ProgrammeQuerySet":
        """Those of the communities whose content one may read, and those one holds a role in."""
        if not user.is_authenticated:
            return self.none()
        inside = Community.objects.inside_for(user).values("programme")
        return self.filter(Q(pk__in=inside) | Q(pk__in=roles_of(user).programme_ids))


class Programme(models.Model):
    """The wider undertaking that communities belong to, with objectives of its own (guide, p. 8)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    objectives = models.TextField(_("objectives of the programme"), blank=True)
    ends_on = models.DateField(_("end date"), null=True, blank=True)

    erased = Erased(words=["name", "objectives"])

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("communities:programme", args=[self.pk])


class CommunityQuerySet(models.QuerySet):
    def visible_to(self, user) -> "CommunityQuerySet":
        """Those one holds a role in or belongs to; administrators see that all exist, and nothing inside them."""
        if user.is_authenticated and user.is_staff:
            return self.filter(~Q(status=Community.Status.DRAFT) | Q(pk__in=self.inside_for(user).values("pk")))
        return self.inside_for(user)

    def inside_for(self, user) -> "CommunityQuerySet":
        """Those whose content one may read."""
        if not user.is_authenticated:
            return self.none()
        roles = roles_of(user)
        through = Q(programme__in=roles.programme_ids)
        if set(roles.programme_ids) != set(coordinated := roles.programmes_as(Role.COORDINATOR)):
            through &= ~Q(status=Community.Status.DRAFT) | Q(programme__in=coordinated)
        return self.filter(Q(pk__in=roles.community_ids) | through)

    def led_by(self, user) -> "CommunityQuerySet":
        """Those one facilitates, or coordinates through their programme."""
        roles = roles_of(user)
        return self.filter(
            Q(pk__in=roles.communities_as(*LEADING)) | Q(programme__in=roles.programmes_as(Role.COORDINATOR))
        )

    def led_by_nobody(self) -> "CommunityQuerySet":
        """Without anybody left who could appoint: neither a facilitator, nor the coordination of the programme."""
        leading = RoleAssignment.objects.leading_for_good()
        return self.exclude(
            Exists(leading.filter(community=OuterRef("pk"))) | Exists(leading.filter(programme=OuterRef("programme")))
        )

    def drafts_awaiting(self, user) -> "CommunityQuerySet":
        """Those that wait for this person: proposed to the coordination, or sent back to who prepares them."""
        coordinated = roles_of(user).programmes_as(Role.COORDINATOR)
        proposed = Q(programme__in=coordinated, draft__sent_back_because="")
        sent_back = Q(draft__prepared_by=user) & ~Q(draft__sent_back_because="")
        return self.filter(proposed | sent_back, status=Community.Status.DRAFT).select_related("draft__prepared_by")

    def active(self) -> "CommunityQuerySet":
        return self.filter(status__in=Community.LIVING)

    def with_tasks_for(self, user) -> "CommunityQuerySet":
        """Those whose tasks are to be told: the living ones, and among the self-run those one facilitates oneself."""
        own = Q(status=Community.Status.SELF_RUN, pk__in=roles_of(user).communities_as(*LEADING))
        return self.filter(Q(status__in=Community.LIVING) | own)

    def with_member_count(self) -> "CommunityQuerySet":
        """Annotate `member_count`: active memberships."""
        active = Q(memberships__status="active")
        return self.annotate(member_count=Count("memberships", filter=active, distinct=True))

    def with_directory_for(self, user) -> "CommunityQuerySet":
        """Those whose list of people one may read (the permission `communities.see_people`, as a queryset)."""
        if user.is_authenticated and user.is_staff:
            return self.visible_to(user)
        roles = roles_of(user)
        reading = (*LEADING, Role.NOTE_TAKER, Role.COORDINATOR, Roles.MEMBER)
        return self.filter(Q(pk__in=roles.communities_as(*reading)) | Q(programme__in=roles.programmes_as(*reading)))

    def manageable_by(self, user) -> "CommunityQuerySet":
        """Those whose people one lists and corrects (the permission `communities.manage_people`, as a queryset)."""
        roles = roles_of(user)
        leading = (Role.FACILITATOR, Role.COORDINATOR)
        return self.filter(Q(pk__in=roles.communities_as(*leading)) | Q(programme__in=roles.programmes_as(*leading)))


class Community(models.Model):
    """A group that meets two to six times a year to share and improve its practice."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        DESIGN = "design", _("In design")
        LAUNCH = "launch", _("Launching")
        ACTIVE = "active", _("Active")
        DORMANT = "dormant", _("Dormant")
        CLOSING = "closing", _("Closing")
        SELF_RUN = "self_run", _("Self-run")
        ARCHIVED = "archived", _("Archived")

    class MinutesLevel(models.TextChoices):
        LOG = "log", _("Internal log only")
        SYNTHESIS = "synthesis", _("Synthesis to members")
        FULL = "full", _("Full minutes")

    LIVING = (Status.DESIGN, Status.LAUNCH, Status.ACTIVE, Status.CLOSING)
    LOWEST_THRESHOLD = 5

    name = models.CharField(_("name"), max_length=120)
    programme = models.ForeignKey(
        Programme,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="communities",
        verbose_name=_("programme"),
    )
    profile = models.CharField(_("profile"), max_length=20, choices=profiles.Profile, default=profiles.Profile.OPEN)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.LAUNCH)
    purpose = models.TextField(_("purpose"), blank=True)
    summary = models.CharField(_("in one line"), max_length=160, blank=True)
    started_on = models.DateField(_("started on"), default=dt.date.today)
    ends_on = models.DateField(_("planned end"), null=True, blank=True)
    end_noticed_for = models.DateField(
        null=True, blank=True, editable=False, help_text="the planned end that people were written to about"
    )
    handed_over_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="meetings closed before are history, only read"
    )
    representation = models.CharField(_("representation"), max_length=20, choices=profiles.Representation)
    selection = models.CharField(_("selection"), max_length=20, choices=profiles.Selection)
    topic_policy = models.CharField(_("topics"), max_length=20, choices=profiles.TopicPolicy)
    attendance_policy = models.CharField(_("attendance"), max_length=20, choices=profiles.AttendancePolicy)
    minutes_level = models.CharField(
        _("what is kept of the meetings"), max_length=20, choices=MinutesLevel, default=MinutesLevel.LOG
    )
    anonymity_threshold = models.PositiveSmallIntegerField(_("anonymity threshold"), default=LOWEST_THRESHOLD)
    time_zone = models.CharField(_("time zone"), max_length=40, default="America/Toronto")
    creation_key = models.UUIDField(
        unique=True, default=uuid.uuid4, editable=False, help_text="a form sent twice founds one community"
    )

    erased = Erased(
        words=[
            "name",
            "purpose",
            "summary",
        ],
        plain=["time_zone"],
    )

    objects = CommunityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "communities"
        constraints = [
            models.CheckConstraint(
                condition=Q(anonymity_threshold__gte=5), name="anonymity_threshold_is_never_lowered"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("communities:detail", args=[self.pk])

    @property
    def monogram(self) -> str:
        """« CO » of Constellation, « FC » of Les filles et le code: two letters that stand for it beside its name."""
        words = [word for word in re.findall(r"\w+", self.name) if len(word) > 1 and word.lower() not in LINK_WORDS]
        letters = "".join(word[0] for word in words[:2]) if len(words) > 1 else "".join(words)[:2]
        return (letters or self.name[:2]).upper()

    @property
    def hue(self) -> int:
        """One of the eight colours of `app.css`, the same for life."""
        return self.pk % 8 + 1

    @property
    def number_of_members(self) -> int:
        """The one that every page tells: active, neither paused nor invited."""
        annotated = getattr(self, "member_count", None)
        return annotated if annotated is not None else self.memberships.active().count()

    @property
    def sender_list(self) -> str:
        """What one unsubscribes from (see `outbox`)."""
        return f"community:{self.pk}"

    @property
    def is_of_individuals(self) -> bool:
        return self.representation == profiles.Representation.INDIVIDUAL

    @property
    def minutes_per_year(self) -> int:
        """What it asks of a member in meetings; said before one joins (guide, B23)."""
        policies = Policies.of(self)
        return policies.meetings_per_year * policies.meeting_minutes

    @property
    def effort_per_year(self) -> int:
        """Minutes in meetings and preparing them: « le temps et l’effort à consacrer à la communauté » (B23)."""
        policies = Policies.of(self)
        return self.minutes_per_year + policies.meetings_per_year * policies.preparation_minutes

    @property
    def expects_everyone(self) -> bool:
        return self.attendance_policy == profiles.AttendancePolicy.COMMITTED

    @property
    def is_selective(self) -> bool:
        return self.selection == profiles.Selection.SELECTED

    @property
    def chooses_topics_on_the_spot(self) -> bool:
        return self.topic_policy == profiles.TopicPolicy.ON_THE_SPOT

    @property
    def planned_end(self) -> dt.date | None:
        """Its own, or else that of the programme it belongs to (guide, p. 10)."""
        if self.ends_on:
            return self.ends_on
        return self.programme.ends_on if self.programme else None

    @property
    def is_draft(self) -> bool:
        """Prepared by a facilitator, and not open yet: nothing is sent, nobody else sees it."""
        return self.status == self.Status.DRAFT

    @property
    def is_archived(self) -> bool:
        return self.status == self.Status.ARCHIVED

    @property
    def writes_by_itself(self) -> bool:
        """Whether reminders and evaluations leave without anyone pressing."""
        return self.status in self.LIVING

    def facilitators(self) -> "models.QuerySet":
        """People who facilitate it now."""
        return self._holders(*LEADING)

    def note_takers(self) -> "models.QuerySet":
        return self._holders(Role.NOTE_TAKER)

    def _holders(self, *roles: str) -> "models.QuerySet":
        from django.contrib.auth import get_user_model

        held = RoleAssignment.objects.in_force().filter(community=self, role__in=roles)
        return get_user_model().objects.filter(pk__in=held.values("user"))
