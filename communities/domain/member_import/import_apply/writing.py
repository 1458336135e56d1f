"""Writing a chunk of a list, and the journal that undoing it needs."""

import datetime as dt

from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from accounts.models import User, normalised
from communities.domain.member_import import importing
from communities.domain.member_import.import_apply.standing import as_is, used_here
from communities.domain.member_import.importing import Line, RowOutcome
from communities.models import Community, ImportedLine, MemberImport, Membership, Organisation, Pause, Representation

CHUNK = 500
LONGEST = {"first_name": 80, "last_name": 80, "organisation": 160, "title": 120, "region": 80, "phone": 40}


def write_chunk(mine: MemberImport) -> None:
    """The community is locked, so that what is worked out here is still true when it is written."""
    numbers = set(mine.wanted[mine.done : mine.done + CHUNK])
    if numbers:
        community = Community.objects.select_for_update().get(pk=mine.community_id)
        examined = importing.examine(community, mine.lines or [], status=mine.status)
        lines = [x for x in examined if x.number in numbers]
        mine.skipped += [[x.number, x.explanation] for x in lines if not x.is_possible]
        _write(mine, community, [x for x in lines if x.is_possible])
    mine.done += len(numbers)
    if mine.done >= mine.total:
        mine.applied_at = timezone.now()


def _write(mine: MemberImport, community: Community, lines: list[Line]) -> None:
    organisations = _organisations(mine, lines)
    journal = [
        *_add([x for x in lines if x.outcome in importing.TICKED], community, organisations, mine.status),
        *_raise([x for x in lines if x.outcome == RowOutcome.RETURNS], community, mine.status),
    ]
    added, returned = sum(row.membership_is_new for row in journal), sum(not row.membership_is_new for row in journal)
    moved = _move([x for x in lines if x.outcome == RowOutcome.MOVES], community, organisations)
    for row in [*journal, *moved]:
        row.member_import = mine
    ImportedLine.objects.bulk_create([*journal, *moved])
    for name, n in {"added": added, "returned": returned, "moved": len(moved)}.items():
        mine.result[name] = mine.result.get(name, 0) + n
    mine.result["left_out"] = len(mine.lines or []) - sum(mine.result[name] for name in ("added", "returned", "moved"))


def _organisations(mine: MemberImport, lines: list[Line]) -> dict[str, Organisation]:
    named = {
        x.organisation_key: x.cells["organisation"][: LONGEST["organisation"]] for x in lines if x.organisation_key
    }
    known = set(Organisation.objects.filter(sort_key__in=named).values_list("sort_key", flat=True))
    mine.organisations += sorted(set(named) - known)
    Organisation.objects.bulk_create(
        (Organisation(name=name, sort_key=key) for key, name in named.items()), ignore_conflicts=True
    )
    return Organisation.objects.in_bulk(named, field_name="sort_key")


def _add(
    lines: list[Line],
    community: Community,
    organisations: dict[str, Organisation],
    status: str = Membership.Status.ACTIVE,
) -> list[ImportedLine]:
    people = {x.number: _new_person(x) for x in lines if x.outcome == RowOutcome.NEW}
    User.objects.bulk_create(u for u in people.values() if not u.email)
    # Another list may be adding the same address elsewhere at this moment: whoever came first is the person.
    User.objects.bulk_create((u for u in people.values() if u.email), ignore_conflicts=True)
    by_email = User.objects.in_bulk({x.email for x in lines if x.email}, field_name="email")
    memberships = Membership.objects.bulk_create(
        Membership(
            community=community,
            user=by_email[x.email] if x.email else people[x.number],
            organisation=organisations.get(x.organisation_key),
            title=x.cells["title"][: LONGEST["title"]],
            region=x.cells["region"][: LONGEST["region"]],
            phone=x.cells["phone"][: LONGEST["phone"]],
            status=status,
            joined_on=timezone.localdate() if status == Membership.Status.ACTIVE else None,
        )
        for x in lines
    )
    uses = used_here(community, memberships)
    return [
        ImportedLine(
            number=x.number,
            membership=membership,
            membership_is_new=True,
            person_is_new=x.number in people,
            after=as_is(membership, with_person=x.number in people),
            uses=uses[membership.pk],
        )
        for x, membership in zip(lines, memberships, strict=True)
    ]


