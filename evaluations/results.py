"""What is released of a survey once it is closed, and what the group is given back."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import normalised
from communities.models import Community
from evaluations import scoring
from evaluations.charts import BarChart, bar_chart
from evaluations.models import Response, Survey
from evaluations.questionnaires import IMPROVEMENT, TOPIC_WISH, asked
from evaluations.scoring import Bar, Result
from meetings import topics
from meetings.models import Meeting, Topic

RECENT = dt.timedelta(days=400)


@dataclass(frozen=True)
class Comment:
    """Words detached from who wrote them and from their other answers."""

    key: str
    text: str
    is_kept: bool = False  # already a topic of the backlog


class Results:
    """One closed survey. Under its threshold `questions` is None and nothing else is told."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.n = survey.answers_in_session + survey.answers_after

    @cached_property
    def _answers(self) -> list[dict]:
        if self.survey.is_open or self.n < self.survey.threshold:
            return []
        return list(self.survey.responses.values_list("answers", flat=True))

    @cached_property
    def questions(self) -> list[Result] | None:
        return scoring.results(asked(self.survey), self._answers, self.survey.threshold)

    @property
    def is_released(self) -> bool:
        return self.questions is not None

    @property
    def rate(self) -> int:
        return scoring.percent(self.n, self.survey.eligible)

    @cached_property
    def shown(self) -> list["Shown"]:
        return [Shown(result) for result in self.questions or []]

    @cached_property
    def topics(self) -> list[Comment]:
        """What people would like to address; those the backlog already has are marked."""
        words = dict.fromkeys(scoring.comments(TOPIC_WISH, self._answers, self.survey.threshold))
        known = self.survey.community.topics.exclude(
            state=Topic.State.DISCUSSED, discussed_at__lte=self.survey.meeting.ends_at
        )  # what was discussed before they asked, they ask again
        kept = {normalised(title) for title in known.values_list("title", flat=True)}
        return [Comment(scoring.digest(text), text, normalised(text) in kept) for text in words]

    @cached_property
    def improvements(self) -> list[Comment]:
        words = scoring.comments(IMPROVEMENT, self._answers, self.survey.threshold)
        return [Comment(scoring.digest(text), text) for text in words]

    def table(self) -> list[tuple]:
        """The same figures as the page, and no others: question, n, what, figure, share."""
        rows: list[tuple] = []
        for shown in self.shown:
            question = shown.result.question
            rows += [(question.code, question.wording, shown.said_n, *row) for row in shown.rows]
        return rows


@dataclass(frozen=True)
class Shown:
    """A question's result in words, bars and lines of a table, all three from the same few numbers."""

    result: Result

    @property
    def said_n(self) -> str:
        return str(self.result.n) if self.result.n is not None else ""

    @property
    def headline(self) -> str:
        if self.result.favourable is not None:
            return pgettext("percentage", "%(n)s %%") % {"n": self.result.favourable}
        if self.result.median is not None:
            return _("%(step)s out of 5") % {"step": number(self.result.median)}
        return ""

    @property
    def meaning(self) -> str:
        if self.result.favourable is not None:
            return _("somewhat or strongly agree")
        return (
            _("median: %(answer)s") % {"answer": self.result.median_label} if self.result.median_label else _("median")
        )

    @cached_property
    def chart(self) -> BarChart | None:
        if not self.result.bars:
            return None
        figures = [(label_of(b), figure_of(b), None if b.count is None else b.count / b.n) for b in self.result.bars]
        return bar_chart(self.result.question.code, self.result.question.wording, figures)

    @property
    def rows(self) -> list[tuple]:
        if not self.result.is_shown:
            return [(_("too few answers to this question"), "", "")]
        rows: list[tuple] = []
        if self.result.favourable is not None:
            rows.append((_("somewhat or strongly agree"), "", self.result.favourable))
        if self.result.median is not None:
            rows.append((_("median"), number(self.result.median), ""))
        for bar in self.result.bars:
            count = bar.count if bar.count is not None else few_of(bar)
            rows.append((label_of(bar), count, "" if bar.share is None else bar.share))
        return rows


def label_of(bar: Bar) -> str:
    return " / ".join(bar.labels)


def few_of(bar: Bar) -> str:
    return _("fewer than 3 people each") if bar.is_group else _("fewer than 3 people")


def figure_of(bar: Bar) -> str:
    if bar.count is None:
        return few_of(bar)
    return _("%(count)s (%(share)s %%)") % {"count": bar.count, "share": bar.share}


def number(value: float) -> str:
    return number_format(value, decimal_pos=0 if value == int(value) else 1)


# ------------------------------------------------------------ given back to the group


def often_wished(community: Community) -> list[str]:
    """Topics that at least as many people as the threshold wished for, in closed surveys of the last year."""
    recent = Response.objects.filter(
        survey__meeting__community=community,
        survey__closed_at__gt=timezone.now() - RECENT,
    )
    wishes = [wish for wish in recent.values_list(f"answers__{TOPIC_WISH}", flat=True) if wish]
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
    return topics.propose(survey.community, comment.text[:200], source=Topic.Source.SURVEY)[0]


def said(count: int, eligible: int) -> str:
    """« 9 réponses sur 12 présences »."""
    answers = ngettext("%(n)s answer", "%(n)s answers", count) % {"n": count}
    return ngettext("%(answers)s of %(n)s present", "%(answers)s of %(n)s present", eligible) % {
        "answers": answers,
        "n": eligible,
    }
