"""What is released of a survey once it is closed, and what the group is given back."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import normalised
from communities.models import Community
from evaluations.domain.charts import BarChart, bar_chart
from evaluations.domain.surveys import questionnaires, releases, scoring
from evaluations.domain.surveys.options import NO_OPINION
from evaluations.domain.surveys.questionnaires import FAVOURABLE, Asked, asked
from evaluations.domain.surveys.releases import Group, Told
from evaluations.models import CommentBatch, Pool, Question, Release, Survey
from meetings.domain.topics import topics
from meetings.models import Meeting, Topic

RECENT = dt.timedelta(days=400)
MEANINGS = {
    str(Question.Scale.STEPS): gettext_lazy("found that it was worth the time, or more"),
    str(Question.Scale.AGREEMENT): gettext_lazy("somewhat or strongly agree"),
    str(Question.Scale.FREQUENCY): gettext_lazy("a few times, or often"),
    str(Question.Scale.PROGRESS): gettext_lazy("well along, or reached"),
    str(Question.Scale.EXTENT): gettext_lazy("for the most part, or entirely"),
    str(Question.Scale.SATISFIED): gettext_lazy("somewhat or very satisfied"),
}
LATEST_BATCHES = 6


@dataclass(frozen=True)
class Comment:
    """Words detached from who wrote them and from their other answers."""

    key: str
    text: str
    is_kept: bool = False  # already a topic of the backlog


class Results:
    """One closed survey, as its release tells it. Without a release nothing is told but how many answered."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.n = survey.answers_in_session + survey.answers_after

    @cached_property
    def _figures(self) -> dict | None:
        release = getattr(self.survey, "release", None)
        return release.figures if release else None

    @property
    def is_released(self) -> bool:
        return self._figures is not None

    @property
    def rate(self) -> int:
        return scoring.percent(self.n, self.survey.eligible)

    @cached_property
    def questions(self) -> tuple[Asked, ...]:
        return asked(self.survey, in_person=True)

    @cached_property
    def shown(self) -> list["Shown"]:
        """But what its questions hold no more: a community may have become one of individuals since."""
        questions = {question.code: question for question in self.questions}
        told_of = releases.told_by(self._figures or {"questions": []})
        return [Shown(told, questions[told.code]) for told in told_of if told.code in questions]

    @property
    def of_all(self) -> list["Shown"]:
        return [shown for shown in self.shown if not shown.question.is_own]

    @property
    def own(self) -> list["Shown"]:
        """The questions of the community itself."""
        return [shown for shown in self.shown if shown.question.is_own]

    @cached_property
    def topics(self) -> list[Comment]:
        """What people would like to address; those the backlog already has are marked."""
        words = dict.fromkeys(self._figures["wishes"] if self._figures else ())
        known = self.survey.community.topics.exclude(
            state=Topic.State.DISCUSSED, discussed_at__lte=self.survey.its_meeting.ends_at
        )  # what was discussed before they asked, they ask again
        kept = {topics.title_key(title) for title in known.values_list("title", flat=True)}
        return [Comment(scoring.digest(text), text, topics.title_key(text) in kept) for text in words]

    @cached_property
    def improvements(self) -> list[CommentBatch]:
        """Of the community's meetings together, latest first: which meeting a comment is about is told nowhere."""
        return list(self.survey.community.comment_batches.all()[:LATEST_BATCHES])

    def table(self) -> list[tuple]:
        """The same figures as the page, and no others: question, n, what, figure, share."""
        rows: list[tuple] = []
        for shown in self.shown:
            rows += [(shown.question.code, shown.question.wording, shown.told.n, *row) for row in shown.rows]
        return rows


