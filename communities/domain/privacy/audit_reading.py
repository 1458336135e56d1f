"""The audit log as people read it: lines chosen, and said in words, for the privacy officer and for oneself."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.domain import audit
from accounts.models import Action, AuditLine, AuditName, User, normalised
from cmtl.parts import model_with
from cmtl.renamed import current_label
from communities.domain.roles.acting import ADMINISTRATOR, OFFICER
from communities.models import Community, Purpose, Role, Roles

ROLES: dict[str, str | Promise] = {
    **{role.value: role.label for role in Role},
    Roles.MEMBER: gettext_lazy("Member"),
    "co_facilitator": gettext_lazy("Co-facilitator"),
    OFFICER: gettext_lazy("Privacy officer"),
    ADMINISTRATOR: gettext_lazy("Administrator"),
}
THINGS: dict[str, str | Promise] = {
    "audit": gettext_lazy("audit log"),
    "budget": gettext_lazy("budget"),
    "cost_shares": gettext_lazy("sharing of a cost"),
    "figures": gettext_lazy("figures of communities"),
    "follow_up": gettext_lazy("follow-up of a meeting"),
    "hours": gettext_lazy("attestation of hours"),
    "incidents": gettext_lazy("register of incidents"),
    "left_out": gettext_lazy("lines left out of an import"),
    "minutes": gettext_lazy("minutes"),
    "improvement": gettext_lazy("improvements"),
    "suggestion": gettext_lazy("suggestion of a member"),
    "models": gettext_lazy("models"),
    "outcomes": gettext_lazy("outcomes"),
    "report": gettext_lazy("annual report"),
    "results": gettext_lazy("results of an evaluation"),
    "sign_in_sheet": gettext_lazy("sign-in sheet"),
    "recording": gettext_lazy("being recorded"),
}
PURPOSES = {purpose.value: purpose.label for purpose in Purpose} | {"recording": THINGS["recording"]}
# What concerns everybody listed in a community, and not one person.
ABOUT_ALL = (
    Action.CONTACTS_READ,
    Action.CONTACTS_EXPORTED,
    Action.NAMES_READ,
    Action.PRESENCES_READ,
    Action.ARCHIVE_ASKED,
    Action.ARCHIVE_TAKEN,
)
MOST_OF_ONESELF = 50
BATCH = 1_000  # lines of an export that are said at once


@dataclass(frozen=True)
class Said:
    """A line in words. Nobody: the system, or somebody who was erased."""

    line: AuditLine
    who: str
    role: str
    action: str
    about: str
    where: str
    details: list[str]


def narrowed(asked: dict[str, Any]) -> QuerySet[AuditLine]:
    """The lines of a person (who acted, or whom it is about), a community, an act, a period."""
    lines = AuditLine.objects.all()
    if asked.get("person"):
        keys = keys_named(asked["person"])
        lines = lines.filter(Q(actor__in=keys) | Q(subject__in=keys))
    if asked.get("community"):
        lines = lines.filter(community=asked["community"].pk)
    if asked.get("action"):
        lines = lines.filter(action=asked["action"])
    if asked.get("first"):
        lines = lines.filter(at__gte=_midnight(asked["first"]))
    if asked.get("last"):
        lines = lines.filter(at__lt=_midnight(asked["last"] + dt.timedelta(days=1)))
    return lines


def nothing() -> QuerySet[AuditLine]:
    return AuditLine.objects.none()


@dataclass(frozen=True)
class Page:
    """Some lines, newest first, and where the pages beside begin: at the number of a line, so that the log is neither
    counted nor read up to there."""

    lines: list[AuditLine]
    newer: int | None
    older: int | None


def page(lines: QuerySet[AuditLine], most: int, *, before: int = 0, after: int = 0) -> Page:
    """The newest lines; or those that were written just before a line, or just after."""
    if after:
        found = list(lines.filter(pk__gt=after).order_by("pk")[: most + 1])
        kept = found[:most][::-1]
        if len(found) <= most:  # the newest of all: as many as the first page has
            return page(lines, most)
        return Page(kept, newer=kept[0].pk, older=kept[-1].pk)
    rows = lines.filter(pk__lt=before) if before else lines
    found = list(rows.order_by("-pk")[: most + 1])
    kept = found[:most]
    newer = kept[0].pk if kept and before else None
    return Page(kept, newer=newer, older=kept[-1].pk if len(found) > most else None)


def all_said(lines: QuerySet[AuditLine]) -> Iterator[Said]:
    """However many, without holding more than a batch."""
    last = 0
    while batch := page(lines, BATCH, before=last).lines:
        yield from said(batch)
        last = batch[-1].pk


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def keys_named(text: str) -> list[str]:
    """Of those in whose name or address each word stands."""
    names = AuditName.objects.all()
    for word in text.split():
        names = names.filter(Q(user__sort_key__contains=normalised(word)) | Q(user__email__icontains=word))
    return list(names.values_list("key", flat=True))


def concerning(person: User) -> QuerySet[AuditLine]:
    """What others did about this person, and who read or took away lists on which they stand, since they are there."""
    keys = audit.keys_of(person)
    about = Q(subject__in=keys)
    for community, joined in person.memberships.order_by().values_list("community", "joined_on"):
        since = _midnight(joined) if joined else person.joined_at
        about |= Q(community=community, action__in=ABOUT_ALL, at__gte=max(since, person.joined_at))
    return AuditLine.objects.filter(about).exclude(actor__in=keys)


def said(lines: Iterable[AuditLine]) -> Iterator[Said]:
    """In three queries, however many."""
    lines = list(lines)
    people = audit.people_of({key for line in lines for key in (line.actor, line.subject)})
    places = Community.objects.in_bulk({line.community for line in lines if line.community})
    for line in lines:
        place = places.get(line.community or 0)
        yield Said(
            line=line,
            who=_name(line.actor, people) or _("the system"),
            role=str(ROLES.get(line.role, "")),
            action=str(Action(line.action).label) if line.action in Action.values else line.action,
            about=_name(line.subject, people),
            where=place.name if place else "",
            details=list(_details(line)),
        )


def _name(key: str, people: dict[str, User]) -> str:
    if not key:
        return ""
    return people[key].full_name if key in people else _("an erased person")


# ---------------------------------------------------------------- details in words


def _details(line: AuditLine) -> Iterator[str]:
    told = line.details
    if what := told.get("what"):
        yield str(THINGS.get(what, what))
    if role := told.get("role"):
        yield str(ROLES.get(role, role))
    if purpose := told.get("purpose"):
        yield str(PURPOSES.get(purpose, purpose))
    if part := told.get("part"):
        yield _label_of_part(part)
    for name in told.get("fields", ()):
        yield _label(line.kind, name)
    for name, both in told.get("changed", {}).items():
        yield _said_change(line.kind, name, both)
    if count := told.get("count"):
        yield ngettext("%(n)s line", "%(n)s lines", count) % {"n": count}
    if until := told.get("until"):
        yield _("until %(day)s") % {"day": date_format(dt.date.fromisoformat(until))}
    if year := told.get("year"):
        yield str(year)
    if told.get("undone"):
        yield _("taken back")
    if form := told.get("format"):
        yield form.upper()


def _said_change(kind: str, name: str, both: list | None) -> str:
    label = _label(kind, name)
    if not both:
        return label
    old, new = (_value(kind, name, value) for value in both)
    return _("%(field)s: %(old)s → %(new)s") % {"field": label, "old": old, "new": new}


def _value(kind: str, name: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    field = _field(kind, name)
    return str(dict(field.choices).get(value, value)) if field and field.choices else str(value)


def _label(kind: str, name: str) -> str:
    field = _field(kind, name) or _field("accounts.user", name)
    return str(field.verbose_name) if field else name


def _label_of_part(part: str) -> str:
    return str(PARTS.get(part, part))


PARTS: dict[str, str | Promise] = {
    "objective": gettext_lazy("objectives"),
    "rule": gettext_lazy("operating rules"),
    "excludedexpectation": gettext_lazy("what is out of reach"),
    "outofreach": gettext_lazy("what is out of reach"),  # as lines written before say it, and `linkstep` too
    "resourceperson": gettext_lazy("resource persons"),
    "teambuildingstep": gettext_lazy("creation of links"),
    "linkstep": gettext_lazy("creation of links"),
    "improvement": gettext_lazy("improvements"),
    "suggestion": gettext_lazy("suggestion of a member"),
    "models": gettext_lazy("models"),
    "representation": gettext_lazy("organisation represented"),
    "turned_down": gettext_lazy("request to join turned down"),
}


def _field(kind: str, name: str) -> Any:
    try:
        model: Any = apps.get_model(current_label(kind))
        field = model_with(model, name)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):  # of a model or a field that is gone since
        return None
    return field if field.concrete else None
