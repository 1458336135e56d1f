"""Changing the address one is known by, from one's own space: a code to the new one, a word to the old one."""

import secrets
import uuid

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from communities.models import RoleAssignment
from meetings.domain.links.visitors import Visitor
from outbox.domain.account_emails import CONFIRM_ADDRESS
from outbox.domain.mail_types import MailType
from outbox.models import Message

CHANGED = MailType("address-changed", "meetings/emails/address_changed.html", priority=Message.Priority.CODE)
CODE_LIFETIME, CODE_TRIES = 30 * 60, 5


def ask_new_address(user: User, typed: str) -> None:
    """A code goes to the new address, to be typed here: whoever has only one of the two changes nothing. An address
    somebody else has gets none, and the answer is the same: nobody learns here who is known."""
    new, code = typed.strip().lower(), f"{secrets.randbelow(10**6):06}"
    cache.set(_pending_key(user), {"new": new, "code": code, "old": user.email}, CODE_LIFETIME)
    cache.delete(f"{_pending_key(user)}:tries")
    if not User.objects.by_email(new):
        _to_address(CONFIRM_ADDRESS, user, {"code": code}, to=new)


def pending(user: User) -> str:
    """The address that waits for its code."""
    return (cache.get(_pending_key(user)) or {}).get("new", "")


def confirm(user: User, code: str) -> None:
    """Links and sign-in codes go to the new one from now on; the old one is told."""
    waiting = cache.get(_pending_key(user)) or {}
    is_right = constant_time_compare(waiting.get("code", ""), "".join(code.split()))
    if not waiting or _count_try(user) > CODE_TRIES or not is_right or waiting["old"] != user.email:
        raise ValidationError(_("This is not the code we sent, or it has expired. You can ask for another."))
    if User.objects.by_email(waiting["new"]):
        raise ValidationError(_("Somebody else has this address by now: write to those who facilitate."))
    old, user.email = user.email, waiting["new"]
    user.save()
    audit.write(Action.PERSON_CORRECTED, by=user, about=user, fields=["email"])
    cache.delete(_pending_key(user))
    if old:
        _to_address(CHANGED, user, {"new": user.email}, to=old)


def _count_try(user: User) -> int:
    """How many, this one included: counted by the cache itself, so that a hundred sent at once are a hundred."""
    key = f"{_pending_key(user)}:tries"
    cache.add(key, 0, CODE_LIFETIME)
    try:
        return cache.incr(key)
    except ValueError:  # its time ended just now
        return CODE_TRIES + 1


def must_sign_in(who: Visitor) -> bool:
    """To change the address: whoever holds a role reads what others wrote, and a link that was passed on must not
    become their account."""
    return who.is_by_link and (who.user.is_staff or RoleAssignment.objects.in_force().filter(user=who.user).exists())


def forget_new_address(user: User) -> None:
    cache.delete(_pending_key(user))


def _pending_key(user: User) -> str:
    return f"space-address:{user.pk}"


def _to_address(mail: MailType, user: User, words: dict, *, to: str) -> None:
    mail.queue(user, words, to=to, key=f"space-address:{uuid.uuid4()}")
