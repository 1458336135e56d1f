"""What is left to do around the meetings one runs."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from evaluations.models import Survey
from evaluations.web.today.reading import Reader
from evaluations.web.today.to_do import FORGOTTEN_AFTER, LATE, SOON, THIS_WEEK, ToDo
from meetings.domain.attendance import absences, attendance, typed_names
from meetings.domain.followup import completing, overdue_reminders, private_journal
from meetings.domain.invitations import later
from meetings.models import FollowUp, Invitation, Meeting, Minutes, Recording, Topic
from outbox.models import Message

ASK_FOR_NEWS_FOR = dt.timedelta(days=7)
MOST_FOLLOW_UPS = 10  # lines; the journal has all


def to_do(page: Reader) -> Iterator[ToDo]:
    yield from meetings_to_close(page)
    yield from presences_to_confirm(page)
    yield from recordings_to_destroy(page)
    yield from follow_ups_to_send(page)
    yield from records_to_complete(page)
    yield from absent_though_committed(page)
    yield from minutes_for_oneself(page)
    yield from rules_to_take_up(page)
    yield from follow_ups_to_plan(page)
    yield from topics_to_choose(page)
    yield from invitations_to_send(page)
    yield from undelivered(page)


def meetings_to_close(page: Reader) -> Iterator[ToDo]:
    for m in page.meetings:
        is_over = m.is_open and page.now - FORGOTTEN_AFTER < m.ends_at < page.now - dt.timedelta(hours=2)
        if is_over and page.user.has_perm("meetings.drive", m):
            yield ToDo(
                LATE if page.now - m.ends_at > dt.timedelta(days=3) else THIS_WEEK,
                _("Close the meeting of %(day)s") % {"day": day(m)},
                _("%(community)s · confirm who came and what was said") % {"community": m.community},
                reverse("meetings:live", args=[m.pk]),
                pgettext("button", "Open"),
                community_id=m.community_id,
            )


def presences_to_confirm(page: Reader) -> Iterator[ToDo]:
    """Of evaluations past their hour, which wait for it."""
    for m in page.meetings:
        survey: Survey | None = getattr(m, "survey", None)
        if survey and survey.is_open and survey.stopped_at and page.user.has_perm(attendance.permission(m), m):
            n = len(typed_names.to_confirm(m))
            yield ToDo(
                LATE,
                ngettext("Confirm that %(n)s person came", "Confirm that %(n)s people came", n) % {"n": n},
                _("%(community)s · the evaluation of %(day)s waits for it until %(until)s")
                % {
                    "community": m.community,
                    "day": day(m),
                    "until": date_format(survey.waits_until.astimezone(m.zone).date(), "MONTH_DAY_FORMAT"),
                },
                reverse("evaluations:survey", args=[m.pk]),
                _("Confirm"),
                community_id=m.community_id,
            )


def recordings_to_destroy(page: Reader) -> Iterator[ToDo]:
    """Their day has come, or somebody withdrew: « détruit dès que les notes sont faites », archived or not."""
    if not page.answers_for_recordings:
        return
    held = Recording.objects.visible_to(page.user).to_destroy(timezone.localdate(page.now))
    for recording in held.select_related("meeting__community"):
        m = recording.meeting
        why = _("someone took back their consent") if recording.withdrawn_at else _("the retention date has passed")
        records = page.user.has_perm("meetings.record", m)
        yield ToDo(
            LATE,
            _("Destroy the recording of the meeting of %(day)s") % {"day": day(m)},
            _("%(community)s · %(why)s") % {"community": m.community, "why": why},
            reverse("meetings:recording", args=[m.pk]) if records else reverse("meetings:recordings"),
            pgettext("button", "Open"),
            community_id=m.community_id,
        )


def follow_ups_to_send(page: Reader) -> Iterator[ToDo]:
    for m in page.meetings:
        is_due = m.closed_at and not FollowUp.of(m).sent_at and m.ends_at > page.now - FORGOTTEN_AFTER
        if is_due and page.user.has_perm("meetings.follow_up", m):
            written = _("the synthesis is written") if Minutes.of(m).synthesis else _("the synthesis is to be written")
            yield ToDo(
                LATE if page.now - m.ends_at > dt.timedelta(days=3) else THIS_WEEK,
                _("Send the follow-up of the meeting of %(day)s") % {"day": day(m)},
                _("%(community)s · %(written)s%(answers)s")
                % {"community": m.community, "written": written, "answers": answers_received(m)},
                reverse("meetings:follow_up", args=[m.pk]),
                _("Read and send"),
                community_id=m.community_id,
            )


def records_to_complete(page: Reader) -> Iterator[ToDo]:
    """From the day after, like the mails of `meetings.domain.followup.overdue_reminders`."""
    for m in page.meetings:
        days = overdue_reminders.last_due(m, page.now) or 0 if m.closed_at else 0
        missing = completing.missing_items(m) if days and m.ends_at > page.now - FORGOTTEN_AFTER else []
        if missing and page.user.has_perm("meetings.complete", m):
            yield ToDo(
                LATE if days >= 3 else THIS_WEEK,
                _("Complete the record of the meeting of %(day)s") % {"day": day(m)},
                _("%(community)s · %(lacks)s")
                % {"community": m.community, "lacks": completing.missing_in_words(missing)},
                reverse("meetings:complete", args=[m.pk]),
                _("Complete"),
                community_id=m.community_id,
            )


def absent_though_committed(page: Reader) -> Iterator[ToDo]:
    """Where everyone committed to come, one absence without a word is enough to ask for news; for a week."""
    lately = [
        m
        for m in page.meetings
        if m.closed_at
        and page.now - m.ends_at < ASK_FOR_NEWS_FOR
        and m.kind in Meeting.COUNTED
        and m.community.expects_everyone
        and page.user.has_perm("meetings.see_attendance", m)
    ]
    absent = absences.without_a_word(lately)
    found = dict(absent.values_list("meeting").annotate(Count("pk"))) if lately else {}
    for m in lately:
        if n := found.get(m.pk, 0):
            people = ngettext("%(n)s person was absent without a word", "%(n)s people were absent without a word", n)
            yield ToDo(
                THIS_WEEK,
                _("Ask for news after the meeting of %(day)s") % {"day": day(m)},
                f"{m.community} · " + people % {"n": n},
                m.get_absolute_url(),
                pgettext("button", "Open"),
                community_id=m.community_id,
            )


def minutes_for_oneself(page: Reader) -> Iterator[ToDo]:
    """For a week, to those who ran it."""
    for m in page.meetings:
        ran = m.community_id in page.facilitated and m.is_mine
        if ran and m.closed_at and page.now - m.closed_at < private_journal.OFFERED_FOR and not m.has_reflected:
            yield ToDo(
                SOON,
                _("Two minutes for yourself: the meeting of %(day)s") % {"day": day(m)},
                _("%(community)s · how it went; read by nobody else") % {"community": m.community},
                reverse("meetings:reflect", args=[m.pk]),
                _("Write"),
                community_id=m.community_id,
            )


def rules_to_take_up(page: Reader) -> Iterator[ToDo]:
    """Noted in one's own minute, and said again before the next meeting."""
    coming = {m.community_id: m for m in reversed(page.coming)}
    for community, last in private_journal.rules_to_take_up(page.noted_for_later).items():
        m = coming.get(community)
        if m and m.starts_at - page.now < dt.timedelta(days=21):
            yield ToDo(
                SOON,
                _("Take up the rules again with the group on %(day)s") % {"day": day(m)},
                _("%(community)s · written in your journal on %(last)s; read by nobody else")
                % {"community": m.community, "last": day(last)},
                reverse("meetings:prepare", args=[m.pk]),
                _("See"),
                community_id=m.community_id,
            )


