"""What mails hold of a person who is erased: their own, and those in which others were told of them.

A line stays, with its key, what it is about and its dates: who was told, and that nothing is told twice. The last
mail, which says that it is done, needs the address until it has left; `forget_goodbyes` then empties it too.
"""

import html

from django.db.models import Q
from django.utils import timezone

from accounts.domain.erasing import Erasure
from accounts.domain.naming import Naming
from accounts.models import ERASED_NAME
from outbox.models import Message, MessageQuerySet

GOODBYE = "erased"  # the slug of the last mail
EMPTIED = {"to": "", "subject": "", "text": "", "html": "", "calendar": "", "outcome": ""}
BODY = ("text", "html", "calendar")


def sweep(erasure: Erasure) -> None:
    person = erasure.person
    addressed = Q()
    for address in erasure.naming.addresses:
        addressed |= Q(to__iexact=address)
    theirs = Message.objects.filter(addressed | Q(recipient=person)).exclude(kind=GOODBYE)
    theirs.waiting().update(dropped_at=timezone.now())
    erasure.update(theirs, **EMPTIED)
    for message in naming(erasure.naming):
        values = _without(message, erasure.naming)
        erasure.update(Message.objects.filter(pk=message.pk), **values)


def naming(person: Naming) -> list[Message]:
    """To others, or to nobody we know."""
    wanted = Q()
    for name in ("subject", "outcome", *BODY):
        wanted |= Q(**{f"{name}__iregex": person.in_database})
    found = Message.objects.filter(wanted).exclude(kind=GOODBYE)
    return [m for m in found.iterator() if any(_names(person, m, name) for name in ("subject", "outcome", *BODY))]


def _names(person: Naming, message: Message, field: str) -> bool:
    return person.names(html.unescape(getattr(message, field)))


def _without(message: Message, person: Naming) -> dict[str, str]:
    """One that has left keeps its subject, without the name, and no body. One that waits leaves without the name."""
    subject = person.replaced(message.subject, ERASED_NAME)
    if message.state not in ("waiting", "retrying"):
        return {"subject": subject, "outcome": "", **dict.fromkeys(BODY, "")}
    bodies = {name: person.replaced(getattr(message, name), ERASED_NAME) for name in BODY}
    if person.names(html.unescape(bodies["html"])):  # written with entities: its text says the same
        bodies["html"] = ""
    return {"subject": subject, "outcome": "", **bodies}


def forget_goodbyes() -> int:
    """Of the mails that said it was done, and that have left or never will."""
    over: MessageQuerySet = Message.objects.filter(kind=GOODBYE).exclude(to="")
    return over.exclude(sent_at=None, failed_at=None, dropped_at=None).update(**EMPTIED)
