from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"

    def ready(self) -> None:
        from django.db.models import Q

        from accounts import erasing
        from cmtl import health
        from communities import follow_on
        from evaluations import cleaning, due, emails, voting
        from evaluations import erasing as ours
        from evaluations.models import Survey
        from meetings import phone
        from outbox import forgetting, post

        post.before_sending(emails.REMINDER, due.why_not_send)
        phone.ballot_is_open_when(voting.has_open_survey)
        health.watch("closed_evaluations_cleaned", lambda: not cleaning.is_late())
        forgetting.speaks_of("survey", Survey)
        follow_on.frozen("evaluations.AnnualReport", Q(published_at__isnull=False))
        erasing.also(ours.sweep)
