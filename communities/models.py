"""Who belongs: programmes, communities, organisations, memberships, and the roles people hold."""

import datetime as dt
import uuid
from collections import defaultdict
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import normalised
from communities import profiles


class Programme(models.Model):
    """The wider undertaking that communities belong to, with objectives of its own (guide, p. 8)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    objectives = models.TextField(_("objectives of the programme"), blank=True)
    ends_on = models.DateField(_("end date"), null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CommunityQuerySet(models.QuerySet):
    def visible_to(self, user) -> "CommunityQuerySet":
        """Those one holds a role in or belongs to; administrators see that all exist, and nothing inside them."""
        if user.is_authenticated and user.is_staff:
            return self
        return self.inside_for(user)

    def inside_for(self, user) -> "CommunityQuerySet":
        """Those whose content one may read."""
        if not user.is_authenticated:
            return self.none()
        roles = roles_of(user)
        return self.filter(Q(pk__in=roles.community_ids) | Q(programme__in=roles.programme_ids))

    def led_by(self, user) -> "CommunityQuerySet":
        """Those one facilitates, or coordinates through their programme."""
        roles = roles_of(user)
        return self.filter(
            Q(pk__in=roles.communities_as(*LEADING)) | Q(programme__in=roles.programmes_as(Role.COORDINATOR))
        )

    def active(self) -> "CommunityQuerySet":
        return self.filter(status__in=Community.LIVING)

    def with_member_count(self) -> "CommunityQuerySet":
        """Annotate `member_count`: active memberships."""
        active = Q(memberships__status=Membership.Status.ACTIVE)
        return self.annotate(member_count=Count("memberships", filter=active, distinct=True))

    def with_next_date(self, now: dt.datetime | None = None) -> "CommunityQuerySet":
        """Annotate `next_starts_at`; meetings belong to an upper app and are reached through the relation it made."""
        meetings = self.model._meta.get_field("meetings").related_model.objects  # type: ignore[union-attr]
        coming = meetings.upcoming(now).filter(community=OuterRef("pk"))
        return self.annotate(next_starts_at=Subquery(coming.values("starts_at")[:1]))

    def with_directory_for(self, user) -> "CommunityQuerySet":
        """Those whose list of people one may read (the permission `communities.see_people`, as a queryset)."""
        if user.is_authenticated and user.is_staff:
            return self
        roles = roles_of(user)
        reading = (*LEADING, Role.NOTE_TAKER, Role.COORDINATOR, Roles.MEMBER)
        return self.filter(Q(pk__in=roles.communities_as(*reading)) | Q(programme__in=roles.programmes_as(*reading)))

    def peopled_by(self, user) -> "CommunityQuerySet":
        """Those whose people one lists and corrects (the permission `communities.manage_people`, as a queryset)."""
        roles = roles_of(user)
        leading = (Role.FACILITATOR, Role.COORDINATOR)
        return self.filter(Q(pk__in=roles.communities_as(*leading)) | Q(programme__in=roles.programmes_as(*leading)))


class Community(models.Model):
    """A group that meets two to six times a year to share and improve its practice."""

    class Status(models.TextChoices):
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
    territory = models.CharField(_("territory"), max_length=120, blank=True)
    started_on = models.DateField(_("started on"), default=dt.date.today)
    ends_on = models.DateField(_("planned end"), null=True, blank=True)
    representation = models.CharField(_("representation"), max_length=20, choices=profiles.Representation)
    selection = models.CharField(_("selection"), max_length=20, choices=profiles.Selection)
    topic_policy = models.CharField(_("topics"), max_length=20, choices=profiles.TopicPolicy)
    attendance_policy = models.CharField(_("attendance"), max_length=20, choices=profiles.AttendancePolicy)
    mode_policy = models.CharField(_("mode"), max_length=20, choices=profiles.ModePolicy)
    follow_up_policy = models.CharField(_("individual follow-up"), max_length=20, choices=profiles.FollowUpPolicy)
    meetings_per_year = models.PositiveSmallIntegerField(
        _("meetings per year"), default=4, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    target_min = models.PositiveSmallIntegerField(_("target size, from"), default=6)
    target_max = models.PositiveSmallIntegerField(_("target size, to"), default=20)
    meeting_minutes = models.PositiveSmallIntegerField(
        _("usual length, in minutes"), default=60, validators=[MinValueValidator(15), MaxValueValidator(600)]
    )
    minutes_level = models.CharField(
        _("what is kept of the meetings"), max_length=20, choices=MinutesLevel, default=MinutesLevel.LOG
    )
    shows_rules_each_time = models.BooleanField(_("recall the rules at the start of each meeting"), default=False)
    anonymity_threshold = models.PositiveSmallIntegerField(_("anonymity threshold"), default=LOWEST_THRESHOLD)
    time_zone = models.CharField(_("time zone"), max_length=40, default="America/Toronto")
    creation_key = models.UUIDField(
        unique=True, default=uuid.uuid4, editable=False, help_text="a form sent twice founds one community"
    )

    objects = CommunityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "communities"
        constraints = [
            models.CheckConstraint(
                condition=Q(anonymity_threshold__gte=5), name="anonymity_threshold_is_never_lowered"
            ),
            models.CheckConstraint(condition=Q(target_min__lte=F("target_max")), name="target_size_is_a_range"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("communities:detail", args=[self.pk])

    @property
    def sender_list(self) -> str:
        """What one unsubscribes from (see `outbox`)."""
        return f"community:{self.pk}"

    @property
    def is_of_individuals(self) -> bool:
        return self.representation == profiles.Representation.INDIVIDUAL

    @property
    def expects_everyone(self) -> bool:
        return self.attendance_policy == profiles.AttendancePolicy.COMMITTED

    @property
    def chooses_topics_on_the_spot(self) -> bool:
        return self.topic_policy == profiles.TopicPolicy.ON_THE_SPOT

    def facilitators(self) -> "models.QuerySet":
        """People who facilitate it now."""
        return self._holders(*LEADING)

    def note_takers(self) -> "models.QuerySet":
        return self._holders(Role.NOTE_TAKER)

    def _holders(self, *roles: str) -> "models.QuerySet":
        from django.contrib.auth import get_user_model

        held = Grant.objects.in_force().filter(community=self, role__in=roles)
        return get_user_model().objects.filter(pk__in=held.values("user"))


class Objective(models.Model):
    """What a community is for, told to its members (guide, p. 8-9)."""

    class Kind(models.TextChoices):
        LINKS = "links", _("Creating or strengthening links")
        POOLING = "pooling", _("Pooling resources")
        PROJECTS = "projects", _("Developing joint projects")
        PRACTICE = "practice", _("Sharing experience and good practice")

    class State(models.TextChoices):
        ACTIVE = "active", _("In progress")
        REACHED = "reached", _("Reached")
        DROPPED = "dropped", _("Dropped")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="objectives")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    wording = models.CharField(_("objective"), max_length=300)
    indicator = models.CharField(_("how we will know"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.ACTIVE)
    reviewed_on = models.DateField(_("last reviewed"), default=dt.date.today)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.wording


class Rule(models.Model):
    """One operating rule, under one of the guide's seven themes (p. 12)."""

    class Theme(models.TextChoices):
        SPEAKING = "speaking", _("Speaking time")
        CONFIDENTIALITY = "confidentiality", _("Confidentiality")
        RESPECT = "respect", _("Respect")
        LISTENING = "listening", _("Listening")
        SHARING = "sharing", _("Sharing ideas")
        EVALUATION = "evaluation", _("Taking part in the evaluation")
        CAMERA = "camera", _("Camera and microphone")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="rules")
    theme = models.CharField(_("theme"), max_length=20, choices=Theme)
    text = models.CharField(_("rule"), max_length=400)
    is_active = models.BooleanField(_("applies"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class Organisation(models.Model):
    """Who a member represents."""

    class Size(models.TextChoices):
        NONE = "none", _("No paid staff")
        SMALL = "small", _("Fewer than 10 employees")
        MEDIUM = "medium", _("10 to 49 employees")
        LARGE = "large", _("50 employees or more")

    name = models.CharField(_("name"), max_length=160)
    size = models.CharField(_("size"), max_length=10, choices=Size, blank=True)
    territory = models.CharField(_("territory"), max_length=120, blank=True)
    sort_key = models.CharField(max_length=160, unique=True, editable=False)

    class Meta:
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = normalised(self.name)
        super().save(*args, **kwargs)

    @classmethod
    def named(cls, name: str) -> "Organisation | None":
        """The organisation of that name, found without regard to case or accents, or made."""
        name = " ".join(name.split())
        if not name:
            return None
        return cls.objects.get_or_create(sort_key=normalised(name), defaults={"name": name})[0]


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, user) -> "MembershipQuerySet":
        """People of the communities whose directory one may read, and oneself."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(community__in=Community.objects.inside_for(user)) | Q(user=user))

    def active(self) -> "MembershipQuerySet":
        return self.filter(status=Membership.Status.ACTIVE)

    def current(self) -> "MembershipQuerySet":
        """Active, or paused for a while: whom other members know as members."""
        return self.filter(status__in=Membership.CURRENT)

    def searching(self, text: str, *, contacts: bool) -> "MembershipQuerySet":
        """Each word in the name, the organisation or the region; in the address too for those who may read it."""
        found = self
        if not text.strip():
            return found
        regions = set(self.order_by().values_list("region", flat=True).distinct())
        for word in text.split():
            plain = normalised(word)
            hit = (
                Q(user__sort_key__contains=plain)
                | Q(organisation__sort_key__contains=plain)
                | Q(region__in=[region for region in regions if plain in normalised(region)])
            )
            found = found.filter(hit | Q(user__email__icontains=word) if contacts else hit)
        return found

    def of_directories(self, readable: set[int], led: set[int]) -> "MembershipQuerySet":
        """In these communities: everybody listed where one leads, the current members elsewhere."""
        return self.filter(Q(community__in=led) | Q(community__in=readable, status__in=Membership.CURRENT))

    def counts_by_status(self) -> dict[str, int]:
        return dict(self.order_by().values_list("status").annotate(n=Count("pk")))

    def invitable(self) -> "MembershipQuerySet":
        """Those who receive invitations: active members, and people invited to become one."""
        return self.filter(status__in=Membership.INVITABLE)


class Membership(models.Model):
    """A person in a community, from the day someone lists them."""

    class Status(models.TextChoices):
        ELIGIBLE = "eligible", _("Eligible")
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Active member")
        PAUSED = "paused", _("Paused")
        ALUMNI = "alumni", _("Alumni")

    class Source(models.TextChoices):
        LIST = "list", _("Founding list")
        PROJECT = "project", _("Project or initiative")
        COHORT = "cohort", _("Former cohort")
        REFERRAL = "referral", _("Referred by a member")
        TRAINING = "training", _("Training")
        WALK_IN = "walk_in", _("Came to a meeting")

    INVITABLE = (Status.ACTIVE, Status.INVITED)
    CURRENT = (Status.ACTIVE, Status.PAUSED)

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    title = models.CharField(_("function"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=80, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    source = models.CharField(_("how they were found"), max_length=10, choices=Source, default=Source.LIST)
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    paused_on = models.DateField(_("paused since"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user__sort_key"]
        constraints = [models.UniqueConstraint(fields=["community", "user"], name="one_membership_per_person")]

    def __str__(self) -> str:
        return f"{self.user} ({self.community})"

    def get_absolute_url(self) -> str:
        return reverse("communities:membership", args=[self.pk])

    @property
    def represents(self) -> str:
        """The organisation's name, or that the person comes for themselves."""
        return self.organisation.name if self.organisation else str(_("as an individual"))

    def become(self, status: str, *, on: dt.date | None = None) -> None:
        """Change status and keep the dates that attendance rates are computed from (evaluation.md, P3)."""
        on = on or timezone.localdate()
        if status == self.status:
            return
        if status == self.Status.ACTIVE:
            self.joined_on, self.left_on, self.paused_on = self.joined_on or on, None, None
        elif status == self.Status.PAUSED:
            self.paused_on = on
        elif status == self.Status.ALUMNI:
            self.left_on = on
        self.status = status
        self.save()


class Role(models.TextChoices):
    FACILITATOR = "facilitator", _("Facilitator")
    EXTERNAL = "external", _("External facilitator")
    NOTE_TAKER = "note_taker", _("Note-taker")
    COORDINATOR = "coordinator", _("Coordinator")
    EVALUATOR = "evaluator", _("External evaluator")


LEADING = (Role.FACILITATOR, Role.EXTERNAL)
PRIVILEGED = (Role.FACILITATOR, Role.EXTERNAL, Role.COORDINATOR)


class GrantQuerySet(models.QuerySet):
    def in_force(self, today: dt.date | None = None) -> "GrantQuerySet":
        today = today or timezone.localdate()
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today))


