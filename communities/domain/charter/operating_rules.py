"""The operating rules: those a community starts from (one for each of the guide's seven themes, p. 12, in both
languages), their versions, and who has read the one in force."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cmtl import languages
from communities.domain.charter import rules_emails
from communities.domain.revising import locked_rows, save, save_rows
from communities.models import Community, Membership, Rule, RulesAcknowledgement, RulesVersion

RULE_FIELDS = ["theme", "text", "is_active"]
TEXTS = {
    Rule.Theme.SPEAKING: {
        "fr": "Chaque personne a l’occasion de s’exprimer : nous demandons la parole, nous n’interrompons pas et nous "
        "laissons de la place à celles et ceux qui ont moins parlé.",
        "en": "Everyone has a chance to speak: we ask for the floor, we do not interrupt, and we make room for those "
        "who have spoken less.",
    },
    Rule.Theme.CONFIDENTIALITY: {
        "fr": "Ce qui se dit ici reste ici : nous pouvons partager ce que nous avons appris, sans dire qui l’a dit ni "
        "de quelle organisation il s’agit.",
        "en": "What is said here stays here: we may share what we learned, but not who said it nor which organisation "
        "it was about.",
    },
    Rule.Theme.RESPECT: {
        "fr": "Nous accueillons la diversité des expériences et des points de vue : nous discutons des idées, jamais "
        "des personnes.",
        "en": "We welcome different experiences and points of view: we discuss ideas, never people.",
    },
    Rule.Theme.LISTENING: {
        "fr": "Nous écoutons pour comprendre avant de répondre et, pendant la rencontre, nous laissons de côté nos "
        "autres tâches.",
        "en": "We listen to understand before we answer and, during the meeting, we leave our other work aside.",
    },
    Rule.Theme.SHARING: {
        "fr": "Nous partageons nos bons coups comme nos difficultés : une question ou un essai qui n’a pas marché aide "
        "tout le groupe.",
        "en": "We share what went well and what did not: a question, or an attempt that failed, helps the whole group.",
    },
    Rule.Theme.EVALUATION: {
        "fr": "Nous gardons les cinq dernières minutes de chaque rencontre pour répondre à l’évaluation, qui est "
        "anonyme et sert à améliorer la suite.",
        "en": "We keep the last five minutes of each meeting for the evaluation, which is anonymous and helps improve "
        "what comes next.",
    },
    Rule.Theme.CAMERA: {
        "fr": "En ligne, nous gardons la caméra et le micro ouverts autant que possible; chaque personne reste libre "
        "de les fermer lorsque sa situation le demande.",
        "en": "Online, we keep cameras and microphones on as much as we can; everyone is free to turn them off when "
        "their situation calls for it.",
    },
}


def suggested(language: str) -> list[dict]:
    """The seven, as rows of a form, in the language of the person who founds the community."""
    return [
        {"theme": theme, "text": texts[languages.short(language)], "is_active": theme != Rule.Theme.CAMERA}
        for theme, texts in TEXTS.items()
    ]


# ---------------------------------------------------------------- versions


def in_force(community: Community) -> RulesVersion | None:
    return community.rules_versions.first()


def ensure_version(community: Community, by: User | None = None) -> RulesVersion | None:
    """The version in force. Rules written before versions were kept become the first one."""
    return in_force(community) or adopt(community, by=by)


@transaction.atomic
def adopt(community: Community, *, by: User | None, minor: bool = False) -> RulesVersion | None:
    """Freeze the rules that apply. Nothing changed makes nothing; a minor correction keeps the version, and with it
    what members said they had read."""
    Community.objects.select_for_update().get(pk=community.pk)
    texts = [{"theme": rule.theme, "text": rule.text} for rule in community.rules.filter(is_active=True)]
    last = in_force(community)
    if (last.texts if last else []) == texts:
        return last
    if last and minor:
        last.texts = texts
        last.save(update_fields=["texts"])
        return last
    number = last.number + 1 if last else 1
    return community.rules_versions.create(number=number, adopted_on=timezone.localdate(), adopted_by=by, texts=texts)


# ---------------------------------------------------------------- who has read them


def acknowledge(membership: Membership, shown: int | None = None) -> RulesAcknowledgement:
    """« J'en ai pris connaissance ». `shown` is the key of the version that was read (its number may be given again
    to another, once it is taken back): if another was adopted since, that one is to be read first. Pressed twice, it
    is said once."""
    version = ensure_version(membership.community)
    if version is None:
        raise ValidationError(_("This community has no operating rules yet."))
    if shown is not None and shown != version.pk:
        raise ValidationError(_("The rules changed while you were reading. Here is the version in force."))
    return membership.acknowledgements.get_or_create(version=version)[0]


def acknowledged_by(membership: Membership | None, version: RulesVersion | None) -> RulesAcknowledgement | None:
    if membership is None or version is None:
        return None
    return membership.acknowledgements.filter(version=version).first()


def not_yet(community: Community, version: RulesVersion | None) -> "Iterable[Membership]":
    """Active members who have not said they had read this version."""
    members = community.memberships.active().select_related("user", "organisation", "community")
    return members.exclude(acknowledgements__version=version) if version else members


@transaction.atomic
def remind_to_read(community: Community) -> int:
    """Write to those who have not yet, once a day at most; how many mails."""
    version = ensure_version(community)
    if version is None:
        raise ValidationError(_("This community has no operating rules yet."))
    sent = [rules_emails.read_the_rules(membership, version) for membership in not_yet(community, version)]
    return sum(message is not None for message in sent)


def reminded_in_words(n: int) -> str:
    """How many were written to, for who pressed."""
    if not n:
        return _("Everyone was already written to today, or has no address.")
    return ngettext("%(n)s reminder is on its way.", "%(n)s reminders are on their way.", n) % {"n": n}


@transaction.atomic
def set_rules(
    community: Community, rows: list[dict], *, shown: str, each_time: bool, by: User, minor: bool = False
) -> RulesVersion | None:
    """Saves the rules and adopts them as they now are: a new version, unless it is a minor correction."""
    theirs = locked_rows(community, community.rules.all(), RULE_FIELDS, shown)
    ensure_version(community)
    save_rows(community.rules, theirs, rows, RULE_FIELDS)
    save(Community.objects.get(pk=community.pk), {"shows_rules_each_time": each_time})
    return adopt(community, by=by, minor=minor)
