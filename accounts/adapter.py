"""What we change in allauth: nobody signs up alone, and its mails go through the outbox like all others."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        """People are listed by a facilitator or an administrator; an unknown address gets no account."""
        return False
