"""allauth's sentences that we say in our own words: named here so that our translations hold them."""

from django.utils.translation import gettext_noop as _

OVERRIDDEN = [
    _("Email"),
    _("Email address"),
    _("Code"),
    _("Name"),
    _("Master key"),
    _("Backup key"),
    _("Key nickname"),
    _("Incorrect code."),
    _("Invalid login."),
    _("Authenticator code"),
    _("Use authenticator app or code"),
    _("Use a security key"),
    _("This account is currently inactive."),
    _("Too many failed login attempts. Try again later."),
    _("Be patient, you are sending too many requests."),
    _("A user is already registered with this email address."),
    _("This email address is already associated with this account."),
    _("The new value must be different from the current one."),
    _("You cannot add an email address to an account protected by two-factor authentication."),
    _("You cannot activate two-factor authentication until you have verified your email address."),
    _("You cannot deactivate two-factor authentication."),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("You cannot remove your primary email address."),
]
