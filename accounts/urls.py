"""One's own account; allauth's pages are beside these."""

from django.urls import path

from accounts.web import views as web_views

app_name = "accounts"
urlpatterns = [
    path("compte/", web_views.edit_settings, name="settings"),
    path("compte/fermer-partout/", web_views.sign_out_everywhere, name="sign_out_everywhere"),
    path("compte/fermer-mes-liens/", web_views.close_links, name="close_links"),
    path("langue/", web_views.set_language, name="language"),
    path("demo/<str:who>/", web_views.sign_in_for_demo, name="demo"),
]
