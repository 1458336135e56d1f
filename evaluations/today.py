"""What needs a person this morning: the next meeting, what is left to do, and how their communities are doing.

Everything is asked in a fixed number of queries, whatever the number of communities and meetings.
"""

import datetime as dt
import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from communities import ending
from communities.models import (
    LEADING,
    Community,
    Membership,
    Objective,
    ObjectiveProposal,
    Role,
    Roles,
    RulesVersion,
    roles_of,
)
from communities.objectives import review_due_on
from evaluations import indicators
from evaluations.models import AnnualReport, Survey
from meetings import completing, links, nudges, preparation, reflecting
from meetings.models import AgendaItem, Meeting, Recording, Reflection, Reply, Topic
from meetings.sharing import shared_with
from outbox.models import Message

LATE, THIS_WEEK, SOON = "late", "week", "soon"
FORGOTTEN_AFTER = dt.timedelta(days=45)  # a meeting left open that long is no longer news
SPARK_LENGTH = 6


@dataclass(frozen=True)
class ToDo:
    """One line of « À faire »: how urgent, what, why, and the button that does it."""

    urgency: str
    title: str
    detail: str
    url: str
    button: str

    @property
    def pill(self) -> tuple[str, str]:
        return {
            LATE: ("bad", _("late")),
            THIS_WEEK: ("warn", _("this week")),
            SOON: ("", _("soon")),
        }[self.urgency]


@dataclass
class CommunityLine:
    """A community with its last turnouts, for « Mes communautés »."""

    community: Community
    turnouts: list[int]
    decline: "indicators.Decline | None" = None

    @property
    def caption(self) -> str:
        if self.decline:
            return _("marked and repeated decline")
        if not self.turnouts:
            return _("no meeting held yet")
        average = round(statistics.mean(self.turnouts))
        return ngettext("%(n)s person on average", "%(n)s people on average", average) % {"n": average}


@dataclass
class Invitation:
    """A coming meeting as a member sees it."""

    meeting: Meeting
    url: str
    answer: str
    is_shared: bool = False  # one co-facilitates it


@dataclass
class NextMeeting:
    """The nearest meeting one leads, with what is ready and who said what."""

    meeting: Any  # with its replies counted: yes, maybe, no
    rank: int
    invited: int
    usual: tuple[int, int] | None
    steps: list[preparation.Step] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return self.meeting.yes + self.meeting.maybe + self.meeting.no

    @property
    def silent(self) -> int:
        return max(self.invited - self.answered, 0)

    @property
    def bar(self) -> list[dict]:
        """Widths of the bar of replies, in hundredths, laid side by side."""
        if not self.invited:
            return []
        parts, x = [], 0.0
        for name in ("yes", "maybe", "no"):
            width = 100 * getattr(self.meeting, name) / self.invited
            parts.append({"name": name, "x": round(x, 2), "width": round(width, 2)})
            x += width
        return parts


