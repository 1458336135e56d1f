"""What a community changes in the way it works, and what its members were told of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community
from meetings.models.meeting import Meeting


class ImprovementQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ImprovementQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))

    def in_progress(self) -> "ImprovementQuerySet":
        return self.exclude(state__in=Improvement.DECIDED)

    def answered(self) -> "ImprovementQuerySet":
        """What members may be told: done or not kept, with a word that says so."""
        return self.filter(state__in=Improvement.DECIDED).exclude(answer="")

    def of_year(self, year: int) -> "ImprovementQuerySet":
        """Decided or done that year, or told then."""
        return self.filter(Q(done_on__year=year) | Q(told_at__year=year))


class Improvement(models.Model):
    """Something to change, from a suggestion or from a conversation: « recueillir des suggestions d’amélioration »,
    « apporter facilement des changements si les membres sont d’accord et si le cadre est respecté » (guide)."""

    class State(models.TextChoices):
        CONSIDERED = "considered", _("To consider")
        ACCEPTED = "accepted", pgettext_lazy("improvement", "Accepted")
        DONE = "done", pgettext_lazy("improvement", "Done")
        NOT_KEPT = "not_kept", pgettext_lazy("improvement", "Not kept")

    DECIDED = (State.DONE, State.NOT_KEPT)
    LONGEST = 600  # as long as a comment may be

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="improvements")
    wording = models.CharField(_("what to change"), max_length=LONGEST)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CONSIDERED)
    answer = models.CharField(_("answer to the members"), max_length=LONGEST, blank=True)
    due_on = models.DateField(_("foreseen for"), null=True, blank=True)
    done_on = models.DateField(_("done, or decided, on"), null=True, blank=True)
    changes_frame = models.BooleanField(_("changes the frame"), default=False)
    agreed_on = models.DateField(_("members agreed on"), null=True, blank=True)
    agreed_count = models.PositiveSmallIntegerField(
        _("how many agreed"), null=True, blank=True, help_text="where hands were counted"
    )
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    told_with = models.ForeignKey(
        Meeting,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="told_improvements",
        help_text="whose invitation told it",
    )

    version = models.PositiveIntegerField(default=0, editable=False, help_text="raised by each edit")

    erased = Erased(cut={"written_by": []}, words=["wording", "answer"])

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("considered", "accepted")) | Q(done_on__isnull=False),
                name="what_is_decided_has_its_day",
            )
        ]

    def __str__(self) -> str:
        return self.wording

    def get_absolute_url(self) -> str:
        return reverse("evaluations:improvement", args=[self.pk])

    @property
    def is_decided(self) -> bool:
        return self.state in self.DECIDED

    @property
    def lacks_agreement(self) -> bool:
        """It changes what members had agreed on, and nobody has noted that they were asked."""
        return self.changes_frame and self.agreed_on is None and self.state != self.State.NOT_KEPT

    @property
    def is_late(self) -> bool:
        return not self.is_decided and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def agreement(self) -> str:
        """« Accord des membres le 3 novembre 2026 (12 personnes) », or nothing."""
        if self.agreed_on is None:
            return ""
        day = date_format(self.agreed_on, "DATE_FORMAT")
        if self.agreed_count is None:
            return gettext("Members agreed on %(day)s") % {"day": day}
        n = self.agreed_count
        said = ngettext("%(n)s person agreed on %(day)s", "%(n)s people agreed on %(day)s", n)
        return said % {"n": n, "day": day}
