"""Suggestions that members made, sorted one by one, and the improvements that come of them.

A suggestion is read where it was released, without the meeting or the day it came from: comments of several meetings
in their batches, words of an annual evaluation, what a small meeting said aloud. Its words are copied nowhere but in
what is made of it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User, normalised
from cmtl import retention
from communities.domain import revising
from communities.models import Community
from evaluations.domain.surveys import scoring
from evaluations.models import CommentBatch, Release, SortedSuggestion, SpokenEvaluation
from meetings.domain.topics import topics
from meetings.models import Improvement, Topic

Kind = SortedSuggestion.Kind
ASKS_WHAT_TO_CHANGE = ("M19T", "M22T")  # questions of the annual evaluation
SOURCES = ("evaluations.CommentBatch", "evaluations.Release", "evaluations.SpokenEvaluation")


@dataclass(frozen=True)
class Suggestion:
    """Words as they were released."""

    community: int
    source: str  # a relation of `SortedSuggestion`
    number: int
    text: str

    @property
    def key(self) -> str:
        return scoring.digest(self.text)

    @property
    def ref(self) -> str:
        return f"{self.source}-{self.number}-{self.key}"

    @property
    def is_aloud(self) -> bool:
        """Everyone there heard it."""
        return self.source == "spoken"


# ---------------------------------------------------------------- what was released


def ever_released() -> Combinable:
    """Of a community that a query reads: whether there is any, sorted or not."""
    batches = CommentBatch.objects.filter(community=OuterRef("pk"))
    annual = Release.objects.filter(survey__campaign__community=OuterRef("pk"))
    aloud = SpokenEvaluation.objects.filter(meeting__community=OuterRef("pk")).exclude(to_change="")
    return Exists(batches) | Exists(annual) | Exists(aloud)


def released(communities: Iterable[Community]) -> Iterator[Suggestion]:
    places = [community.pk for community in communities]
    for batch in CommentBatch.objects.filter(community__in=places):
        yield from (Suggestion(batch.community_id, "batch", batch.pk, text) for text in batch.texts if text)
    annual = Release.objects.filter(survey__campaign__community__in=places)
    for number, place, words in annual.values_list("survey__campaign", "survey__campaign__community", "figures__words"):
        texts = [text for code in ASKS_WHAT_TO_CHANGE for text in (words or {}).get(code, []) if text]
        yield from (Suggestion(place, "campaign", number, text) for text in texts)
    aloud = SpokenEvaluation.objects.filter(meeting__community__in=places).exclude(to_change="")
    for number, place, text in aloud.values_list("pk", "meeting__community", "to_change"):
        yield Suggestion(place, "spoken", number, text)


def to_sort(communities: Iterable[Community]) -> list[Suggestion]:
    """Those that nobody sorted, the same words once; in an order that only the words decide."""
    once = {(one.community, one.key): one for one in reversed(_waiting(communities))}
    return sorted(once.values(), key=lambda one: (one.key, one.ref))


def _waiting(communities: Iterable[Community]) -> list[Suggestion]:
    communities = list(communities)
    known = {_ref_of(one) for one in SortedSuggestion.objects.filter(community__in=[c.pk for c in communities])}
    return list({one.ref: one for one in released(communities) if one.ref not in known}.values())


def _ref_of(row: SortedSuggestion) -> str:
    source, number = next(
        (name, getattr(row, f"{name}_id")) for name in SortedSuggestion.SOURCES if getattr(row, f"{name}_id")
    )
    return f"{source}-{number}-{row.key}"


def count_to_sort(communities: Iterable[Community]) -> Counter[int]:
    """How many wait in each community, by its number."""
    return Counter(one.community for one in to_sort(communities))


def already_sorted(community: Community) -> list[tuple[Suggestion, SortedSuggestion]]:
    """What was made of each, latest first."""
    texts = {one.ref: one for one in released([community])}
    rows = community.sorted_suggestions.select_related("improvement").order_by("sorted_at", "-pk")
    pairs = {row.key: (texts[_ref_of(row)], row) for row in rows if _ref_of(row) in texts}
    return sorted(pairs.values(), key=lambda pair: pair[1].sorted_at, reverse=True)


# ---------------------------------------------------------------- sorting


@transaction.atomic
def sort(community: Community, ref: str, kind: str, words: str = "", *, by: User) -> Improvement | None:
    """A topic, an improvement, or read and set aside; in the `words` of whoever sorts, where they said it otherwise.
    Of two people who sort the same one, the second is told."""
    if kind not in Kind.values:
        raise ValidationError(_("Choose what becomes of this suggestion."))
    Community.objects.select_for_update().get(pk=community.pk)
    waiting = _waiting([community])
    suggestion = next((one for one in waiting if one.ref == ref), None)
    if suggestion is None:
        raise ValidationError(_("Somebody has just sorted this suggestion."))
    words = _as_wording(words.strip() or suggestion.text)
    improvement = None
    if kind == Kind.TOPIC:
        source = Topic.Source.MEETING if suggestion.is_aloud else Topic.Source.SURVEY
        topics.propose(community, words, source=source)
    elif kind == Kind.IMPROVEMENT:
        improvement = community.improvements.create(wording=words, written_by=by)
    _keep([one for one in waiting if one.key == suggestion.key], kind, by, improvement)
    return improvement


@transaction.atomic
def set_aside(community: Community, refs: Iterable[str], *, by: User) -> int:
    """All those that a page showed and that nobody has sorted since; how many."""
    Community.objects.select_for_update().get(pk=community.pk)
    shown = {ref.rpartition("-")[2] for ref in refs}
    left = [one for one in _waiting([community]) if one.key in shown]
    _keep(left, Kind.THANKS, by)
    return len({one.key for one in left})


def follow_rewording(row: CommentBatch | Release | SpokenEvaluation, field: str, said: Any, says: Any) -> None:
    """A comment says something otherwise, at the request of a person who was named in it: what became of it stays,
    under its new words; an improvement that still repeats it word for word says what it says now."""
    source, number, community, pairs = _reworded(row, field, said, says)
    if number is None:
        return
    Community.objects.select_for_update().get(pk=community)  # nobody sorts the former words between look and write
    known = SortedSuggestion.objects.filter(**{f"{source}_id": number})
    for before, after in pairs:
        if before == after or not isinstance(before, str):
            continue
        one = known.select_related("improvement").filter(key=scoring.digest(before)).first()
        if one is None:
            continue
        made = one.improvement
        if made and after and bare(made.wording) == bare(_as_wording(before)):
            row_of = Improvement.objects.filter(pk=made.pk)
            row_of.update(wording=_as_wording(after), version=F("version") + 1)
        if not after or known.filter(key=scoring.digest(after)).exists():
            one.delete()  # nothing is left to sort, or the same words are sorted already
        else:
            known.filter(pk=one.pk).update(key=scoring.digest(after))


def _reworded(row: Any, field: str, said: Any, says: Any) -> tuple[str, int | None, int, list[tuple[str, str]]]:
    """The relation of `SortedSuggestion`, its number, the community, and each comment before and after."""
    if isinstance(row, CommentBatch):
        return "batch", row.pk, row.community_id, list(zip(said, says, strict=True))
    if isinstance(row, SpokenEvaluation):
        return "spoken", row.pk, row.meeting.community_id, [(said, says)] if field == "to_change" else []
    campaign = row.survey.campaign
    if campaign is None:
        return "campaign", None, 0, []  # comments of a meeting are in their batches
    both = [zip(_words(said, code), _words(says, code), strict=True) for code in ASKS_WHAT_TO_CHANGE]
    return "campaign", campaign.pk, campaign.community_id, [pair for some in both for pair in some]


def _words(figures: dict[str, Any], code: str) -> list[str]:
    return (figures.get("words") or {}).get(code, [])


def _as_wording(words: str) -> str:
    """As long as an improvement may be."""
    return " ".join(words.replace("\0", "").split())[: Improvement.LONGEST]


def _keep(same: list[Suggestion], kind: str, by: User, improvement: Improvement | None = None) -> None:
    for one in same:
        kept = SortedSuggestion.objects.create(
            community_id=one.community,
            key=one.key,
            kind=kind,
            improvement=improvement,
            sorted_by=by,
            **{f"{one.source}_id": one.number},
        )
        audit.write(Action.SETTINGS_CHANGED, by=by, about=kept, part="suggestion", changed={"kind": ["", kind]})


# ---------------------------------------------------------------- improvements


@transaction.atomic
def write(community: Community, changes: dict, *, by: User) -> Improvement:
    """One that was decided in a conversation, or in the room. The same sent twice is one; the same words with another
    state or answer are refused: what was typed would be lost."""
    Community.objects.select_for_update().get(pk=community.pk)
    known = community.improvements.in_progress().filter(wording=changes["wording"]).first()
    if known:
        if any(getattr(known, name) != value for name, value in changes.items()):
            raise ValidationError(_("This improvement is in the list already: open it there."))
        return known
    improvement = community.improvements.create(written_by=by, **changes)
    audit.write(Action.SETTINGS_CHANGED, by=by, about=improvement, part="improvement")
    return improvement


@transaction.atomic
def revise(improvement: Improvement, changes: dict, *, shown: str) -> None:
    """Decided otherwise than members were told, it is told again. The version refuses to undo an edit under another:
    words put back alone could be a comment's, told since."""
    row = Improvement.objects.filter(pk=improvement.pk)
    before = row.select_for_update().get()
    revising.revise_part(improvement, changes, shown=shown)
    if audit.what_changes(before, changes):
        row.update(version=F("version") + 1)
    if changes["state"] != before.state:
        row.update(told_at=None, told_with=None)


