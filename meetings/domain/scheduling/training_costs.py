"""What trainings bring to the budget of their community."""

from django.utils.translation import gettext as _

from cmtl import money
from communities.domain.partners.budgeting import Entry
from communities.models import BudgetLine, Community


def entries(community: Community) -> list[Entry]:
    """Planned from the day their cost is known, spent once they took place; cancelled, they cost nothing."""
    meetings = community.meetings.filter(training__cost__gt=0, cancelled_at=None)
    return [
        Entry(
            label=meeting.heading,
            category=str(BudgetLine.Category.TRAINING.label),
            planned=meeting.training.cost or 0,
            spent=(meeting.training.cost or 0) if meeting.closed_at else 0,
            on=meeting.local_start.date(),
            address=meeting.get_absolute_url(),
            said=list(filter(None, [meeting.training.expert, _asked(meeting.training.fee)])),
        )
        for meeting in meetings.select_related("community", "training")
    ]


def _asked(fee: int | None) -> str:
    if not fee:
        return ""
    return _("%(amount)s asked of each organisation") % {"amount": money.shown(fee)}
