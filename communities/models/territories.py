"""Where a community's members are (guide, p. 8): one or several reaches, and the administrative regions of Québec."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
