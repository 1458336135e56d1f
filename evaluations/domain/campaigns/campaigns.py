"""Once a year, all members are asked what the community is worth to them: prepared from last year's, opened and
written to all in one press, reminded of, closed, told.

« L’évaluation annuelle est essentielle à la bonne marche et à l’évolution d’une communauté de pratique » (guide). The
SQETGC's fell at the start of the summer and reached half of its people: summer and year’s end are warned of.
"""

import datetime as dt
import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain import audit
from accounts.models import Action, User
from communities.models import Community, Objective
from evaluations.domain.campaigns import mails
from evaluations.domain.surveys import collection, eligible
from evaluations.models import Campaign, Survey

log = logging.getLogger(__name__)
MONTH = 11  # by default it opens early in November: the year is told, the holidays are far
LASTS = dt.timedelta(days=21)
SHORT = dt.timedelta(days=10)
AWAY = (((6, 20), (8, 31)), ((12, 15), (12, 31)), ((1, 1), (1, 7)))  # first and last days when people are away
REMINDED_FROM = dt.time(9)
WRITES = Q(community__status__in=Community.LIVING) | Q(kind=Campaign.Kind.ALUMNI)  # as `Campaign.may_write`


def needed(campaign: Campaign) -> str:
    """The permission, asked of its community, to prepare, open and close it."""
    return "evaluations.ask_alumni" if campaign.is_of_alumni else "evaluations.run_campaign"


# ------------------------------------------------------------ prepared


def fresh(community: Community, today: dt.date | None = None) -> Campaign:
    """The next one to prepare, not saved: as last year's, a year later; else three weeks from early November;
    later where people would be away."""
    return following(community, community.campaigns.annual().first(), today)


def following(community: Community, last: Campaign | None, today: dt.date | None = None) -> Campaign:
    """As `fresh`, after the one that is given."""
    today = today or timezone.localdate()
    year = max(today.year, last.year + 1) if last else today.year
    if last:
        opens_on = last.opens_on + dt.timedelta(weeks=52 * (year - last.year))
        kept = {name: getattr(last, name) for name in ("words", "reminders", "days_between")}
        lasts = last.closes_on - last.opens_on
    else:
        opens_on, kept, lasts = _first_monday(year), {}, LASTS
    opens_on = when_people_are_here(max(opens_on, today), lasts)
    return Campaign(community=community, year=year, opens_on=opens_on, closes_on=opens_on + lasts, **kept)


def when_people_are_here(opens_on: dt.date, lasts: dt.timedelta) -> dt.date:
    """That day, or the first after it, by whole weeks, from which nobody is away; that day where there is none."""
    weeks = (opens_on + dt.timedelta(weeks=n) for n in range(26))
    return next((day for day in weeks if not _people_are_away(day, day + lasts)), opens_on)


def _first_monday(year: int) -> dt.date:
    first = dt.date(year, MONTH, 1)
    return first + dt.timedelta(days=-first.weekday() % 7)


@transaction.atomic
def prepare(
    community: Community, year: int, typed: dict[str, Any], by: User, kind: str = Campaign.Kind.ANNUAL
) -> Campaign:
    """One a year: whoever presses at the same time finds the other's."""
    kept, is_new = Campaign.objects.get_or_create(
        community=community, kind=kind, year=year, defaults={**typed, "prepared_by": by}
    )
    if is_new:
        audit.write(Action.SETTINGS_CHANGED, by=by, about=kept, community=community, part="campaign")
    return kept


