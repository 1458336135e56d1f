"""What else is known of each cause: why people were away, what the group kept of its meetings, what waits.

Reasons for an absence are counted as this person reads them already, meeting by meeting, and from five people on:
adding them up tells nothing that these pages hide.
"""

import datetime as dt
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from communities.models import Community, Objective
from evaluations.domain.indicators import Year, number
from evaluations.domain.indicators.decline import Rule
from evaluations.models import RetainedCause
from meetings.domain.attendance import absences
from meetings.domain.followup import minutes
from meetings.models import Absence, Meeting, Topic

Cause = RetainedCause.Cause
FEWEST_PEOPLE = 5
A_THIRD = 3
FEWEST_SAID = 2  # a reason given once says little, and more of one person
REVIEWED_EACH = dt.timedelta(days=365)  # evaluation.md: objectives are reviewed within a year
MOST_QUOTES, LONGEST_QUOTE = 2, 220
WANTED = 2  # topics that are shown
SPEAKS_OF = {
    Cause.MOMENT: r"\b(horaires?|plages? horaires?|matins?|soirs?|soirées?|midis?|(lun|mar|mercre|jeu|vendre|same)dis?)"
    r"\b.*\b(convien\w*|difficil\w*|impossible|tard|tôt|chang\w*)|\b(time|day|hour|evenings?)\b.*\bsuits?\b",
    Cause.SATISFACTION: r"\b(satisf\w+|insatisf\w+|déçu\w*|peu utiles?|satisfied|useful)\b",
    Cause.ENGAGEMENT: r"\b(s’engag\w+|engagement|relève|s’impliqu\w+|participent peu|involved)\b",
    Cause.SCATTER: r"\b(s’éparpill\w+|éparpill\w+|dispers\w+|directions|hors sujet|scattered|off topic)\b",
    Cause.NEEDS: r"\b(nouveaux besoins|besoins? (ont|a) changé|répond\w* moins)\b"
    r"|\bneeds? (have|has) changed\b",
}


@dataclass(frozen=True)
class Line:
    """One thing that is known: a fact, or the group's own words, with where they are read."""

    words: str
    is_clue: bool = False
    is_quote: bool = False
    url: str = ""
    day: dt.date | None = None


@dataclass(frozen=True)
class WantedTopic:
    title: str
    support: int
    url: str


