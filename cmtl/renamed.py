"""Models that had another name. What was written with it stays as it is written: lines of the audit log, which never
change, journals of merges, and what a digest was made of."""

FORMER_LABELS = {
    "communities.DismissedAlert": "communities.SetAside",
    "communities.ExcludedExpectation": "communities.OutOfReach",
    "communities.RoleAssignment": "communities.Grant",
    "communities.TeamBuildingStep": "communities.LinkStep",
    "evaluations.BallotBox": "evaluations.Urn",
    "meetings.ContinueVote": "meetings.GoOn",
    "meetings.JoinClick": "meetings.JoinPress",
    "meetings.SpeakingTurn": "meetings.Turn",
    "meetings.TopicVote": "meetings.Dot",
}
FORMER_FIELDS = {  # of the whole, before they went to its part
    ("meetings.FollowUp", "text"): "follow_up",
    ("meetings.FollowUp", "words_to_absent"): "follow_up_absent",
    ("meetings.Invitation", "words"): "invitation_words",
}
_CURRENT = {former.lower(): label.lower() for label, former in FORMER_LABELS.items()}


def current_label(written: str) -> str:
    """The label, in small letters, of the model that this one names."""
    return _CURRENT.get(written, written)
