"""Work that a person has asked for and a worker does."""

from celery import Task
from django.db import transaction


def start_soon(task: Task, pk: int) -> None:
    """Once the row is written. Without a broker nothing is lost and nothing fails: the timetable finds what waits."""
    transaction.on_commit(lambda: task.apply_async([pk], retry=False), robust=True)
