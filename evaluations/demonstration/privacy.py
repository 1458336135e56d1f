"""The privacy officer of the demonstration, one incident in her register, and some lines of the audit log."""

import datetime as dt

from accounts.domain import audit
from accounts.models import Action, User
from communities.domain.privacy import incidents
from communities.models import Community, Role
from evaluations.demonstration.people import Crowd

OFFICER = "Mireille Lavoie"


def tell(crowd: Crowd, today: dt.date) -> None:
    officer = crowd.named(OFFICER)
    crowd.add_all()
    User.objects.filter(pk=officer.pk).update(is_privacy_officer=True)
    audit.write(Action.ROLE_GIVEN, about=officer, role="officer")
    incidents.record_incident(_incident(today), by=officer)
    for community in Community.objects.order_by("pk")[:2]:
        for person in User.objects.filter(
            role_assignments__community=community, role_assignments__role=Role.FACILITATOR
        )[:1]:
            audit.write(Action.CONTACTS_EXPORTED, by=person, community=community, format="csv")
        for person in User.objects.filter(
            role_assignments__programme=community.programme_id, role_assignments__role=Role.COORDINATOR
        )[:1]:
            audit.write(Action.CONTACTS_READ, by=person, community=community)


def _incident(today: dt.date) -> dict:
    return {
        "information": "Noms, organisations et adresses de 14 membres d’une communauté.",
        "circumstances": "La liste exportée a été jointe par erreur à un courriel envoyé à un fournisseur.",
        "began_on": today - dt.timedelta(days=41),
        "known_on": today - dt.timedelta(days=40),
        "people": 14,
        "people_in_quebec": 14,
        "sensitivity": "Des coordonnées professionnelles, pour la plupart déjà publiques.",
        "consequences": "Des courriels non sollicités.",
        "likelihood": "Faible : le fournisseur a confirmé par écrit avoir effacé le fichier le jour même.",
        "is_serious": False,
        "others_told": "Le fournisseur, le jour même.",
        "measures": "Rappel à l’équipe; les listes ne sont plus jointes aux courriels.",
    }
