"""What one subject keeps of a wide thing, in a row of its own: read where the subject is, not at each request."""

from typing import Self

from django.db import models


class Part(models.Model):
    """Its primary key is a one-to-one with its whole. The row exists once something was said: until then the defaults
    hold, so that nothing has to be made with the whole, one at a time or in bulk."""

    class Meta:
        abstract = True

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
