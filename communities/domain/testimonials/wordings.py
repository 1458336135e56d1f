"""The sentence of each use, as it is agreed to: add a line below the last when words change, never edit one."""

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import TestimonialConsent, Use

WORDINGS: dict[str, list[str | Promise]] = {
    Use.COMMUNICATIONS: [
        _(
            "The community may show my testimonial to its members in their own space, and quote it in its newsletters "
            "and presentations."
        )
    ],
    Use.RECRUITMENT: [
        _(
            "The community may show my testimonial on the pages by which people join it, which anyone who has their "
            "link can read."
        )
    ],
    Use.ACCOUNTABILITY: [
        _("The community may quote my testimonial in its annual report, read by its members and those who support it.")
    ],
}


def latest(use: str) -> int:
    """The version of today's sentence."""
    return len(WORDINGS[Use(use)])


def wording_of(use: str, version: int = 0, language: str | None = None) -> str:
    """The sentence of that version, or today's, in the language it was read in."""
    with translation.override(language or translation.get_language()):
        return str(WORDINGS[Use(use)][version - 1])


def agreed_to(consent: TestimonialConsent) -> str:
    return wording_of(consent.use, consent.wording, consent.language)
