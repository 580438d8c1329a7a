"""Who manages an environment, and its commands: layouts as files, and the commands typed in real environments."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cudnn_heal.report import commands
from cudnn_heal.report.commands import Manager

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIREMENT = "tiny<2"


def _environment(prefix: Path, settings: str = "home = /usr/bin\n", installer: str = "", pip: bool = False) -> tuple[str, str]:
    """Lay out an environment as its maker does; return its interpreter and its site-packages."""
    site_packages = prefix / "lib" / "python3.11" / "site-packages"
    site_packages.mkdir(parents=True)
    if settings:
        (prefix / "pyvenv.cfg").write_text(settings)
    if pip:
        (site_packages / "pip").mkdir()
        (site_packages / "pip-26.3.dist-info").mkdir()
        (site_packages / "pip-26.3.dist-info" / "INSTALLER").write_text("pip\n")
    for number in range(3 if installer else 0):
        info = site_packages / f"package{number}-1.0.dist-info"
        info.mkdir()
        (info / "INSTALLER").write_text(installer)
    return str(prefix / "bin" / "python"), str(site_packages)


def _project(folder: Path, lock: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "p"\ndependencies = [\n    "Tiny_Thing>=1",\n]\n')
    (folder / lock).touch()


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
    _project(tmp_path / "p", lock)
    python, site_packages = _environment(tmp_path / "p" / ".venv", settings, installer, pip=kind in ("pip", "poetry"))
    found = commands.manager(python, site_packages)
    assert found.kind == kind
    assert found.project == (str(tmp_path / "p") if kind in ("uv-project", "poetry", "pdm") else "")


@pytest.mark.parametrize(
    ("mark", "kind"),
    [("conda-meta", "conda"), ("uv-receipt.toml", "uv-tool"), ("pipx_metadata.json", "pipx")],
)
def test_a_manager_that_leaves_its_mark_is_known(tmp_path: Path, mark: str, kind: str) -> None:
    python, site_packages = _environment(tmp_path / "e", installer="uv")
    (tmp_path / "e" / mark).touch()
    assert commands.manager(python, site_packages)[:3] == (kind, python, str(tmp_path / "e"))


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
    python, site_packages = _environment(tmp_path / "e", settings, installer, pip)
    assert commands.manager(python, site_packages).kind == kind


def test_a_second_environment_beside_the_projects_own_is_not_the_projects(tmp_path: Path) -> None:
    _project(tmp_path / "p", "uv.lock")
    python, site_packages = _environment(tmp_path / "p" / "other", "uv = 0.13.9\n", "uv")
    assert commands.manager(python, site_packages).kind == "uv"


def test_a_project_whose_environment_lies_elsewhere_is_found_from_within(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _project(tmp_path / "p", "uv.lock")
    python, site_packages = _environment(tmp_path / "elsewhere", "uv = 0.13.9\n", "uv")
    monkeypatch.chdir(tmp_path / "p")
    assert commands.manager(python, site_packages).kind == "uv"
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", str(tmp_path / "elsewhere"))
    assert commands.manager(python, site_packages).kind == "uv-project"


def test_poetrys_environment_outside_the_project_is_known_by_its_name() -> None:
    # Read off a real one, made by Poetry 2.5 in a folder of this name.
    environment = "/home/u/.cache/pypoetry/virtualenvs/whisper-app-NHfyyg7R-py3.11"
    assert commands._claims("/srv/whisper-app", environment, "")
    assert not commands._claims("/srv/whisper-app2", environment, "")


def test_pdms_environment_outside_the_project_is_known_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _project(tmp_path / "p", "pdm.lock")
    python, site_packages = _environment(tmp_path / "venvs" / "p-abc-3.11", installer="pdm")
    (tmp_path / "p" / ".pdm-python").write_text(python)
    monkeypatch.chdir(tmp_path / "p")
    assert commands.manager(python, site_packages)[:3] == ("pdm", python, str(tmp_path / "p"))


P = "/p/.venv/bin/python"
MANAGERS = {
    "uv-project": Manager("uv-project", P, "/p", pip=False),
    "uv": Manager("uv", "/e/bin/python", "", pip=False),
    "uv-system": Manager("uv", "/usr/bin/python3", "", options=("--break-system-packages",)),
    "pip": Manager("pip", "/my env/bin/python", ""),
    "pip-user": Manager("pip", "/usr/bin/python3", "", options=("--user", "--break-system-packages")),
    "poetry": Manager("poetry", P, "/p"),
    "poetry-unknown": Manager("poetry", "/v/bin/python", ""),
    "pdm": Manager("pdm", P, "/p", pip=False),
    "conda": Manager("conda", "/c/bin/python", "/c"),
    "pipx": Manager("pipx", "/x/venvs/w/bin/python", "/x/venvs/w", pip=False),
}


@pytest.mark.parametrize(
    ("name", "install", "again", "uninstall"),
    [
        (
            "uv-project",
            "uv add --project /p 'a<2' b",
            f"uv pip install --python {P} --reinstall --refresh --no-deps a==1",
            f"uv pip uninstall --python {P} a",
        ),
        (
            "uv",
            "uv pip install --python /e/bin/python 'a<2' b",
            "uv pip install --python /e/bin/python --reinstall --refresh --no-deps a==1",
            "uv pip uninstall --python /e/bin/python a",
        ),
        (
            "uv-system",
            "uv pip install --python /usr/bin/python3 --break-system-packages 'a<2' b",
            "uv pip install --python /usr/bin/python3 --break-system-packages --reinstall --refresh --no-deps a==1",
            "uv pip uninstall --python /usr/bin/python3 --break-system-packages a",
        ),
        (
            "pip",
            "'/my env/bin/python' -m pip install 'a<2' b",
            "'/my env/bin/python' -m pip install --force-reinstall --no-cache-dir --no-deps a==1",
            "'/my env/bin/python' -m pip uninstall -y a",
        ),
        (
            "pip-user",
            "/usr/bin/python3 -m pip install --user --break-system-packages 'a<2' b",
            "/usr/bin/python3 -m pip install --user --break-system-packages --force-reinstall --no-cache-dir --no-deps a==1",
            "/usr/bin/python3 -m pip uninstall -y --break-system-packages a",
        ),
        (
            "poetry",
            "poetry add -P /p 'a<2' b",
            f"{P} -m pip install --force-reinstall --no-cache-dir --no-deps a==1",
            f"{P} -m pip uninstall -y a",
        ),
        (
            "poetry-unknown",
            "/v/bin/python -m pip install 'a<2' b",
            "/v/bin/python -m pip install --force-reinstall --no-cache-dir --no-deps a==1",
            "/v/bin/python -m pip uninstall -y a",
        ),
        (
            "pdm",
            "pdm add -p /p 'a<2' b",
            f"uv pip install --python {P} --reinstall --refresh --no-deps a==1",
            f"uv pip uninstall --python {P} a",
        ),
        (
            "conda",
            "/c/bin/python -m pip install 'a<2' b",
            "/c/bin/python -m pip install --force-reinstall --no-cache-dir --no-deps a==1",
            "/c/bin/python -m pip uninstall -y a",
        ),
        (
            "pipx",
            "pipx inject w 'a<2' b",
            "pipx runpip w install --force-reinstall --no-cache-dir --no-deps a==1",
            "pipx runpip w uninstall -y a",
        ),
    ],
)
def test_each_manager_has_its_own_command(
    name: str, install: str, again: str, uninstall: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: "/usr/bin/" + name)
    assert commands.install(MANAGERS[name], "a<2", "b") == install
    assert commands.install(MANAGERS[name], "a==1", again=True) == again
    assert commands.uninstall(MANAGERS[name], "a") == uninstall


def test_without_uv_an_environment_without_pip_is_served_by_another_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    assert commands.uninstall(MANAGERS["pdm"], "a") == f"pip --python {P} uninstall -y a"


def test_within_the_project_its_folder_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _project(tmp_path / "p", "uv.lock")
    (tmp_path / "p" / "src").mkdir()
    monkeypatch.chdir(tmp_path / "p" / "src")
    assert commands.install(Manager("uv-project", P, str(tmp_path / "p"), pip=False), "a") == "uv add a"


def test_what_the_project_names_is_removed_by_its_own_command(tmp_path: Path) -> None:
    _project(tmp_path / "p", "uv.lock")
    project = Manager("uv-project", P, str(tmp_path / "p"), pip=False)
    assert commands.uninstall(project, "tiny-thing") == f"uv remove --project {tmp_path}/p tiny-thing"
    assert commands.uninstall(project, "tiny") == f"uv pip uninstall --python {P} tiny"


def test_pipx_is_forced_where_it_injected_before(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "pipx_metadata.json").write_text(json.dumps({"injected_packages": {"a": {}}}))
    manager = Manager("pipx", P, str(tmp_path / "w"), pip=False)
    assert commands.install(manager, "a<2") == "pipx inject --force w 'a<2'"
    assert commands.install(manager, "b") == "pipx inject w b"


RECEIPT = """\
[tool]
requirements = [
    { name = "whisper-ctranslate2", extras = ["x", "y"], specifier = "<1" },
    { name = "six" },
]
python = "/usr/bin/python3.11"
"""


def test_a_uv_tool_keeps_what_it_was_asked_to_have(tmp_path: Path) -> None:
    (tmp_path / "uv-receipt.toml").write_text(RECEIPT)
    assert commands.install(Manager("uv-tool", P, str(tmp_path), pip=False), "a<2") == (
        "uv tool install --python /usr/bin/python3.11 'whisper-ctranslate2[x,y]<1' --with six --with 'a<2'"
    )


def test_a_uv_tool_keeps_what_it_got_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "uv-receipt.toml").write_text(RECEIPT.replace('name = "six"', 'name = "six", path = "/x y/six.whl"'))
    assert commands.install(Manager("uv-tool", P, str(tmp_path), pip=False), "a<2") == (
        "uv tool install --python /usr/bin/python3.11 'whisper-ctranslate2[x,y]<1' --with '/x y/six.whl' --with 'a<2'"
    )


def test_a_folder_of_its_own_is_told_to_pip(tmp_path: Path) -> None:
    """``pip install --target``, and ``uv pip install --target``."""
    target = commands.manager(sys.executable, str(tmp_path / "lib"))
    assert commands.install(target, "a").endswith(f" --target {tmp_path}/lib a")
    assert "--target" not in commands.uninstall(target._replace(pip=True, kind="pip"), "a")


@pytest.mark.parametrize(
    "receipt", ["", "[tool]\n", RECEIPT.replace('name = "six"', 'name = "six", git = "/x"'), "requirements = 1"]
)
def test_a_uv_tools_receipt_that_can_not_be_repeated_is_left_alone(tmp_path: Path, receipt: str) -> None:
    (tmp_path / "uv-receipt.toml").write_text(receipt)
    assert commands.install(Manager("uv-tool", P, str(tmp_path), pip=False), "a") == f"uv pip install --python {P} a"


# --- The call of cudnn-heal.


OWN = SimpleNamespace(is_home=True, python="/e/bin/python")
OTHER = SimpleNamespace(is_home=False, python="/x y/bin/python")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Play a process of an environment with a script, started by its full path from a shell that knows nothing of it."""
    scripts = tmp_path / "e" / "bin"
    scripts.mkdir(parents=True)
    (scripts / "cudnn-heal").write_text(f"#!{scripts}/python\nimport cudnn_heal\n")
    (scripts / "cudnn-heal").chmod(0o755)
    for name in ("UV_RUN_RECURSION_DEPTH", "PDM_RUN_CWD", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setattr(sys, "executable", str(scripts / "python"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "e"))
    monkeypatch.setattr(sys, "argv", ["-c"])
    return scripts


def _heal(target: Any = OWN, *flags: str) -> str:
    return commands.heal(target, *flags)


def test_the_full_path_is_given_where_it_is_not_on_the_path(shell: Path) -> None:
    assert _heal(OWN, "--status") == f"{shell}/cudnn-heal --status"


def test_the_name_is_enough_where_it_is_on_the_path(shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{shell}:/usr/bin")
    assert _heal() == "cudnn-heal"


def test_a_link_on_the_path_that_leads_to_it_is_enough(shell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "cudnn-heal").symlink_to(shell / "cudnn-heal")
    monkeypatch.setenv("PATH", str(tmp_path / "local"))
    assert _heal() == "cudnn-heal"


def test_another_environments_script_on_the_path_is_not_ours(
    shell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "local").mkdir()
    shutil.copy(shell / "cudnn-heal", tmp_path / "local" / "cudnn-heal")
    monkeypatch.setenv("PATH", str(tmp_path / "local"))
    assert _heal() == f"{shell}/cudnn-heal"


@pytest.mark.parametrize("mark", ["UV_RUN_RECURSION_DEPTH", "PDM_RUN_CWD", "VIRTUAL_ENV"])
def test_a_path_that_a_runner_made_for_its_child_alone_does_not_count(
    shell: Path, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    monkeypatch.setenv("PATH", f"{shell}:/usr/bin")
    monkeypatch.setenv(mark, "1")
    assert _heal() == f"{shell}/cudnn-heal"


def test_an_activated_environments_path_counts(shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{shell}:/usr/bin")
    monkeypatch.setenv("VIRTUAL_ENV", str(shell.parent))
    monkeypatch.setenv("VIRTUAL_ENV_PROMPT", "(e) ")
    assert _heal() == "cudnn-heal"


@pytest.mark.parametrize(
    ("head", "starts"),
    [
        ("#!{here}/python3.11\n", True),
        ("#!/bin/sh\n'''exec' \"{here}/python\" \"$0\" \"$@\"\n' '''\n", True),
        ("#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\" \"$@\"\n' '''\n", True),
        ("#!/elsewhere/bin/python\n", False),
        ("#!/bin/sh\n'''exec' '/else where/bin/python' \"$0\" \"$@\"\n' '''\n", False),
        ("#!/usr/bin/env python\n", False),
        ("", False),
    ],
    ids=["its own", "with a space", "uv's, relocatable", "copied or moved", "moved, with a space", "venv-pack's", "empty"],
)
def test_a_script_that_starts_another_python_is_not_advised(shell: Path, head: str, starts: bool) -> None:
    (shell / "cudnn-heal").write_text(head.replace("{here}", str(shell)))
    assert _heal(OWN) == (f"{shell}/cudnn-heal" if starts else f"{shell}/python -m cudnn_heal")


def test_without_a_script_the_module_is_called(shell: Path) -> None:
    (shell / "cudnn-heal").unlink()
    assert _heal(OTHER, "--doctor") == f"{shell}/python -m cudnn_heal --doctor --python '/x y/bin/python'"


@pytest.mark.parametrize("folder", ["archive-v0/5ZlTtRaabqdP2RDl", "builds-v0/.tmpbjCm6j"])
def test_from_uvx_uvx_is_called(shell: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.setattr(sys, "prefix", "/home/me/.cache/uv/" + folder)
    assert commands.from_uvx()
    assert _heal(OTHER, "--status").endswith("cudnn-heal --status --python '/x y/bin/python'")
    assert _heal(OTHER, "--status").startswith("uvx ")


def test_an_environment_that_uv_made_for_a_call_is_named_while_it_lasts(
    shell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached, temporary = tmp_path / "uv/archive-v0/5ZlTtRaabqdP2RDl", tmp_path / "uv/builds-v0/.tmpbjCm6j"
    project = tmp_path / "p/.venv"
    for prefix in (cached, temporary, project):
        (prefix / "lib/python3.11/site-packages").mkdir(parents=True)
        (prefix / "pyvenv.cfg").touch()

    def said(python: Path, around: Path, *, own: bool) -> str:
        monkeypatch.setattr(sys, "prefix", str(python))
        site_packages = str(around / "lib/python3.11/site-packages")
        return _heal(SimpleNamespace(is_home=own, python=f"{python}/bin/python", site_packages=site_packages), "--restore")

    assert said(cached, cached, own=True).endswith(f"cudnn-heal --restore --python {cached}")
    assert said(temporary, project, own=False).endswith(f"cudnn-heal --restore --python {project}")
    assert said(temporary, temporary, own=True).endswith("cudnn-heal --restore")
    manager = commands.manager(f"{temporary}/bin/python", f"{temporary}/lib/python3.11/site-packages")
    assert commands.install(manager, "a", "b<2") == "call it again with --with a --with 'b<2' too"


def test_pip_is_said_for_the_users_own_site_packages_also_where_uv_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, **_: f"/usr/bin/{name}")
    manager = commands.manager("/usr/bin/python3", "/home/me/.local/lib/python3.0/site-packages", "pip")
    assert commands.install(manager, "a") == "/usr/bin/python3 -m pip install --user a"
    monkeypatch.setenv("PYTHONUSERBASE", "/data/me")
    manager = commands.manager("/usr/bin/python3", "/data/me/lib/python3.0/site-packages", "pip")
    assert commands.install(manager, "a") == "/usr/bin/python3 -m pip install --user a"


def test_the_command_that_was_called_is_called_again(shell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(shell / "cudnn-heal", tmp_path / "scripts" / "cudnn-heal")
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "scripts" / "cudnn-heal"), "--status"])
    assert _heal() == f"{tmp_path}/scripts/cudnn-heal"


# --- Typed in real environments, on wheels made here.


def _wheel(folder: Path, version: str) -> None:
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(folder / f"tiny-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr("tiny.py", f"VERSION = {version!r}\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/entry_points.txt", "[console_scripts]\ntiny = tiny:main\n")
        archive.writestr(
            f"{info}/RECORD", f"tiny.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/entry_points.txt,,\n{info}/RECORD,,\n"
        )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an index with two releases of one distribution, to this machine alone."""
    folder = tmp_path_factory.mktemp("index")
    (folder / "simple" / "tiny").mkdir(parents=True)
    for version in ("1.0", "2.0"):
        _wheel(folder / "simple" / "tiny", version)
    links = "".join(f'<a href="{path.name}">{path.name}</a>' for path in sorted((folder / "simple" / "tiny").iterdir()))
    (folder / "simple" / "tiny" / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


@pytest.fixture
def typed(tmp_path: Path, index: str) -> Any:
    """Types a command as a shell would, with nothing to install from but that index."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_", "VIRTUAL_ENV"))},
        "UV_DEFAULT_INDEX": index,
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "UV_TOOL_DIR": str(tmp_path / "tools"),
        "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
        "UV_PYTHON": sys.executable,
        "UV_NO_CONFIG": "1",
        "PIP_INDEX_URL": index,
        "PIP_CONFIG_FILE": os.devnull,
    }

    def run(command: str, folder: Path = tmp_path) -> None:
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    return run


