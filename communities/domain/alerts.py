"""Warnings that block nothing. Each may be set aside with a reason, which is kept, and taken up again."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from communities.models import Community, SetAside


@dataclass(frozen=True)
class Advice:
    """One warning, as a sentence for a person. With `subject`, setting it aside concerns that one thing only."""

    code: str
    sentence: str
    subject: str = ""


def standing(community: Community, advices: Iterable[Advice]) -> tuple[list[Advice], list[Advice]]:
    """Those that still stand, and those that somebody set aside; one query, none when there is nothing to say or
    `set_aside` is prefetched."""
    advices = list(advices)
    aside = {(kept.code, kept.subject) for kept in community.set_aside.all()} if advices else set()
    return (
        [advice for advice in advices if (advice.code, advice.subject) not in aside],
        [advice for advice in advices if (advice.code, advice.subject) in aside],
    )


def set_aside(community: Community, advice: Advice, reason: str, *, by: User) -> None:
    """The reason is what makes it a choice. Set aside twice, the first reason stays."""
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError(_("Write why: the reason is what colleagues will read later."))
    if not advice.code or max(len(advice.code), len(advice.subject)) > 60:
        raise ValidationError(_("This warning is not known."))
    SetAside.objects.get_or_create(
        community=community,
        code=advice.code,
        subject=advice.subject,
        defaults={"sentence": advice.sentence[:300], "reason": reason[:300], "by": by},
    )


def restore(aside: SetAside) -> None:
    """The warning stands again, wherever what it says is still so."""
    aside.delete()
