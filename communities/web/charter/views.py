"""Objectives and operating rules: the page everyone reads, and where they are edited, reviewed and proposed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl import papers, undoing
from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch, validation_as_messages
from communities.domain import alerts
from communities.domain.charter import objectives, operating_rules, proposals
from communities.domain.community import word_templates
from communities.models import (
    Community,
    Membership,
    Objective,
    ObjectiveProposal,
    ObjectiveVersion,
    Policies,
    RecordSheet,
)
from communities.web.charter.forms import (
    AnswerForm,
    ExcludedExpectationRows,
    Objectives,
    ObjectivesSettings,
    ProposalForm,
    ReviewForm,
    Rules,
)
from communities.web.shared import edit_rows, page
from communities.web.undo import say_undoable

MAY = "communities.adopt"


@require_safe
def show_frame(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.read")
    versions = list(community.rules_versions.all())
    context = {
        **told_objectives(community),
        **told_rules(community, versions),
        "versions": versions[1:],
        "mine": community.objective_proposals.filter(by=request.user).select_related("replaces"),
        "out_of_reach": community.excluded_expectations.all(),
        "common_needs": RecordSheet.of(community).common_needs,
    }
    membership = community.memberships.current().filter(user=request.user).first()
    context["membership"] = membership
    context["read"] = operating_rules.acknowledged_by(membership, context["version"])
    if request.user.has_perm("communities.edit", community):
        context["unread"] = list(operating_rules.not_yet(community, context["version"])) if context["rules"] else []
        context["expected"] = community.number_of_members
        context["waiting"] = community.objective_proposals.waiting().count()
    return page(request, "communities/charter/frame.html", community, "detail", **context)


@require_safe
def rules_in_word(request, pk):
    """What the community is for and its rules in force, for others to start theirs from (guide, p. 13)."""
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.read")
    context = {
        "community": community,
        "objectives": told_objectives(community)["objectives"],
        "out_of_reach": community.excluded_expectations.all(),
        **told_rules(community, list(community.rules_versions.all()[:1])),
    }
    label = _("Operating rules")
    name, styles = slugify(f"{label}-{community.name}"), word_templates.styles_for(community)
    return papers.word(request, "communities/charter/rules_word.html", context, name, styles=styles)


def told_objectives(community: Community) -> dict[str, Any]:
    """What the community is for now, what it reached, and what each objective said before."""
    earlier = Prefetch("earlier", ObjectiveVersion.objects.select_related("by"))
    told = list(community.objectives.prefetch_related(earlier))
    return {
        "objectives": [o for o in told if o.state == Objective.State.ACTIVE],
        "reached": [o for o in told if o.state == Objective.State.REACHED],
        "dropped": [o for o in told if o.state == Objective.State.DROPPED],
        "review": community.objective_reviews.first(),
    }


def told_rules(community: Community, versions: list) -> dict[str, Any]:
    version = versions[0] if versions else None
    return {"version": version, "rules": version.rules if version else list(community.rules.filter(is_active=True))}


# ---------------------------------------------------------------- objectives


def _objectives_of(community: Community) -> list[QuerySet]:
    """With what each said before: the rows that a change of objectives writes."""
    return [community.objectives.all(), ObjectiveVersion.objects.filter(objective__community=community)]


def _policies_of(community: Community) -> QuerySet:
    return Policies.objects.filter(pk=community.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_objectives(request, pk):
    community = fetch(request, Community, pk=pk, may=MAY)
    policies = Policies.of(community)
    every = policies.objectives_reviewed_every  # the form writes what was typed into its instance
    settings = ObjectivesSettings(request.POST or None, instance=policies)
    stored = list(community.objectives.all())
    active = [objective for objective in stored if objective.state == Objective.State.ACTIVE]
    return edit_rows(
        request,
        community,
        "communities/charter/objectives.html",
        Objectives,
        rows=lambda: stored,
        fields=objectives.OBJECTIVE_FIELDS,
        save=lambda rows, shown: objectives.set_objectives(
            community, rows, shown=shown, by=request.user, settings=settings.cleaned_data
        ),
        done=_("The objectives are saved."),
        watches=[*_objectives_of(community), _policies_of(community)],
        may=MAY,
        first=[] if stored else [{"kind": kind} for kind in Objective.Kind],
        also=settings,
        active=active,
        alerts=alerts.standing(community, objectives.alerts_on(active))[0],
        may_edit=True,
        review_form=ReviewForm(),
        reviews=community.objective_reviews.select_related("by")[:5],
        proposals=community.objective_proposals.waiting().select_related("by", "replaces"),
        is_due=any(objectives.review_due_on(o.reviewed_on, every) <= timezone.localdate() for o in active),
    )


@require_POST
def review_objectives(request, pk):
    community = fetch(request, Community, pk=pk, may=MAY)
    form = ReviewForm(request.POST)
    if form.is_valid():
        watched = undoing.Watched(community.objectives.all(), community.objective_reviews.all())
        objectives.review(community, by=request.user, faults=form.cleaned_data)
        said = _("The review is noted. The next reminder comes in its time.")
        back = reverse("communities:objectives", args=[community.pk])
        say_undoable(request, said, watched, may=MAY, of=community, back=back)
    return redirect("communities:objectives", community.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_excluded_expectations(request, pk):
    community = fetch(request, Community, pk=pk, may=MAY)
    return edit_rows(
        request,
        community,
        "communities/charter/out_of_reach.html",
        ExcludedExpectationRows,
        rows=community.excluded_expectations.all,
        fields=objectives.EXCLUDED_EXPECTATION_FIELDS,
        save=lambda rows, shown: objectives.set_excluded_expectations(community, rows, shown=shown),
        done=_("The list is saved. Members read it beside the objectives."),
        watches=[community.excluded_expectations.all()],
        may=MAY,
        first=[],
    )


# ---------------------------------------------------------------- proposals


@require_http_methods(["GET", "HEAD", "POST"])
def propose_objective(request, pk):
    """A new objective, or with `?objectif=` other words for that one."""
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.propose")
    asked = parse_int(request.GET.get("objectif", ""))
    replaced = community.objectives.filter(pk=asked, state=Objective.State.ACTIVE).first()
    initial = {"wording": replaced.wording, "kind": replaced.kind, "replaces": replaced.pk} if replaced else {}
    form = ProposalForm(request.POST or None, community=community, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            proposals.propose_objective(community, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Your proposal is sent to those who lead the community."))
            return redirect("communities:charter", community.pk)
    status = 422 if form.is_bound else 200
    return page(
        request,
        "communities/charter/objective_propose.html",
        community,
        "detail",
        form=form,
        replaced=replaced,
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer_proposal(request, pk):
    proposal = fetch(request, ObjectiveProposal.objects.select_related("by", "replaces", "decided_by"), pk=pk)
    community = fetch(request, Community, pk=proposal.community_id, may=MAY)
    form = AnswerForm(request.POST or None, initial={"wording": proposal.wording})
    if request.method == "POST" and form.is_valid():
        words, watched = form.cleaned_data, undoing.Watched(proposal, *_objectives_of(community))
        back = reverse("communities:objectives", args=[community.pk])
        try:
            if request.POST.get("do") == "adopt":
                proposals.adopt(proposal, by=request.user, **words)
                said = _("The objective is adopted.")
            else:
                proposals.decline(proposal, by=request.user, answer=words["answer"])
                said = _("Your answer is kept; the person will read it.")
        except ValidationError as refused:
            form.add_error("answer" if proposal.is_waiting and not words["answer"] else None, refused)
        else:
            say_undoable(request, said, watched, may=MAY, of=community, back=back)
            return redirect(back)
    status = 422 if form.is_bound else 200
    return page(
        request,
        "communities/charter/objective_proposal.html",
        community,
        "settings",
        form=form,
        proposal=proposal,
        status=status,
    )


# ---------------------------------------------------------------- rules


@require_http_methods(["GET", "HEAD", "POST"])
def edit_rules(request, pk):
    community = fetch(request, Community, pk=pk, may=MAY)
    each_time = bool(request.POST.get("each_time"))
    minor = bool(request.POST.get("minor"))
    return edit_rows(
        request,
        community,
        "communities/charter/rules.html",
        Rules,
        rows=community.rules.all,
        fields=operating_rules.RULE_FIELDS,
        save=lambda rows, shown: operating_rules.set_rules(
            community, rows, shown=shown, each_time=each_time, by=request.user, minor=minor
        ),
        done=_("The rules are saved."),
        watches=[community.rules.all(), community.rules_versions.all(), _policies_of(community)],
        may=MAY,
        first=[],
        each_time=each_time if request.method == "POST" else Policies.of(community).shows_rules_each_time,
        minor=minor,
        versions=community.rules_versions.select_related("adopted_by"),
    )


@require_POST
def acknowledge_rules(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.acknowledge")
    membership = Membership.objects.current().filter(community=community, user=request.user).first()
    shown = request.POST.get("version", "")
    if membership:
        with validation_as_messages(request):
            operating_rules.acknowledge(membership, parse_int(shown) or None)
    return redirect("communities:charter", community.pk)


@require_POST
def remind_rules(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.remind_rules")
    with validation_as_messages(request):
        n = operating_rules.remind_to_read(community)
        messages.success(request, operating_rules.reminded_in_words(n))
    return redirect("communities:charter", community.pk)
