"""Every address that changes something leaves a line in the audit log, or stands here by its name with the reason.

Each form of each page is pressed as it stands, then with every field changed; whatever rows that changed, a line must
say so. What no page of this world shows is told as a story. What leaves as a file leaves a line too.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Action, AuditLine
from communities.domain.duplicates import merging
from communities.domain.recruitment import referring
from communities.models import Community, Draft, Kind, Membership, Policies
from meetings.models import Attendance, Note, Recording
from tests import factories as make
from tests.forms import Control, Form, form_on, submit
from tests.test_permissions import ALLAUTH, PUBLIC, TABLE, names
from tests.test_untouched_forms import (  # noqa: F401
    EDIT,
    OUR_APPS,
    Press,
    difference,
    presses_on,
    rows_of,
    standing,
    taken_back,
)

EXEMPT: dict[str, str] = {}


def exempt(reason: str, *wholes: str) -> None:
    EXEMPT.update(dict.fromkeys(wholes, reason))


exempt(
    "a ballot: nothing may say who answered, or when",
    "evaluations:ballot",
    "evaluations:room_ballot",
    "evaluations:annual_ballot",
)
exempt(
    "asked for or allowed from the thanks page of an evaluation: its hour would tell who answered",
    "meetings:answer_icebreaker",
    "meetings:phone_support",
    "meetings:volunteer",
    "communities:give_testimonial",
    "communities:testimonial",
    "communities:change_testimonial",
)
exempt(
    "a manager’s answer, in its own row that says when; it is destroyed with the member’s wish",
    "evaluations:manager_survey",
)
exempt("asks the coordination again to open what one prepares", "communities:propose_draft")
exempt("shows the mail with the words typed so far, and writes nothing", "meetings:invitation_mail")
exempt(
    "the ordinary work of a meeting, whose rows say when; the issue lists none of it",
    "meetings:plan", "meetings:edit", "meetings:agenda", "meetings:cancel", "meetings:tick_check",
    "meetings:move_block", "meetings:entrust_notes", "meetings:copy", "meetings:undo_copy",
    "meetings:plan_preparatory", "meetings:groups", "meetings:logistics", "meetings:keep_agenda",
    "meetings:apply_agenda", "meetings:remove_agenda_model", "meetings:ask_dates", "meetings:choose_date",
    "meetings:close_poll", "meetings:icebreaker", "meetings:icebreaker_topic", "meetings:start", "meetings:next_block",
    "meetings:add_minutes", "meetings:attendance", "meetings:import_attendance", "meetings:apply_attendance",
    "meetings:undo_attendance", "meetings:walk_in", "meetings:guests", "meetings:add_note", "meetings:restore_note",
    "meetings:note", "meetings:delete_note", "meetings:tick_topic", "meetings:topic_vote", "meetings:speaking_turns",
    "meetings:breakouts", "meetings:vote", "meetings:vote_in_room", "meetings:synthesis", "meetings:close",
    "meetings:follow_up", "meetings:complete", "meetings:reflect", "meetings:say_followed_up",
    "meetings:change_feed", "meetings:edit_topic",
    "meetings:decide_topic", "evaluations:open_survey", "evaluations:undo_opening", "evaluations:close_survey",
    "evaluations:aloud", "meetings:confirm_typed", "meetings:read_action",
    "evaluations:keep_topic", "meetings:recording", "meetings:change_recording",
)  # fmt: skip
exempt(
    "what a person says of themselves, in a row of their own that tells when, and that they read in « Mes données »",
    "meetings:vote_dates", "meetings:sign_up", "meetings:needs", "meetings:propose_topic", "meetings:support_topic",
    "meetings:space_topics", "meetings:join", "meetings:join_from_room", "meetings:say_why", "meetings:reply",
    "evaluations:self_assessment", "evaluations:ask_manager", "evaluations:conversation",
    "meetings:check_in", "meetings:space_action", "meetings:space_away", "meetings:space_welcome",
    "meetings:space_refer", "meetings:enter_code", "meetings:room", "communities:come_back", "communities:join",
    "communities:referral", "communities:apply", "communities:introduction", "communities:acknowledge_rules",
    "communities:rules_link", "communities:propose_objective",
)  # fmt: skip
exempt(
    "of one's own account: language, sessions, links, mails one wants",
    "accounts:settings", "accounts:sign_out_everywhere", "accounts:close_links", "accounts:language",
    "outbox:unsubscribe", "outbox:preferences", "meetings:close_space",
)  # fmt: skip
exempt(
    "writes mails and nothing else: the outbox keeps each, with its reason",
    "meetings:remind_poll", "meetings:invite", "meetings:resend_follow_up", "meetings:try_follow_up",
    "meetings:send_space_link", "meetings:space_door", "communities:alumni", "communities:remind_rules",
    "communities:invite_members", "communities:letters", "communities:ask_testimonials",
    "evaluations:send_charter_again", "communities:tell_common_needs", "meetings:ask_expectations",
)  # fmt: skip
exempt(
    "its own row keeps who and when, for as long as the community is kept",
    "communities:dismiss_alert", "communities:restore_alert", "communities:review_objectives", "communities:keep_apart",
    "communities:use_testimonial", "communities:edit_testimonial",
    "communities:introductions", "communities:create_call", "communities:edit_call",
    "communities:score_application", "communities:decide_application", "evaluations:rate_factor",
    "evaluations:note_influence", "evaluations:remove_influence",
    "evaluations:write_report", "evaluations:words_to_members", "evaluations:prepare_campaign",
    "evaluations:prepare_alumni",
    "evaluations:open_campaign",
    "evaluations:close_campaign", "evaluations:mark_campaign_read", "evaluations:delete_campaign",
    "evaluations:campaigns_together", "evaluations:launch_campaign", "evaluations:take_back_launch",
)  # fmt: skip
exempt(
    "read and corrected before anything is written of anybody: the press that applies it leaves the line",
    "communities:import_members", "communities:correct_reading", "communities:choose_lines", "evaluations:models",
)  # fmt: skip
exempt(
    "the register of a community, that its members write together: organisations, outcomes, needs, practices",
    "communities:edit_organisation", "communities:add_outcome", "communities:edit_outcome",
    "communities:remove_outcome", "communities:restore_outcome", "communities:add_need", "communities:edit_need",
    "communities:settle_need", "communities:join_need", "communities:leave_need", "communities:split_need",
    "communities:remove_need", "communities:restore_need", "communities:add_practice", "communities:edit_practice",
    "communities:remove_practice", "communities:restore_practice",
)  # fmt: skip
exempt(
    "added and removed by those who lead, and no personal information: partners, budget, sub-groups",
    "communities:add_partner", "communities:end_partner", "communities:remove_partner", "communities:budget",
    "communities:remove_budget_line", "communities:subgroups", "communities:group_by_region",
    "communities:subgroup", "communities:remove_subgroup",
)  # fmt: skip

WRITING = sorted(name for name, line in TABLE.items() if "POST" in line.methods and line.of != "demo")
ASKED = [name for name in WRITING if name not in EXEMPT]
# Where its form stands, when it is not a page of that name.
PAGE_OF = {
    "communities:apply_profile": "communities:policies",
    "communities:apply_import": "communities:import_preview",
    "communities:undo_import": "communities:import_preview",
    "communities:change_members": "communities:members",
    "communities:undo_merge": "communities:duplicates",
    "communities:forget_representation": "communities:representation",
    "communities:handle_destruction": "communities:destruction",
    "communities:name_stand_in": "communities:destruction",
    "meetings:consent": "meetings:phone",
    "meetings:note_consent": "meetings:recording",
    "meetings:destroy_recording": "meetings:recordings",
    "meetings:publish_minutes": "meetings:minutes",
    "meetings:send_follow_up": "meetings:follow_up",
    "meetings:space_destruction": "meetings:space_data",
    "meetings:served_destruction": "meetings:served_person",
    "evaluations:apply_models": "evaluations:models",
    "evaluations:copy_own_questions": "evaluations:own_questions",
    "evaluations:remove_own_question": "evaluations:own_questions",
    "evaluations:publish_report": "evaluations:write_report",
    "evaluations:sort_suggestion": "evaluations:improvements",
    "evaluations:destroy_follow_up": "evaluations:follow_up",
}


# ---------------------------------------------------------------- pressing


def altered(form: Form, wanted: Callable[[Control], bool]) -> Form:
    """The fields wanted, among those a person may fill, filled otherwise."""
    radios: dict[str, Control] = {}
    for control in form.fields:
        if control.name and not control.is_disabled and control.type != "hidden" and wanted(control):
            _alter(control, radios)
    return form


def _alter(control: Control, radios: dict) -> None:
    if control.type == "file":
        return
    if control.type == "checkbox":
        control.is_ticked = not control.is_ticked
    elif control.type == "radio":
        radios.setdefault(control.name, control)
        control.is_ticked = control is radios[control.name] if not control.is_ticked else False
    elif control.type == "select":
        others = [value for value in control.options if value and value not in control.sent()]
        control.chosen = others[:1] or control.sent()
    elif control.type in ("text", "textarea") and "readonly" not in control.node.attributes:
        control.typed = (control.sent() or [""])[0].strip() + " autrement"
    elif control.type == "number":
        control.typed = str(int((control.sent() or ["0"])[0] or 0) + 1)


def pressed(client, press: Press) -> tuple[list[str], list[str]]:
    """The rows that changed, and the acts that were written, all taken back."""
    with taken_back() as around:
        last = AuditLine.objects.first()
        with CaptureQueriesContext(connection) as asked:
            press.form.press(client, press.button, checks=False)
        sql = " ".join(q["sql"] for q in asked)
        tables = {t for t in re.findall(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', sql) if t.startswith(OUR_APPS)}
        after = {table: rows_of(table) for table in tables}
        written = AuditLine.objects.filter(pk__gt=last.pk if last else 0).values_list("action", flat=True)
        written = list(written)
        around.undo()
    changed = [
        f"{table}: {one}"
        for table in sorted(tables)
        for one in difference(rows_of(table), after[table])
        if not table.startswith(("accounts_audit", "outbox_message"))
    ]
    return changed, written


def presses_of(world, name: str) -> Iterator[tuple[str, Press]]:
    page = PAGE_OF.get(name, name)
    if page not in TABLE or "GET" not in TABLE[page].methods:
        return
    seen = set()
    for role, address in world.visits(page):
        for press in presses_on(world.client(role).get(address)):
            if press.view == name and (role, press.shape) not in seen:
                seen.add((role, press.shape))
                yield role, press


def variants(world, name: str) -> Iterator[tuple[str, Press]]:
    """Each press as it stands, then with every field changed, then with each of them alone."""
    for role, press in presses_of(world, name):
        yield role, press
    for role, press in presses_of(world, name):
        altered(press.form, lambda control: True)
        yield role, press
    for role, press in presses_of(world, name):
        for wanted in sorted({c.name for c in press.form.fields if c.type != "hidden" and c.name}):
            page = world.client(role).get(press.form.here)
            same = next((p for p in presses_on(page) if p.shape == press.shape), None)
            if same:
                altered(same.form, lambda control, wanted=wanted: control.name == wanted)
                yield role, same


@pytest.mark.parametrize("name", sorted(set(ASKED)))
def test_what_changes_something_leaves_a_line(name, standing, db):  # noqa: F811
    tell = STORIES.get(name)
    wrote, silent = bool(tell), []
    for role, press in [] if tell else variants(standing, name):
        changed, written = pressed(standing.client(role), press)
        silent += [f"{role} « {press.key} »: {changed[:3]}"] if changed and not written else []
        wrote = wrote or bool(changed and written)
        if wrote and press.kind == EDIT:
            break
    assert not silent, "\n".join(silent)
    assert wrote, f"{name}: no press changed anything; tell it as a story"


# ---------------------------------------------------------------- stories


def add_incident(world):
    told = dict.fromkeys(("information", "circumstances", "sensitivity", "consequences", "likelihood"), "Dit")
    told |= {"known_on": timezone.localdate().isoformat(), "is_serious": "False"}
    submit(world.client("OP"), reverse("communities:add_incident"), told)


def parental_consent(world):
    page = world.own.address("communities:parental_consent", "membership")
    told = {"parent_name": "Solange Hébert", "signed_on": timezone.localdate().isoformat(), "received_as": "paper"}
    submit(world.client("FA"), page, told)


def create(world):
    page = reverse("communities:create") + "?profile=open"
    submit(world.client("PC"), page, {"name": "Groupe des Vingt", "facilitates": True})


def open_draft(world):
    community, client = world.own.community, world.client("PC")
    Community.objects.filter(pk=community.pk).update(status=Community.Status.DRAFT)
    Draft.write(community, prepared_by=world.people["FA"])
    page = client.get(world.own.address("communities:detail", "community"))
    form_on(page, button="do=open").press(client, "do=open")


def delete_draft(world):
    community, client = world.own.community, world.client("FA")
    Community.objects.filter(pk=community.pk).update(status=Community.Status.DRAFT)
    Draft.write(community, prepared_by=world.people["FA"])
    submit(client, world.own.address("communities:delete_draft", "community"))


def foresee(world):
    submit(
        world.client("FA"), world.own.address("communities:foreseen_evaluation", "community"), {"is_foreseen": "yes"}
    )


def change_members(world):
    client, page = world.client("FA"), world.own.address("communities:members", "community")
    submit(client, submit(client, page, {"people": [world.own.represented.pk], "change": "status:invited"}))


def hand_over(world):
    client, page = world.client("FA"), world.own.address("communities:hand_over", "community")
    chosen = {"members": [world.own.membership.pk], "ends_on": timezone.localdate().isoformat()}
    submit(client, submit(client, page, chosen), button="confirm=1")


def undo_hand_over(world):
    hand_over(world)
    undo = world.own.address("communities:undo_hand_over", "community")
    submit(world.client("PC"), world.own.address("communities:life", "community"), action=undo)


def replace(world):
    told = {"first_name": "Amel", "on": timezone.localdate().isoformat(), "stays": "no"}
    submit(world.client("FA"), reverse("communities:replace_representative", args=[world.own.represented.pk]), told)


def name_substitute(world):
    told = {"first_name": "Béa", "on": timezone.localdate().isoformat()}
    submit(world.client("FA"), reverse("communities:name_substitute", args=[world.own.represented.pk]), told)


def turn_down(world):
    told = {"first_name": "Paul", "last_name": "M", "email": "paul@ex.quebec", "language": "en", "organisation": ""}
    referring.answer_link(referring.make(world.own.membership), **told)
    paul = Membership.objects.get(user__email="paul@ex.quebec")
    page = world.own.address("communities:invite_members", "community")
    submit(world.client("FA"), page, action=reverse("communities:turn_down", args=[paul.pk]))


def undo_import(world):
    client, of = world.client("FA"), [world.own.read_list.pk]
    page = reverse("communities:import_preview", args=of)
    submit(client, page, action=reverse("communities:apply_import", args=of))
    submit(client, page, action=reverse("communities:undo_import", args=of))


def apply_models(world):
    client = world.client("FA")
    make.a_rule(world.own.community, "Une règle de plus.", theme="confidentiality")
    left = client.get(world.own.address("evaluations:export_models", "community")).content
    world.own.community.rules.all().delete()
    page = world.own.address("evaluations:models", "community")
    shown = submit(client, page, {"file": SimpleUploadedFile("m.json", left)})
    submit(client, shown, action=world.own.address("evaluations:apply_models", "community"))


def publish_report(world):
    client, year = world.client("FA"), world.own
    submit(client, year.address("evaluations:write_report", "year"), {"correction": "Une coquille."})
    page = year.address("evaluations:before_publishing", "year")
    submit(client, page, action=year.address("evaluations:publish_report", "year"))


def destroy_recording(world):
    Recording.objects.filter(pk=world.own.recording.pk).update(started_at=timezone.now())
    action = world.own.address("meetings:destroy_recording", "recording")
    submit(world.client("FA"), reverse("meetings:recordings"), action=action)


def note_consent(world):
    Attendance.objects.create(meeting=world.own.meeting, membership=world.own.membership, status="present")
    page = world.own.address("meetings:recording", "meeting")
    submit(world.client("FA"), page, holding={"membership": world.own.membership.pk}, button="agrees=yes")


def publish_minutes(world):
    held = world.meetings["held"]
    make.say_of(held, minutes_level="full")
    Community.objects.filter(pk=held.community_id).update(minutes_level="full")
    page = reverse("meetings:minutes", args=[held.pk])
    submit(world.client("FA"), page, action=reverse("meetings:publish_minutes", args=[held.pk]))
    assert AuditLine.objects.first().action == Action.PUBLISHED
    submit(world.client("FA"), page, button="withdraw=1")


def send_follow_up(world):
    held = world.meetings["held"]
    page, action = (reverse(f"meetings:{name}", args=[held.pk]) for name in ("follow_up", "send_follow_up"))
    submit(world.client("FA"), page, {"text": "Mes mots"}, action=action)


def write_analysis(world):
    page = world.own.address("communities:anonymisation", "anonymisation")
    told = {"analysed_on": timezone.localdate().isoformat(), "analysis": "Personne n’a pu être reconnu."}
    submit(world.client("OP"), page, told)


def decide_sentence(world):
    named = world.own.destruction.user.full_name
    Note.objects.filter(pk=world.own.note.pk).update(text=f"{named} a raconté son arrivée.")
    page = world.own.address("communities:destruction", "destruction")
    action = world.own.address("communities:decide_sentence", "destruction")
    submit(world.client("OP"), page, {"reason": "Elle l’a demandé ainsi."}, action=action, button="keep")


def undo_merge(world):
    one, two = (make.a_member(world.own.community, make.a_person("Rosalie", name)).user for name in ("Roi", "Roy"))
    done = merging.merge(Kind.PERSON, one, two, taken=[], by=world.people["FA"])
    page = reverse("communities:duplicates")
    submit(world.client("FA"), page, action=reverse("communities:undo_merge", args=[done.pk]))


def put_back(world):
    """What was just removed, by the « Annuler » beside it."""
    address = world.own.address("communities:remove_budget_line", "budget line")
    page = submit(world.client("FA"), address, follow=True)
    submit(world.client("FA"), page, action=reverse("communities:put_back"), button="undo")


def copy_community(world):
    page = world.own.address("evaluations:models", "community")
    return submit(
        world.client("PC"), page, action=world.own.address("evaluations:copy_community", "community"), follow=True
    )


def undo_copied_community(world):
    submit(world.client("PC"), copy_community(world), button="undo")


def copy_own_questions(world):
    sister, page = world.places["sister"], world.own.address("evaluations:own_questions", "community")
    action = world.own.address("evaluations:copy_own_questions", "community")
    submit(world.client("PC"), page, action=action, holding={"source": sister.community.pk})


def take_back_version(world):
    client, address = world.client("PC"), world.own.address("evaluations:make_version", "questionnaire")
    page = submit(client, address, {"R7-is_asked": False}, follow=True)
    submit(client, page, button="undo")


def plan_follow_up(world):
    joined = timezone.localdate() - dt.timedelta(days=300)
    silent = make.a_member(world.own.community, joined_on=joined)
    for days in (60, 30):
        start = timezone.now() - dt.timedelta(days=days)
        make.a_meeting(world.own.community, start, closed_at=start)
    client = world.client("FA")
    form_on(client.get(follow_ups(world)), holding={"membership": silent.pk}).press(client)


def say_offered(world):
    Policies.write(world.own.community, follow_up_policy="everyone")
    aloud = world.own.address("evaluations:say_offered", "community")
    submit(world.client("FA"), follow_ups(world), {"people": [world.own.represented.pk]}, action=aloud)


def follow_ups(world):
    return world.own.address("evaluations:follow_ups", "community")


def name_reader(world):
    submit(world.client("FA"), world.own.follow_up.get_absolute_url(), {"reader": world.people["PC"].pk})


def remove_reader(world):
    name_reader(world)
    client, row = world.client("FA"), world.own.follow_up.readers.get()
    form_on(client.get(world.own.follow_up.get_absolute_url()), holding={"reader": row.pk}).press(client)


def pass_on(world):
    submit(world.client("FA"), world.own.follow_up.get_absolute_url(), {"words": "Une crainte", "becomes": "topic"})


def open_follow_ups(world):
    told = {"membership": world.own.membership.pk, "because": "Quelqu’un pourrait être en danger"}
    submit(world.client("PC"), world.own.address("evaluations:open_follow_ups", "community"), told)


def finish_next_step(world):
    world.own.follow_up.next_step = "La rappeler"
    world.own.follow_up.save()
    client, done = world.client("FA"), reverse("evaluations:finish_next_step", args=[world.own.follow_up.pk])
    form_on(client.get(follow_ups(world)), action=done).press(client)


def answer_request(world):
    asked = make.a_request(world.own.membership)
    client = world.client("FA")
    form_on(client.get(follow_ups(world)), holding={"request": str(asked.pk)}).press(client)


def offer_to_all(world):
    Policies.write(world.own.community, follow_up_policy="everyone")
    submit(world.client("FA"), follow_ups(world), action=world.own.address("evaluations:offer_to_all", "community"))


def offer_times(world):
    day = timezone.localdate() + dt.timedelta(days=3)
    told = {"day_1": day, "starts_1": "13:30", "mode": "phone", "where": "514 555-0123"}
    submit(world.client("FA"), world.own.follow_up.get_absolute_url(), told)


def call_off(world):
    make.a_time(world.own.follow_up, is_chosen=True)
    client, off = world.client("FA"), reverse("evaluations:call_off_conversation", args=[world.own.follow_up.pk])
    form_on(client.get(world.own.follow_up.get_absolute_url()), action=off).press(client)


def retain_cause(world):
    client, page = world.client("FA"), world.own.address("evaluations:diagnosis", "community")
    form_on(client.get(page), holding={"action": "review"}).press(client)


def send_word_template(world):
    page = world.own.address("communities:word_template", "programme")
    submit(world.client("PC"), page, {"file": SimpleUploadedFile("papier.docx", make.a_word_document("Nous"))})


def remove_word_template(world):
    page, remove = (world.own.address(f"communities:{name}", "programme") for name in WORD_TEMPLATE)
    submit(world.client("PC"), page, action=remove)


WORD_TEMPLATE = ("word_template", "remove_word_template")
STORIES = {
    "communities:word_template": (send_word_template, Action.SETTINGS_CHANGED),
    "communities:remove_word_template": (remove_word_template, Action.SETTINGS_CHANGED),
    "evaluations:retain_cause": (retain_cause, Action.SETTINGS_CHANGED),
    "evaluations:offer_to_all": (offer_to_all, Action.FOLLOW_UP_WRITTEN),
    "evaluations:offer_times": (offer_times, Action.FOLLOW_UP_WRITTEN),
    "evaluations:call_off_conversation": (call_off, Action.FOLLOW_UP_WRITTEN),
    "evaluations:answer_request": (answer_request, Action.FOLLOW_UP_WRITTEN),
    "evaluations:plan_follow_up": (plan_follow_up, Action.FOLLOW_UP_WRITTEN),
    "evaluations:say_offered": (say_offered, Action.FOLLOW_UP_WRITTEN),
    "evaluations:finish_next_step": (finish_next_step, Action.FOLLOW_UP_WRITTEN),
    "evaluations:name_follow_up_reader": (name_reader, Action.FOLLOW_UP_SHARED),
    "evaluations:remove_follow_up_reader": (remove_reader, Action.FOLLOW_UP_UNSHARED),
    "evaluations:pass_on": (pass_on, Action.FOLLOW_UP_PASSED_ON),
    "evaluations:open_follow_ups": (open_follow_ups, Action.FOLLOW_UP_OPENED),
    "evaluations:copy_own_questions": (copy_own_questions, Action.SETTINGS_CHANGED),
    "evaluations:take_back_version": (take_back_version, Action.SETTINGS_CHANGED),
    "evaluations:copy_community": (copy_community, Action.CREATED),
    "evaluations:undo_copied_community": (undo_copied_community, Action.CREATED),
    "communities:parental_consent": (parental_consent, Action.PARENT_CONSENTED),
    "communities:add_incident": (add_incident, Action.INCIDENT_WRITTEN),
    "communities:create": (create, Action.ROLE_GIVEN),
    "communities:open_draft": (open_draft, Action.STATE_CHANGED),
    "communities:delete_draft": (delete_draft, Action.DELETED),
    "communities:foreseen_evaluation": (foresee, Action.SETTINGS_CHANGED),
    "communities:change_members": (change_members, Action.PERSON_CORRECTED),
    "communities:hand_over": (hand_over, Action.STATE_CHANGED),
    "communities:undo_hand_over": (undo_hand_over, Action.STATE_CHANGED),
    "communities:replace_representative": (replace, Action.PERSON_CORRECTED),
    "communities:name_substitute": (name_substitute, Action.PERSON_CORRECTED),
    "communities:anonymisation": (write_analysis, Action.ANALYSIS_WRITTEN),
    "communities:decide_sentence": (decide_sentence, Action.DESTRUCTION_SENTENCE),
    "communities:turn_down": (turn_down, Action.PERSON_CORRECTED),
    "communities:undo_import": (undo_import, Action.LIST_UNDONE),
    "communities:put_back": (put_back, Action.SETTINGS_CHANGED),
    "communities:undo_merge": (undo_merge, Action.MERGE_UNDONE),
    "evaluations:apply_models": (apply_models, Action.SETTINGS_CHANGED),
    "evaluations:publish_report": (publish_report, Action.PUBLISHED),
    "meetings:destroy_recording": (destroy_recording, Action.RECORDING_DESTROYED),
    "meetings:note_consent": (note_consent, Action.CONSENT_GIVEN),
    "meetings:publish_minutes": (publish_minutes, Action.PUBLISHED),
    "meetings:send_follow_up": (send_follow_up, Action.PUBLISHED),
}


@pytest.mark.parametrize("name", sorted(STORIES))
def test_a_story_ends_with_its_line(name, standing, db):  # noqa: F811
    story, action = STORIES[name]
    with taken_back() as around:
        story(standing)
        last = AuditLine.objects.first()
        around.undo()
    assert last is not None, "no line"
    assert last.action == action
    assert name in ASKED


# ---------------------------------------------------------------- what leaves as a file

NO_PERSON = "says nothing of anybody"
FILES_EXEMPT = {
    "meetings:poster": NO_PERSON,
    "meetings:agenda_pdf": NO_PERSON,
    "meetings:agenda_in_word": NO_PERSON,
    "communities:rules_in_word": NO_PERSON,
    "communities:word_template_file": NO_PERSON,
    "evaluations:questionnaire_in_word": NO_PERSON,
    "communities:call_poster": "the call as its public form says it, with whom to write to",
    "communities:partner_logo": NO_PERSON,
    "evaluations:report_logo": NO_PERSON,
    "evaluations:follow_up_guide": NO_PERSON,
    "meetings:calendar": "one meeting for one’s own calendar",
    "meetings:feed": "read by calendar programs every hour, by an address that is one’s own",
    "meetings:phone_calendar": "one meeting for one’s own calendar",
    "meetings:phone_minutes_pdf": "published minutes, read by the member they were published for",
    "evaluations:report_pdf": "no file is drawn in this world; `evaluations.domain.reports` writes it where one is",
    "evaluations:download_archive": "no file is made in this world; `evaluations.web.archives` writes it likewise",
}


@pytest.mark.parametrize("name", [n for n, line in TABLE.items() if "GET" in line.methods and line.of != "demo"])
def test_what_leaves_as_a_file_leaves_a_line(name, standing, db):  # noqa: F811
    line = TABLE[name]
    role = next((r for r in ("FA", "PC", "OP", "AD", "RD") if r in line.roles.split()), "AN")
    role = "AN" if line.roles == PUBLIC and line.of != "none" else role
    with taken_back() as around:
        last = AuditLine.objects.first()
        answer = standing.client(role).get(standing.own.address(name, line.of))
        is_file = answer.status_code == 200 and "html" not in answer.get("Content-Type", "")
        is_file = is_file and bool(answer.get("Content-Disposition") or answer.get("Content-Type"))
        written = AuditLine.objects.filter(pk__gt=last.pk if last else 0).exists()
        around.undo()
    assert not is_file or written or name in FILES_EXEMPT


def test_the_exemptions_are_of_addresses_that_exist():
    assert sorted(set(EXEMPT) - set(WRITING)) == []
    assert all(EXEMPT.values())
    acts = {name for name in names() if not name.startswith(ALLAUTH)}  # allauth's are of one's own account
    assert set(WRITING) <= acts
