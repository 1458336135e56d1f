"""Today, surveys, figures and annual reports."""

from django.urls import path

from evaluations.web import archives, settings_export, vitality
from evaluations.web.campaigns import ballots as campaign_ballots
from evaluations.web.campaigns import campaigns
from evaluations.web.reports import across, reports
from evaluations.web.surveys import aloud, bank, own_questions, survey_settings, surveys
from evaluations.web.today import bell
from evaluations.web.today import views as today_views

app_name = "evaluations"
urlpatterns = [
    path("", today_views.today, name="today"),
    path("cloche/", bell.show_bell, name="bell"),
    path("rencontres/<int:pk>/evaluation/", surveys.show_survey, name="survey"),
    path("rencontres/<int:pk>/evaluation/ouvrir/", surveys.open_survey, name="open_survey"),
    path("rencontres/<int:pk>/evaluation/annuler/", surveys.undo_opening, name="undo_opening"),
    path("rencontres/<int:pk>/evaluation/compteur/", surveys.counter, name="counter"),
    path("rencontres/<int:pk>/evaluation/fermer/", surveys.close_survey, name="close_survey"),
    path("rencontres/<int:pk>/evaluation.csv", surveys.export_results, name="export_results"),
    path("rencontres/<int:pk>/evaluation/de-vive-voix/", aloud.key_aloud, name="aloud"),
    path("rencontres/<int:pk>/evaluation/sujets/", surveys.keep_topic, name="keep_topic"),
    path("r/<str:token>/evaluation/", surveys.ballot, name="ballot"),
    path("r/<str:token>/evaluation/merci/", surveys.thanks, name="thanks"),
    path("ici/<str:code>/evaluation/", surveys.room_ballot, name="room_ballot"),
    path("ici/<str:code>/evaluation/merci/", surveys.room_thanks, name="room_thanks"),
    path("communautes/<int:pk>/fin-de-rencontre/", survey_settings.edit_settings, name="survey_settings"),
    path("communautes/<int:pk>/questions/", own_questions.list_own, name="own_questions"),
    path("communautes/<int:pk>/questions/ajouter/", own_questions.add, name="add_own_question"),
    path("communautes/<int:pk>/questions/apercu/", own_questions.preview, name="preview_own_questions"),
    path("communautes/<int:pk>/questions/copier/", own_questions.copy, name="copy_own_questions"),
    path("questions/<int:pk>/", own_questions.edit, name="edit_own_question"),
    path("questions/<int:pk>/retirer/", own_questions.remove, name="remove_own_question"),
    path("communautes/<int:pk>/evaluations-annuelles/", campaigns.list_campaigns, name="campaigns"),
    path("communautes/<int:pk>/evaluations-annuelles/preparer/", campaigns.prepare, name="prepare_campaign"),
    path("evaluations-annuelles/<int:pk>/", campaigns.show, name="campaign"),
    path("evaluations-annuelles/<int:pk>/modifier/", campaigns.edit, name="edit_campaign"),
    path("evaluations-annuelles/<int:pk>/apercu/", campaigns.preview, name="preview_campaign"),
    path("evaluations-annuelles/<int:pk>/ouvrir/", campaigns.open_to_all, name="open_campaign"),
    path("evaluations-annuelles/<int:pk>/fermer/", campaigns.close, name="close_campaign"),
    path("evaluations-annuelles/<int:pk>/supprimer/", campaigns.delete, name="delete_campaign"),
    path("evaluations-annuelles/<int:pk>/lu/", campaigns.mark_read, name="mark_campaign_read"),
    path("evaluations-annuelles/<int:pk>.csv", campaigns.export, name="export_campaign"),
    path("a/<str:token>/", campaign_ballots.ballot, name="annual_ballot"),
    path("a/<str:token>/merci/", campaign_ballots.thanks, name="annual_thanks"),
    path("questionnaires/", bank.list_questionnaires, name="questionnaires"),
    path("questionnaires/<str:code>/", bank.show, name="questionnaire"),
    path("questionnaires/<str:code>/nouvelle-version/", bank.make_version, name="make_version"),
    path("questionnaires/versions/<int:pk>/retirer/", bank.take_back, name="take_back_version"),
    path("evaluations/", across.across, name="across"),
    path("evaluations.csv", across.export_across, name="export_across"),
    path("communautes/<int:pk>/modeles/", settings_export.models_page, name="models"),
    path("communautes/<int:pk>/modeles/appliquer/", settings_export.apply_models, name="apply_models"),
    path("communautes/<int:pk>/copier/", settings_export.copy_community, name="copy_community"),
    path("communautes/<int:pk>/defaire-la-copie/", settings_export.undo_copied_community, name="undo_copied_community"),
    path("communautes/<int:pk>/modeles.json", settings_export.export_models, name="export_models"),
    path("communautes/<int:pk>/bilans/", reports.list_reports, name="reports"),
    path("communautes/<int:pk>/bilans/<int:year>/", reports.show_report, name="report"),
    path("communautes/<int:pk>/bilans/<int:year>/rediger/", reports.write_report, name="write_report"),
    path("communautes/<int:pk>/bilans/<int:year>/publier/", reports.publish_report, name="publish_report"),
    path("communautes/<int:pk>/bilans/<int:year>/etat/", reports.report_progress, name="report_progress"),
    path("communautes/<int:pk>/bilans/<int:year>/logos/<int:number>/", reports.report_logo, name="report_logo"),
    path("communautes/<int:pk>/bilans/<int:year>/bilan.pdf", reports.report_pdf, name="report_pdf"),
    path("communautes/<int:pk>/vitalite/", vitality.show_board, name="vitality"),
    path("communautes/<int:pk>/vitalite/appreciation/", vitality.rate_factor, name="rate_factor"),
    path("communautes/<int:pk>/archive/", archives.show_archive, name="archive"),
    path("communautes/<int:pk>/archive/etat/", archives.archive_progress, name="archive_progress"),
    path("archives/<int:pk>/telecharger/", archives.download, name="download_archive"),
]
