"""Broken and hostile input: nothing raises, nothing hangs, and nothing outside ``ctranslate2.libs/`` is touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cudnn_heal.decide.plan import Mode, plan
from cudnn_heal.memory import manifest as manifests
from cudnn_heal.memory import stamp
from cudnn_heal.model import BackUp, MakeLink, Manifest, PutBack, Remove
from cudnn_heal.read import records
from cudnn_heal_start import VERSION
from hardening.venv import demo
from support.elf_files import shared_object
from support.environments import Environment, clean_environ
from support.wheels import EXTENSION, STUB, Site, ctranslate2_wheel
from support.wheels import demo as made_up_demo

SECONDS = 20
EXAMPLES = settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
NAMES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "../x",
            "/etc/passwd",
            "..",
            ".",
            "a/b",
            "a\nb",
            "\0",
            "libcudnn_ops.so.9",
            f"{STUB}",
            f"{STUB}.ORIGINAL",
            "../nvidia/cudnn/lib/libcudnn.so.9",
            "../nvidia/cudnn/lib/../../../x",
            ".cudnn-heal",
            "\udcff",
        ]
    ),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
LINKS = st.dictionaries(
    NAMES, st.fixed_dictionaries({"target": NAMES | JSON, "size": st.integers() | JSON, "sha256": NAMES | JSON}), max_size=5
)
MANIFESTS = st.fixed_dictionaries(
    {
        "schema": st.just(1),
        "found": st.dictionaries(NAMES, NAMES) | JSON,
        "stub": JSON,
        "links": LINKS | JSON,
        "backup": NAMES | JSON,
        "history": JSON,
        "error": JSON,
    }
)


@EXAMPLES
@given(st.binary(max_size=400))
def test_no_bytes_make_a_reader_raise(data: bytes) -> None:
    assert isinstance(manifests.parse(data), Manifest)
    stamp.pause(data)
    records.parse(data.decode(errors="replace"))


@pytest.mark.long
@EXAMPLES
@given(st.lists(st.tuples(NAMES, NAMES, st.one_of(NAMES, st.integers().map(str), st.just("9" * 5000))), max_size=6))
def test_no_record_makes_its_reader_raise(rows: list[tuple[str, str, str]]) -> None:
    records.parse("\n".join(",".join(row) for row in rows))


@pytest.mark.long
@EXAMPLES
@given(JSON | MANIFESTS)
def test_what_a_manifest_says_is_read_and_written_the_same(content: Any) -> None:
    parsed = manifests.parse(json.dumps(content).encode())
    assert manifests.parse(manifests.encode(parsed)) == parsed


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return made_up_demo(tmp_path_factory.mktemp("site") / "site-packages")


@pytest.mark.long
@EXAMPLES
@given(content=MANIFESTS, mode=st.sampled_from(["keep", "heal", "restore"]))
def test_no_manifest_leads_to_an_action_on_a_name_that_the_catalog_does_not_make(
    site: Site, content: dict[str, Any], mode: Mode
) -> None:
    observation = site.observe()._replace(manifest=manifests.parse(json.dumps(content).encode()), has_manifest=True)
    planned = plan(observation, mode=mode)
    for action in planned.actions:
        names = []
        if isinstance(action, (BackUp, PutBack)):
            names = [action.name, action.backup]
        elif isinstance(action, (MakeLink, Remove)):
            names = [action.name]
        for name in names:
            assert "/" not in name and name not in ("", ".", "..") and name.startswith("lib"), action
        if isinstance(action, MakeLink):
            assert action.target.startswith("../nvidia/") and action.target.count("..") == 1, action


@pytest.mark.long
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(NAMES, st.sampled_from(["file", "link", "folder"]), NAMES), max_size=5))
def test_no_file_names_in_the_folder_lead_outside(entries: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = made_up_demo(Path(folder) / "site-packages")
        for name, kind, text in entries:
            path = made.libs / name
            try:
                if "/" in name or path.exists() or path.is_symlink():
                    continue
                if kind == "file":
                    path.write_text(text, errors="replace")
                elif kind == "link":
                    path.symlink_to(text)
                else:
                    path.mkdir()
            except (OSError, ValueError):
                continue
        planned = made.plan()
        for action in planned.actions:
            assert "/" not in getattr(action, "name", "lib"), action


def _link_to_outside(folder: str) -> Callable[[Site, Path], None]:
    def change(site: Site, outside: Path) -> None:
        place = site.libs / folder
        if place.is_dir() and not place.is_symlink():
            for path in place.iterdir():
                path.unlink()
            place.rmdir()
        place.symlink_to(outside)

    return change


def _manifest(**content: Any) -> Callable[[Site, Path], None]:
    def change(site: Site, outside: Path) -> None:
        text = json.dumps(
            {"schema": 1, "found": {}, "stub": {}, "links": {}, "backup": "", "history": [], "error": "", **content}
        ).replace("OUTSIDE", str(outside))
        _own(site, "manifest.json").write_text(text)

    return change


def _own(site: Site, name: str) -> Path:
    (site.libs / ".cudnn-heal").mkdir(exist_ok=True)
    path = site.libs / ".cudnn-heal" / name
    if path.is_symlink() or path.exists():
        path.unlink()
    return path


def _content(name: str, data: bytes) -> Callable[[Site, Path], None]:
    def change(site: Site, outside: Path) -> None:
        _own(site, name).write_bytes(data)

    return change


def _fifo(name: str) -> Callable[[Site, Path], None]:
    return lambda site, outside: os.mkfifo(_own(site, name))


def _loop(name: str) -> Callable[[Site, Path], None]:
    return lambda site, outside: _own(site, name).symlink_to(name)


def _device(name: str) -> Callable[[Site, Path], None]:
    return lambda site, outside: _own(site, name).symlink_to("/dev/zero")


def _replace(path: str, make: Callable[[Path, Path], object]) -> Callable[[Site, Path], None]:
    def change(site: Site, outside: Path) -> None:
        (site.path / path).unlink()
        make(site.path / path, outside)

    return change


def _extension(rpath: str, needed: str = "libctranslate2-0.so.1") -> Callable[[Path, Path], object]:
    def make(path: Path, outside: Path) -> None:
        (outside / "libctranslate2-0.so.1").write_bytes(shared_object(needed=[STUB]))
        path.write_bytes(shared_object(needed=[needed], rpath=rpath.replace("/OUTSIDE", str(outside))))

    return make


def _record(line: bytes) -> Callable[[Site, Path], None]:
    def change(site: Site, outside: Path) -> None:
        record = next(site.path.glob("ctranslate2-*.dist-info/RECORD"))
        record.write_bytes(record.read_bytes() + line.replace(b"OUTSIDE", str(outside).encode()))

    return change


def _text(path: str) -> Callable[[Site, Path], None]:
    def change(site: Site, outside: Path) -> None:
        (site.path / path).write_text("x")

    return change


def _distribution(name: bytes) -> Callable[[Site, Path], None]:
    def change(site: Site, outside: Path) -> None:
        os.mkdir(os.fsencode(site.path) + b"/" + name)
        Path(os.fsdecode(os.fsencode(site.path) + b"/" + name + b"/RECORD")).write_text("ctranslate2/version.py,,\n")

    return change


HEAD = f"cudnn-heal {VERSION} healthy\n".encode()
SHIM = "nvidia/cudnn/lib/libcudnn.so.9"
STUB_PATH = f"ctranslate2.libs/{STUB}"
BINARY = next(path for path in ctranslate2_wheel().files if "libctranslate2-" in path)
EXTENSION_PATH = f"ctranslate2/{EXTENSION}"
RECORD = "ctranslate2-4.6.1.dist-info/RECORD"
CASES: dict[str, Callable[[Site, Path], None]] = {
    "own folder is a link to outside": _link_to_outside(".cudnn-heal"),
    "manifest claims files outside": _manifest(
        links={
            "../../outside/stamp": {"target": "x", "size": 4, "sha256": ""},
            "OUTSIDE/stamp": {"target": "x", "size": 4, "sha256": ""},
        },
        backup="../../outside/stamp",
        stub={"name": "../../outside/stamp", "sha256": "", "size": 4},
    ),
    "manifest is deeply nested": _content("manifest.json", b"[" * 200_000),
    "manifest is gigantic": _content("manifest.json", b'{"schema": 1, "found": "' + b"x" * (20 * 2**20) + b'"}'),
    "manifest has a gigantic number": _content("manifest.json", b'{"schema": ' + b"9" * 10_000 + b"}"),
    "manifest is not UTF-8": _content("manifest.json", b"\xff\xfe\x00" * 100),
    **{f"{name} is a FIFO": _fifo(name) for name in ("manifest.json", "stamp", "paused")},
    **{f"{name} is a loop": _loop(name) for name in ("manifest.json", "stamp", "paused")},
    **{f"{name} is a device": _device(name) for name in ("manifest.json", "stamp", "paused")},
    "stamp names a path outside": _content("stamp", HEAD + b"0 - ../../outside\n" + HEAD.strip()),
    "stamp has a gigantic number": _content("stamp", HEAD + b"9" * 4000 + b" - x\n" + HEAD.strip()),
    "stamp is not UTF-8": _content("stamp", b"\xff" * 5000),
    "stub is a FIFO": _replace(STUB_PATH, lambda path, outside: os.mkfifo(path)),
    "stub is a loop": _replace(STUB_PATH, lambda path, outside: path.symlink_to(path.name)),
    "stub is a link to outside": _replace(STUB_PATH, lambda path, outside: path.symlink_to(outside / "stamp")),
    "stub is a device": _replace(STUB_PATH, lambda path, outside: path.symlink_to("/dev/zero")),
    "shim is a FIFO": _replace(SHIM, lambda path, outside: os.mkfifo(path)),
    "shim is a loop": _replace(SHIM, lambda path, outside: path.symlink_to(path.name)),
    "shim is a device": _replace(SHIM, lambda path, outside: path.symlink_to("/dev/zero")),
    "RECORD is a FIFO": _replace(RECORD, lambda path, outside: os.mkfifo(path)),
    "RECORD is a device": _replace(RECORD, lambda path, outside: path.symlink_to("/dev/zero")),
    "RECORD is a loop": _replace(RECORD, lambda path, outside: path.symlink_to(path.name)),
    "RECORD has a gigantic size": _record(b"x,sha256=a," + b"9" * 5000 + b"\n"),
    "RECORD names files outside": _record(b"ctranslate2.libs/../../outside/stamp,sha256=a,4\nOUTSIDE/stamp,sha256=a,4\n"),
    "RECORD is not UTF-8": _record(b"\xff\xfe,\xff,\xff\n"),
    "binary is a FIFO": _replace(BINARY, lambda path, outside: os.mkfifo(path)),
    "binary is a device": _replace(BINARY, lambda path, outside: path.symlink_to("/dev/zero")),
    "binary is text": _replace(BINARY, lambda path, outside: path.write_text("text")),
    "extension is a FIFO": _replace(EXTENSION_PATH, lambda path, outside: os.mkfifo(path)),
    "extension is a device": _replace(EXTENSION_PATH, lambda path, outside: path.symlink_to("/dev/zero")),
    "extension's RPATH leads outside": _replace(EXTENSION_PATH, _extension("$ORIGIN/../../outside")),
    "extension's RPATH is absolute": _replace(EXTENSION_PATH, _extension("/OUTSIDE")),
    "extension needs a path": _replace(EXTENSION_PATH, _extension("$ORIGIN", "libctranslate2/../../x.so")),
    "backup is a FIFO": lambda site, outside: os.mkfifo(site.libs / f"{STUB}.ORIGINAL"),
    "backup is a folder": lambda site, outside: (site.libs / f"{STUB}.ORIGINAL").mkdir(),
    "backup is a link to outside": lambda site, outside: (site.libs / f"{STUB}.ORIGINAL").symlink_to(outside / "stamp"),
    "name with a newline": _text("ctranslate2.libs/lib\ncudnn_ops.so.9"),
    "name that is not UTF-8": lambda site, outside: os.mkdir(os.fsencode(site.libs) + b"/lib\xff.so.9"),
    "link of ours is a FIFO": lambda site, outside: os.mkfifo(site.libs / "libcudnn_ops.so.9"),
    "link of ours is a folder": lambda site, outside: (site.libs / "libcudnn_ops.so.9").mkdir(),
    "dist-info whose name has a newline": _distribution(b"ctranslate2-9\n0 - x.dist-info"),
    "dist-info whose name is not UTF-8": _distribution(b"ctranslate2-9\xff.dist-info"),
    "provider's file with a strange name": _text("nvidia/cudnn/lib/libcudnn_\n.so.9"),
}


def _listing(folder: Path, skip: Path) -> dict[str, tuple[int, int, int, str]]:
    """Return what is below `folder`, but for `skip` and bytecode: kind, size, time and a link's text."""
    found = {}
    for path, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if os.path.join(path, name) != str(skip) and name != "__pycache__"]
        for name in (*folders, *files):
            full = os.path.join(path, name)
            state = os.lstat(full)
            text = os.readlink(full) if os.path.islink(full) else ""
            found[full] = (state.st_mode, state.st_size, state.st_mtime_ns, text)
    return found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment, _ = demo(tmp_path_factory.mktemp("venv") / "venv")
    environment.python("-m", "compileall", "-q", environment.site_packages / "cudnn_heal", environ={"CUDNN_HEAL": "off"})
    return environment