def warnings_of(campaign: Campaign) -> Iterator[str]:
    """What to know before opening. Nothing blocks."""
    yield from warnings_of_dates(campaign)
    if not campaign.is_of_alumni and not objectives_of(campaign.community):
        yield _("No objective is in progress: members will not be asked how far along you are.")
    if campaign.is_of_alumni and (refused := refusal_to_ask_alumni(campaign)):
        yield refused
        return
    people = eligible.asked_in(campaign)
    asked, unreachable = people.count(), people.filter(user__email=None).count()
    threshold = campaign.community.anonymity_threshold
    if asked < threshold and not campaign.is_of_alumni:
        yield _("%(n)s people are asked, and nothing is shown under %(threshold)s answers. Ask them aloud instead.") % {
            "n": asked,
            "threshold": threshold,
        }
    if unreachable and campaign.is_of_alumni:
        yield ngettext(
            "%(n)s person has no e-mail address and will receive nothing.",
            "%(n)s people have no e-mail address and will receive nothing.",
            unreachable,
        ) % {"n": unreachable}
    elif unreachable:
        yield ngettext(
            "%(n)s member has no e-mail address and will receive nothing.",
            "%(n)s members have no e-mail address and will receive nothing.",
            unreachable,
        ) % {"n": unreachable}


def refusal_to_ask_alumni(campaign: Campaign) -> str:
    """Why those who left cannot be asked today. Asked twice the same year, or under the threshold, the page would say
    of one person what they agreed to, and that they answered."""
    if refused := too_soon(campaign, timezone.localdate(timezone=campaign.zone)):
        return refused
    if has_enough_alumni(campaign):
        return ""
    return _(
        "Fewer than %(n)s people would be asked today, and nothing is shown under %(n)s answers. Within a year others "
        "may reach their time: all are then asked together."
    ) % {"n": campaign.community.anonymity_threshold}


def has_enough_alumni(campaign: Campaign) -> bool:
    return eligible.asked_in(campaign).count() >= campaign.community.anonymity_threshold


def too_soon(campaign: Campaign, day: dt.date) -> str:
    """Why those who left are not asked on that day."""
    first = eligible.asked_again_on(campaign)
    if first is None or day >= first:
        return ""
    said = _("Those who left are asked once a year: the next time is from %(day)s on.")
    return said % {"day": date_format(first, "DATE_FORMAT")}


def warnings_of_dates(campaign: Campaign) -> Iterator[str]:
    if _people_are_away(campaign.opens_on, campaign.closes_on):
        yield _("Many people are away in the summer and around the holidays: fewer will answer.")
    if campaign.closes_on - campaign.opens_on < SHORT:
        yield _("It stays open for less than ten days: people on leave will miss it.")


def _people_are_away(first: dt.date, last: dt.date) -> bool:
    open_days = (first + dt.timedelta(days=n) for n in range(min((last - first).days, 366) + 1))
    return any(since <= (day.month, day.day) <= until for day in open_days for since, until in AWAY)


def objectives_of(community: Community) -> list[str]:
    active = community.objectives.filter(state=Objective.State.ACTIVE)
    return list(active.order_by("pk").values_list("wording", flat=True))


# ------------------------------------------------------------ opened and closed


@transaction.atomic
def open_to_all(campaign: Campaign, by: User | None) -> int:
    """Open it and write to everyone who is asked; how many mails. Pressed twice, it is opened once."""
    held = Campaign.objects.select_for_update(of=("self",)).select_related("community").get(pk=campaign.pk)
    if not held.is_prepared:
        return 0
    if held.closes_at <= timezone.now():
        raise ValidationError(_("Its closing day has passed: change it first."))
    today = timezone.localdate(timezone=held.zone)
    if held.is_of_alumni:
        Community.objects.select_for_update().get(pk=held.community_id)  # one of two that are opened at once
        if refused := refusal_to_ask_alumni(held):
            raise ValidationError(refused)
        held.opens_on = today  # who is asked is counted from it, this time and the next
    held.objectives = [] if held.is_of_alumni else objectives_of(held.community)
    held.opens_on, held.last_written_at = min(held.opens_on, today), timezone.now()
    held.save(update_fields=["objectives", "opens_on", "last_written_at"])
    held.survey = collection.open_campaign(held, by)
    return mails.ask_all(held)


