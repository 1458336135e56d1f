from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from accounts.domain import erasing
        from communities.domain.community import policies
        from communities.domain.organisations import representing
        from communities.domain.partners import budgeting
        from meetings.domain import polls  # noqa: F401 - the modules that cancel mails
        from meetings.domain.attendance import representatives
        from meetings.domain.followup import follow_up, overdue_reminders  # noqa: F401
        from meetings.domain.invitations import invitations, reminders  # noqa: F401
        from meetings.domain.retention import erasing as ours
        from meetings.domain.retention import inactive  # noqa: F401
        from meetings.domain.scheduling import advising, training_costs

        erasing.also(ours.sweep)
        budgeting.of_trainings.answer = training_costs.entries
        policies.warnings_of_year.answer = advising.of_year
        representing.meetings_attended.answer = representatives.meetings_attended
