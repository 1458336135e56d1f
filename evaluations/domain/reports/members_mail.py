"""The mail that tells members that the page of their year is there. It leads to the page, and holds no figure and no
testimonial: what is corrected or withdrawn afterwards could not be taken back from it."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from communities.domain.recruitment import common_needs
from communities.models import Community, Membership, MembershipQuerySet
from evaluations.domain.reports.members_links import year_address
from evaluations.domain.reports.sentences import lines_of
from evaluations.models import AnnualReport
from outbox.domain.mail_types import MailType, queue_all
from outbox.models import Category, Message, MessageQuerySet, Unsubscription

TOLD = MailType("members-edition", "evaluations/emails/members_edition.html", category=Category.FOLLOW_UPS)
MOST = 3  # of what changes, in the mail


def readers(community: Community) -> MembershipQuerySet:
    """Whom it goes to: active members with an address, who did not stop mails of this kind."""
    stopped = Unsubscription.objects.filter(
        user=OuterRef("user"), category=TOLD.category, sender_list__in=["", community.sender_list]
    )
    return common_needs.readers(community).exclude(Exists(stopped))


def tell_members(report: AnnualReport) -> int:
    """One to each; how many. A year is told once to the same person, whatever is pressed; a correction that somebody
    chose to tell, once more."""
    community = report.community
    version = f":{report.version}" if report.version > 1 else ""
    context = {
        "community": community,
        "report": report,
        "year": str(report.year),
        "decided": lines_of(report.next_year)[:MOST],
        "is_corrected": report.version > 1,
    }
    return queue_all(
        TOLD.compose(
            one.user,
            context | {"address": year_address(one, report.year)},
            key=f"members-edition:{community.pk}:{report.year}{version}",
            about=report,
            sender_list=community.sender_list,
        )
        for one in readers(community)
    )


def mails_of(report: AnnualReport) -> MessageQuerySet:
    return Message.objects.about(report).of_type(TOLD)  # type: ignore[return-value]


@TOLD.cancelled_if
def told_cancel_reason(message: Message) -> str | None:
    here = Membership.objects.active().filter(user=message.recipient_id)
    living = Community.objects.exclude(status=Community.Status.ARCHIVED).filter(memberships__in=here)
    told = message.row_in(AnnualReport.objects.published().filter(community__in=living))
    return None if told else gettext_noop("no longer a member")
