from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"

    def ready(self) -> None:
        from django.db.models import Q

        from accounts.domain import erasing
        from cmtl import health
        from communities.domain.privacy import follow_on
        from communities.domain.testimonials import testimonials
        from evaluations.domain import erasing as ours
        from evaluations.domain import improvements, manager_opinions, self_assessment
        from evaluations.domain.follow_ups import links as conversations
        from evaluations.domain.follow_ups import own_data
        from evaluations.domain.reports import members_links, quoting
        from evaluations.domain.surveys import cleaning, collection, due  # noqa: F401 - `due` cancels mails
        from meetings.domain.links import phone
        from meetings.domain.portal import member_portal, my_data

        phone.ballot_is_open_when(collection.has_open_survey)
        health.watch("closed_evaluations_cleaned", lambda: not cleaning.is_late())
        follow_on.frozen("evaluations.AnnualReport", Q(published_at__isnull=False))
        for source in improvements.SOURCES:
            follow_on.follow_rewording(source, improvements.follow_rewording)
        erasing.also(ours.sweep)
        testimonials.when_changed(quoting.follow)
        my_data.also(self_assessment.SECTION)
        my_data.also(manager_opinions.SECTION)
        my_data.also(own_data.SECTION)
        my_data.also(own_data.REQUESTS)
        member_portal.conversation_of.answer = conversations.conversation_path
        member_portal.years_told.answer = members_links.latest_years
