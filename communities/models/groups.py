"""Sub-groups inside a community that last: a region, the rural members, a theme."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models.community import Community
from communities.models.people import Membership


class SubGroupQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SubGroupQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))


class SubGroup(models.Model):
    """Members who also work among themselves. One may be in several, or in none."""

    class Kind(models.TextChoices):
        REGION = "region", _("Region")
        RURAL = "rural", _("Rural area")
        THEME = "theme", _("Theme")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="sub_groups")
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.THEME)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("who facilitates it"),
    )
    members = models.ManyToManyField(Membership, blank=True, related_name="sub_groups", verbose_name=_("members"))

    erased = Erased(cut={"facilitator": [], "members": []}, words=["name"])

    objects = SubGroupQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="one_sub_group_of_a_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("communities:subgroup", args=[self.pk])