@pytest.mark.long
@pytest.mark.parametrize("healed", [False, pytest.param(True, marks=pytest.mark.wide)], ids=["fresh", "healed"])
@pytest.mark.parametrize("case", list(CASES))
def test_nasty_case_touches_nothing_outside_raises_nothing_and_does_not_hang(
    case: str, healed: bool, prepared: Environment, tmp_path: Path
) -> None:
    shutil.rmtree(prepared.site_packages / "ctranslate2.libs")
    for info in os.listdir(os.fsencode(prepared.site_packages)):
        if info.startswith(b"ctranslate2-"):
            shutil.rmtree(os.fsencode(prepared.site_packages) + b"/" + info)
    for name in ("nvidia", *(path.name for path in prepared.site_packages.glob("nvidia_*"))):
        shutil.rmtree(prepared.site_packages / name)
    site = made_up_demo(prepared.site_packages)
    # The loader itself hangs at a FIFO: what is asked here is what our part of the import does.
    (site.path / "ctranslate2/__init__.py").write_text('__version__ = "4.6.1"\n')
    outside = prepared.path.parent / "outside"
    shutil.rmtree(outside, ignore_errors=True)
    outside.mkdir()
    for name in ("stamp", "manifest.json", "paused", "libcudnn_ops.so.9"):
        (outside / name).write_text("mine")
    if healed:
        prepared.start()
        if case.startswith(("stub is", "backup is", "link of ours")):
            pytest.skip("the place is taken by a heal")
    CASES[case](site, outside)
    before = _listing(prepared.path.parent, site.libs)

    for arguments in (
        ("-c", "pass"),
        ("-c", "import ctranslate2"),
        ("-m", "cudnn_heal", "--status"),
        ("-m", "cudnn_heal"),
        ("-m", "cudnn_heal", "--restore"),
    ):
        result = _run(prepared, *arguments)
        assert b"Traceback" not in result.stderr, f"{arguments}\n{result.stderr.decode(errors='replace')[-1500:]}"
        if arguments[0] == "-c":
            assert (result.returncode, result.stdout, result.stderr) == (0, b"", b""), arguments
        assert _listing(prepared.path.parent, site.libs) == before, arguments


def _run(environment: Environment, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(environment.interpreter), *arguments],
        env=clean_environ(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )


def test_control_the_listing_tells_when_something_outside_was_touched(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("x")
    before = _listing(tmp_path, tmp_path / "libs")
    (tmp_path / "one").unlink()
    assert _listing(tmp_path, tmp_path / "libs") != before
