"""The mails of accounts: codes and notices that are useless after minutes."""

from outbox.domain.mail_types import MailType
from outbox.models import Message

CODE = Message.Priority.CODE
SIGN_IN_CODE = MailType("sign-in-code", "accounts/emails/sign_in_code.html", priority=CODE)
UNKNOWN_ADDRESS = MailType("unknown-address", "accounts/emails/unknown_address.html", priority=CODE)
CONFIRM_ADDRESS = MailType("confirm-address", "accounts/emails/confirm_address.html", priority=CODE)
NOTICE = MailType("account-notice", "accounts/emails/notice.html", priority=CODE)
