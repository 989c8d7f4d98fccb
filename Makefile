# Each target calls one script under tools/ and can be the first one run in a fresh clone.
.PHONY: help demo test check fmt rows scoreboard bench faults services

PY = .venv/bin/python

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1 /p' Makefile

demo: ## the living demo community on http://127.0.0.1:8000 (PORT= changes it)
	@tools/setup base
	@exec $(PY) tools/demo.py

test: ## all tests, on SQLite and on PostgreSQL + Redis; ARGS="tests/news -k x" some of them
	@tools/setup dev
	@exec $(PY) -m tools.test $(ARGS)

check: ## lint, types, floors, migrations
	@tools/setup dev
	@exec $(PY) -m tools.check

fmt: ## format Python and templates
	@tools/setup dev
	@exec $(PY) -m tools.check --fix

rows: ## for every row of the mission how many tests passed
	@tools/setup dev
	@exec $(PY) -m tools.rows

scoreboard: ## the same for every line of the security scoreboard, and var/scoreboard.html
	@tools/setup dev
	@exec $(PY) -m tools.scoreboard

bench: ## measure; SUITE=core|web|weight|help|search, SCALE=small for a quick look
	@tools/setup bench
	@exec $(PY) -m tools.bench $(SUITE)

faults: ## kill, starve and deceive the running site; FAULT=worker.kill9 one fault
	@tools/setup faults
	@exec $(PY) -m tools.faults $(FAULT)

services: ## PostgreSQL, Redis, workers and two web nodes behind nginx
	@tools/setup services
	@exec $(PY) -m tools.serve
