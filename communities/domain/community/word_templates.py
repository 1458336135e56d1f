"""The Word template of a programme: kept, taken, removed."""

from django.db import transaction
from django.utils import timezone

from accounts.domain import audit
from accounts.models import Action, User
from communities.models import Community, Programme, WordTemplate


@transaction.atomic
def keep(programme: Programme, content: bytes, name: str, *, by: User) -> None:
    """In place of the one before. `content` is one that `cmtl.word.templates` accepts."""
    kept = {"content": content, "name": name[-150:], "sent_on": timezone.localdate()}
    WordTemplate.objects.update_or_create(programme=programme, defaults=kept)
    audit.write(Action.SETTINGS_CHANGED, by=by, about=programme, fields=["word_template"])


@transaction.atomic
def remove(programme: Programme, *, by: User) -> None:
    """Documents take our own look again."""
    if WordTemplate.objects.filter(programme=programme).delete()[0]:
        audit.write(Action.SETTINGS_CHANGED, by=by, about=programme, fields=["word_template"])


def styles_for(community: Community) -> bytes:
    """What documents of the community are made from; empty for our own look."""
    found = WordTemplate.objects.filter(programme=community.programme_id).values_list("content", flat=True).first()
    return bytes(found or b"")
