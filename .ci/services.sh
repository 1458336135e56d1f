#!/usr/bin/env bash
# Run a command beside a private PostgreSQL and a private Redis, on free ports, stopped with it.
# DATABASE_URL and REDIS_URL, when given, are used instead. POSTGRES_FLAGS adds to what PostgreSQL is started with.
set -euo pipefail
cd "$(dirname "$0")/.."

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/cmtl.XXXXXX")
chmod 711 "$folder"
stop() {
    [ -z "${redis_pid:-}" ] || kill "$redis_pid" 2>/dev/null || true
    [ ! -d "$folder/pg/data" ] || as_postgres "$bin/pg_ctl" -D "$folder/pg/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

if [ -z "${DATABASE_URL:-}" ]; then
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
    [ -n "$bin" ] || bin=$(dirname "$(command -v initdb || echo /none/initdb)")
    [ -x "$bin/initdb" ] || { echo "PostgreSQL is missing. Install it, or give DATABASE_URL=postgres://…" >&2; exit 1; }
    port=$(free_port)
    mkdir "$folder/pg"
    [ "$(id -u)" != 0 ] || chown postgres "$folder/pg"
    as_postgres "$bin/initdb" -D "$folder/pg/data" -U cmtl --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    as_postgres "$bin/pg_ctl" -D "$folder/pg/data" -w -l "$folder/pg/log" -o "-p $port -k $folder/pg \
        -c listen_addresses=127.0.0.1 -c max_connections=200 -c max_prepared_transactions=8 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off ${POSTGRES_FLAGS:-}" start >/dev/null
    export DATABASE_URL="postgres://cmtl@127.0.0.1:$port/postgres"
fi
if [ -z "${REDIS_URL:-}" ]; then
    command -v redis-server >/dev/null || { echo "Redis is missing. Install it, or give REDIS_URL=redis://…" >&2; exit 1; }
    port=$(free_port)
    redis-server --port "$port" --bind 127.0.0.1 --save "" --appendonly no --dir "$folder" >/dev/null &
    redis_pid=$!
    for _ in $(seq 100); do redis-cli -p "$port" ping >/dev/null 2>&1 && break; sleep 0.05; done
    export REDIS_URL="redis://127.0.0.1:$port/0"
fi
"$@"
