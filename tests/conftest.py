"""The wheel under test, built once, and environments with real wheels around it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from environment import CUBLAS, CUDNN, Environment, uv

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the sdist, as it would be published."""
    folder = tmp_path_factory.mktemp("dist")
    uv("build", "--out-dir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Environment]:
    """Return a function that makes an environment once for the same requirements; no interpreter starts in it."""
    made: dict[tuple[str | Path, ...], Environment] = {}

    def template(*requirements: str | Path) -> Environment:
        if requirements not in made:
            made[requirements] = Environment.create(tmp_path_factory.mktemp("template") / "venv", *requirements)
        return made[requirements]

    return template


@pytest.fixture
def make(tmp_path: Path, templates: Callable[..., Environment]) -> Callable[..., Environment]:
    """Return a function that makes an environment with the given requirements: a copy, by hard links, as uv makes them."""

    def create(*requirements: str | Path, name: str = "venv", **options: str) -> Environment:
        if options:
            return Environment.create(tmp_path / name, *requirements, **options)
        return templates(*requirements).copied(tmp_path / name)

    return create


@pytest.fixture
def demo(make: Callable[..., Environment], wheel: Path) -> Environment:
    """Return an environment that needs healing, with cudnn-heal installed and no interpreter started yet."""
    return make("ctranslate2==4.6.1", CUDNN, CUBLAS, wheel)