def follow_ups_to_plan(page: Reader) -> Iterator[ToDo]:
    """Individual follow-ups noted in one's own minute. With whom is said in the journal alone."""
    for note in [note for note in page.noted_for_later if note.plans_follow_up][:MOST_FOLLOW_UPS]:
        m = note.meeting
        yield ToDo(
            SOON,
            _("Plan the individual follow-up noted on %(day)s") % {"day": day(m)},
            _("%(community)s · with whom is in your journal") % {"community": m.community},
            reverse("meetings:journal"),
            _("See"),
            community_id=m.community_id,
        )


def topics_to_choose(page: Reader) -> Iterator[ToDo]:
    bare = [
        m
        for m in page.coming
        if not m.title and not m.community.chooses_topics_on_the_spot and m.starts_at - page.now < dt.timedelta(days=21)
    ]
    waiting = dict(
        Topic.objects.waiting()
        .filter(community__in={m.community_id for m in bare})
        .values_list("community")
        .annotate(Count("pk"))
    )
    for m in bare:
        n = waiting.get(m.community_id, 0)
        yield ToDo(
            THIS_WEEK if m.starts_at - page.now < dt.timedelta(days=14) else SOON,
            _("Choose the topic of %(day)s") % {"day": day(m)},
            f"{m.community} · " + (ngettext("%(n)s suggestion", "%(n)s suggestions", n) % {"n": n}),
            reverse("meetings:topics", args=[m.community_id]),
            _("Choose"),
            community_id=m.community_id,
        )


def invitations_to_send(page: Reader) -> Iterator[ToDo]:
    for m in page.coming:
        kept = Invitation.of(m)
        is_near = m.starts_at - page.now < dt.timedelta(days=21)
        if not m.invited_at and not m.started_at and (kept.is_held or (is_near and not later.said_of(m))):
            held = _("it did not leave: the person who planned it may no longer invite")
            yield ToDo(
                LATE if kept.is_held else THIS_WEEK if m.starts_at - page.now < dt.timedelta(days=10) else SOON,
                _("Invite to the meeting of %(day)s") % {"day": day(m)},
                f"{m.community} · {held if kept.is_held else m.heading}",
                reverse("meetings:invite", args=[m.pk]),
                _("Invite"),
                community_id=m.community_id,
            )


def undelivered(page: Reader) -> Iterator[ToDo]:
    meetings = {m.pk: m for m in page.meetings}
    failed = Message.objects.about_any(Meeting, meetings).filter(failed_at__isnull=False).order_by()
    for pk, n in failed.values_list("about_id").annotate(Count("pk")):
        m = meetings[pk]
        yield ToDo(
            THIS_WEEK,
            ngettext("%(n)s e-mail could not be delivered", "%(n)s e-mails could not be delivered", n) % {"n": n},
            _("%(community)s · meeting of %(day)s") % {"community": m.community, "day": day(m)},
            reverse("meetings:replies", args=[m.pk]),
            _("See"),
            community_id=m.community_id,
        )


def day(meeting: Meeting) -> str:
    return date_format(meeting.local_start.date(), "MONTH_DAY_FORMAT")


def answers_received(meeting: Meeting) -> str:
    """« , 9 évaluations reçues sur 11 », once the survey is closed: before that, only its own page counts."""
    survey: Survey | None = getattr(meeting, "survey", None)
    if survey is None or survey.is_open or not survey.eligible:
        return ""
    n = survey.answers_in_session + survey.answers_after
    sentence = ngettext(
        ", %(n)s evaluation received out of %(eligible)s", ", %(n)s evaluations received out of %(eligible)s", n
    )
    return sentence % {"n": n, "eligible": survey.eligible}
