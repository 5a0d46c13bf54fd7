# Every target does the set-up that it needs; a second run finds it done and needs no network.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
export PIP_DISABLE_PIP_VERSION_CHECK := 1

step := scripts/step.sh
console := src/heedful/web/frontend
vendor := src/heedful/web/static/heedful/vendor
built := src/heedful/_built
provider := tests/sign_in/provider

.PHONY: help demo test lint bench browser build lock clean
.PHONY: train evaluate
.PHONY: system-demo system-test venv venv-dev venv-bench frontend extension bundle assets sign-in-provider

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: system-demo venv assets ## A school day on this machine: prints the address and a sign-in link for each person
	@exec .venv/bin/heedful demo $(DEMO)

test: system-test venv-dev assets sign-in-provider ## Everything: linters, types, structure, both databases, extension, end to end in Chromium
	@.venv/bin/python scripts/stages.py

lint: system-demo venv-dev ## The quick checks alone: ruff, mypy, structure
	@.venv/bin/python scripts/stages.py --only ruff,mypy,structure

bench: system-test venv-dev venv-bench assets ## Measure the budgets of the design; also written to bench/results.json
	@PYTHONPATH=.make/bench-packages .venv/bin/python -m bench.run $(BENCH)

browser: system-test venv-dev assets ## A demo school, and a Chromium that it manages to type into
	@exec .venv/bin/python -m scripts.browser $(BROWSER)

train: system-demo venv-train bundle ## The models' weights, from the corpus and the public data in HEEDFUL_DATA (about an hour on two cores)
	@.make/train/bin/python -m training.make $(TRAIN)

evaluate: system-demo venv-dev bundle ## What detection finds and misses: evaluation/report.md and .html, from the public data in HEEDFUL_DATA
	@.venv/bin/python -m evaluation.run $(EVALUATE)

build: system-demo venv assets ## dist/: the wheel with all that browsers and devices download, and the archive for Debian
	@rm -rf dist && .venv/bin/python -m hatchling build --target wheel
	@scripts/debian_archive.sh

lock: ## Pin the newest dependencies again (needs the package index)
	@scripts/lock.sh

clean: ## Remove what make has made
	@rm -rf .make .venv build dist $(built) $(vendor) extension/dist extension/node_modules $(console)/node_modules $(provider)/node_modules

system-demo:
	@scripts/system.sh demo

system-test:
	@scripts/system.sh test

venv: system-demo
	@$(step) venv --output .venv/bin/heedful requirements.lock pyproject.toml -- scripts/venv.sh requirements.lock

venv-dev: system-demo
	@$(step) venv-dev --output .venv/bin/pytest requirements-dev.lock pyproject.toml -- scripts/venv.sh requirements-dev.lock

venv-bench: venv-dev
	@$(step) venv-bench --output .make/bench-packages/flashtext requirements-bench.lock scripts/bench_packages.sh -- scripts/bench_packages.sh

venv-train: venv
	@$(step) venv-train --output .make/train/bin/python requirements.lock pyproject.toml -- scripts/train_venv.sh

assets: frontend extension bundle

frontend: system-demo
	@$(step) frontend-packages --output $(console)/node_modules $(console)/package.json $(console)/package-lock.json -- npm ci --loglevel=error --no-update-notifier --prefix $(console)
	@$(step) frontend --output $(vendor) $(console) src/heedful -- npm run --silent --prefix $(console) build

extension: system-demo
	@$(step) extension-packages --output extension/node_modules extension/package.json extension/package-lock.json -- npm ci --loglevel=error --no-update-notifier --prefix extension
	@$(step) extension --output extension/dist/unpacked/manifest.json extension contracts -- npm run --silent --prefix extension build

bundle: venv
	@$(step) bundle --output $(built)/library.bundle.gz src/heedful/detection -- .venv/bin/heedful bundle build

sign-in-provider: system-demo # the OpenID provider that the tests of signing in with Google and Microsoft run
	@$(step) sign-in-provider --output $(provider)/node_modules $(provider)/package.json $(provider)/package-lock.json -- npm ci --loglevel=error --no-update-notifier --prefix $(provider)