def _new_person(line: Line) -> User:
    """As `save()` would prepare it, which writing in bulk leaves out."""
    first, last = line.cells["first_name"], line.cells["last_name"]
    person = User(
        email=line.email or None,
        first_name=(first or last)[: LONGEST["first_name"]],
        last_name=last[: LONGEST["last_name"]] if first else "",
        language=User.Language.ENGLISH if normalised(line.cells["language"]).startswith("en") else User.Language.FRENCH,
    )
    person.sort_key = normalised(f"{person.last_name} {person.first_name}")
    person.set_unusable_password()
    return person


def _raise(lines: list[Line], community: Community, status: str) -> list[ImportedLine]:
    """As `Membership.become` would, in a fixed number of queries."""
    if not lines:
        return []
    today, memberships = timezone.localdate(), [x.membership for x in lines if x.membership]
    pks = [m.pk for m in memberships]
    closed = dict(Pause.objects.filter(membership__in=pks, ends_on=None).values_list("membership", "pk"))
    made = _times_away([m for m in memberships if m.status in Membership.AWAY and m.pk not in closed], today)
    Pause.objects.filter(pk__in=closed.values()).update(ends_on=Greatest(F("starts_on"), today))
    before = {m.pk: as_is(m) | {"pause_closed": closed.get(m.pk), "pause_made": made.get(m.pk)} for m in memberships}
    joined = {"joined_on": Coalesce("joined_on", today)} if status == Membership.Status.ACTIVE else {}
    Membership.objects.filter(pk__in=pks).update(status=status, left_on=None, paused_on=None, **joined)
    return _journal({x.number: x.membership.pk for x in lines if x.membership}, before, community)


def _times_away(memberships: list[Membership], today: dt.date) -> dict[int, int]:
    """People listed as away before periods were kept: membership → the period that ends."""
    made = Pause.objects.bulk_create(
        Pause(membership=m, starts_on=min(m.paused_on or today, m.left_on or today, today), ends_on=today)
        for m in memberships
    )
    return {pause.membership_id: pause.pk for pause in made}


def _move(lines: list[Line], community: Community, organisations: dict[str, Organisation]) -> list[ImportedLine]:
    """From today each represents another organisation; the one before keeps its history. The person is on the list by
    now, from before or from a line above."""
    if not lines:
        return []
    members, moving = importing.Listed(community), {}
    for line in lines:
        if membership := members.find(line):
            moving[line.number] = (membership, organisations.get(line.organisation_key))
    before = {m.pk: as_is(m) for m, _organisation in moving.values()}
    today = timezone.localdate()
    ended = Representation.objects.bulk_create(
        Representation(
            membership=m, organisation=m.organisation, seat=m.seat, starts_on=m.represents_since, ends_on=today
        )
        for m in {m.pk: m for m, _organisation in moving.values()}.values()
        if m.organisation and m.joined_on != today
    )
    for representation in ended:
        before[representation.membership_id]["representation"] = representation.pk
    for membership, organisation in moving.values():
        membership.organisation, membership.represents_since = organisation, today
    Membership.objects.bulk_update(
        {m.pk: m for m, _organisation in moving.values()}.values(), ["organisation", "represents_since"]
    )
    return _journal({number: m.pk for number, (m, _organisation) in moving.items()}, before, community)


def _journal(members: dict[int, int], before: dict[int, dict], community: Community) -> list[ImportedLine]:
    """The journal of lines that changed memberships there were; `members` is line → membership."""
    now = Membership.objects.in_bulk(members.values())
    uses = used_here(community, now.values())
    return [
        ImportedLine(number=number, membership_id=pk, before=before[pk], after=as_is(now[pk]), uses=uses[pk])
        for number, pk in members.items()
    ]
