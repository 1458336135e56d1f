"""The one page of a meeting on a phone: what is current, from the invitation to the synthesis."""

from meetings.web.member_page.phone_page.after import After
from meetings.web.member_page.phone_page.before import Before
from meetings.web.member_page.phone_page.during import During

__all__ = ["Page"]


class Page(Before, During, After):
    """All of it: whoever draws it says which moment it is."""
