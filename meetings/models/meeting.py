"""Meetings, and the timed blocks they are made of."""

import datetime as dt
import secrets
import uuid
import zoneinfo
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.searching import loosely
from communities.models import Community, Membership, Organisation, Role, Roles, roles_of
from communities.models.people import MembershipQuerySet

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without O, 0, 1 and I, which phones and eyes confuse


def new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(6))


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user) -> "MeetingQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user)).concerning(user)

    def concerning(self, user, roles: Roles | None = None) -> "MeetingQuerySet":
        """Without the preparatory meetings of those who co-facilitate, but for them and for the team."""
        roles = roles or roles_of(user)
        team = [pk for pk, held in roles.by_community.items() if held != {Roles.MEMBER}]
        of_team = Q(community__in=team) | Q(community__programme__in=roles.programme_ids)
        own = Meeting.objects.filter(co_facilitators__user=user.pk) if user.is_authenticated else Meeting.objects.none()
        return self.filter(Q(prepares=None) | of_team | Q(prepares__in=own.values("pk")))

    def containing(self, text: str) -> "MeetingQuerySet":
        """Each word of the text in the title, or in the name of the community."""
        found = self
        for word in text.split():
            like = loosely(word)
            found = found.filter(Q(title__iregex=like) | Q(community__name__iregex=like))
        return found

    def for_everyone(self) -> "MeetingQuerySet":
        """Those that the whole community is told of."""
        return self.filter(prepares=None)

    def planned(self) -> "MeetingQuerySet":
        """Neither cancelled nor closed."""
        return self.filter(cancelled_at=None, closed_at=None)

    def upcoming(self, now: dt.datetime | None = None) -> "MeetingQuerySet":
        """Planned, and not over yet by the clock, or under way whatever the clock says."""
        now = now or timezone.now()
        return self.planned().filter(Q(ends_at__gte=now) | Q(started_at__isnull=False)).order_by("starts_at")

    def co_facilitated_by(self, user, now: dt.datetime | None = None) -> "MeetingQuerySet":
        """Those this member was named to co-facilitate, until two weeks after (permissions.md, C8)."""
        still = {"co_facilitators__user": user, "co_facilitators__status__in": Membership.CURRENT}
        return self.filter(ends_at__gte=(now or timezone.now()) - Meeting.SHARED_FOR, **still)

    def written_by(self, user) -> "MeetingQuerySet":
        """Those one takes the notes of: named for it or, where nobody is, note-taker of its community."""
        usual = roles_of(user).communities_as(Role.NOTE_TAKER)
        return self.filter(Q(note_taker=user) | Q(note_taker=None, community__in=usual))

    def next_after(self, meeting: "Meeting") -> "Meeting | None":
        """The next one to come that everyone of its community is told of."""
        ahead = self.for_everyone().planned().filter(community=meeting.community_id, started_at=None)
        ahead = ahead.filter(starts_at__gt=max(meeting.starts_at, timezone.now()))
        return ahead.select_related("community").order_by("starts_at").first()

    def held(self) -> "MeetingQuerySet":
        return self.filter(cancelled_at=None, closed_at__isnull=False)

    def regular(self) -> "MeetingQuerySet":
        """The kinds that count in attendance measures; trainings and preparatory meetings stand apart."""
        return self.filter(kind__in=Meeting.COUNTED)

    def values_has_room(self) -> models.QuerySet:
        """Whether each has a room, as the one value of a subquery."""
        return self.values(has_room=Q(mode__in=Meeting.MODES_WITH_ROOM))

    def with_turnout(self) -> "MeetingQuerySet":
        """Annotate `present`: people recorded present; guests counted by head come on top (`guests`)."""
        return self.annotate(present=self._number_of("attendances", status="present") + F("guests"))

    def with_replies(self) -> "MeetingQuerySet":
        """Annotate `yes`, `maybe` and `no`; those who wait for a seat are not coming yet."""
        answers = ("yes", "maybe", "no")
        return self.annotate(**{a: self._number_of("replies", answer=a, is_waiting=False) for a in answers})

    def _number_of(self, name: str, **which) -> Coalesce:
        """How many rows of a meeting, counted apart: joined together, a thousand people and their thousand answers
        are a million rows."""
        counted = getattr(self.model, name).rel.related_model
        rows = counted.objects.filter(meeting=OuterRef("pk"), **which)
        return Coalesce(Subquery(rows.order_by().values("meeting").annotate(n=Count("pk")).values("n")), 0)


class ModeMixin:
    """Whether people meet in a room, through a link, or both. Code asks this instead of comparing modes, so that a
    mode added later needs a word here alone."""

    mode: Any

    @property
    def has_room(self) -> bool:
        return self.mode in Meeting.MODES_WITH_ROOM

    @property
    def has_link(self) -> bool:
        return self.mode in Meeting.MODES_WITH_LINK

    @property
    def is_hybrid(self) -> bool:
        """Each person says how they come."""
        return self.has_room and self.has_link


