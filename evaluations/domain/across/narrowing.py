"""What the page of all communities is narrowed to: kept in its address, and in what is exported from it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import RecordSheet, territories

Choice = tuple[str, str]  # as the address says it, and as it reads
ISSUES = ("sectoral", "social", "structural")  # « un enjeu sectoriel, social ou structurel » (guide, p. 5)


@dataclass(frozen=True)
class Facet:
    """One way to narrow: its name in the address, what it is called, and what a community has of it."""

    name: str
    label: str | Promise
    everything: str | Promise
    choices_of: Callable[[Any], Iterable[Choice]]


def _programme(community: Any) -> Iterable[Choice]:
    if community.programme:
        yield str(community.programme_id), community.programme.name


def _funders(community: Any) -> Iterable[Choice]:
    """`funders` are the partnerships of the year that its reader has prefetched."""
    return ((str(partner.organisation_id), partner.organisation.name) for partner in community.funders)


def _family(community: Any) -> Iterable[Choice]:
    sheet = RecordSheet.of(community)
    if sheet.family:
        yield sheet.family, str(sheet.get_family_display())


def _territories(community: Any) -> Iterable[Choice]:
    sheet = RecordSheet.of(community)
    for reach in sheet.reach:
        if reach in territories.Reach.values:
            yield reach, str(territories.Reach(reach).label)
    for number in sheet.regions:
        if number in territories.REGIONS:
            yield number, territories.REGIONS[number]


def _model(community: Any) -> Iterable[Choice]:
    sheet = RecordSheet.of(community)
    is_named = sheet.concertation_model == RecordSheet.Concertation.OTHER
    yield (sheet.concertation_name if is_named else "") or sheet.concertation_model, sheet.model_of_concertation


def _issues(community: Any) -> Iterable[Choice]:
    sheet = RecordSheet.of(community)
    for kind in ISSUES:
        if getattr(sheet, f"is_{kind}"):
            yield kind, str(RecordSheet._meta.get_field(f"is_{kind}").verbose_name)  # type: ignore[union-attr]


FACETS = (
    Facet("programme", _("Programme"), _("All programmes"), _programme),
    Facet("bailleur", pgettext_lazy("filter", "Funder"), _("All funders"), _funders),
    Facet("famille", _("Family of projects"), _("All families"), _family),
    Facet("territoire", _("Territory"), _("All territories"), _territories),
    Facet("modele", _("Model of concertation"), _("All models"), _model),
    Facet("enjeu", _("Kind of issue"), _("All issues"), _issues),
)


@dataclass(frozen=True)
class Select:
    """A facet as the page offers it: what can be chosen, and what is."""

    facet: Facet
    choices: list[Choice]
    chosen: str

    @property
    def said(self) -> str:
        """« Bailleur : Fondation du Belvédère »."""
        return f"{self.facet.label} : {dict(self.choices)[self.chosen]}" if self.chosen else ""


class Narrowing:
    """Of the communities one reads, what each facet offers and those that have all that is chosen. What the address
    says that none of them has narrows to nothing by mistake: it is left aside."""

    def __init__(self, communities: Iterable[Any], asked: Mapping[str, str]) -> None:
        self.communities = list(communities)
        self._has = {(c.pk, f.name): dict(f.choices_of(c)) for c in self.communities for f in FACETS}
        self.selects = [self._select(facet, asked.get(facet.name, "")) for facet in FACETS]

    def _select(self, facet: Facet, asked: str) -> Select:
        offered: dict[str, str] = {}
        for community in self.communities:
            offered |= self._has[community.pk, facet.name]
        choices = sorted(offered.items(), key=lambda choice: choice[1].casefold())
        return Select(facet, choices, asked if asked in offered else "")

    @property
    def offered(self) -> list[Select]:
        """Those that tell communities apart, or that narrow already."""
        return [one for one in self.selects if one.chosen or len(one.choices) > 1 or self._divides(one)]

    def _divides(self, select: Select) -> bool:
        """One value only, that some of the communities do not have."""
        return bool(select.choices) and not all(self._has[c.pk, select.facet.name] for c in self.communities)

    @property
    def chosen(self) -> dict[str, str]:
        return {one.facet.name: one.chosen for one in self.selects if one.chosen}

    @property
    def said(self) -> list[str]:
        return [one.said for one in self.selects if one.chosen]

    @property
    def query(self) -> QueryDict:
        """What is chosen, for the addresses that keep it."""
        query = QueryDict(mutable=True)
        query.update(self.chosen)
        return query

    @property
    def kept(self) -> list[Any]:
        """Those that have all that is chosen."""
        return [
            c for c in self.communities if all(value in self._has[c.pk, facet] for facet, value in self.chosen.items())
        ]
