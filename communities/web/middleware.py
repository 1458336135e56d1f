"""People who can read or change what others said sign in with two proofs."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.shortcuts import redirect

from communities.models import Role, roles_of

SATISFIED = "second_factor"
# One's own account, where the second proof is added; phones, which need no account; and what pages are made of.
OPEN = ("/compte/", "/r/", "/ici/", "/desabonnement/", "/langue/", "/demo/", "/confidentialite/", "/static/")
OF_PROOFS = "/compte/2fa/"


def second_factor(get_response):
    """Administrators, and whoever holds a role, note-takers and evaluators included, set up a passkey or an
    authenticator app first.

    Pages of the account itself stay open, so that they can; `MFA_REQUIRED=0` (the demonstration) does not insist.
    """

    def middleware(request):
        if settings.MFA_REQUIRED and lacks_it(request):
            return redirect("mfa_index")
        return get_response(request)

    return middleware


def lacks_it(request) -> bool:
    """Asked of the database until answered well, then remembered by the session: no query on the next pages."""
    user = request.user
    if not user.is_authenticated:
        return False
    if request.path.startswith(OF_PROOFS) and request.method == "POST":
        request.session.pop(SATISFIED, None)  # a proof may be about to be removed
    if request.path.startswith(OPEN) or request.session.get(SATISFIED) == user.pk:
        return False
    if not needs_it(user):
        return False
    if has_it(user):
        request.session[SATISFIED] = user.pk
        return False
    return True


def needs_it(user) -> bool:
    return user.is_staff or user.is_privacy_officer or roles_of(user).holds(*Role)


def has_it(user) -> bool:
    proofs = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user=user, type__in=proofs).exists()
