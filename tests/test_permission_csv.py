"""The project's permission table around meetings, cell by cell, asked of the rules and of the pages.

`permissions.csv` is the table: A allowed, O one's own only, - refused, Cn under a condition of permissions.md. A row
says here how it is asked; a condition shows both of its sides. What cmtl does otherwise is `kept`, with the number of
the decision that says why.
"""

import csv
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communities.models import Community, Membership, RoleAssignment
from evaluations.domain.surveys import collection
from evaluations.models import AnnualReport, Survey
from meetings.domain.links import links, visitors
from meetings.models import CalendarFeed, Meeting, Recording, RecordingConsent, Reply
from meetings.rules import leads_it
from outbox.models import Unsubscription
from tests import factories as make
from tests.forms import form_on, submit
from tests.test_permissions import TABLE, World, answered, standing  # noqa: F401  (the world they share)

ROLES = ["AN", "TK", "ME", "RD", "NT", "FA", "FX", "CO", "PC", "EV", "AD"]
YESTERDAY, TOMORROW = dt.timedelta(days=-1), dt.timedelta(days=1)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def table() -> dict[tuple[str, str], dict[str, str]]:
    with (Path(__file__).parent / "permissions.csv").open(encoding="utf-8", newline="") as file:
        return {(row.pop("objet"), row.pop("action")): row for row in csv.DictReader(file)}


CSV = table()


# ---------------------------------------------------------------- who asks, and of what


@dataclass
class Asker:
    """Someone of this role, in the community where they hold it."""

    world: World
    role: str

    @property
    def place(self):
        return self.world.places["own"]

    @property
    def meeting(self) -> Meeting:
        return Meeting.objects.get(pk=self.place.meeting.pk)

    @property
    def user(self):
        """Read again each time: roles are remembered on it."""
        person = self.world.people[self.role]
        return User.objects.get(pk=person.pk) if person else AnonymousUser()

    @property
    def client(self) -> Client:
        return self.world.client(self.role)

    def membership(self, too: str = "") -> Membership | None:
        """Their own. The roles named in `too` are asked as people who are listed as members too: rights add up."""
        if self.role == "TK":
            return Membership.objects.get(pk=self.place.membership.pk)
        if self.role == "AN":
            return None
        mine = self.user.memberships.filter(community=self.place.community).first()
        return mine or (make.a_member(self.place.community, self.user) if self.role in too.split() else None)

    def link(self, name: str, too: str = "") -> str | None:
        mine = self.membership(too)
        return reverse(name, args=[links.guest_token(self.meeting, mine)]) if mine else None


Ask = Callable[..., bool]


def may(perm: str, of: str = "meeting") -> Ask:
    """One sees it, and the rules allow it. `thing` is another one of the same kind, for a condition."""

    def ask(who: Asker, thing=None) -> bool:
        thing = thing or getattr(who.place, of)
        thing = type(thing).objects.visible_to(who.user).filter(pk=thing.pk).first()
        return thing is not None and who.user.has_perm(perm, thing)

    return ask


def opens(name: str) -> Ask:
    def ask(who: Asker, thing=None) -> bool:
        address = reverse(name, args=[thing.pk]) if thing else who.place.address(name, TABLE[name].of)
        return answered(who.client.get(address)) == "ok"

    return ask


def shown(what: str, **state) -> Ask:
    """These words are on the page of the meeting, which is in this state."""

    def ask(who: Asker, thing=None) -> bool:
        meeting = thing or who.meeting
        make.say_of(meeting, **state)
        return what in who.client.get(meeting.get_absolute_url()).content.decode()

    return ask


def all_of(*asks: Ask) -> Ask:
    """Every one of them, or none: a cell that is half true fails on both sides."""

    def ask(who: Asker, thing=None) -> bool:
        answers = {each(who, thing) for each in asks}
        assert len(answers) == 1, f"{who.role} may do one half of it"
        return answers.pop()

    return ask


