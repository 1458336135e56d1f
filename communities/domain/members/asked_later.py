"""Those who agreed to be asked what became of it, one year and three years after they left or their community closed.

The agreement is a consent, `Purpose.ALUMNI_SURVEY`. It keeps a name and an address past the day when they would be
destroyed, until the last questions or until it is taken back, whichever comes first.
"""

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Case, DateField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from cmtl import retention
from communities.domain.members import consents
from communities.models import Community, Consent, Membership, Purpose, StatusChange

MARKS = (1, 3)  # years after one left
EVERY = relativedelta(years=1)  # at most between two times that a community asks


def agree(membership: Membership) -> None:
    consents.give(membership, Purpose.ALUMNI_SURVEY)


def stop(membership: Membership) -> None:
    consents.withdraw_consent(membership, Purpose.ALUMNI_SURVEY)


def marks_left(membership: Membership, today: dt.date | None = None) -> list[int]:
    """Those of `MARKS` that are still to come: all of them before one has left."""
    row = Membership.objects.filter(pk=membership.pk).annotate(gone_on=_gone_on())
    gone_on = row.values_list("gone_on", flat=True).first()
    today = today or timezone.localdate()
    return [n for n in MARKS if gone_on is None or today < gone_on + relativedelta(years=n)]


def agreeing() -> Any:
    """Everybody who agrees today, members who have not left included, each with `gone_on`: None for those."""
    given = Consent.objects.in_force().filter(purpose=Purpose.ALUMNI_SURVEY, membership=OuterRef("pk"))
    return Membership.objects.named().filter(Exists(given)).annotate(gone_on=_gone_on())


def _gone_on() -> Case:
    """The day one left; of those who were still members at its closing, the day the community was archived."""
    archivings = StatusChange.objects.filter(community=OuterRef("community"), became=Community.Status.ARCHIVED)
    last = archivings.order_by().values("community").annotate(last=Max("at")).values("last")
    closed_on = Coalesce(TruncDate(Subquery(last)), F("community__ends_on"), F("community__programme__ends_on"))
    return Case(
        When(status=Membership.Status.ALUMNI, then=F("left_on")),
        When(status__in=Membership.CURRENT, community__status=Community.Status.ARCHIVED, then=closed_on),
        output_field=DateField(),
    )


def windows(until: dt.date, since: dt.date | None = None) -> list[tuple[dt.date, dt.date]]:
    """After which day and up to which one has left, to be asked on the day `until` by a community that asked the last
    time on the day `since`. What it asked more than a year ago is too old to catch up with."""
    since = max(since, until - EVERY) if since else until - EVERY
    return [(since - relativedelta(years=n), until - relativedelta(years=n)) for n in MARKS]


def is_asked(gone_on: dt.date | None, until: dt.date, since: dt.date | None = None) -> bool:
    return gone_on is not None and any(after < gone_on <= upto for after, upto in windows(until, since))


def asked_of(community: Community, until: dt.date, since: dt.date | None = None) -> QuerySet[Membership]:
    found = Q()
    for after, upto in windows(until, since):
        found |= Q(gone_on__gt=after, gone_on__lte=upto)
    return agreeing().filter(found, community=community)


# ---------------------------------------------------------------- until when


def waiting(now: dt.datetime | None = None) -> Any:
    """Those whose agreement still serves: the others are kept no longer for it."""
    start = retention.period("alumni_agreements").first_day(now)
    return agreeing().filter(Q(gone_on=None) | Q(gone_on__gte=start))


@retention.applies("alumni_agreements")
def end_agreements(now: dt.datetime | None = None) -> int:
    """They end by themselves once the last questions can no longer come."""
    now = now or timezone.now()
    over = agreeing().exclude(pk__in=waiting(now).values("pk"))
    held = Consent.objects.in_force().filter(purpose=Purpose.ALUMNI_SURVEY, membership__in=over.values("pk"))
    return held.update(withdrawn_at=now)
