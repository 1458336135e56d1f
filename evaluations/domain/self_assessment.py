"""How one sees one's own facilitation, once a year, for oneself alone: the nine qualities of the guide."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluations.models import SelfAssessment
from meetings.domain.portal.my_data.section import WHILE_ACTIVE, Rows, Section
from meetings.domain.preparation.self_checklist import QUALITIES, Quality

Answer = tuple[int | None, str]  # a frequency or none, an example
SPOKEN_OF_FROM = 11  # November: Today offers it for the last two months of the year


@dataclass(frozen=True)
class QualityLine:
    """One quality as it was answered in a year."""

    quality: Quality
    frequency: int | None
    example: str

    @property
    def is_answered(self) -> bool:
        return self.frequency is not None or bool(self.example)

    @property
    def frequency_label(self) -> str:
        return str(SelfAssessment.Frequency(self.frequency).label) if self.frequency else ""


def of_year(author: User, year: int) -> SelfAssessment | None:
    return SelfAssessment.objects.visible_to(author).filter(year=year).first()


def all_of(author: User) -> list[SelfAssessment]:
    return list(SelfAssessment.objects.visible_to(author))


def lines_of(assessment: SelfAssessment | None) -> list[QualityLine]:
    """In the order of the guide, those not answered too."""
    answers = assessment.answers if assessment else {}
    return [QualityLine(quality, *answers.get(quality.code, (None, ""))) for quality in QUALITIES]


def write(author: User, year: int, answers: Mapping[str, Answer], to_strengthen: str) -> SelfAssessment:
    """Written again, it is the same year."""
    said = {quality: list(answer) for quality, answer in answers.items() if answer != (None, "")}
    return SelfAssessment.objects.update_or_create(
        author=author,
        year=year,
        defaults={"answers": said, "to_strengthen": to_strengthen, "written_at": timezone.now()},
    )[0]


def is_offered(author: User, today: dt.date) -> bool:
    """At the end of a year not written yet."""
    return today.month >= SPOKEN_OF_FROM and of_year(author, today.year) is None


def _own(user: User) -> Rows:
    for assessment in SelfAssessment.objects.visible_to(user).order_by("year"):
        for line in lines_of(assessment):
            if line.is_answered:
                yield assessment.year, str(line.quality.wording), line.frequency_label, line.example
        if assessment.to_strengthen:
            yield assessment.year, str(_("A skill to strengthen")), "", assessment.to_strengthen


SECTION = Section(
    "self_assessments",
    _("How you see your own facilitation"),
    _("To look back, year after year. Nobody else reads it, and no file made for you by somebody else holds it."),
    WHILE_ACTIVE,
    {"year": _("Year"), "quality": _("Quality"), "frequency": _("How often"), "words": _("In your own words")},
    _own,
    is_for_them_alone=True,
)