class Meeting(ModeMixin, models.Model):
    """One date of a community. Times are instants; people see them in the community's time zone."""

    class Kind(models.TextChoices):
        REGULAR = "regular", _("Regular meeting")
        TRAINING = "training", _("Training")
        PREPARATORY = "preparatory", _("Preparatory meeting")
        LAUNCH = "launch", _("Launch")
        EXTERNAL = "external", _("At an external event")

    class Mode(models.TextChoices):
        ONLINE = "online", _("Online")
        IN_PERSON = "in_person", _("In person")
        HYBRID = "hybrid", _("Hybrid")

    class Venue(models.TextChoices):
        OWN = "own", _("Our own premises")
        RENTED = "rented", _("Rented room")
        PARTNER = "partner", _("A partner’s premises")
        MEMBER = "member", _("Hosted by a member organisation")

    class Registration(models.TextChoices):
        NONE = "none", _("No reply asked: the link goes to everyone")
        OPTIONAL = "optional", _("Reply wished for, coming without one is fine")
        REQUIRED = "required", _("Registration required")

    MODES_WITH_ROOM = (Mode.IN_PERSON, Mode.HYBRID)
    MODES_WITH_LINK = (Mode.ONLINE, Mode.HYBRID)
    COUNTED = (Kind.REGULAR, Kind.LAUNCH, Kind.EXTERNAL)
    CHECK_IN_OPENS = dt.timedelta(minutes=60)
    CHECK_IN_CLOSES = dt.timedelta(hours=24)
    SHARED_FOR = dt.timedelta(days=14)  # what a co-facilitating member may still do and read after it

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="meetings")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.REGULAR)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.ONLINE)
    title = models.CharField(_("topic"), max_length=160, blank=True)
    objective = models.CharField(_("what we want to leave with"), max_length=300, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    link = models.URLField(_("link to join"), blank=True, max_length=500)
    place = models.CharField(_("place"), max_length=250, blank=True)
    venue = models.CharField(_("whose premises"), max_length=8, choices=Venue, blank=True)
    host = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="hosted_meetings",
        verbose_name=_("organisation that hosts"),
    )
    event = models.CharField(_("name of the event"), max_length=160, blank=True)
    registration = models.CharField(_("replies"), max_length=8, choices=Registration, default=Registration.OPTIONAL)
    capacity = models.PositiveSmallIntegerField(
        _("seats in the room"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(2000)]
    )
    is_open_to_all = models.BooleanField(_("open to people outside the community"), default=False)
    series = models.UUIDField(
        null=True, blank=True, editable=False, db_index=True, help_text="planned in one go: the key of its form"
    )
    note_taker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="notes_taken_at",
        verbose_name=_("note-taker"),
    )
    facilitators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="facilitated_meetings", verbose_name=_("facilitators")
    )
    co_facilitators = models.ManyToManyField(
        Membership, blank=True, related_name="co_facilitated", verbose_name=_("co-facilitating members")
    )
    volunteers = models.ManyToManyField(
        Membership, blank=True, related_name="volunteered_for", help_text="offered to co-facilitate; nobody is assigned"
    )
    prepares = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="preparatory_meetings",
        help_text="the meeting that this preparatory one is about",
    )
    code = models.CharField(max_length=6, unique=True, default=new_code, editable=False)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text="RFC 5545: raised when time or place changes"
    )
    version = models.PositiveIntegerField(default=0, editable=False, help_text="raised by each edit of the plan")
    revision = models.PositiveIntegerField(default=0, editable=False, help_text="raised by each change seen live")
    children_attend = models.BooleanField(_("children attend"), default=False, help_text="no recording then")
    guests = models.PositiveSmallIntegerField(_("guests counted by head"), default=0)
    silent_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="proposed topics are shown to nobody before"
    )
    in_groups = models.BooleanField(default=False, editable=False, help_text="its sub-groups are at work")
    shows_turns = models.BooleanField(default=False, editable=False, help_text="speaking time on the group’s screen")
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    topic_announced_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="since when people can know what it is about"
    )
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    attendance_confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    moved_because = models.CharField(
        _("reason of the change"), max_length=300, blank=True, help_text="told with the last change of time or place"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_because = models.CharField(_("reason"), max_length=300, blank=True)

    erased = Erased(
        left=["note_taker", "facilitators"],
        cut={"closed_by": [], "co_facilitators": [], "volunteers": []},
        words=[
            "title",
            "objective",
            "place",
            "event",
            "moved_because",
            "cancelled_because",
        ],
        plain=["link", "code"],
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=["community", "starts_at"], name="meeting_of_community")]

    def __str__(self) -> str:
        return self.heading

    def get_absolute_url(self) -> str:
        return reverse("meetings:detail", args=[self.pk])

    @property
    def heading(self) -> str:
        """The topic, or what is said while there is none."""
        if self.title:
            return self.title
        if self.community.chooses_topics_on_the_spot:
            return str(_("Topics chosen together"))
        return str(_("Topic to come"))

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.community.time_zone)

    @property
    def local_start(self) -> dt.datetime:
        return self.starts_at.astimezone(self.zone)

    @property
    def local_end(self) -> dt.datetime:
        return self.ends_at.astimezone(self.zone)

    @property
    def when(self) -> str:
        """« mardi 24 novembre 2026, de 12 h à 13 h 30 », as the clock of the community shows it."""
        start, end = self.local_start, self.local_end
        return str(_("%(weekday)s, %(day)s, %(start)s to %(end)s")) % {
            "weekday": date_format(start, "l"),
            "day": date_format(start, "DATE_FORMAT"),
            "start": time_format(start, "TIME_FORMAT"),
            "end": time_format(end, "TIME_FORMAT"),
        }

    @property
    def length_in_minutes(self) -> int:
        """As planned."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def people(self) -> MembershipQuerySet:
        """Whom it is for: the community's or, preparing another one, those who co-facilitate that one."""
        people = self.community.memberships.all()
        return people.filter(co_facilitated=self.prepares_id) if self.prepares_id else people

    @property
    def is_history(self) -> bool:
        """Closed before the community was handed over to its members: only read since
        (`communities.domain.lifecycle.read_only`)."""
        handed_over_at = self.community.handed_over_at
        return bool(handed_over_at and self.closed_at and self.closed_at < handed_over_at)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.cancelled_at is None

    @property
    def is_live(self) -> bool:
        return self.started_at is not None and self.is_open

    @property
    def check_in_opens_at(self) -> dt.datetime:
        return self.starts_at - self.CHECK_IN_OPENS

    def accepts_check_in(self, now: dt.datetime | None = None) -> bool:
        """From an hour before the start, or from the moment it is started, to a day after its end."""
        now = now or timezone.now()
        if self.cancelled_at:
            return False
        opened = self.started_at is not None or now >= self.starts_at - self.CHECK_IN_OPENS
        return opened and now <= self.ends_at + self.CHECK_IN_CLOSES

    def admits_by_code(self) -> bool:
        """Somebody new, by the code of the room: until it closes, lest a code that goes round open an evaluation."""
        return self.closed_at is None and self.accepts_check_in()

    @cached_property
    def current_item(self) -> "AgendaItem | None":
        return next((i for i in self.agenda.all() if i.started_at and not i.ended_at), None)

    @cached_property
    def announced(self) -> list:
        """The topics told beforehand, read once for everyone a mail goes to."""
        return list(self.topics.filter(state="announced").order_by("announced_at", "pk"))

    def touch(self) -> None:
        """Something people see live has changed: every screen's next question gets an answer."""
        Meeting.objects.filter(pk=self.pk).update(revision=F("revision") + 1)


