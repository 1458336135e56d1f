"""What goes wrong when a request asks for it with the header X-Fault: in a view, a template or the database."""

from celery import shared_task
from django.db import connection

FAULT = "X-Fault"
PLANTED = {
    "an answer": "Je-me-sens-exclue-des-decisions",
    "a typed name": "Zebuline Quatrevingt",
    "an e-mail address": "zebuline.quatrevingt@exemple.quebec",
    "a wrong code": "ZQXWVK",
    "an IP address": "203.0.113.77",
}
# Each write fails with its values in the sentence, or takes so long that the server cancels it.
TRIGGER = """
CREATE FUNCTION go_wrong() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_setting('leaks.fault', true) = 'refused' THEN RAISE EXCEPTION 'refused: %', NEW; END IF;
    IF current_setting('leaks.fault', true) = 'slow' THEN PERFORM pg_sleep(2); END IF;
    RETURN NEW;
END $$"""
ON_DEMAND = {
    "missing": "SET search_path TO nowhere",
    "refused": "SET leaks.fault = 'refused'",
    "slow": "SET leaks.fault = 'slow'; SET statement_timeout = '50ms'",
    "locked": "SET statement_timeout = '50ms'",
}
ALL = ["view", "template", *ON_DEMAND]


def asked_for(get_response):
    def middleware(request):
        if request.headers.get(FAULT) not in ON_DEMAND:
            return get_response(request)
        _run(ON_DEMAND[request.headers[FAULT]])
        try:
            return get_response(request)
        finally:
            connection.close()

    def process_view(request, view, args, kwargs):
        if request.headers.get(FAULT) == "view":
            raise ValueError(f"could not make sense of {request.path} {kwargs} {dict(request.POST)}")

    middleware.process_view = process_view
    return middleware


def in_templates(request) -> dict:
    if request.headers.get(FAULT) == "template":
        raise KeyError(f"{request.path} {dict(request.POST)}")
    return {}


def _run(statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements.split("; "):
            cursor.execute(statement)


@shared_task(name="leak_scan.fails")
def fails() -> None:
    raise ValueError(PLANTED["an answer"])
