from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"

    def ready(self) -> None:
        from django.db.models import Q

        from accounts.domain import erasing
        from cmtl import health
        from communities.domain.privacy import follow_on
        from evaluations.domain import erasing as ours
        from evaluations.domain.surveys import cleaning, collection, due, emails
        from evaluations.models import Survey
        from meetings.domain.links import phone
        from outbox.domain import post, purge

        post.before_sending(emails.REMINDER, due.why_not_send)
        phone.ballot_is_open_when(collection.has_open_survey)
        health.watch("closed_evaluations_cleaned", lambda: not cleaning.is_late())
        purge.speaks_of("survey", Survey)
        follow_on.frozen("evaluations.AnnualReport", Q(published_at__isnull=False))
        erasing.also(ours.sweep)
