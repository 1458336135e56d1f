"""What the timetable starts; each task may run twice or be missed."""

import logging
from collections.abc import Callable
from typing import Any

from celery import shared_task

from evaluations.domain import archive as archiving
from evaluations.domain import improvements, manager_opinions, monday
from evaluations.domain.campaigns import campaigns
from evaluations.domain.follow_ups import notes as follow_ups
from evaluations.domain.follow_ups import requests, times
from evaluations.domain.reports import publishing, quoting
from evaluations.domain.surveys import cleaning, closing, collection, due, pooling, purge

log = logging.getLogger(__name__)


@shared_task
def tend_surveys() -> None:
    """Open what opens by itself, close what is past its hour or cannot go on, stop what waits for people to be
    confirmed, and remind those who were there."""
    for meeting in due.to_open():
        _if_the_keyring_answers(collection.open_by_itself, meeting)
    for survey in due.to_stop():
        collection.stop(survey)
    for survey in [*due.to_close(), *due.cannot_go_on()]:
        _if_the_keyring_answers(collection.close, survey)
    for survey in due.to_remind():
        _if_the_keyring_answers(due.remind_silent, survey)
    for campaign in campaigns.to_open():
        _if_the_keyring_answers(campaigns.open_by_itself, campaign)
    for campaign in campaigns.to_remind():
        _if_the_keyring_answers(campaigns.remind, campaign)
    for opinion in manager_opinions.to_remind():
        manager_opinions.remind(opinion)
    _if_the_keyring_answers(closing.put_away_what_is_left)
    _if_the_keyring_answers(pooling.forget_what_did_not_fill)
    if cleaning.surveys_to_clean().exists():
        cleaning.ask_cleaning()


@shared_task
def clean() -> None:
    """Asked of the worker of the maintenance, which owns the tables."""
    if cleaning.surveys_to_clean().exists():
        cleaning.clean()


def _if_the_keyring_answers(do: Callable, *about: Any) -> None:
    """What cannot be done now waits for the next minute, and keeps nothing else from being done."""
    try:
        do(*about)
    except OSError as error:
        log.error("The keyring answers %s: evaluations wait.", type(error).__name__)


@shared_task
def build_report(pk: int) -> None:
    """Draw one report's PDF; claimed on its row, so that asking twice draws once."""
    publishing.build(pk)


@shared_task
def build_waiting_reports() -> None:
    """Those whose message was lost, or whose worker died."""
    for report in publishing.reports_to_print():
        publishing.build(report.pk)


@shared_task
def reissue_reports(pk: int | None = None) -> None:
    """Without the testimonials whose time is over: those of one community, or all."""
    quoting.reissue_all(pk)


@shared_task
def build_archive(pk: int) -> None:
    """Make one community's archive; claimed on its row, so that asking twice makes it once."""
    archiving.build(pk)


@shared_task
def tend_archives() -> None:
    """Destroy what is older than seven days, and make what a lost message or a dead worker left."""
    archiving.destroy_expired()
    for archive in archiving.archives_to_make():
        archiving.build(archive.pk)


@shared_task
def destroy_old_follow_ups() -> None:
    follow_ups.destroy_expired()
    requests.destroy_expired()


@shared_task
def tell_of_requests() -> None:
    """How many people asked for a conversation until yesterday; what nobody can read or hold is taken back."""
    times.call_off_what_cannot_be_held()
    requests.destroy_unread()
    requests.tell_in_the_morning()


@shared_task
def forget_old_answers() -> None:
    purge.forget_answers()
    improvements.forget_word_for_word()  # before the comments that it compares with are gone
    purge.forget_comments()
    manager_opinions.forget_old_opinions()


@shared_task
def send_monday_mails() -> None:
    monday.send_due()
