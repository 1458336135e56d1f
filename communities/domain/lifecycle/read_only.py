"""What is kept is only read: an archived community, and what its members took over when CMTL handed it to them.

Asked before every rule (`accounts.models.refuse_when`), so that a page written tomorrow is covered: a permission
whose verb reads still stands, any other is refused. The name of a permission therefore says whether it reads.
"""

from typing import Any

from communities.models import Community

READING = ("see_", "read", "export_")  # how its verb begins
# Reopening; the link of a meeting and its calendar, which change nothing; and what the law asks whatever the state.
ALWAYS = ("communities.archive", "meetings.join", "meetings.subscribe", "meetings.destroy_recording")


def refuses(perm: str, thing: Any) -> bool:
    """Whether this permission, asked of a community or of something in it, would change what is kept."""
    if thing is None or perm in ALWAYS or perm.partition(".")[2].startswith(READING):
        return False
    community = thing if isinstance(thing, Community) else getattr(thing, "community", None)
    if not isinstance(community, Community):
        return False
    return community.is_archived or bool(getattr(thing, "is_history", False))
