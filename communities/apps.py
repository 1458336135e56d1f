from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "communities"

    def ready(self) -> None:
        from accounts.domain import erasing
        from accounts.domain.audit import tell_role_with
        from accounts.models import refuse_when
        from communities.domain.charter import rules_emails
        from communities.domain.lifecycle import alumni_invitations, end_notice, life_emails, read_only
        from communities.domain.privacy import erasing as ours
        from communities.domain.recruitment import recruiting, recruitment_emails, selecting
        from communities.domain.roles import acting, role_emails
        from communities.models import Call, Community, Grant, JoinInvitation, RulesVersion
        from outbox.domain import post, purge

        post.before_sending(role_emails.APPOINTED, role_emails.why_not_send)
        post.before_sending(rules_emails.KIND, rules_emails.why_not_send)
        post.before_sending(life_emails.PLANNED_END, end_notice.why_not_send)
        post.before_sending(life_emails.COME_BACK, alumni_invitations.why_not_send)
        post.before_sending(recruitment_emails.JOIN, recruiting.why_not_send)
        post.before_sending(recruitment_emails.RECEIVED, selecting.why_not_send)
        post.before_sending(recruitment_emails.DECIDED, selecting.why_not_send)
        for word, model in {
            "call": Call,
            "community": Community,
            "grant": Grant,
            "join": JoinInvitation,
            "rules": RulesVersion,
        }.items():
            purge.speaks_of(word, model)
        refuse_when(read_only.refuses)
        tell_role_with(acting.role_of)
        erasing.also(ours.sweep)