class Evidence:
    """Its queries follow neither people nor years: nine meetings at most are opened."""

    def __init__(self, community: Community, user: User, rule: Rule, before: Year | None, year: Year) -> None:
        self.community, self.user, self.rule, self.before, self.year = community, user, rule, before, year
        held = Meeting.objects.held().filter(community=community, kind=Meeting.Kind.REGULAR)
        read = held.select_related("community__programme", "minutes", "follow_up").order_by("-starts_at")
        self.meetings = list(reversed(read[: rule.last + rule.most_before]))
        self.last = self.meetings[-rule.last :]
        self.reasons = self._reasons() if user.has_perm("evaluations.act_on_decline", community) else Counter()
        self.quotes = self._quotes()

    def of(self, cause: str) -> list[Line]:
        found = {
            Cause.MOMENT: self._moment,
            Cause.SATISFACTION: lambda: [],
            Cause.ENGAGEMENT: self._engagement,
            Cause.SCATTER: self._scatter,
            Cause.NEEDS: self._needs,
        }[Cause(cause)]()
        return [*found, *self.quotes[cause]]

    def _moment(self) -> list[Line]:
        return self._away_for(_("the time did not suit them"), Absence.Reason.MOMENT)

    def _away_for(self, meaning: str, *which: str) -> list[Line]:
        said, n = sum(self.reasons.values()), sum(self.reasons[reason] for reason in which)
        if n < FEWEST_SAID:
            return []
        told = _("%(n)s of the %(said)s absences explained at the last meetings: %(meaning)s")
        words = told % {"n": n, "said": said, "meaning": meaning}
        return [Line(words, is_clue=n * A_THIRD >= said)]

    def _reasons(self) -> Counter[str]:
        """Of the last meetings whose attendance this person may read, what each tells them already; nothing under five
        different people. Whoever facilitates by mandate reads each for two weeks: the page of the latest, taken away
        from more than that, would leave the one or two of another."""
        counted: Counter[str] = Counter()
        people: set[int] = set()
        for meeting in self.last:
            if not self.user.has_perm("meetings.see_attendance", meeting):
                continue
            told = list(absences.absences_of(meeting).values_list("reason", "is_named", "attendance__membership"))
            unnamed = sum(not is_named for _reason, is_named, _who in told)
            shown = [one for one in told if one[1] or unnamed >= absences.ENOUGH]
            counted.update(reason for reason, _is_named, _who in shown)
            people.update(who for _reason, _is_named, who in shown)
        return counted if len(people) >= max(FEWEST_PEOPLE, self.community.anonymity_threshold) else Counter()

    def _engagement(self) -> list[Line]:
        overlap = self.year.by_code.get("P5")
        if overlap is None or not overlap.is_known:
            return []
        before = self.before.by_code.get("P5") if self.before else None
        words = {"share": overlap.shown, "over": overlap.over, "before": before.shown if before else ""}
        if before and before.is_known:
            told = _("%(share)s of people come to two meetings in a row, against %(before)s the year before (%(over)s)")
            return [Line(told % words)]
        return [Line(_("%(share)s of people come to two meetings in a row (%(over)s)") % words)]

    def _scatter(self) -> list[Line]:
        found = []
        n = sum(bool(meeting.objective.strip()) for meeting in self.last)
        if n < len(self.last):
            told = _("%(n)s of the last %(last)s meetings said beforehand what one wanted to leave with")
            found.append(Line(told % {"n": n, "last": len(self.last)}, is_clue=not n))
        before, since = self._topics_each(self.meetings[: -self.rule.last]), self._topics_each(self.last)
        if before and since and abs(since - before) >= 0.5:
            told = _("%(since)s topics a meeting, against %(before)s before")
            words = {"since": number(since, 1), "before": number(before, 1)}
            found.append(Line(told % words, is_clue=since >= before + 1))
        return found

    def _topics_each(self, meetings: Sequence[Meeting]) -> float:
        counted = Counter(
            Topic.objects.filter(meeting__in=meetings, state=Topic.State.DISCUSSED).values_list("meeting", flat=True)
        )
        return statistics.mean(counted.values()) if counted else 0

    def _needs(self) -> list[Line]:
        pursued = self.community.objectives.filter(state=Objective.State.ACTIVE)
        oldest = pursued.order_by("reviewed_on").values_list("reviewed_on", flat=True).first()
        found = []
        if oldest and timezone.localdate() - oldest > REVIEWED_EACH:
            told = _("An objective was last reviewed over a year ago, on %(day)s")
            found.append(Line(told % {"day": date_format(oldest, "DATE_FORMAT")}, is_clue=True))
        reasons = Absence.Reason.NEEDS, Absence.Reason.TOPIC
        return [*found, *self._away_for(_("the topic or the community met their needs less"), *reasons)]

    def wanted(self) -> list[WantedTopic]:
        """What members asked for and never discussed, the most wanted first."""
        waiting = Topic.objects.waiting().filter(community=self.community).wanted_first()
        asked = waiting.filter(support__gt=0)[:WANTED]
        return [WantedTopic(str(topic), topic.support, topic.get_absolute_url()) for topic in asked]

    # ------------------------------------------------------------ the group's own words

    def _quotes(self) -> defaultdict[str, list[Line]]:
        """Sentences of the syntheses that this person may read, the latest first."""
        found: defaultdict[str, list[Line]] = defaultdict(list)
        for meeting in reversed(self.meetings):
            text = getattr(meeting, "minutes", None) and meeting.minutes.synthesis
            if text and minutes.may_read_synthesis(self.user, meeting):
                for cause, pattern in SPEAKS_OF.items():
                    found[cause] += _sentences(text, pattern, meeting)
        return defaultdict(list, {cause: lines[:MOST_QUOTES] for cause, lines in found.items()})


def _sentences(text: str, pattern: str, meeting: Meeting) -> list[Line]:
    said = [part.strip(" -•–\t") for part in re.split(r"(?<=[.!?])\s+|\n+", text)]
    url, day = meeting.get_absolute_url(), meeting.local_start.date()
    return [
        Line(words, is_clue=True, is_quote=True, url=url, day=day)
        for words in said
        if words and len(words) <= LONGEST_QUOTE and re.search(pattern, words.replace("'", "’"), re.IGNORECASE)
    ]
