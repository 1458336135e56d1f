"""Archived communities are read-only, and so is what came before CMTL handed a community to its members.

Asked before every rule (`accounts.models.refuse_when`), so that a page written tomorrow is covered: a permission
declared with `reads=True` still stands, any other is refused.
"""

from typing import Any

from cmtl.permissions import READING
from communities.models import Community

# Reopening; the link of a meeting and its calendar, which change nothing; what the law asks whatever the state (who
# reads the notes of a conversation, and their end); asking those who agreed to it what came of a community, once it has
# closed.
ALWAYS = (
    "communities.archive",
    "meetings.join",
    "meetings.subscribe",
    "meetings.destroy_recording",
    "evaluations.ask_alumni",
    "evaluations.answer_for_follow_ups",
    "evaluations.open_follow_ups",
)


def refuses(perm: str, thing: Any) -> bool:
    """Whether this permission, asked of a community or of something in it, would change what is kept."""
    if thing is None or perm in ALWAYS or perm in READING:
        return False
    community = thing if isinstance(thing, Community) else getattr(thing, "community", None)
    if not isinstance(community, Community):
        return False
    return community.is_archived or bool(getattr(thing, "is_history", False))
