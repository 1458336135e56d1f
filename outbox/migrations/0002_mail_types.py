"""Mails say with columns of their own what their template, their reason and their key said.

`kind` is the slug of a type of mail instead of the path of a template; `about_kind` and `about_id` name the row that
was written « meeting:12 » in `reason`; `facts` holds what checks read in `key`. What nobody knows stays as it is.
"""

from django.db import migrations, models

SLUGS = {
    "accounts/emails/confirm_address.html": "confirm-address",
    "accounts/emails/notice.html": "account-notice",
    "accounts/emails/sign_in_code.html": "sign-in-code",
    "accounts/emails/unknown_address.html": "unknown-address",
    "communities/emails/application_decided.html": "application-decided",
    "communities/emails/application_received.html": "application-received",
    "communities/emails/appointed.html": "appointed",
    "communities/emails/asks_to_join.html": "asks-to-join",
    "communities/emails/come_back.html": "come-back",
    "communities/emails/destruction_asked.html": "destruction-asked",
    "communities/emails/destruction_due.html": "destruction-due",
    "communities/emails/destruction_substitute.html": "destruction-substitute",
    "communities/emails/erased.html": "erased",
    "communities/emails/incident_ends.html": "incident-ends",
    "communities/emails/introduced.html": "introduction-met",
    "communities/emails/introduction.html": "introduction-asked",
    "communities/emails/join.html": "join",
    "communities/emails/officer_named.html": "officer-named",
    "communities/emails/planned_end.html": "planned-end",
    "communities/emails/rules.html": "rules",
    "evaluations/emails/survey_reminder.html": "survey-reminder",
    "meetings/emails/account_ends.html": "account-ends",
    "meetings/emails/address_changed.html": "address-changed",
    "meetings/emails/cancelled.html": "cancelled",
    "meetings/emails/date_poll.html": "date-poll",
    "meetings/emails/follow_up.html": "follow-up",
    "a follow-up, tried": "follow-up-trial",
    "meetings/emails/invitation.html": "invitation",
    "meetings/emails/moved.html": "moved",
    "meetings/emails/nudge.html": "nudge",
    "meetings/emails/reminder.html": "reminder",
    "meetings/emails/seat_freed.html": "seat-freed",
    "meetings/emails/signed_up.html": "signed-up",
    "meetings/emails/space_link.html": "space-link",
    "meetings/emails/test": "wording-test",
}
MODELS = {
    "call": "communities.call",
    "community": "communities.community",
    "date_poll": "meetings.datepoll",
    "grant": "communities.grant",
    "join": "communities.joininvitation",
    "meeting": "meetings.meeting",
    "rules": "communities.rulesversion",
    "survey": "evaluations.survey",
}
# Those whose key named the row better than their reason did: its model.
NAMED_BY_KEY = {
    "application-decided": "communities.application",
    "application-received": "communities.application",
    "come-back": "communities.membership",
    "erased": "communities.destructionrequest",
}
# Where keys hold what checks compare: name and place, counted after the word the key begins with.
FACTS = {
    **dict.fromkeys(("invitation", "moved", "cancelled", "signed-up", "seat-freed"), {"sequence": 1}),
    "reminder": {"sequence": 1, "moment": 2},
    "nudge": {"days": 1},
    "planned-end": {"planned_end": 1},
    "application-decided": {"decision": 1},
}


def structured(kind, reason, key):
    """The fields of today, from what a row said before."""
    _word, *parts = key.split(":")
    slug = SLUGS.get(kind, kind)
    if slug == "date-poll" and key.startswith("date-poll-reminder:"):
        slug = "date-poll-reminder"
    word, _colon, number = reason.partition(":")
    about_kind = MODELS.get(word, word)
    if slug in NAMED_BY_KEY and parts and parts[0].isdecimal():
        about_kind, number = NAMED_BY_KEY[slug], parts[0]
    return {
        "kind": slug,
        "about_kind": about_kind,
        "about_id": int(number) if number.isdecimal() else None,
        "facts": {name: _read(parts[at]) for name, at in FACTS.get(slug, {}).items() if at < len(parts)},
    }


def _read(part):
    return int(part) if part.isdecimal() else part


def rewrite(apps, schema_editor):
    Message = apps.get_model("outbox", "Message")
    batch = []
    for mail in Message.objects.order_by().only("pk", "kind", "reason", "key").iterator(chunk_size=1000):
        for name, value in structured(mail.kind, mail.reason, mail.key).items():
            setattr(mail, name, value)
        batch.append(mail)
        if len(batch) == 1000:
            _save(Message, batch)
            batch = []
    _save(Message, batch)


def _save(Message, batch):
    Message.objects.bulk_update(batch, ["kind", "about_kind", "about_id", "facts"], batch_size=250)


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0001_initial"),
        ("meetings", "0004_known_before"),  # the last one to read kinds and reasons as they were
    ]

    operations = [
        migrations.RenameField("message", "fence", "claim_token"),
        migrations.AddField(
            "message",
            "about_kind",
            models.CharField(blank=True, help_text="the row it speaks of, as app.model", max_length=60, default=""),
            preserve_default=False,
        ),
        migrations.AddField("message", "about_id", models.BigIntegerField(blank=True, null=True)),
        migrations.AddField(
            "message",
            "facts",
            models.JSONField(blank=True, default=dict, help_text="what was true when it was written"),
        ),
        migrations.AlterField(
            "message", "kind", models.CharField(help_text="the slug of its `MailType`", max_length=60)
        ),
        migrations.RunPython(rewrite, migrations.RunPython.noop),
    ]
