"""What was said in a conversation and may be told: passed on without a name, in words that nobody recognises.

« Recueillir des commentaires et des impressions qui n'auraient pas toujours été exprimés autrement » (guide, p. 17).
Nothing that is made here points at the follow-up or at the person, and neither does the follow-up at it.
"""

import uuid

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain import audit
from accounts.domain.naming import Naming
from accounts.models import Action, User
from communities.domain import outcomes
from communities.models import Outcome
from evaluations.domain import improvements
from evaluations.models import IndividualFollowUp
from meetings.domain.topics import topics
from meetings.models import Improvement, Topic

LONGEST = Improvement.LONGEST


class Becomes(models.TextChoices):
    TOPIC = "topic", gettext_lazy("A topic to propose to the group")
    IMPROVEMENT = "improvement", gettext_lazy("An improvement to consider")
    OUTCOME = "outcome", gettext_lazy("An outcome of the community")


@transaction.atomic
def pass_on(follow_up: IndividualFollowUp, words: str, becomes: str, *, by: User) -> Topic | Improvement | Outcome:
    """What was made. Raises ValidationError, at `words`, where they hold the name or the organisation of the person."""
    words = " ".join(words.split())
    refuse_names(follow_up, words)
    community = follow_up.community
    audit.write(Action.FOLLOW_UP_PASSED_ON, by=by, community=community, becomes=becomes)
    if becomes == Becomes.TOPIC:
        return topics.propose(community, words, source=Topic.Source.FOLLOW_UP)[0]
    if becomes == Becomes.IMPROVEMENT:
        blank = {"state": Improvement.State.CONSIDERED}
        return improvements.write(community, {"wording": words, **blank}, by=by)
    fields = {
        "title": words[:160],
        "description": words if len(words) > 160 else "",
        "kind": Outcome.Kind.INITIATIVE,
        "is_shared": False,  # until its page is completed, those who lead alone see it
        "happened_on": timezone.localdate(),
    }
    return outcomes.record(Outcome, community, fields, key=_key(follow_up, words), by=by)


def _key(follow_up: IndividualFollowUp, words: str) -> uuid.UUID:
    """The same line sent twice is one outcome; who reads the database cannot tell from which follow-up it came."""
    return uuid.UUID(bytes=salted_hmac("passed-on", f"{follow_up.pk}:{words}", algorithm="sha256").digest()[:16])


def refuse_names(follow_up: IndividualFollowUp, words: str) -> None:
    person = follow_up.membership.user
    found = [words[one.start : one.end] for one in Naming.of(person).found_in(words)]
    organisation = follow_up.membership.organisation
    if organisation and Naming(organisation.name, "").names(words):
        found.append(organisation.name)
    if found:
        raise ValidationError(
            {"words": _("“%(name)s” would say who: write it so that nobody is recognised.") % {"name": found[0]}}
        )