def posts(name: str, form: dict, written: Callable[[Membership], bool], *, too: str) -> Ask:
    """A press on one's own page, that writes under one's own name; without a page of one's own, nothing can be."""

    def ask(who: Asker, thing=None) -> bool:
        address = who.link(name, too)
        if address is None:
            return False
        Client().post(address, form)
        return written(who.membership())

    return ask


LINK, SYNTHESIS = "https://zoom.example/j/987", "Ce que le groupe garde du jour"
reads_the_link = shown(LINK, link=LINK)
counts_who_came = shown('class="figure"', started_at=timezone.now())


def reads_synthesis(who: Asker, thing=None, *, is_published=True) -> bool:
    Community.objects.filter(pk=who.place.community.pk).update(minutes_level=Community.MinutesLevel.SYNTHESIS)
    sent = timezone.now() if is_published else None
    return shown(SYNTHESIS, synthesis=SYNTHESIS, followed_up_at=sent)(who, thing)


replies = posts(
    "meetings:reply", {"answer": "yes"}, lambda mine: Reply.objects.filter(membership=mine).exists(), too="FA PC"
)


def reads_own_hours(who: Asker, thing=None) -> bool:
    """The letter for an employer is asked for on the page of one's own membership."""
    mine = who.membership(too="FA")
    if mine is None or who.role == "TK":  # the link of one meeting is not the key of one's space
        return Client().get(reverse("meetings:space", args=[_any_link(who)])).status_code == 200
    return (
        Client().get(reverse("meetings:space_choices", args=[visitors.visitor_token(mine.user), mine.pk])).status_code
        == 200
    )


def _any_link(who: Asker) -> str:
    return links.guest_token(who.meeting, who.place.membership)


_agrees = posts(
    "meetings:consent",
    {"agrees": "yes"},
    lambda mine: RecordingConsent.objects.filter(membership=mine).exists(),
    too="NT FA FX",
)


def consents(who: Asker, thing=None) -> bool:
    return who.role != "TK" and _agrees(who)  # a link answers as the member whose it is: ME and RD


def answers_survey(who: Asker, thing=None) -> bool:
    """Recorded present, before an open survey."""
    mine = who.membership(too="NT FA FX")
    if mine is None:
        return False
    meeting = thing or who.meeting
    make.an_attendance(meeting, mine)
    survey = Survey.objects.filter(meeting=meeting).first() or _opened(meeting, who)
    return collection.voter_at(meeting, survey, mine).standing is collection.Standing.MAY_ANSWER


def _opened(meeting: Meeting, who: Asker) -> Survey:
    Meeting.objects.filter(pk=meeting.pk).update(started_at=timezone.now())
    return collection.open_for(Meeting.objects.get(pk=meeting.pk), by=who.world.people["FA"])


# ---------------------------------------------------------------- the conditions, each on both sides


def within_dates(ask: Ask, who: Asker) -> None:
    """C1, C2: from the first to the last day of the agreement or mandate, in its community alone."""
    assignment = RoleAssignment.objects.filter(user=who.user, community=who.place.community)
    today = timezone.localdate()
    for days, expected in [
        ({"starts_on": today, "ends_on": today}, True),
        ({"starts_on": None, "ends_on": today + YESTERDAY}, False),
        ({"starts_on": today + TOMORROW, "ends_on": None}, False),
    ]:
        assignment.update(**days)
        assert ask(who) is expected, days
    assignment.update(starts_on=None, ends_on=None)
    assert not ask(who, who.world.places["sister"].meeting), "in the sister community"


def of_own_programme(ask: Ask, who: Asker) -> None:
    """C4, but for the log of what is read, which is not built (37)."""
    assert ask(who)
    assert not ask(who, who.world.places["other"].meeting)


