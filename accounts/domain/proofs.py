"""The second proof: what allauth leaves to say about it."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator


def just_proved(sender, request, user, authenticator, **kwargs) -> None:
    """Whoever has this moment used a new device to add it is not asked on the next page whether it is really them."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", type=authenticator.type, reauthenticated=True)
