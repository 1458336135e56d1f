"""Meetings: planned, prepared, run, kept."""

from meetings.models.feeds import CalendarFeed
from meetings.models.groups import MeetingGroup
from meetings.models.imports import AttendanceImport
from meetings.models.meeting import CODE_LETTERS, AgendaItem, Meeting, new_code
from meetings.models.notes import Note
from meetings.models.polls import DatePoll, DateVote, ProposedDate
from meetings.models.preparing import AgendaModel, Logistics, PreparationCheck
from meetings.models.presence import Attendance, Reply
from meetings.models.recordings import Recording, RecordingConsent
from meetings.models.topics import Topic

__all__ = [
    "CODE_LETTERS",
    "AgendaItem",
    "AgendaModel",
    "Attendance",
    "AttendanceImport",
    "CalendarFeed",
    "DatePoll",
    "DateVote",
    "Logistics",
    "Meeting",
    "MeetingGroup",
    "Note",
    "PreparationCheck",
    "ProposedDate",
    "Recording",
    "RecordingConsent",
    "Reply",
    "Topic",
    "new_code",
]