@transaction.atomic
def launch(campaign: Campaign, by: User) -> bool:
    """Open it now if its day has come (True). Else it opens by itself at nine on that day, in this person's name."""
    held = Campaign.objects.select_for_update(of=("self",)).select_related("community").get(pk=campaign.pk)
    if held.opens_on <= timezone.localdate(timezone=held.zone):
        open_to_all(held, by)
        return True
    if held.is_prepared and held.launched_by_id != by.pk:
        held.launched_by = by
        held.save(update_fields=["launched_by"])
    return False


def take_back_launch(campaign: Campaign) -> bool:
    """It waits for a press again; False if it has opened meanwhile."""
    return bool(Campaign.objects.filter(pk=campaign.pk, survey=None).update(launched_by=None))


def to_open(now: dt.datetime | None = None) -> list[Campaign]:
    """Launched, and due. Whoever launched them may still run them: otherwise Today asks somebody else to open them."""
    now = now or timezone.now()
    launched = Campaign.objects.filter(
        survey=None, launched_by__is_active=True, opens_on__lte=timezone.localdate(now) + dt.timedelta(days=1)
    ).filter(WRITES)
    return [
        campaign
        for campaign in launched.select_related("community", "launched_by")
        if campaign.opens_at <= now < campaign.closes_at
        and campaign.launched_by
        and campaign.launched_by.has_perm(needed(campaign), campaign.community)
    ]


def open_by_itself(campaign: Campaign) -> None:
    """What refuses it is logged and said by Today: nobody pressed."""
    try:
        open_to_all(campaign, campaign.launched_by)
    except ValidationError as error:
        log.error("A launched annual evaluation could not be opened: %s", " ".join(error.messages))


def follow_closing_day(pk: int) -> None:
    """The survey follows a closing day that was moved while it is open."""
    campaign = Campaign.objects.select_related("community", "survey").get(pk=pk)
    if campaign.is_open:
        Survey.objects.open().filter(campaign=campaign).update(closes_at=campaign.closes_at)


@transaction.atomic
def delete(campaign: Campaign) -> bool:
    """While it is prepared and nobody was written to."""
    return bool(Campaign.objects.filter(pk=campaign.pk, survey=None).delete()[0])


# ------------------------------------------------------------ reminded of


def to_remind(now: dt.datetime | None = None) -> list[Campaign]:
    """Open, in the daytime, since enough days without a mail, and with a day left to answer."""
    now = now or timezone.now()
    found = (
        Campaign.objects.opened()
        .filter(
            survey__stopped_at=None,
            survey__closes_at__gt=now + dt.timedelta(days=1),
        )
        .filter(WRITES)
    )
    return [campaign for campaign in found.select_related("community", "survey") if _is_due(campaign, now)]


def _is_due(campaign: Campaign, now: dt.datetime) -> bool:
    day, local = next_reminder(campaign), now.astimezone(campaign.zone)
    return bool(day and day <= local.date() and local.time() >= REMINDED_FROM)


def next_reminder(campaign: Campaign) -> dt.date | None:
    """The day of the next one; None when none is left, or when it would come after the last day to answer."""
    if campaign.reminders_sent >= campaign.reminders or campaign.last_written_at is None:
        return None
    last = campaign.last_written_at.astimezone(campaign.zone).date()
    day = last + dt.timedelta(days=campaign.days_between)
    return day if day < campaign.closes_on else None


@transaction.atomic
def remind(campaign: Campaign) -> int:
    """Write to those who have not answered; how many. Two clocks at once write once."""
    sent = campaign.reminders_sent
    claimed = Campaign.objects.filter(pk=campaign.pk, reminders_sent=sent)
    if not claimed.update(reminders_sent=sent + 1, last_written_at=timezone.now()):
        return 0
    campaign.reminders_sent = sent + 1
    return mails.remind_silent(campaign)
