from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from accounts.domain import erasing
        from communities.domain.community import policies
        from communities.domain.organisations import representing
        from communities.domain.partners import budgeting
        from meetings.domain import polls
        from meetings.domain.attendance import representatives
        from meetings.domain.followup import follow_up, overdue_reminders
        from meetings.domain.invitations import emails, invitations, reminders
        from meetings.domain.retention import erasing as ours
        from meetings.domain.retention import inactive
        from meetings.domain.scheduling import advising, training_costs
        from meetings.models import DatePoll, Meeting
        from outbox.domain import post, purge

        post.before_sending(emails.INVITATION, invitations.why_not_send)
        post.before_sending(emails.MOVED, invitations.why_not_send)
        post.before_sending(emails.SIGNED_UP, invitations.why_not_send)
        post.before_sending(emails.SEAT_FREED, invitations.why_not_send)
        post.before_sending(polls.ASK, polls.why_not_send)
        post.before_sending(emails.REMINDER, reminders.why_not_send)
        post.before_sending(inactive.TELLS, inactive.why_not_send)
        post.before_sending(overdue_reminders.KIND, overdue_reminders.why_not_send)
        post.before_sending(follow_up.KIND, follow_up.why_not_send)
        purge.speaks_of("meeting", Meeting)
        purge.speaks_of("date_poll", DatePoll)
        erasing.also(ours.sweep)
        budgeting.of_trainings.answer = training_costs.entries
        policies.warnings_of_year.answer = advising.of_year
        representing.meetings_attended.answer = representatives.meetings_attended
