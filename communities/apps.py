from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "communities"

    def ready(self) -> None:
        from accounts import erasing
        from accounts.audit import tell_role_with
        from accounts.models import refuse_when
        from communities import (
            acting,
            coming_back,
            ending,
            keeping,
            life_emails,
            recruiting,
            recruitment_emails,
            role_emails,
            rules_emails,
            selecting,
        )
        from communities import erasing as ours
        from communities.models import Call, Community, Grant, JoinInvitation, RulesVersion
        from outbox import forgetting, post

        post.before_sending(role_emails.APPOINTED, role_emails.why_not_send)
        post.before_sending(rules_emails.KIND, rules_emails.why_not_send)
        post.before_sending(life_emails.PLANNED_END, ending.why_not_send)
        post.before_sending(life_emails.COME_BACK, coming_back.why_not_send)
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
            forgetting.speaks_of(word, model)
        refuse_when(keeping.refuses)
        tell_role_with(acting.role_of)
        erasing.also(ours.sweep)
