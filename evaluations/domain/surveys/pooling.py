"""Meetings under their threshold, told together: a year's answers wait in one pool until there are enough of them, of
enough people. None of these meetings is ever shown alone, a pool is told once, and one that is not full when its year
ends is never told.

A pool keeps what was said to each question apart and sorted, so that it says nothing of which meeting it came from;
and who answered as digests that a secret of the keyring alone can make, so that one person who answers five times is
not taken for five people.
"""

import json
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from communities.models import Community, FormerMembership
from evaluations.domain.surveys import eligible, kept_apart, keyring, questionnaires, releases, sealing
from evaluations.domain.surveys.questionnaires import IMPROVEMENT
from evaluations.domain.surveys.sealing import Ballot
from evaluations.models import Pool, Question, Response, Survey


def add(survey: Survey, ballots: Sequence[Ballot]) -> None:
    """Called by the closing, in its transaction."""
    pool = _open_pool(survey)
    person_of = eligible.people_behind(ballots)
    pool.threshold = max(pool.threshold, survey.threshold)
    pool.n += len(ballots)
    pool.people = sorted({*pool.people, *_digests(pool, filter(None, map(person_of, ballots)))})
    alike = _asked_alike(pool, survey)
    pool.answers = {code: values for code, values in pool.answers.items() if code in alike}
    for ballot in ballots:
        for code, value in ballot.answers.items():
            if code in alike:
                pool.answers.setdefault(code, []).append(value)
    for values in pool.answers.values():
        values.sort(key=json.dumps)
    if min(pool.n, _how_many_people(pool)) >= pool.threshold:
        _release(pool, survey)
    pool.save()
    survey.pool = pool


def _asked_alike(pool: Pool, survey: Survey | None = None) -> set[str]:
    """Codes that all meetings of a pool were asked in the same words, whichever the version of their questionnaire:
    another one would tell of fewer than all. For the same reason none of a community's own."""
    versions = {pool.questionnaire_id, *pool.surveys.values_list("questionnaire", flat=True)}
    if survey:
        versions.add(survey.questionnaire_id)
    first, *others = [{q.code: q for q in questionnaires.questions_of(version)} for version in versions]
    return {code for code, question in first.items() if all(_is_same(question, one.get(code)) for one in others)}


def _is_same(one: Question, other: Question | None) -> bool:
    """What is written freely goes with the comments of other meetings, whatever its words."""
    if other is None or one.scale == Question.Scale.TEXT:
        return other is not None
    return questionnaires.words_of(one) == questionnaires.words_of(other)


def _open_pool(survey: Survey) -> Pool:
    """The one that fills, held until the closing ends; another one where its secret was lost with a keyring. One a
    year, under the version that its first meeting was asked: a version made since does not split it."""
    year = survey.its_meeting.local_start.year
    Community.objects.select_for_update().get(pk=survey.community.pk)  # one at a time: no other pool meanwhile
    filling = Pool.objects.filter(community=survey.community, year=year, is_told=False).order_by("pk").first()
    about = {
        "community": survey.community,
        "year": year,
        "questionnaire": filling.questionnaire if filling else survey.questionnaire,
    }
    fresh = {"threshold": survey.threshold, "keyring_name": keyring.make_secret}
    pool, _is_new = Pool.objects.select_for_update().get_or_create(**about, is_told=False, defaults=fresh)
    if keyring.has_secret(pool.keyring_name):
        return pool
    pool.delete()  # the keyring was lost: who of its people answers again, nobody can tell
    return _open_pool(survey)


def _digests(pool: Pool, memberships: Iterable[int]) -> list[str]:
    secret = keyring.receipts_secret(pool.keyring_name)
    return [sealing.digest_of(pk, secret, pool.keyring_name) for pk in memberships]


def _how_many_people(pool: Pool) -> int:
    """Two records of one person, merged since, are one."""
    former = FormerMembership.objects.filter(membership__community=pool.community)
    merged = {
        was: became for pair in former.values_list("number", "membership_id") for was, became in [_digests(pool, pair)]
    }
    return len({merged.get(digest, digest) for digest in pool.people})


def _release(pool: Pool, survey: Survey) -> None:
    """Tell it, once; comments wait for others, as those of any meeting do. Not what only some were asked: five answers
    to it may be of one person, who came five times."""
    asked = questionnaires.asked_over_a_year(pool.questionnaire_id, pool.community)
    alike = _asked_alike(pool, survey)
    questions = [question for question in asked if not question.asked_of_some and question.code in alike]
    pool.figures = releases.figures_of(questions, releases.pooled(pool.answers, pool.n), pool.threshold)
    comments = pool.answers.get(IMPROVEMENT, [])
    Response.objects.bulk_create(Response(pool=pool, code=IMPROVEMENT, value=text) for text in comments)
    pool.answers, pool.people, pool.is_told = {}, [], True
    transaction.on_commit(lambda: put_away(pool), robust=True)


def put_away(pool: Pool) -> None:
    """Keep apart what was told, then destroy the secret. Done again, it changes nothing."""
    kept_apart.write_pool(pool)
    keyring.destroy(pool.keyring_name)


@transaction.atomic
def replay() -> int:
    """After a restore: what pools told since the backup is told again. How many did."""
    known = set(Pool.objects.filter(is_told=True).values_list("keyring_name", flat=True))
    told = {name: kept for name, kept in kept_apart.pools().items() if name not in known}
    for name, kept in told.items():
        surveys = Survey.objects.filter(pk__in=kept.pop("surveys"), meeting__community=kept["community_id"])
        pool, _is_new = Pool.objects.update_or_create(
            keyring_name=name, defaults={**kept, "is_told": True, "answers": {}, "people": []}
        )
        surveys.update(pool=pool)
    return len(told)


def forget_what_did_not_fill() -> None:
    """Of years that are over, once none of their surveys is open: never told, and not kept either."""
    past = Pool.objects.filter(is_told=False, year__lt=timezone.localdate().year)
    for pool in past.select_related("community"):
        own = Survey.objects.open().filter(meeting__community=pool.community, meeting__starts_at__year=pool.year)
        if not own.exists():
            pool.delete()
            keyring.destroy(pool.keyring_name)


def secrets_in_use() -> set[str]:
    """Not to be taken for keys of a survey that never was."""
    return set(Pool.objects.filter(is_told=False).values_list("keyring_name", flat=True))


def told_whose_secret_is_left(names: Iterable[str]) -> QuerySet[Pool]:
    """After a release whose process died."""
    return Pool.objects.filter(keyring_name__in=names, is_told=True)
