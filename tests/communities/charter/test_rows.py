"""Short lists edited whole, as a browser posts them: what Sandrine did not touch does not change."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from communities.domain.charter import operating_rules
from communities.domain.member_import import import_apply
from communities.models import MemberImport, Objective, Policies, Rule
from tests import factories as make
from tests.forms import form_on, submit

WORDS = "On s’écoute,\nsans se couper la parole"


@pytest.fixture
def rules(community):
    """Two rules, adopted; the sister community has its own."""
    make.a_rule(community, WORDS, theme=Rule.Theme.RESPECT, position=0)
    make.a_rule(community, "Caméra ouverte", theme=Rule.Theme.CAMERA, position=1, is_active=False)
    make.a_rule(make.a_community("Sœur"), "Ailleurs")
    operating_rules.adopt(community, by=None)
    return reverse("communities:rules", args=[community.pk])


@pytest.fixture
def objectives(community):
    make.an_objective(community, WORDS, kind=Objective.Kind.PRACTICE, position=0)
    make.an_objective(community, "Une formation par année", kind=Objective.Kind.POOLING, position=1)
    make.an_objective(make.a_community("Sœur"), "Ailleurs")
    return reverse("communities:objectives", args=[community.pk])


def stored(rows) -> list[tuple]:
    return list(rows.order_by("pk").values_list())


# ---------------------------------------------------------------- rules


def test_rules_saved_untouched_stay_as_they_are(signed_in, sandrine, community, rules):
    before = stored(Rule.objects), stored(community.rules_versions)

    answer = submit(signed_in(sandrine), rules)

    assert answer.status_code == 302
    assert (stored(Rule.objects), stored(community.rules_versions)) == before


def test_the_recall_at_the_start_of_meetings_is_ticked_alone(signed_in, sandrine, community, rules):
    before = stored(Rule.objects)

    submit(signed_in(sandrine), rules, {"each_time": True})

    community.refresh_from_db()
    assert Policies.of(community).shows_rules_each_time
    assert stored(Rule.objects) == before


def test_one_wording_changes_and_makes_one_version(signed_in, sandrine, community, rules):
    submit(signed_in(sandrine), rules, {"rows-0-text": "On s’écoute\njusqu’au bout"})

    assert [rule.text for rule in community.rules.all()] == ["On s’écoute\njusqu’au bout", "Caméra ouverte"]
    assert [version.number for version in community.rules_versions.all()] == [2, 1]


def test_a_rule_is_added_in_the_blank_row(signed_in, sandrine, community, rules):
    submit(signed_in(sandrine), rules, {"rows-2-text": "On éteint les téléphones", "rows-2-theme": "camera"})

    added = community.rules.last()
    assert (added.text, added.theme, added.is_active) == ("On éteint les téléphones", "camera", True)
    assert community.rules.count() == 3


def test_the_box_of_the_blank_row_unticked_asks_nothing(signed_in, sandrine, community, rules):
    answer = submit(signed_in(sandrine), rules, {"rows-2-is_active": False})

    assert answer.status_code == 302
    assert community.rules.count() == 2


def test_a_text_as_long_as_the_field_allows_is_kept_with_its_lines(signed_in, sandrine, community, rules):
    """A browser counts an end of line as one character, and sends two."""
    longest = "\n".join(["Règle"] * 66 + ["Encor"])[:400]

    answer = submit(signed_in(sandrine), rules, {"rows-0-text": longest})

    assert answer.status_code == 302
    assert community.rules.first().text == longest


def test_a_refused_row_keeps_its_theme_in_its_heading(signed_in, sandrine, rules):
    answer = submit(signed_in(sandrine), rules, {"rows-0-text": ""})

    assert answer.status_code == 422
    assert answer.content.decode().count('name="rows-0-theme"') == 1
    assert '<select name="rows-0-theme"' not in answer.content.decode()


# ---------------------------------------------------------------- objectives


def test_objectives_saved_untouched_keep_no_earlier_words(signed_in, sandrine, community, objectives):
    before = stored(Objective.objects)

    answer = submit(signed_in(sandrine), objectives, {"rows-0-wording": WORDS})

    assert answer.status_code == 302
    assert stored(Objective.objects) == before
    assert not any(objective.earlier.exists() for objective in community.objectives.all())


def test_the_first_time_empty_lines_add_nothing(signed_in, sandrine, community):
    address = reverse("communities:objectives", args=[community.pk])

    answer = submit(signed_in(sandrine), address, {"rows-1-wording": "Mutualiser nos salles"})

    assert answer.status_code == 302
    (kept,) = community.objectives.all()
    assert (kept.wording, kept.kind) == ("Mutualiser nos salles", Objective.Kind.POOLING)


def test_one_objective_is_closed(signed_in, sandrine, community, objectives):
    submit(signed_in(sandrine), objectives, {"rows-1-state": Objective.State.REACHED})

    assert [o.state for o in community.objectives.order_by("pk")] == ["active", "reached"]


def test_one_objective_is_reworded(signed_in, sandrine, community, objectives):
    submit(signed_in(sandrine), objectives, {"rows-1-wording": "Deux formations par année"})

    first, second = community.objectives.order_by("pk")
    assert (first.wording, second.wording) == (WORDS, "Deux formations par année")
    assert [earlier.wording for earlier in second.earlier.all()] == ["Une formation par année"]
    assert not first.earlier.exists()


def test_one_objective_is_added(signed_in, sandrine, community, objectives):
    submit(signed_in(sandrine), objectives, {"rows-2-wording": "Un projet commun", "rows-2-kind": "projects"})

    assert [o.wording for o in community.objectives.order_by("pk")][2:] == ["Un projet commun"]


def test_a_target_without_its_objective_asks_for_the_objective(signed_in, sandrine, community, objectives):
    answer = submit(signed_in(sandrine), objectives, {"rows-2-target": "12 personnes"})

    assert answer.status_code == 422
    assert community.objectives.count() == 2


# ---------------------------------------------------------------- creating links


def test_one_step_planned_keeps_the_others_on_the_page(signed_in, sandrine, community):
    address, client = reverse("communities:team_building_steps", args=[community.pk]), signed_in(sandrine)

    submit(client, address)
    assert not community.team_building_steps.exists()

    submit(client, address, {"rows-1-is_planned": True})
    (planned,) = community.team_building_steps.all()
    offered = [row["kind"].value() for row in client.get(address).context["formset"]]
    assert planned.is_planned
    assert sorted(offered) == sorted(type(planned).Kind.values)


# ---------------------------------------------------------------- an imported list, the criteria of a call


def test_a_reading_corrected_in_nothing_keeps_what_was_unticked(signed_in, sandrine, community):
    file = SimpleUploadedFile(
        "m.csv", b"Nom complet,Courriel\nRosalie Gagnon,r@exemple.quebec\nSimon Roy,s@exemple.quebec\n"
    )
    client = signed_in(sandrine)
    submit(client, reverse("communities:import_members", args=[community.pk]), {"file": file})
    read = MemberImport.objects.get()
    import_apply.choose(read, read.revision, {2: False})

    submit(client, read.get_absolute_url(), action=reverse("communities:correct_reading", args=[read.pk]))

    read.refresh_from_db()
    assert (read.choices, read.revision) == ({"2": False}, 0)


def test_one_criterion_is_enough_on_whichever_line(signed_in, sandrine, philippe, community):
    address, client = reverse("communities:create_call", args=[community.pk]), signed_in(sandrine)
    call = {
        "title": "Appel",
        "text": "Six rencontres",
        "closes_on": "2030-01-01",
        "readers": [sandrine.pk, philippe.pk],
    }

    assert "required" in form_on(client.get(address), call).named("criterion_0")[0].node.attributes
    answer = submit(client, address, {**call, "criterion_1": "Motivation"})

    assert answer.status_code == 302, re.findall(r'class="error"[^>]*>.*', answer.content.decode())
    assert [criterion.wording for criterion in community.calls.get().criteria.all()] == ["Motivation"]
