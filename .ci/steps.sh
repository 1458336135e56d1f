# Sourced: `step NAME COMMAND…` runs one step, says how long it took, and goes on after a failure.
export DJANGO_SETTINGS_MODULE=tests.settings
PATH="$PWD/.venv/bin:$PATH"
failed_steps=""

step() {
    local name=$1 began=$SECONDS result=ok
    shift
    printf '\n== %s\n' "$name"
    "$@" || { result=FAILED; failed_steps="$failed_steps · $name"; }
    printf -- '-- %s: %s, %s s\n' "$name" "$result" "$((SECONDS - began))"
}
