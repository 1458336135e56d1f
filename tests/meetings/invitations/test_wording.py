"""What a community says in its mails, and when they leave."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from communities.models import MailSettings, Rule
from meetings.domain.invitations import emails, invitations, reminders, wording
from meetings.domain.scheduling import planning
from meetings.models import MailWording, Meeting, Reply
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit

Kind = MailWording.Kind


def settings_url(community):
    return reverse("meetings:mail_settings", args=[community.pk])


def wording_url(community, kind="invitation"):
    return reverse("meetings:mail_wording", args=[community.pk, kind])


def own_words(community, kind=Kind.INVITATION, **words):
    return MailWording.objects.create(community=community, kind=kind, **words)


# ------------------------------------------------------------ the words


@pytest.mark.parametrize(
    "text",
    [
        "{{ settings.SECRET_KEY }}",
        "{user.password}",
        "{0.__class__}",
        "{% include 'x' %}",
        "{}",
        "{prénom!r}",
        "{prénom:>10}",
        "Bonjour {prenommm}",
    ],
)
def test_what_is_not_on_the_list_is_refused_where_it_was_typed(text, community, sandrine, signed_in):
    client, url = signed_in(sandrine), wording_url(community)

    response = submit(client, url, {"opening_fr": text}, button="step=save")

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["opening_fr"]
    assert not MailWording.objects.filter(opening_fr=text).exists()


@pytest.mark.parametrize("text", ["Bonjour {prénom", "prénom}"])
def test_a_lone_brace_is_refused(text, community, sandrine, signed_in):
    client, url = signed_in(sandrine), wording_url(community)

    assert submit(client, url, {"subject_fr": text}, button="step=save").status_code == 422


def test_even_kept_by_mistake_it_is_printed_as_it_was_typed(meeting, nadia):
    own_words(meeting.community, opening_fr="{{ settings.SECRET_KEY }} {user.password} {% now 'Y' %}")

    invitations.invite(meeting)

    assert "{{ settings.SECRET_KEY }} {user.password} {% now 'Y' %}" in Message.objects.get().text


def test_the_words_of_the_community_are_filled_for_each_person(meeting, nadia):
    own_words(
        meeting.community,
        subject_fr="{Prénom}, on se voit le {date} ?",
        opening_fr="{communaute} parle de « {sujet} » à {heure}, {lieu}.",
    )

    invitations.invite(meeting)

    mail = Message.objects.get()
    assert mail.subject.startswith("Nadia, on se voit le ")
    assert f"Constellation parle de « {meeting.title} » à " in mail.text
    assert "En ligne." in mail.text


def test_both_languages_understand_both_lists(meeting):
    with translation.override("en"):
        values = wording.values_of(meeting, make.a_person("Ann"))
    for words in ("{prénom} {sujet}", "{first name} {topic}", "{PRENOM} { Topic }", "{first_name} {sujet}"):
        wording.check(words)
        assert wording.filled(words, values) == f"Ann {meeting.title}"


def test_a_topic_made_of_braces_is_not_read_again(community, nadia):
    meeting = make.a_meeting(community, title="{prénom} {communauté}")

    invitations.invite(meeting)

    assert "{prénom} {communauté}" in Message.objects.get().subject


def test_what_people_type_is_escaped_in_html(community, nadia):
    meeting = make.a_meeting(community, title="<script>alert(1)</script>")
    own_words(community, opening_fr="<img src=x onerror=alert(2)> {sujet}")

    invitations.invite(meeting)

    mail = Message.objects.get()
    assert "<script>" not in mail.html
    assert "<img" not in mail.html
    assert "<img src=x" in mail.text


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_usual_words_pass_their_own_check(kind, language):
    for part in ("subject", "opening"):
        wording.check(wording.usual(kind, part, language))


def test_what_is_left_as_usual_stays_empty(community, sandrine, signed_in):
    client, url = signed_in(sandrine), wording_url(community)

    submit(client, url, {"subject_en": "Come!"}, button="step=save")

    kept = community.mail_wordings.get()
    assert (kept.subject_en, kept.subject_fr, kept.opening_fr, kept.opening_en) == ("Come!", "", "", "")


def test_a_preview_shows_a_real_date_and_keeps_nothing(meeting, sandrine, signed_in):
    client, url = signed_in(sandrine), wording_url(meeting.community)

    response = submit(client, url, {"opening_fr": "Parlons de {sujet} !"}, button="step=preview")

    assert f"Parlons de {meeting.title} !" in response.context["previews"][0][2]["text"]
    assert not MailWording.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_its_page_even_without_any_meeting(kind, community, sandrine, signed_in):
    response = signed_in(sandrine).get(wording_url(community, kind))

    assert response.status_code == 200
    assert all(mail["subject"] and mail["text"] for _label, _code, mail in response.context["previews"])


def test_the_usual_words_come_back_in_one_press_and_leave_in_another(community, sandrine, signed_in):
    own_words(community, subject_fr="Les nôtres {sujet}")
    client, url = signed_in(sandrine), wording_url(community)

    back = submit(client, url, button="step=usual")
    assert not community.mail_wordings.get().is_own

    submit(client, back, button="Remettre les nôtres")
    assert community.mail_wordings.get().subject_fr == "Les nôtres {sujet}"


def test_two_people_writing_see_both(community, sandrine, philippe, signed_in):
    client, url = signed_in(sandrine), wording_url(community)
    mine = form_on(client.get(url), ["subject_fr"]).fill({"subject_fr": "De Sandrine"})
    own_words(community, subject_fr="De Philippe")

    response = mine.press(client, "step=save")

    assert response.status_code == 409
    assert [(row["theirs"], row["yours"]) for row in response.context["conflict"]] == [("De Philippe", "De Sandrine")]
    assert community.mail_wordings.get().subject_fr == "De Philippe"


# ------------------------------------------------------------ a test


def test_a_test_goes_to_oneself_marked_and_invites_nobody(meeting, nadia, sandrine, signed_in):
    client, url = signed_in(sandrine), wording_url(meeting.community)

    submit(client, url, {"opening_fr": "Essai {sujet}"}, button="step=test")

    mail = Message.objects.get()
    meeting.refresh_from_db()
    assert mail.to == sandrine.email
    assert mail.subject.startswith("[Test] ")
    assert f"Essai {meeting.title}" in mail.text
    assert not mail.calendar
    assert meeting.invited_at is None
    assert [m.user for m in invitations.audience(meeting).to_invite] == [nadia]


def test_tests_are_not_sent_without_end(community, sandrine, signed_in):
    client, url = signed_in(sandrine), wording_url(community)
    form = form_on(client.get(url), button="step=test")

    for _ in range(9):
        form.press(client, "step=test")

    assert Message.objects.count() == 6


# ------------------------------------------------------------ in two languages


@pytest.mark.parametrize(("language", "first", "second"), [("fr-ca", "Bonjour", "Hello"), ("en", "Hello", "Bonjour")])
def test_both_languages_in_one_mail_that_of_the_person_first(meeting, language, first, second):
    MailSettings.write(meeting.community, mails_in_both_languages=True)
    make.a_member(meeting.community, make.a_person("Ann", language=language))

    invitations.invite(Meeting.objects.get(pk=meeting.pk))

    mail = Message.objects.get()
    for part in (mail.text, mail.html):
        assert part.index(first) < part.index(second)
    assert " / " in mail.subject
    assert 'lang="en"' in mail.html
    assert 'lang="fr-ca"' in mail.html


@pytest.mark.parametrize("both", [False, True])
def test_every_kind_of_mail_reads_whole_in_each_language(meeting, both):
    MailSettings.write(meeting.community, mails_in_both_languages=both)
    meeting = Meeting.objects.select_related("community").get(pk=meeting.pk)
    for kind in Kind:
        for language in ("fr-ca", "en"):
            mail = emails.preview(meeting, language, kind=kind)
            assert meeting.title in mail["subject"]
            assert meeting.title in mail["html"]
            assert "Constellation" in mail["text"]
            assert mail["html"].endswith("</html>")
            assert "{" not in mail["text"]


# ------------------------------------------------------------ when


def test_timing_is_chosen_by_those_who_lead_for_good(community, sandrine, signed_in):
    client, url = signed_in(sandrine), settings_url(community)

    submit(client, url, {"reminder_days": "7", "reminder_hours": "0", "mails_in_both_languages": True})

    community.refresh_from_db()
    kept = MailSettings.of(community)
    assert (kept.reminder_days, kept.reminder_hours, kept.mails_in_both_languages) == (7, 0, True)


def test_a_delay_that_is_not_offered_is_refused(community, sandrine, signed_in):
    client, url = signed_in(sandrine), settings_url(community)

    form = form_on(client.get(url), ["reminder_days"])
    assert client.post(url, dict(form.data().lists()) | {"reminder_days": "900"}).status_code == 422


def test_two_people_choosing_see_both(community, sandrine, signed_in):
    client, url = signed_in(sandrine), settings_url(community)
    mine = form_on(client.get(url), ["reminder_days"]).fill({"reminder_days": "7"})
    MailSettings.write(community, reminder_days=1)

    response = mine.press(client)

    assert response.status_code == 409
    assert response.context["conflict"]


@pytest.mark.parametrize(("days", "hours", "due"), [(2, 2, "hours"), (2, 0, "days"), (0, 2, "hours"), (0, 0, "")])
def test_each_reminder_can_be_turned_off(community, days, hours, due):
    MailSettings.write(community, reminder_days=days, reminder_hours=hours)
    meeting = Meeting.objects.select_related("community").get(pk=make.a_meeting(community).pk)

    assert reminders.due_moment(meeting, meeting.starts_at) == due


# ------------------------------------------------------------ what an invitation holds


def test_the_camera_rule_is_there_with_its_exception_when_it_applies(meeting, nadia):
    make.a_rule(meeting.community, "Caméras ouvertes", theme=Rule.Theme.CAMERA)
    asleep = make.a_community()
    make.a_rule(asleep, "Caméras ouvertes", theme=Rule.Theme.CAMERA, is_active=False)
    make.a_member(asleep)
    quiet = make.a_meeting(asleep)

    invitations.invite(meeting)
    invitations.invite(quiet)

    told, untold = Message.objects.get(recipient=nadia), Message.objects.exclude(recipient=nadia).get()
    with translation.override("fr-ca"):
        exception = translation.gettext(
            "Accessibility, connection, people around you: whatever the reason, you may turn them off "
            "without explaining."
        )
    assert "Caméras ouvertes" in told.text
    assert exception in told.text
    assert "Caméras ouvertes" not in untold.text


def test_nothing_is_asked_where_no_reply_is(meeting, nadia):
    Meeting.objects.update(registration=Meeting.Registration.NONE)

    invitations.invite(Meeting.objects.get(pk=meeting.pk))

    assert "?reponse=" not in Message.objects.get().html


@pytest.mark.parametrize("act", ["invite", "move", "remind", "cancel"])
def test_writing_to_many_asks_as_much_as_writing_to_few(act, community, sandrine):
    counts = []
    for total in (10, 1000 if act == "invite" else 60):
        people = [make.a_member(community) for _ in range(total - community.memberships.count())]
        meeting = make.a_meeting(community, title="Le répit", mode="online")
        if act != "invite":
            Meeting.objects.filter(pk=meeting.pk).update(invited_at=meeting.starts_at)
        Reply.objects.bulk_create(Reply(meeting=meeting, membership=m, answer="yes") for m in people)
        meeting = Meeting.objects.select_related("community").get(pk=meeting.pk)
        with CaptureQueriesContext(connection) as queries:
            if act == "invite":
                assert invitations.begin(meeting) == min(total, invitations.CHUNK)
            elif act == "move":
                planning.change(meeting, version=0, facilitators=[sandrine], link="https://zoom.example/j/2")
            elif act == "remind":
                assert reminders.remind(meeting, "hours") == len(people)
            else:
                planning.cancel(meeting, "Tempête")
        counts.append(len(queries))

    assert counts[0] == counts[1]
