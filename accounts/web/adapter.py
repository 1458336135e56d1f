"""What we change in allauth: nobody signs up alone, and one address proves who one is."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        """People are listed by a facilitator or an administrator; an unknown address gets no account."""
        return False

    def know_address(self, user: User) -> None:
        """Whoever was listed has an address allauth has not heard of: the code about to leave will prove it."""
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
