from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "communities"

    def ready(self) -> None:
        from accounts.domain import erasing
        from accounts.domain.audit import tell_role_with
        from accounts.models import refuse_when
        from communities.domain.charter import rules_emails  # noqa: F401 - the modules that cancel mails
        from communities.domain.lifecycle import alumni_invitations, drafts, end_notice, read_only  # noqa: F401
        from communities.domain.privacy import erasing as ours
        from communities.domain.privacy import follow_on
        from communities.domain.recruitment import recruiting, selecting  # noqa: F401
        from communities.domain.roles import acting, role_emails  # noqa: F401
        from communities.domain.testimonials import asking, choosing, testimonials  # noqa: F401 - these too
        from outbox.domain.mail_types import hold_when

        refuse_when(read_only.refuses)
        refuse_when(drafts.refuses)
        hold_when(drafts.is_about_a_draft)
        tell_role_with(acting.role_of)
        erasing.also(ours.sweep)
        follow_on.reword_by("communities.Testimonial", choosing.reword)
