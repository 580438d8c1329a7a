"""Who manages an environment: layouts, as managers leave them, in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from cudnn_heal.read import manager as managers
from cudnn_heal.read.manager import Declared, Manager
from support.managed import environment, project_in


@pytest.mark.parametrize(
    ("lock", "settings", "installer", "kind"),
    [
        ("uv.lock", "home = /usr/bin\nuv = 0.13.9\n", "uv", "uv-project"),
        ("uv.lock", "home = /usr/bin\nuv = 0.13.9\n", "", "uv-project"),
        ("poetry.lock", "home = /usr/bin\nvirtualenv = 21\n", "Poetry 2.5.1", "poetry"),
        ("pdm.lock", "home = /usr/bin\nvirtualenv = 21\n", "pdm", "pdm"),
        ("pdm.lock", "home = /usr/bin\nuv = 0.13.9\n", "uv", "pdm"),
        ("uv.lock", "home = /usr/bin\n", "pip", "pip"),
        ("poetry.lock", "home = /usr/bin\nuv = 0.13.9\n", "uv", "uv"),
    ],
)
def test_a_project_is_managed_by_whom_its_lock_and_its_files_name(
    tmp_path: Path, lock: str, settings: str, installer: str, kind: str
) -> None:
    project_in(tmp_path / "p", lock)
    python, site_packages = environment(tmp_path / "p" / ".venv", settings, installer, pip=kind in ("pip", "poetry"))
    found = managers.manager(python, site_packages)
    assert found.kind == kind
    assert found.project == (str(tmp_path / "p") if kind in ("uv-project", "poetry", "pdm") else "")


@pytest.mark.parametrize(
    ("mark", "kind"),
    [("conda-meta", "conda"), ("uv-receipt.toml", "uv-tool"), ("pipx_metadata.json", "pipx")],
)
def test_a_manager_that_leaves_its_mark_is_known(tmp_path: Path, mark: str, kind: str) -> None:
    python, site_packages = environment(tmp_path / "e", installer="uv")
    (tmp_path / "e" / mark).touch()
    assert managers.manager(python, site_packages)[:3] == (kind, python, str(tmp_path / "e"))


@pytest.mark.parametrize(
    ("settings", "installer", "pip", "kind"),
    [
        ("home = /usr/bin\nuv = 0.13.9\n", "", False, "uv"),
        ("home = /usr/bin\n", "", True, "pip"),
        ("home = /usr/bin\n", "uv", True, "uv"),
        ("home = /usr/bin\n", "", False, "uv"),
        ("", "pip", True, "pip"),
        ("", "uv", True, "uv"),
        ("", "", False, "pip"),
    ],
)
def test_an_environment_without_a_project_is_pips_or_uvs(
    tmp_path: Path, settings: str, installer: str, pip: bool, kind: str
) -> None:
    python, site_packages = environment(tmp_path / "e", settings, installer, pip)
    assert managers.manager(python, site_packages).kind == kind


def test_a_second_environment_beside_the_projects_own_is_not_the_projects(tmp_path: Path) -> None:
    project_in(tmp_path / "p", "uv.lock")
    python, site_packages = environment(tmp_path / "p" / "other", "uv = 0.13.9\n", "uv")
    assert managers.manager(python, site_packages).kind == "uv"


def test_a_project_whose_environment_lies_elsewhere_is_found_from_within(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_in(tmp_path / "p", "uv.lock")
    python, site_packages = environment(tmp_path / "elsewhere", "uv = 0.13.9\n", "uv")
    monkeypatch.chdir(tmp_path / "p")
    assert managers.manager(python, site_packages).kind == "uv"
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", str(tmp_path / "elsewhere"))
    assert managers.manager(python, site_packages).kind == "uv-project"


def test_poetrys_environment_outside_the_project_is_known_by_its_name() -> None:
    # Read off a real one, made by Poetry 2.5 in a folder of this name.
    environment = "/home/u/.cache/pypoetry/virtualenvs/whisper-app-NHfyyg7R-py3.11"
    assert managers._claims("/srv/whisper-app", environment, "")
    assert not managers._claims("/srv/whisper-app2", environment, "")


def test_pdms_environment_outside_the_project_is_known_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project_in(tmp_path / "p", "pdm.lock")
    python, site_packages = environment(tmp_path / "venvs" / "p-abc-3.11", installer="pdm")
    (tmp_path / "p" / ".pdm-python").write_text(python)
    monkeypatch.chdir(tmp_path / "p")
    assert managers.manager(python, site_packages)[:3] == ("pdm", python, str(tmp_path / "p"))


PYPROJECT = """\
[project]
name = "p"
keywords = ["onnxruntime"]  # torch is nothing but a comment
dependencies = ["Tiny_Thing>=1"]

