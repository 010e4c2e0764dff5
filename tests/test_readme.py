"""What the README says is so: the numbers are those of the benchmarks, the files and commands it names exist."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / name
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "docs/security.md",
        "docs/lecture.md",
        "docs/administration.md",
        "docs/workers.md",
        "docs/administration.md",
        "docs/signing-in.md",
        "docs/tljh.md",
        "docs/kubernetes.md",
        "data/README.md",
    )
]


def test_the_mnist_numbers_are_those_of_the_benchmark():
    runs = json.loads((ROOT / "benchmarks" / "lenet5_mnist.json").read_text())["runs"]
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    for setting, form in (
        ("clean", "three seeds: {mean:.2f} % test error ({low:.2f} to {high:.2f})"),
        ("distorted", "and {mean:.2f} % ({low:.2f} to {high:.2f}) when its digits are distorted"),
    ):
        errors = [run["error_percent"] for run in runs if run["setting"] == setting]
        assert len(errors) == 3
        assert form.format(mean=sum(errors) / 3, low=min(errors), high=max(errors)) in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_make_targets_and_commands_exist():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "test"} <= set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) <= targets
    commands = set(re.findall(r"^def (\w+)\(", (ROOT / "autograder" / "cli.py").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?autograder (build|grade|demo|doctor)\b", text)) <= commands
