"""The console: who may, what comes back, what a screen asks for when nothing has changed."""

import datetime as dt
import json
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import Role
from meetings.domain.attendance import attendance
from meetings.domain.links import links
from meetings.domain.live import live_session, notes
from meetings.models import AgendaItem, Attendance, Meeting, Note, Reply, Topic
from tests import factories as make
from tests.forms import form_on, on_one_line, submit, swapped


@pytest.fixture
def live(meeting, nadia):
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now, ends_at=now + dt.timedelta(minutes=60))
    meeting.refresh_from_db()
    live_session.start(meeting)
    return Meeting.objects.get(pk=meeting.pk)


def at(name, meeting, *more):
    return reverse(f"meetings:{name}", args=[meeting.pk, *more])


HTMX = {"HX-Request": "true"}


def press(client, meeting, button="", **values):
    """A press on the console, as its script sends it."""
    return submit(client, at("live", meeting), values, button=button, headers=HTMX)


def write(client, meeting, text):
    return submit(client, at("live", meeting), {"text": text}, action=at("add_note", meeting), headers=HTMX)


# ------------------------------------------------------------ the page


def test_before_the_start_the_facilitator_is_offered_to_start(meeting, sandrine, signed_in):
    page = signed_in(sandrine).get(at("live", meeting)).content.decode()

    assert at("start", meeting) in page
    assert meeting.code in page


def test_the_other_choices_are_written_once_and_by_each_name_where_no_script_runs(live, sandrine, signed_in):
    client = signed_in(sandrine)

    unfolding = client.get(at("roster", live)).content.decode()
    written = on_one_line(client.get(at("roster", live) + "?choix"))

    people = live.community.memberships.exclude(user=sandrine).count()
    assert unfolding.count('value="excused"') == 1
    assert unfolding.count("?choix") == 1
    assert written.count('value="excused"') == people
    for membership in live.community.memberships.exclude(user=sandrine):
        assert f'formaction="{at("attendance", live, membership.pk)}" name="status" value="excused"' in written


def test_unticking_a_closed_meeting_excuses_whoever_had_replied_no(live, sandrine, nadia, signed_in):
    silent = make.a_member(live.community)
    member = nadia.memberships.get()
    Reply.objects.create(meeting=live, membership=member, answer="no")
    for one in (member, silent):
        attendance.record(live, one, "present", by=sandrine)
    live_session.close(live, by=sandrine)

    page = signed_in(sandrine).get(at("roster", live)).content.decode()

    assert 'value="excused"' in page.split(f'id="tick-{member.pk}"')[1].split(">")[0]
    assert 'value="absent"' in page.split(f'id="tick-{silent.pk}"')[1].split(">")[0]


def test_the_note_taker_does_not_drive(live, karim, signed_in):
    client = signed_in(karim)
    page = client.get(at("live", live)).content.decode()

    assert 'id="capture"' in page
    assert 'id="next-block"' not in page
    for name in ("start", "next_block", "add_minutes", "close"):
        assert client.post(at(name, live)).status_code == 403


@pytest.mark.parametrize("who", ["philippe", "nadia"])
def test_those_who_see_the_meeting_without_running_it_are_kept_out(who, live, request, signed_in):
    client = signed_in(request.getfixturevalue(who))

    for name in ("live", "refresh", "screen"):
        assert client.get(at(name, live)).status_code == 403


def test_a_stranger_finds_nothing(live, sam, signed_in):
    client = signed_in(sam)

    for address in (at("live", live), at("refresh", live), at("refresh", live) + f"?revision={live.revision}"):
        assert client.get(address).status_code == 404


def test_once_closed_the_console_only_reads(live, sandrine, signed_in):
    live_session.close(live, by=sandrine)
    page = signed_in(sandrine).get(at("live", live)).content.decode()

    assert 'id="capture"' not in page
    assert 'id="next-block"' not in page
    assert reverse("meetings:follow_up", args=[live.pk]) in page
    assert 'hx-trigger="every 3s"' not in page.split('id="over"')[0]


def test_a_cancelled_meeting_has_no_console(meeting, sandrine, signed_in):
    Meeting.objects.filter(pk=meeting.pk).update(cancelled_at=timezone.now())

    assert signed_in(sandrine).get(at("live", meeting)).status_code == 302


