"""The backlog of topics of a community: read and added to by its members, decided by those who prepare meetings."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl import undoing
from cmtl.searching import loosely
from cmtl.shortcuts import fetch, refusal, validation_as_messages
from communities.models import Community, Programme
from communities.web.undo import say_undoable
from meetings.domain.topics import topics
from meetings.models import Meeting, Topic
from meetings.web.topics.topic_board import Board
from meetings.web.topics.topic_forms import (
    LEADERS_FIELDS,
    AcrossForm,
    DecisionForm,
    EditTopicForm,
    ProposalForm,
    TopicForm,
)
from meetings.web.topics.topic_history import History

with_community = Topic.objects.select_related("community__programme", "meeting", "objective")
PER_PAGE = 50


# ------------------------------------------------------------ the board


@require_safe
def list_topics(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.read")
    board = Board(community, request.user, request.GET)
    template = "meetings/topics/topic_list.html#board" if request.htmx else "meetings/topics/topic_list.html"
    return render(request, template, {"community": community, "board": board})


def _board(request: HttpRequest, community: Community) -> HttpResponse:
    """The board as it is now, with what was said of the press; without htmx, its page."""
    if not request.htmx:
        return redirect("meetings:topics", community.pk)
    asked = QueryDict(urlsplit(request.htmx.current_url or "").query)  # narrowed as it was
    context = {"community": community, "board": Board(community, request.user, asked), "says": True}
    return render(request, "meetings/topics/topic_list.html#board", context)


@require_http_methods(["GET", "HEAD", "POST"])
def propose_topic(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, Community, pk=pk, may="meetings.propose_topic")
    may_choose = request.user.has_perm("meetings.plan", community)
    kind = TopicForm if may_choose else ProposalForm
    initial = {"source": Topic.Source.MEETING} if may_choose else None
    form = kind(request.POST or None, initial=initial, community=community)
    if request.method == "POST" and form.is_valid():
        fields = {"source": Topic.Source.SURVEY, **form.cleaned_data}
        watched, back = undoing.Watched(community.topics.all()), reverse("meetings:topics", args=[pk])
        _topic, is_new = topics.propose(community, **fields)
        said = _("The topic is in the list.") if is_new else _("This topic was already in the list.")
        say_undoable(request, said, watched, may="meetings.propose_topic", of=community, back=back)
        return _board(request, community)
    if request.htmx:
        for sentences in form.errors.values():
            messages.error(request, " ".join(sentences))
        return _board(request, community)
    status = 422 if form.errors else 200
    return render(request, "meetings/topics/topic_form.html", {"community": community, "form": form}, status=status)


@require_POST
def decide_topic(request: HttpRequest, pk: int) -> HttpResponse:
    topic = fetch(request, with_community, pk=pk, may="meetings.choose_topic")
    form = DecisionForm(request.POST, community=topic.community)
    with validation_as_messages(request):
        if not form.is_valid():
            raise refusal(form)
        to = form.cleaned_data["meeting"]
        around = Meeting.objects.filter(pk__in=[topic.meeting_id, to and to.pk])
        watched = undoing.Watched(topic, topic.events.all(), around)
        topics.decide(topic, **form.cleaned_data, by=request.user)
        said = _("“%(topic)s”: %(state)s.") % {"topic": topic.title, "state": topic.get_state_display()}
        say_undoable(request, said, watched, may="meetings.choose_topic", of=topic, back=_where(request, topic))
    return _back(request, topic)


@require_POST
def support_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """« Ce sujet m'interpelle », or not any more."""
    topic = fetch(request, with_community, pk=pk, may="meetings.support_topic")
    membership = topics.member_of(topic.community, request.user)
    if membership is None:
        raise PermissionDenied
    with validation_as_messages(request):
        if "undo" in request.POST:
            topics.take_back(topic, membership)
        else:
            topics.support(topic, membership)
    return _back(request, topic)


def _back(request: HttpRequest, topic: Topic) -> HttpResponse:
    """To where the press was made."""
    if request.POST.get("from") in ("topic", "meeting"):
        return redirect(_where(request, topic))
    return _board(request, topic.community)


def _where(request: HttpRequest, topic: Topic) -> str:
    where = request.POST.get("from")
    if where == "topic":
        return topic.get_absolute_url()
    if where == "meeting" and topic.meeting:
        return topic.meeting.get_absolute_url()
    return reverse("meetings:topics", args=[topic.community_id])


# ------------------------------------------------------------ one topic


@require_safe
def show_topic(request: HttpRequest, pk: int) -> HttpResponse:
    topic = fetch(request, with_community, pk=pk, may=None)
    if topic.meeting:
        topic.meeting.community = topic.community
    context = {"community": topic.community, "topic": topic, "history": History(topic, request.user)}
    return render(request, "meetings/topics/topic_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_topic(request: HttpRequest, pk: int) -> HttpResponse:
    topic = fetch(request, with_community, pk=pk, may="meetings.choose_topic")
    initial = {"version": topic.version}
    form = EditTopicForm(request.POST or None, instance=topic, initial=initial, community=topic.community)
    if request.method == "POST" and form.is_valid():
        watched = undoing.Watched(topic)
        if topics.edit(topic, form.cleaned_data.pop("version"), **form.cleaned_data):
            back = reverse("meetings:topics", args=[topic.community_id])
            say_undoable(request, _("The topic is saved."), watched, may="meetings.choose_topic", of=topic, back=back)
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
        for name in LEADERS_FIELDS
        if getattr(theirs, name) != getattr(yours, name)
    ]
    return _edit_page(request, theirs, form, status=409, conflict=rows)


def _shown(topic: Topic, name: str) -> str:
    value = getattr(topic, name)
    if name == "source":
        return topic.get_source_display()
    if name == "is_sensitive":
        return _("Yes") if value else _("No")
    if name == "before" and value:
        return date_format(value, "DATE_FORMAT")
    return str(value or "—")


def _edit_page(request: HttpRequest, topic: Topic, form: EditTopicForm, status: int, **extra) -> HttpResponse:
    context = {"community": topic.community, "topic": topic, "form": form, **extra}
    return render(request, "meetings/topics/topic_form.html", context, status=status)


# ------------------------------------------------------------ across a programme


@require_safe
def programme_topics(request: HttpRequest, pk: int) -> HttpResponse:
    """What the communities of a programme talk about: titles and states, and nothing of what was said."""
    programme = fetch(request, Programme, pk=pk, may="meetings.see_programme_topics")
    form = AcrossForm(request.GET, programme=programme, user=request.user)
    found = Topic.objects.filter(community__in=form.fields["community"].queryset).exclude(state=Topic.State.DROPPED)
    for word in form.cleaned_data.get("words", "").split():
        found = found.filter(title__iregex=loosely(word))
    if form.cleaned_data.get("community"):
        found = found.filter(community=form.cleaned_data["community"])
    if form.cleaned_data.get("state"):
        found = found.filter(state=form.cleaned_data["state"])
    shown = found.select_related("community").defer("sensitive_because").order_by("title", "community__name", "pk")
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    context = {"programme": programme, "form": form, "topics": page, "is_narrow": any(form.cleaned_data.values())}
    return render(request, "meetings/topics/programme_topics.html", context)