def around_its_time(ask: Ask, who: Asker) -> None:
    """C7: from the day before to two hours after."""
    now = timezone.now()
    for starts_at, ends_at, expected in [
        (now + 24 * HOUR + MINUTE, now + 25 * HOUR, False),
        (now + 24 * HOUR - MINUTE, now + 25 * HOUR, True),
        (now - 3 * HOUR, now - 2 * HOUR + MINUTE, True),
        (now - 3 * HOUR, now - 2 * HOUR - MINUTE, False),
    ]:
        Meeting.objects.filter(pk=who.meeting.pk).update(starts_at=starts_at, ends_at=ends_at)
        assert ask(who) is expected, (starts_at - now, ends_at - now)


def until_two_weeks_after(ask: Ask, who: Asker) -> None:
    """C8: for a member who co-facilitates, that meeting alone; for an external facilitator, any of the community."""
    now, before = timezone.now(), who.meeting
    assert ask(who), "while it is prepared"
    assert ask(who, who.place.training) is (who.role == "FX"), "another meeting"
    for ended, expected in [(now - 14 * 24 * HOUR + MINUTE, True), (now - 14 * 24 * HOUR - MINUTE, False)]:
        Meeting.objects.filter(pk=before.pk).update(starts_at=ended - HOUR, ends_at=ended)
        assert ask(who) is expected, ended
    Meeting.objects.filter(pk=before.pk).update(starts_at=before.starts_at, ends_at=before.ends_at)
    if who.role == "CO":
        before.co_facilitators.clear()
        assert not ask(who), "no longer named"


def through_the_link(ask: Ask, who: Asker) -> None:
    """C9: the signed link is one person's; altered, it opens nothing."""
    assert ask(who)
    other = Membership.objects.exclude(pk=who.place.membership.pk).first()
    address = who.link("meetings:reply")
    assert Client().post(address.replace(f"{who.place.membership.pk}~", f"{other.pk}~")).status_code in (404, 405)
    assert not Reply.objects.filter(membership=other).exists()


def by_the_foot_of_a_mail(ask: Ask, who: Asker) -> None:
    """C9 again: one press stops what this person no longer wants."""
    assert ask(who)
    address = who.place.address("outbox:unsubscribe", "unsubscribe")
    submit(Client(), address, button="stop=1")
    assert set(Unsubscription.objects.values_list("user", flat=True)) == {who.place.membership.user_id}
    assert Client().get(address.rstrip("/") + "x/").status_code == 404


def assigned(ask: Ask, who: Asker) -> None:
    """C10: the meetings that name her, or name nobody."""
    meeting = Meeting.objects.filter(pk=who.meeting.pk)
    for taker, expected in [(None, True), (who.user, True), (make.a_person("Karim"), False)]:
        meeting.update(note_taker=taker)
        assert ask(who) is expected, taker


def once_published(ask: Ask, who: Asker) -> None:
    """C11."""
    assert ask(who, is_published=True)
    assert not ask(who, is_published=False)


def without_listening(ask: Ask, who: Asker) -> None:
    """C12: said of a recording whose meeting one cannot even open, in an archived community too."""
    assert ask(who)
    assert answered(who.client.get(who.meeting.get_absolute_url())) == "not found"
    Community.objects.filter(pk=who.place.community.pk).update(status=Community.Status.ARCHIVED)
    for role in ("AD", "FA", "PC"):
        assert ask(Asker(who.world, role)), f"{role} in an archived community"
        assert not may("meetings.record")(Asker(who.world, role))
    Recording.objects.filter(pk=who.place.recording.pk).update(started_at=timezone.now())
    page = who.client.get(reverse("meetings:recordings"))
    assert who.place.community.name in page.content.decode()
    assert who.meeting.title not in page.content.decode()
    submit(who.client, page, action=who.place.address("meetings:destroy_recording", "recording"))
    assert Recording.objects.get(pk=who.place.recording.pk).destroyed_by == who.user