@pytest.mark.parametrize("name", ["live", "refresh", "roster", "screen"])
def test_queries_do_not_grow_with_people_topics_and_lines(
    name, live, sandrine, signed_in, django_assert_max_num_queries
):
    client = signed_in(sandrine)
    client.get(at(name, live))

    def count():
        with django_assert_max_num_queries(22) as asked:
            assert client.get(at(name, live)).status_code == 200
        return len(asked)

    few = people_and_words(live, sandrine, 10) or count()
    many = people_and_words(live, sandrine, 290) or count()

    assert few == many


def people_and_words(meeting, author, n):
    for number in range(n):
        member = make.a_member(meeting.community, organisation=f"Organisation {number % 40}")
        Reply.objects.create(meeting=meeting, membership=member, answer=Reply.Answer.YES)
        make.an_attendance(meeting, member)
        make.a_topic(meeting.community, meeting=meeting if number % 2 else None)
        if number % 5 == 0:
            make.a_note(meeting, author=author, assignee=member, kind=Note.Kind.ACTION)


def test_revisions_and_numbers_over_a_thousand_are_written_without_spaces(live, sandrine, signed_in):
    Meeting.objects.filter(pk=live.pk).update(revision=12345, guests=1200)
    page = signed_in(sandrine).get(at("live", live)).content.decode()

    assert "revision=12345" in page
    assert 'value="1201"' in page


# ------------------------------------------------------------ following each other


def test_when_nothing_has_changed_a_screen_asks_two_queries(live, karim, signed_in, django_assert_num_queries):
    client = signed_in(karim)

    with django_assert_num_queries(2):  # the person, and whether there is anything new; Redis knows the session
        response = client.get(at("refresh", live), {"revision": live.revision})

    assert response.status_code == 204


def test_what_one_does_comes_to_the_other(live, sandrine, karim, nadia, signed_in):
    notes.add(live, key=uuid.uuid4(), kind="decision", text="On garde le samedi", by=karim)
    attendance.record(live, nadia.memberships.get(), Attendance.Status.PRESENT, by=karim)

    page = signed_in(sandrine).get(at("refresh", live), {"revision": live.revision}).content.decode()

    assert "On garde le samedi" in page
    assert f'id="tick-{nadia.memberships.get().pk}"' in page
    assert f"revision={live.revision + 2}" in page


def company_of(response):
    return json.loads(response.headers["X-Company"])


def test_each_screen_is_told_who_else_is_there_and_who_writes(live, sandrine, karim, signed_in):
    refresh, seen = at("refresh", live), {"revision": live.revision}
    alone = signed_in(sandrine).get(refresh, seen)
    assert company_of(alone) == {"others": 0, "line": [], "synthesis": []}

    signed_in(karim).get(refresh, seen | {"writing": "line"})
    assert company_of(signed_in(sandrine).get(refresh, seen)) == {"others": 1, "line": ["Karim"], "synthesis": []}

    signed_in(karim).get(refresh, seen | {"writing": "ailleurs"})
    assert company_of(signed_in(sandrine).get(refresh, seen)) == {"others": 1, "line": [], "synthesis": []}


def test_who_writes_at_another_meeting_is_not_told_here(live, sandrine, karim, signed_in):
    other = make.a_meeting(live.community)
    signed_in(karim).get(at("refresh", other), {"revision": other.revision, "writing": "line"})

    told = company_of(signed_in(sandrine).get(at("refresh", live), {"revision": live.revision}))

    assert told == {"others": 0, "line": [], "synthesis": []}


def known_to(page):
    return re.search(r'data-have="([^"]*)"', page).group(1)


def test_what_a_screen_shows_already_does_not_come_again(live, sandrine, karim, signed_in):
    client = signed_in(sandrine)
    whole = client.get(at("refresh", live)).content.decode()
    notes.add(live, key=uuid.uuid4(), kind="decision", text="On garde le samedi", by=karim)

    page = client.get(at("refresh", live), {"revision": live.revision, "have": known_to(whole)}).content.decode()

    assert "On garde le samedi" in page
    assert 'id="roster-list"' in whole
    assert 'id="roster-list"' not in page
    assert 'id="agenda"' not in page
    assert known_to(page) != known_to(whole)


