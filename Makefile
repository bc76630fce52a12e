# Jiangli 匠励. `make serve` opens it, `make test` proves it. PORT=8001 and ARGS="-k guard" are passed on.
.PHONY: install serve test whole check drills mutate bench lock clean
PORT ?= 8000
export PORT PYTHON
RUN = sh tools/python.sh

install:  ## packages, styles and translations; skips what is unchanged
	@$(RUN) tools/install.py

serve: install  ## the web server and the worker on 127.0.0.1:$(PORT), with demonstration data
	@.venv/bin/python tools/serve.py

test:  ## the tests, on SQLite and on PostgreSQL; what is long is left to `make whole`
	@$(RUN) tools/install.py --dev
	@.venv/bin/python tools/test.py $(ARGS)

whole:  ## every test, the long journeys too, and all rooms that write on PostgreSQL; half an hour
	@$(RUN) tools/install.py --dev
	@.venv/bin/python tools/test.py --whole $(ARGS)

check:  ## format, lint, types, imports, migrations, policies, translations, docs
	@$(RUN) tools/install.py --dev
	@.venv/bin/python tools/check.py $(ARGS)

drills:  ## kill things and see that nothing is lost; search properties deeper than the gate does
	@$(RUN) tools/install.py --dev
	@.venv/bin/python tools/drills.py $(ARGS)

mutate:  ## change each rule of the policies, see that a case notices; ARGS=policies/FOLDER/NAME.toml
	@$(RUN) tools/install.py --dev
	@.venv/bin/python tools/mutate.py $(ARGS)

bench:  ## measure, as ratios within one run, beside other engines
	@$(RUN) tools/install.py --dev --also bench
	@.venv/bin/python tools/bench.py $(ARGS)

lock:  ## write the lock files from pyproject.toml; ARGS=--upgrade takes newer releases
	@sh tools/lock.sh $(ARGS)

clean:  ## remove what the other targets made, except var/, which holds keys and data
	rm -rf .venv node_modules src/jiangli/looks/static/looks/built .mypy_cache .ruff_cache .pytest_cache \
	  .hypothesis .import_linter_cache test-results
	find src tests tools -name '*.mo' -delete -o -type d -name __pycache__ -prune -exec rm -rf {} +
