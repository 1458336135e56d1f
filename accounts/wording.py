"""allauth's sentences that we say in our own words: named here so that our translations hold them."""

from django.utils.translation import gettext_noop as say

OVERRIDDEN = [
    say("Email"),
    say("Email address"),
    say("Code"),
    say("Name"),
    say("Master key"),
    say("Backup key"),
    say("Key nickname"),
    say("Incorrect code."),
    say("Invalid login."),
    say("Authenticator code"),
    say("Use authenticator app or code"),
    say("Use a security key"),
    say("This account is currently inactive."),
    say("Too many failed login attempts. Try again later."),
    say("Be patient, you are sending too many requests."),
    say("A user is already registered with this email address."),
    say("This email address is already associated with this account."),
    say("The new value must be different from the current one."),
    say("You cannot add an email address to an account protected by two-factor authentication."),
    say("You cannot activate two-factor authentication until you have verified your email address."),
    say("You cannot deactivate two-factor authentication."),
    say("You cannot generate recovery codes without having two-factor authentication enabled."),
    say("You cannot remove your primary email address."),
]
