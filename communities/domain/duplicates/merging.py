"""Making one record out of two, and taking it back for a day.

Everything that points at the record that goes is found through Django's own description of the relations, so that a
model made tomorrow is moved too. Where both hold the same thing and the database allows one (two presences at one
meeting, two memberships in one community), the two are merged in turn: a model says how in `merged_with(other)`, the
values to keep; without it, what was kept stays and its blanks are filled. Where words were promised to some readers,
nothing is mixed: one of the two stays whole, the model says which in `outlives(other)`, and the other is forgotten with
what points at it.

Each change is written in a journal, in order. Undoing reads it backwards, and changes back only what nobody has
changed since. Nothing cascades: a row that something still points at makes the whole merge fail.
"""

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User, normalised
from accounts.models.erased import pointing_at
from cmtl import retention
from cmtl.encrypted import EncryptedTextField
from cmtl.renamed import current_label
from communities.domain.members import directory
from communities.models import Community, FormerMembership, Kind, Membership, Merge, Organisation

PERSON = ["first_name", "last_name", "email", "language"]
ORGANISATION = ["name", "kind", "sector", "has_paid_staff", "size", "territory"]
MODELS: dict[str, type[models.Model]] = {Kind.PERSON: User, Kind.ORGANISATION: Organisation}
FIELDS: dict[str, list[str]] = {Kind.PERSON: PERSON, Kind.ORGANISATION: ORGANISATION}
# Ways of signing in are of one account; they are never handed to another.
STAYS_BEHIND = {"account.emailaddress", "mfa.authenticator", "usersessions.usersession"}


def mergeable_by(user, kind: str) -> models.QuerySet:
    """Records one may see and correct."""
    if kind == Kind.ORGANISATION:
        return Organisation.objects.correctable_by(user)
    mine = Membership.objects.filter(community__in=Community.objects.manageable_by(user)).order_by()
    return User.objects.filter(pk__in=mine.values("user"), erased_at=None)


def has_account(person: User) -> bool:
    """Signed in once, proves who they are, or holds a role."""
    return bool(
        person.last_login or person.is_staff or person.authenticator_set.exists() or person.role_assignments.exists()
    )


def refuse_merging(kind: str, kept: Any, absorbed: Any, by: User) -> None:
    if kept.pk == absorbed.pk:
        raise ValidationError(_("This is one and the same record."))
    if kind != Kind.PERSON:
        return
    if has_account(kept) and has_account(absorbed):
        raise ValidationError(
            _("Both of them have an account: accounts are not merged. One of them asks to have theirs closed first.")
        )
    if has_account(absorbed):
        raise ValidationError(_("%(person)s has an account: keep that one.") % {"person": absorbed})
    if not directory.may_correct_person(by, absorbed):
        raise ValidationError(
            _("%(person)s is also in a community that is not yours: ask its coordination.") % {"person": absorbed}
        )


def choosable(kind: str, kept: Any, absorbed: Any, by: User) -> list[str]:
    """Fields that differ, and whose value one may choose."""
    if kind == Kind.PERSON and not directory.may_correct_person(by, kept):
        return []
    return [name for name in FIELDS[kind] if getattr(kept, name) != getattr(absorbed, name)]


def merge(kind: str, kept: Any, absorbed: Any, *, taken: list[str], by: User) -> Merge:
    """`absorbed` disappears into `kept`, which takes its values of the fields `taken`."""
    try:
        with transaction.atomic():
            return _merge(kind, kept, absorbed, taken, by)
    except IntegrityError:
        raise ValidationError(_("These two hold things that cannot stand together. Nothing was changed.")) from None


