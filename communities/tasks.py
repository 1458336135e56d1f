"""What the timetable starts; each task may run twice or be missed."""

from celery import shared_task

from communities.domain.duplicates import merging
from communities.domain.lifecycle import end_notice
from communities.domain.member_import import import_apply
from communities.domain.members import asked_later, consents
from communities.domain.privacy import destructions, incidents
from communities.domain.recruitment import recruiting, selecting
from communities.domain.testimonials import testimonials


@shared_task
def notice_planned_ends() -> None:
    """Write ninety days before to those whom an end concerns."""
    for community in end_notice.to_notice():
        end_notice.notice(community)


@shared_task
def work_on_list(pk: int) -> None:
    """Read, write or undo a list of members; claimed on its row, so that asking twice does it once."""
    import_apply.work(pk)


@shared_task
def tend_lists() -> None:
    """Those whose message was lost, or whose worker died; and forget those whose time is over."""
    for pk in import_apply.waiting():
        import_apply.work(pk)
    import_apply.forget()


@shared_task
def forget_merges() -> None:
    """What could be undone for a day."""
    merging.forget_over()


@shared_task
def forget_applications() -> None:
    """Of those declined six months ago, of calls over for a year, and requests to join left unanswered."""
    selecting.forget_old_applications()
    recruiting.forget_unanswered()


@shared_task
def forget_old_proofs() -> None:
    """Of what was allowed, of requests that were answered, of incidents."""
    asked_later.end_agreements()
    consents.forget_old_consents()
    testimonials.forget_proofs()
    destructions.forget_answered()
    incidents.forget_old_incidents()


@shared_task
def remind_of_destructions() -> None:
    """A week before the law's last day, and the day after it."""
    destructions.remind_due()


@shared_task
def tend_testimonials() -> None:
    """The link of those given the day before, the end that comes, and the words of those that ended long ago."""
    testimonials.confirm_given()
    testimonials.tell_ends()
    testimonials.forget_ended()
