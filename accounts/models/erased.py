"""What erasing a person does to the rows of each table, said on its model: `erased = Erased(…)`.

A relation that leads to a person, and each field that can hold words, an address or a file, is named in one of the
lists below. `tests/erasing` fails for one that is named in none, so that a table made tomorrow is covered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

HOLDS_ANYTHING = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.FileField,
    models.GenericIPAddressField,
)


@dataclass(frozen=True)
class Erased:
    """Relations are named first, then fields.

    `kept` and `cut` say, for each relation, which fields are emptied with it: those that tell about the person. What
    points at a row that is `kept` is theirs too, and is followed.
    """

    deleted_with: Sequence[str] = ()  # the row goes with the person, and what points at it
    kept: Mapping[str, Sequence[str]] = field(default_factory=dict)  # it stays, theirs, and belongs to nobody known
    left: Sequence[str] = ()  # it is not theirs, and goes on pointing at them, who have no name any more
    cut: Mapping[str, Sequence[str]] = field(default_factory=dict)  # it stays, and points at nobody
    itself: Mapping[str, Any] = field(default_factory=dict)  # of the person's own row: what each field becomes
    words: Sequence[str] = ()  # written by people: searched for the name, and a human decides
    swept: Sequence[str] = ()  # emptied by a function registered with `erasing.also`
    plain: Sequence[str] = ()  # codes, keys and texts of the product: nobody's

    @property
    def relations(self) -> set[str]:
        return {*self.deleted_with, *self.kept, *self.left, *self.cut}

    @property
    def fields(self) -> set[str]:
        emptied = {name for names in (*self.kept.values(), *self.cut.values()) for name in names}
        return {*emptied, *self.itself, *self.words, *self.swept, *self.plain}


# What libraries make, that cannot say it themselves.
OF_LIBRARIES = {
    "account.emailaddress": Erased(deleted_with=["user"], plain=["email"]),
    "account.emailconfirmation": Erased(deleted_with=["email_address"], plain=["key"]),
    "auth.group": Erased(plain=["name"]),
    "auth.permission": Erased(plain=["name", "codename"]),
    "contenttypes.contenttype": Erased(plain=["app_label", "model"]),
    "mfa.authenticator": Erased(deleted_with=["user"], plain=["type", "data"]),
    "sessions.session": Erased(swept=["session_data"], plain=["session_key"]),
    "usersessions.usersession": Erased(deleted_with=["user"], plain=["ip", "session_key", "user_agent", "data"]),
}


def said_of(model: type[models.Model]) -> Erased:
    """A table of a many-to-many relation is spoken for by the model that has it."""
    owner: Any = model._meta.auto_created
    if owner:
        return said_of(owner)
    of_ours: Any = getattr(model, "erased", Erased())
    return OF_LIBRARIES.get(model._meta.label_lower, of_ours)


def name_of(relation: models.ForeignObjectRel) -> str:
    """The relation as its model calls it: the field, or the many-to-many field whose table it is in."""
    model: Any = relation.related_model
    owner: Any = model._meta.auto_created
    if not owner:
        return relation.field.name
    return next(f.name for f in owner._meta.local_many_to_many if f.remote_field.through is model)


def pointing_at(model: type[models.Model]) -> list[Any]:
    """Every relation to a model, those without a name for their way back and those of many-to-many tables included."""
    relations = model._meta.get_fields(include_hidden=True)
    return [r for r in relations if r.auto_created and not r.concrete and (r.one_to_many or r.one_to_one)]


def holding(model: type[models.Model]) -> list[str]:
    """Fields that can hold words, an address or a file; not those that hold one of a list of choices."""
    return [f.name for f in model._meta.local_concrete_fields if isinstance(f, HOLDS_ANYTHING) and not f.choices]


def written_by_people() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Each model with the fields where a name may stand: those of another person's row too."""
    for model in apps.get_models():
        said = said_of(model)
        of_somebody = {name for names in (*said.kept.values(), *said.cut.values()) for name in names}
        asked = {*said.words, *of_somebody} - {*said.swept}
        fields = [name for name in holding(model) if name in asked]
        if fields:
            yield model, fields
