"""« Join » pressed on one's own page: a hint of who tried to connect, told to those who lead; never a presence."""

from meetings.domain.links.links import Guest
from meetings.models import JoinClick


def note_press(guest: Guest) -> None:
    """Only the first press is kept; a link that is merely opened, as scanners do, is none."""
    JoinClick.objects.get_or_create(meeting=guest.meeting, membership=guest.membership)
