"""Meetings: planned, prepared, run, kept."""

from meetings.models.absences import Absence
from meetings.models.attendance import Attendance, RoomSeat
from meetings.models.attendance_corrections import AttendanceCorrection
from meetings.models.feeds import CalendarFeed
from meetings.models.follow_up import FollowUp
from meetings.models.groups import MeetingGroup
from meetings.models.imports import AttendanceImport
from meetings.models.improvements import Improvement
from meetings.models.invitations import Invitation
from meetings.models.join_clicks import JoinClick
from meetings.models.mail_wordings import MailWording
from meetings.models.meeting import CODE_LETTERS, AgendaItem, Meeting, ModeMixin, new_code
from meetings.models.minutes import Minutes
from meetings.models.notes import Note
from meetings.models.polls import DatePoll, DateVote, ProposedDate
from meetings.models.preparation import AgendaModel, Logistics, PreparationCheck
from meetings.models.recordings import Recording, RecordingConsent
from meetings.models.reflections import Reflection
from meetings.models.replies import Reply
from meetings.models.rules_read import RulesRead
from meetings.models.speaking_turns import SpeakingTurn
from meetings.models.topics import Topic, TopicEvent, TopicSupport, supported_by
from meetings.models.trainings import Training
from meetings.models.votes import ContinueVote, TopicVote
from meetings.models.warm_up_answers import WarmUpAnswer

__all__ = [
    "CODE_LETTERS",
    "Absence",
    "AgendaItem",
    "AgendaModel",
    "Attendance",
    "AttendanceCorrection",
    "AttendanceImport",
    "CalendarFeed",
    "TopicVote",
    "ContinueVote",
    "DatePoll",
    "DateVote",
    "FollowUp",
    "Improvement",
    "Invitation",
    "Logistics",
    "JoinClick",
    "MailWording",
    "Meeting",
    "MeetingGroup",
    "Minutes",
    "ModeMixin",
    "Note",
    "PreparationCheck",
    "ProposedDate",
    "Recording",
    "RecordingConsent",
    "Reflection",
    "Reply",
    "RoomSeat",
    "RulesRead",
    "Topic",
    "TopicEvent",
    "TopicSupport",
    "SpeakingTurn",
    "Training",
    "WarmUpAnswer",
    "new_code",
    "supported_by",
]
