from django.db.migrations import RenameModel

from cmtl.migrations import Renames, related_as


class Migration(Renames):

    dependencies = [("meetings", "0010_encrypt_needs")]

    operations = [
        RenameModel("Dot", "TopicVote"),
        RenameModel("GoOn", "ContinueVote"),
        RenameModel("Turn", "SpeakingTurn"),
        RenameModel("JoinPress", "JoinClick"),
        related_as("topicvote", "meeting", "topic_votes", "meetings.meeting"),
        related_as("topicvote", "topic", "topic_votes", "meetings.topic"),
        related_as("continuevote", "item", "continue_votes", "meetings.agendaitem"),
        related_as("speakingturn", "meeting", "speaking_turns", "meetings.meeting"),
        related_as("joinclick", "meeting", "join_clicks", "meetings.meeting"),
        related_as("joinclick", "membership", "join_clicks", "communities.membership"),
    ]
