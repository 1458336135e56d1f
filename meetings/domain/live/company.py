"""Who has the console open and who is writing there, so that two people see each other before their texts meet. Kept a
few seconds in the cache and nowhere else; an entry that two of them overwrite comes back with their next question."""

import time
from dataclasses import dataclass, field

from django.core.cache import cache

from accounts.models import User

SEEN_FOR = 10  # seconds since the last question of their page
PLACES = ("line", "synthesis")


@dataclass
class Company:
    """Of one person: how many others, and the first names of those who write, by place."""

    others: int = 0
    line: list[str] = field(default_factory=list)
    synthesis: list[str] = field(default_factory=list)


def meet(meeting: int, user: User, writing: str) -> Company:
    """Say that one is there, and where one writes; know who else is."""
    try:
        return _meet(meeting, user, writing)
    except Exception:  # no cache: each seems to be alone, and sees the others' work a little later
        return Company()


def _meet(meeting: int, user: User, writing: str) -> Company:
    key, now = f"console-company:{meeting}", int(time.time())
    everyone = cache.get(key) or {}
    here = {pk: entry for pk, entry in everyone.items() if now - entry[1] < SEEN_FOR}
    here[user.pk] = (user.first_name, now, writing if writing in PLACES else "")
    if here != everyone:
        cache.set(key, here, timeout=60)
    others = [entry for pk, entry in here.items() if pk != user.pk]
    writers = {place: sorted(name for name, _at, where in others if where == place) for place in PLACES}
    return Company(len(others), **writers)
