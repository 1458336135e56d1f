"""People and organisations that are probably listed twice.

Names are cut into words. Records whose words are the same, whatever the order, hyphens, accents and case, are alike.
So are those that differ by one word only, when these two words are near (difflib) or one begins the other; they are
found by a key made of the other words, so that thousands of records are never compared two by two.
"""

import difflib
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User, normalised
from communities.domain.duplicates import merging
from communities.models import Community, KeptApart, Kind, Membership

NEAR = 0.8
NEIGHBOURS = 8  # compared with each, in alphabetical order, where very many share a key
SMALL_WORDS = frozenset(
    "le la les l de du des d et a au aux en pour the of and for inc ltd ltee osbl obnl enr".split()  # noqa: SIM905
)

SAME_NAME, NEAR_NAME = _("The same name"), _("Nearly the same name")
SAME_ADDRESS, ABBREVIATED = _("The same address"), _("One is the other’s abbreviation")
SAME_PHONE = _("The same telephone number")


@dataclass
class Record:
    """What is compared of a person or an organisation."""

    pk: int
    name: str
    words: list[str]
    short: set[str] = field(default_factory=set)  # abbreviations of an organisation
    email: str = ""
    phone: str = ""
    organisations: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Pair:
    low: int
    high: int
    why: str | Promise


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", normalised(text))


# ------------------------------------------------------------ who is compared


def records_to_compare(user) -> list[Record]:
    """Everybody one may correct or keep, with the organisations they came for."""
    found = merging.mergeable_by(user, Kind.PERSON)
    rows = found.order_by("pk").values_list("pk", "first_name", "last_name", "email")
    records = {
        pk: Record(pk, f"{first} {last}", words_of(f"{first} {last}"), email=(email or "").lower())
        for pk, first, last, email in rows
    }
    here = Membership.objects.filter(user__in=found.order_by()).order_by()
    for person, organisation, phone in here.values_list("user", "organisation", "phone"):
        if person in records:
            records[person].organisations |= {organisation} - {None}
            records[person].phone = records[person].phone or re.sub(r"\D", "", phone)[-10:]
    return list(records.values())


def organisations_of(user) -> list[Record]:
    found = merging.mergeable_by(user, Kind.ORGANISATION).order_by("pk")
    return [organisation_record(pk, name) for pk, name in found.values_list("pk", "name")]


def organisation_record(pk: int, name: str) -> Record:
    bare = re.sub(r"\([^)]*\)", " ", name)
    words = [w for w in words_of(bare) if w not in SMALL_WORDS] or words_of(bare)
    short = {"".join(words_of(inside)) for inside in re.findall(r"\(([^)]*)\)", name)}
    for some in (words, words_of(bare)):
        if len(some) >= 3:
            short.add("".join(w[0] for w in some))
    return Record(pk, name, words, {s for s in short if len(s) >= 3})


# ------------------------------------------------------------ what is alike


def pairs_of(user, kind: str) -> list[Pair]:
    """Pairs that look alike and were not said to be different, by name."""
    records = records_to_compare(user) if kind == Kind.PERSON else organisations_of(user)
    apart = set(KeptApart.objects.filter(kind=kind).values_list("low", "high"))
    found: dict[tuple[int, int], Pair] = {}
    for one, other, why in itertools.chain(alike(records), near(records)):
        low, high = sorted([one.pk, other.pk])
        if (low, high) not in apart:
            found.setdefault((low, high), Pair(low, high, why))
    names = {record.pk: " ".join(record.words) for record in records}
    return sorted(found.values(), key=lambda p: (names[p.low], p.low, p.high))


def alike(records: list[Record]) -> Iterator[tuple]:
    """The same address, telephone, words or abbreviation."""
    for key, why in (
        (lambda r: r.email, SAME_ADDRESS),
        (lambda r: r.phone, SAME_PHONE),
        (lambda r: "".join(r.words), SAME_NAME),
        (lambda r: " ".join(sorted(r.words)), SAME_NAME),
    ):
        for block in blocks((key(r), r) for r in records):
            yield from ((one, other, why) for one, other in beside(block))
    whole = defaultdict(list)
    for record in records:
        whole["".join(record.words)].append(record)
    for record in records:
        for short in record.short:
            yield from ((record, other, ABBREVIATED) for other in whole[short][:NEIGHBOURS] if other is not record)


def near(records: list[Record]) -> Iterator[tuple]:
    """All words the same but one, and that one near."""
    keyed = (
        ((" ".join(sorted(r.words[:i] + r.words[i + 1 :])), (word, r)) for i, word in enumerate(r.words))
        for r in records
        if len(r.words) >= 2
    )
    for block in blocks(itertools.chain.from_iterable(keyed)):
        block.sort(key=lambda entry: entry[0])
        for (word, one), (other_word, other) in beside(block):
            if one is not other and near_words(word, other_word) and credible(one, other):
                yield one, other, NEAR_NAME


def blocks(keyed: Iterable[tuple]) -> Iterator[list]:
    """Records that share a key that says something."""
    found = defaultdict(list)
    for key, record in keyed:
        if key:
            found[key].append(record)
    return (block for block in found.values() if len(block) > 1)


def beside(block: list) -> Iterator[tuple]:
    """Each with the few that follow: all pairs of a usual block, and a bounded number of an enormous one."""
    for number, one in enumerate(block):
        for other in block[number + 1 : number + 1 + NEIGHBOURS]:
            yield one, other


def near_words(one: str, other: str) -> bool:
    """« Amrani » and « Amarni », « Alex » and « Alexandre », « A. » and « Amrani »; never two numbers."""
    if one == other or any(c.isdigit() for c in one + other):
        return False
    short, long = sorted([one, other], key=len)
    if long.startswith(short) and (len(short) == 1 or len(short) >= 3):
        return True
    return len(short) >= 4 and difflib.SequenceMatcher(None, one, other).ratio() >= NEAR


def credible(one: Record, other: Record) -> bool:
    """Two people with an address each and nothing in common are two people, however near their names."""
    if not (one.email and other.email):
        return True
    return bool(one.organisations & other.organisations)


# ------------------------------------------------------------ saying otherwise


def keep_apart(kind: str, first: int, second: int, *, by: User) -> None:
    low, high = sorted([first, second])
    KeptApart.objects.get_or_create(kind=kind, low=low, high=high, defaults={"by": by})


def propose_again(kind: str, first: int, second: int) -> None:
    low, high = sorted([first, second])
    KeptApart.objects.filter(kind=kind, low=low, high=high).delete()


def kept_apart(user, kind: str) -> list[tuple]:
    """Pairs set aside, of records one may correct."""
    found = merging.mergeable_by(user, kind).order_by()
    rows = KeptApart.objects.filter(kind=kind, low__in=found.values("pk"), high__in=found.values("pk"))
    pairs = list(rows.order_by("-said_at").values_list("low", "high")[:200])
    records = named(kind, pairs, user)
    return [(records[low], records[high]) for low, high in pairs if low in records and high in records]


def named(kind: str, pairs: Iterable[tuple[int, int]], user) -> dict[int, Any]:
    """Records with where they are listed (`listed`), as far as this person manages people there."""
    wanted = {pk for pair in pairs for pk in pair}
    listed = Membership.objects.filter(community__in=Community.objects.manageable_by(user))
    listed = listed.select_related("community", "organisation").order_by("community__name", "pk")
    return (
        merging.MODELS[kind]
        ._default_manager.prefetch_related(Prefetch("memberships", listed, to_attr="listed"))
        .in_bulk(wanted)
    )
