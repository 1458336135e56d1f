"""What is prepared before a meeting: things checked, logistics of a room, models of agendas."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community
from meetings.models.meeting import Meeting


class PreparationCheck(models.Model):
    """One thing of the list that somebody of the team has checked; unticked, the row goes. `code` is one of
    `meetings.domain.preparation.self_checklist`."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="checks")
    code = models.CharField(max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    erased = Erased(cut={"by": []}, plain=["code"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "code"], name="a_thing_is_checked_once")]

    def __str__(self) -> str:
        return self.code


class Logistics(models.Model):
    """« Le choix de la salle, la logistique des repas ou l’organisation des déplacements » (guide, p. 16)."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="logistics")
    room = models.TextField(_("room"), blank=True)
    meals = models.TextField(_("meals"), blank=True)
    travel = models.TextField(_("travel"), blank=True)
    access = models.TextField(_("accessibility"), blank=True)

    FIELDS = ("room", "meals", "travel", "access")

    erased = Erased(words=["room", "meals", "travel", "access"])

    class Meta:
        verbose_name_plural = "logistics"

    def __str__(self) -> str:
        return f"{self.meeting_id}"


class AgendaModelQuerySet(models.QuerySet):
    def visible_to(self, user) -> "AgendaModelQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))


class AgendaModel(models.Model):
    """An agenda kept under a name, to start another meeting from. `blocks` hold kind, title, minutes, goal, method and
    material."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="agenda_models")
    name = models.CharField(_("name"), max_length=80)
    blocks = models.JSONField(default=list)

    erased = Erased(words=["name", "blocks"])

    objects = AgendaModelQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="one_agenda_model_of_a_name")]

    def __str__(self) -> str:
        return self.name
