"""The facilitator's minute: how it went, in two minutes, for oneself alone.

« Faire preuve d'humilité et apporter des ajustements, au besoin » (guide, p. 14). A question a time, that turns.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from meetings.models import Meeting, Reflection

OFFERED_FOR = dt.timedelta(days=7)  # after the closing, on Today; the page itself stays open
PROMPTS = {
    "surprise": _("What surprised you?"),
    "unlocked": _("Which moment unlocked the exchange?"),
    "again": _("What would you do differently?"),
    "solution": _("Was a solution born of the group?"),
    "unheard": _("Whom did you hear less than you would have liked, and what would open the door to them?"),
    "keep": _("What did you do that you want to keep doing?"),
}
FACES = {
    1: ("frown", _("Hard")),
    2: ("annoyed", _("Rather hard")),
    3: ("meh", _("So-so")),
    4: ("smile", _("Well")),
    5: ("laugh", _("Very well")),
}


def prompt_for(author: User) -> str:
    """One after the other, from one meeting to the next."""
    return list(PROMPTS)[author.reflections.count() % len(PROMPTS)]


def reflection_of(meeting: Meeting, author: User) -> Reflection:
    """What they wrote of it, or a blank page with its question."""
    mine = meeting.reflections.filter(author=author).first()
    return mine or Reflection(meeting=meeting, author=author, prompt=prompt_for(author))


def write_journal(meeting: Meeting, author: User, prompt: str, **fields) -> None:
    """Written again, it is the same page; its question stays."""
    Reflection.objects.update_or_create(
        meeting=meeting,
        author=author,
        defaults={**fields, "written_at": timezone.now()},
        create_defaults={**fields, "prompt": prompt if prompt in PROMPTS else prompt_for(author)},
    )


def left_to_do(author: User, communities: Collection[int]) -> list[Reflection]:
    """What they noted there for later, the latest first: an individual follow-up to plan, rules to take up again with
    the group. `is_of_last` says whether no other meeting was closed since."""
    closed = Meeting.objects.filter(community=OuterRef("meeting__community"), closed_at__isnull=False)
    last = closed.order_by("-starts_at", "-pk").values("pk")[:1]
    noted = Q(plans_follow_up=True) | Q(rules_kept=Reflection.RulesKept.AGAIN)
    mine = journal(author).filter(noted, meeting__community__in=communities)
    return list(mine.annotate(is_of_last=Case(When(meeting=Subquery(last), then=True), default=False)))


def rules_to_take_up(notes: Iterable[Any]) -> dict[int, Meeting]:
    """Community → its last meeting, after which they noted it. Nothing once another meeting was closed."""
    again = Reflection.RulesKept.AGAIN
    found = [note for note in notes if note.is_of_last and note.rules_kept == again]
    return {note.meeting.community_id: note.meeting for note in found}


def say_followed_up(meeting: Meeting, author: User) -> None:
    """The conversation took place: it is no longer to plan, and with whom is forgotten."""
    mine = meeting.reflections.filter(author=author)
    mine.update(plans_follow_up=False, follow_up_with="")


def journal(author: User) -> QuerySet[Reflection]:
    return Reflection.objects.visible_to(author).select_related("meeting__community")
