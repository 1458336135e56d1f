"""Access and portability for people without an address, who have no space of their own: asked of those who lead."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.domain import audit
from accounts.models import Action, User
from cmtl.shortcuts import fetch
from communities.domain.members import directory
from communities.models import Community, Membership
from meetings.domain.portal import my_data
from meetings.web import files


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that the person would take from « My data »."""
    membership = fetch(request, Membership.objects.select_related("user"), pk=pk)
    fetch(request, Community, pk=membership.community_id, may="communities.manage_people")
    person = membership.user
    if why := why_not(request.user, person):
        messages.warning(request, why)
        return redirect("communities:membership", pk)
    if files.are_too_many(request, request.user.pk):
        return redirect("communities:membership", pk)
    audit.write(Action.OWN_DATA_GIVEN, by=request.user, about=membership, format="zip")
    name = f"{slugify(person.full_name)}-{timezone.localdate():%Y-%m-%d}.zip"
    response = files.download(my_data.archive(person, for_another=True), name, "application/zip")
    response["Cache-Control"] = "no-store"
    return response


def why_not(by: User, person: User) -> str:
    """The file tells of every community of the person: nobody takes it who does not manage them all."""
    if person.email:
        return _("This person has an address: the file waits for them in their own space, under « My data ».")
    if not directory.may_correct_person(by, person):
        return _(
            "This person holds a role, or belongs to a community that you do not manage: "
            "the privacy officer gives them their file. Write to %(officer)s."
        ) % {"officer": settings.PRIVACY_OFFICER}
    return ""
