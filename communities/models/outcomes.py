"""What came out of a community, what it still needs, and what it learnt on the way.

Money is in cents. What is removed stays for whoever wants to undo that: `kept()` leaves it out.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.erased import Erased
from accounts.models.history import HistoryEntry
from cmtl.searching import loosely
from communities.models.community import Community
from communities.models.cost_sharing import split
from communities.models.objectives import Objective
from communities.models.people import Membership, Organisation


class SoftDeletedQuerySet(models.QuerySet):
    def kept(self) -> "SoftDeletedQuerySet":
        return self.filter(removed_at=None)

    def visible_to(self, user) -> "SoftDeletedQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))

    def containing(self, text: str, *fields: str) -> "SoftDeletedQuerySet":
        """Each word of the text in one field or another."""
        found = self
        for word in text.split():
            hit = Q()
            for name in fields:
                hit |= Q(**{f"{name}__iregex": loosely(word)})
            found = found.filter(hit)
        return found


class SoftDeleted(models.Model):
    """An entry of a community's register: made once however often its form is sent, removed without being lost."""

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    creation_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class OutcomeQuerySet(SoftDeletedQuerySet):
    def visible_to(self, user) -> "OutcomeQuerySet":
        """Shared ones for all inside; the others for those who lead and whoever wrote them."""
        if not user.is_authenticated:
            return self.none()
        mine = Q(community__in=Community.objects.led_by(user)) | Q(created_by=user) | Q(is_shared=True)
        return self.filter(mine, community__in=Community.objects.inside_for(user))


class Outcome(SoftDeleted):
    """One thing born of the community: a project, an initiative, a partnership, a pooled resource, a training."""

    class Kind(models.TextChoices):
        PROJECT = "project", _("Joint project")
        INITIATIVE = "initiative", _("Initiative")
        PARTNERSHIP = "partnership", _("Partnership")
        RESOURCE = "resource", _("Pooled resource")
        TRAINING = "training", _("Training")

    class Advance(models.TextChoices):
        """What partners already in a joint project gain from the community (guide: isolate needs, find solutions,
        explore leads, make new partnerships)."""

        NEED = "need", _("Need found")
        SOLUTION = "solution", _("Solution found")
        LEAD = "lead", _("Lead explored")
        PARTNERSHIP = "partnership", _("New partnership")

    class Stage(models.TextChoices):
        NEED = "need", pgettext_lazy("stage", "Need")
        IDEA = "idea", pgettext_lazy("stage", "Idea")
        FILED = "filed", pgettext_lazy("stage", "Filed")
        FUNDED = "funded", pgettext_lazy("stage", "Funded")
        UNDER_WAY = "under_way", pgettext_lazy("stage", "Under way")
        FINISHED = "finished", pgettext_lazy("stage", "Finished")

    WRITTEN = (
        "title",
        "kind",
        "advance",
        "is_expected",
        "description",
        "happened_on",
        "meeting_on",
        "objective",
        "stage",
        "organisations",
        "other_partners",
        "funder",
        "amount",
        "is_shared",
    )
    SEARCHED = ("title", "description", "other_partners", "funder")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="outcomes")
    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    advance = models.CharField(_("for a project already shared"), max_length=20, choices=Advance, blank=True)
    is_expected = models.BooleanField(_("expected"), default=True)
    description = models.TextField(_("description"), blank=True)
    happened_on = models.DateField(_("date"), default=dt.date.today)
    meeting_on = models.DateField(_("born at the meeting of"), null=True, blank=True)
    objective = models.ForeignKey(
        Objective,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="outcomes",
        verbose_name=_("objective it serves"),
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.UNDER_WAY)
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="outcomes", verbose_name=_("partners in the community")
    )
    other_partners = models.CharField(_("other partners"), max_length=300, blank=True)
    funder = models.CharField(_("funded by"), max_length=160, blank=True)
    amount = models.PositiveBigIntegerField(_("amount"), null=True, blank=True, help_text="in cents")
    is_shared = models.BooleanField(_("visible to the members"), default=True)

    erased = Erased(cut={"created_by": []}, words=["title", "description", "other_partners", "funder"])

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("communities:outcome", args=[self.pk])


