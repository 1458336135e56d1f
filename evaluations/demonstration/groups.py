"""The seven groups of the guide, as told in `groups/*.toml`: who they are, what they talk about, how they are doing."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "groups"


@dataclass
class Group:
    """One file. The lists `turnouts` and `topics` go together: one meeting each, oldest first, the last one lately."""

    name: str
    programme: str
    profile: str
    purpose: str
    territory: str
    since: int
    facilitator: str
    members: int
    weekday: int
    hour: int
    minutes: int
    meetings_per_year: int
    last_held_days_ago: int
    turnouts: list[int]
    satisfaction: float
    regions: list[str]
    titles: list[str]
    objectives: list[dict[str, Any]]
    topics: list[dict[str, Any]]
    backlog: list[dict[str, Any]]
    coming: list[dict[str, Any]]
    decisions: list[str]
    actions: list[str]
    resources: list[str]
    praise: list[str]
    wishes: list[str]
    highlights_of_year: str
    context_of_year: str
    outcomes_of_year: str
    next_year: str
    note_taker: str = ""
    organisations: list[str] = field(default_factory=list)
    organisation_kinds: list[str] = field(default_factory=list)
    organisation_names: list[str] = field(default_factory=list)
    size: str = ""
    place: str = ""
    in_person_every: int = 0
    replaced: int = 0
    follow_up: str = ""
    begins_report: bool = False
    study: str = ""  # made by others, that the report cites
    record: dict[str, Any] = field(default_factory=dict)  # fields of RecordSheet
    resource_persons: list[dict[str, str]] = field(default_factory=list)
    programme_objectives: list[str] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    needs: list[dict[str, Any]] = field(default_factory=list)
    practices: list[dict[str, Any]] = field(default_factory=list)


def all_groups() -> list[Group]:
    return [Group(**tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.toml"))]


RULES = {
    "speaking": "Chaque personne a la parole une fois avant qu’on revienne à la première.",
    "confidentiality": "Ce qui se dit ici reste ici; ce qui s’apprend ici peut sortir.",
    "respect": "On discute des idées, jamais des personnes.",
    "listening": "On laisse finir, et on reformule avant de répondre.",
    "sharing": "On partage ce qu’on peut, y compris ce qui n’a pas marché.",
    "evaluation": "On répond à l’évaluation pendant les cinq dernières minutes.",
    "camera": "Caméra et micro ouverts quand c’est possible, sans obligation.",
}

BLOCKS = {
    "welcome": ("Accueil et présences", 5),
    "frame": ("But et règles", 5),
    "topics": ("Choix des sujets", 5),
    "synthesis": ("Synthèse des idées", 10),
    "next": ("Suites et prochaine rencontre", 5),
    "evaluation": ("Évaluation", 5),
}