class Today:
    """One person's page. Sections one has no part in stay empty."""

    def __init__(self, user: User, now: dt.datetime | None = None) -> None:
        self.user = user
        self.now = now or timezone.now()
        self.roles = roles_of(user)

    @cached_property
    def communities(self) -> list[Community]:
        tended = Community.objects.led_by(self.user).tended_by(self.user)
        return list(tended.with_member_count().select_related("programme"))

    @property
    def leads(self) -> bool:
        return bool(self.communities)

    @cached_property
    def facilitated(self) -> set[int]:
        """Those one runs oneself: their meetings come first; a coordinator only reads across the others."""
        return set(self.roles.communities_as(*LEADING))

    @cached_property
    def own(self) -> list[Community]:
        """The communities whose tasks are one's own: those facilitated, or all of them when one facilitates none."""
        return [c for c in self.communities if c.pk in self.facilitated] or self.communities

    @cached_property
    def meetings(self) -> list[Meeting]:
        """Open meetings of one's communities, and those held lately, in one query each for agenda and counts."""
        since = self.now - FORGOTTEN_AFTER
        queryset = Meeting.objects.filter(community__in=self.own, cancelled_at=None).filter(
            Q(closed_at=None) | Q(ends_at__gte=since)
        )
        named = Meeting.facilitators.through.objects.filter(meeting=OuterRef("pk"))
        own = Reflection.objects.filter(meeting=OuterRef("pk"), author=self.user)
        return list(
            completing.with_record(queryset.with_replies().with_turnout())
            .annotate(is_mine=Exists(named.filter(user=self.user)) | ~Exists(named), has_reflected=Exists(own))
            .select_related("community", "note_taker", "survey")
            .prefetch_related(Prefetch("agenda", AgendaItem.objects.order_by("position")))
            .order_by("starts_at")
        )

    @cached_property
    def coming(self) -> list[Meeting]:
        return [m for m in self.meetings if m.is_live or (m.is_open and m.ends_at >= self.now)]

    @cached_property
    def next_meeting(self) -> NextMeeting | None:
        if not self.coming:
            return None
        meeting = next((m for m in self.coming if m.is_live), self.coming[0])
        first_day = dt.datetime(meeting.local_start.year, 1, 1, tzinfo=meeting.zone)
        earlier = meeting.community.meetings.filter(
            cancelled_at=None, starts_at__gte=first_day, starts_at__lt=meeting.starts_at
        )
        return NextMeeting(
            meeting=meeting,
            rank=earlier.count() + 1,
            invited=meeting.people.invitable().count(),
            usual=usual_turnout(self.turnouts[meeting.community_id]),
            steps=preparation.steps(meeting, self.now),
        )

    @cached_property
    def turnouts(self) -> dict[int, list[int]]:
        """Community → people present at each regular meeting held, oldest first, for two years."""
        held = (
            Meeting.objects.held()
            .regular()
            .filter(community__in=self.communities, starts_at__gte=self.now - dt.timedelta(days=730))
            .with_turnout()
            .order_by("starts_at")
        )
        found: dict[int, list[int]] = defaultdict(list)
        for community, present in held.values_list("community", "present"):
            found[community].append(present)
        return found

    @cached_property
    def lines(self) -> list[CommunityLine]:
        return [
            CommunityLine(
                community,
                self.turnouts[community.pk][-SPARK_LENGTH:],
                indicators.decline(self.turnouts[community.pk]),
            )
            for community in self.communities
        ]

    @property
    def to_watch(self) -> list[CommunityLine]:
        return [line for line in self.lines if line.decline]

    # ------------------------------------------------------------ what is left to do

    @cached_property
    def to_do(self) -> list[ToDo]:
        order = {LATE: 0, THIS_WEEK: 1, SOON: 2}
        found = [
            *self._meetings_to_close(),
            *self._recordings_to_destroy(),
            *self._follow_ups_to_send(),
            *self._records_to_complete(),
            *self._minutes_for_oneself(),
            *self._topics_to_choose(),
            *self._invitations_to_send(),
            *self._undelivered(),
            *self._people_to_list(),
            *self._dates_to_plan(),
            *self._reports_to_publish(),
            *self._ends_to_prepare(),
            *self._proposals_to_answer(),
            *self._objectives_to_review(),
        ]
        return sorted(found, key=lambda item: order[item.urgency])

    def _meetings_to_close(self):
        for m in self.meetings:
            if m.is_open and self.now - FORGOTTEN_AFTER < m.ends_at < self.now - dt.timedelta(hours=2):
                yield ToDo(
                    LATE if self.now - m.ends_at > dt.timedelta(days=3) else THIS_WEEK,
                    _("Close the meeting of %(day)s") % {"day": day(m)},
                    _("%(community)s · confirm who came and what was said") % {"community": m.community},
                    reverse("meetings:live", args=[m.pk]),
                    pgettext("button", "Open"),
                )

    def _follow_ups_to_send(self):
        for m in self.meetings:
            if m.closed_at and not m.followed_up_at and m.ends_at > self.now - FORGOTTEN_AFTER:
                written = _("the synthesis is written") if m.synthesis else _("the synthesis is to be written")
                yield ToDo(
                    LATE if self.now - m.ends_at > dt.timedelta(days=3) else THIS_WEEK,
                    _("Send the follow-up of the meeting of %(day)s") % {"day": day(m)},
                    _("%(community)s · %(written)s%(answers)s")
                    % {"community": m.community, "written": written, "answers": answers_received(m)},
                    reverse("meetings:follow_up", args=[m.pk]),
                    _("Read and send"),
                )

    def _recordings_to_destroy(self):
        """Their day has come, or somebody withdrew: « détruit dès que les notes sont faites »."""
        held = Recording.objects.to_destroy(timezone.localdate(self.now)).filter(meeting__community__in=self.own)
        for recording in held.select_related("meeting__community"):
            m = recording.meeting
            if self.user.has_perm("meetings.record", m):
                why = _("someone took back their consent") if recording.withdrawn_at else _("its day has come")
                yield ToDo(
                    LATE,
                    _("Destroy the recording of the meeting of %(day)s") % {"day": day(m)},
                    _("%(community)s · %(why)s") % {"community": m.community, "why": why},
                    reverse("meetings:recording", args=[m.pk]),
                    pgettext("button", "Open"),
                )

    def _records_to_complete(self):
        """From the day after, like the mails of `meetings.nudges`."""
        for m in self.meetings:
            days = nudges.last_due(m, self.now) if m.closed_at else None
            if days and m.ends_at > self.now - FORGOTTEN_AFTER and (lacks := completing.lacking(m)):
                yield ToDo(
                    LATE if days >= 3 else THIS_WEEK,
                    _("Complete the record of the meeting of %(day)s") % {"day": day(m)},
                    _("%(community)s · %(lacks)s") % {"community": m.community, "lacks": completing.told(lacks)},
                    reverse("meetings:complete", args=[m.pk]),
                    _("Complete"),
                )

    def _minutes_for_oneself(self):
        """For a week, to those who ran it."""
        for m in self.meetings:
            ran = m.community_id in self.facilitated and m.is_mine
            if ran and m.closed_at and self.now - m.closed_at < reflecting.OFFERED_FOR and not m.has_reflected:
                yield ToDo(
                    SOON,
                    _("Two minutes for yourself: the meeting of %(day)s") % {"day": day(m)},
                    _("%(community)s · how it went; read by nobody else") % {"community": m.community},
                    reverse("meetings:reflect", args=[m.pk]),
                    _("Write"),
                )

    def _topics_to_choose(self):
        bare = [
            m
            for m in self.coming
            if not m.title
            and not m.community.chooses_topics_on_the_spot
            and m.starts_at - self.now < dt.timedelta(days=21)
        ]
        waiting = dict(
            Topic.objects.waiting()
            .filter(community__in={m.community_id for m in bare})
            .values_list("community")
            .annotate(Count("pk"))
        )
        for m in bare:
            n = waiting.get(m.community_id, 0)
            yield ToDo(
                THIS_WEEK if m.starts_at - self.now < dt.timedelta(days=14) else SOON,
                _("Choose the topic of %(day)s") % {"day": day(m)},
                f"{m.community} · " + (ngettext("%(n)s suggestion", "%(n)s suggestions", n) % {"n": n}),
                reverse("meetings:topics", args=[m.community_id]),
                _("Choose"),
            )

    def _invitations_to_send(self):
        for m in self.coming:
            if not m.invited_at and not m.started_at and m.starts_at - self.now < dt.timedelta(days=21):
                yield ToDo(
                    THIS_WEEK if m.starts_at - self.now < dt.timedelta(days=10) else SOON,
                    _("Invite to the meeting of %(day)s") % {"day": day(m)},
                    f"{m.community} · {m.heading}",
                    reverse("meetings:invite", args=[m.pk]),
                    _("Invite"),
                )

    def _undelivered(self):
        reasons = {m.reason: m for m in self.meetings}
        failed = (
            Message.objects.filter(reason__in=reasons, failed_at__isnull=False)
            .order_by()
            .values_list("reason")
            .annotate(Count("pk"))
        )
        for reason, n in failed:
            m = reasons[reason]
            yield ToDo(
                THIS_WEEK,
                ngettext("%(n)s e-mail could not be delivered", "%(n)s e-mails could not be delivered", n) % {"n": n},
                _("%(community)s · meeting of %(day)s") % {"community": m.community, "day": day(m)},
                reverse("meetings:replies", args=[m.pk]),
                _("See"),
            )

    def _people_to_list(self):
        for community in self.own:
            if not community.member_count:
                yield ToDo(
                    SOON,
                    _("List the people of %(community)s") % {"community": community},
                    _("by hand, or from a file"),
                    reverse("communities:members", args=[community.pk]),
                    _("List"),
                )

    def _dates_to_plan(self):
        planned = {m.community_id for m in self.coming}
        for community in self.own:
            if community.pk not in planned:
                yield ToDo(
                    SOON,
                    _("Plan the next dates of %(community)s") % {"community": community},
                    _("no meeting is planned"),
                    reverse("meetings:plan", args=[community.pk]),
                    _("Plan"),
                )

    def _reports_to_publish(self):
        year = timezone.localdate(self.now).year - 1
        published = AnnualReport.objects.published().filter(year=year).values("community")
        held = Meeting.objects.held().filter(starts_at__year=year).values("community")
        late = Community.objects.filter(pk__in=[c.pk for c in self.own]).filter(pk__in=held).exclude(pk__in=published)
        for community in late:
            yield ToDo(
                SOON,
                _("Publish the %(year)s annual report") % {"year": year},
                str(community),
                reverse("evaluations:report", args=[community.pk, year]),
                pgettext("button", "Open"),
            )

    def _ends_to_prepare(self):
        today = timezone.localdate(self.now)
        for community in self.own:
            left = ending.days_left(community, today)
            if left is not None:
                yield ToDo(
                    LATE if left < 0 else THIS_WEEK if left < 30 else SOON,
                    _("Prepare the end of %(community)s") % {"community": community},
                    ending.sentence(community, today),
                    reverse("communities:life", args=[community.pk]),
                    _("Decide"),
                )

    @cached_property
    def adopting(self) -> dict[int, Community]:
        """Those of one's own whose objectives and rules one adopts."""
        return {c.pk: c for c in self.own if self.user.has_perm("communities.adopt", c)}

    def _proposals_to_answer(self):
        waiting = ObjectiveProposal.objects.waiting().filter(community__in=self.adopting.keys()).order_by()
        for pk, n in waiting.values_list("community").annotate(Count("pk")):
            yield ToDo(
                THIS_WEEK,
                ngettext("Answer %(n)s proposed objective", "Answer %(n)s proposed objectives", n) % {"n": n},
                str(self.adopting[pk]),
                reverse("communities:objectives", args=[pk]),
                _("Read"),
            )

    def _objectives_to_review(self):
        active = Objective.objects.filter(community__in=self.adopting.keys(), state=Objective.State.ACTIVE).order_by()
        today = timezone.localdate(self.now)
        for pk, oldest in active.values_list("community").annotate(Min("reviewed_on")):
            community = self.adopting[pk]
            if review_due_on(oldest, community.objectives_reviewed_every) <= today:
                yield ToDo(
                    SOON,
                    _("Review the objectives of %(community)s") % {"community": community},
                    _("last reviewed on %(day)s") % {"day": date_format(oldest, "DATE_FORMAT")},
                    reverse("communities:objectives", args=[pk]) + "#revision",
                    _("Review"),
                )

    # ------------------------------------------------------------ as a member

    @cached_property
    def to_read(self) -> list[ToDo]:
        """The rules one has not said one read, and the answers of the last month to what one proposed."""
        return [*self._rules_to_read(), *self._answers_to_proposals()]

    def _rules_to_read(self):
        mine = {m.pk: m.community for m in self.memberships.values() if m.status == Membership.Status.ACTIVE}
        newer = RulesVersion.objects.filter(community=OuterRef("community"), number__gt=OuterRef("number"))
        in_force = RulesVersion.objects.filter(~Exists(newer), community__in=[c.pk for c in mine.values()])
        for version in in_force.exclude(acknowledgements__membership__in=mine).select_related("community"):
            yield ToDo(
                THIS_WEEK,
                _("Read the operating rules of %(community)s") % {"community": version.community},
                _("adopted on %(day)s") % {"day": date_format(version.adopted_on, "DATE_FORMAT")},
                reverse("communities:frame", args=[version.community_id]) + "#regles",
                _("Read"),
            )

    def _answers_to_proposals(self):
        since = self.now - dt.timedelta(days=30)
        decided = self.user.objective_proposals.filter(
            decided_at__gte=since, community__in=Community.objects.inside_for(self.user)
        )
        for proposal in decided.select_related("community"):
            yield ToDo(
                SOON,
                _("Your proposal has an answer: %(state)s") % {"state": proposal.get_state_display().lower()},
                f"{proposal.community} · {proposal.wording}",
                reverse("communities:frame", args=[proposal.community_id]),
                _("See"),
            )

    @cached_property
    def memberships(self) -> dict[int, Membership]:
        if not self.roles.communities_as(Roles.MEMBER):
            return {}
        current = Membership.objects.filter(user=self.user, status__in=Membership.CURRENT).select_related("community")
        return {m.community_id: m for m in current}

    @cached_property
    def invitations(self) -> list[Invitation]:
        """The coming meetings of the communities one belongs to, with one's own answer."""
        coming = list(
            Meeting.objects.upcoming(self.now)
            .concerning(self.user)
            .filter(community__in=self.memberships.keys())
            .select_related("community")[:6]
        )
        answers = dict(
            Reply.objects.filter(meeting__in=coming, membership__user=self.user).values_list("meeting", "answer")
        )
        return [
            Invitation(
                m,
                reverse("meetings:phone", args=[links.token_for(m, self.memberships[m.community_id])]),
                answers.get(m.pk, ""),
                m.pk in shared_with(self.user),
            )
            for m in coming
        ]

    @property
    def is_empty(self) -> bool:
        """Nobody listed this person anywhere yet."""
        return not (self.communities or self.memberships)

    @property
    def may_create(self) -> bool:
        return self.user.has_perm("communities.create")

    @property
    def coordinates(self) -> bool:
        return self.roles.holds(Role.COORDINATOR)


def day(meeting: Meeting) -> str:
    return date_format(meeting.local_start.date(), "MONTH_DAY_FORMAT")


def usual_turnout(turnouts: list[int]) -> tuple[int, int] | None:
    """The middle half of the last eight: what « d'habitude » means. None under three meetings."""
    last = turnouts[-8:]
    if len(last) < 3:
        return None
    low, _median, high = statistics.quantiles(last, n=4, method="inclusive")
    return round(low), round(high)


def answers_received(meeting: Meeting) -> str:
    """« , 9 évaluations reçues sur 11 », once the survey is closed: before that, only its own page counts."""
    survey: Survey | None = getattr(meeting, "survey", None)
    if survey is None or survey.is_open or not survey.eligible:
        return ""
    n = survey.answers_in_session + survey.answers_after
    sentence = ngettext(
        ", %(n)s evaluation received out of %(eligible)s", ", %(n)s evaluations received out of %(eligible)s", n
    )
    return sentence % {"n": n, "eligible": survey.eligible}
