"""Who answers for what people write: said wherever it is asked of them, and in each mail (Law 25, s. 3.1 and 8)."""

from django.conf import settings


def told() -> dict[str, str]:
    """The organisation and its postal address; the privacy officer's name, title and address."""
    officer = (settings.PRIVACY_OFFICER_NAME, settings.PRIVACY_OFFICER_TITLE, settings.PRIVACY_OFFICER)
    return {"privacy_officer": _line(officer), "organisation": _line(organisation())}


def organisation() -> tuple[str, str]:
    """Its name and its postal address."""
    return settings.ORGANISATION_NAME, settings.ORGANISATION_ADDRESS


def _line(parts: tuple[str, ...]) -> str:
    return ", ".join(part for part in parts if part)
