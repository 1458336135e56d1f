"""How a community came to say what it is for: its rules adopted and read, an objective reworded, one proposed."""

import datetime as dt

from django.utils import timezone

from communities.domain.charter import operating_rules
from communities.models import (
    Community,
    ExcludedExpectation,
    Membership,
    ObjectiveProposal,
    Policies,
    RecordSheet,
    RulesAcknowledgement,
)
from evaluations.demonstration.groups import Group

OUT_OF_REACH = {
    "Constellation": [
        (
            "Trouver du financement pour chaque organisme.",
            "La communauté fait circuler les appels à projets; les demandes se préparent avec Concertation Montréal.",
        ),
        (
            "Changer les critères des programmes publics.",
            "Une lettre commune reste possible; la décision est ailleurs.",
        ),
    ]
}


def settle(group: Group, community: Community, members: list[Membership], today: dt.date) -> None:
    """Rules adopted two springs ago and read by most; in Constellation, the rest too."""
    facilitator = community.facilitators().first()
    version = operating_rules.adopt(community, by=facilitator)
    assert version is not None
    adopted_on = today - dt.timedelta(days=400)
    community.rules_versions.update(adopted_on=adopted_on)
    active = [m for m in members if m.status == Membership.Status.ACTIVE]
    RulesAcknowledgement.objects.bulk_create(
        RulesAcknowledgement(membership=m, version=version, at=timezone.now() - dt.timedelta(days=300 - n))
        for n, m in enumerate(active)
        if n % 6 != 5
    )
    if group.name in OUT_OF_REACH:
        _say_openly(community, OUT_OF_REACH[group.name])
        _propose(community, active, facilitator)


def _say_openly(community: Community, told: list[tuple[str, str]]) -> None:
    ExcludedExpectation.objects.bulk_create(
        ExcludedExpectation(community=community, wording=wording, reason=reason, position=n)
        for n, (wording, reason) in enumerate(told)
    )
    frame = "Les objectifs se tiennent dans ceux du programme et demandent au plus cinq rencontres."
    Policies.write(community, proposals_frame=frame)
    needs = (
        "Nous accueillons des personnes nouvellement arrivées avec peu de moyens, le plus souvent en solitaire. "
        "Nous cherchons des outils éprouvés, des collègues à appeler et du temps pour comparer nos façons de faire."
    )
    RecordSheet.write(community, common_needs=needs)


def _propose(community: Community, active: list[Membership], facilitator) -> None:
    """The second objective said it otherwise at first; a member would like one more."""
    second = community.objectives.all()[1]
    second.earlier.create(
        kind=second.kind,
        wording="Échanger des pratiques entre organismes.",
        state=second.state,
        at=timezone.now() - dt.timedelta(days=150),
        by=facilitator,
    )
    ObjectiveProposal.objects.create(
        community=community,
        by=active[1].user,
        kind="pooling",
        wording="Mettre en commun une banque d’outils d’accueil traduits en douze langues.",
    )
