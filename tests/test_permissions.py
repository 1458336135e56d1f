"""Every address × every role × own, sister and other community × every method, against the expected table.

The addresses come from Django's own resolver: one without a line in `TABLE` fails. Roles are those of the project's
permission table: AN nobody signed in · TK the holder of a personal link, not signed in · ME member as an individual ·
RD member for an organisation · NT note-taker · FA facilitator · FX external facilitator · CO member who co-facilitates
this meeting · PC coordinator of the programme · EV external evaluator · AD platform administrator · OP privacy officer.
"""

import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import pytest
from django.conf import settings
from django.contrib.sessions.backends.cached_db import KEY_PREFIX
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve, reverse
from django.utils import timezone

from communities.domain.charter import rules_links
from communities.domain.lifecycle import alumni_invitations
from communities.domain.members import introducing
from communities.domain.recruitment import recruiting, referring
from communities.domain.testimonials import links as testimonial_links
from communities.models import (
    Anonymisation,
    DestructionRequest,
    Introduction,
    Kind,
    MemberImport,
    Merge,
    Representation,
    Role,
)
from evaluations.domain import manager_opinions
from evaluations.domain.campaigns import links as campaign_links
from evaluations.domain.follow_ups import links as conversation_links
from evaluations.domain.reports import members_links
from evaluations.domain.surveys import questionnaires
from evaluations.models import AnnualReport, Questionnaire
from meetings.domain import polls
from meetings.domain.invitations import signing_up
from meetings.domain.links import links, visitors
from meetings.models import AttendanceImport, CalendarFeed, Note, Recording, WarmUpAnswer
from tests import factories as make

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
READ_OR_ACT = ["GET", "POST"]
ABROAD = [("sister", "GET"), ("other", "POST"), ("sister", "POST"), ("other", "GET")]
INSIDE = "ME RD NT FA FX CO PC EV"  # who may read the community at all
CALENDAR = "ME RD NT FA FX CO PC"  # who has a calendar to fill
REPORTS = "ME RD FA CO PC EV"  # who reads annual reports, once published
EVERYONE = INSIDE + " AD OP"  # everyone signed in
LEAD = "FA FX PC"
LEAD_FOR_GOOD = "FA PC"
MEMBERS = "ME RD CO"
PREPARE = LEAD + " CO"  # a member who co-facilitates this very meeting (C8)
RUN = "FA FX NT CO"
ANIMATE = "FA FX"  # to whom the drafts of a meeting belong, with its note-taker
PUBLIC = "AN TK " + EVERYONE

# What is seen by fewer people than the community: what is not in one's directory, or not one's own, does not exist.
SEEN_BY = {
    "organisation": "ME RD NT FA FX CO PC AD",
    "pair": LEAD_FOR_GOOD,
    "testimonial": LEAD_FOR_GOOD,
    "merge": "FA",
    "minutes": "FA FX NT CO",  # until they are published
    "recording": "FA PC AD",
    "destruction": "PC AD OP",
    "call": "FA PC RD",  # RD is named as a reader
    "application": "FA PC RD",
    "follow-up": "FA",  # its author
}


@dataclass
class Line:
    """What one address answers. `of` names the thing its number designates, in each of the three communities:
    a community is seen by administrators too, what is inside it is not. `none` is for addresses without a number."""

    of: str
    methods: str
    roles: str
    published: str = field(default="")


