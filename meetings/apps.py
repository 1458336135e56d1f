from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from accounts import erasing
        from meetings import emails, follow_up, inactive, invitations, nudges, polls, reminders
        from meetings import erasing as ours
        from meetings.models import DatePoll, Meeting
        from outbox import forgetting, post

        post.before_sending(emails.INVITATION, invitations.why_not_send)
        post.before_sending(emails.MOVED, invitations.why_not_send)
        post.before_sending(emails.SIGNED_UP, invitations.why_not_send)
        post.before_sending(emails.SEAT_FREED, invitations.why_not_send)
        post.before_sending(polls.ASK, polls.why_not_send)
        post.before_sending(emails.REMINDER, reminders.why_not_send)
        post.before_sending(inactive.TELLS, inactive.why_not_send)
        post.before_sending(nudges.KIND, nudges.why_not_send)
        post.before_sending(follow_up.KIND, follow_up.why_not_send)
        forgetting.speaks_of("meeting", Meeting)
        forgetting.speaks_of("date_poll", DatePoll)
        erasing.also(ours.sweep)
