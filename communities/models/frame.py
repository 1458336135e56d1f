"""What a community is for and how it works together: its objectives and its operating rules (guide, p. 8 and 12)."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models.community import Community


class Objective(models.Model):
    """What a community is for, told to its members (guide, p. 8-9)."""

    class Kind(models.TextChoices):
        LINKS = "links", _("Creating or strengthening links")
        POOLING = "pooling", _("Pooling resources")
        PROJECTS = "projects", _("Developing joint projects")
        PRACTICE = "practice", _("Sharing experience and good practice")

    class State(models.TextChoices):
        ACTIVE = "active", _("In progress")
        REACHED = "reached", _("Reached")
        DROPPED = "dropped", _("Dropped")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="objectives")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    wording = models.CharField(_("objective"), max_length=300)
    indicator = models.CharField(_("how we will know"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.ACTIVE)
    reviewed_on = models.DateField(_("last reviewed"), default=dt.date.today)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.wording


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

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text
