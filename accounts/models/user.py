"""People: anyone someone has listed, whether or not they ever sign in."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import rules
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased

ERASED_NAME = "Personne effacée"  # in the row of whoever was erased; pages say it in their own language

Refusal = Callable[[str, Any], bool]
_refusals: list[Refusal] = []


def refuse_when(refusal: Refusal) -> None:
    """Register what is asked before any rule, by the apps above: whether this permission on this thing is refused."""
    _refusals.append(refusal)


def normalised(text: str) -> str:
    """Without accents, case or doubled spaces: how names are compared and sorted on every database."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("’", "'"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None = None, **fields: Any) -> "User":
        """A person, known by an address or, until one is found, by a name alone. No password: sign-in is by code."""
        user = self.model(email=email, **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, is_staff=True, **fields)

    def by_email(self, email: str) -> "User | None":
        return self.filter(email__iexact=email.strip()).first()


class User(AbstractBaseUser, PermissionsMixin):
    """A person. `is_staff` marks a platform administrator, who runs the system and reads none of its content;
    `is_privacy_officer` whoever answers for personal information, named by an administrator
    (`communities.domain.roles.officers`)."""

    class Language(models.TextChoices):
        FRENCH = "fr-ca", _("French")
        ENGLISH = "en", _("English")

    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True, help_text="kept in lower case")
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.FRENCH)
    time_zone = models.CharField(_("time zone"), max_length=40, default="America/Toronto")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)
    is_privacy_officer = models.BooleanField(_("privacy officer"), default=False)
    links_closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    gets_monday_mail = models.BooleanField(
        default=False, editable=False, help_text="they asked for it; see evaluations.domain.monday"
    )
    sort_key = models.CharField(max_length=170, editable=False, db_index=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    erased = Erased(
        itself={
            "email": None,
            "first_name": ERASED_NAME,
            "last_name": "",
            "sort_key": normalised(ERASED_NAME),
            "password": lambda: make_password(None),
            "last_login": None,
            "is_active": False,
            "is_staff": False,
            "is_superuser": False,
            "is_privacy_officer": False,
            "links_closed_at": timezone.now,
            "gets_monday_mail": False,
            "language": Language.FRENCH,
            "time_zone": "America/Toronto",
        },
        cut={"groups": [], "user_permissions": []},
    )
    email_kept: str | None = None  # as the database has it
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()

    # what allauth's models add
    authenticator_set: Any
    emailaddress_set: Any
    usersession_set: Any

    class Meta:
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.full_name

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> "User":
        user = super().from_db(*args, **kwargs)
        user.email_kept = user.__dict__.get("email")
        return user

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = normalised(f"{self.last_name} {self.first_name}")
        self.email = self.email.strip().lower() if self.email else None
        super().save(*args, **kwargs)
        if self.email_kept and self.email != self.email_kept:
            # the old address, corrected by a facilitator or by the person, must not open the account any more
            self.emailaddress_set.exclude(email=self.email).delete()
            self.email_kept = self.email

    @property
    def full_name(self) -> str:
        if self.is_nameless:
            return gettext("Erased person")
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_nameless(self) -> bool:
        """Their name was destroyed at their request; what is counted of them stays."""
        return self.first_name == ERASED_NAME and not self.last_name

    @property
    def short_name(self) -> str:
        """« Sandrine B. », as a room would say it."""
        if self.is_nameless:
            return self.full_name
        return f"{self.first_name} {self.last_name[:1]}.".strip(" .") + ("." if self.last_name else "")

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper()

    def proofs(self) -> dict[str, int]:
        """How many passkeys and applications guard the account, e.g. {"webauthn": 2}."""
        return Counter(self.authenticator_set.exclude(type="recovery_codes").values_list("type", flat=True))

    def end_all_sessions(self) -> None:
        """Every device, this one included: sessions hold a print of the (unusable) password, which changes. Links
        mailed so far are closed too."""
        self.set_unusable_password()
        self.links_closed_at = timezone.now()
        self.save(update_fields=["password", "links_closed_at"])
        self.usersession_set.all().delete()

    def close_links(self) -> None:
        """What was mailed so far opens nothing any more; unsubscribing stays, which mail programs do alone."""
        self.links_closed_at = timezone.now()
        self.save(update_fields=["links_closed_at"])

    @property
    def link_stamp(self) -> tuple[int, ...]:
        """Signed into each link of this person: when they last closed them, and nothing until they first do, so that
        links mailed before this existed still open."""
        return (round(self.links_closed_at.timestamp() * 1_000_000),) if self.links_closed_at else ()

    def opens(self, stamp: Iterable[int]) -> bool:
        """Whether a link that says this was made since they last closed theirs."""
        return tuple(stamp) == self.link_stamp

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """The rules tables decide alone: administrators get no content by being administrators (permissions.md, AD)."""
        if rules.perm_exists(perm):
            refused = any(refuses(perm, obj) for refuses in _refusals)
            return self.is_active and not refused and rules.has_perm(perm, self, obj)
        return super().has_perm(perm, obj)


class FileToDestroy(models.Model):
    """A file that named an erased person: gone once the erasure is committed, and tried again until it is."""

    name = models.CharField(max_length=250, unique=True)
    asked_at = models.DateTimeField(default=timezone.now)

    erased = Erased(plain=["name"])

    def __str__(self) -> str:
        return self.name
