"""Many mails at once, as large as real invitations, for the tests of delivery and the measures."""

from django.utils import timezone

from accounts.models import User
from outbox.models import Category, Message

PARAGRAPH = "La prochaine rencontre aura lieu mardi à midi ; nous parlerons de la façon de rejoindre les pères isolés. "
TEXT = PARAGRAPH * 8 + "\n\nhttps://exemple.quebec/r/" + "x" * 80
HTML = "<!doctype html><html lang='fr'><body>" + f"<p style='margin:0'>{PARAGRAPH}</p>" * 12 + "</body></html>"
CALENDAR = "\r\n".join(
    [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//cmtl//FR",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "UID:12@exemple.quebec",
        "DTSTAMP:20261101T120000Z",
        "DTSTART:20261124T170000Z",
        "DTEND:20261124T180000Z",
        "SUMMARY:Rejoindre les pères isolés",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
)


def write(count: int, *, prefix: str = "letter", people: int = 50, **fields) -> list[Message]:
    """`count` mails due now to invented people; the n-th has the key « prefix:n » and its own Message-ID."""
    addresses = [f"{prefix}-{n}@exemple.quebec" for n in range(min(people, count))]
    known = User.objects.in_bulk(addresses, field_name="email")
    for address in addresses:
        if address not in known:
            known[address] = User.objects.create_user(address, first_name="Alex", last_name=address.partition("@")[0])
    fields = {"category": Category.INVITATIONS, "sender_list": "community:1", "calendar": CALENDAR} | fields
    now = timezone.now()
    return Message.objects.bulk_create(
        Message(
            recipient=known[addresses[n % len(addresses)]],
            to=addresses[n % len(addresses)],
            key=f"{prefix}:{n}",
            kind="letter",
            subject=f"Rencontre {n} : rejoindre les pères isolés",
            text=TEXT,
            html=HTML,
            message_id=f"<{prefix}-{n}@exemple.quebec>",
            queued_at=now,
            send_after=now,
            **fields,
        )
        for n in range(count)
    )
