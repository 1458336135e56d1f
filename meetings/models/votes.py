"""What a group decides with votes while it meets. Erased at closing: see `meetings.domain.live.purge`."""

from django.db import models

from accounts.models.erased import Erased
from communities.models import Membership
from meetings.models.meeting import AgendaItem, Meeting
from meetings.models.topics import Topic


class TopicVote(models.Model):
    """One of the three dots of somebody choosing the topics of today, one at most on a topic.

    Anonymous to everyone: pages show how many a topic has, and to each person their own. Who gave it is kept only to
    hold everyone to three, until the meeting is closed.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="topic_votes")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="topic_votes")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")

    erased = Erased(deleted_with=["membership"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "topic", "membership"], name="one_dot_each_on_a_topic")
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}"


class ContinueVote(models.Model):
    """« Continue » or « pass », at the end of the time of a topic. Counted, never told by whom, erased at closing."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="continue_votes")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    goes_on = models.BooleanField()
    asked_at = models.DateTimeField(help_text="the end this is about: minutes added ask anew")

    erased = Erased(deleted_with=["membership"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "membership"], name="one_go_on_each")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.goes_on}"
