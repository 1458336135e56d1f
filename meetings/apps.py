from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from accounts.domain import erasing
        from meetings.domain import polls  # noqa: F401 - the modules that cancel mails
        from meetings.domain.followup import follow_up, overdue_reminders  # noqa: F401
        from meetings.domain.invitations import invitations, reminders  # noqa: F401
        from meetings.domain.retention import erasing as ours
        from meetings.domain.retention import inactive  # noqa: F401

        erasing.also(ours.sweep)
