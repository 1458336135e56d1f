"""Who carries the Groupe des Vingt, what it costs, and the regions of Constellation.

The names are invented, the logos drawn here.
"""

import datetime as dt
import io
import zlib

from PIL import Image, ImageDraw

from accounts.models import User
from communities.domain import subgroups
from communities.models import BudgetLine, Community, ForeseenEvaluation, Organisation, Partner, Role, RoleAssignment

CO_ORGANISED = "Groupe des Vingt"
GROUPED = "Constellation"
PARTNERS = [
    (Partner.Role.CO_ORGANISER, "Fonds des arts de la ville", "start", "#7a3b1e", "Prête sa salle et coanime."),
    (Partner.Role.CO_ORGANISER, "Concertation des quartiers", "start", "#1e4b7a", ""),
    (Partner.Role.FUNDER, "Fondation du Belvédère", "during", "", "Paie la traduction depuis la deuxième année."),
]
LINES = [
    (BudgetLine.Category.CATERING, "Dîners des rencontres en personne", 180000, 142575, (12, 4)),
    (BudgetLine.Category.TRAVEL, "Déplacements des régions", 60000, 81340, (12, 4)),
    (BudgetLine.Category.EXTERNAL_EVALUATION, "Évaluation universitaire", 1200000, 400000, (11, 1)),
]


def carry(community: Community, today: dt.date) -> None:
    if community.name == GROUPED:
        subgroups.group_by_region(community)
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
    for category, label, planned, spent, day in LINES:  # of last year, which its report tells
        on = dt.date(today.year - 1, *day)
        BudgetLine.objects.create(
            community=community, category=category, label=label, planned=planned, spent=spent, on=on
        )
    _pay_a_facilitator(community, today)
    ForeseenEvaluation.objects.create(community=community, is_foreseen=True, team="Équipe universitaire", cost=1200000)


def _pay_a_facilitator(community: Community, today: dt.date) -> None:
    """Two workshops of the spring before: the mandate is over, and stays in the history."""
    person = User.objects.create(
        first_name="Oriane", last_name="Delisle", email="oriane.delisle@exemple.quebec", language="fr"
    )
    starts_on = today.replace(year=today.year - 1, month=2, day=1)
    mandate = RoleAssignment.objects.create(
        user=person,
        role=Role.EXTERNAL,
        community=community,
        starts_on=starts_on,
        ends_on=starts_on.replace(month=6, day=30),
        contract=f"{starts_on.year}-114",
    )
    BudgetLine.objects.create(
        community=community,
        assignment=mandate,
        category=BudgetLine.Category.EXTERNAL_FACILITATOR,
        label="Animation de deux ateliers",
        on=starts_on,
        planned=240000,
        spent=240000,
    )


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
