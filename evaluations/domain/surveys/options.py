"""What the answers to a question are called, and which of them stand apart."""

NO_OPINION = "0"  # « Sans avis »: kept apart, in no share and no median
NOTHING = "7"  # « rien de particulier cette fois »: goes with no other choice


def options(*pairs: tuple[str, str], no_opinion: bool = False) -> list[dict[str, str]]:
    """Pairs of French and English, numbered from 1."""
    numbered = [{"value": str(n), "fr": fr, "en": en} for n, (fr, en) in enumerate(pairs, 1)]
    return numbered + ([{"value": NO_OPINION, "fr": "Sans avis", "en": "No opinion"}] if no_opinion else [])


AGREEMENT = options(
    ("Pas du tout d’accord", "Strongly disagree"),
    ("Plutôt en désaccord", "Somewhat disagree"),
    ("Plutôt d’accord", "Somewhat agree"),
    ("Tout à fait d’accord", "Strongly agree"),
    no_opinion=True,
)
