"""One thing left to do, and how much it presses."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

LATE, THIS_WEEK, SOON = "late", "week", "soon"
FORGOTTEN_AFTER = dt.timedelta(days=45)  # a meeting left open that long is no longer news


@dataclass(frozen=True)
class ToDo:
    """One line of « À faire »: how urgent, what, why, and the button that does it."""

    urgency: str
    title: str
    detail: str
    url: str
    button: str
    community_id: int | None = None  # where it waits, if it waits in one community

    @property
    def pill(self) -> tuple[str, str]:
        return {
            LATE: ("bad", _("late")),
            THIS_WEEK: ("warn", _("this week")),
            SOON: ("", _("soon")),
        }[self.urgency]
