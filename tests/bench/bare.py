"""The bare Django that each page is measured beside: one table, the middleware of `startproject`, and a view for one
row, for a list of as many rows as the page has, for a form and for a CSV.

One file with its own settings: `BARE_URL=postgres://… gunicorn tests.bench.bare`; run as a module, it makes its table.
"""

import csv

import environ
from django.conf import settings

if not settings.configured:
    settings.configure(
        SECRET_KEY="bare",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
        MIDDLEWARE=[  # those of `startproject`
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        DATABASES={"default": environ.Env().db_url("BARE_URL") | {"CONN_MAX_AGE": 60}},
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.cached.Loader",
                            [("django.template.loaders.locmem.Loader", {})],
                        )
                    ]
                },
            }
        ],
        USE_TZ=True,
    )

from django import forms  # noqa: E402
from django.apps import apps  # noqa: E402

if not apps.ready:
    import django

    django.setup()

from django.db import connection, models  # noqa: E402
from django.http import HttpResponse, HttpResponseRedirect  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402

PAGE = "<!doctype html><html lang=fr><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
LIST = PAGE.format(
    title="Liste",
    body="<table>{% for r in rows %}<tr><td>{{ r.name }}</td><td>{{ r.mail }}</td><td>{{ r.town }}</td>"
    "<td>{{ r.role }}</td><td>{{ r.number }}</td><td>{{ r.day|date:'Y-m-d' }}</td></tr>{% endfor %}</table>",
)
ROW = PAGE.format(title="{{ r.name }}", body="<p>{{ r.mail }}</p><p>{{ r.town }}</p><p>{{ r.role }} {{ r.number }}</p>")
FORM = PAGE.format(
    title="Formulaire",
    body="<form method=post>{% csrf_token %}"
    + "".join(f"<label>{n}<input name={n}></label>" for n in ("name", "mail", "town", "role", "number", "day"))
    + "<button>Envoyer</button></form>",
)
LIST, ROW, FORM = (engines["django"].from_string(t) for t in (LIST, ROW, FORM))


class Row(models.Model):
    name = models.CharField(max_length=100)
    mail = models.EmailField()
    town = models.CharField(max_length=100)
    role = models.CharField(max_length=100)
    number = models.IntegerField()
    day = models.DateField()

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.name


class RowForm(forms.Form):
    """Checks only: its widgets are never drawn."""

    name, town, role = forms.CharField(max_length=100), forms.CharField(max_length=100), forms.CharField(max_length=100)
    mail, number, day = forms.EmailField(), forms.IntegerField(), forms.DateField()


def show_rows(request, count):
    return HttpResponse(LIST.render({"rows": Row.objects.order_by("pk")[:count]}, request))


def export_rows(request, count):
    response = HttpResponse(content_type="text/csv")
    rows = Row.objects.order_by("pk")[:count]
    csv.writer(response).writerows((r.name, r.mail, r.town, r.role, r.number, r.day) for r in rows)
    return response


def show_row(request, pk):
    return HttpResponse(ROW.render({"r": Row.objects.get(pk=pk)}, request))


def show_form(request):
    if request.method == "POST":
        form = RowForm(request.POST)
        if not form.is_valid():
            return HttpResponse(status=422)
        Row.objects.create(**form.cleaned_data)
        return HttpResponseRedirect("/merci/")
    return HttpResponse(FORM.render({}, request))


urlpatterns = [
    path("livez", lambda request: HttpResponse()),
    path("row/<int:pk>/", show_row),
    path("rows/<int:count>/", show_rows),
    path("rows/<int:count>.csv", export_rows),
    path("form/", show_form),
]


def load() -> None:
    """One table, a thousand rows."""
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    Row.objects.bulk_create(
        Row(
            name=f"Personne {n}",
            mail=f"p{n}@exemple.quebec",
            town="Montréal",
            role="membre",
            number=n,
            day="2026-11-24",
        )
        for n in range(1000)
    )


if __name__ == "__main__":
    load()
else:
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
