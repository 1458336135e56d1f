from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from meetings import emails, follow_up, invitations, reminders
        from outbox import post

        post.before_sending(emails.INVITATION, invitations.why_not_send)
        post.before_sending(emails.MOVED, invitations.why_not_send)
        post.before_sending(emails.REMINDER, reminders.why_not_send)
        post.before_sending(follow_up.KIND, follow_up.why_not_send)
