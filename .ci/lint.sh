#!/usr/bin/env bash
# What can be said without running anything: style, templates, types, layers, migrations, settings.
set -uo pipefail
cd "$(dirname "$0")/.."
. .ci/steps.sh

production_check() {
    local keyring
    keyring=$(mktemp -d)
    env -u DEMO -u DEBUG DJANGO_SETTINGS_MODULE=cmtl.settings SITE_URL=https://communautes.example.org \
        DATABASE_URL=postgres://cmtl@postgres/cmtl REDIS_URL=redis://redis/0 \
        SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
        FIELD_KEYS="$(python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
        PRIVACY_OFFICER=vie-privee@communautes.quebec PRIVACY_OFFICER_NAME="Prénom Nom" \
        PRIVACY_OFFICER_TITLE="directrice générale" ORGANISATION_NAME="Organisme" ORGANISATION_ADDRESS="1, rue du Nom" \
        KEYRING_DIR="$keyring" python manage.py check --deploy --fail-level WARNING
    local result=$?
    rmdir "$keyring"
    return $result
}

step "format" ruff format --check .
step "lint" ruff check .
step "format of templates" djangofmt --check templates
step "templates" djlint templates --lint --quiet
step "types" mypy .
step "layers" lint-imports
step "checks" python manage.py check --fail-level WARNING
step "checks for production" production_check
step "migrations" python manage.py makemigrations --check --dry-run

[ -z "$failed_steps" ] || { printf '\nFailed: %s\n' "${failed_steps# · }"; exit 1; }
