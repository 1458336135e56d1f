"""Where a community's members are (guide, p. 8): one or several reaches, and the administrative regions of Québec."""

from functools import cache

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import normalised


class Reach(models.TextChoices):
    BOROUGH = "borough", _("One or several boroughs")
    MONTREAL = "montreal", _("Montréal")
    LINKED_CITIES = "linked_cities", _("Linked cities")
    REGIONS = "regions", _("Several regions of Québec")


# Proper names, the same in both languages; the keys are the official numbers.
REGIONS = {
    "01": "Bas-Saint-Laurent",
    "02": "Saguenay–Lac-Saint-Jean",
    "03": "Capitale-Nationale",
    "04": "Mauricie",
    "05": "Estrie",
    "06": "Montréal",
    "07": "Outaouais",
    "08": "Abitibi-Témiscamingue",
    "09": "Côte-Nord",
    "10": "Nord-du-Québec",
    "11": "Gaspésie–Îles-de-la-Madeleine",
    "12": "Chaudière-Appalaches",
    "13": "Laval",
    "14": "Lanaudière",
    "15": "Laurentides",
    "16": "Montérégie",
    "17": "Centre-du-Québec",
}

# Where a tile of the map has little room.
SHORT_NAMES = {
    "01": "BSL", "02": "SLSJ", "03": "CN", "04": "MAU", "05": "EST", "06": "MTL", "07": "OUT", "08": "AT", "09": "CÔN",
    "10": "NDQ", "11": "GÎM", "12": "CA", "13": "LAV", "14": "LAN", "15": "LAU", "16": "MON", "17": "CDQ",
}  # fmt: skip


@cache
def _by_name() -> dict[str, str]:
    return {_plain(name): number for number, name in REGIONS.items()}


def _plain(text: str) -> str:
    return normalised(text.replace("–", "-").replace("—", "-"))


def region_of(text: str) -> str | None:
    """The number of the region that somebody wrote: its name or its number, whatever the case, accents and dashes."""
    plain = _plain(text)
    if plain.rjust(2, "0") in REGIONS and plain:
        return plain.rjust(2, "0")
    return _by_name().get(plain)