[project.optional-dependencies]
gpu = ["nvidia-cublas-cu12; sys_platform == 'linux'"]

[dependency-groups]
dev = ["ruff", {include-group = "test"}]
test = ["pytest"]

[tool.uv]
dev-dependencies = ["coverage"]
override-dependencies = ["numpy<3"]

[tool.poetry.dependencies]
python = "^3.11"
Old_Way = "^1"

[tool.poetry.group.docs.dependencies]
mkdocs = "*"

[tool.pdm.dev-dependencies]
lint = ["mypy"]

[tool.pdm.resolution]
excludes = ["onnxruntime"]
"""
COMMON = [Declared("tiny-thing")]


def managed(tmp_path: Path, lock: str, content: str) -> Manager:
    """Return the manager of a project with `content`."""
    project_in(tmp_path / "p", lock)
    (tmp_path / "p" / "pyproject.toml").write_text(content)
    return managers.manager(*environment(tmp_path / "p" / ".venv", installer=lock.removesuffix(".lock")))


@pytest.mark.parametrize(
    ("lock", "declared"),
    [
        (
            "uv.lock",
            {
                "tiny-thing": (),
                "nvidia-cublas-cu12": ("--optional", "gpu"),
                "ruff": ("--group", "dev"),
                "pytest": ("--group", "test"),
                "coverage": ("--dev",),
            },
        ),
        (
            "poetry.lock",
            {
                "tiny-thing": (),
                "nvidia-cublas-cu12": ("--group", "gpu"),
                "ruff": ("--group", "dev"),
                "pytest": ("--group", "test"),
                "python": (),
                "old-way": (),
                "mkdocs": ("--group", "docs"),
            },
        ),
        (
            "pdm.lock",
            {
                "tiny-thing": (),
                "nvidia-cublas-cu12": ("-G", "gpu"),
                "ruff": ("-dG", "dev"),
                "pytest": ("-dG", "test"),
                "mypy": ("-dG", "lint"),
            },
        ),
    ],
)
def test_what_a_project_declares_is_read_where_its_manager_reads_it(
    tmp_path: Path, lock: str, declared: dict[str, tuple[str, ...]]
) -> None:
    found = managed(tmp_path, lock, PYPROJECT)
    assert {one.name: one.where for one in found.declared} == declared
    assert found.overrides == (("onnxruntime",) if lock == "pdm.lock" else ("numpy<3",))


@pytest.mark.parametrize("name", ["onnxruntime", "torch", "p", "tiny"])
def test_a_comment_a_keyword_and_a_part_of_a_name_declare_nothing(tmp_path: Path, name: str) -> None:
    found = managed(tmp_path, "uv.lock", PYPROJECT)
    assert found.declares("Tiny.Thing")
    assert not found.declares(name)


@pytest.mark.parametrize("content", ["", "= 1", "[project]\ndependencies = 7\n", "dependency-groups = []\n[tool]\nuv = 1\n"])
def test_a_project_that_can_not_be_read_declares_nothing(tmp_path: Path, content: str) -> None:
    assert managed(tmp_path, "uv.lock", content).declared == ()


RECEIPT = """\
[tool]
requirements = [
    { name = "whisper-ctranslate2", extras = ["x", "y"], specifier = "<1" },
    { name = "six" },
]
python = "/usr/bin/python3.11"
"""


def of_tool(tmp_path: Path, name: str, content: str) -> Manager:
    """Return the manager of a tool's environment that has the file `name`."""
    python, site_packages = environment(tmp_path / "w")
    (tmp_path / "w" / name).write_text(content)
    return managers.manager(python, site_packages)


def test_a_uv_tools_receipt_tells_what_it_was_asked_to_have(tmp_path: Path) -> None:
    found = of_tool(tmp_path, "uv-receipt.toml", RECEIPT.replace('name = "six"', 'name = "six", path = "/x y/six.whl"'))
    assert found.repeat == ("--python", "/usr/bin/python3.11", "whisper-ctranslate2[x,y]<1", "--with", "/x y/six.whl")


@pytest.mark.parametrize(
    "receipt", ["", "[tool]\n", "= 1", RECEIPT.replace('name = "six"', 'name = "six", git = "/x"'), "requirements = 1"]
)
def test_a_uv_tools_receipt_that_can_not_be_repeated_is_left_alone(tmp_path: Path, receipt: str) -> None:
    assert of_tool(tmp_path, "uv-receipt.toml", receipt).repeat == ()
