"""One's own account; allauth's pages are beside these."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("compte/", views.edit_settings, name="settings"),
    path("compte/fermer-partout/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("compte/fermer-mes-liens/", views.close_links, name="close_links"),
    path("langue/", views.set_language, name="language"),
    path("demo/<str:who>/", views.sign_in_for_demo, name="demo"),
]
