# make demo        a made-up class, graded end to end
# make test        everything that must hold: style, types, tests
# make notebooks   derive every notebook from its text source
# make hub         the course on a JupyterHub on this machine, to look at (as root)
# make test-hub    what people do on it, in a browser and thirty at once, and how it is administered (as root; needs
#                  Chromium); with JUPYTERHUB='5.5.*', on that version
# make bench       what grading costs, beside stock nbgrader: the table in the README; with MNIST=…, LeNet-5's error too
# Each makes the virtual environment first if it is not there. PYTHON=python3.12 chooses another Python.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test notebooks hub test-hub bench requirements clean

demo: .venv/ready
	$(BIN)/python -m autograder demo

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses 2 -m "not alone"
	$(BIN)/python -m pytest -m alone

notebooks: .venv/ready
	$(BIN)/python -m autograder build

hub: .venv/ready
	$(BIN)/python deploy/hub.py

test-hub: .venv/ready
	$(BIN)/python -m pytest deploy/tests -s --jupyterhub '$(JUPYTERHUB)'

bench: .venv/ready
	$(BIN)/python benchmarks/grading.py
	test -z "$(MNIST)" || $(BIN)/python benchmarks/lenet5_mnist.py $(MNIST)

# The pins: the newest versions that pyproject.toml allows, for Python 3.11.
requirements: .venv/ready
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra hub --python-version 3.11 --universal --upgrade --quiet \
		--no-emit-find-links --custom-compile-command "make requirements" --output-file requirements.txt

clean:
	rm -rf .venv demo

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, and $(PYTHON) is %d.%d: name a newer one, for example make PYTHON=python3.11 $(MAKECMDGOALS)" % sys.version_info[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq python3-venv; } \
		|| { echo "Python's venv module is missing: install it (Debian, Ubuntu: sudo apt-get install python3-venv) and call make again."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
