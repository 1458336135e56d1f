"""Who carries the Groupe des Vingt, what it costs, and the regions of Constellation.

The names are invented, the logos drawn here.
"""

import datetime as dt
import io
import zlib

from PIL import Image, ImageDraw

from communities import grouping
from communities.models import BudgetLine, Community, ForeseenEvaluation, Organisation, Partner

CO_ORGANISED = "Groupe des Vingt"
GROUPED = "Constellation"
PARTNERS = [
    (Partner.Role.CO_ORGANISER, "Fonds des arts de la ville", "start", "#7a3b1e", "Prête sa salle et coanime."),
    (Partner.Role.CO_ORGANISER, "Concertation des quartiers", "start", "#1e4b7a", ""),
    (Partner.Role.FUNDER, "Fondation du Belvédère", "during", "", "Paie la traduction depuis la deuxième année."),
]
LINES = [
    (BudgetLine.Category.EXTERNAL_FACILITATOR, "Animation de deux ateliers", 240000, 240000),
    (BudgetLine.Category.CATERING, "Dîners des rencontres en personne", 180000, 142575),
    (BudgetLine.Category.TRAVEL, "Déplacements des régions", 60000, 81340),
    (BudgetLine.Category.EXTERNAL_EVALUATION, "Évaluation universitaire", 1200000, 400000),
]


def carry(community: Community, today: dt.date) -> None:
    if community.name == GROUPED:
        grouping.group_by_region(community)
    if community.name != CO_ORGANISED:
        return
    for role, name, joined, colour, note in PARTNERS:
        Partner.objects.create(
            community=community,
            organisation=Organisation.named(name),
            role=role,
            joined=joined,
            starts_on=today.replace(month=1, day=15) if joined == Partner.Joined.DURING else None,
            note=note,
            logo=_logo(colour, name) if colour else None,
        )
    for category, label, planned, spent in LINES:
        BudgetLine.objects.create(community=community, category=category, label=label, planned=planned, spent=spent)
    ForeseenEvaluation.objects.create(community=community, is_foreseen=True, team="Équipe universitaire", cost=1200000)


def _logo(colour: str, name: str) -> bytes:
    """Three shapes that no organisation has."""
    picture = Image.new("RGBA", (300, 120), (255, 255, 255, 0))
    draw, turn = ImageDraw.Draw(picture), zlib.crc32(name.encode()) % 3
    for i in range(3):
        box = (i * 100 + 10, 10, i * 100 + 90, 110)
        (draw.ellipse if (i + turn) % 3 else draw.rectangle)(box, fill=colour)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
