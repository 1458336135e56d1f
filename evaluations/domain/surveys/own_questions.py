"""The questions of one community: written by those who lead it, three at most, asked after those of all.

A survey keeps those it asks as they stood when it was opened, so that a wording changed afterwards rewrites nothing.
Their answers lie in the same sealed ballot, and are told by the same release under the same threshold. Words are not
asked for: what is written freely at one meeting is shown by batches, which know no question but « à améliorer ».
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from communities.models import Community
from evaluations.domain.surveys.annual_questions import FREQUENCY
from evaluations.domain.surveys.options import AGREEMENT, options
from evaluations.models import Campaign, OwnQuestion

FEWEST, MOST_CHOICES = 2, 4  # as many as a scale has: with five, choosing what may be told can take minutes
FIELDS = ("wording_fr", "scale", "choices_fr", "moment", "objective", "wording_en", "choices_en")
COPIED = tuple(name for name in FIELDS if name != "objective")  # an objective is its community's
Scale = OwnQuestion.Scale


def code_of(number: int) -> str:
    return f"X{number}"


def lines_of(text: str) -> list[str]:
    return [said for line in text.splitlines() if (said := " ".join(line.split()))]


# ------------------------------------------------------------ asked


def frozen(community: Community, moment: str) -> list[dict[str, Any]]:
    """As JSON, what a survey that opens now asks of its own."""
    return [kept(question) for question in community.own_questions.filter(moment=moment)]


def of_campaign(campaign: Campaign) -> list[dict[str, Any]]:
    """Of those who left, nothing more than three questions is asked."""
    return [] if campaign.is_of_alumni else frozen(campaign.community, OwnQuestion.Moment.YEAR)


def kept(question: OwnQuestion) -> dict[str, Any]:
    return {
        "code": code_of(question.number),
        "scale": question.scale,
        "wording_fr": question.wording_fr,
        "wording_en": question.wording_en or question.wording_fr,
        "options": options_of(question),
        "objective": question.objective_id,
    }


def options_of(question: OwnQuestion) -> list[dict[str, str]]:
    if question.scale == Scale.CHOICE:
        french = lines_of(question.choices_fr)
        return options(*zip(french, lines_of(question.choices_en) or french, strict=True))
    return AGREEMENT if question.scale == Scale.AGREEMENT else FREQUENCY


# ------------------------------------------------------------ written


@transaction.atomic
def add(community: Community, typed: dict[str, Any], by: User) -> OwnQuestion:
    """Under the first free number. Pressed twice, it is added once."""
    held = Community.objects.select_for_update().get(pk=community.pk)
    there = list(held.own_questions.all())
    for one in there:
        if one.wording_fr == typed["wording_fr"] and one.moment == typed["moment"]:
            if any(getattr(one, name) != value for name, value in typed.items()):
                raise ValidationError(_("This question is in the list already: open it there."))
            return one
    free = _free_numbers(there)
    if not free:
        raise ValidationError(_("Three questions are there already: remove or change one of them."))
    return _write(OwnQuestion(community=held, number=free[0], **typed), by)


def _free_numbers(there: Iterable[OwnQuestion]) -> list[int]:
    taken = {one.number for one in there}
    return [number for number in range(1, OwnQuestion.MOST + 1) if number not in taken]


def _write(question: OwnQuestion, by: User) -> OwnQuestion:
    question.save(force_insert=True)
    audit.write(Action.SETTINGS_CHANGED, by=by, about=question, community=question.community, part="ownquestion")
    return question


@transaction.atomic
def remove(question: OwnQuestion, by: User) -> None:
    """It is asked no more; what was asked of it before stays told. Removing twice does nothing."""
    if OwnQuestion.objects.filter(pk=question.pk).delete()[0]:
        audit.write(Action.SETTINGS_CHANGED, by=by, community=question.community, part="ownquestion")


# ------------------------------------------------------------ copied


def copies(source: Community, community: Community) -> list[OwnQuestion]:
    """All of them for a community that has none yet, not saved."""
    return [_copy(one, community, one.number) for one in source.own_questions.all()]


def _copy(question: OwnQuestion, community: Community, number: int) -> OwnQuestion:
    return OwnQuestion(community=community, number=number, **{name: getattr(question, name) for name in COPIED})


def to_copy(user: User, community: Community) -> list[Community]:
    """Other communities whose figures this person reads and which ask questions that this one does not, by name; each
    with them as `copied`."""
    known = set(community.own_questions.values_list("wording_fr", flat=True))
    others = Community.objects.inside_for(user).exclude(pk=community.pk).filter(own_questions__isnull=False).distinct()
    found = []
    for other in others.prefetch_related(Prefetch("own_questions")).select_related("programme").order_by("name"):
        other.copied = [one for one in other.own_questions.all() if one.wording_fr not in known]
        if other.copied and user.has_perm("evaluations.read_figures", other):
            found.append(other)
    return found


@transaction.atomic
def copy_from(source: Community, community: Community, by: User) -> int:
    """As many of its questions as there is room for, without those that are here already; how many."""
    held = Community.objects.select_for_update().get(pk=community.pk)
    there = list(held.own_questions.all())
    known = {one.wording_fr for one in there}
    wanted = [one for one in source.own_questions.all() if one.wording_fr not in known]
    free = _free_numbers(there)
    if wanted and not free:
        raise ValidationError(_("Three questions are there already: remove or change one of them."))
    for number, one in zip(free, wanted, strict=False):
        _write(_copy(one, held, number), by)
    return min(len(free), len(wanted))
