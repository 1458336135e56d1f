from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "communities"

    def ready(self) -> None:
        from communities import role_emails, rules_emails
        from outbox import post

        post.before_sending(role_emails.APPOINTED, role_emails.why_not_send)
        post.before_sending(rules_emails.KIND, rules_emails.why_not_send)
