"""What holds a community up: people to turn to, and what is planned so that links form between its members."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models.community import Community


class ResourcePerson(models.Model):
    """Someone a community can turn to, whether a member or not (guide, p. 33). Members read the name and the subject;
    how to reach them is for those who lead."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="resource_persons")
    name = models.CharField(_("name"), max_length=120)
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    subject = models.CharField(_("on what"), max_length=200, blank=True)
    contact = models.CharField(_("how to reach them"), max_length=200, blank=True)
    is_active = models.BooleanField(_("available"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    erased = Erased(words=["name", "organisation", "subject", "contact"])

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class TeamBuildingStep(models.Model):
    """One thing done on purpose so that members come to know and trust each other (guide, p. 9)."""

    class Kind(models.TextChoices):
        IN_PERSON = "in_person", _("Start in person")
        INTRODUCTIONS = "introductions", _("Introduce each member")
        PAIRS = "pairs", _("Pair members up")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="team_building_steps")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    is_planned = models.BooleanField(_("planned"), default=True)
    how = models.CharField(_("how"), max_length=300, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    erased = Erased(words=["how"])

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["community", "kind"], name="one_link_step_of_a_kind")]

    def __str__(self) -> str:
        return self.get_kind_display()
