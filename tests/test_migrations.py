"""A new database is drawn at once; one that has lived went through every step. Both come to the same tables."""

from django.db.migrations import CreateModel, RunPython
from django.db.migrations.loader import MigrationLoader

from cmtl.migrations import AtOnce


def models_drawn(*, at_once: bool) -> dict:
    loader = MigrationLoader(None, load=False)
    loader.replace_migrations = at_once
    loader.build_graph()
    return loader.project_state().models


def test_the_steps_and_what_replaces_them_draw_the_same_models():
    at_once, step_by_step = models_drawn(at_once=True), models_drawn(at_once=False)

    assert at_once.keys() == step_by_step.keys()
    assert [name for name in at_once if at_once[name] != step_by_step[name]] == []


def test_what_is_drawn_at_once_only_creates():
    drawn = [m for m in MigrationLoader(None).disk_migrations.values() if isinstance(m, AtOnce)]

    assert len(drawn) == 3
    assert all(isinstance(step, CreateModel | RunPython) for migration in drawn for step in migration.operations)
