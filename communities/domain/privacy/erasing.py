"""What communities hold of a person who is erased, beside what points at them: lists that were imported, merges,
applications; and the end of their memberships and roles, so that figures stay."""

import secrets
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.erasing import Erasure
from accounts.domain.naming import Naming
from accounts.models import ERASED_NAME, User
from communities.models import (
    Application,
    Call,
    DestructionRequest,
    ImportedLine,
    KeptApart,
    Kind,
    MemberImport,
    Membership,
    Merge,
    Organisation,
    Representation,
    RoleAssignment,
    TextDecision,
)


def sweep(erasure: Erasure) -> None:
    leave(erasure.person)
    let_go_of_organisations(erasure.person)
    forget_applications(erasure)
    forget_lists(erasure)
    forget_merges(erasure)
    forget_decisions(erasure)
    DestructionRequest.objects.filter(user=erasure.person).waiting().update(confirmed_at=timezone.now())  # a restore's


def leave(person: User) -> None:
    """As if they had left today: days to come expect nobody, and days gone by count as they did."""
    for membership in person.memberships.filter(status__in=Membership.CURRENT):
        membership.become(Membership.Status.ALUMNI)
    today = timezone.localdate()
    held = RoleAssignment.objects.filter(user=person, ended_at=None)
    held.filter(Q(ends_on=None) | Q(ends_on__gt=today)).update(ends_on=today)
    held.update(ended_at=timezone.now())


def let_go_of_organisations(person: User) -> None:
    """Where nobody else came for an organisation in the programme, naming it would name the person: a nameless one
    takes its place, so that as many organisations are counted."""
    nameless: dict[int | None, Organisation] = {}
    memberships = person.memberships.select_related("community")
    for rows in (memberships, Representation.objects.filter(membership__user=person).select_related("membership")):
        for row in rows.exclude(organisation=None):
            membership = row if isinstance(row, Membership) else row.membership
            if not others_come_for(row.organisation_id, membership):
                if row.organisation_id not in nameless:
                    nameless[row.organisation_id] = _nameless()
                type(row).objects.filter(pk=row.pk).update(organisation=nameless[row.organisation_id])


def others_come_for(organisation: int | None, membership: Membership) -> bool:
    """Now or before, in the same programme; in the same community where it stands alone."""
    community = membership.community
    where = {"community__programme": community.programme_id} if community.programme_id else {"community": community}
    others = Membership.objects.named().exclude(user=membership.user_id).filter(**where)
    past = Representation.objects.filter(organisation=organisation).values("membership")
    return others.filter(Q(organisation=organisation) | Q(pk__in=past)).exists()


def _nameless() -> Organisation:
    name = _("Organisation without a name %(number)s") % {"number": secrets.token_hex(4)}
    return Organisation.objects.create(name=name)


def forget_applications(erasure: Erasure) -> None:
    """Those they sent; the call keeps how many there were."""
    sent = Q(membership__user=erasure.person)
    for address in erasure.naming.addresses:
        sent |= Q(email__iexact=address)
    for application in Application.objects.filter(sent):
        Call.objects.filter(pk=application.call_id).update(forgotten=F("forgotten") + 1)
        erasure.delete(Application.objects.filter(pk=application.pk))


def forget_lists(erasure: Erasure) -> None:
    """Their lines; a file that held one is destroyed whole, its other lines having been read."""
    known = erasure.naming
    for kept in MemberImport.objects.defer("source").order_by("pk").iterator():
        lists = {name: getattr(kept, name) for name in ("lines", "skipped", "result", "organisations")}
        written = kept.written.filter(membership__user=erasure.person).values_list("number", flat=True)
        cleaned: dict[str, Any] = {name: _without(value, known) for name, value in lists.items()}
        cleaned["lines"] = cleaned["lines"] and [x for x in cleaned["lines"] if x["number"] not in set(written)]
        cleaned["file_name"] = known.replaced(kept.file_name, ERASED_NAME)
        if kept.lines is None and _may_name(kept, erasure.person):
            cleaned["lines"] = []
        cleaned["reading"] = _without_samples(kept.reading, known)
        lists["reading"] = kept.reading
        if cleaned != lists | {"file_name": kept.file_name}:
            erasure.update(MemberImport.objects.filter(pk=kept.pk), **cleaned, source=None)
    for line in ImportedLine.objects.exclude(membership__user=erasure.person).iterator():
        if known.within([line.before, line.after]):
            erasure.delete(ImportedLine.objects.filter(pk=line.pk))


def _without_samples(reading: dict, known: Naming) -> dict:
    """How the file is read, which quotes a few cells of each column."""
    samples = reading.get("samples", [])
    apart = {name.casefold() for name in (known.first, known.last, *known.addresses) if name}
    if not any(str(cell).casefold() in apart for column in samples for cell in column) and not known.within(samples):
        return reading
    return reading | {"samples": [[] for _column in samples]}


def _may_name(kept: MemberImport, person: User) -> bool:
    """A file that nobody has read yet, sent where the person is listed: it is asked for again."""
    return person.memberships.filter(community=kept.community_id).exists()


def _without(value: list | dict | None, known: Naming) -> list | dict | None:
    """Lines that name the person go; in what is not a list of lines, the name."""
    if isinstance(value, list):
        return [line for line in value if not known.within(_joined(line))]
    return known.replaced_within(value, ERASED_NAME)


def _joined(line: object) -> object:
    """With first and last name side by side, which a list holds in two cells."""
    if not isinstance(line, dict):
        return line
    cells = [value for value in line.values() if isinstance(value, str)]
    pairs = [f"{a} {b}" for a in cells for b in cells if a is not b]
    return [line, pairs]


def forget_merges(erasure: Erasure) -> None:
    """What would take a merge back holds the record that went; pairs said to be different hold two numbers."""
    pk, known = erasure.person.pk, erasure.naming
    of_theirs = Merge.objects.filter(Q(kept=pk), kind=Kind.PERSON)
    erasure.delete(of_theirs)
    for merge in Merge.objects.iterator():
        if known.within([merge.kept_name, merge.absorbed_name, merge.journal]):
            erasure.delete(Merge.objects.filter(pk=merge.pk))
    erasure.delete(KeptApart.objects.filter(Q(low=pk) | Q(high=pk), kind=Kind.PERSON))


def forget_decisions(erasure: Erasure) -> None:
    """That somebody decided of a sentence stays, and why, without the name. After the apps above have read them."""
    TextDecision.objects.filter(request__user=erasure.person).update(sentence="", becomes="")
    for rows, name in (
        (TextDecision.objects, "reason"),
        (DestructionRequest.objects, "alone_because"),
    ):  # of others too
        for pk, words in rows.exclude(**{name: ""}).values_list("pk", name).iterator():
            without = erasure.naming.replaced(words, ERASED_NAME)
            if without != words:
                erasure.update(rows.filter(pk=pk), **{name: without})
