"""The records of a community lose their names two years after it was archived; its figures stay the same.

Each membership passes to a person without a name, one a membership, so that nothing ties two communities together any
more. What hangs from it is let go of as when a person is erased (`accounts.domain.erasing`). What people did here
otherwise (who wrote, who closed) points at nobody, and the mails are destroyed. Roles stay with the accounts that hold
them.
"""

import datetime as dt
import secrets
from collections import deque
from typing import Any

from django.db import models, transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.domain.erasing import Erasure, emptied
from accounts.models import ERASED_NAME, User
from accounts.models.erased import name_of, pointing_at, said_of
from cmtl import retention
from communities.domain.members import asked_later
from communities.models import Anonymisation, Community, Membership, Organisation, Representation
from meetings.models import Meeting
from outbox.models import Message

FEWEST = 3  # people of one organisation: with fewer, its name would tell theirs
AT_ONCE = 5  # communities of one run


def due(now: dt.datetime | None = None) -> QuerySet[Community]:
    """Archived for as long as the table says."""
    long_ago = retention.period("attendance").start(now or timezone.now())
    return archived_before(long_ago).filter(anonymisations=None).order_by("pk")


def archived_before(long_ago: dt.datetime) -> QuerySet[Community]:
    """Archived since then at the latest; where nobody wrote when, since their planned end."""
    told = Q(status_changes__became=Community.Status.ARCHIVED)
    archived = Community.objects.filter(status=Community.Status.ARCHIVED)
    dated = archived.annotate(archived_at=Max("status_changes__at", filter=told))
    ended = Q(archived_at=None) & (
        Q(ends_on__lt=long_ago.date()) | Q(ends_on=None, programme__ends_on__lt=long_ago.date())
    )
    return dated.filter(Q(archived_at__lt=long_ago) | ended)


@retention.applies("attendance")
def anonymise_due(now: dt.datetime | None = None) -> int:
    communities = list(due(now)[:AT_ONCE])
    for community in communities:
        anonymise(community)
    return len(communities)


@transaction.atomic
def anonymise(community: Community) -> Anonymisation | None:
    """None when it is done already, or reopened meanwhile."""
    held = Community.objects.select_for_update().get(pk=community.pk)
    if not held.is_archived or held.anonymisations.exists():
        return None
    name_no_small_organisation(held)
    people = named_in(held)
    for membership in people:
        unname(membership)
    forget_who_did_what(held)
    forget_mails(held)
    return enter(Anonymisation.Kind.COMMUNITY, len(people), held)


def named_in(community: Community, now: dt.datetime | None = None) -> list[Membership]:
    """Whose name is to be let go of: not of those who agreed to be asked later, until that is over."""
    named = community.memberships.named().exclude(pk__in=asked_later.waiting(now).values("pk"))  # type: ignore[attr-defined]
    return list(named.select_related("user"))


@retention.applies("attendance", "alumni_agreements")
def unname_the_last(now: dt.datetime | None = None) -> int:
    """Where the records lost their names already: those that were kept to ask, once there is nothing more to ask."""
    done = Anonymisation.objects.filter(
        kind=Anonymisation.Kind.COMMUNITY,
        community__status=Community.Status.ARCHIVED,
        community__memberships__user__erased_at=None,
    )
    return sum(_unname_what_is_left(one, now) for one in done.distinct())


@transaction.atomic
def _unname_what_is_left(done: Anonymisation, now: dt.datetime | None) -> int:
    community = Community.objects.select_for_update().get(anonymisations=done)
    people = named_in(community, now) if community.is_archived else []
    for membership in people:
        unname(membership)
    if people:
        forget_mails(community)
        Anonymisation.objects.filter(pk=done.pk).update(people=F("people") + len(people))
    return len(people)


def unname(membership: Membership) -> None:
    Erasure(membership.user).let_go_of(membership)
    values = emptied(Membership, said_of(Membership).kept["user"])
    Membership.objects.filter(pk=membership.pk).update(user=nobody(), **values)


def nobody() -> User:
    """A person without a name, as erasing leaves one."""
    now = timezone.now()
    return User.objects.create_user(first_name=ERASED_NAME, is_active=False, erased_at=now, links_closed_at=now)