TABLE = {
    "privacy": Line("none", "GET", PUBLIC),
    "style": Line("demo", "GET", ""),
    # today, account
    "evaluations:today": Line("none", "GET", EVERYONE),
    "evaluations:bell": Line("none", "GET", EVERYONE),
    "accounts:settings": Line("none", "GET POST", EVERYONE),
    "accounts:sign_out_everywhere": Line("none", "POST", EVERYONE),
    "accounts:close_links": Line("none", "POST", EVERYONE),
    "accounts:language": Line("none", "POST", PUBLIC),
    "accounts:demo": Line("demo", "GET", ""),
    # mail
    "outbox:unsubscribe": Line("unsubscribe", "GET POST", PUBLIC),
    "outbox:mailbox": Line("demo", "GET", ""),
    "outbox:message": Line("demo", "GET", ""),
    "outbox:message_page": Line("demo", "GET", ""),
    "outbox:message_calendar": Line("demo", "GET", ""),
    "outbox:preferences": Line("none", "GET POST", EVERYONE),
    # communities
    "communities:list": Line("none", "GET", EVERYONE),
    "communities:create": Line("none", "GET POST", "FA PC AD"),  # whoever facilitates prepares one
    "communities:detail": Line("community", "GET", EVERYONE),
    "communities:edit": Line("community", "GET POST", LEAD),
    "communities:settings": Line("community", "GET", LEAD),
    "communities:policies": Line("community", "GET POST", LEAD),
    "communities:apply_profile": Line("community", "POST", LEAD),
    "communities:record": Line("community", "GET POST", LEAD),
    "communities:resource_persons": Line("community", "GET POST", LEAD),
    "communities:team_building_steps": Line("community", "GET POST", LEAD),
    "communities:programme": Line("programme", "GET", INSIDE),
    "communities:edit_programme": Line("programme", "GET POST", "PC"),
    "communities:word_template": Line("programme", "GET POST", "PC"),
    "communities:word_template_file": Line("programme", "GET", "PC"),
    "communities:remove_word_template": Line("programme", "POST", "PC"),
    "communities:put_back": Line("none", "POST", EVERYONE),
    "communities:dismiss_alert": Line("community", "POST", LEAD),
    "communities:restore_alert": Line("set aside", "POST", LEAD),
    "communities:life": Line("community", "GET POST", "FA PC AD"),
    "communities:open_draft": Line("community", "POST", "PC"),
    "communities:propose_draft": Line("community", "POST", ""),  # whoever prepares it: see test_drafts
    "communities:delete_draft": Line("community", "GET POST", ""),  # the same
    "communities:hand_over": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:undo_hand_over": Line("community", "POST", "PC"),
    "communities:alumni": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:come_back": Line("come back", "GET POST", PUBLIC),
    "communities:objectives": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:review_objectives": Line("community", "POST", LEAD_FOR_GOOD),
    "communities:excluded_expectations": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:propose_objective": Line("community", "GET POST", LEAD + " " + MEMBERS),
    "communities:objective_proposal": Line("proposed objective", "GET POST", LEAD_FOR_GOOD),
    "communities:charter": Line("community", "GET", INSIDE),
    "communities:rules_in_word": Line("community", "GET", INSIDE),
    "communities:rules": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:acknowledge_rules": Line("community", "POST", MEMBERS),
    "communities:remind_rules": Line("community", "POST", LEAD),
    "communities:rules_link": Line("rules link", "GET POST", PUBLIC),
    "communities:roles": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:members": Line("community", "GET", "ME RD NT FA FX CO PC AD"),
    "communities:add_member": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:invite_members": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:turn_down": Line("membership", "POST", LEAD_FOR_GOOD),
    "communities:expectations": Line("community", "GET", LEAD),
    "communities:common_needs": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:tell_common_needs": Line("community", "POST", LEAD_FOR_GOOD),
    "communities:recruitment": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:join": Line("join link", "GET POST", PUBLIC),
    "communities:referral": Line("referral link", "GET POST", PUBLIC),
    "communities:calls": Line("community", "GET", LEAD_FOR_GOOD),
    "communities:create_call": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:call": Line("call", "GET", SEEN_BY["call"]),
    "communities:edit_call": Line("call", "GET POST", LEAD_FOR_GOOD),
    "communities:call_poster": Line("call", "GET", LEAD_FOR_GOOD),
    "communities:letters": Line("call", "GET POST", LEAD_FOR_GOOD),
    "communities:application": Line("application", "GET", SEEN_BY["application"]),
    "communities:score_application": Line("application", "POST", "FA RD"),
    "communities:decide_application": Line("application", "POST", LEAD_FOR_GOOD),
    "communities:apply": Line("public form", "GET POST", PUBLIC),
    "communities:change_members": Line("community", "POST", LEAD_FOR_GOOD),
    "communities:import_members": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:export_members": Line("community", "GET", LEAD_FOR_GOOD),
    "communities:import_preview": Line("import", "GET", LEAD_FOR_GOOD),
    "communities:correct_reading": Line("import", "POST", LEAD_FOR_GOOD),
    "communities:choose_lines": Line("import", "POST", LEAD_FOR_GOOD),
    "communities:apply_import": Line("import", "POST", LEAD_FOR_GOOD),
    "communities:import_progress": Line("import", "GET", LEAD_FOR_GOOD),
    "communities:undo_import": Line("import", "POST", LEAD_FOR_GOOD),
    "communities:export_skipped": Line("import", "GET", LEAD_FOR_GOOD),
    "communities:introductions": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:testimonials": Line("community", "GET", LEAD_FOR_GOOD),
    "communities:ask_testimonials": Line("community", "GET POST", LEAD_FOR_GOOD),
    "communities:testimonials_across": Line("none", "GET", "PC"),
    "communities:use_testimonial": Line("testimonial", "POST", LEAD_FOR_GOOD),
    "communities:edit_testimonial": Line("testimonial", "GET POST", LEAD_FOR_GOOD),
    "communities:give_testimonial": Line("testimonial form", "GET POST", PUBLIC),
    "communities:testimonial": Line("own testimonial", "GET POST", PUBLIC),
    "communities:change_testimonial": Line("own testimonial", "GET POST", PUBLIC),
    "communities:diversity": Line("community", "GET", INSIDE),
    "communities:introduction": Line("introduction", "GET POST", PUBLIC),
    "communities:people": Line("none", "GET", EVERYONE),
    "communities:membership": Line("membership", "GET POST", LEAD_FOR_GOOD),
    "communities:parental_consent": Line("membership", "GET POST", LEAD_FOR_GOOD),
    "meetings:member_data": Line("membership", "GET", LEAD_FOR_GOOD),
    "communities:representation": Line("membership", "GET POST", LEAD_FOR_GOOD),
    "communities:forget_representation": Line("representation", "POST", LEAD_FOR_GOOD),
    "communities:replace_representative": Line("membership", "GET POST", LEAD_FOR_GOOD),
    "communities:name_substitute": Line("membership", "GET POST", LEAD_FOR_GOOD),
    "communities:organisations": Line("none", "GET", EVERYONE),
    "communities:organisation": Line("organisation", "GET", SEEN_BY["organisation"]),
    "communities:edit_organisation": Line("organisation", "GET POST", LEAD_FOR_GOOD),
    "communities:duplicates": Line("none", "GET", LEAD_FOR_GOOD),
    "communities:merge": Line("pair", "GET POST", LEAD_FOR_GOOD),
    "communities:keep_apart": Line("pair", "POST", LEAD_FOR_GOOD),
    "communities:undo_merge": Line("merge", "POST", "FA"),
    # outcomes
    "communities:outcomes": Line("community", "GET", INSIDE),
    "communities:add_outcome": Line("community", "GET POST", LEAD + " " + MEMBERS),
    "communities:export_outcomes": Line("community", "GET", LEAD),
    "communities:outcome": Line("outcome", "GET", INSIDE),
    "communities:edit_outcome": Line("outcome", "GET POST", LEAD + " " + MEMBERS),
    "communities:remove_outcome": Line("outcome", "POST", LEAD + " " + MEMBERS),
    "communities:restore_outcome": Line("outcome", "POST", LEAD + " " + MEMBERS),
    "communities:needs": Line("community", "GET", LEAD + " NT " + MEMBERS),
    "communities:add_need": Line("community", "GET POST", LEAD + " " + MEMBERS),
    "communities:need": Line("need", "GET", LEAD + " NT " + MEMBERS),
    "communities:edit_need": Line("need", "GET POST", LEAD + " " + MEMBERS),
    "communities:settle_need": Line("need", "POST", LEAD + " " + MEMBERS),
    "communities:join_need": Line("need", "POST", LEAD + " " + MEMBERS),
    "communities:leave_need": Line("party", "POST", LEAD + " " + MEMBERS),
    "communities:split_need": Line("need", "GET POST", LEAD + " " + MEMBERS),
    "communities:export_split": Line("need", "GET", LEAD + " NT " + MEMBERS),
    "communities:remove_need": Line("need", "POST", LEAD + " " + MEMBERS),
    "communities:restore_need": Line("need", "POST", LEAD + " " + MEMBERS),
    "communities:practices": Line("community", "GET", INSIDE),
    "communities:add_practice": Line("community", "GET POST", LEAD + " " + MEMBERS),
    "communities:print_practices": Line("community", "GET", INSIDE),
    "communities:practice_card": Line("practice card", "GET", INSIDE),
    "communities:edit_practice": Line("practice card", "GET POST", LEAD + " " + MEMBERS),
    "communities:remove_practice": Line("practice card", "POST", LEAD + " " + MEMBERS),
    "communities:restore_practice": Line("practice card", "POST", LEAD + " " + MEMBERS),
    # partners, budget, sub-groups
    "communities:partners": Line("community", "GET", LEAD),
    "communities:add_partner": Line("community", "GET POST", LEAD),
    "communities:partner": Line("partner", "GET POST", LEAD),
    "communities:end_partner": Line("partner", "POST", LEAD),
    "communities:remove_partner": Line("partner", "GET POST", LEAD),
    "communities:partner_logo": Line("logo", "GET", INSIDE),
    "communities:foreseen_evaluation": Line("community", "GET POST", LEAD),
    "communities:budget": Line("community", "GET POST", LEAD),
    "communities:export_budget": Line("community", "GET", LEAD),
    "communities:budget_line": Line("budget line", "GET POST", LEAD),
    "communities:remove_budget_line": Line("budget line", "GET POST", LEAD),
    "communities:subgroups": Line("community", "GET POST", LEAD),
    "communities:group_by_region": Line("community", "POST", LEAD),
    "communities:subgroup": Line("sub-group", "GET POST", LEAD),
    "communities:remove_subgroup": Line("sub-group", "GET POST", LEAD),
    # meetings
    "meetings:list": Line("none", "GET", EVERYONE),
    "meetings:of_community": Line("community", "GET", INSIDE),
    "meetings:plan": Line("community", "GET POST", LEAD),
    "meetings:year": Line("community", "GET", INSIDE),
    "meetings:ask_expectations": Line("community", "POST", LEAD),
    "meetings:ask_dates": Line("community", "GET POST", LEAD),
    "meetings:date_poll": Line("date poll", "GET", LEAD),
    "meetings:remind_poll": Line("date poll", "POST", LEAD),
    "meetings:choose_date": Line("date poll", "POST", LEAD),
    "meetings:close_poll": Line("date poll", "POST", LEAD),
    "meetings:vote_dates": Line("ballot of dates", "GET POST", PUBLIC),
    "meetings:sign_up": Line("open training", "GET POST", PUBLIC),
    "meetings:detail": Line("meeting", "GET", INSIDE),
    "meetings:edit": Line("meeting", "GET POST", PREPARE),
    "meetings:agenda": Line("meeting", "GET POST", PREPARE),
    "meetings:move_block": Line("meeting", "POST", PREPARE),
    "meetings:entrust_notes": Line("meeting", "POST", LEAD),
    "meetings:copy": Line("meeting", "POST", LEAD),
    "meetings:undo_copy": Line("meeting", "POST", LEAD),
    "meetings:cancel": Line("meeting", "GET POST", PREPARE),
    "meetings:prepare": Line("meeting", "GET", PREPARE),
    "meetings:tick_check": Line("meeting", "POST", PREPARE),
    "meetings:share": Line("meeting", "GET POST", LEAD_FOR_GOOD),
    "meetings:plan_preparatory": Line("meeting", "POST", LEAD),
    "meetings:groups": Line("meeting", "GET POST", PREPARE),
    "meetings:logistics": Line("meeting", "GET POST", PREPARE),
    "meetings:sign_in_sheet": Line("meeting", "GET", "FA FX NT PC CO"),
    "meetings:agenda_pdf": Line("meeting", "GET", "FA FX NT PC CO"),
    "meetings:agenda_in_word": Line("meeting", "GET", "FA FX NT PC CO"),
    "meetings:poster": Line("meeting", "GET", "FA FX NT PC CO"),
    "meetings:keep_agenda": Line("meeting", "POST", LEAD),
    "meetings:apply_agenda": Line("meeting", "POST", PREPARE),
    "meetings:remove_agenda_model": Line("agenda model", "POST", LEAD),
    "meetings:needs": Line("token", "POST", PUBLIC),
    "meetings:volunteer": Line("token", "POST", PUBLIC),
    "meetings:topics": Line("community", "GET", INSIDE),
    "meetings:propose_topic": Line("community", "GET POST", LEAD + " " + MEMBERS),
    "meetings:topic": Line("topic", "GET", INSIDE),
    "meetings:edit_topic": Line("topic", "GET POST", LEAD),
    "meetings:decide_topic": Line("topic", "POST", LEAD),
    "meetings:support_topic": Line("topic", "POST", MEMBERS),
    "meetings:programme_topics": Line("programme", "GET", "PC"),
    "meetings:phone_support": Line("token", "POST", PUBLIC),
    "meetings:space_topics": Line("space membership", "GET POST", PUBLIC),
    "meetings:invite": Line("meeting", "GET POST", LEAD),
    "meetings:invitation_mail": Line("meeting", "GET POST", LEAD),
    "meetings:icebreaker": Line("meeting", "GET POST", LEAD + " CO"),
    "meetings:icebreaker_topic": Line("warm-up answer", "POST", LEAD + " CO"),
    "meetings:mail_settings": Line("community", "GET POST", LEAD_FOR_GOOD),
    "meetings:mail_wording": Line("wording", "GET POST", LEAD_FOR_GOOD),
    "meetings:answer_icebreaker": Line("token", "POST", PUBLIC),
    "meetings:join": Line("token", "POST", PUBLIC),
    "meetings:join_from_room": Line("code", "POST", PUBLIC),
    "meetings:replies": Line("meeting", "GET", PREPARE),
    "meetings:calendar": Line("meeting", "GET", INSIDE),
    "meetings:subscribe": Line("community", "GET", CALENDAR),
    "meetings:change_feed": Line("community", "POST", CALENDAR),
    "meetings:feed": Line("feed", "GET", PUBLIC),
    "meetings:recording": Line("meeting", "GET POST", LEAD_FOR_GOOD),
    "meetings:change_recording": Line("meeting", "POST", LEAD_FOR_GOOD),
    "meetings:note_consent": Line("meeting", "POST", LEAD_FOR_GOOD),
    "meetings:recordings": Line("none", "GET", "FA PC AD"),
    "meetings:destroy_recording": Line("recording", "POST", SEEN_BY["recording"]),
    "meetings:consent": Line("token", "POST", PUBLIC),
    "meetings:search": Line("none", "GET", EVERYONE),
    "meetings:live": Line("meeting", "GET", RUN),
    "meetings:refresh": Line("meeting", "GET", RUN),
    "meetings:start": Line("meeting", "POST", "FA FX CO"),
    "meetings:next_block": Line("meeting", "POST", "FA FX CO"),
    "meetings:add_minutes": Line("meeting", "POST", "FA FX CO"),
    "meetings:roster": Line("meeting", "GET", "FA FX NT PC CO"),
    "meetings:attendance": Line("attendance", "POST", RUN),
    "meetings:import_attendance": Line("meeting", "GET POST", RUN),
    "meetings:review_attendance": Line("attendance file", "GET", RUN),
    "meetings:apply_attendance": Line("attendance file", "POST", RUN),
    "meetings:undo_attendance": Line("attendance file", "POST", RUN),
    "meetings:confirm_typed": Line("meeting", "POST", RUN),
    "meetings:walk_in": Line("meeting", "POST", RUN),
    "meetings:guests": Line("meeting", "POST", RUN),
    "meetings:add_note": Line("meeting", "POST", RUN),
    "meetings:read_action": Line("meeting", "POST", RUN),
    "meetings:restore_note": Line("meeting", "POST", RUN),
    "meetings:note": Line("note", "GET POST", RUN),
    "meetings:delete_note": Line("note", "POST", RUN),
    "meetings:tick_topic": Line("meeting topic", "POST", RUN),
    "meetings:topic_vote": Line("meeting", "POST", "FA FX CO"),
    "meetings:speaking_turns": Line("meeting", "POST", "FA FX CO"),
    "meetings:breakouts": Line("meeting", "GET POST", "FA FX CO"),
    "meetings:vote": Line("token", "POST", PUBLIC),
    "meetings:vote_in_room": Line("code", "POST", PUBLIC),
    "meetings:synthesis": Line("meeting", "POST", RUN),
    "meetings:close": Line("meeting", "GET POST", "FA FX CO"),
    "meetings:screen": Line("meeting", "GET", RUN),
    "meetings:follow_up": Line("meeting", "GET POST", ANIMATE),
    "meetings:send_follow_up": Line("meeting", "POST", ANIMATE),
    "meetings:resend_follow_up": Line("meeting", "POST", LEAD_FOR_GOOD),
    "meetings:try_follow_up": Line("meeting", "POST", ANIMATE),
    "meetings:complete": Line("meeting", "GET POST", ANIMATE + " NT"),
    "meetings:reflect": Line("meeting", "GET POST", "FA FX"),
    "meetings:say_followed_up": Line("meeting", "POST", "FA FX"),
    "meetings:journal": Line("none", "GET", EVERYONE),
    "meetings:minutes": Line("minutes", "GET", SEEN_BY["minutes"]),
    "meetings:minutes_pdf": Line("minutes", "GET", SEEN_BY["minutes"]),
    "meetings:publish_minutes": Line("meeting", "POST", ANIMATE),
    "meetings:say_why": Line("token", "GET POST", PUBLIC),
    "meetings:phone_minutes": Line("token", "GET", PUBLIC),
    "meetings:phone_minutes_pdf": Line("token", "GET", PUBLIC),
    "meetings:phone": Line("token", "GET", PUBLIC),
    "meetings:reply": Line("token", "POST", PUBLIC),
    "meetings:check_in": Line("token", "POST", PUBLIC),
    "meetings:follow": Line("token", "GET", PUBLIC),
    "meetings:send_space_link": Line("token", "POST", PUBLIC),
    "meetings:space_door": Line("none", "GET POST", PUBLIC),
    "meetings:space": Line("space", "GET", PUBLIC),
    "meetings:space_action": Line("space action", "POST", PUBLIC),
    "meetings:space_choices": Line("space membership", "GET POST", PUBLIC),
    "meetings:space_away": Line("space membership", "POST", PUBLIC),
    "meetings:space_letter_pdf": Line("space membership", "GET", PUBLIC),
    "meetings:space_data": Line("space", "GET POST", PUBLIC),
    "meetings:space_export": Line("space", "GET", PUBLIC),
    "meetings:space_destruction": Line("space", "POST", PUBLIC),
    "meetings:close_space": Line("space", "POST", PUBLIC),
    "meetings:space_welcome": Line("space membership", "GET POST", PUBLIC),
    "meetings:space_refer": Line("space membership", "GET POST", PUBLIC),
    "meetings:welcome": Line("join link", "GET", PUBLIC),
    "communities:destructions": Line("none", "GET", "PC AD OP"),
    "communities:destruction": Line("destruction", "GET", "PC AD OP"),
    "communities:handle_destruction": Line("destruction", "POST", "PC OP"),
    "communities:decide_sentence": Line("destruction", "POST", "PC OP"),
    "communities:name_stand_in": Line("destruction", "POST", "PC OP"),
    "communities:destruction_register": Line("none", "GET", "AD OP"),
    "communities:download_destructions": Line("none", "GET", "AD OP"),
    "communities:anonymisations": Line("none", "GET", "AD OP"),
    "communities:anonymisation": Line("anonymisation", "GET POST", "AD OP"),
    "communities:download_anonymisations": Line("none", "GET", "AD OP"),
    # the privacy officer
    "communities:privacy_desk": Line("none", "GET", "OP AD"),
    "communities:audit": Line("none", "GET", "OP"),
    "communities:export_audit": Line("none", "GET", "OP"),
    "communities:incidents": Line("none", "GET", "OP"),
    "communities:add_incident": Line("none", "GET POST", "OP"),
    "communities:incident": Line("incident", "GET POST", "OP"),
    "communities:export_incidents": Line("none", "GET", "OP"),
    "communities:officers": Line("none", "GET POST", "AD"),
    "meetings:served_people": Line("none", "GET", "OP"),
    "meetings:served_person": Line("served", "GET POST", "OP"),
    "meetings:served_file": Line("served", "GET", "OP"),
    "meetings:served_destruction": Line("served", "POST", "OP"),
    "meetings:phone_calendar": Line("token", "GET", PUBLIC),
    "meetings:enter_code": Line("none", "GET POST", PUBLIC),
    "meetings:room": Line("code", "GET POST", PUBLIC),
    "meetings:follow_room": Line("code", "GET", PUBLIC),
    # evaluations
    "evaluations:survey": Line("meeting", "GET", PREPARE + " EV"),
    "evaluations:open_survey": Line("meeting", "POST", LEAD),
    "evaluations:aloud": Line("meeting", "GET POST", LEAD),
    "evaluations:undo_opening": Line("meeting", "POST", LEAD),
    "evaluations:counter": Line("meeting", "GET", PREPARE),
    "evaluations:close_survey": Line("meeting", "POST", LEAD),
    "evaluations:export_results": Line("meeting", "GET", PREPARE + " EV"),
    "evaluations:keep_topic": Line("meeting", "POST", LEAD_FOR_GOOD),
    "evaluations:ballot": Line("token", "GET POST", PUBLIC),
    "evaluations:thanks": Line("token", "GET", PUBLIC),
    "evaluations:room_ballot": Line("code", "GET POST", PUBLIC),
    "evaluations:room_thanks": Line("code", "GET", PUBLIC),
    "evaluations:survey_settings": Line("community", "GET POST", LEAD_FOR_GOOD),
    "evaluations:own_questions": Line("community", "GET", LEAD_FOR_GOOD),
    "evaluations:add_own_question": Line("community", "GET POST", LEAD_FOR_GOOD),
    "evaluations:preview_own_questions": Line("community", "GET", LEAD_FOR_GOOD),
    "evaluations:copy_own_questions": Line("community", "POST", LEAD_FOR_GOOD),
    "evaluations:edit_own_question": Line("own question", "GET POST", LEAD_FOR_GOOD),
    "evaluations:remove_own_question": Line("own question", "POST", LEAD_FOR_GOOD),
    "evaluations:questionnaires": Line("none", "GET", "FA FX PC AD"),
    "evaluations:questionnaire": Line("questionnaire", "GET", "FA FX PC AD"),
    "evaluations:questionnaire_in_word": Line("questionnaire", "GET", "FA FX PC AD"),
    "evaluations:make_version": Line("questionnaire", "GET POST", "PC"),
    "evaluations:take_back_version": Line("version", "POST", "PC"),
    "evaluations:campaigns": Line("community", "GET", LEAD + " EV"),
    "evaluations:prepare_campaign": Line("community", "GET POST", LEAD_FOR_GOOD),
    "evaluations:prepare_alumni": Line("community", "GET POST", LEAD_FOR_GOOD),
    "evaluations:campaigns_together": Line("none", "GET POST", "PC"),
    "evaluations:campaign": Line("campaign", "GET", LEAD + " EV"),
    "evaluations:launch_campaign": Line("campaign", "POST", LEAD_FOR_GOOD),
    "evaluations:take_back_launch": Line("campaign", "POST", LEAD_FOR_GOOD),
    "evaluations:edit_campaign": Line("campaign", "GET POST", LEAD_FOR_GOOD),
    "evaluations:preview_campaign": Line("campaign", "GET", LEAD + " EV"),
    "evaluations:open_campaign": Line("campaign", "POST", LEAD_FOR_GOOD),
    "evaluations:close_campaign": Line("campaign", "POST", LEAD_FOR_GOOD),
    "evaluations:delete_campaign": Line("campaign", "POST", LEAD_FOR_GOOD),
    "evaluations:mark_campaign_read": Line("campaign", "POST", "FA FX"),
    "evaluations:export_campaign": Line("campaign", "GET", LEAD + " EV"),
    "evaluations:improvements": Line("community", "GET", LEAD_FOR_GOOD),
    "evaluations:sort_suggestion": Line("community", "POST", LEAD_FOR_GOOD),
    "evaluations:add_improvement": Line("community", "GET POST", LEAD_FOR_GOOD),
    "evaluations:improvement": Line("improvement", "GET POST", LEAD_FOR_GOOD),
    "evaluations:remove_improvement": Line("improvement", "GET POST", LEAD_FOR_GOOD),
    "evaluations:follow_ups": Line("community", "GET", LEAD_FOR_GOOD),
    "evaluations:add_follow_up": Line("community", "GET POST", "FA"),
    "evaluations:plan_follow_up": Line("community", "POST", "FA"),
    "evaluations:say_offered": Line("community", "POST", "FA"),
    "evaluations:follow_up_guide": Line("community", "GET", "FA"),
    "evaluations:open_follow_ups": Line("community", "GET POST", "PC"),  # with a reason: the author is told (C14)
    "evaluations:follow_up": Line("follow-up", "GET POST", "FA"),  # its author; another who reads it: test_follow_ups
    "evaluations:offer_times": Line("follow-up", "POST", "FA"),
    "evaluations:call_off_conversation": Line("follow-up", "POST", "FA"),
    "evaluations:name_follow_up_reader": Line("follow-up", "POST", "FA"),
    "evaluations:remove_follow_up_reader": Line("follow-up", "POST", "FA"),
    "evaluations:pass_on": Line("follow-up", "POST", "FA"),
    "evaluations:send_charter_again": Line("follow-up", "POST", "FA"),
    "evaluations:finish_next_step": Line("follow-up", "POST", "FA"),
    "evaluations:destroy_follow_up": Line("follow-up", "POST", "FA"),
    "evaluations:offer_to_all": Line("community", "POST", "FA"),
    "evaluations:answer_request": Line("community", "POST", "FA"),
    "evaluations:conversation": Line("conversation", "GET POST", PUBLIC),
    "evaluations:annual_ballot": Line("annual ballot", "GET POST", PUBLIC),
    "evaluations:annual_thanks": Line("annual ballot", "GET", PUBLIC),
    "evaluations:alumni_news": Line("alumni ballot", "GET POST", PUBLIC),
    "evaluations:ask_manager": Line("space membership", "GET POST", PUBLIC),
    "evaluations:manager_survey": Line("manager", "GET POST", PUBLIC),
    "evaluations:manager_opinions": Line("community", "GET", LEAD_FOR_GOOD),
    "evaluations:across": Line("none", "GET", EVERYONE),
    "evaluations:export_across": Line("none", "GET", EVERYONE),
    "evaluations:export_across_workbook": Line("none", "GET", EVERYONE),
    "evaluations:across_pdf": Line("none", "GET", EVERYONE),
    "evaluations:funder_edition": Line("none", "GET", "PC"),
    "evaluations:funder_edition_pdf": Line("none", "GET", "PC"),
    "evaluations:definitions": Line("none", "GET", EVERYONE),
    "evaluations:figure": Line("figure", "GET", LEAD + " EV"),
    "evaluations:vitality": Line("community", "GET", LEAD + " EV"),
    "evaluations:rate_factor": Line("community", "POST", "FA FX"),
    "evaluations:diagnosis": Line("community", "GET", LEAD + " EV"),
    "evaluations:retain_cause": Line("community", "POST", LEAD),
    "evaluations:decline_rule": Line("community", "GET POST", LEAD_FOR_GOOD),
    "evaluations:influences": Line("community", "GET", LEAD),
    "evaluations:note_influence": Line("community", "POST", "FA FX"),
    "evaluations:influence": Line("influence", "GET POST", "FA"),  # its author
    "evaluations:remove_influence": Line("influence", "POST", "FA"),
    "evaluations:self_assessment": Line("none", "GET POST", "FA FX"),
    "evaluations:archive": Line("community", "GET POST", LEAD_FOR_GOOD),
    "evaluations:archive_progress": Line("community", "GET", LEAD_FOR_GOOD),
    "evaluations:download_archive": Line("archive", "GET", LEAD_FOR_GOOD),
    "evaluations:models": Line("community", "GET POST", LEAD_FOR_GOOD),
    "evaluations:apply_models": Line("community", "POST", LEAD_FOR_GOOD),
    "evaluations:copy_community": Line("community", "POST", "PC"),
    "evaluations:undo_copied_community": Line("community", "POST", "PC"),
    "evaluations:export_models": Line("community", "GET", LEAD_FOR_GOOD),
    "evaluations:reports": Line("community", "GET", REPORTS),
    "evaluations:report": Line("year", "GET", REPORTS),
    "evaluations:write_report": Line("year", "GET POST", LEAD_FOR_GOOD),
    "evaluations:before_publishing": Line("year", "GET", LEAD_FOR_GOOD),
    "evaluations:draft_report_pdf": Line("year", "GET", LEAD_FOR_GOOD),
    "evaluations:publish_report": Line("year", "POST", LEAD_FOR_GOOD),
    "evaluations:report_progress": Line("year", "GET", REPORTS),
    "evaluations:report_pdf": Line("year", "GET", REPORTS),
    "evaluations:report_in_word": Line("year", "GET", REPORTS),
    "evaluations:report_logo": Line("year logo", "GET", REPORTS),
    "evaluations:members_edition": Line("year", "GET", REPORTS),
    "evaluations:members_edition_pdf": Line("year", "GET", REPORTS),
    "evaluations:words_to_members": Line("year", "GET POST", LEAD_FOR_GOOD),
    "evaluations:our_year": Line("our year", "GET", PUBLIC),
    "evaluations:our_year_pdf": Line("our year", "GET", PUBLIC),
}