def test_three_hundred_members_and_five_hundred_lines_stay_light(live, sandrine, nadia, signed_in):
    people = [make.a_member(live.community) for _n in range(300)]
    written = [
        Note(meeting=live, author=sandrine, kind="highlight", text=f"Ligne {n}", key=uuid.uuid4()) for n in range(500)
    ]
    Note.objects.bulk_create(written)
    client = signed_in(sandrine)
    whole = client.get(at("refresh", live)).content.decode()

    said = write(client, live, "Une ligne").content
    ticked = press(client, live, f"tick-{people[0].pk}").content
    after = client.get(at("refresh", live), {"revision": live.revision, "have": known_to(whole)}).content

    assert " ".join(whole.split()).count('<li id="note-') == 40
    assert "?whole=1" in whole
    assert len(whole) < 350_000
    assert len(said) < 130_000
    assert len(ticked) < 3_000
    assert len(after) < len(whole)
    assert on_one_line(client.get(at("live", live), {"whole": 1})).count('<li id="note-') == 501


def test_the_field_of_a_line_never_comes_with_a_refresh(live, sandrine, signed_in):
    page = signed_in(sandrine).get(at("refresh", live)).content.decode()

    assert 'id="line"' not in page
    assert 'id="walk-in-name"' not in page


def test_those_who_wait_for_the_start_are_taken_to_the_console(live, karim, signed_in):
    response = signed_in(karim).get(at("refresh", live), {"revision": 0, "waiting": ""})

    assert response.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("revision", ["", "abc", "-5", "9" * 40])
def test_a_revision_that_is_no_number_gets_everything(revision, live, sandrine, signed_in):
    assert signed_in(sandrine).get(at("refresh", live), {"revision": revision}).status_code == 200


def test_the_short_question_and_the_rules_agree(live, sandrine, karim, philippe, nadia, ada, sam):
    """The poll asks in one query what the rules say in three: it may never let in more people than they do."""
    external, gone, named = make.a_person("Eve"), make.a_person("Guy"), make.a_member(live.community).user
    make.a_role(external, Role.EXTERNAL, programme=live.community.programme)
    make.a_role(gone, Role.FACILITATOR, community=live.community, ends_on=dt.date(2020, 1, 1))
    Meeting.objects.filter(pk=live.pk).update(note_taker=named)
    live.refresh_from_db()

    for user in (sandrine, karim, philippe, nadia, ada, sam, external, gone, named):
        assert live_session.is_unchanged(live.pk, live.revision, user) == user.has_perm("meetings.run", live), user


# ------------------------------------------------------------ presses


def test_ticking_without_javascript_comes_back_to_the_page(live, karim, nadia, signed_in):
    member = nadia.memberships.get()

    response = submit(signed_in(karim), at("live", live), button=f"tick-{member.pk}")

    assert response.url == at("live", live)
    assert live.attendances.get().status == Attendance.Status.PRESENT
    assert live.attendances.get().recorded_by == karim


def test_ticking_answers_with_the_line_of_that_person_and_how_many_are_there(live, karim, nadia, signed_in):
    member, other = nadia.memberships.get(), make.a_member(live.community)

    page = on_one_line(press(signed_in(karim), live, f"tick-{member.pk}"))

    assert 'aria-pressed="true"' in page
    assert f'id="attendance-{member.pk}" class="present" hx-swap-oob="morph"' in page
    assert f'id="attendance-{other.pk}"' not in page
    assert 'id="roster-list"' not in page
    assert "<b>1</b>" in page


def test_presence_says_where_at_a_hybrid_meeting(live, karim, nadia, signed_in):
    Meeting.objects.filter(pk=live.pk).update(mode=Meeting.Mode.HYBRID)
    online = at("attendance", live, nadia.memberships.get().pk) + "?mode=online"

    submit(signed_in(karim), at("roster", live) + "?choix", button="status=present", action=online, headers=HTMX)

    assert live.attendances.get().mode == Meeting.Mode.ONLINE


def test_someone_of_another_community_is_not_ticked(live, sandrine, signed_in):
    other = make.a_member(make.a_community())

    response = signed_in(sandrine).post(at("attendance", live, other.pk), {"status": "present"})

    assert response.status_code == 404


def test_after_the_closing_only_those_who_may_correct_do(live, sandrine, karim, philippe, nadia, signed_in):
    live_session.close(live, by=sandrine)
    member, roster = nadia.memberships.get(), at("roster", live)

    assert signed_in(karim).post(at("attendance", live, member.pk), {"status": "present"}).status_code == 403
    assert submit(signed_in(philippe), roster, {"why": "told"}, button=f"tick-{member.pk}").url == roster

    assert live.attendances.get().status == Attendance.Status.PRESENT


def test_the_list_of_who_came_is_read_by_the_coordinator(live, philippe, nadia, signed_in):
    page = signed_in(philippe).get(at("roster", live)).content.decode()

    assert nadia.full_name in page
    assert 'id="tick-' not in page, "recording is for those who run the meeting"


