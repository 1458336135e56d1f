"""What one subject keeps of a wide thing, in a row of its own: read where the subject is, not at each request."""

from functools import cache
from typing import Any, Self, TypeVar

from django.db import models

Whole = TypeVar("Whole", bound=models.Model)


class Part(models.Model):
    """Its primary key is a one-to-one with its whole. The row exists once something was said: until then the defaults
    hold, so that nothing has to be made with the whole, one at a time or in bulk."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.whole)

    def get_absolute_url(self) -> str:
        return self.whole.get_absolute_url()

    @property
    def whole(self) -> Any:
        return getattr(self, self._link().name)

    @classmethod
    def of(cls, whole: models.Model) -> Self:
        """As kept, or one not saved yet."""
        link = cls._link()
        try:
            return getattr(whole, link.remote_field.get_accessor_name())
        except cls.DoesNotExist:
            return cls(**{link.name: whole})

    @classmethod
    def write(cls, whole: models.Model, **fields) -> Self:
        """Save these fields alone; the others stay as they are."""
        link = cls._link()
        part, _is_new = cls._default_manager.update_or_create(fields, pk=whole.pk)
        setattr(part, link.name, whole)  # the whole now knows this part, and not what it had read before
        return part

    @classmethod
    def row_of(cls, whole: models.Model) -> models.QuerySet[Self]:
        """Its row, made if there is none: for what is changed on a condition, by two people at once perhaps."""
        cls._default_manager.get_or_create(pk=whole.pk)
        return cls._default_manager.filter(pk=whole.pk)

    @classmethod
    def _link(cls) -> models.OneToOneField:
        return cls._meta.pk  # type: ignore[return-value]


def parts_of(model: type[models.Model]) -> list[type[Part]]:
    related = [relation.related_model for relation in model._meta.related_objects if relation.one_to_one]
    return [part for part in related if isinstance(part, type) and issubclass(part, Part)]


def whole_of(model: type[models.Model]) -> type[models.Model]:
    """What a part is a part of; any other model is whole."""
    return model._link().related_model if issubclass(model, Part) else model  # type: ignore[return-value]


@cache
def model_with(model: type[models.Model], name: str) -> type[models.Model]:
    """Where a field is kept: in the whole, or else in one of the parts."""
    if name in {field.name for field in model._meta.concrete_fields}:
        return model
    for part in parts_of(model):
        if name in {field.name for field in part._meta.concrete_fields if not field.primary_key}:
            return part
    return model


def row_with(whole: models.Model, name: str) -> models.Model:
    """The row of this whole where a field is kept."""
    model = model_with(type(whole), name)
    return whole if model is type(whole) else model.of(whole)  # type: ignore[attr-defined]


def _by_model(model: type[models.Model], fields: dict[str, Any]) -> tuple[dict[str, Any], dict[type[Part], dict]]:
    """The fields of the whole, then those of each part."""
    own: dict[str, Any] = {}
    of_parts: dict[type[Part], dict] = {}
    for name, value in fields.items():
        kept = model_with(model, name)
        place = of_parts.setdefault(kept, {}) if issubclass(kept, Part) else own
        place[name] = value
    return own, of_parts


def create(model: type[Whole], **fields) -> Whole:
    """A row, with the parts that these fields speak of."""
    own, of_parts = _by_model(model, fields)
    whole = model._default_manager.create(**own)
    for part, said in of_parts.items():
        part.write(whole, **said)
    return whole


def write(whole: models.Model, fields: dict[str, Any]) -> None:
    """Save these fields, each where it is kept."""
    own, of_parts = _by_model(type(whole), fields)
    for part, said in of_parts.items():
        part.write(whole, **said)
    for name, value in own.items():
        setattr(whole, name, value)
    if own:
        whole.save(update_fields=list(own))