class Grant(models.Model):
    """A role held by a person in a community or in a whole programme, between two dates."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    community = models.ForeignKey(Community, null=True, blank=True, on_delete=models.CASCADE, related_name="grants")
    programme = models.ForeignKey(Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="grants")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(community=None, programme__isnull=False) | Q(community__isnull=False, programme=None),
                name="a_grant_has_one_scope",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "community", "programme"], name="one_grant_each", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} ({self.community or self.programme})"


class Roles:
    """All that one person holds today, in two queries, so that a rule inside a loop asks the database nothing."""

    MEMBER = "member"

    def __init__(self, user) -> None:
        self.by_community: dict[int, set[str]] = defaultdict(set)
        self.by_programme: dict[int, set[str]] = defaultdict(set)
        if not user.is_authenticated:
            return
        for role, community, programme in (
            Grant.objects.in_force().filter(user=user).values_list("role", "community", "programme")
        ):
            if community:
                self.by_community[community].add(role)
            else:
                self.by_programme[programme].add(role)
        current = Membership.objects.filter(user=user, status__in=Membership.CURRENT).order_by()
        for community in current.values_list("community", flat=True):
            self.by_community[community].add(self.MEMBER)

    def on(self, community: Community) -> set[str]:
        """Roles held in the community itself or through its programme; read only (`.get` adds no key)."""
        return self.by_community.get(community.pk, set()) | self.by_programme.get(community.programme_id or 0, set())

    @property
    def community_ids(self) -> list[int]:
        return list(self.by_community)

    @property
    def programme_ids(self) -> list[int]:
        return list(self.by_programme)

    def communities_as(self, *roles: str) -> list[int]:
        return [pk for pk, held in self.by_community.items() if held & set(roles)]

    def programmes_as(self, *roles: str) -> list[int]:
        return [pk for pk, held in self.by_programme.items() if held & set(roles)]

    def holds(self, *roles: str) -> bool:
        """Anywhere at all."""
        return bool(self.communities_as(*roles) or self.programmes_as(*roles))


def roles_of(user) -> Roles:
    """Read once per request: the roles are remembered on the user object."""
    if not hasattr(user, "_roles"):
        user._roles = Roles(user)
    return user._roles


class MemberImportQuerySet(models.QuerySet):
    def visible_to(self, user) -> "MemberImportQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))


class MemberImport(models.Model):
    """A list of members read from a file and shown line by line; nothing else is written before it is applied."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=200)
    lines = models.JSONField(help_text="the cells of each line, by column: see communities.importing")
    read_at = models.DateTimeField(default=timezone.now)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    objects = MemberImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("communities:import_preview", args=[self.pk])
