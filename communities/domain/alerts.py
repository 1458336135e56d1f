"""Warnings that block nothing. Each may be set aside with a reason, which is kept, and taken up again."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from communities.models import Community, DismissedAlert


@dataclass(frozen=True)
class Alert:
    """One warning, as a sentence for a person. With `subject`, setting it aside concerns that one thing only."""

    code: str
    sentence: str
    subject: str = ""


def standing(community: Community, found: Iterable[Alert]) -> tuple[list[Alert], list[Alert]]:
    """Those that still stand, and those that somebody set aside; one query, none when there is nothing to say or
    `dismissed_alerts` is prefetched."""
    found = list(found)
    aside = {(kept.code, kept.subject) for kept in community.dismissed_alerts.all()} if found else set()
    return (
        [alert for alert in found if (alert.code, alert.subject) not in aside],
        [alert for alert in found if (alert.code, alert.subject) in aside],
    )


def dismiss(community: Community, alert: Alert, reason: str, *, by: User) -> DismissedAlert:
    """The reason is what makes it a choice. Set aside twice, the first reason stays."""
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError(_("Write why: the reason is what colleagues will read later."))
    if not alert.code or max(len(alert.code), len(alert.subject)) > 60:
        raise ValidationError(_("This warning is not known."))
    aside, _is_new = DismissedAlert.objects.get_or_create(
        community=community,
        code=alert.code,
        subject=alert.subject,
        defaults={"sentence": alert.sentence[:300], "reason": reason[:300], "by": by},
    )
    return aside


def restore_alert(aside: DismissedAlert) -> None:
    """The warning stands again, wherever what it says is still so."""
    aside.delete()