def test_a_walk_in_joins_in_two_fields(live, karim, signed_in):
    press(signed_in(karim), live, name="  Inès   Côté ", organisation="CLSC")

    came = live.attendances.get(status=Attendance.Status.PRESENT).membership
    assert (came.user.full_name, came.organisation.name) == ("Inès Côté", "CLSC")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("guests", {"guests": "-1"}),
        ("guests", {"guests": "beaucoup"}),
        ("add_minutes", {"item": "1", "total": "x"}),
        ("next_block", {"item": "0"}),
        ("add_note", {"key": "x", "kind": "highlight", "text": "Bien"}),
        ("add_note", {"key": str(uuid.uuid4()), "kind": "poème", "text": "Bien"}),
        ("add_note", {"key": str(uuid.uuid4()), "kind": "highlight", "text": "a" * 601}),
        ("synthesis", {"text": "Bien", "version": "x"}),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_written(name, data, live, sandrine, signed_in):
    before = Meeting.objects.get(pk=live.pk).revision

    response = signed_in(sandrine).post(at(name, live), data, headers=HTMX)

    assert response.status_code == 422
    assert Meeting.objects.get(pk=live.pk).revision == before
    assert not live.notes.exists()


def test_a_name_and_a_line_want_words(live, sandrine, signed_in):
    client, before = signed_in(sandrine), Meeting.objects.get(pk=live.pk).revision

    assert press(client, live, name=" ").status_code == 422
    assert write(client, live, " ! ").status_code == 422

    assert Meeting.objects.get(pk=live.pk).revision == before
    assert not live.notes.exists()


def test_a_line_is_kept_under_the_open_block_by_its_author(live, karim, signed_in):
    response = write(signed_in(karim), live, "! On garde le samedi")

    note = live.notes.get()
    assert (note.kind, note.author, note.item) == (Note.Kind.DECISION, karim, live.agenda.first())
    assert 'id="notes"' in response.content.decode()


def test_a_line_with_markup_is_shown_as_it_was_typed(live, sandrine, signed_in):
    client = signed_in(sandrine)
    page = write(client, live, '<script>alert(1)</script> "x"').content.decode()

    assert "<script>" not in page


def test_an_edit_over_an_older_version_shows_both_texts(live, sandrine, karim, signed_in):
    note = notes.add(live, key=uuid.uuid4(), kind="highlight", text="Au départ", by=karim)
    client = signed_in(sandrine)
    mine = form_on(client.get(at("note", note), headers=HTMX)).fill({"kind": "idea", "text": "Version de Sandrine"})
    notes.edit(note, 0, kind="highlight", text="Version de Karim")

    response = mine.press(client, headers=HTMX)

    page = on_one_line(response)
    assert response.status_code == 409
    assert "Version de Karim" in page
    assert "Version de Sandrine" in page
    assert 'name="version" value="1"' in page, "saving again is then a choice"


def test_an_edit_saved_closes_the_window(live, sandrine, signed_in):
    note = make.a_note(live, author=sandrine)

    client = signed_in(sandrine)

    window = client.get(at("note", note), headers=HTMX)
    response = submit(client, window, {"kind": "idea", "text": "Mieux dit"}, headers=HTMX)

    assert response.headers["HX-Trigger"] == "note-saved"
    note.refresh_from_db()
    assert (note.kind, note.text, note.version) == ("idea", "Mieux dit", 1)


def test_a_removed_line_can_be_put_back(live, sandrine, signed_in):
    note, client = make.a_note(live, "À garder", author=sandrine), signed_in(sandrine)

    page = client.get(at("live", live))
    removal = submit(client, page, button=f"remove-{note.pk}", headers=HTMX)
    assert not live.notes.exists()
    submit(client, swapped(page, removal), button="undo-removal", headers=HTMX)

    assert live.notes.get().text == "À garder"


def test_topics_are_ticked(live, karim, signed_in):
    topic = make.a_topic(live.community)

    page = press(signed_in(karim), live, f"topic-{topic.pk}").content.decode()

    topic.refresh_from_db()
    assert topic.state == Topic.State.DISCUSSED
    assert 'id="topics"' in page


def test_a_topic_of_another_community_is_not_ticked(live, sandrine, signed_in):
    other = make.a_topic(make.a_community())

    assert signed_in(sandrine).post(at("tick_topic", live, other.pk), {"do": "discussed"}).status_code == 404


# ------------------------------------------------------------ the synthesis


