"""allauth's mails, written like all others: rows of the outbox, in our words."""

import datetime as dt
import uuid
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from accounts.web.adapter import AccountAdapter as Base
from outbox.domain import account_emails
from outbox.domain.post import absolute

OURS = {
    "account/email/login_code": account_emails.SIGN_IN_CODE,
    "account/email/unknown_account": account_emails.UNKNOWN_ADDRESS,
    "account/email/email_confirmation": account_emails.CONFIRM_ADDRESS,
}
GOOD_FOR = dt.timedelta(minutes=10)


class AccountAdapter(Base):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Urgent, useless after ten minutes, and never sent twice when in doubt: one asks for another code."""
        user = context.get("user") or User.objects.by_email(email)
        if template_prefix == "account/email/login_code" and user:
            self.know_address(user)
        mail = OURS.get(template_prefix, account_emails.NOTICE)
        words = {k: v for k, v in context.items() if k not in ("request", "user")}
        if mail is account_emails.NOTICE:
            words["notice"] = self.render_mail(template_prefix, email, {**context, "email": email})
        mail.queue(
            user,
            {**words, "sign_in_url": absolute(reverse("account_login"))},
            to=email,
            language=user.language if user else translation.get_language(),
            key=f"account:{uuid.uuid4()}",
            not_after=timezone.now() + GOOD_FOR,
        )
