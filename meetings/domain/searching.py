"""One search across people, organisations, communities and topics: it finds what this person may see, and no more."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User, normalised
from cmtl.places import places
from communities.models import Community, Membership, Organisation
from meetings.models import Meeting, Topic

SHORTEST = 2
FIRST = 8  # of each kind: enough to recognise; the lists have the rest
Thing = TypeVar("Thing")
ACTIONS = {
    "meetings:plan": gettext_lazy("Plan dates"),
    "communities:add_member": gettext_lazy("Add a person"),
    "communities:import_members": gettext_lazy("Import a list of people"),
    "meetings:topics": gettext_lazy("See and add topics"),
    "communities:settings": gettext_lazy("Open the settings"),
}


@dataclass(frozen=True)
class Hit:
    label: str
    detail: str
    url: str


@dataclass(frozen=True)
class Found:
    """What was found of one kind, and where the whole of it is."""

    kind: str
    hits: list[Hit]
    more: str  # address of the list, when there are more


def search(user: User, text: str) -> list[Found]:
    """A fixed number of queries, whatever there is to find. Under two characters, what one may do and where to go."""
    words = normalised(text).split()
    found = [_actions(user, words), _pages(user, words)]
    if len("".join(words)) >= SHORTEST:
        found += [_communities(user, words), _people(user, text), _organisations(user, text)]
        found += [_topics(user, words), _meetings(user, words)]
    return [kind for kind in found if kind.hits]


def _actions(user: User, words: list[str]) -> Found:
    """What one may begin in the communities one leads, each where its own button leads."""
    led = Community.objects.manageable_by(user).active().order_by("name")
    found = _saying([(c, name) for c in led for name in ACTIONS], words, lambda one: f"{ACTIONS[one[1]]} {one[0].name}")
    hits = [Hit(str(ACTIONS[name]), c.name, reverse(name, args=[c.pk])) for c, name in found[:FIRST]]
    if user.has_perm("communities.create"):
        begin = Hit(_("Create a community"), "", reverse("communities:create"))
        hits += _saying([begin], words, lambda hit: hit.label)
    elif user.has_perm("communities.prepare"):
        begin = Hit(_("Prepare a community"), "", reverse("communities:create"))
        hits += _saying([begin], words, lambda hit: hit.label)
    return Found("actions", hits, "")


def _pages(user: User, words: list[str]) -> Found:
    pages = [Hit(place.label, "", place.url) for place in places(user)]
    pages.append(Hit(_("My own space"), "", reverse("meetings:space_door")))
    pages.append(Hit(_("My account"), "", reverse("accounts:settings")))
    return Found("pages", _saying(pages, words, lambda hit: hit.label), "")


def _saying(things: Iterable[Thing], words: list[str], of: Callable[[Thing], str]) -> list[Thing]:
    """Those whose words hold all of these: compared here, since databases do not agree on accents."""
    return [thing for thing in things if all(word in normalised(of(thing)) for word in words)]


def _communities(user: User, words: list[str]) -> Found:
    visible = Community.objects.visible_to(user).select_related("programme")
    found = _saying(visible, words, lambda c: f"{c.name} {c.programme or ''}")
    hits = [Hit(c.name, str(c.programme or ""), c.get_absolute_url()) for c in found[:FIRST]]
    return Found("communities", hits, reverse("communities:list") if len(found) > FIRST else "")


def _people(user: User, text: str) -> Found:
    readable = set(Community.objects.with_directory_for(user).values_list("pk", flat=True))
    led = set(Community.objects.manageable_by(user).values_list("pk", flat=True))
    listed = Membership.objects.of_directories(readable, led)
    matching = listed.searching(text, contacts=False)
    if led:
        matching |= listed.filter(community__in=led).searching(text, contacts=True)
    with_places = Prefetch("memberships", listed.select_related("community", "organisation"), to_attr="readable")
    people: Iterable[Any] = User.objects.filter(pk__in=matching.order_by().values("user")).prefetch_related(with_places)
    found = list(people[: FIRST + 1])  # type: ignore[index]
    hits = [_person(person, led) for person in found[:FIRST]]
    return Found("people", hits, _list("communities:people", text) if len(found) > FIRST else "")


def _person(person: Any, led: set[int]) -> Hit:
    mine = next((m for m in person.readable if m.community_id in led), None)
    url = mine.get_absolute_url() if mine else _list("communities:people", person.full_name)
    places = " · ".join(
        f"{m.community} ({m.organisation})" if m.organisation else str(m.community) for m in person.readable
    )
    return Hit(person.full_name, places, url)


def _organisations(user: User, text: str) -> Found:
    found = list(Organisation.objects.visible_to(user).searching(text)[: FIRST + 1])
    hits = [Hit(o.name, o.territory, o.get_absolute_url()) for o in found[:FIRST]]
    return Found("organisations", hits, _list("communities:organisations", text) if len(found) > FIRST else "")


def _topics(user: User, words: list[str]) -> Found:
    topics = Topic.objects.visible_to(user).select_related("community")
    found = _saying(topics, words, lambda topic: topic.title)
    hits = [Hit(t.title, f"{t.community} · {t.get_state_display()}", t.get_absolute_url()) for t in found[:FIRST]]
    return Found("topics", hits, "")


def _meetings(user: User, words: list[str]) -> Found:
    meetings = Meeting.objects.visible_to(user).exclude(title="").select_related("community").order_by("-starts_at")
    found = _saying(meetings, words, lambda meeting: meeting.title)
    hits = [Hit(m.title, f"{m.community} · {m.when}", m.get_absolute_url()) for m in found[:FIRST]]
    return Found("meetings", hits, "")


def _list(name: str, text: str) -> str:
    return f"{reverse(name)}?{urlencode({'q': text})}"
