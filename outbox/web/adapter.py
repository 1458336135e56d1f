"""allauth's mails, written like all others: rows of the outbox, in our words."""

import datetime as dt
import uuid
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from accounts.web.adapter import AccountAdapter as Base
from outbox.domain import post
from outbox.models import Message

OURS = {
    "account/email/login_code": "accounts/emails/sign_in_code.html",
    "account/email/unknown_account": "accounts/emails/unknown_address.html",
    "account/email/email_confirmation": "accounts/emails/confirm_address.html",
}
GOOD_FOR = dt.timedelta(minutes=10)


class AccountAdapter(Base):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Urgent, useless after ten minutes, and never sent twice when in doubt: one asks for another code."""
        user = context.get("user") or User.objects.by_email(email)
        if template_prefix == "account/email/login_code" and user:
            self.know_address(user)
        template = OURS.get(template_prefix, "accounts/emails/notice.html")
        words = {k: v for k, v in context.items() if k not in ("request", "user")}
        if template not in OURS.values():
            words["notice"] = self.render_mail(template_prefix, email, {**context, "email": email})
        post.queue(
            user,
            template,
            {**words, "sign_in_url": post.absolute(reverse("account_login"))},
            to=email,
            language=user.language if user else translation.get_language(),
            key=f"account:{uuid.uuid4()}",
            priority=Message.Priority.CODE,
            not_after=timezone.now() + GOOD_FOR,
        )
