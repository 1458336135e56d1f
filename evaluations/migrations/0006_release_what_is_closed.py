"""Surveys that are closed get their release; each of their answers goes apart; their receipts go."""

from django.db import migrations

from evaluations.domain.surveys import releases, scoring
from evaluations.domain.surveys.questionnaires import IMPROVEMENT, Asked

ONLINE = "online"


def asked(survey, questions) -> list[Asked]:
    """As `questionnaires.asked`, of the models as they were."""
    return [
        Asked(q.code, q.scale, "", tuple((str(o["value"]), "") for o in q.options), q.is_required)
        for q in questions
        if (survey.meeting.mode != ONLINE or not q.in_person_only) and (survey.objective or "{objective}" not in q.wording_fr)
    ]


def release_closed(apps, schema_editor):
    Survey, Response, Release = (apps.get_model("evaluations", name) for name in ("Survey", "Response", "Release"))
    for survey in Survey.objects.exclude(closed_at=None).select_related("meeting"):
        whole = Response.objects.filter(survey=survey, code="")
        answers = list(whole.order_by("pk").values_list("answers", flat=True))
        questions = list(survey.questionnaire.questions.order_by("position"))
        figures = releases.figures_of(asked(survey, questions), answers, survey.threshold)
        if figures:
            Release.objects.create(survey=survey, figures=figures)
        rows = [Response(survey=survey, code=code, value=value) for one in answers for code, value in one.items()]
        Response.objects.bulk_create(sorted(rows, key=lambda row: row.id))
    apps.get_model("evaluations", "Receipt").objects.exclude(survey__closed_at=None).delete()
    Response.objects.filter(code="").delete()
    batch_comments(apps)


def batch_comments(apps):
    Response, Batch = apps.get_model("evaluations", "Response"), apps.get_model("evaluations", "CommentBatch")
    for community in apps.get_model("communities", "Community").objects.all():
        waiting = Response.objects.filter(
            code=IMPROVEMENT, survey__meeting__community=community, survey__release__isnull=False
        )
        texts = [str(text).strip() for text in waiting.values_list("value", flat=True) if str(text).strip()]
        if len(texts) >= community.anonymity_threshold:
            Batch.objects.create(community=community, texts=sorted(texts, key=scoring.digest))
            waiting.delete()


class Migration(migrations.Migration):
    """Nothing brings back which answers were one person's."""

    dependencies = [("evaluations", "0005_release"), ("meetings", "0001_squashed"), ("communities", "0001_squashed")]
    operations = [migrations.RunPython(release_closed, migrations.RunPython.noop)]
