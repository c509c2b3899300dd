# The whole set-up on a machine with Python 3.11 or later and make: `make run`, `make test`, `make notebook`.

PYTHON ?= python3
TESTS := not long
UV := .venv/bin/uv
export UV_PROJECT_ENVIRONMENT := .venv
unexport PYTHONDONTWRITEBYTECODE
MERMAID := 66f9b791bb2d81da6f2093cf22d94bedfa69219de489bbdcd686481b176f93db7a505cfa7e5bfe270ec5b5118ac1f708f0e724987d382ea1ba2e54ba5f8075a4

.PHONY: run test test-long check pytest golden docs notebook audit sbom lock setup

run: setup ## The employee at work: the connected accounts, else the marked stand-in services.
	@.venv/bin/fte up

test: setup ## Every check, and every test but the long ones, side by side.
	@$(MAKE) --no-print-directory -j 2 check pytest

test-long: setup ## The long tests: a whole employee that is killed, away, restarted or watched for days.
	@$(MAKE) --no-print-directory pytest TESTS="long"

check: setup
	.venv/bin/ruff check --no-cache .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/deptry .
	.venv/bin/mypy
	$(if $(COPY),@.venv/bin/python -m benchmarks.advisories $(COPY))

pytest: setup ## With one worker more than CI has processors: who tests a running employee mostly waits for it.
	.venv/bin/python -m pytest -n 3 --dist loadgroup -m "$(TESTS)"

golden: setup ## The numbers of tests/recordings/briefings, written anew; review the difference.
	FTE_GOLDEN=1 .venv/bin/python -m pytest -q -n 0 tests/tasks/briefing/test_every_number.py

notebook: setup ## JupyterLab on notebooks/, in an environment of its own; ARGS="--no-browser --port 8899" are handed on.
	@UV_PROJECT_ENVIRONMENT=.venv-notebook $(UV) run --frozen --no-dev --group notebook jupyter lab notebooks $(ARGS)

audit: setup ## Known vulnerabilities of what is locked, as OSV (api.osv.dev) or a COPY of the Python advisory database has them.
	@$(if $(COPY),.venv/bin/python -m benchmarks.advisories $(COPY),$(UV) audit --frozen)

sbom: setup ## What is installed, as CycloneDX 1.5 with each file's SHA-256: sbom.json.
	@$(UV) export --quiet --frozen --no-dev --all-extras --preview-features sbom-export --format cyclonedx1.5 -o sbom.json

lock: setup ## Lock again, and with it what `setup` itself installs.
	@$(UV) lock
	@$(UV) export --quiet --frozen --only-group setup --no-header -o deployments/uv.txt

docs: setup docs/assets/mermaid.min.js ## The documentation as a site in site/, made in an environment of its own.
	@UV_PROJECT_ENVIRONMENT=.venv-docs $(UV) run --frozen --only-group docs env NO_MKDOCS_2_WARNING=1 mkdocs build --strict --quiet
	@echo "site/index.html"

docs/assets/mermaid.min.js: ## What draws the diagrams, so that the site fetches nothing; without npm the reader's browser fetches it.
	@mkdir -p docs/assets
	@-if command -v npm >/dev/null; then cd docs/assets && npm pack --silent mermaid@11.16.0 >/dev/null && \
	    echo "$(MERMAID)  mermaid-11.16.0.tgz" | sha512sum --check --quiet && \
	    tar -xzf mermaid-11.16.0.tgz --strip-components 2 package/dist/mermaid.min.js; rm -f mermaid-11.16.0.tgz; \
	    else echo "npm is not installed: the diagrams need the network"; fi

setup: .venv/.synced

.venv/.synced: uv.lock pyproject.toml
	@test -x $(UV) || echo "Setting up .venv; this takes a minute, once ..."
	@test -x $(UV) || ($(PYTHON) -m venv .venv && .venv/bin/python -m pip install --quiet --require-hashes -r deployments/uv.txt)
	@$(UV) sync --frozen --quiet
	@touch $@