def name_no_small_organisation(community: Community) -> None:
    """Where so few people came for an organisation that its name would tell theirs, a nameless one takes its place:
    as many are counted."""
    rows = Membership.objects.filter(community=community)
    past = Representation.objects.filter(membership__community=community)
    known = {*rows.values_list("organisation", flat=True), *past.values_list("organisation", flat=True)} - {None}
    for organisation in known:
        people = {*rows.filter(organisation=organisation).values_list("pk", flat=True)}
        people |= {*past.filter(organisation=organisation).values_list("membership", flat=True)}
        if len(people) < FEWEST:
            number = secrets.token_hex(4)
            nameless = Organisation.objects.create(
                name=_("Organisation without a name %(number)s") % {"number": number}
            )
            rows.filter(organisation=organisation).update(organisation=nameless)
            past.filter(organisation=organisation).update(organisation=nameless)


def forget_who_did_what(community: Community) -> None:
    """Who wrote, decided or recorded something here: the act stays, and points at nobody."""
    for relation in pointing_at(User):
        model, name = relation.related_model, name_of(relation)
        said, path = said_of(model), path_to_community(model)
        if path is None or name not in (*said.cut, *said.deleted_with):
            continue
        field = relation.field.name
        rows = model._base_manager.filter(**{path: community}).exclude(**{field: None})
        if name in said.deleted_with or model._meta.auto_created:
            model._base_manager.filter(pk__in=rows.values("pk")).delete()
        else:
            model._base_manager.filter(pk__in=rows.values("pk")).update(**{field: None})


def path_to_community(model: type[models.Model]) -> str | None:
    """The shortest way to the community that a row is of, e.g. « meeting__community »; None where there is none."""
    waiting: deque[tuple[Any, str]] = deque([(model, "")])
    seen: set[Any] = {model}
    while waiting:
        here, path = waiting.popleft()
        for field in here._meta.concrete_fields:
            towards = field.related_model
            if towards is Community:
                return f"{path}{field.name}"
            if field.is_relation and towards not in seen and towards not in (User, Organisation):
                seen.add(towards)
                waiting.append((towards, f"{path}{field.name}__"))
    return None


def forget_mails(community: Community) -> None:
    """They say who was told of what; nothing is written any more of what is archived."""
    mails, meetings = Message.objects.order_by(), community.meetings.values("pk")  # type: ignore[attr-defined]
    theirs = mails.filter(sender_list=community.sender_list) | mails.about(community)
    theirs |= mails.about_any(Meeting, meetings)
    theirs.exclude(pk__in=mails.waiting().values("pk")).delete()


def enter(kind: Anonymisation.Kind, people: int, community: Community | None = None) -> Anonymisation:
    """A line of the register, in French: the law asks for it here."""
    with translation.override("fr-ca"):
        return Anonymisation.objects.create(kind=kind, people=people, community=community, **_said(kind))


def _said(kind: Anonymisation.Kind) -> dict[str, str]:
    if kind == Anonymisation.Kind.COMMUNITY:
        description = _(
            "Records of members (name, address, telephone, function, region), replies, presences, dates that suited, "
            "authorship of notes, consents and e-mails of the community."
        )
        techniques = _(
            "Names, addresses and words about a person deleted; each membership tied to a record without a name, its "
            "own; organisations represented by fewer than %(n)s people replaced by an organisation without a name; "
            "authorship cut; e-mails, consents and answers to invitations’ questions destroyed."
        ) % {"n": FEWEST}
    else:
        description = _("Accounts (name, address, ways of signing in) and what hung from them in every community.")
        techniques = _(
            "Names, addresses and words about a person deleted; presences tied to a record without a name; sessions, "
            "consents and e-mails emptied."
        )
    return {
        "description": description,
        "techniques": techniques,
        "purposes": _("Statistics of attendance and annual reports, over the years."),
        "protection": _(
            "Database read by the application alone, encrypted backups destroyed after eight weeks. Texts that the "
            "group wrote are kept as they are: the analysis says whether they name somebody."
        ),
    }