@transaction.atomic
def remove(improvement: Improvement) -> None:
    """The suggestion that it came from is to be sorted again."""
    audit.write(Action.SETTINGS_CHANGED, about=improvement, part="improvement", count=1)
    improvement.delete()


def is_word_for_word(improvement: Improvement, wording: str) -> bool:
    """Still what somebody wrote without signing it: members could recognise who, by the style."""
    return bare(wording) in _written_for([improvement])[improvement.pk]


def in_our_words(some: Iterable[Improvement]) -> list[Improvement]:
    """Those that do not say a comment word for word: what may be told."""
    some = list(some)
    written = _written_for(some)
    return [one for one in some if bare(one.wording) not in written[one.pk]]


def _written_for(some: list[Improvement]) -> dict[int, set[str]]:
    """By improvement, the comments that it came from."""
    written: dict[int, set[str]] = {one.pk: set() for one in some}
    rows = SortedSuggestion.objects.filter(improvement__in=written, spoken=None)
    sources = [(row.improvement_id, _ref_of(row)) for row in rows if row.improvement_id]
    if sources:
        texts = {one.ref: bare(_as_wording(one.text)) for one in released({one.community for one in some})}
        for number, ref in sources:
            written[number].add(texts.get(ref, ""))
    return written


def bare(words: str) -> str:
    """Without capitals, accents, spaces or marks."""
    return "".join(sign for sign in normalised(words) if sign.isalnum())


