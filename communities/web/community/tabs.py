"""The five tabs of a community, and the pages under each."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community


@dataclass(frozen=True)
class TabPage:
    code: str
    label: str | Promise
    url_name: str
    may: str = ""  # the permission it takes; none: whoever sees the community


TABS: tuple[tuple[str | Promise, tuple[TabPage, ...]], ...] = (
    (
        _("Overview"),
        (
            TabPage("detail", _("Dashboard"), "communities:detail"),
            TabPage("charter", _("Objectives and rules"), "communities:charter", "communities.read"),
        ),
    ),
    (_("Meetings"), (TabPage("meetings", _("Meetings"), "meetings:of_community", "communities.read"),)),
    (
        _("People"),
        (
            TabPage("members", _("List"), "communities:members", "communities.see_people"),
            TabPage("follow_ups", _("Individual follow-up"), "evaluations:follow_ups", "evaluations.see_follow_ups"),
            TabPage("subgroups", _("Sub-groups"), "communities:subgroups", "communities.edit"),
        ),
    ),
    (
        _("Topics and outcomes"),
        (
            TabPage("topics", _("Topics"), "meetings:topics", "communities.read"),
            TabPage("outcomes", _("Outcomes"), "communities:outcomes", "communities.read"),
            TabPage("needs", _("Common needs"), "communities:needs", "communities.see_needs"),
            TabPage("practices", _("Practice cards"), "communities:practices", "communities.read"),
            TabPage("testimonials", _("Testimonials"), "communities:testimonials", "communities.read_testimonials"),
        ),
    ),
    (
        _("Evaluation"),
        (
            TabPage("campaigns", _("Annual evaluation"), "evaluations:campaigns", "evaluations.read_figures"),
            TabPage("improvements", _("Improvements"), "evaluations:improvements", "evaluations.see_improvements"),
            TabPage("reports", _("Annual reports"), "evaluations:reports", "evaluations.read_reports"),
            TabPage("vitality", _("Vitality"), "evaluations:vitality", "evaluations.read_figures"),
        ),
    ),
)


@dataclass(frozen=True)
class TabLink:
    label: str | Promise
    url: str
    current: str = ""  # as `aria-current` says it: « page », or « true » for the tab of a page under it


@dataclass(frozen=True)
class Tab:
    link: TabLink
    pages: list[TabLink]

    @property
    def is_unfolded(self) -> bool:
        """The pages under it are shown: it is the current one, and holds more than itself."""
        return bool(self.link.current) and len(self.pages) > 1


def tabs_for(user: User, community: Community, here: str) -> list[Tab]:
    """Those with a page that this person may open; `here` is the code of the page shown."""
    found = []
    for label, pages in TABS:
        open_to_them = [page for page in pages if not page.may or user.has_perm(page.may, community)]
        if open_to_them:
            links = [_link(page, community, here) for page in open_to_them]
            under = "true" if any(link.current for link in links) else ""
            found.append(Tab(TabLink(label, links[0].url, links[0].current or under), links))
    return found


def _link(page: TabPage, community: Community, here: str) -> TabLink:
    return TabLink(page.label, reverse(page.url_name, args=[community.pk]), "page" if page.code == here else "")
