"""The profiles of a group, only as aggregates: from what people and their organisations said, never person by person.

No count under the community's threshold is shown, nor one that could be found by subtraction.
"""

from collections import Counter
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Membership, Organisation


@dataclass(frozen=True)
class Facet:
    title: str | Promise
    shares: list[tuple[str, int]]  # label and people, largest first; the rest last, under an empty label

    @property
    def total(self) -> int:
        return sum(count for _label, count in self.shares)


FACETS: tuple[tuple[str, str | Promise, dict], ...] = (
    ("region", _("Regions"), {}),
    ("organisation__kind", _("Types of organisation"), dict(Organisation.Kind.choices)),
    ("organisation__size", _("Size of the organisation"), dict(Organisation.Size.choices)),
    ("person_type", _("Capacity in which people come"), dict(Membership.PersonType.choices)),
)


def facets_of(community: Community) -> list[Facet]:
    """In one query; empty under the threshold, and without the facets where everyone is alike or unknown."""
    threshold = community.anonymity_threshold
    rows = list(community.memberships.active().order_by().values_list(*(field for field, *_rest in FACETS)))
    if len(rows) < threshold:
        return []
    found = []
    for place, (_field, title, labels) in enumerate(FACETS):
        counts = Counter(str(labels.get(row[place], row[place]) or "") for row in rows)
        shares = grouped(counts, threshold)
        if any(label for label, _count in shares):
            found.append(Facet(title, shares))
    return found


def grouped(counts: Counter[str], threshold: int) -> list[tuple[str, int]]:
    """The categories of `threshold` people or more; the others together under "". Where the others would be too few,
    the smallest category joins them: a small remainder tells as much as a small category."""
    shown = sorted(((label, n) for label, n in counts.items() if label and n >= threshold), key=lambda s: (-s[1], s[0]))
    rest = sum(counts.values()) - sum(n for _label, n in shown)
    while shown and 0 < rest < threshold:
        rest += shown.pop()[1]
    return [*shown, ("", rest)] if rest else shown