def _merge(kind: str, kept: Any, absorbed: Any, taken: list[str], by: User) -> Merge:
    rows = MODELS[kind]._default_manager.select_for_update()
    locked = {row.pk: row for row in rows.filter(pk__in=[kept.pk, absorbed.pk]).order_by("pk")}
    if len(locked) < 2 and kept.pk != absorbed.pk:
        raise ValidationError(_("One of the two is gone: they were merged meanwhile."))
    kept, absorbed = locked[kept.pk], locked[absorbed.pk]
    if set(locked) - set(mergeable_by(by, kind).filter(pk__in=locked).values_list("pk", flat=True)):
        raise PermissionDenied
    refuse_merging(kind, kept, absorbed, by)
    allowed = choosable(kind, kept, absorbed, by)
    values = {name: getattr(absorbed, name) for name in taken if name in allowed}
    journal = Journal()
    journal.absorb(kept, absorbed)
    if "email" in values:  # what the former address opened must not stay open
        for address in kept.emailaddress_set.all():
            journal.delete(address)
    journal.change(kept, prepared(kind, kept, values) | _links_closed(kind, kept, absorbed))
    connection.check_constraints()
    audit.write(Action.MERGED, by=by, about=kept, taken=list(values))
    return Merge.objects.create(
        kind=kind,
        kept=kept.pk,
        kept_name=str(kept)[:170],
        absorbed_name=str(absorbed)[:170],
        journal=journal.steps,
        by=by,
    )


def _links_closed(kind: str, kept: Any, absorbed: Any) -> dict:
    """The later of the two: what one of them closed does not open again under the other's name."""
    if kind != Kind.PERSON:
        return {}
    return {"links_closed_at": max(filter(None, [kept.links_closed_at, absorbed.links_closed_at]), default=None)}


def prepared(kind: str, kept: Any, values: dict) -> dict:
    """With the key that names are sorted by, as saving would write it."""
    if not values:
        return {}
    now = {name: values.get(name, getattr(kept, name)) for name in FIELDS[kind]}
    name = f"{now['last_name']} {now['first_name']}" if kind == Kind.PERSON else now["name"]
    return {**values, "sort_key": normalised(name)}


@transaction.atomic
def undo_merge(merge: Merge) -> None:
    """Put everything back as it was. Pressed twice, the second finds nothing left to undo."""
    held = Merge.objects.select_for_update().filter(pk=merge.pk).reversible().first()
    if held is None:
        raise ValidationError(_("This merge can no longer be undone."))
    try:
        with transaction.atomic():
            for step in reversed(held.journal):
                _put_back(step)
            connection.check_constraints()
    except IntegrityError:
        raise ValidationError(
            _("Something that depended on this merge has changed since: it can no longer be undone.")
        ) from None
    audit.write(Action.MERGE_UNDONE, about=MODELS[held.kind]._default_manager.filter(pk=held.kept).first())
    held.delete()


class Journal:
    """Changes as they are made, with what they replaced."""

    def __init__(self) -> None:
        self.steps: list[dict] = []

    def absorb(self, kept: models.Model, absorbed: models.Model) -> None:
        """Move all that points at one row to another of the same table, then delete it."""
        for relation in pointing_at(type(kept)):
            for row in _rows(relation, absorbed).select_for_update().order_by("pk"):
                if row._meta.label_lower in STAYS_BEHIND:
                    self.delete(row)
                elif twins := _twins(row, relation.field, kept):
                    self._settle(twins[0], row, relation.field, kept)
                else:
                    self._move(row, relation.field, kept)
        self.delete(absorbed)

    def _move(self, row: models.Model, field: Any, kept: models.Model) -> None:
        self.change(row, {field.attname: getattr(kept, field.target_field.attname)})

    def _settle(self, twin: models.Model, row: models.Model, field: Any, kept: models.Model) -> None:
        outlives = getattr(twin, "outlives", None)
        if outlives is None:
            self._merge_twin(twin, row)
        elif outlives(row):
            self._forget(row)
        else:
            self._forget(twin)
            self._move(row, field, kept)

    def _forget(self, row: models.Model) -> None:
        for relation in pointing_at(type(row)):
            for one in _rows(relation, row).select_for_update().order_by("pk"):
                self._forget(one)
        self.delete(row)

    def _merge_twin(self, twin: models.Model, row: models.Model) -> None:
        how = getattr(twin, "merged_with", None)
        values = how(row) if how else _blanks_filled(twin, row)
        self.absorb(twin, row)
        self.change(twin, values)
        if isinstance(twin, Membership):
            remembered = FormerMembership.objects.create(number=row.pk, membership=twin)
            self.steps.append({"did": "added", "model": remembered._meta.label_lower, "pk": remembered.pk})

    def change(self, row: models.Model, values: dict) -> None:
        fields = {row._meta.get_field(name).attname: value for name, value in values.items()}  # type: ignore[union-attr]
        before = {name: getattr(row, name) for name in fields}
        changed = {name: value for name, value in fields.items() if value != before[name]}
        if not changed:
            return
        type(row)._base_manager.filter(pk=row.pk).update(**changed)
        after = _written(row, changed)
        self.steps.append(
            {
                "did": "changed",
                "model": row._meta.label_lower,
                "pk": _plain(row._meta.pk, row.pk),
                "before": _written(row, {name: before[name] for name in changed}),
                "after": after,
            }
        )
        for name, value in changed.items():
            setattr(row, name, value)

    def delete(self, row: models.Model) -> None:
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        self.steps.append({"did": "deleted", "model": row._meta.label_lower, "row": _written(row, values)})
        rows = type(row)._base_manager.filter(pk=row.pk)
        rows._raw_delete(rows.db)  # nothing cascades: what still points here must fail, not vanish