def from_the_room(ask: Ask, who: Asker) -> None:
    """C16: by the code of the room, during the meeting and a day."""
    meeting, phone = who.meeting, Client()
    _opened(meeting, who)
    room, ballot = (reverse(name, args=[meeting.code]) for name in ("meetings:room", "evaluations:room_ballot"))
    assert phone.get(ballot).status_code == 302, "who is not in the room has no ballot"
    submit(phone, room, {"name": "Awa Diallo"})
    left_open = form_on(Client().get(room), ["name"]).fill({"name": "Rosalie Roy"})
    assert 'name="R1"' in phone.get(ballot).content.decode()
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=timezone.now() - 30 * HOUR, ends_at=timezone.now() - 29 * HOUR
    )
    assert left_open.press(Client()).status_code != 302, "too late to come in"


def where_not_facilitating(ask: Ask, who: Asker) -> None:
    """C17: a facilitator answers as the member she is elsewhere."""
    assert not ask(who), "the meeting she facilitates"
    elsewhere = who.world.places["other"]
    there = make.a_member(elsewhere.community, who.user)
    survey = _opened(elsewhere.meeting, who)
    make.an_attendance(elsewhere.meeting, there)
    assert collection.voter_at(elsewhere.meeting, survey, there).standing is collection.Standing.MAY_ANSWER


def in_the_report(ask: Ask, who: Asker) -> None:
    """C11 of results: members read them in the annual report, once it is published."""
    assert not ask(who)
    once_published(reads_report, who)


# ---------------------------------------------------------------- the rows


@dataclass
class Row:
    """`own_only` is what would be reaching for somebody else's; `kept` is the cell that holds here instead, and the
    decision that says why."""

    ask: Ask
    conditions: dict[str, Callable[[Ask, Asker], None]] = field(default_factory=dict)
    own_only: Ask | None = None
    kept: dict[str, tuple[str, int]] = field(default_factory=dict)


def reads_report(who: Asker, thing=None, *, is_published=True) -> bool:
    published_at = timezone.now() if is_published else None
    AnnualReport.objects.filter(community=who.place.community).update(published_at=published_at)
    return opens("evaluations:report")(who)


def reads_another_feed(who: Asker, thing=None) -> bool:
    other = CalendarFeed.objects.create(user=make.a_person("Autre"))
    return other.secret in who.client.get(who.place.address("meetings:subscribe", "community")).content.decode()


def replies_for_another(who: Asker, thing=None) -> bool:
    other = make.a_member(who.place.community)
    Client().post(who.link("meetings:reply", too="FA PC"), {"answer": "no", "membership": other.pk})
    return Reply.objects.filter(membership=other).exists()


def reads_hours_of_another(who: Asker, thing=None) -> bool:
    mine, other = who.membership(too="FA"), make.a_member(who.place.community)
    address = reverse("meetings:space_choices", args=[visitors.visitor_token(mine.user), other.pk])
    return Client().get(address).status_code == 200


def consents_for_another(who: Asker, thing=None) -> bool:
    other = make.a_member(who.place.community)
    Client().post(who.link("meetings:consent", too="NT FA FX"), {"agrees": "yes", "membership": other.pk})
    return RecordingConsent.objects.filter(membership=other).exists()


def opens_another_ballot(who: Asker, thing=None) -> bool:
    mine, other = who.membership(), make.a_member(who.place.community)
    address = who.link("evaluations:ballot").replace(f"{mine.pk}~", f"{other.pk}~")
    return Client().get(address).status_code == 200


def sets_preferences(who: Asker, thing=None) -> bool:
    """Signed in; or by the link at the foot of each mail, which is one person's."""
    name = "outbox:unsubscribe" if who.role == "TK" else "outbox:preferences"
    return opens(name)(who)


def sets_preferences_of_another(who: Asker, thing=None) -> bool:
    other = make.a_person("Autre")
    who.client.post(reverse("outbox:preferences"), {"user": other.pk, "wanted": []})
    return other.unsubscriptions.exists()


