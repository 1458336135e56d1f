"""What a member is expected to read, and to answer."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from communities.models import LEADING, Community, Membership, RulesVersion
from evaluations.domain.campaigns.links import ballot_path
from evaluations.models import Campaign
from evaluations.web.today.reading import Reader
from evaluations.web.today.to_do import SOON, THIS_WEEK, ToDo


def to_read(page: Reader) -> Iterator[ToDo]:
    """The rules one has not said one read, and the answers of the last month to what one proposed."""
    yield from opinions_to_give(page)
    yield from rules_to_read(page)
    yield from answers_to_proposals(page)


def opinions_to_give(page: Reader) -> Iterator[ToDo]:
    """To all who are asked while it is open: who has answered is written nowhere that a page may read."""
    mine = {m.community_id: m for m in page.memberships.values() if m.status == Membership.Status.ACTIVE}
    opened = Campaign.objects.annual().opened().filter(survey__stopped_at=None, community__in=mine)
    leads = set(page.roles.communities_as(*LEADING))
    for campaign in opened.exclude(community__in=leads).select_related("community"):
        day = date_format(campaign.closes_on, "MONTH_DAY_FORMAT")
        yield ToDo(
            THIS_WEEK,
            _("Give your opinion on %(year)s: %(community)s")
            % {"year": campaign.year, "community": campaign.community},
            _("anonymous; if it is not done yet, before %(day)s") % {"day": day},
            ballot_path(campaign, mine[campaign.community_id]),
            pgettext("verb", "Answer"),
            community_id=campaign.community_id,
        )


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