ALLAUTH = ("account_", "mfa_", "usersessions_")
# Of allauth's pages, those one reaches without being signed in; all others lead to the sign-in page.
ALLAUTH_PUBLIC = {
    "account_login", "account_signup", "account_confirm_login_code", "account_request_login_code", "account_inactive",
    "account_email_verification_sent", "account_confirm_email", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_logout",
    "account_reauthenticate", "mfa_authenticate", "mfa_login_webauthn", "mfa_trust",
}  # fmt: skip


def names(resolver=None, prefix=""):
    """Every named address of the project."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern, prefix + space)
        else:
            yield prefix + (pattern.name or str(pattern.pattern))


OURS = sorted(n for n in names() if not n.startswith(ALLAUTH))


class Place:
    """A community with one of each thing that has an address."""

    def __init__(self, name, programme):
        self.community = make.a_community(name, programme=programme)
        self.membership = make.a_member(self.community, organisation="Table de quartier")
        self.meeting = make.a_meeting(self.community, timezone.now() + dt.timedelta(minutes=20), title="Un sujet")
        self.agenda_model = make.an_agenda_model(self.community)
        self.topic = make.a_topic(self.community)
        self.attendance_file = AttendanceImport.objects.create(meeting=self.meeting, file_name="zoom.csv", lines=[])
        self.recording = Recording.objects.create(
            meeting=self.meeting, purpose="Notes", destroy_on=self.meeting.local_start.date() + dt.timedelta(days=1)
        )
        self.warm_up_answer = WarmUpAnswer.objects.create(
            meeting=self.meeting, membership=self.membership, text="Un café"
        )
        self.feed = CalendarFeed.objects.create(community=self.community)
        self.introduction = Introduction.objects.create(
            community=self.community, one=self.membership, other=make.a_member(self.community), why="Voisines"
        )
        self.note = make.a_note(self.meeting, kind=Note.Kind.HIGHLIGHT)
        self.action = make.a_note(self.meeting, kind=Note.Kind.ACTION, assignee=self.membership)
        self.incident = make.an_incident()
        self.destruction = DestructionRequest.objects.create(user=self.membership.user)
        self.anonymisation = Anonymisation.objects.create(kind=Anonymisation.Kind.ACCOUNTS, people=1)
        self.year = timezone.localdate().year - 1
        self.co_organiser = make.a_partner(self.community, "Conseil des arts", logo=b"png")
        AnnualReport.objects.create(
            community=self.community,
            year=self.year,
            published_at=timezone.now(),
            figures=frozen(self.community, self.year),
        )
        self.alumna = make.a_member(self.community, status="alumni", left_on=dt.date(2025, 6, 1))
        self.archive = make.an_archive(self.community)
        self.aside = make.a_warning_set_aside(self.community)
        self.outcome = make.an_outcome(self.community)
        self.need = make.a_need(self.community, cost=100_00)
        self.party = make.a_party(self.need, self.membership)
        self.practice_card = make.a_practice_card(self.community)
        self.proposed = make.a_proposed_objective(self.community, self.membership.user)
        make.a_rules_version(self.community)
        self.represented = make.a_member(self.community, organisation=f"Organisme de {name}")
        Representation.objects.create(
            membership=self.membership, organisation=self.represented.organisation, ends_on=dt.date(2020, 1, 1)
        )
        self.merge = Merge.objects.create(kind=Kind.PERSON, kept=1, journal=[])
        self.read_list = MemberImport.objects.create(community=self.community, file_name="membres.csv", lines=[])

        self.joining = make.a_join_invitation(self.membership, accepted_at=timezone.now())
        self.referral = make.a_referral(self.membership)
        self.call = make.a_call(self.community)
        self.application = make.an_application(self.call)

        self.partner = make.a_partner(self.community)
        self.budget_line = make.a_budget_line(self.community)
        self.sub_group = make.a_sub_group(self.community)
        self.date_poll = make.a_date_poll(self.community)
        self.training = make.a_meeting(self.community, kind="training", is_open_to_all=True)
        self.campaign = make.a_campaign(self.community)
        self.opinion = make.an_opinion(self.membership)
        self.of_alumni = make.a_campaign(self.community, kind="alumni")
        self.comments = make.released_comments(self.community)
        self.improvement = make.an_improvement(self.community)
        self.follow_up = make.a_follow_up(self.membership, make.a_person("Quelqu’une"))
        self.influence = make.an_influence(self.community, make.a_person("Autre animatrice"))
        self.testimonial = make.a_testimonial(self.represented, uses=("recruitment", "accountability"))
        self.own_question = make.an_own_question(self.community, f"{name} nous rapproche.")

    def address(self, name, of):
        """Only what is asked for is worked out: a link to seal costs as much as a page."""
        arguments = {
            "none": lambda: [],
            "demo": lambda: (
                ["animation"] if name == "accounts:demo" else [1] if name.startswith("outbox:message") else []
            ),
            "unsubscribe": lambda: [unsubscribe_token(self.membership.user)],
            "community": lambda: [self.community.pk],
            "year": lambda: [self.community.pk, self.year],
            "figure": lambda: [self.community.pk, "P1"],
            "year logo": lambda: [self.community.pk, self.year, 0],
            "programme": lambda: [self.community.programme_id],
            "set aside": lambda: [self.aside.pk],
            "import": lambda: [self.read_list.pk],
            "proposed objective": lambda: [self.proposed.pk],
            "rules link": lambda: [rules_links.rules_token(self.membership)],
            "membership": lambda: [self.membership.pk],
            "partner": lambda: [self.partner.pk],
            "logo": lambda: [self.co_organiser.pk],
            "budget line": lambda: [self.budget_line.pk],
            "sub-group": lambda: [self.sub_group.pk],
            "date poll": lambda: [self.date_poll.pk],
            "ballot of dates": lambda: [polls.voter_token(self.date_poll, self.membership)],
            "open training": lambda: [signing_up.sign_up_token(self.training)],
            "outcome": lambda: [self.outcome.pk],
            "need": lambda: [self.need.pk],
            "party": lambda: [self.need.pk, self.party.pk],
            "practice card": lambda: [self.practice_card.pk],
            "organisation": lambda: [self.represented.organisation.pk],
            "representation": lambda: [self.membership.pk, self.membership.representations.first().pk],
            "pair": lambda: ["personnes", self.represented.user.pk, self.membership.user.pk],
            "merge": lambda: [self.merge.pk],
            "campaign": lambda: [self.campaign.pk],
            "improvement": lambda: [self.improvement.pk],
            "follow-up": lambda: [self.follow_up.pk],
            "conversation": lambda: [conversation_links.token_of(self.membership)],
            "our year": lambda: [members_links.token_of(self.membership, self.year)],
            "influence": lambda: [self.influence.pk],
            "own question": lambda: [self.own_question.pk],
            "testimonial": lambda: [self.testimonial.pk],
            "testimonial form": lambda: [testimonial_links.giving_token(self.membership)],
            "own testimonial": lambda: [testimonial_links.keeping_token(self.testimonial)],
            "questionnaire": lambda: ["Q-R"],
            "version": lambda: [questionnaires.current().pk],
            "annual ballot": lambda: [campaign_links.token_of(self.campaign, self.membership)],
            "manager": lambda: [manager_opinions.token_of(self.opinion)],
            "alumni ballot": lambda: [campaign_links.token_of(self.of_alumni, self.alumna)],
            "meeting": lambda: [self.meeting.pk],
            "agenda model": lambda: [self.agenda_model.pk],
            "recording": lambda: [self.recording.pk],
            "minutes": lambda: [self.meeting.pk],
            "attendance": lambda: [self.meeting.pk, self.membership.pk],
            "meeting topic": lambda: [self.meeting.pk, self.topic.pk],
            "warm-up answer": lambda: [self.meeting.pk, self.warm_up_answer.pk],
            "wording": lambda: [self.community.pk, "invitation"],
            "attendance file": lambda: [self.attendance_file.pk],
            "feed": lambda: [self.feed.secret],
            "introduction": lambda: [introducing.introduction_token(self.introduction, self.membership)],
            "topic": lambda: [self.topic.pk],
            "note": lambda: [self.note.pk],
            "join link": lambda: [recruiting.join_token(self.joining)],
            "referral link": lambda: [referring.referral_token(self.referral)],
            "call": lambda: [self.call.pk],
            "application": lambda: [self.application.pk],
            "public form": lambda: [self.call.secret],
            "come back": lambda: [alumni_invitations.alumni_token(self.alumna)],
            "archive": lambda: [self.archive.pk],
            "token": lambda: [links.guest_token(self.meeting, self.membership)],
            "space": lambda: [visitors.visitor_token(self.membership.user)],
            "space action": lambda: [visitors.visitor_token(self.membership.user), self.action.pk],
            "space membership": lambda: [visitors.visitor_token(self.membership.user), self.membership.pk],
            "destruction": lambda: [self.destruction.pk],
            "anonymisation": lambda: [self.anonymisation.pk],
            "incident": lambda: [self.incident.pk],
            "served": lambda: [self.introduction.other.user_id],
            "code": lambda: [self.meeting.code],
        }
        return reverse(name, args=arguments[of]())


def unsubscribe_token(user):
    from outbox.domain.post import unsubscribe_token as token

    return token(user, "community:1", "surveys")


def frozen(community, year):
    from evaluations.domain.reports.report import CommunityYear

    return CommunityYear.gather(community, year).to_json()


class World:
    def __init__(self):
        programme, elsewhere = make.a_programme("Familles"), make.a_programme("Ailleurs")
        make.a_word_template(programme), make.a_word_template(elsewhere)
        self.places = {
            "own": Place("Constellation", programme),
            "sister": Place("Sœur", programme),
            "other": Place("Autre", elsewhere),
        }
        own = self.places["own"].community
        self.people, self.sessions = {"AN": None, "TK": None}, {}
        for code, role in [
            ("NT", Role.NOTE_TAKER),
            ("FA", Role.FACILITATOR),
            ("FX", Role.EXTERNAL),
            ("EV", Role.EVALUATOR),
        ]:
            self.people[code] = make.a_person(code)
            make.a_role(self.people[code], role, community=own)
        self.places["own"].merge.by = self.people["FA"]
        self.places["own"].merge.save()
        self.places["own"].follow_up.author = self.people["FA"]
        self.places["own"].follow_up.save()
        self.places["own"].influence.by = self.people["FA"]
        self.places["own"].influence.save()
        make.a_role(make.a_person("Ailleurs"), Role.FACILITATOR, community=self.places["other"].community)
        self.people["PC"] = make.a_person("PC")
        make.a_role(self.people["PC"], Role.COORDINATOR, programme=programme)
        self.people["ME"] = make.a_member(own).user
        self.people["RD"] = make.a_member(own, organisation="Maison de la famille").user
        co_facilitator = make.a_member(own, organisation="Bibliothèque")
        self.places["own"].meeting.co_facilitators.add(co_facilitator)
        self.people["CO"] = co_facilitator.user
        self.people["AD"] = make.a_person("AD", is_staff=True)
        self.people["OP"] = make.a_person("OP", is_privacy_officer=True)
        self.places["own"].call.readers.set([self.people["FA"], self.people["RD"]])

    def keep_signed_in(self):
        self.sessions = {role: self.client(role).session.session_key for role, who in self.people.items() if who}

    def client(self, role):
        """A browser of this role: signed in now, or with the session that was kept, as it was then."""
        client = Client(raise_request_exception=True)
        if key := self.sessions.get(role):
            caches[settings.SESSION_CACHE_ALIAS].delete(KEY_PREFIX + key)  # Redis forgets what was taken back
            client.cookies[settings.SESSION_COOKIE_NAME] = key
        elif self.people[role]:
            client.force_login(self.people[role])
        return client


def expected(line: Line, role: str, where: str, method: str) -> str:
    """« ok », « sign in », « not allowed » (403), « not found » (404) or « no such method » (405)."""
    nobody = role in ("AN", "TK")
    if line.of == "demo":
        return "not found" if method in line.methods.split() or method == "HEAD" else "no such method"
    if nobody and line.roles != PUBLIC:
        return "sign in"
    methods = line.methods.split() + (["HEAD"] if "GET" in line.methods else [])
    if method not in methods:
        return "no such method"
    if line.of.startswith("space"):
        return "ok"
    if line.of in (
        "none",
        "token",
        "code",
        "feed",
        "unsubscribe",
        "rules link",
        "come back",
        "join link",
        "referral link",
        "public form",
        "introduction",
        "testimonial form",
        "own testimonial",
        "ballot of dates",
        "open training",
        "anonymisation",
        "incident",
        "served",
        "annual ballot",
        "alumni ballot",
        "manager",
        "conversation",
        "our year",
        "questionnaire",
        "version",
    ):
        return "ok" if role in line.roles.split() else "not allowed"
    at_home = where == "own" or (where == "sister" and (role == "PC" or line.of == "programme"))
    if line.of in SEEN_BY:
        at_home = at_home or role in ("AD", "OP")
        sees = role in SEEN_BY[line.of].split() and (at_home if line.of != "merge" else where == "own")
        return "not found" if not sees else "ok" if role in line.roles.split() else "not allowed"
    sees = (
        line.of in ("community", "year", "wording", "year logo", "figure")
        if role == "AD"
        else at_home and role in INSIDE.split()
    )
    if not sees:
        return "not found"
    return "ok" if role in line.roles.split() and (at_home or role == "AD") else "not allowed"


def answered(response) -> str:
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return "sign in"
    return {403: "not allowed", 404: "not found", 405: "no such method"}.get(
        response.status_code, "ok" if response.status_code < 500 else f"broken ({response.status_code})"
    )


def forbidden(response, role):
    """What a page offers this person and would then refuse."""
    for name, method, path in ways_out_of(response):
        if expected(TABLE[name], role, "own", method) not in ("ok", "no such method"):
            yield f"{method} {path}"


def ways_out_of(response):
    """Links, forms and what htmx asks: the name of each address of ours, how it is asked, and where."""
    page = "" if response.streaming or "html" not in response["Content-Type"] else response.content.decode()
    for tag in re.findall(r"<\w[^>]*>", page):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        ways = {"href": "GET", "hx-get": "GET", "hx-post": "POST", "formaction": "POST"}
        ways["action"] = said.get("method", "GET").upper()
        for name, method in ways.items():
            path = said.get(name, "").partition("?")[0].partition("#")[0]
            if path.startswith("/") and (view := _view_of(path)) in TABLE:
                yield view, method, path


@cache
def _view_of(path):
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def test_every_address_has_a_line():
    assert set(OURS) - set(TABLE) == set(), "an address has no expected permissions"
    assert set(TABLE) - set(OURS) == set(), "a line names an address that is gone"


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """One world for all addresses: each test writes inside a transaction of its own, over this one."""
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around._from_testcase = True  # as Django's own test cases say it: « durable » means under this one
        around.__enter__()
        world = World()
        world.keep_signed_in()
        yield world
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


def requests(line: Line, roles) -> Iterator[tuple[str, str, str, str]]:
    """Every role, place and method, with the answer that is due."""
    for role in roles:
        for where in ["own"] if line.of in ("none", "demo") else ["own", "sister", "other"]:
            for method in METHODS:
                yield role, where, method, expected(line, role, where, method)


OPEN_TO = ("AN", "ME", "FA", "AD")  # of those to whom a public page is open


def once_each(every: Iterator, *, is_public: bool = False) -> Iterator:
    """The same, less what repeats an answer: the holder of a link asks as nobody does, who is not signed in either;
    HEAD is GET without its page, so that of each answer one asks; whoever is not signed in is sent to sign in before
    any place is looked at; and a method that an address does not take is refused before anybody is: a facilitator
    asks it, in their own community. A public page opens to whoever holds its link, whoever is signed in: nobody, a
    member, a facilitator and an administrator ask. What the sister and the other community both refuse to one who
    reads and to one who acts is asked once by each role: reading or acting, in one or the other, in turn."""
    every = list(every)
    dues, seen, turns, nobody = defaultdict(set), set(), {}, {}
    for role, where, method, due in every:
        if where != "own" and method in READ_OR_ACT and due != "no such method":
            dues[role].add(due)
    for role, where, method, due in every:
        if role == "AN":
            nobody[where, method] = due
        elif role == "TK":
            assert nobody[where, method] == due, f"{method} in {where} is due to one without a session, not to another"
            continue
        if is_public and role not in OPEN_TO:
            continue
        if method == "HEAD" and (due in seen or seen.add(due)):
            continue
        if due == "sign in" and where != "own":
            continue
        if due == "no such method" and (where != "own" or role not in ("AN", "FA")):
            continue
        in_turn = where != "own" and method in READ_OR_ACT and len(dues[role]) == 1 and role != "AN"
        if in_turn and (where, method) != ABROAD[turns.setdefault(role, len(turns)) % len(ABROAD)]:
            continue
        yield role, where, method, due


def wrong_with(name, world, asked: Iterator) -> list[str]:
    line, wrong = TABLE[name], []
    clients = {role: world.client(role) for role in world.people}
    addresses = {where: place.address(name, line.of) for where, place in world.places.items()}
    for role, where, method, due in asked:
        if name == "accounts:sign_out_everywhere":
            clients[role] = world.client(role)  # the last method may have signed out
        with transaction.atomic():
            asks = clients[role].generic
            response = asks(method, addresses[where], content_type="application/x-www-form-urlencoded")
            answer = answered(response)
            transaction.set_rollback(True)
        if answer != due:
            wrong.append(f"{method} as {role} in {where}: {answer}, not {due}")
        if method == "GET" and where == "own" and role not in ("AN", "TK"):
            wrong += sorted({f"as {role}, the page leads to {way}" for way in forbidden(response, role)})
    return wrong


@pytest.mark.parametrize("name", OURS)
def test_who_may(name, standing, bare_refusals, db):
    every = requests(TABLE[name], standing.people)
    wrong = wrong_with(name, standing, once_each(every, is_public=TABLE[name].roles == PUBLIC))

    assert not wrong, "\n".join(wrong)


@pytest.mark.long
@pytest.mark.parametrize("name", OURS)
def test_who_may_with_every_repeat(name, standing, bare_refusals, db):
    wrong = wrong_with(name, standing, requests(TABLE[name], standing.people))

    assert not wrong, "\n".join(wrong)


def test_what_is_asked_once_is_all_that_differs():
    """Of an address that is seen by who leads it: every place, every answer, and every method by somebody."""
    line, roles = Line("community", "GET POST", LEAD_FOR_GOOD), ["AN", "TK", *EVERYONE.split()]
    every, once = list(requests(line, roles)), list(once_each(requests(line, roles)))

    assert len(every) == len(roles) * 3 * 6
    assert set(once) < set(every)
    read_and_posted = {one for one in every if one[2] in ("GET", "POST") and one[0] != "TK"}
    at_home = {one for one in read_and_posted if one[1] == "own"}
    assert at_home <= set(once), "whoever asks to read or to act at home is always asked"
    abroad = {(role, due) for role, _where, _method, due in read_and_posted - at_home if role != "AN"}
    assert abroad == {(role, due) for role, where, _m, due in once if where != "own" and role != "TK"}
    assert {(where, method) for _role, where, method, _due in once if where != "own"} >= set(
        itertools.product(("sister", "other"), ("GET", "POST"))
    )
    assert {(method, due) for _role, _where, method, due in once} == {(m, due) for _role, _where, m, due in every}
    public = set(once_each(requests(Line("token", "GET POST", PUBLIC), roles), is_public=True))
    assert {role for role, *_ in public} == set(OPEN_TO)
    unlike_nobody = iter([("AN", "own", "GET", "sign in"), ("TK", "own", "GET", "ok")])
    with pytest.raises(AssertionError, match="without a session"):
        list(once_each(unlike_nobody))


def test_the_pages_of_the_account_ask_to_sign_in(client, db):
    for name in {n for n in names() if n.startswith(ALLAUTH)} - ALLAUTH_PUBLIC:
        try:
            address = reverse(name)
        except Exception:
            address = reverse(name, args=[1])
        response = client.get(address)
        assert answered(response) in ("sign in", "no such method", "not found"), name


def test_an_expired_role_gives_nothing(meeting, client):
    external = make.a_person("Eve")
    make.a_role(
        external, Role.EXTERNAL, community=meeting.community, ends_on=timezone.localdate() - dt.timedelta(days=1)
    )
    client.force_login(external)

    assert client.get(meeting.get_absolute_url()).status_code == 404


def test_what_one_may_not_see_looks_like_what_does_not_exist(meeting, sam, signed_in):
    client = signed_in(sam)

    hidden = client.get(meeting.get_absolute_url())
    absent = client.get(reverse("meetings:detail", args=[10**9]))

    assert hidden.status_code == absent.status_code == 404
    assert masked(hidden) == masked(absent)


def test_what_a_role_does_not_allow_says_whom_to_ask(community, nadia, signed_in):
    response = signed_in(nadia).get(reverse("communities:settings", args=[community.pk]))

    assert response.status_code == 403
    assert "Votre rôle ne le permet pas" in response.content.decode()
    assert "Demandez à" in response.content.decode()


def masked(response) -> bytes:
    page = re.sub(rb'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', rb"", response.content)
    return page.replace(response.request["PATH_INFO"].encode(), b"")


WRITTEN_BY_READING = ("django_session", "usersession", "accounts_audit")


@pytest.mark.parametrize("method", ["GET", pytest.param("HEAD", marks=pytest.mark.long)])
def test_reading_changes_nothing(method, standing, db):
    """No address writes anything on GET or HEAD, whoever asks, but the audit log: that it was read, or taken away."""
    world = standing
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    own, writers = world.places["own"], []
    for code in Questionnaire.Code.values:  # written again on demand where a test before this one emptied the tables
        questionnaires.current(code)
    client = world.client("FA")
    for name, line in TABLE.items():
        if line.of == "demo" or "GET" not in line.methods:
            continue
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.generic(method, own.address(name, line.of))
        touched = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        writers += [f"{name}: {sql[:120]}" for sql in touched if not any(table in sql for table in WRITTEN_BY_READING)]

    assert not writers, "\n".join(writers)
