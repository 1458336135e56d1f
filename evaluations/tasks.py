"""Pokes from the timetable; each may run twice or be missed."""

from celery import shared_task

from evaluations import archiving, due, publishing, voting


@shared_task
def tend_surveys() -> None:
    """Close what is past its hour, and remind once those who were there."""
    for survey in due.to_close():
        voting.close(survey)
    for survey in due.to_remind():
        due.remind(survey)
    if due.closed_lately():
        voting.forget_earlier_versions()


@shared_task
def build_report(pk: int) -> None:
    """Draw one report's PDF; claimed on its row, so that asking twice draws once."""
    publishing.build(pk)


@shared_task
def build_waiting_reports() -> None:
    """Those whose poke was lost, or whose worker died."""
    for report in publishing.waiting():
        publishing.build(report.pk)


def poke(pk: int) -> None:
    """Say at once that a report waits. Without a broker nothing is lost: the timetable finds it."""
    build_report.apply_async([pk], retry=False)


@shared_task
def build_archive(pk: int) -> None:
    """Make one community's archive; claimed on its row, so that asking twice makes it once."""
    archiving.build(pk)


@shared_task
def tend_archives() -> None:
    """Destroy what is older than seven days, and make what a lost poke or a dead worker left."""
    archiving.destroy_expired()
    for archive in archiving.waiting():
        archiving.build(archive.pk)


def poke_archive(pk: int) -> None:
    build_archive.apply_async([pk], retry=False)
