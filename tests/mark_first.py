"""The wrong order, to show that the measure sees it: a mail is written down as sent before it is.

`celery -A tests.mark_first worker` is the project's worker with that one fault.
"""

import django

from cmtl.celery import app  # noqa: F401  (what Celery looks for)

django.setup()

from outbox.domain import delivery  # noqa: E402


def hand_over(self, letter, message):
    self._open()
    message.accepted()
    self.connection.send_messages([letter])
    return "sent"


delivery.Relay.hand_over = hand_over
