from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"

    def ready(self) -> None:
        from evaluations import due, emails, voting
        from meetings import phone
        from outbox import post

        post.before_sending(emails.REMINDER, due.why_not_send)
        phone.ballot_is_open_when(voting.has_open_survey)
