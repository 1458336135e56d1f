"""The seven groups that the guide names, each founded from its profile on the real pages, each unlike the others
where the guide says so. Everything is read on the screen or in a mail; the database is not asked."""

import datetime as dt
import io
import re
import zoneinfo

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from outbox.models import Message
from tests import factories as make

pytestmark = pytest.mark.browser

PATIENCE = 15_000  # milliseconds
MONTREAL = zoneinfo.ZoneInfo("America/Toronto")


class Hand:
    """Someone at a browser, and what it takes of them: presses (of buttons and links) and fields filled."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses, self.fields = page, 0, 0
        self.community = ""  # address of the one founded

    def press(self, name: str, *, within: str = "main", role: str = "button") -> None:
        """The button, or the link, of exactly that name."""
        self.page.locator(within).get_by_role(role, name=name, exact=True).first.click()
        self.presses += 1

    def follow(self, name: str, *, within: str = "main") -> None:
        self.press(name, within=within, role="link")

    def unfold(self, title: str) -> None:
        self.page.locator("summary", has_text=title).first.click()
        self.presses += 1

    def field(self, label: str):
        exactly = re.compile(rf"^\s*{re.escape(label)}(\s+\*( obligatoire)?)?\s*$")
        fields = self.page.locator("input, select, textarea")
        return self.page.locator("main").get_by_label(exactly).and_(fields).first

    def write(self, label: str, words: str) -> None:
        self.field(label).fill(words)
        self.fields += 1

    def write_first(self, group: str, words: str) -> None:
        """In the first of several fields under one title."""
        self.page.get_by_role("group", name=group).get_by_role("textbox").first.fill(words)
        self.fields += 1

    def choose(self, label: str, option: str) -> None:
        field = self.field(label)
        if not field.is_visible():  # rarely filled: folded
            self.page.get_by_text("Plus de détails").first.click()
        field.select_option(label=option)
        self.fields += 1

    def tick(self, *labels: str) -> None:
        for label in labels:
            self.field(label).check()
            self.fields += 1

    def go(self, path: str = "") -> None:
        """A page of the community founded: « » is its overview."""
        self.page.goto(self.community + path)

    def sees(self, *words: str, within: str = "main") -> None:
        for sentence in words:
            expect(self.page.locator(within)).to_contain_text(sentence, timeout=PATIENCE)

    def does_not_see(self, *words: str, within: str = "main") -> None:
        for sentence in words:
            expect(self.page.locator(within)).not_to_contain_text(sentence, timeout=PATIENCE)


@pytest.fixture
def hand(open_as, philippe):
    """Philippe, who coordinates « Familles isolées », at his desk."""
    return Hand(open_as(philippe))


# ------------------------------------------------------------ what all seven do


def found(hand: Hand, name: str, profile: str, *, programme: str = "", purpose: str = "Se parler.", also=None) -> None:
    hand.page.goto("/communautes/nouvelle/")
    hand.follow(f"Choisir {profile}")
    hand.write("Nom", name)
    hand.write("Raison d’être", purpose)
    if programme == "Familles isolées":
        hand.choose("Programme", programme)
    elif programme:
        hand.write("Ou un nouveau programme", programme)
    if also:
        also()
    hand.press("Créer la communauté")
    expect(hand.page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    hand.community = hand.page.url


def list_people(hand: Hand, *people: str) -> None:
    hand.go("personnes/importer/")
    choose_file(hand, "membres.csv", columns(*people))
    hand.press("Lire la liste")
    hand.press(f"Ajouter {len(people)} personnes" if len(people) > 1 else "Ajouter 1 personne")
    expect(hand.page.get_by_role("heading", name="Cette liste est importée")).to_be_visible()


def columns(*people: str) -> bytes:
    """Each is « Prénom Nom; organisation; région »; the file is as a spreadsheet saves it."""
    lines = ["Prénom;Nom;Courriel;Organisation;Région"]
    for person in people:
        name, organisation, region = [*(part.strip() for part in person.split(";")), "", ""][:3]
        first, last = name.split(" ", 1)
        lines.append(f"{first};{last};{first.lower()}@exemple.quebec;{organisation};{region}")
    return "\r\n".join(lines).encode("utf-8-sig")


def choose_file(hand: Hand, name: str, content: bytes) -> None:
    kind = "image/png" if name.endswith("png") else "text/csv"
    hand.page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})
    hand.fields += 1


def plan(
    hand: Hand, *days: dt.date, at: str = "12:00", title: str = "", kind: str = "", mode: str = "", also=None
) -> str:
    """Meetings on these days; the address of the first."""
    hand.go("rencontres/planifier/")
    for n, day in enumerate(days):
        if not hand.page.locator(f"#id_{n}-day").count():
            hand.press("Ajouter une date")
        hand.page.locator(f"#id_{n}-day").fill(day.isoformat())
        hand.page.locator(f"#id_{n}-starts").fill(at)
        hand.fields += 2
    if title:
        hand.write("Sujet", title)
    if kind:
        hand.choose("Type", kind)
    if mode:
        hand.choose("Mode", mode)
    if also:
        also()
    hand.press("Planifier ces rencontres")
    hand.page.wait_for_url(re.compile(r"/rencontres/(\d+/(inviter/)?|annee/.*)?$"))
    meeting = hand.page.url.removesuffix("inviter/")  # where a meeting to invite to leads
    if meeting != hand.page.url:
        hand.page.goto(meeting)
    return meeting


def in_days(n: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=n)


# ------------------------------------------------------------ one by one


@pytest.mark.long
def test_constellation_is_open_online_across_regions_and_grouped_by_them(hand):
    def objective_and_mode():
        hand.unfold("Objectifs")
        hand.write_first("Créer ou renforcer des liens", "Connaître dix personnes à qui téléphoner")
        hand.unfold("Rencontres et taille")
        hand.choose("Mode", "En ligne")

    found(hand, "Constellation", "Ouverte", programme="Familles isolées", also=objective_and_mode)
    hand.sees("Les membres représentent leur organisation", "Toute personne admissible peut venir")
    hand.sees("L’assiduité est souhaitée, sans être exigée")
    hand.go("objectifs-et-regles/")
    hand.sees("Connaître dix personnes à qui téléphoner", "Créer ou renforcer des liens")

    hand.go("modifier/")
    hand.write("Commencée le", "2020-09-01")
    hand.press("Enregistrer")
    hand.go("reglages/fiche/")
    hand.tick("Plusieurs régions du Québec")
    hand.unfold("Régions du Québec")
    hand.tick("Estrie", "Mauricie", "Laval")
    hand.press("Enregistrer")
    hand.go()
    hand.sees("Depuis septembre 2020", "Plusieurs régions du Québec, Mauricie, Estrie, Laval")

    list_people(
        hand,
        "Nadia Amrani; Halte des Rapides; Estrie",
        "Bao Tran; Relais du Ruisseau; Estrie",
        "Cléo Roy; La Ribambelle; Mauricie",
        "Dan Côté; Carrefour des Lilas; Laval",
    )
    hand.go("personnes/")
    hand.sees("Halte des Rapides", "Carrefour des Lilas")
    hand.go("sous-groupes/")
    hand.press("Grouper par région")
    hand.sees("Estrie", "Région · 2 personnes", "Mauricie", "Laval", "Cléo Roy")

    meeting = plan(hand, in_days(9), title="Rejoindre les pères isolés")
    hand.sees("En ligne")
    hand.page.goto(f"{meeting}inviter/")
    hand.sees("Invitation : Rejoindre les pères isolés", "Connaître dix personnes à qui téléphoner")
    hand.does_not_see("s’engagent à toutes les rencontres", "Cette invitation est personnelle")


@pytest.mark.long
def test_les_filles_et_le_code_share_a_paid_training_to_the_cent(hand):
    def objective():
        hand.unfold("Objectifs")
        hand.write_first("Mutualiser des ressources", "Se payer ensemble ce qu’aucune ne peut se payer seule")

    found(hand, "Les filles et le code", "Ouverte", programme="Mouvement les filles et le code", also=objective)
    names = ("Code en rose", "Les Compilées", "Hackeuses du quartier")
    list_people(hand, *(f"{who}; {name}" for who, name in zip(("Ana Roy", "Bea Li", "Cam Diaz"), names, strict=True)))

    for name in names:
        hand.go("personnes/")
        hand.page.goto("/organisations/")
        hand.follow(name)
        hand.follow("Modifier")
        hand.choose("Personnel rémunéré", "Non")
        hand.press("Enregistrer")
        hand.sees("Aucune personne salariée")

    hand.go("besoins/")
    hand.follow("Ajouter le premier besoin")
    hand.write("Ce dont on a besoin", "Formation en cybersécurité, avec une experte")
    hand.choose("Qui en a besoin", names[0])
    hand.press("Enregistrer")
    for name in names[1:]:
        hand.page.locator("#id_needs_who").select_option(label=name)
        hand.press("En a besoin aussi")
        hand.sees(name, within="[aria-labelledby=needs-title]")
    hand.follow("Partager un coût")
    hand.write("Coût total", "1000")
    hand.tick("À parts égales")
    hand.press("Enregistrer")
    rows = hand.page.locator("table.shares tbody tr")
    expect(rows).to_have_text([re.compile(rf"{n}\s*333,3{c}\s\$") for n, c in zip(names, "433", strict=True)])
    hand.sees("1\u00a0000,00\u00a0$", within="table.shares tfoot")

    plan(hand, in_days(20), title="Cybersécurité pour débuter", kind="Formation")
    hand.sees("Formation")


@pytest.mark.long
def test_the_groupe_des_trente_chooses_on_the_spot_and_asks_no_organisation(hand, open_as):
    found(hand, "Groupe des Trente", "À titre individuel", programme="Relève et gouvernance")
    hand.sees("Les membres participent à titre individuel", "Sujets choisis au début de chaque rencontre")
    list_people(hand, "Ève Dubé", "Farid Haddad")
    hand.go("personnes/")
    hand.sees("à titre individuel")

    for topic in ("Présider sans imposer", "Recruter un conseil d’administration"):
        hand.go("sujets/proposer/")
        hand.write("Sujet", topic)
        hand.press("Proposer")
    hand.go("sujets/")
    hand.unfold("Autres options: Présider sans imposer")
    hand.press("Garder en réserve")
    hand.sees("En réserve 1")

    soon = (timezone.now() + dt.timedelta(minutes=30)).astimezone(MONTREAL)
    meeting = plan(hand, soon.date(), at=soon.strftime("%H:%M"))
    hand.sees("Sujets choisis ensemble", "Choix des sujets")
    hand.page.goto(f"{meeting}inviter/")
    hand.sees("Le groupe choisira ses sujets au début de la rencontre.")
    hand.does_not_see("Présider sans imposer", "Recruter un conseil d’administration")
    the_group_finds_no_topic_and_takes_the_reserve(hand, meeting, open_as)


def the_group_finds_no_topic_and_takes_the_reserve(hand: Hand, meeting: str, open_as) -> None:
    console = hand.page
    console.goto(f"{meeting}ecran/")
    code = console.locator("b.code").inner_text()
    console.goto(f"{meeting}animer/")
    console.locator("#start").click()
    phone = Hand(open_as(None, width=390, height=844))
    phone.page.goto("/ici/")
    phone.write("Les six caractères de la rencontre", code)
    phone.press("Entrer")
    expect(phone.field("Votre prénom et votre nom")).to_be_visible()
    phone.does_not_see("organisation")
    phone.write("Votre prénom et votre nom", "Gil Roy")
    phone.press("Je suis là")
    phone.page.wait_for_selector("#now .done")

    console.locator(".phase button", has_text="Choix des sujets").click()
    console.locator("#offer-reserve").click()
    phone.page.get_by_role("button", name="Présider sans imposer").click(timeout=PATIENCE)
    expect(console.locator("#choice .dots b")).to_have_text("1", timeout=PATIENCE)
    console.locator("#choice button", has_text="Présider sans imposer").click()
    expect(console.locator("#clock-title")).to_have_text("Présider sans imposer", timeout=PATIENCE)
    expect(console.locator("#choice")).not_to_contain_text("Recruter un conseil")


@pytest.mark.long
def test_the_groupe_des_vingt_selects_commits_meets_in_person_and_reports_with_its_partner(hand, open_as):
    sandrine = make.a_person("Sandrine", "Beaulieu", email="sandrine@exemple.quebec")

    def with_sandrine():
        hand.unfold("Une autre personne anime")
        hand.write("Courriel", sandrine.email)

    found(hand, "Groupe des Vingt", "Proche de la cohorte", programme="Culture et diversité", also=with_sandrine)
    hand.sees("Programme fixé pour l’année", "Les membres s’engagent à toutes les rencontres")
    hand.sees("Les membres sont sélectionnés", "Suivi individuel proposé à tout le monde")
    hand.sees("Tenir la première rencontre en personne")
    hand.go("reglages/politiques/")
    hand.sees("Un suivi individuel est à proposer à chaque membre.")

    meeting = the_first_meeting_was_to_be_in_person(hand)
    two_apply_and_one_is_chosen(hand, Hand(open_as(sandrine)), open_as)
    hand.page.goto(f"{meeting}inviter/")
    hand.sees("Les membres de cette communauté s’engagent à toutes les rencontres")
    hand.sees("Cette invitation est personnelle : les membres de cette communauté ont été sélectionnés.")
    the_partner_is_on_the_report(hand)


def the_first_meeting_was_to_be_in_person(hand: Hand) -> str:
    hand.go("rencontres/planifier/")
    expect(hand.field("Mode")).to_have_value("in_person")
    meeting = plan(hand, in_days(10), mode="En ligne")
    hand.go()
    hand.sees("La première rencontre est en ligne; elle devait avoir lieu en personne.")
    hand.sees("Le programme est fixé à l’avance, et 1 date à venir n’a pas de sujet.")
    hand.page.goto(f"{meeting}modifier/")
    hand.choose("Mode", "En personne")
    hand.write("Sujet", "Revoir nos pratiques d’embauche")
    hand.press("Enregistrer")
    hand.go()
    hand.does_not_see("elle devait avoir lieu en personne", "n’a pas de sujet")
    return meeting


def two_apply_and_one_is_chosen(philippe: Hand, sandrine: Hand, open_as) -> None:
    philippe.go("personnes/")
    philippe.follow("Appels de candidatures")
    philippe.follow("Nouvel appel")
    philippe.write("Titre", "Groupe des Vingt, deuxième cohorte")
    philippe.write("Ce que la communauté offre et demande", "Six rencontres sur la diversité.")
    philippe.write("Se termine le", in_days(30).isoformat())
    philippe.write("Critère 1", "Motivation de l’équipe")
    philippe.tick("Philippe Marchand", "Sandrine Beaulieu")
    philippe.press("Enregistrer")
    form = philippe.field("Le formulaire public, à diffuser").input_value()
    call = philippe.page.url

    for first, organisation in (("Inès", "Théâtre du Belvédère"), ("Jo", "Danse Nord")):
        phone = Hand(open_as(None, width=390, height=844))
        phone.page.goto(form)
        phone.sees("Les membres s’engagent à toutes les rencontres")
        phone.write("Prénom", first)
        phone.write("Nom", "Lamy")
        phone.write("Courriel", f"{first.lower().replace('è', 'e')}@exemple.quebec")
        phone.write("Organisation", organisation)
        phone.write("Pourquoi vous aimeriez participer", "Pour changer nos façons d’embaucher.")
        phone.tick("Si ma candidature est retenue, je prendrai part à toutes les rencontres de l’année.")
        phone.page.locator("#id_consents").check()
        phone.press("Envoyer ma candidature")
        phone.sees("Votre candidature est reçue")

    for reader in (philippe, sandrine):
        reader.page.goto(call)
        reader.sees("masquée jusqu’à la dernière lecture")
        reader.follow("Inès Lamy")
        for _each in range(2):
            reader.tick("4, tout à fait")
            reader.press("Enregistrer mes notes")
    philippe.page.goto(call)
    philippe.follow("Inès Lamy")
    philippe.press("Retenue")
    philippe.page.goto(call)
    philippe.follow("1 lettre à envoyer")
    philippe.press("Envoyer 1 lettre")

    phone = Hand(open_as(None, width=390, height=844, expects="422"))
    phone.page.goto(re.search(r"https?://\S+/rejoindre/\S+", letter_to("ines@exemple.quebec")).group())
    phone.press("Je signe et je deviens membre")
    phone.sees("Cette communauté demande à ses membres de venir à toutes les rencontres")
    phone.tick("Je m’engage à prendre part à toutes les rencontres.")
    phone.press("Je signe et je deviens membre")
    phone.sees("l’engagement de venir à toutes les rencontres")
    philippe.go("appels/")
    philippe.sees("Inès Lamy", within="[aria-labelledby=signed-title]")
    philippe.go("personnes/")
    philippe.sees("Théâtre du Belvédère")
    philippe.does_not_see("Danse Nord")


def letter_to(address: str) -> str:
    """The latest mail that waits for that address: what its reader will open."""
    return Message.objects.filter(to=address).latest("pk").text


def the_partner_is_on_the_report(hand: Hand) -> None:
    hand.go("partenaires/")
    hand.follow("Ajouter un partenaire")
    hand.write("Organisation", "Conseil des arts")
    hand.choose("Rôle", "Coorganisatrice")
    choose_file(hand, "logo.png", a_logo())
    hand.press("Ajouter")
    hand.go(f"bilans/{timezone.localdate().year}/")
    hand.sees("Coorganisée par")
    logo = hand.page.get_by_alt_text("Conseil des arts")
    expect(logo).to_be_visible()
    assert logo.evaluate("image => image.naturalWidth") > 0


def a_logo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 60), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.mark.long
def test_the_conseils_jeunesse_gather_boroughs_around_trainings_open_to_others(hand, open_as):
    found(hand, "Conseils jeunesse", "Portée par des formations", programme="Participation des jeunes")
    hand.go("reglages/fiche/")
    hand.tick("Un ou plusieurs arrondissements")
    hand.press("Enregistrer")
    hand.go()
    hand.sees("Un ou plusieurs arrondissements", "3 rencontres par année", "En alternance, en ligne et en personne")
    list_people(hand, "Kim Roy; Arrondissement de Verdun", "Luz Paz; Arrondissement d’Anjou")
    hand.page.goto("/organisations/")
    hand.follow("Arrondissement de Verdun")
    hand.follow("Modifier")
    hand.choose("Type", "Ville, arrondissement ou municipalité")
    hand.press("Enregistrer")
    hand.sees("Ville, arrondissement ou municipalité", "Kim Roy")

    def open_to_all():
        hand.page.locator("summary", has=hand.page.locator("xpath=..//*[@id='id_is_open_to_all']")).click()
        hand.page.locator("#id_theme").fill("Équité, diversité et inclusion")
        hand.page.locator("#id_is_open_to_all").check()

    training = plan(hand, in_days(15), title="Accueillir sans exclure", kind="Formation", also=open_to_all)
    address = hand.page.locator("[aria-labelledby=open-title] input").input_value()
    stranger = Hand(open_as(None, width=390, height=844))
    stranger.page.goto(address)
    stranger.sees("Accueillir sans exclure")
    stranger.write("Prénom", "Rita")
    stranger.write("Nom", "Cruz")
    stranger.write("Courriel", "rita@exemple.quebec")
    stranger.page.locator("form button.btn-primary").click()
    expect(stranger.page.locator(".done")).to_be_visible()
    hand.page.goto(training)
    hand.sees("Formation")
    hand.go("personnes/")
    hand.sees("Rita Cruz", "Formation")


@pytest.mark.long
def test_the_linked_cities_keep_their_history_when_a_person_is_replaced(hand):
    found(hand, "Villes liées", "Ouverte", programme="Transition écologique")
    hand.go("reglages/fiche/")
    hand.tick("Villes liées")
    hand.press("Enregistrer")
    list_people(hand, "Maud Roy; Ville de Dorval", "Noé Li; Ville de Westmount")

    hand.page.goto("/organisations/")
    hand.follow("Ville de Dorval")
    hand.follow("Changer la personne · Maud Roy")
    hand.write("Prénom", "Omar")
    hand.write("Nom", "Diaz")
    hand.write("Courriel", "omar.diaz@exemple.quebec")
    hand.press("Changer la personne")
    turns = hand.page.locator("main .list li")
    expect(turns).to_have_count(2)
    expect(turns.filter(has_text="Maud Roy")).to_contain_text("avant")
    expect(turns.filter(has_text="Omar Diaz")).to_contain_text("depuis le")
    hand.go("personnes/")
    hand.sees("Omar Diaz")


@pytest.mark.long
def test_the_consultations_register_a_recording_until_children_come(hand):
    found(hand, "Consultations auprès des enfants", "Ouverte", programme="Participation des jeunes")
    list_people(hand, "Pia Roy; Centre de la petite enfance")
    meeting = plan(hand, in_days(12), title="Ce que disent les enfants")
    hand.follow("Registre")
    hand.choose("Qui pourra l’écouter", "Seulement la personne qui prend les notes")
    hand.write("Où il sera conservé", "L’ordinateur de la preneuse de notes")
    hand.press("Demander aux personnes qui viennent")
    hand.sees("Ce que chaque personne en dit")
    hand.page.goto(meeting)
    hand.sees("La question est posée à toutes les personnes présentes.")

    hand.follow("Registre")
    hand.press("Des enfants y seront")
    hand.sees("Des enfants y assistent : elle ne peut pas être enregistrée")
    expect(hand.page.get_by_role("button", name="Demander aux personnes qui viennent")).to_have_count(0)
    hand.page.goto(meeting)
    hand.sees("Des enfants y assistent", within="[aria-labelledby=recording-title]")