class AgendaItem(models.Model):
    """A timed block. The last one is the evaluation, which keeps its five minutes."""

    class Kind(models.TextChoices):
        WELCOME = "welcome", _("Welcome and attendance")
        FRAME = "frame", _("Purpose and rules")
        TOPICS = "topics", _("Choice of topics")
        EXCHANGE = "exchange", _("Exchange")
        SYNTHESIS = "synthesis", _("Synthesis")
        NEXT = "next", _("Next steps")
        EVALUATION = "evaluation", _("Evaluation")

    WORDS = ("goal", "method", "material")  # what a block says beside its title

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    kind = models.CharField(_("phase"), max_length=12, choices=Kind, default=Kind.EXCHANGE)
    title = models.CharField(_("title"), max_length=160)
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[MinValueValidator(1), MaxValueValidator(480)])
    added_minutes = models.SmallIntegerField(default=0, editable=False)
    topic = models.ForeignKey("Topic", null=True, blank=True, on_delete=models.SET_NULL, related_name="agenda_items")
    goal = models.CharField(_("goal"), max_length=200, blank=True)
    method = models.CharField(_("method"), max_length=200, blank=True)
    material = models.CharField(_("material"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    erased = Erased(words=["title", "goal", "method", "material"])

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> list[str]:
        return [said for name in self.WORDS if (said := getattr(self, name))]

    @property
    def planned_end(self) -> dt.datetime | None:
        """When its time runs out, once it has started."""
        if not self.started_at:
            return None
        return self.started_at + dt.timedelta(minutes=self.minutes + self.added_minutes)

    @property
    def allotted(self) -> int:
        """Minutes, with those added or taken."""
        return max(0, self.minutes + self.added_minutes)

    @property
    def actual_minutes(self) -> int | None:
        if not (self.started_at and self.ended_at):
            return None
        return round((self.ended_at - self.started_at).total_seconds() / 60)
