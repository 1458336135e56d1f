#!/usr/bin/env bash
# Everything that must pass, once DATABASE_URL and REDIS_URL answer. Ends with « N passed, N failed ».
set -uo pipefail
cd "$(dirname "$0")/.."
. .ci/steps.sh

results=$(mktemp)
trap 'rm -f "$results"' EXIT
pytest_step() { python -m pytest -q -n auto --dist worksteal --durations=10 "$@" | tee -a "$results"; }
count() { grep -E '^=*.*[0-9]+ (passed|failed|error)' "$results" | grep -oE "[0-9]+ $1" | awk '{n += $1} END {print n + 0}'; }

step "static checks" .ci/lint.sh
step "tests on PostgreSQL and Redis" pytest_step tests

failures=$(($(count failed) + $(count error)))
[ -z "$failed_steps" ] || [ "$failures" -gt 0 ] || failures=1
printf '\nIn all: %s s. %s\n' "$SECONDS" "${failed_steps:+Failed: ${failed_steps# · }}"
printf '%s passed, %s failed\n' "$(count passed)" "$failures"
[ "$failures" -eq 0 ]
