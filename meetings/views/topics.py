"""The backlog of topics of a community: read and added to by its members, decided by those who prepare meetings."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl.shortcuts import explaining, fetch
from communities.models import Community
from meetings import topics
from meetings.models import Topic
from meetings.topic_forms import DecisionForm, EditTopicForm, ProposalForm, TopicForm

IN_ORDER = (Topic.State.PROPOSED, Topic.State.CHOSEN, Topic.State.RESERVE, Topic.State.DISCUSSED, Topic.State.DROPPED)
FOLDED = (Topic.State.DISCUSSED, Topic.State.DROPPED)  # what one seldom comes to read
with_community = Topic.objects.select_related("community", "meeting")
DECISIONS = {
    "choose": topics.choose,
    "reserve": topics.reserve,
    "set_aside": topics.set_aside,
    "bring_back": topics.bring_back,
}


@require_safe
def list_topics(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, Community, pk=pk, may="communities.read")
    may_choose = request.user.has_perm("meetings.plan", community)
    context = {
        "community": community,
        "groups": groups_of(community),
        "coming": list(community.meetings.upcoming().select_related("community")) if may_choose else [],
        "may_choose": may_choose,
        "may_propose": request.user.has_perm("meetings.propose_topic", community),
    }
    return render(request, "meetings/topic_list.html", context)


def groups_of(community: Community) -> list[dict]:
    """The topics by state; within one, what has a date comes first."""
    urgent = Case(When(before=None, then=Value(1)), default=Value(0), output_field=IntegerField())
    everything = community.topics.select_related("meeting__community").order_by(urgent, "before", "-proposed_on", "-pk")
    found = list(everything)
    groups = [
        {"state": state, "topics": [t for t in found if t.state == state], "is_folded": state in FOLDED}
        for state in IN_ORDER
    ]
    return [group for group in groups if group["topics"]]


@require_http_methods(["GET", "HEAD", "POST"])
def propose_topic(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, Community, pk=pk, may="meetings.propose_topic")
    may_choose = request.user.has_perm("meetings.plan", community)
    kind = TopicForm if may_choose else ProposalForm
    form = kind(request.POST or None, initial={"source": Topic.Source.MEETING} if may_choose else None)
    if request.method == "POST" and form.is_valid():
        fields = {"source": Topic.Source.SURVEY, **form.cleaned_data}
        _topic, is_new = topics.propose(community, **fields)
        messages.success(
            request, _("The topic is in the list.") if is_new else _("This topic was already in the list.")
        )
        return redirect("meetings:topics", pk)
    status = 422 if form.errors else 200
    return render(request, "meetings/topic_form.html", {"community": community, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_topic(request: HttpRequest, pk: int) -> HttpResponse:
    topic = fetch(request, with_community, pk=pk, may="meetings.choose_topic")
    form = EditTopicForm(request.POST or None, instance=topic, initial={"version": topic.version})
    if request.method == "POST" and form.is_valid():
        if topics.edit(topic, form.cleaned_data.pop("version"), **form.cleaned_data):
            messages.success(request, _("The topic is saved."))
            return redirect("meetings:topics", topic.community_id)
        return _conflict(request, topic.pk, form)
    return _edit_page(request, topic, form, status=422 if form.errors else 200)


def _conflict(request: HttpRequest, pk: int, form: EditTopicForm) -> HttpResponse:
    """Someone wrote in between: theirs is shown, one's own words stay in the fields, and saving again writes over."""
    theirs = with_community.get(pk=pk)
    form.data = form.data.copy()
    form.data["version"] = theirs.version
    yours = Topic(**form.cleaned_data)
    rows = [
        {"label": form.fields[name].label, "theirs": _shown(theirs, name), "yours": _shown(yours, name)}
        for name in ("title", "source", "before")
        if getattr(theirs, name) != getattr(yours, name)
    ]
    return _edit_page(request, theirs, form, status=409, conflict=rows)


def _shown(topic: Topic, name: str) -> str:
    if name == "before":
        return date_format(topic.before, "DATE_FORMAT") if topic.before else "—"
    return topic.get_source_display() if name == "source" else topic.title


def _edit_page(request: HttpRequest, topic: Topic, form: EditTopicForm, status: int, **extra) -> HttpResponse:
    context = {"community": topic.community, "topic": topic, "form": form, **extra}
    return render(request, "meetings/topic_form.html", context, status=status)


@require_POST
def decide_topic(request: HttpRequest, pk: int) -> HttpResponse:
    topic = fetch(request, with_community, pk=pk, may="meetings.choose_topic")
    form = DecisionForm(request.POST, community=topic.community)
    with explaining(request):
        if not form.is_valid():
            raise ValidationError([sentence for sentences in form.errors.values() for sentence in sentences])
        chosen = [form.cleaned_data["meeting"]] if form.cleaned_data["decision"] == "choose" else []
        DECISIONS[form.cleaned_data["decision"]](topic, *chosen)
        messages.success(
            request, _("“%(topic)s”: %(state)s.") % {"topic": topic.title, "state": topic.get_state_display()}
        )
    return redirect("meetings:topics", topic.community_id)
