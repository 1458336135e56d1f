"""What a closing makes of the sealed ballots, and what follows once it is in the database.

A closing that dies before its commit has changed nothing: the key is there, and the next one begins again. One that
dies after it leaves its key behind, which says what remains to be done: keep apart what was told, destroy the keys.
"""

import logging

from django.utils import timezone

from evaluations.domain.surveys import eligible, kept_apart, keyring, pooling, releases
from evaluations.domain.surveys.sealing import unseal
from evaluations.models import BallotBox, Release, Response, Survey

log = logging.getLogger(__name__)
WRITTEN = ["closed_at", "lost_at", "pool", *kept_apart.COUNTS]


def empty(ballot_box: BallotBox, survey: Survey) -> None:
    """Write what its ballots say; what they said already, when the database was restored from before its closing;
    or that they are lost."""
    if told := kept_apart.read_kept_apart(survey):
        return _tell_again(survey, told)
    key = keyring.private_key(survey.keyring_name)
    if key is None:
        return _lose(ballot_box, survey)
    sealed = ballot_box.ballots.order_by("pk").values_list("sealed", flat=True)
    opened = [unseal(bytes(ballot), key, survey.keyring_name) for ballot in sealed]
    kept = eligible.who_count(survey, [ballot for ballot in opened if ballot])
    if None in opened:
        log.error("%s ballots of survey %s were not sealed for it.", opened.count(None), survey.pk)
    answers = [ballot.answers for ballot in kept]
    if release := releases.release(survey, answers):
        Response.objects.bulk_create(releases.one_by_one(survey, answers))
        release.save(force_insert=True)
    elif kept and survey.meeting:
        pooling.add(survey, kept)
    survey.closed_at = timezone.now()
    survey.answers_in_session = sum(ballot.in_session for ballot in kept)
    survey.answers_after = len(kept) - survey.answers_in_session
    survey.ballots_dropped = len(opened) - len(kept)
    survey.eligible = max(len(kept), eligible.how_many_confirmed(survey))
    return None


def freeze_facilitators(survey: Survey) -> None:
    """What members say of the facilitation is about those who facilitate now, whatever becomes of their roles."""
    campaign = survey.campaign
    if campaign and not campaign.is_of_alumni:
        campaign.facilitated_by = sorted(campaign.community.facilitators().values_list("pk", flat=True))
        campaign.save(update_fields=["facilitated_by"])


def _tell_again(survey: Survey, told: dict) -> None:
    for name in ("closed_at", *kept_apart.COUNTS):
        setattr(survey, name, told[name])
    if told["figures"]:
        Release.objects.create(survey=survey, figures=told["figures"])


def _lose(ballot_box: BallotBox, survey: Survey) -> None:
    log.error("Survey %s is closed without its answers: its key is not in the keyring.", survey.pk)
    survey.closed_at = survey.lost_at = timezone.now()
    survey.eligible = eligible.how_many(survey)
    survey.answers_in_session = ballot_box.count  # which of them came in session is sealed too


# ------------------------------------------------------------ once it is in the database


def put_away(survey: Survey) -> None:
    """Keep apart what was told, then destroy the keys. Done again, it changes nothing."""
    if not survey.lost_at:
        kept_apart.keep_apart(survey)
    keyring.destroy(survey.keyring_name)


def put_away_what_is_left() -> None:
    """After a closing whose process died, and an opening that never was. Tried each minute until done."""
    names = keyring.names()
    surveys = Survey.objects.filter(keyring_name__in=names).select_related("release")
    known = {survey.keyring_name: survey for survey in surveys}
    for pool in pooling.told_whose_secret_is_left(names):
        pooling.put_away(pool)
    for name in names - pooling.secrets_in_use():
        survey = known.get(name)
        if survey and not survey.is_open:
            put_away(survey)
        elif survey is None and keyring.is_old(name):
            keyring.destroy(name)
    keyring.forget_unfinished()
    kept_apart.forget_old()
