"""How a community works together (guide, p. 12)."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models.community import Community
from communities.models.people import Membership


class Rule(models.Model):
    """One operating rule, under one of the guide's seven themes (p. 12)."""

    class Theme(models.TextChoices):
        SPEAKING = "speaking", _("Speaking time")
        CONFIDENTIALITY = "confidentiality", _("Confidentiality")
        RESPECT = "respect", _("Respect")
        LISTENING = "listening", _("Listening")
        SHARING = "sharing", _("Sharing ideas")
        EVALUATION = "evaluation", _("Taking part in the evaluation")
        CAMERA = "camera", _("Camera and microphone")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="rules")
    theme = models.CharField(_("theme"), max_length=20, choices=Theme)
    text = models.CharField(_("rule"), max_length=400)
    is_active = models.BooleanField(_("applies"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    erased = Erased(words=["text"])

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class RulesVersion(models.Model):
    """The rules that apply, as they were adopted one day. `texts` holds their themes and words, in order."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="rules_versions")
    number = models.PositiveSmallIntegerField()
    adopted_on = models.DateField(default=dt.date.today)
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    texts = models.JSONField(default=list)

    erased = Erased(cut={"adopted_by": []}, words=["texts"])

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["community", "number"], name="rules_versions_are_numbered")]

    def __str__(self) -> str:
        return f"{self.community} · {self.number}"

    @property
    def rules(self) -> list[Rule]:
        """As rules of that day: what a page shows of any version."""
        return [Rule(theme=kept["theme"], text=kept["text"]) for kept in self.texts]


class RulesAcknowledgement(models.Model):
    """A member said they had read one version of the rules."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="acknowledgements")
    version = models.ForeignKey(RulesVersion, on_delete=models.CASCADE, related_name="acknowledgements")
    at = models.DateTimeField(default=timezone.now)

    erased = Erased(deleted_with=["membership"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "version"], name="rules_are_read_once")]

    def __str__(self) -> str:
        return f"{self.membership} · {self.version}"