C2, C8, C10, C11 = {"C2": within_dates}, {"C8": until_two_weeks_after}, {"C10": assigned}, {"C11": once_published}
ROWS = {
    ("Rencontre", "lire date, thème"): Row(opens("meetings:detail"), {"C1": within_dates}),
    ("Rencontre", "lire le lien Zoom/Teams"): Row(reads_the_link, {"C7": around_its_time}, kept={"PC": ("A", 33)}),
    ("Rencontre", "créer / modifier / annuler"): Row(all_of(may("meetings.edit"), may("meetings.cancel")), C2 | C8),
    ("Rencontre", "joindre au calendrier (flux ICS personnel)"): Row(
        may("meetings.subscribe", "community"), own_only=reads_another_feed
    ),
    ("Inscription (RSVP)", "la sienne"): Row(replies, {"C9": through_the_link}, own_only=replies_for_another),
    ("Inscription (RSVP)", "celles des autres, liste d'attente"): Row(may("meetings.see_replies"), C8),
    ("Présences", "cocher pendant la rencontre"): Row(may("meetings.record_attendance"), C8),
    ("Présences", "corriger après verrouillage (motif)"): Row(may("meetings.correct_attendance")),
    ("Présences", "lire les siennes + attestation d'heures"): Row(reads_own_hours, own_only=reads_hours_of_another),
    ("Présences", "lire nominatif"): Row(may("meetings.see_attendance"), C8 | {"C4": of_own_programme}),
    ("Présences", "lire agrégé"): Row(counts_who_came, {"C1": within_dates}),
    ("Thèmes", "proposer / appuyer"): Row(may("meetings.propose_topic", "community")),
    ("Thèmes", "choisir"): Row(may("meetings.choose_topic"), C8),
    ("Notes de rencontre (brouillon)", "lire / écrire"): Row(
        all_of(may("meetings.see_notes"), may("meetings.take_notes")), C8 | C10
    ),
    ("Synthèse (faits saillants)", "publier"): Row(
        all_of(may("meetings.follow_up"), may("meetings.publish_minutes")), C2
    ),
    ("Synthèse (faits saillants)", "lire publiée"): Row(reads_synthesis, C11),
    ("Enregistrement", "autoriser (tous ont consenti, pas de mineurs)"): Row(may("meetings.record")),
    ("Enregistrement", "consentir / retirer"): Row(consents, own_only=consents_for_another),
    ("Enregistrement", "détruire"): Row(may("meetings.destroy_recording", "recording"), {"C12": without_listening}),
    ("Courriels", "prévisualiser / envoyer"): Row(may("meetings.invite"), C2),
    ("Courriels", "voir l'état de remise"): Row(may("meetings.see_delivery"), kept={"AD": ("-", 37)}),
    ("Courriels", "annuler / renvoyer (doute)"): Row(may("meetings.send_again"), kept={"AD": ("-", 37)}),
    ("Modèles de courriel", "modifier (variables de la liste blanche)"): Row(may("meetings.word_mails", "community")),
    ("Préférences, désabonnement", "les siennes"): Row(
        sets_preferences, {"C9": by_the_foot_of_a_mail}, own_only=sets_preferences_of_another
    ),
    ("Questionnaire", "créer / ouvrir / fermer"): Row(
        all_of(may("evaluations.open_survey"), may("evaluations.close_survey")), C2
    ),
    ("Questionnaire anonyme", "répondre"): Row(
        answers_survey, {"C16": from_the_room, "C17": where_not_facilitating}, own_only=opens_another_ballot
    ),
    ("Questionnaire anonyme", "voir le nombre de réponses"): Row(may("evaluations.see_counter"), C8),
    ("Questionnaire anonyme", "résultats agrégés (fermé, n>=k)"): Row(
        may("evaluations.see_results"), C8 | {"C11": in_the_report}
    ),
    ("Questionnaire anonyme", "commentaires (n>=k, mélangés)"): Row(
        may("evaluations.see_comments"), kept={"EV": ("-", 37)}
    ),
    ("Bilan annuel", "rédiger"): Row(may("evaluations.write_report", "community")),
    ("Bilan annuel", "lire / PDF"): Row(reads_report, C11, kept={"CO": ("C11", 35)}),
    ("Bilan annuel", "publier aux partenaires"): Row(
        may("evaluations.publish_report", "community"), kept={"FA": ("A", 34)}
    ),
}
NOT_BUILT = {
    ("Enregistrement", "écouter"): 25,  # cmtl holds no recording: its register says who may hear it
    ("Suivi individuel", "planifier"): 37,
    ("Suivi individuel", "écrire / lire ses propres notes"): 37,
    ("Suivi individuel", "lire les notes d'une autre personne animatrice"): 37,
    ("Suivi individuel", "accès de la personne visée (droit d'accès)"): 37,
    ("Questionnaire nominatif", "réponses"): 37,
}
NOBODY = {("Questionnaire anonyme", "lignes brutes, qui a répondu")}  # no rule, no page: see test_permission_invariants