def close_day(changes: dict) -> dict:
    """The day of what is done or decided is today where it was not said, and none before."""
    is_decided = changes["state"] in Improvement.DECIDED
    return {**changes, "done_on": (changes["done_on"] or timezone.localdate()) if is_decided else None}


def in_order(community: Community) -> QuerySet[Improvement]:
    return community.improvements.order_by("due_on", "-done_on", "-pk")


def to_take_up(community: Community) -> list[Improvement]:
    """Accepted and still to be done, in words that may be told: what an annual report can announce."""
    accepted = in_order(community).filter(state=Improvement.State.ACCEPTED)
    return in_our_words(accepted.select_related("community"))


# ---------------------------------------------------------------- how long


@retention.applies("comments")
def forget_word_for_word(now: dt.datetime | None = None) -> int:
    """What still says a comment word for word goes with it, just before; reworded, it stays. How many."""
    long_ago = retention.period("comments").start(now or timezone.now())
    of_old_batch = Q(batch__released_on__lt=timezone.localdate(long_ago))
    old = SortedSuggestion.objects.filter(of_old_batch | Q(campaign__survey__closed_at__lt=long_ago))
    made = Improvement.objects.filter(suggestions__in=old).select_related("community").distinct()
    copies = {one.pk for one in made} - {one.pk for one in in_our_words(made)}
    Improvement.objects.filter(pk__in=copies).delete()
    old.delete()
    return len(copies)
