"""The record of a community: what it works on, where it comes from, where it is, and what holds it up."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.parts import Part
from communities.models import territories
from communities.models.community import Community


class RecordSheetQuerySet(models.QuerySet["RecordSheet"]):
    def names_known_to(self, user) -> list[str]:
        """Models of concertation written by name in the communities whose content one reads: to write the same."""
        read = self.filter(community__in=Community.objects.inside_for(user)).exclude(concertation_name="")
        return list(read.order_by("concertation_name").values_list("concertation_name", flat=True).distinct())


class RecordSheet(Part):
    class Concertation(models.TextChoices):
        """Which of the nine models of concertation it follows. The guide names two of them; the software serves the
        first, and the others are written by name (`concertation_name`)."""

        COMMUNITY = "community", _("Community of practice")
        COHORT = "cohort", _("Cohort")
        HYBRID = "hybrid", _("Community of practice with features of a cohort")
        OTHER = "other", _("Another model, named below")

    class Family(models.TextChoices):
        """What Concertation Montréal's projects work for."""

        DEMOCRACY = "democracy", _("Democratic life")
        INCLUSION = "inclusion", _("Parity, diversity and inclusion")
        ECOLOGY = "ecology", _("Ecological transition")

    community = models.OneToOneField(
        "communities.Community", primary_key=True, on_delete=models.CASCADE, related_name="record_sheet"
    )
    sector = models.CharField(_("sector"), max_length=120, blank=True)
    is_sectoral = models.BooleanField(_("sectoral"), default=False)
    is_social = models.BooleanField(_("social"), default=False)
    is_structural = models.BooleanField(_("structural"), default=False)
    concertation_model = models.CharField(
        _("model of concertation"), max_length=20, choices=Concertation, default=Concertation.COMMUNITY
    )
    concertation_name = models.CharField(_("name of the other model"), max_length=60, blank=True)
    concertation_note = models.CharField(_("note on the model"), max_length=300, blank=True)
    family = models.CharField(_("family of projects"), max_length=20, choices=Family, blank=True)
    is_flagship = models.BooleanField(_("it is the project’s main activity"), default=False)
    origin = models.TextField(_("where it comes from"), blank=True)
    asked_by = models.ForeignKey(
        "communities.Organisation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    anchor = models.ForeignKey(
        "communities.Organisation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("supported and facilitated by"),
    )
    reach = models.JSONField(_("reach"), default=list, blank=True, help_text="of communities.models.territories.Reach")
    regions = models.JSONField(_("regions"), default=list, blank=True, help_text="numbers, see territories.REGIONS")
    is_rural = models.BooleanField(_("rural communities take part"), default=False)
    territory = models.CharField(_("territory"), max_length=120, blank=True)
    competition_zones = models.TextField(_("what members do not share"), blank=True)
    common_needs = models.TextField(_("what members have and need in common"), blank=True)

    objects = RecordSheetQuerySet.as_manager()

    erased = Erased(
        words=[
            "sector",
            "concertation_name",
            "concertation_note",
            "origin",
            "territory",
            "competition_zones",
            "common_needs",
        ],
        plain=["reach", "regions"],
    )

    @property
    def model_of_concertation(self) -> str:
        """As it is called: by its own name where it is none of those of the guide."""
        is_named = self.concertation_model == self.Concertation.OTHER and self.concertation_name
        return self.concertation_name if is_named else str(self.get_concertation_model_display())

    @property
    def issues(self) -> list[str]:
        """The kinds of issue it works on, as read: « sectoriel, social ou structurel » (guide, p. 5)."""
        kinds = ("is_sectoral", "is_social", "is_structural")
        return [str(self._meta.get_field(name).verbose_name) for name in kinds if getattr(self, name)]  # type: ignore[union-attr]

    @property
    def reaches(self) -> list[str]:
        """Its territory, from the widest word to the narrowest names."""
        known = [str(territories.Reach(value).label) for value in self.reach if value in territories.Reach.values]
        names = [territories.REGIONS[number] for number in self.regions if number in territories.REGIONS]
        rural = [str(_("rural communities"))] if self.is_rural else []
        return [*known, *names, *([self.territory] if self.territory else []), *rural]
