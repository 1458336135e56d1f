"""The topics of a community in one's own space: read, supported, proposed, without an account."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cmtl.shortcuts import validation_as_messages
from communities.models import Membership
from meetings.domain.links.visitors import Visitor
from meetings.domain.topics import topics
from meetings.models import Topic, supported_by
from meetings.web.portal.space import for_person
from meetings.web.topics.topic_forms import ProposalForm

PER_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def show(request: HttpRequest, who: Visitor, membership: int) -> HttpResponse:
    mine = get_object_or_404(who.user.memberships.of_open_communities().select_related("community"), pk=membership)
    if mine.status == Membership.Status.ALUMNI or mine.community.is_archived:
        raise Http404
    form = ProposalForm(request.POST if "title" in request.POST else None, community=mine.community)
    if request.method == "POST" and _press(request, mine, form):
        return redirect(request.get_full_path())
    wanted = mine.community.topics.supportable().wanted_first().select_related("meeting")
    context = {
        "who": who,
        "membership": mine,
        "community": mine.community,
        "form": form,
        "topics": Paginator(wanted, PER_PAGE).get_page(request.GET.get("page")),
        "supported": supported_by(mine),
    }
    return render(request, "meetings/portal/space_topics.html", context, status=422 if form.errors else 200)


def _press(request: HttpRequest, mine: Membership, form: ProposalForm) -> bool:
    """Do what the form sent asks; False when its words are to be typed again."""
    if form.is_bound:
        if not form.is_valid():
            return False
        _topic, is_new = topics.propose(mine.community, form.cleaned_data["title"], source=Topic.Source.SURVEY)
        said = _("The topic is in the list.") if is_new else _("This topic was already in the list.")
        messages.success(request, said)
        return True
    with validation_as_messages(request):
        topics.press(mine, request.POST.get("topic", ""), undo="undo" in request.POST)
    return True