class StageChange(HistoryEntry):
    """When an outcome came to a stage, and who said so."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="stage_changes")
    stage = models.CharField(max_length=20, choices=Outcome.Stage)

    class Meta(HistoryEntry.Meta):
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.get_stage_display()


class Need(SoftDeleted):
    """Something several lack and might have together; its cost is shared by those who need it."""

    WRITTEN = ("what", "details")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="needs")
    what = models.CharField(_("what is needed"), max_length=160)
    details = models.TextField(_("details"), blank=True)
    cost = models.PositiveBigIntegerField(_("cost to share"), null=True, blank=True, help_text="in cents")
    is_split_by_share = models.BooleanField(_("how it is shared"), default=False)
    met_at = models.DateTimeField(null=True, blank=True)

    erased = Erased(cut={"created_by": []}, words=["what", "details"])

    objects = SoftDeletedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return reverse("communities:need", args=[self.pk])

    @property
    def is_met(self) -> bool:
        return self.met_at is not None

    def those_who(self, side: str) -> list["Party"]:
        return [party for party in self.parties.all() if party.side == side]

    @property
    def needing(self) -> list["Party"]:
        return self.those_who(Party.Side.NEEDS)

    @property
    def offering(self) -> list["Party"]:
        return self.those_who(Party.Side.OFFERS)

    def shares(self) -> list[tuple["Party", int]]:
        """What each of those who need it pays, in cents; in the order in which they joined."""
        payers = self.needing
        if self.cost is None:
            return []
        weights = [party.weight if self.is_split_by_share else 1 for party in payers]
        return list(zip(payers, split(self.cost, weights), strict=True))

    def settle(self, *, met: bool) -> None:
        """Said twice, the first date stays."""
        if met != self.is_met:
            self.met_at = timezone.now() if met else None
            self.save(update_fields=["met_at"])


class Party(models.Model):
    """An organisation or a person that needs something, or offers it."""

    class Side(models.TextChoices):
        NEEDS = "needs", _("Needs it")
        OFFERS = "offers", _("Offers it")

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="parties")
    side = models.CharField(max_length=10, choices=Side)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    offer = models.CharField(_("what they offer"), max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(_("parts"), default=1)

    erased = Erased(deleted_with=["membership"], words=["offer"])

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "parties"
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None, membership__isnull=False)
                | Q(organisation__isnull=False, membership=None),
                name="a_party_is_an_organisation_or_a_person",
            ),
            models.UniqueConstraint(
                fields=["need", "side", "organisation", "membership"], name="one_party_each", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.membership.user.full_name if self.membership else str(self.organisation)


class PracticeCard(SoftDeleted):
    """A practice worth taking up elsewhere, or a mistake worth avoiding."""

    class Kind(models.TextChoices):
        GOOD = "good", _("Good practice")
        MISTAKE = "mistake", _("Mistake to avoid")

    WRITTEN = ("kind", "title", "situation", "done", "result", "to_adapt", "contact", "may_leave")
    SEARCHED = ("title", "situation", "done", "result", "to_adapt")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="practice_cards")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GOOD)
    title = models.CharField(_("title"), max_length=160)
    situation = models.TextField(_("context"), blank=True)
    done = models.TextField(_("what was done"))
    result = models.TextField(_("what it gave"), blank=True)
    to_adapt = models.TextField(_("what to adapt"), blank=True)
    contact = models.CharField(_("whom to ask"), max_length=160, blank=True)
    may_leave = models.BooleanField(_("may be shared outside the community"), default=False)

    erased = Erased(cut={"created_by": []}, words=["title", "situation", "done", "result", "to_adapt", "contact"])

    objects = SoftDeletedQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("communities:practice_card", args=[self.pk])