def check(key: tuple[str, str], world: World) -> list[str]:
    """What does not hold of a row, role by role; each is asked in a savepoint of its own."""
    row, wrong = ROWS[key], []
    for role in ROLES:
        cell = row.kept.get(role, (CSV[key][role], 0))[0]
        with transaction.atomic():
            try:
                _hold(row, cell, Asker(world, role))
            except AssertionError as error:
                wrong.append(f"{role} ({cell}): {str(error).splitlines()[0]}")
            transaction.set_rollback(True)
    return wrong


def _hold(row: Row, cell: str, who: Asker) -> None:
    if cell.startswith("C"):
        row.conditions[cell](row.ask, who)
    elif cell == "-":
        assert not row.ask(who), "allowed"
    else:
        assert row.ask(who), "refused"
    if cell == "O":
        assert row.own_only is not None
        assert not row.own_only(who), "reaches somebody else’s"


def test_every_row_is_asked_or_said_not_built():
    assert set(ROWS) | set(NOT_BUILT) | NOBODY == set(CSV)
    assert not set(ROWS) & set(NOT_BUILT)


def test_what_is_kept_on_purpose_is_a_decision_that_exists():
    decisions = (Path(__file__).parent.parent / "docs/decisions.md").read_text(encoding="utf-8")
    kept = {number for row in ROWS.values() for _cell, number in row.kept.values()} | set(NOT_BUILT.values())

    assert all(f"\n{number}. " in decisions for number in kept)
    assert all(row.kept[role][0] != CSV[key][role] for key, row in ROWS.items() for role in row.kept)


@pytest.mark.parametrize("key", ROWS, ids=" · ".join)
def test_a_row_of_the_table_holds(key, standing, db):  # noqa: F811
    assert "\n".join(check(key, standing)) == ""


@pytest.mark.parametrize(
    ("perm", "wider", "key", "said"),
    [
        ("meetings.follow_up", leads_it, ("Synthèse (faits saillants)", "publier"), "PC (-)"),
        (
            "meetings.see_replies",
            rules.always_allow,
            ("Inscription (RSVP)", "celles des autres, liste d'attente"),
            "NT (-)",
        ),
        (
            "meetings.correct_attendance",
            rules.always_deny,
            ("Présences", "corriger après verrouillage (motif)"),
            "FA (A)",
        ),
    ],
)
def test_a_rule_made_wider_or_narrower_is_found(perm, wider, key, said, standing, db):  # noqa: F811
    before = rules.permissions.permissions[perm]
    rules.set_perm(perm, wider)
    try:
        assert any(line.startswith(said) for line in check(key, standing))
    finally:
        rules.set_perm(perm, before)
