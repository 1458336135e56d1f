"""What the mails of a date say first: as usual, or in a community's own words.

Nothing that people type is evaluated: words in braces, of a short list, are replaced once; what they are replaced with
is never read again, and is escaped where it becomes HTML.
"""

import re
from collections.abc import Iterable
from functools import cached_property

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User, normalised
from cmtl import languages
from communities.models import Community, MailSettings
from meetings.domain.invitations.calendar import where_of
from meetings.models import MailWording, Meeting

Kind = MailWording.Kind
IN_BRACES = re.compile(r"\{([^{}]*)\}")

# What may stand in braces, as it is shown in each language; both languages understand both, with or without accents.
VARIABLES = {
    "fr": ["prénom", "communauté", "sujet", "date", "heure", "lieu"],
    "en": ["first name", "community", "topic", "date", "time", "place"],
}
MEANS = {normalised(name): n for names in VARIABLES.values() for n, name in enumerate(names)}
MEANS["first_name"] = 0

USUAL: dict[str, dict[str, tuple[str, str]]] = {
    Kind.INVITATION: {
        "fr": (
            "Invitation\u00a0: {sujet}, {date} ({communauté})",
            "Nous vous invitons à la prochaine rencontre de {communauté}.",
        ),
        "en": ("Invitation: {topic}, {date} ({community})", "You are invited to the next meeting of {community}."),
    },
    Kind.COMING: {
        "fr": (
            "À bientôt, le {date}\u00a0: {sujet}",
            "Vous avez dit que vous viendriez à la prochaine rencontre de {communauté}\u00a0: merci, le groupe compte "
            "sur vous.",
        ),
        "en": (
            "See you on {date}: {topic}",
            "You said you would come to the next meeting of {community}: thank you, the group is counting on you.",
        ),
    },
    Kind.HESITATING: {
        "fr": (
            "Serez-vous là le {date}? {sujet}",
            "Vous avez répondu «\u00a0peut-être\u00a0» pour la prochaine rencontre de {communauté}. En savez-vous plus "
            "maintenant?",
        ),
        "en": (
            "Will you be there on {date}? {topic}",
            "You answered “maybe” for the next meeting of {community}. Do you know more now?",
        ),
    },
    Kind.SILENT: {
        "fr": (
            "Serez-vous là le {date}? {sujet}",
            "La prochaine rencontre de {communauté} approche. Même un «\u00a0non\u00a0» aide à la préparer.",
        ),
        "en": (
            "Will you be there on {date}? {topic}",
            "The next meeting of {community} is coming. Even “no” helps to prepare it.",
        ),
    },
    Kind.SOON: {
        "fr": ("Aujourd’hui à {heure}\u00a0: {sujet}", "Ça commence bientôt."),
        "en": ("Today at {time}: {topic}", "It starts soon."),
    },
    Kind.MOVED: {
        "fr": ("Changement\u00a0: {sujet}, {date} ({communauté})", "Une rencontre de {communauté} a changé."),
        "en": ("Changed: {topic}, {date} ({community})", "A meeting of {community} has changed."),
    },
    Kind.CANCELLED: {
        "fr": ("Annulée\u00a0: {sujet}, {date} ({communauté})", "Cette rencontre de {communauté} n’aura pas lieu."),
        "en": ("Cancelled: {topic}, {date} ({community})", "This meeting of {community} will not take place."),
    },
}


def usual(kind: str, part: str, language: str) -> str:
    subject, opening = USUAL[kind][languages.short(language)]
    return subject if part == "subject" else opening


def check(text: str) -> None:
    """Every word in braces is one that we replace."""
    for name in IN_BRACES.findall(text):
        if normalised(name) not in MEANS:
            known = ", ".join("{" + word + "}" for word in VARIABLES[languages.short()])
            raise ValidationError(
                _("We do not know « %(word)s ». You may write: %(known)s.")
                % {"word": "{" + name.strip()[:40] + "}", "known": known}
            )
    if "{" in IN_BRACES.sub("", text) or "}" in IN_BRACES.sub("", text):
        raise ValidationError(_("A brace is alone here: close it, or take it away."))


def filled(text: str, values: list[str]) -> str:
    """Replaced once; what we do not know is left as it was typed."""

    def value(found: re.Match) -> str:
        place = MEANS.get(normalised(found[1]))
        return found[0] if place is None else values[place]

    return IN_BRACES.sub(value, text)


class Opening:
    """The subject and first words of one mail to one person, in the language active when they are asked."""

    def __init__(self, kind: str, meeting: Meeting, user: User, wording: MailWording | None) -> None:
        self.kind, self.meeting, self.user, self.wording = kind, meeting, user, wording

    @property
    def subject(self) -> str:
        return self._part("subject")

    @property
    def words(self) -> str:
        return self._part("opening")

    def _part(self, part: str) -> str:
        own = languages.field(self.wording, part) if self.wording else ""
        return filled(own or usual(self.kind, part, languages.active()), values_of(self.meeting, self.user))


def values_of(meeting: Meeting, user: User) -> list[str]:
    """In the order of `VARIABLES`, in the active language."""
    start = meeting.local_start
    return [
        user.first_name or user.full_name,
        meeting.community.name,
        meeting.heading,
        date_format(start.date(), "MONTH_DAY_FORMAT"),
        time_format(start.time(), "TIME_FORMAT"),
        where_of(meeting, str(Meeting.Mode.ONLINE.label)) or _("a place to come"),
    ]


class Wordings:
    """All the wordings of a community, read once for everyone a mail goes to."""

    def __init__(self, community: Community) -> None:
        self.community = community

    @cached_property
    def _by_kind(self) -> dict[str, MailWording]:
        return {wording.kind: wording for wording in self.community.mail_wordings.all()}

    def get(self, kind: str) -> MailWording | None:
        return self._by_kind.get(kind)

    def opening(self, kind: str, meeting: Meeting, user: User) -> Opening:
        return Opening(kind, meeting, user, self.get(kind))


def languages_for(community: Community, language: str) -> list[str]:
    """That of the person first; the other one after it where the community writes in both."""
    known: Iterable[str] = (code for code, _name in settings.LANGUAGES)
    others = [code for code in known if code != language] if MailSettings.of(community).mails_in_both_languages else []
    return [language, *others]


@transaction.atomic
def put_back_usual(kept: MailWording) -> None:
    """The mails of that kind say again what they say everywhere."""
    changed = audit.what_changes(kept, dict.fromkeys(MailWording.FIELDS, ""))
    if changed:
        MailWording.objects.filter(pk=kept.pk).update(**dict.fromkeys(changed, ""))
        audit.write(Action.SETTINGS_CHANGED, about=kept, changed=changed)
