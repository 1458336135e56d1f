"""« Ce que vous avez dit, ce qui change »: the year in one page, for members, from the figures of its report.

What was answered comes from what the report keeps of releases. Which questions are told, and in what order, is written
here: no result decides. No comment of an evaluation is in it; a testimonial is only as long as the report may quote it.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from evaluations.domain.indicators import Measure
from evaluations.domain.indicators.year import ROTI
from evaluations.domain.reports.quoting import Quote
from evaluations.domain.reports.report import CommunityYear, told_by
from evaluations.domain.reports.sentences import lines_of
from evaluations.domain.reports.shares import AGREES, OFTEN, WORTH, Pair, of_answers
from evaluations.models import AnnualReport, ObjectiveRating
from meetings.models import Meeting

MOST, FEW = 4, 3  # answers and decisions, and entries of the other lists: one page of paper, two screens of a phone
LONGEST_QUOTE = 320  # letters: a longer testimonial would not leave room for what changes, and none is cut
ASKED = (
    (ROTI, WORTH, _("The meetings were worth the time given to them")),
    ("R3", ("2",), _("There was not enough time to speak")),
    ("M15", OFTEN, _("You tried or adapted in your work something seen here")),
    ("M13", AGREES, _("You learned here what you would not easily have found elsewhere")),
    ("M12", AGREES, _("You feel less alone in your work thanks to the community")),
    ("R3", ("1",), _("You spoke as much as you wanted to")),
)


@dataclass(frozen=True)
class Said:
    """One answer, with its bar in hundredths: sure as far as `low`, possible as far as `low` + `more`."""

    pair: Pair

    @property
    def low(self) -> float:
        return round(100 * self.pair.now.low, 1)

    @property
    def more(self) -> float:
        return round(100 * (self.pair.now.high - self.pair.now.low), 1)

    @property
    def before_year(self) -> str:
        return str(self.pair.year - 1)


class MembersEdition:
    """What the page says of one version of a report: frozen once it is published, live before."""

    def __init__(self, report: AnnualReport, told: CommunityYear | None = None) -> None:
        self.report = report
        self.told = told or told_by(report)

    @property
    def year(self) -> str:
        return str(self.report.year)

    @property
    def words(self) -> str:
        return self.report.to_members

    @property
    def said(self) -> list[Said]:
        return [Said(pair) for pair in of_answers(self.told, *ASKED)][:MOST]

    @property
    def kept(self) -> list[str]:
        """What meetings left, in the words that the group read in a follow-up."""
        return [text for text, _day in self.told.quotes][:2]

    @property
    def figures(self) -> list[Measure]:
        """Three: who came each time, how many of the members, and from where or how many new."""
        return [measure for measure in self.told.key_figures if measure.code not in ("P4", "P11s")]

    @property
    def decided(self) -> list[str]:
        return lines_of(self.report.next_year)[:MOST]

    @property
    def done(self) -> list:
        return list(reversed(self.told.changes))[:FEW]

    @property
    def under_way(self) -> list:
        return list(self.told.under_way)[:FEW]

    @property
    def objectives(self) -> list[str]:
        """Those that were not reached: they go on."""
        reached = ObjectiveRating.Level.REACHED
        return [one.wording for one in self.told.objectives if one.level != reached][:FEW]

    @property
    def changes_nothing(self) -> bool:
        return not (self.decided or self.done or self.under_way or self.objectives)

    @property
    def quote(self) -> Quote | None:
        """The shortest of those that the report quotes, whole."""
        found = sorted(self.told.testimonials, key=lambda one: (len(one.text), one.number))
        return found[0] if found and len(found[0].text) <= LONGEST_QUOTE else None

    @property
    def next_meeting(self) -> Meeting | None:
        """The first one to come, today: it is no figure."""
        ahead = Meeting.objects.for_everyone().upcoming().filter(community=self.report.community_id)  # type: ignore[attr-defined]
        return ahead.select_related("community").first()
