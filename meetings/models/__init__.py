"""Meetings: planned, prepared, run, kept."""

from meetings.models.afterwards import Absence, AttendanceCorrection, Reflection
from meetings.models.feeds import CalendarFeed
from meetings.models.groups import MeetingGroup
from meetings.models.imports import AttendanceImport
from meetings.models.letters import JoinClick, MailWording, WarmUpAnswer
from meetings.models.meeting import CODE_LETTERS, AgendaItem, Meeting, ModeMixin, new_code
from meetings.models.notes import Note
from meetings.models.polls import DatePoll, DateVote, ProposedDate
from meetings.models.preparing import AgendaModel, Logistics, PreparationCheck
from meetings.models.presence import Attendance, Reply, RoomSeat
from meetings.models.recordings import Recording, RecordingConsent
from meetings.models.together import ContinueVote, RulesRead, SpeakingTurn, TopicVote
from meetings.models.topics import Topic, TopicEvent, TopicSupport, supported_by

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
    "Logistics",
    "JoinClick",
    "MailWording",
    "Meeting",
    "MeetingGroup",
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
    "WarmUpAnswer",
    "new_code",
    "supported_by",
]
