"""One include per app."""

from django.urls import include, path

from accounts.web.views import to_sign_in
from cmtl import views

urlpatterns = [
    path("", include("evaluations.urls")),
    path("", include("meetings.urls")),
    path("", include("communities.urls")),
    path("", include("outbox.urls")),
    path("", include("accounts.urls")),
    path("compte/password/<path:rest>", to_sign_in, name="account_no_password"),
    path("compte/signup/", to_sign_in, name="account_no_signup"),
    path("compte/login/code/", to_sign_in, name="account_one_door"),
    path("compte/", include("allauth.urls")),
    path("confidentialite/", views.privacy, name="privacy"),
    path("style/", views.style, name="style"),
]
