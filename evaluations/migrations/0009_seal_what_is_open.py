"""Surveys that are open get their keys; the answers that wait in their urns are sealed, and receipts lose their name."""

import base64

from django.db import migrations

from evaluations.domain.surveys import keyring, sealing


def seal_open(apps, schema_editor):
    """The keys are durable before this commits. Nobody knows any more whose these answers are: they have no seat."""
    Survey, Receipt = apps.get_model("evaluations", "Survey"), apps.get_model("evaluations", "Receipt")
    for survey in Survey.objects.filter(closed_at=None, urn__isnull=False).select_related("urn"):
        keyring.make_keyring()
        survey.keyring_name, survey.public_key = keyring.make()
        survey.save(update_fields=["keyring_name", "public_key"])
        questions = tuple(survey.questionnaire.questions.order_by("position"))
        survey.urn.ballots = {
            place: sealed(survey, questions, said, n < survey.urn.in_session)
            for n, (place, said) in enumerate(survey.urn.ballots.items())
        }
        survey.urn.save(update_fields=["ballots"])
        secret = keyring.receipts_secret(survey.keyring_name)
        receipts = list(Receipt.objects.filter(survey=survey))
        for receipt in receipts:
            receipt.digest = sealing.digest_of(receipt.membership_id, secret, survey.keyring_name)
        Receipt.objects.bulk_update(receipts, ["digest"])


def sealed(survey, questions, answers, in_session) -> str:
    """The urn says how many were given in session, not which: as many are marked so."""
    ballot = sealing.Ballot(None, in_session, answers)
    sealed = sealing.seal(ballot, sealing.size_of(questions), survey.public_key, survey.keyring_name)
    return base64.b64encode(sealed).decode()


class Migration(migrations.Migration):
    """Nothing opens them again before their closing."""

    dependencies = [("evaluations", "0008_ballots_can_be_sealed"), ("meetings", "0001_squashed")]
    operations = [migrations.RunPython(seal_open, migrations.RunPython.noop)]
