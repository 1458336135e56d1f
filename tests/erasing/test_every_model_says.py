"""A table made tomorrow that points at people, or holds what people write, fails here until it says what erasing does
to its rows."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from accounts.models import User
from accounts.models.erased import Erased, holding, name_of, pointing_at, said_of


def reached() -> Iterator[tuple[type[models.Model], str, Erased]]:
    """Each relation that leads to a person, through rows that stay too."""
    waiting, seen = [User], {User}
    while waiting:
        for relation in pointing_at(waiting.pop()):
            model, name, said = relation.related_model, name_of(relation), said_of(relation.related_model)
            yield model, name, said
            if name in said.kept and model not in seen:
                seen.add(model)
                waiting.append(model)


def unsaid_fields(model: type[models.Model]) -> set[str]:
    return set(holding(model)) - said_of(model).fields


def test_every_relation_to_a_person_says_what_becomes_of_the_row():
    assert [f"{model.__name__}.{name}" for model, name, said in reached() if name not in said.relations] == []


def test_every_field_that_holds_words_says_whose_they_are():
    assert {m.__name__: found for m in apps.get_models() if (found := unsaid_fields(m))} == {}


def test_a_model_made_tomorrow_that_says_nothing_is_found():
    with isolate_apps("communities"):

        class Tomorrow(models.Model):
            words = models.TextField()
            kind = models.CharField(max_length=3, choices=[("a", "A")])

            class Meta:
                app_label = "communities"

            def __str__(self) -> str:
                return self.words

    assert unsaid_fields(Tomorrow) == {"words"}


def test_an_inherited_declaration_does_not_speak_for_another_table():
    with isolate_apps("communities"):

        class Older(models.Model):
            words = models.TextField()
            erased = Erased(words=["words"])

            class Meta:
                app_label = "communities"

            def __str__(self) -> str:
                return self.words

        class Younger(Older):
            more = models.TextField()

            class Meta:
                app_label = "communities"

    assert unsaid_fields(Younger) == {"more"}


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda m: m._meta.label)
def test_what_is_said_is_there(model):
    """No name of a field that is gone; what is cut may be empty."""
    said, names = said_of(model), {f.name for f in model._meta.get_fields()}
    assert said.relations | said.fields <= names
    for name in said.cut:
        field = model._meta.get_field(name)
        assert field.many_to_many or field.null, name
    lists = [said.kept, said.cut, said.deleted_with, said.left]
    assert [name for name in said.relations if sum(name in one for one in lists) > 1] == []
