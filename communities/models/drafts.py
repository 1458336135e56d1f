"""A community that a facilitator prepares, until a coordinator of its programme opens it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.parts import Part
from communities.models.community import Community


class Draft(Part):
    """Kept once it is open: it says who prepared it."""

    community = models.OneToOneField(Community, primary_key=True, on_delete=models.CASCADE, related_name="draft")
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_back_because = models.CharField(
        _("what is missing"), max_length=300, blank=True, help_text="empty while it waits for the coordination"
    )

    erased = Erased(cut={"prepared_by": []}, words=["sent_back_because"])
