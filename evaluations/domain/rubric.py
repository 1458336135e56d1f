"""What each level of each factor of success looks like (evaluation.md, Q-C): the same words for every community and
every year, so that two ratings can be compared."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluations.models import Factor, FactorRating

RUBRIC: dict[str, tuple[str | Promise, str | Promise, str | Promise, str | Promise]] = {
    Factor.FACILITATION: (
        _("Meetings are hardly prepared, or one person speaks nearly all the time."),
        _("Meetings are prepared, but the same people always speak."),
        _("Most people speak, and the key points are summed up."),
        _("Whoever wants to speaks, time is kept, and the facilitation adjusts to the group."),
    ),
    Factor.GROUP: (
        _("Whom to bring together is not settled."),
        _("People who matter for the purpose are missing, or the size hinders the discussion."),
        _("The right people are there, and the size lets everyone talk most of the time."),
        _("Composition and size suit the purpose, are reviewed every year, and newcomers are welcomed."),
    ),
    Factor.OBJECTIVES: (
        _("No written objective."),
        _("Written, but vague or too ambitious."),
        _("Clear, realistic and known to the members."),
        _("Recalled at meetings, and reviewed at least once a year."),
    ),
    Factor.RULES: (
        _("No written rule."),
        _("Written, not shared."),
        _("Shared at the launch."),
        _("Recalled and kept: at least 75% of members say so in the annual evaluation."),
    ),
    Factor.ENGAGEMENT: (
        _("Very few people come or reply."),
        _("People come without taking much part, or seldom say that they will be away."),
        _("A core of members comes regularly and takes part."),
        _("Members come, suggest topics and take on tasks: hosting, co-facilitating, taking notes."),
    ),
    Factor.EVALUATION: (
        _("Nothing is evaluated."),
        _("Comments are gathered now and then, and not looked at together."),
        _("Meetings are evaluated, and the members once a year."),
        _("Results go back to the members, and something changes because of them."),
    ),
}


@dataclass(frozen=True)
class Grade:
    """One level of one factor: its number, its name and what it looks like."""

    level: int
    name: str
    sentence: str | Promise


def grades_of(factor: str) -> list[Grade]:
    return [Grade(level.value, str(level.label), RUBRIC[factor][level]) for level in FactorRating.Level]


def sentence_of(rating: FactorRating) -> str | Promise:
    return RUBRIC[rating.factor][rating.level]
