"""What is left to do for the communities one runs."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from communities.domain.charter.objectives import review_due_on
from communities.domain.lifecycle import end_notice
from communities.domain.testimonials import choosing
from communities.models import Policies
from evaluations.domain import improvements, self_assessment
from evaluations.domain.campaigns import alumni
from evaluations.domain.overview import early
from evaluations.models import Campaign
from evaluations.web.today.reading import Reader
from evaluations.web.today.to_do import LATE, SOON, THIS_WEEK, ToDo

ASKED_FROM = 10  # October: whoever prepares a campaign then opens it before the holidays


def to_do(page: Reader) -> Iterator[ToDo]:
    yield from drafts(page)
    yield from people_to_list(page)
    yield from dates_to_plan(page)
    yield from reports_to_publish(page)
    yield from ends_to_prepare(page)
    yield from proposals_to_answer(page)
    yield from objectives_to_review(page)
    yield from campaigns_to_run(page)
    yield from alumni_to_ask(page)
    yield from evaluations_to_read(page)
    yield from suggestions_to_sort(page)
    yield from testimonials_to_read(page)
    yield from own_year(page)


def drafts(page: Reader) -> Iterator[ToDo]:
    """Prepared by a facilitator: to open, for the coordination; to complete, once it has sent them back."""
    for community in page.drafts:
        because = community.draft.sent_back_because
        by = community.draft.prepared_by
        if because:
            title, detail = _("Complete %(community)s") % {"community": community}, f"« {because} »"
        else:
            title = _("Open %(community)s") % {"community": community}
            detail = _("%(name)s has prepared it") % {"name": by.full_name} if by else _("prepared by a facilitator")
        url = community.get_absolute_url()
        yield ToDo(THIS_WEEK, title, detail, url, _("See"), community_id=community.pk)


def people_to_list(page: Reader) -> Iterator[ToDo]:
    for community in page.own_with("communities.manage_people"):
        if not community.member_count:
            yield ToDo(
                SOON,
                _("List the people of %(community)s") % {"community": community},
                _("by hand, or from a file"),
                reverse("communities:members", args=[community.pk]),
                _("List"),
                community_id=community.pk,
            )


def dates_to_plan(page: Reader) -> Iterator[ToDo]:
    planned = {m.community_id for m in page.coming}
    for community in page.own:
        if community.pk not in planned:
            yield ToDo(
                SOON,
                _("Plan the next dates of %(community)s") % {"community": community},
                _("no meeting is planned"),
                reverse("meetings:plan", args=[community.pk]),
                _("Plan"),
                community_id=community.pk,
            )


def reports_to_publish(page: Reader) -> Iterator[ToDo]:
    year = timezone.localdate(page.now).year - 1
    for community in [c for c in page.own_with("evaluations.publish_report") if c.lacks_report]:
        yield ToDo(
            SOON,
            _("Publish the %(year)s annual report") % {"year": year},
            str(community),
            reverse("evaluations:report", args=[community.pk, year]),
            pgettext("button", "Open"),
            community_id=community.pk,
        )


def ends_to_prepare(page: Reader) -> Iterator[ToDo]:
    today = timezone.localdate(page.now)
    for community in page.own_with("communities.see_life"):
        left = end_notice.days_left(community, today)
        if left is not None:
            yield ToDo(
                LATE if left < 0 else THIS_WEEK if left < 30 else SOON,
                _("Prepare the end of %(community)s") % {"community": community},
                end_notice.sentence(community, today),
                reverse("communities:life", args=[community.pk]),
                _("Decide"),
                community_id=community.pk,
            )


def proposals_to_answer(page: Reader) -> Iterator[ToDo]:
    for community in [c for c in page.own_with("communities.adopt") if c.proposed]:
        n = community.proposed
        yield ToDo(
            THIS_WEEK,
            ngettext("Answer %(n)s proposed objective", "Answer %(n)s proposed objectives", n) % {"n": n},
            str(community),
            reverse("communities:objectives", args=[community.pk]),
            _("Read"),
            community_id=community.pk,
        )


def objectives_to_review(page: Reader) -> Iterator[ToDo]:
    today = timezone.localdate(page.now)
    for community in [c for c in page.own_with("communities.adopt") if c.oldest_objective]:
        oldest = community.oldest_objective
        if review_due_on(oldest, Policies.of(community).objectives_reviewed_every) <= today:
            yield ToDo(
                SOON,
                _("Review the objectives of %(community)s") % {"community": community},
                _("last reviewed on %(day)s") % {"day": date_format(oldest, "DATE_FORMAT")},
                reverse("communities:objectives", args=[community.pk]) + "#revision",
                _("Review"),
                community_id=community.pk,
            )


def campaigns_to_run(page: Reader) -> Iterator[ToDo]:
    """Prepared and due, unless they open by themselves; or, in the autumn, not prepared where there was one last year:
    several at once for whoever coordinates them."""
    led = page.own_with("evaluations.run_campaign")
    today = timezone.localdate(page.now)
    years = today.year - 1, today.year
    found = Campaign.objects.annual().filter(community__in=[c.pk for c in led], year__in=years).select_related("survey")
    known = {(campaign.community_id, campaign.year): campaign for campaign in found}
    to_prepare = []
    for community in led:
        last, campaign = (known.get((community.pk, year)) for year in years)
        is_due = campaign and campaign.is_prepared and campaign.opens_on <= today
        if campaign and is_due and not campaign.waits_for_its_day(page.now):
            yield ToDo(
                THIS_WEEK,
                _("Open the annual evaluation of %(community)s") % {"community": community},
                _("planned for %(day)s") % {"day": date_format(campaign.opens_on, "DATE_FORMAT")},
                campaign.get_absolute_url(),
                pgettext("button", "Open"),
                community_id=community.pk,
            )
        elif last and campaign is None and today.month >= ASKED_FROM:
            to_prepare.append(community)
    if len(to_prepare) > 1 and page.user.has_perm("evaluations.read_across"):
        yield ToDo(
            SOON,
            ngettext("Launch %(n)s annual evaluation", "Launch %(n)s annual evaluations", len(to_prepare))
            % {"n": len(to_prepare)},
            _("once a year, all members are asked"),
            reverse("evaluations:campaigns_together"),
            _("Prepare"),
        )
        return
    for community in to_prepare:
        yield ToDo(
            SOON,
            _("Prepare the annual evaluation of %(community)s") % {"community": community},
            _("once a year, all members are asked"),
            reverse("evaluations:prepare_campaign", args=[community.pk]),
            _("Prepare"),
            community_id=community.pk,
        )


def alumni_to_ask(page: Reader) -> Iterator[ToDo]:
    """Enough people left one year or three years ago and agreed to be asked; of communities that closed, too."""
    places = [*page.own_with("evaluations.ask_alumni"), *page.closed_with("evaluations.ask_alumni")]
    due = {pk: one for pk, one in alumni.awaited_in(places).items() if one.is_due} if places else {}
    if not due:
        return
    begun = Campaign.objects.of_alumni().filter(community__in=due, survey__closed_at=None)
    of_community = {campaign.community_id: campaign for campaign in begun.select_related("survey")}
    for community in places:
        campaign = of_community.get(community.pk)
        if community.pk not in due or (campaign and not campaign.is_prepared):
            continue
        n = due[community.pk].n
        yield ToDo(
            SOON,
            _("Ask the former members of %(community)s") % {"community": community},
            ngettext("%(n)s person agreed to it", "%(n)s people agreed to it", n) % {"n": n},
            reverse("evaluations:prepare_alumni", args=[community.pk]),
            _("Prepare"),
            community_id=community.pk,
        )


def evaluations_to_read(page: Reader) -> Iterator[ToDo]:
    """What members answer less well over three meetings than before; until somebody sets it aside."""
    read = {community.pk: community for community in page.own_with("evaluations.read_figures")}
    for number, warnings in early.standing(read.values()).items():
        if warnings:
            yield ToDo(
                THIS_WEEK,
                _("See what is slipping in the evaluations of %(community)s") % {"community": read[number]},
                warnings[0].sentence,
                reverse("evaluations:diagnosis", args=[number]),
                _("See"),
                community_id=number,
            )


def suggestions_to_sort(page: Reader) -> Iterator[ToDo]:
    led = [c for c in page.own_with("evaluations.improve") if c.was_suggested_to]
    waiting = improvements.count_to_sort(led) if led else {}
    for community in led:
        if n := waiting.get(community.pk):
            yield ToDo(
                SOON,
                ngettext("Sort %(n)s suggestion", "Sort %(n)s suggestions", n) % {"n": n},
                str(community),
                reverse("evaluations:improvements", args=[community.pk]),
                _("Sort"),
                community_id=community.pk,
            )


def testimonials_to_read(page: Reader) -> Iterator[ToDo]:
    led = page.own_with("communities.use_testimonials")
    waiting = choosing.count_to_read(led) if led else {}
    for community in led:
        if n := waiting.get(community.pk):
            yield ToDo(
                SOON,
                ngettext("Read %(n)s testimonial", "Read %(n)s testimonials", n) % {"n": n},
                str(community),
                reverse("communities:testimonials", args=[community.pk]),
                pgettext("button", "Read"),
                community_id=community.pk,
            )


def own_year(page: Reader) -> Iterator[ToDo]:
    """At the end of the year, to whoever facilitates, in whatever community."""
    today = timezone.localdate(page.now)
    if any(c.pk in page.facilitated for c in page.own) and self_assessment.is_offered(page.user, today):
        yield ToDo(
            SOON,
            _("Look back on your facilitation in %(year)s") % {"year": today.year},
            _("nine qualities, ten minutes; read by nobody else"),
            reverse("evaluations:self_assessment"),
            _("Write"),
        )
