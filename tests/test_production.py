"""The papers and files of production: what can be said of them without an engine to run them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
GOOD = {
    "SITE_URL": "https://communautes.example.org",
    "SECRET_KEY": "R4nd0m-enough-for-a-test-" * 3,
    "DATABASE_URL": "postgres://cmtl@postgres/cmtl",
    "REDIS_URL": "redis://redis/0",
    "FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "PRIVACY_OFFICER": "vie-privee@communautes.quebec",
    "PRIVACY_OFFICER_NAME": "Prénom Nom",
    "PRIVACY_OFFICER_TITLE": "directrice générale",
    "ORGANISATION_NAME": "Carrefour des communautés",
    "ORGANISATION_ADDRESS": "1, rue du Nom, Montréal (Québec) H2X 1Y4",
    "KEYRING_DIR": "/var/tmp",  # any folder outside DATA_DIR: a check writes nothing there
}


def longer(*values):
    """Each starts an interpreter, which takes seconds: with `make check-all`."""
    return pytest.param(*values, marks=pytest.mark.long)


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def check_deploy(tmp_path, **changes):
    clean = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
    variables = {**clean, **GOOD, "DATA_DIR": str(tmp_path), **changes}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)


def test_the_shipped_settings_leave_django_nothing_to_say(tmp_path):
    result = check_deploy(tmp_path)

    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_a_demonstration_in_production_is_called_one(tmp_path):
    """Each check looks at a setting of its own: what GOOD has right is wrong in all of them at once."""
    wrong = {"SITE_URL": "http://communautes.example.org", "DATABASE_URL": "", "REDIS_URL": "", "MFA_REQUIRED": "0"}

    result = check_deploy(tmp_path, **wrong, DEMO="1")

    assert result.returncode == 1
    assert set(re.findall(r"cmtl\.(W\d+)", result.stderr)) == {"W001", "W002", "W003", "W004", "W005"}


@pytest.mark.parametrize(
    ("folder", "number"), [("", "E001"), longer("files/keys", "E001"), longer("../absent", "E002")]
)
def test_a_keyring_that_would_be_backed_up_or_is_not_there_is_an_error(tmp_path, folder, number):
    data = tmp_path / "data"
    result = check_deploy(data, KEYRING_DIR=str(data / folder) if folder else "")

    assert result.returncode == 1
    assert f"cmtl.{number}" in result.stderr


def test_keys_and_files_are_on_volumes_apart(compose):
    mounted = {
        name: dict(v.split(":")[:2] for v in compose["services"][name].get("volumes", []))
        for name in compose["services"]
    }

    keyring = compose["x-app"]["environment"]["KEYRING_DIR"]
    assert {name for name in mounted if mounted[name].get("keyring") == keyring} == {"web", "worker", "migrate"}
    assert "keyring" not in re.search(r"tar -C (.*)", (ROOT / "docs" / "production.md").read_text())[1]


def test_production_does_not_start_without_a_key(tmp_path):
    result = check_deploy(tmp_path, SECRET_KEY="")

    assert "SECRET_KEY (or SECRET_KEY_FILE) is required" in result.stderr


@pytest.mark.parametrize(
    "change",
    [
        {"PRIVACY_OFFICER": ""},  # then it is of the site's name, example.org
        longer({"PRIVACY_OFFICER": "vie-privee@localhost"}),
        longer({"PRIVACY_OFFICER": "vie-privee@courriel.example.org"}),
        longer({"PRIVACY_OFFICER": "vie-privee@exemple.quebec"}),
        longer({"PRIVACY_OFFICER_NAME": "", "PRIVACY_OFFICER_TITLE": ""}),
        {"ORGANISATION_NAME": "", "ORGANISATION_ADDRESS": ""},
    ],
)
def test_who_answers_for_what_people_write_is_a_real_person(tmp_path, change):
    result = check_deploy(tmp_path, **change)

    assert result.returncode == 1
    assert "cmtl.E005" in result.stderr
    assert all(name in result.stderr for name in change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"FIELD_KEYS": ""}, "FIELD_KEYS (or FIELD_KEYS_FILE) is required"),
        longer({"FIELD_KEYS": "", "SITE_URL": "http://communautes.example.org"}, "cmtl.E003"),
        longer({"FIELD_KEYS": "un mot de passe"}, "cmtl.E004"),
    ],
)
def test_encrypted_texts_have_a_key_of_their_own(tmp_path, change, words):
    result = check_deploy(tmp_path, **change)

    assert result.returncode == 1
    assert words in result.stderr


def test_a_secret_comes_from_a_file_without_its_last_newline(tmp_path):
    (tmp_path / "password").write_text("s3cret\n")
    code = "from django.conf import settings as s; print(repr(s.DATABASES['default']['PASSWORD']))"
    variables = {**os.environ, **GOOD, "DATABASE_PASSWORD_FILE": str(tmp_path / "password"), "DATA_DIR": str(tmp_path)}

    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**variables, "DJANGO_SETTINGS_MODULE": "cmtl.settings"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert printed.strip() == "'s3cret'"


def test_every_variable_is_in_the_table_and_no_other():
    read = set(re.findall(r'(?:setting|flag)\(\s*"([A-Z_]+)"', (ROOT / "cmtl" / "settings.py").read_text()))

    table = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "production.md").read_text(), re.M))

    assert table == read


def test_the_compose_file_sets_only_variables_that_are_read(compose):
    read = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "production.md").read_text(), re.M))

    for name in [*compose["x-app"]["environment"], *compose["x-maintenance"]["environment"]]:
        assert name.removesuffix("_FILE") in read, name


def test_the_password_of_the_maintenance_is_where_it_migrates_and_cleans_and_nowhere_else(compose):
    """`postgres` makes the roles; the maintenance has neither the site's password, nor the relay's, nor a way out."""
    services = compose["services"]
    holders = {name for name, service in services.items() if "maintenance_password" in service.get("secrets", [])}
    told = {n for n, s in services.items() if any("MAINTENANCE" in variable for variable in s.get("environment", {}))}

    assert holders == {"postgres", "maintenance", "migrate"}
    assert told == {"maintenance", "migrate"}
    for name in told:
        assert set(services[name]["secrets"]) == {"secret_key", "field_keys", "maintenance_password"}
        assert services[name]["networks"] == ["inside"]
    assert "--queues=maintenance" in services["maintenance"]["command"]
    assert not any("queues" in word for word in services["worker"]["command"])


def test_what_a_service_names_is_declared(compose):
    for name, service in compose["services"].items():
        assert set(service.get("networks", [])) <= set(compose["networks"]), name
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        assert set(service.get("depends_on", [])) <= set(compose["services"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (ROOT / source).exists(), volume


def test_everything_but_beat_is_checked_and_waits_for_what_it_needs(compose):
    services = compose["services"]

    assert {name for name, service in services.items() if "healthcheck" not in service} == {"beat", "migrate"}
    for name in ("web", "worker", "beat", "maintenance"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}
    assert set(services["postgres"]["networks"]) == set(services["redis"]["networks"]) == {"inside"}


def test_only_the_proxy_has_a_door_outside(compose):
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]


def test_the_proxy_lets_go_of_a_connection_before_gunicorn_does(compose):
    proxy = re.search(r"keepalive (\d+)s", (ROOT / "docs" / "production" / "Caddyfile").read_text())
    web = next(part for part in compose["services"]["web"]["command"] if part.startswith("--keep-alive="))

    assert int(proxy[1]) < int(web.partition("=")[2]) == 75


def test_the_proxy_logs_no_request():
    """Caddy writes an access log only where a site asks for it; its errors quote the request unless it is deleted."""
    proxy = (ROOT / "docs" / "production" / "Caddyfile").read_text()
    everywhere, _site, of_the_site = proxy.partition("{$SITE_URL}")

    assert re.search(r"format filter \{.*request delete.*resp_headers delete", everywhere, re.S)
    assert not re.search(r"^\s*log\b", of_the_site, re.M)


def test_the_web_server_is_started_where_its_settings_are(compose):
    """gunicorn reads `gunicorn.conf.py` of the folder it is started in."""
    image = (ROOT / "docs" / "production" / "Dockerfile").read_text()

    assert "WORKDIR /app\n" in image
    assert (ROOT / "gunicorn.conf.py").exists()
    assert not any(
        word.startswith(("-c", "--config", "--logger-class")) for word in compose["services"]["web"]["command"]
    )


def test_no_secret_is_written_in_the_compose_file(compose):
    for name, secret in compose["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {"secrets/", ".env"} <= set(ignored)
