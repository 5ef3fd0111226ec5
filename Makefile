# Two commands do everything: `make lab` to read and play, `make test` to check. `make` lists the rest.
PYTHON ?= python3
BIN    := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help lab test bench train notebooks site slides widgets format readme

help:  ## this list
	@awk -F ':|## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$3}' $(MAKEFILE_LIST)

lab:  ## set up if needed, then open the first notebook in JupyterLab (LAB_ARGS="--no-browser --port=9000")
	@$(PYTHON) tools/environment.py requirements.txt
	@$(BIN)/python -m tools.lab $(LAB_ARGS)

test: environment  ## set up everything a test needs, then run every test (ONLY="unit browser" for some groups)
	@$(BIN)/python -m tools.verify $(ONLY)

bench: environment  ## measure, side by side with the usual ways, as ratios (ONLY="core" for one file)
	@$(BIN)/python -m tools.bench $(ONLY)

train:  ## from nothing to everything in assets (text, tokenizer, model, snapshots, model card; ARGS="--resume")
	@$(PYTHON) tools/environment.py requirements.txt
	@$(BIN)/python -m gptviz.training $(ARGS)

notebooks: environment  ## run every notebook top to bottom and save it with still pictures (ONLY="07" for one)
	@$(BIN)/python -m tools.notebooks $(ONLY)

site: environment  ## write site/index.html and a page for each lesson: live, offline, nothing to install (ONLY="07" for one)
	@$(BIN)/python -m tools.site $(ONLY)

slides: environment  ## write slides/NN_name.html: what a class sees of each lesson, with speaker notes (ONLY="07" for one)
	@$(BIN)/python -m tools.slides $(ONLY)

widgets: environment  ## build the explorers' JavaScript into gptviz/widgets/static
	@cd gptviz/widgets/js && PYTHONPATH=$(CURDIR) $(CURDIR)/$(BIN)/python -m tools.node npm ci --ignore-scripts --no-audit --no-fund
	@cd gptviz/widgets/js && PYTHONPATH=$(CURDIR) $(CURDIR)/$(BIN)/python -m tools.node npm run build

format: environment  ## format with ruff, and fix what it can
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

readme: environment  ## bring the README up to date: its table from the model card, its picture from JupyterLab
	@$(BIN)/python -m tools.readme --picture

.PHONY: environment
environment:
	@$(PYTHON) tools/environment.py requirements.txt requirements-test.txt