def summed_up(page, text):
    """The form of the synthesis on a page of the console, with words."""
    return form_on(page, ["text", "version"]).fill({"text": text})


def test_the_synthesis_saves_itself_over_what_one_had_read(live, karim, signed_in):
    client = signed_in(karim)

    response = summed_up(client.get(at("live", live)), "Nous retenons…").press(client, headers=HTMX)

    live.refresh_from_db()
    assert live.minutes.synthesis == "Nous retenons…"
    assert 'id="synthesis-version" value="1"' in on_one_line(response)
    assert "<textarea" not in response.content.decode(), "never the field itself"


@pytest.mark.parametrize(
    ("choice", "kept"), [("mine", "De Sandrine"), ("theirs", "De Karim"), ("both", "De Karim\n\nDe Sandrine")]
)
def test_two_syntheses_are_both_shown_and_the_person_chooses(choice, kept, live, sandrine, signed_in):
    client = signed_in(sandrine)
    page = client.get(at("live", live))
    live_session.save_synthesis(live, "De Karim", 0)

    conflict = summed_up(page, "De Sandrine").press(client, headers=HTMX)
    assert conflict.status_code == 409
    assert "De Karim" in conflict.content.decode()
    live.refresh_from_db()
    assert live.minutes.synthesis == "De Karim"

    summed_up(swapped(page, conflict), "De Sandrine").press(client, f"resolve={choice}", headers=HTMX)
    live.refresh_from_db()
    assert live.minutes.synthesis == kept


def test_without_javascript_a_conflict_shows_both_texts_on_the_page(live, sandrine, signed_in):
    client = signed_in(sandrine)
    mine = summed_up(client.get(at("live", live)), "De Sandrine")
    live_session.save_synthesis(live, "De Karim", 0)

    response = mine.press(client)

    page = response.content.decode()
    assert response.status_code == 409
    assert "De Karim</blockquote>" in page
    assert "De Sandrine</textarea>" in page


# ------------------------------------------------------------ closing, and the group's screen


def test_the_checklist_warns_and_closing_is_never_refused(live, sandrine, signed_in):
    client = signed_in(sandrine)
    page = client.get(at("close", live))
    assert page.content.decode().count('class="todo"') == 4

    closing = form_on(page)
    response = closing.press(client)

    assert response.url == at("live", live)
    assert Meeting.objects.get(pk=live.pk).closed_by == sandrine
    assert closing.press(client).status_code == 302, "a second press does nothing"


def test_the_groups_screen_follows_and_shows_the_code_large_for_the_evaluation(live, sandrine, signed_in):
    client = signed_in(sandrine)
    page = client.get(at("screen", live)).content.decode()
    assert live.code in page
    assert "evaluating" not in page

    assert client.get(at("screen", live), {"revision": live.revision}).status_code == 204
    live_session.advance(live, live.agenda.last())
    followed = client.get(at("screen", live), {"revision": live.revision}, headers={"HX-Request": "true"})

    assert 'class="evaluating"' in followed.content.decode()


# ------------------------------------------------------------ each phase, on each screen


@pytest.mark.parametrize("kind", AgendaItem.Kind.values)
def test_every_phase_is_shown_on_the_console_the_screen_and_the_phones(kind, live, sandrine, nadia, client, signed_in):
    later = make.a_meeting(live.community, starts_at=timezone.now() + dt.timedelta(days=60))
    member = nadia.memberships.get()
    attendance.check_in(live, member, method=Attendance.Method.LINK)
    token = links.guest_token(live, member)
    for note, text in [("highlight", "Le bouche-à-oreille"), ("action", "Envoyer le gabarit"), ("topic", "Les ados")]:
        make.a_note(live, author=sandrine, kind=note, text=text)
    planned = {"title": kind, "minutes": 5, "position": 9}
    block, _is_new = AgendaItem.objects.get_or_create(meeting=live, kind=kind, defaults=planned)
    live_session.advance(live, block)

    phone = client.get(reverse("meetings:follow", args=[token]))
    console = signed_in(sandrine).get(at("refresh", live)).content.decode()
    screen = client.get(at("screen", live)).content.decode()

    assert phone.status_code == 200
    assert later.code not in phone.content.decode()
    for page in (console.partition('id="notes"')[0], screen):
        assert ('class="recall said"' in page) == (kind in ("synthesis", "next"))
        assert ("Le bouche-à-oreille" in page) == (kind == "synthesis")
        assert ("Envoyer le gabarit" in page) == (kind == "next")
