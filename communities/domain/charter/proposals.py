"""Objectives that members propose, and what those who lead answer « à l’intérieur d’un cadre défini » (guide, p. 9)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from communities.models import Community, Objective, ObjectiveProposal


def propose_objective(
    community: Community, *, by: User, wording: str, kind: str = "", replaces: Objective | None = None
) -> ObjectiveProposal:
    """A new objective, or other words for one in progress. The same words sent twice wait once."""
    wording = " ".join(wording.split())
    if not wording:
        raise ValidationError(_("Write the objective you propose."))
    if len(wording) > 300:
        raise ValidationError(_("Keep each objective under 300 characters."))
    if replaces and (replaces.community_id != community.pk or replaces.state != Objective.State.ACTIVE):
        raise ValidationError(_("This objective is no longer in progress."))
    kind = kind or (replaces.kind if replaces else "")
    if kind not in Objective.Kind.values:
        raise ValidationError(_("Choose the kind of objective."))
    with transaction.atomic():
        Community.objects.select_for_update().get(pk=community.pk)
        same = {"by": by, "wording": wording, "kind": kind, "replaces": replaces}
        return community.objective_proposals.waiting().filter(**same).first() or community.objective_proposals.create(
            **same
        )


@transaction.atomic
def adopt(proposal: ObjectiveProposal, *, by: User, wording: str = "", answer: str = "") -> Objective:
    """Becomes an objective, or the new words of the one it replaces, as worded by who adopts it."""
    proposal = _decide(proposal, ObjectiveProposal.State.ADOPTED, by, answer)
    community, wording = proposal.community, " ".join((wording or proposal.wording).split())
    if proposal.replaces:
        proposal.replaces.revise({"kind": proposal.kind, "wording": wording}, by=by)
        return proposal.replaces
    last = community.objectives.order_by("-position").values_list("position", flat=True).first()
    return community.objectives.create(
        kind=proposal.kind,
        wording=wording,
        position=0 if last is None else last + 1,
        reviewed_on=timezone.localdate(),
    )


@transaction.atomic
def decline(proposal: ObjectiveProposal, *, by: User, answer: str) -> None:
    """Never without a word: the person reads why."""
    if not answer.strip():
        raise ValidationError(_("Write a word to the person who proposed it: they will read why."))
    _decide(proposal, ObjectiveProposal.State.DECLINED, by, answer)


def _decide(proposal: ObjectiveProposal, state: str, by: User, answer: str) -> ObjectiveProposal:
    """Once: the second of two people who decide is told of the first. Locks the community, like who edits the list."""
    Community.objects.select_for_update().get(pk=proposal.community_id)
    proposal = ObjectiveProposal.objects.select_related("community", "replaces").get(pk=proposal.pk)
    if not proposal.is_waiting:
        raise ValidationError(_("This proposal was already answered."))
    proposal.state, proposal.answer = state, answer.strip()[:500]
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    audit.write(Action.SETTINGS_CHANGED, by=by, about=proposal, part="objective", changed={"state": ["waiting", state]})
    return proposal