class PooledResults:
    """Meetings of a year that were each under the threshold, told together: once there are enough of them."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    @cached_property
    def meetings(self) -> list[Meeting]:
        return list(Meeting.objects.filter(survey__pool=self.pool).select_related("community").order_by("starts_at"))

    @property
    def is_released(self) -> bool:
        return self.pool.is_told

    @cached_property
    def shown(self) -> list["Shown"]:
        asked = questionnaires.asked_over_a_year(self.pool.questionnaire_id, self.pool.community)
        questions = {question.code: question for question in asked}
        return [Shown(told, questions[told.code]) for told in releases.told_by(self.pool.figures)]

    @property
    def wishes(self) -> list[str]:
        return list(dict.fromkeys(self.pool.figures["wishes"])) if self.pool.is_told else []


@dataclass(frozen=True)
class Shown:
    """A question's result in words, bars and lines of a table, all three from the same few numbers."""

    told: Told
    question: Asked

    @property
    def is_shown(self) -> bool:
        return bool(self.told.groups)

    @cached_property
    def favourable(self) -> tuple[int, int] | None:
        """How many are on the favourable side of a scale."""
        return self.told.number_of(FAVOURABLE.get(self.told.scale, ()))

    @property
    def headline(self) -> str:
        """« 7 sur 9 », « De 6 à 8 sur 9 »."""
        return out_of(*self.favourable, self.told.n) if self.favourable else ""

    @property
    def meaning(self) -> str:
        return str(MEANINGS.get(self.told.scale, ""))

    @property
    def is_only_a_side(self) -> bool:
        """Where the headline says it all, or a range is told of one answer against all the others."""
        return len(self.told.groups) == 2 and not self.told.takes_several and bool(self.favourable)

    @cached_property
    def chart(self) -> BarChart | None:
        if not self.is_shown or self.is_only_a_side:
            return None
        figures = [(self.label_of(g), figure_of(g, self.told.n), g.low / self.told.n) for g in self.told.groups]
        return bar_chart(self.told.code, self.question.wording, figures)

    @property
    def rows(self) -> list[tuple]:
        if not self.is_shown:
            return [(_("not shown: it could tell who answered"), "", "")]
        return [
            (self.label_of(group), between(group.low, group.high), self._share(group)) for group in self.told.groups
        ]

    def label_of(self, group: Group) -> str:
        return " / ".join(self._labels.get(value, "") for value in group.values)

    @cached_property
    def _labels(self) -> dict[str, str]:
        aside = _("no opinion, or no answer") if not self.question.is_required else _("no opinion")
        return {**dict(self.question.options), NO_OPINION: aside}

    def _share(self, group: Group) -> int | str:
        return scoring.percent(group.low, self.told.n) if group.is_exact else ""


def figure_of(group: Group, n: int) -> str:
    if not group.is_exact:
        return between(group.low, group.high)
    return _("%(count)s (%(share)s %%)") % {"count": group.low, "share": scoring.percent(group.low, n)}


def between(low: int, high: int) -> str:
    """« 6 », « 6 à 8 »."""
    return str(low) if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def out_of(low: int, high: int, n: int) -> str:
    if low == high:
        return _("%(count)s out of %(n)s") % {"count": low, "n": n}
    return _("%(low)s to %(high)s out of %(n)s") % {"low": low, "high": high, "n": n}


# ------------------------------------------------------------ given back to the group


def often_wished(community: Community) -> list[str]:
    """Topics that at least as many people as the threshold wished for, in closed surveys of the last year."""
    recent = Release.objects.filter(
        survey__meeting__community=community,
        survey__closed_at__gt=timezone.now() - RECENT,
    )
    wishes = [wish for some in recent.values_list("figures__wishes", flat=True) for wish in some]
    return scoring.all_above(wishes, community.anonymity_threshold, normalised)[:3]


def heard_last_time(meeting: Meeting) -> list[str]:
    """Today's topics that came from a survey: what the spoken script can say has changed."""
    heard = meeting.topics.filter(source=Topic.Source.SURVEY).exclude(state=Topic.State.DROPPED)
    return list(heard.values_list("title", flat=True)[:3])


def keep_topic(survey: Survey, key: str) -> Topic | None:
    """Put a wished topic in the backlog; one that waits there already stays one, one discussed since comes again.
    None when no comment has that key."""
    comment = next((c for c in Results(survey).topics if c.key == key), None)
    if comment is None:
        return None
    return topics.propose(survey.community, comment.text, source=Topic.Source.SURVEY)[0]


def said(count: int, eligible: int) -> str:
    """« 9 réponses sur 12 présences »."""
    answers = ngettext("%(n)s answer", "%(n)s answers", count) % {"n": count}
    return ngettext("%(answers)s of %(n)s present", "%(answers)s of %(n)s present", eligible) % {
        "answers": answers,
        "n": eligible,
    }
