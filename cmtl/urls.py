"""One include per app."""

from django.urls import include, path

from cmtl import views

urlpatterns = [
    path("", include("evaluations.urls")),
    path("", include("meetings.urls")),
    path("", include("communities.urls")),
    path("", include("outbox.urls")),
    path("", include("accounts.urls")),
    path("compte/", include("allauth.urls")),
    path("confidentialite/", views.privacy, name="privacy"),
    path("style/", views.style, name="style"),
]