# ------------------------------------------------------------ what points where


def _rows(relation, target: models.Model) -> models.QuerySet:
    value = getattr(target, relation.field.target_field.attname)
    return relation.related_model._base_manager.filter(**{relation.field.attname: value})


def _twins(row: models.Model, field, kept: models.Model) -> list[models.Model]:
    """The row that stands where this one would go: the database allows one."""
    model = type(row)
    for names, condition, nulls_count in _unique_sets(model):
        if field.name not in names:
            continue
        attnames = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
        where = {name: getattr(row, name) for name in attnames}
        if None in where.values() and not nulls_count:
            continue
        if condition and not model._base_manager.filter(condition, pk=row.pk).exists():
            continue
        where[field.attname] = getattr(kept, field.target_field.attname)
        others = model._base_manager.filter(condition or Q(), **where).exclude(pk=row.pk)
        if twins := list(others.select_for_update()[:1]):
            return twins
    return []


def _unique_sets(model: type[models.Model]) -> list[tuple[tuple[str, ...], Q | None, bool]]:
    """Names of fields that are unique together, under which condition, and whether two blanks are the same."""
    unique = [c for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) and c.fields]
    sets = [(tuple(c.fields), c.condition, c.nulls_distinct is False) for c in unique]
    sets += [(tuple(names), None, False) for names in model._meta.unique_together]
    return sets + [((f.name,), None, False) for f in model._meta.concrete_fields if f.unique and f.is_relation]


def _blanks_filled(kept: models.Model, other: models.Model) -> dict:
    empty = (None, "")
    return {
        f.attname: getattr(other, f.attname)
        for f in kept._meta.concrete_fields
        if not f.primary_key
        and not f.is_relation
        and getattr(kept, f.attname) in empty
        and getattr(other, f.attname) not in empty
    }


# ------------------------------------------------------------ writing down, and putting back


def _plain(field, value: Any) -> Any:
    """As JSON keeps it, to the microsecond."""
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(value, bool | int | str) and not isinstance(field, EncryptedTextField):
        return value
    holder = field.model()
    setattr(holder, field.attname, value)
    return field.value_to_string(holder)


def _written(row: models.Model, values: dict) -> dict:
    return {name: _plain(row._meta.get_field(name), value) for name, value in values.items()}


def _read(model: type[models.Model], values: dict) -> dict:
    fields = {name: model._meta.get_field(name) for name in values}
    return {
        name: value if isinstance(fields[name], models.JSONField) else fields[name].to_python(value)  # type: ignore[union-attr]
        for name, value in values.items()
    }


def _put_back(step: dict) -> None:
    model = apps.get_model(current_label(step["model"]))
    if step["did"] == "deleted":
        model(**_read(model, step["row"])).save_base(raw=True, force_insert=True)
    elif step["did"] == "added":
        model._base_manager.filter(pk=step["pk"]).delete()
    else:
        rows = model._base_manager.filter(pk=step["pk"])
        row = rows.select_for_update().first()
        if row and all(getattr(row, name) == value for name, value in _read(model, step["after"]).items()):
            rows.update(**_read(model, step["before"]))


@retention.applies("merges")
def forget_over() -> int:
    """What could be undone for a day is forgotten after it."""
    return Merge.objects.over(timezone.now()).delete()[0]
