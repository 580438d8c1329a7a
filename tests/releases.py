"""Make `hook/cudnn_heal/knowledge/since.tsv` anew, or the lines of the packages that are named; the other lines stay.

    uv run python tests/releases.py [PACKAGE ...]

uv downloads the wheels of the first and the newest patch of each minor release, of every release where `releases.toml` says
so, into its cache: megabytes for faster-whisper, several GB for all.  Their files are read, nothing is imported; what has no
wheel, as openai-whisper, is built by uv.
`releases.toml` also has what is left out of the table and what was put in by hand, with the reasons.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from packaging.version import Version

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from support import release_reader
from support.release_changes import Fact, facts
from support.release_reader import Release, read

TABLE = Path(__file__).parent.parent / "hook/cudnn_heal/knowledge/since.tsv"
DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
PYTHONS = ("3.11", "3.8", "3.14")
"""Wheels for the first of these that a release has any for."""
ENVIRONMENT = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": "15.0"}
BUILD = "setuptools<82"
"""What is built is older than that."""


# Choosing what is worth a line.


def is_left_out(fact: Fact) -> bool:
    """Tell whether a rule of `releases.toml` leaves `fact` out."""
    return any(all(CHECKS[key](fact, value) for key, value in rule.items()) for rule in DATA["left_out"])


CHECKS: dict[str, Callable[[Fact, Any], bool]] = {
    "why": lambda _, __: True,
    "packages": lambda fact, value: fact.package in value,
    "other_packages": lambda fact, value: fact.package not in value,
    "kinds": lambda fact, value: fact.kind in value,
    "of": lambda fact, value: bool(re.search(value, whole(fact))),
    "not_of": lambda fact, value: not re.search(value, whole(fact)),
    "deeper": lambda fact, value: whole(fact).count(".") > value,
    "name": lambda fact, value: bool(re.search(value, fact.name.partition("@")[0])),
    "not_name": lambda fact, value: not re.search(value, fact.name.partition("@")[0]),
    "releases": lambda fact, value: bool(re.search(value, fact.releases)),
    "new": lambda fact, value: ("<" not in fact.releases) == value,
}


def whole(fact: Fact) -> str:
    """Return of what the fact is; of a module its whole path."""
    return f"{fact.of}.{fact.name}".strip(".") if fact.kind == "module" else fact.of


def lines(chosen: Iterable[Fact]) -> list[str]:
    """Return the lines of the table for `chosen`, and for what was put in by hand."""
    grouped: dict[tuple[str, ...], set[str]] = defaultdict(set)
    packages = set()
    for fact in chosen:
        packages.add(fact.package)
        grouped[fact[:-1]].add(fact.name)
    for line in DATA["by_hand"]:
        if line["package"] in packages:
            grouped[line["package"], line["kind"], line["of"], line["releases"]] |= set(line["names"])
    return ["\t".join([*key, " ".join(sorted(starred(key, of)))]) for key, of in sorted(grouped.items())]


def starred(key: tuple[str, ...], of: set[str]) -> set[str]:
    """Return ``Whisper*`` for all classes that came with a model's configuration."""
    if key[:3] != ("transformers", "name", "transformers") or "<" in key[3]:
        return of
    models = sorted({name[:-6] for name in of if name.endswith("Config") and len(name) > 8}, key=lambda one: (len(one), one))
    return {next((f"{model}*" for model in models if name.startswith(model)), name) for name in of}


# Getting the releases, and the table.


def sampled(package: str, every: Iterable[Version]) -> list[Version]:
    """Return the releases that are read: the first and the newest patch of each minor."""
    known = sorted(
        one for one in every if not one.is_prerelease and not one.local and one >= Version(DATA["packages"][package])
    )
    if package in DATA["every_patch"]:
        return known
    minors: dict[tuple[int, ...], list[Version]] = defaultdict(list)
    for one in known:
        minors[one.release[:2]].append(one)
    first = -1 if package in DATA["newest_patch"] else 0
    return sorted({one for patches in minors.values() for one in (patches[first], patches[-1])})


def versions_of(package: str) -> list[Version]:
    """Return the releases that the registry has."""
    command = ["uv", "tool", "run", "pip", "index", "versions", "--ignore-requires-python", package]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    listed = re.search(r"Available versions: (.*)", said)
    return [Version(one) for one in listed[1].split(", ")] if listed else []


def fetch(package: str, version: Version, folder: Path) -> bool:
    """Put the release's files into `folder`; tell whether it has a wheel."""
    command = ["uv", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), f"{package}=={version}"]
    command += ["--build-constraints", "-"] if package in DATA["built"] else ["--no-build"]
    command += ["--python-platform", "aarch64-apple-darwin"] if package in DATA["for_macs"] else []
    for python in PYTHONS:  # in `folder`, where the constraints of this project do not hold
        done = subprocess.run(
            [*command, "--python-version", python], cwd=folder, env=ENVIRONMENT, input=BUILD, stderr=subprocess.PIPE, text=True
        )
        if done.returncode == 0:
            return True
        if "No solution found" not in done.stderr:
            sys.exit(done.stderr)
    return False


def read_all(package: str) -> tuple[list[Version], list[Release]]:
    """Return the releases of `package` that have a wheel, read."""
    found: list[tuple[Version, Release]] = []
    for version in sampled(package, versions_of(package)):
        with tempfile.TemporaryDirectory() as folder:
            if fetch(package, version, Path(folder)):
                found.append((version, read(Path(folder), DATA["unread"].get(package, ""))))
            else:
                print(f"{package} {version} has no wheel", file=sys.stderr)
    release_reader.KNOWN.clear()
    return [version for version, _ in found], [release for _, release in found]


def update(package: str) -> None:
    """Put the lines of `package` in the place of those that the table has."""
    if package not in DATA["packages"]:
        sys.exit(f"{package} is not among the packages of releases.toml")
    others = [line for line in TABLE.read_text("utf-8").splitlines() if line.partition("\t")[0] != package]
    versions, releases = read_all(package)
    if len(releases) < 2:
        sys.exit(f"{package} has {len(releases)} releases with a wheel: nothing to compare, the table is as it was")
    own = lines(fact for fact in facts(package, versions, releases) if not is_left_out(fact))
    TABLE.write_text("".join(f"{line}\n" for line in sorted([*others, *own], key=lambda one: one.split("\t"))), "utf-8")
    print(f"{package}: {len(versions)} releases, {len(own)} lines")


if __name__ == "__main__":
    for name in sys.argv[1:] or sorted(DATA["packages"]):
        update(name)
