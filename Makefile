# `make run` and `make test` need nothing but Python 3.11.
PYTHON ?= python3
BIN = .venv/bin
ON_SQLITE = tests/accounts tests/outbox tests/evaluations/surveys
CATALOGUE = locale/fr_CA/LC_MESSAGES/django.po

.PHONY: run test check-all lint bench pictures shape chaos leak-scan deanonymise messages lock demo-reset

run:         ## the site with demonstration data, on this machine
	@$(PYTHON) cmtl/run.py

test:        ## everything that must pass, on private servers
	@.ci/prepare.sh
	@.ci/services.sh .ci/test.sh

check-all:   ## everything, with what is too long for every change: upgrades, SQLite, all counts of answers, logs under faults, lost mails
	@$(MAKE) test
	@.ci/services.sh $(BIN)/python -m pytest -q -n auto -m long tests
	@env -u DATABASE_URL -u REDIS_URL $(BIN)/python -m pytest -q -n auto -m "not browser and not services and not long" $(ON_SQLITE)
	@$(MAKE) leak-scan deanonymise chaos

lint:        ## style, types, layers: the part of `make test` that needs no server
	@.ci/lint.sh

bench: export POSTGRES_FLAGS = -c autovacuum=off
bench:       ## what pages, mails and reports cost, beside a bare Django; KEEP=1 writes docs/performance.md
	@.ci/prepare.sh
	@.ci/services.sh $(BIN)/python -m tests.bench $(if $(KEEP),--keep)

pictures:    ## every kind of page, at a desk and on a phone, light and dark, in both languages: var/pictures/index.html
	@.ci/prepare.sh
	@$(BIN)/python -m tests.pictures $(ONLY)

shape:       ## what is long, repeated or knotted in the code
	@$(BIN)/python -m tests.shape

chaos:       ## 10,000 mails with kills and flushes
	@.ci/prepare.sh
	@.ci/services.sh $(BIN)/python -m tests.chaos

leak-scan:   ## what the logs of a site that goes wrong say: nothing that is confidential
	@.ci/prepare.sh
	@.ci/services.sh $(BIN)/python -m tests.leak_scan

deanonymise: export POSTGRES_FLAGS = -c fsync=on -c synchronous_commit=on -c full_page_writes=on -c wal_level=logical -c wal_keep_size=2GB
deanonymise: ## who answered what, looked for in all that a vote leaves behind, and in all that is published
	@.ci/prepare.sh
	@.ci/services.sh $(BIN)/python -m tests.deanonymise

messages:    ## collect the strings to translate, compile the translations
	DEMO=1 $(BIN)/python manage.py makemessages -l fr_CA --no-location --no-obsolete -i .venv -i var
	msgcat --sort-output --width=120 -o $(CATALOGUE) $(CATALOGUE)
	$(BIN)/python -m cmtl.messages

lock:        ## choose the newest versions again, with their hashes
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade requirements/base.in -o requirements/base.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade requirements/dev.in -o requirements/dev.txt

demo-reset:  ## forget the demonstration; the next `make run` loads it again
	rm -rf var/cmtl.sqlite3* var/files
