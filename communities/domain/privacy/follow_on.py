"""Texts that name a person who asked to be erased, wherever people wrote them: a human decides of each sentence.

Every field that models declare as written by people is read (`accounts.models.erased`), but for what goes with the
person.
The whole name and the address are certain; a first or last name alone is looked for where the person is known.
Nothing is rewritten silently: somebody gives other words, or keeps the sentence and says why.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain import audit
from accounts.domain.naming import Naming, sentence_at
from accounts.models import ERASED_NAME, Action, User
from accounts.models.erased import said_of, written_by_people
from cmtl.encrypted import EncryptedTextField
from cmtl.parts import whole_of
from cmtl.renamed import FORMER_FIELDS, FORMER_LABELS
from communities.models import Community, DestructionRequest, Role, RoleAssignment, TextDecision, roles_of

KINDS = {
    "communities.Application": gettext_lazy("Application"),
    "communities.Community": gettext_lazy("Community"),
    "communities.Membership": gettext_lazy("Member’s record"),
    "communities.Organisation": gettext_lazy("Organisation"),
    "communities.Outcome": gettext_lazy("Outcome"),
    "communities.PracticeCard": gettext_lazy("Practice card"),
    "communities.ResourcePerson": gettext_lazy("Resource person"),
    "evaluations.AnnualReport": gettext_lazy("Annual report"),
    "evaluations.CommentBatch": gettext_lazy("Comment"),
    "evaluations.Response": gettext_lazy("Comment"),
    "meetings.Meeting": gettext_lazy("Meeting"),
    "meetings.Note": gettext_lazy("Note"),
    "meetings.Reply": gettext_lazy("Reply"),
    "meetings.Topic": gettext_lazy("Topic"),
}
OTHERS = gettext_lazy("Text")
TO_USER = {"accounts.User": "", "communities.Membership": "__user", "meetings.Attendance": "__membership__user"}

Frozen = dict[str, Q]
_frozen: Frozen = {}


def frozen(label: str, which: Q) -> None:
    """Register rows that nobody may change any more: they are issued again when the person is erased."""
    _frozen[label] = which


Following = Callable[[Any, str, Any, Any], None]  # the row, its field, what it said, what it says
_following: dict[str, Following] = {}


def follow_rewording(label: str, function: Following) -> None:
    """Register what must change with the words of a row of this model, in the same transaction."""
    _following[label] = function


Rewording = Callable[..., None]  # the row, its field, what changes the field, and `by` whom
_signed: dict[str, Rewording] = {}


def reword_by(label: str, function: Rewording) -> None:
    """Register what is done instead of saving other words: those of this model are shown signed by their author."""
    _signed[label] = function


@dataclass(frozen=True)
class Passage:
    """A sentence that names the person, or perhaps."""

    row: Any
    field: str
    sentence: str
    proposed: str
    is_certain: bool
    is_frozen: bool
    community: Community | None

    @property
    def print(self) -> str:
        return print_of(self.row, self.field, self.sentence)

    @property
    def kind(self) -> str:
        return str(KINDS.get(whole_of(type(self.row))._meta.label, OTHERS))

    @property
    def waits(self) -> bool:
        """For somebody to decide: a published report is issued again by itself where the name is certain."""
        return not (self.is_frozen and self.is_certain)

    @property
    def address(self) -> str:
        return self.row.get_absolute_url() if hasattr(self.row, "get_absolute_url") else ""

    @property
    def mark(self) -> str:
        """What a form says of it; with the model, so that deciding reads that table alone."""
        return f"{self.row._meta.label}:{self.print}"


def print_of(row: models.Model, field: str, sentence: str) -> str:
    field = FORMER_FIELDS.get((row._meta.label, field), field)
    label = whole_of(type(row))._meta.label
    label = FORMER_LABELS.get(label, label)  # what was decided is found again
    return hashlib.sha256(f"{label} {row.pk} {field} {sentence}".encode()).hexdigest()


# ------------------------------------------------------------ finding


def passages(request: DestructionRequest, by: User | None = None, among: str = "") -> list[Passage]:
    """Those nobody decided of yet; with `by`, those of the communities this person answers for; with `among`, those
    in the rows of one model."""
    if request.user is None:
        return []
    decided = set(request.decisions.values_list("print", flat=True))
    found = [p for p in search(request.user, among) if p.print not in decided]
    return [p for p in found if by is None or may_decide(by, p)]


def undecided(request: DestructionRequest) -> int:
    return sum(p.waits for p in passages(request))


def may_decide(by: User, passage: Passage) -> bool:
    if by.is_privacy_officer or by.is_staff:
        return True
    return passage.community is not None and Role.COORDINATOR in roles_of(by).on(passage.community)


def search(person: User, among: str = "") -> Iterator[Passage]:
    naming, known_in = Naming.of(person), places_of(person)
    for model, fields in written_by_people():
        if among not in ("", model._meta.label):
            continue
        for row in _rows(model, fields, person, naming):
            community = community_of(row)
            here = community is not None and community.pk in known_in
            is_frozen = _is_frozen(row)
            for field in fields:
                for sentence, certain in sentences(getattr(row, field), naming, surely=not here):
                    proposed = naming.replaced(sentence, ERASED_NAME, surely=False)
                    yield Passage(row, field, sentence, proposed, certain, is_frozen, community)


def places_of(person: User) -> set[int]:
    """Communities where a first name is enough to know who is meant."""
    role_assignments = RoleAssignment.objects.filter(user=person)
    led = Community.objects.filter(
        Q(pk__in=role_assignments.values("community"))
        | Q(programme__in=role_assignments.exclude(programme=None).values("programme"))
    )
    return {*person.memberships.values_list("community", flat=True), *led.values_list("pk", flat=True)}


def _rows(model: type[models.Model], fields: list[str], person: User, naming: Naming) -> Iterator[Any]:
    """Rows that may name the person. JSON is read whole: how a database writes it differs. So is what is encrypted."""
    wanted = Q()
    for name in fields:
        field = model._meta.get_field(name)
        if isinstance(field, EncryptedTextField):
            wanted |= ~Q(**{name: ""})
        elif isinstance(field, models.JSONField):
            wanted |= ~Q(**{f"{name}__isnull": True})
        else:
            wanted |= Q(**{f"{name}__iregex": naming.in_database})
    rows = model._base_manager.filter(wanted).exclude(_of_the_person(model, person)).order_by("pk")
    if path := path_to_community(model._meta.label):
        rows = rows.select_related(path)
    yield from rows.iterator(chunk_size=500)


def _of_the_person(model: type[models.Model], person: User) -> Q:
    """Their own rows, which are deleted or emptied with them."""
    said, mine = said_of(model), Q(pk__in=[])
    emptied = {name: fields for name, fields in (said.kept | said.cut).items() if fields}  # type: ignore[operator]
    for name in (*said.deleted_with, *emptied):
        to = TO_USER.get(model._meta.get_field(name).related_model._meta.label)  # type: ignore[union-attr]
        if to is not None:
            mine |= Q(**{f"{name}{to}": person.pk})
    return mine


def _is_frozen(row: models.Model) -> bool:
    which = _frozen.get(row._meta.label)
    return which is not None and type(row)._base_manager.filter(which, pk=row.pk).exists()


def sentences(value: Any, naming: Naming, *, surely: bool) -> list[tuple[str, bool]]:
    """Each once, with whether it surely names the person; of a value of a JSON field too."""
    found: dict[str, bool] = {}
    for text in _texts(value):
        for one in naming.found_in(text, surely=surely):
            start, end = sentence_at(text, one)
            sentence = text[start:end].strip()
            found[sentence] = found.get(sentence, False) or one.is_certain
    return list(found.items())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


@cache
def path_to_community(label: str) -> str:
    """« meeting__community »: the shortest way from a model, or nothing."""
    model = apps.get_model(label)
    waiting: deque[tuple[type[models.Model], tuple[str, ...]]] = deque([(model, ())])
    seen = {model}
    while waiting:
        here, path = waiting.popleft()
        if here is Community:
            return "__".join(path)
        for field in here._meta.concrete_fields:
            to: Any = field.related_model
            if to and to not in seen and to is not User:
                seen.add(to)
                waiting.append((to, (*path, field.name)))
    return ""


def community_of(row: Any) -> Community | None:
    if isinstance(row, Community):
        return row
    for name in filter(None, path_to_community(row._meta.label).split("__")):
        row = getattr(row, name, None)
    return row if isinstance(row, Community) else None


# ------------------------------------------------------------ deciding


@transaction.atomic
def decide_sentence(
    request: DestructionRequest, mark: str, *, by: User, becomes: str = "", kept_because: str = ""
) -> None:
    """Other words for one sentence, or its reason to stay; on the page as it was when it was read."""
    DestructionRequest.objects.select_for_update().get(pk=request.pk)
    if request.user_id == by.pk:
        raise PermissionDenied
    among = mark.partition(":")[0]
    passage = next((p for p in passages(request, by, among) if among and p.mark == mark), None)
    if passage is None:
        raise ValidationError(_("This sentence has changed since, or somebody has decided of it: look again."))
    if not kept_because:
        _reword(passage, becomes, by)
    audit.write(Action.DESTRUCTION_SENTENCE, by=by, about=request, kept=bool(kept_because))
    waits = passage.is_frozen and not kept_because
    request.decisions.create(
        print=passage.print,
        sentence=passage.sentence if waits else "",
        becomes=becomes if waits else "",
        is_kept=bool(kept_because),
        reason=kept_because,
        by=by,
    )


def _reword(passage: Passage, becomes: str, by: User) -> None:
    """Saved as its own model saves it. Whoever has the former words on a page left open is told of a conflict."""
    if passage.is_frozen:
        return
    row = type(passage.row)._base_manager.select_for_update().get(pk=passage.row.pk)
    field = row._meta.get_field(passage.field)
    said = getattr(row, passage.field)
    value = replaced(said, passage.sentence, becomes)
    if isinstance(value, str) and field.max_length and len(value) > field.max_length:
        raise ValidationError(_("These words are too long for where they go."))
    if reword := _signed.get(row._meta.label):
        reword(row, passage.field, lambda text: replaced(text, passage.sentence, becomes), by=by)
        return
    setattr(row, passage.field, value)
    row.save(update_fields=[passage.field])
    if follow := _following.get(row._meta.label):
        follow(row, passage.field, said, value)
    for model in (type(row), whole_of(type(row))):  # a part that counts no versions is edited with its whole
        names = {field.name for field in model._meta.concrete_fields}
        counter = next((name for name in ("edit_version", "version") if name in names), None)
        if counter:  # a report's `version` is its number
            model._base_manager.filter(pk=row.pk).update(**{counter: F(counter) + 1})
            break


def replaced(value: Any, sentence: str, becomes: str) -> Any:
    """The sentence in other words, wherever it stands in the value."""
    if isinstance(value, str):
        return value.replace(sentence, becomes)
    if isinstance(value, dict):
        return {key: replaced(part, sentence, becomes) for key, part in value.items()}
    return [replaced(part, sentence, becomes) for part in value] if isinstance(value, list) else value


def as_decided(row: Any, field: str, person: User) -> Any:
    """A field of a frozen row, each sentence said as somebody decided."""
    value = getattr(row, field)
    for one in TextDecision.objects.filter(request__user=person).exclude(sentence=""):
        if one.print == print_of(row, field, one.sentence):
            value = replaced(value, one.sentence, one.becomes)
    return value
