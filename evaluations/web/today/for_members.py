"""What a member is expected to read."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.models import Community, Membership, RulesVersion
from evaluations.web.today.reading import Reader
from evaluations.web.today.to_do import SOON, THIS_WEEK, ToDo


def to_read(page: Reader) -> Iterator[ToDo]:
    """The rules one has not said one read, and the answers of the last month to what one proposed."""
    yield from rules_to_read(page)
    yield from answers_to_proposals(page)


def rules_to_read(page: Reader) -> Iterator[ToDo]:
    mine = {m.pk: m.community for m in page.memberships.values() if m.status == Membership.Status.ACTIVE}
    newer = RulesVersion.objects.filter(community=OuterRef("community"), number__gt=OuterRef("number"))
    in_force = RulesVersion.objects.filter(~Exists(newer), community__in=[c.pk for c in mine.values()])
    for version in in_force.exclude(acknowledgements__membership__in=mine).select_related("community"):
        yield ToDo(
            THIS_WEEK,
            _("Read the operating rules of %(community)s") % {"community": version.community},
            _("adopted on %(day)s") % {"day": date_format(version.adopted_on, "DATE_FORMAT")},
            reverse("communities:charter", args=[version.community_id]) + "#regles",
            _("Read"),
            community_id=version.community_id,
        )


def answers_to_proposals(page: Reader) -> Iterator[ToDo]:
    since = page.now - dt.timedelta(days=30)
    decided = page.user.objective_proposals.filter(
        decided_at__gte=since, community__in=Community.objects.inside_for(page.user)
    )
    for proposal in decided.select_related("community"):
        yield ToDo(
            SOON,
            _("Your proposal has an answer: %(state)s") % {"state": proposal.get_state_display().lower()},
            f"{proposal.community} · {proposal.wording}",
            reverse("communities:charter", args=[proposal.community_id]),
            _("See"),
            community_id=proposal.community_id,
        )
