"""What a campaign tells once it is closed: by theme, beside the year before where the wording is the same."""

import datetime as dt
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluations.domain.surveys.questionnaires import EXPECTATION, rewordings
from evaluations.domain.surveys.results import Results, Shown, out_of
from evaluations.models import Campaign, Question

FIRST_TO_FACILITATORS = dt.timedelta(days=14)  # what members say of the facilitation (E24)
FACILITATION = ("M5", "M6", "M7")
THEMES: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("Objectives"), ("M2A", "M2B", "M3", "M4")),
    (_("Facilitation"), FACILITATION),
    (_("Rules, links and trust"), ("M8", "M9", "M10", "M11", "M12")),
    (_("What people learn and put into practice"), ("M13", "M14", "M15", "M16", "M18")),
    (_("Taking part, and support from employers"), ("M1", "M17")),
    (_("Overall, and next year"), ("M19", "M20", "M21", "M22")),
    (_("What is left of it"), ("N1", "N2", "N3")),
)


@dataclass(frozen=True)
class Line:
    """One question, and what was told of it the year before."""

    shown: Shown
    before: str = ""
    is_reworded: bool = False  # since then, so that the two do not compare

    @property
    def wording(self) -> str:
        return self.shown.question.wording.replace(EXPECTATION, "…")


@dataclass(frozen=True)
class Theme:
    name: str | Promise
    lines: list[Line]


class CampaignResults(Results):
    """Of one closed campaign."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        campaign.survey.campaign = campaign
        super().__init__(campaign.survey)

    @property
    def facilitation_is_told_on(self) -> dt.date:
        return timezone.localdate(self.survey.closed_at) + FIRST_TO_FACILITATORS

    @property
    def facilitation_is_told(self) -> bool:
        """To all who may read the figures: fourteen days have passed, or whoever facilitates has read it. Those who
        left say nothing of it."""
        if self.campaign.is_of_alumni:
            return True
        return bool(self.campaign.facilitation_read_at) or timezone.localdate() >= self.facilitation_is_told_on

    def themes(self, *, with_facilitation: bool) -> Iterator[Theme]:
        by_code = {shown.told.code: shown for shown in self.shown}
        for name, codes in THEMES:
            if codes is FACILITATION and not with_facilitation:
                continue
            found = [shown for code, shown in by_code.items() if code.partition(".")[0] in codes]
            if found:
                yield Theme(name, [self._line(shown) for shown in found])
        if self.own:
            yield Theme(_("Questions of the community"), [self._line(shown) for shown in self.own])

    def _line(self, shown: Shown) -> Line:
        return Line(shown, self._before(shown), shown.told.code.partition(".")[0] in self._reworded)

    @cached_property
    def _last(self) -> "CampaignResults | None":
        """Of the year before, or of the last one told before it."""
        told = self.campaign.community.campaigns.told()
        earlier = told.filter(kind=self.campaign.kind, year__lt=self.campaign.year)
        last = earlier.select_related("survey__release", "survey__questionnaire").first()
        if last is None:
            return None
        last.community = self.campaign.community
        return CampaignResults(last)

    @cached_property
    def _last_year(self) -> dict[Hashable, Shown]:
        return {_same(shown): shown for shown in self._last.shown} if self._last else {}

    @cached_property
    def _reworded(self) -> set[str]:
        """Codes asked in other words than the last time."""
        if self._last is None:
            return set()
        return rewordings(self._last.survey.questionnaire_id, self.survey.questionnaire_id)

    def _before(self, shown: Shown) -> str:
        """« 14 sur 20 » of the last one told, where the question was asked in the same words."""
        last = self._last_year.get(_same(shown))
        if last is None or last.question.wording != shown.question.wording or not last.favourable:
            return ""
        if shown.told.code.partition(".")[0] in self._reworded:
            return ""
        return out_of(*last.favourable, last.told.n)

    @property
    def words(self) -> Iterator[tuple[str, list[str]]]:
        """What was written, question by question, in an order that only the words decide."""
        said = (self._figures or {}).get("words", {})
        wordings = {q.code: q.wording for q in self.questions if q.scale == Question.Scale.TEXT}
        for code, texts in said.items():
            if texts:
                yield wordings.get(code, code), texts

    def table(self, *, with_facilitation: bool = True) -> list[tuple]:
        rows = [row for row in super().table() if with_facilitation or row[0] not in FACILITATION]
        return [(code, wording.replace(EXPECTATION, "…"), *rest) for code, wording, *rest in rows]


def _same(shown: Shown) -> Hashable:
    """What makes two years' questions one: its code or, of a community's own, its words and answers, since another
    question may have the code of one that was removed."""
    question = shown.question
    return (question.wording, question.options) if question.is_own else question.code