def _typed_through(typed: Any, python: Path) -> None:
    """Install an older release, lay it down again over damaged files and a damaged cache, and uninstall it."""
    (site_packages,) = (python.parent.parent / "lib").glob("python*/site-packages")

    def manager() -> Manager:
        return commands.manager(str(python), str(site_packages))

    typed(commands.install(manager(), REQUIREMENT))
    content = (site_packages / "tiny.py").read_text()
    assert content == "VERSION = '1.0'\n"
    (site_packages / "tiny.py").write_text("damaged, and where it is a hard link, the cache too")
    typed(commands.install(manager(), "tiny==1.0", again=True))
    assert (site_packages / "tiny.py").read_text() == content
    typed(commands.uninstall(manager(), "tiny"))
    assert not (site_packages / "tiny.py").exists()


needs_uv = pytest.mark.skipif(not shutil.which("uv"), reason="uv is not installed")


@needs_uv
def test_typed_in_an_environment_of_uvs(typed: Any, tmp_path: Path) -> None:
    typed("uv venv e")
    _typed_through(typed, tmp_path / "e" / "bin" / "python")


@needs_uv
def test_typed_in_a_project_of_uvs(typed: Any, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    typed("uv init --bare --name p && uv add tiny", tmp_path / "p")
    _typed_through(typed, tmp_path / "p" / ".venv" / "bin" / "python")
    assert "tiny" not in (tmp_path / "p" / "pyproject.toml").read_text()


@needs_uv
def test_typed_in_a_tool_of_uvs(typed: Any, tmp_path: Path) -> None:
    typed("uv tool install tiny==2.0")
    python = tmp_path / "tools" / "tiny" / "bin" / "python"
    manager = commands.manager(str(python), str(next((tmp_path / "tools" / "tiny" / "lib").glob("python*/site-packages"))))
    assert manager.kind == "uv-tool"
    typed(commands.install(manager, "tiny"))


def test_typed_in_an_environment_of_pips(typed: Any, tmp_path: Path) -> None:
    typed(f"{sys.executable} -m venv e")
    _typed_through(typed, tmp_path / "e" / "bin" / "python")
