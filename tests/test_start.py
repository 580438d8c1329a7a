"""The start-up module: what was recorded is believed while it holds, and who else is on ``sys.meta_path`` is left alone."""

from __future__ import annotations

import ast
import copy
import os
import pickle
import runpy
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import cudnn_heal_start
from cudnn_heal import catalog
from cudnn_heal.memory import stamp


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a site-packages for the fast path, which is imported here but has not run."""
    monkeypatch.setattr(cudnn_heal_start, "home", str(tmp_path))
    (tmp_path / "ctranslate2.libs" / ".cudnn-heal").mkdir(parents=True)
    (tmp_path / "nvidia/cudnn/lib").mkdir(parents=True)
    (tmp_path / "RECORD").write_text("")
    return tmp_path


def write_stamp(home: Path, *paths: str, verdict: str = "healthy", name: str = "stamp") -> Path:
    fingerprint = stamp.Fingerprint(str(home))
    for path in paths or ("ctranslate2.libs", "nvidia/cudnn/lib", "RECORD"):
        fingerprint.add(path)
    file = home / "ctranslate2.libs/.cudnn-heal" / name
    file.write_bytes(fingerprint.encode(verdict))
    return file


def recorded(home: Path) -> str:
    return cudnn_heal_start.recorded(str(home / "ctranslate2.libs"))


@pytest.mark.parametrize("verdict", ["healthy", "not-needed", "no-provider", "failed"])
def test_an_unchanged_environment_has_the_recorded_verdict(home: Path, verdict: str) -> None:
    write_stamp(home, verdict=verdict)
    assert recorded(home) == verdict


def test_a_pause_is_recorded_like_a_verdict(home: Path) -> None:
    write_stamp(home, verdict="paused", name="paused")
    assert recorded(home) == "paused"


def touch(home: Path, path: str, seconds: float) -> None:
    state = (home / path).stat()
    os.utime(home / path, ns=(state.st_atime_ns, state.st_mtime_ns + int(seconds * 10**9)))


@pytest.mark.parametrize("path", ["ctranslate2.libs", "nvidia/cudnn/lib", "RECORD"])
@pytest.mark.parametrize("seconds", [1e-6, 0.02, -5, 5])
def test_a_changed_time_is_noticed(home: Path, path: str, seconds: float) -> None:
    write_stamp(home)
    touch(home, path, seconds)
    assert recorded(home) == ""


def test_a_changed_size_is_noticed(home: Path) -> None:
    write_stamp(home)
    state = (home / "RECORD").stat()
    (home / "RECORD").write_text("longer")
    os.utime(home / "RECORD", ns=(state.st_atime_ns, state.st_mtime_ns))
    assert recorded(home) == ""


def test_a_time_cut_to_whole_seconds_is_the_same_time(home: Path) -> None:
    os.utime(home / "RECORD", ns=(0, 1_795_364_485_246_321_258))
    write_stamp(home)
    os.utime(home / "RECORD", ns=(0, 1_795_364_485_000_000_000))
    assert recorded(home) == "healthy"
    os.utime(home / "RECORD", ns=(0, 1_795_364_486_000_000_000))
    assert recorded(home) == ""


def test_what_is_missing_is_watched_where_it_would_appear(home: Path) -> None:
    text = write_stamp(home, "nvidia/nccl/lib", "gone/RECORD").read_text()
    assert [line.split(" ", 2)[2] for line in text.split("\n")[1:-1]] == ["nvidia", ""]
    assert recorded(home) == "healthy"
    (home / "nvidia/nccl").mkdir()
    assert recorded(home) == ""


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(cudnn_heal_start.VERSION.encode(), b"0.0.0"),
        lambda data: data.replace(b"RECORD", b"../RECORD"),
        lambda data: data.replace(b"RECORD", b"R\xff"),
        lambda data: data.replace(b" - ", b" x "),
        lambda data: b"\0" * 5000,
    ],
)
def test_a_damaged_stamp_is_none(home: Path, damage: object) -> None:
    file = write_stamp(home)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    assert recorded(home) == ""


def test_a_fifo_a_folder_or_a_link_in_place_of_the_stamp_is_none(home: Path, tmp_path: Path) -> None:
    file = write_stamp(home)
    opened = len(os.listdir("/proc/self/fd"))
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert recorded(home) == ""
    file.unlink()
    os.mkfifo(file)
    assert recorded(home) == ""
    file.unlink()
    file.mkdir()
    assert recorded(home) == "none", "nothing can be recorded there: every start would be slow"
    assert len(os.listdir("/proc/self/fd")) == opened


@pytest.mark.parametrize(("seconds", "expected"), [(0, "failed"), (-299, "failed"), (-301, ""), (5, "")])
def test_a_failure_is_believed_for_a_while(home: Path, seconds: float, expected: str) -> None:
    file = write_stamp(home, verdict="failed")
    now = time.time() + seconds
    os.utime(file, (now, now))
    assert recorded(home) == expected


@pytest.mark.parametrize("verdict", ["healthy", "not-needed", "paused", "no-provider"])
def test_any_other_verdict_is_believed_however_old(home: Path, verdict: str) -> None:
    os.utime(write_stamp(home, verdict=verdict), (0, 0))
    assert recorded(home) == verdict


def test_a_pause_counts_where_the_stamp_does_not_hold(home: Path) -> None:
    write_stamp(home, verdict="paused", name="paused")
    write_stamp(home).write_bytes(b"")
    assert recorded(home) == "paused"


@pytest.mark.parametrize("kind", ["missing", "link", "file"])
def test_without_a_folder_there_is_nothing_to_do(home: Path, tmp_path: Path, kind: str) -> None:
    libs = home / "ctranslate2.libs"
    libs.rename(tmp_path / "elsewhere")
    if kind == "link":
        libs.symlink_to(tmp_path / "elsewhere")
    elif kind == "file":
        libs.write_text("")
    assert recorded(home) == "none"


@pytest.mark.parametrize("closed", ["ctranslate2.libs", "ctranslate2.libs/.cudnn-heal"])
def test_where_nothing_can_be_written_there_is_nothing_to_do(home: Path, monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (str(home / closed), os.W_OK | os.X_OK))
    assert recorded(home) == "none"


@pytest.mark.parametrize("name", [".cudnn-heal", ".cudnn-heal/stamp"])
def test_where_something_else_stands_in_the_place_of_ours_there_is_nothing_to_do(home: Path, tmp_path: Path, name: str) -> None:
    """A start could record nothing there, and would be slow every time."""
    ours = home / "ctranslate2.libs" / name
    if name.endswith("stamp"):
        ours.parent.mkdir(exist_ok=True)
        ours.unlink(missing_ok=True)
        ours.mkdir()
    else:
        if ours.exists():
            ours.rename(tmp_path / "moved")
        (tmp_path / "elsewhere").mkdir()
        ours.symlink_to(tmp_path / "elsewhere")
    assert recorded(home) == "none"


def test_what_another_user_owns_is_not_ours_to_change(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert recorded(home) == ""
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert recorded(home) == "none"


# The finder.


def test_the_finder_answers_for_the_watched_packages_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []

    class Finder:
        def find_spec(self, name: str, path: object, target: object) -> None:
            names.append(name)

    monkeypatch.setattr(sys, "meta_path", [cudnn_heal_start.find_spec, Finder()])
    for name in ("json", "ctranslate2", "ctranslate2.models", "onnxruntime", "torch", "torch.nn"):
        assert cudnn_heal_start.find_spec(name) is None
    assert names == ["ctranslate2", "onnxruntime", "torch"]


def test_the_finder_can_be_copied_and_pickled() -> None:
    finder = cudnn_heal_start.find_spec
    assert copy.deepcopy(finder) is finder
    assert pickle.loads(pickle.dumps(finder)) is finder
    assert finder.find_spec is finder


def test_watching_twice_puts_one_finder_at_the_head(monkeypatch: pytest.MonkeyPatch) -> None:
    finder: object = cudnn_heal_start.find_spec
    others = [one for one in sys.meta_path if one is not finder]
    monkeypatch.setattr(sys, "meta_path", others)
    monkeypatch.setattr(cudnn_heal_start, "watching", False)
    cudnn_heal_start.watch()
    cudnn_heal_start.watch()
    assert list(sys.meta_path) == [finder, *others]
    assert cudnn_heal_start.watching


def test_a_start_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    watched: list[int] = []
    monkeypatch.setattr(cudnn_heal_start, "started", False)
    monkeypatch.setattr(cudnn_heal_start, "watch", lambda: watched.append(1))
    cudnn_heal_start.start()
    cudnn_heal_start.start()
    assert watched == [1]


@pytest.mark.parametrize("word", [b"off", b"0", b"NO", b"false", b"verbose, off", b"-onnxruntime,Off"])
def test_off_in_any_of_its_words_watches_nothing(monkeypatch: pytest.MonkeyPatch, word: bytes) -> None:
    import posix

    monkeypatch.setattr(cudnn_heal_start, "started", False)
    monkeypatch.setattr(cudnn_heal_start, "watch", lambda: pytest.fail("it watches"))
    monkeypatch.setitem(posix.environ, b"CUDNN_HEAL", word)
    cudnn_heal_start.start()
    assert cudnn_heal_start.started


# The two constants that stand here and in the catalog.


def test_what_is_watched_are_the_catalogs_consumers() -> None:
    assert {name: row.split()[0] for name, row in cudnn_heal_start.WATCHED.items()} == {
        name: one.way for name, one in catalog.CONSUMERS.items()
    }, "WATCHED of cudnn_heal_start.py has each row of CONSUMERS in catalog.py, with its way"


def test_the_folders_are_the_catalogs() -> None:
    assert tuple(one.folder for one in catalog.CONSUMERS.values() if one.folder) == cudnn_heal_start.FOLDERS, (
        "FOLDERS of cudnn_heal_start.py has the folder of each row of CONSUMERS in catalog.py that links serve"
    )


def test_the_start_up_module_imports_nothing_that_an_interpreter_has_not_loaded() -> None:
    tree = ast.parse(Path(cudnn_heal_start.__file__).read_text())
    top = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [alias.name for node in top for alias in node.names] == ["os", "sys"]


def test_before_a_start_nothing_is_known_and_importing_it_with_the_package_starts_nothing() -> None:
    fresh = runpy.run_path(cudnn_heal_start.__file__)
    assert [fresh[name] for name in ("started", "watching", "guard", "busy")] == [False, False, None, set()]
    assert [fresh[name] for name in ("home", "verdict", "error", "library_path")] == ["", "", "", b""]
    assert fresh["HERE"] == os.path.dirname(cudnn_heal_start.__file__)


# What a start does, step by step; how it is reached by an interpreter is tested in children.

Calls = list[tuple[object, ...]]


@pytest.fixture
def calls(home: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Return what a start calls, in order; it finds nothing recorded, and heals."""
    found: Calls = []

    def ours(*call: object) -> object:
        found.append(call)
        return "healthy" if call[0] == "at_start" else None

    def recorded(path: str) -> str:
        found.append(("recorded", path))
        return ""

    for name, value in {"started": False, "HERE": str(home), "home": "", "verdict": "", "error": ""}.items():
        monkeypatch.setattr(cudnn_heal_start, name, value)
    monkeypatch.setattr(cudnn_heal_start, "library_path", b"")
    monkeypatch.setattr(cudnn_heal_start, "FOLDERS", ("a.libs", "b.libs"))
    monkeypatch.setattr(cudnn_heal_start, "watch", lambda: found.append(("watch",)))
    monkeypatch.setattr(cudnn_heal_start, "recorded", recorded)
    monkeypatch.setattr(cudnn_heal_start, "ours", ours)
    return found


def switched(monkeypatch: pytest.MonkeyPatch, **variables: bytes) -> None:
    import posix

    for name in ("CUDNN_HEAL", "LD_LIBRARY_PATH"):
        monkeypatch.delitem(posix.environ, name.encode(), raising=False)
    for name, value in variables.items():
        monkeypatch.setitem(posix.environ, name.encode(), value)


def test_what_is_not_recorded_is_healed_while_imports_are_watched(
    home: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched(monkeypatch)
    cudnn_heal_start.start()
    steps = [(("recorded", f"{home}/{name}"), ("at_start", str(home), name)) for name in ("a.libs", "b.libs")]
    assert calls == [("watch",), *steps[0], *steps[1]]
    assert (cudnn_heal_start.home, cudnn_heal_start.verdict, cudnn_heal_start.error) == (str(home), "healthy", "")
    assert (cudnn_heal_start.started, cudnn_heal_start.library_path) == (True, b"")


@pytest.mark.parametrize(("words", "verdict"), [(("healthy",) * 2, "healthy"), (("paused", "healthy"), "paused")])
def test_what_is_recorded_is_believed_and_the_whole_is_healthy_only_where_all_is(
    home: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], verdict: str
) -> None:
    switched(monkeypatch, LD_LIBRARY_PATH=b"/opt")
    answers = dict(zip((f"{home}/a.libs", f"{home}/b.libs"), words))
    monkeypatch.setattr(cudnn_heal_start, "recorded", answers.__getitem__)
    cudnn_heal_start.start()
    assert calls == [("watch",)]
    assert (cudnn_heal_start.verdict, cudnn_heal_start.library_path) == (verdict, b"/opt")


def test_a_fault_is_kept_and_imports_are_watched_all_the_same(
    home: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched(monkeypatch)
    monkeypatch.setattr(cudnn_heal_start, "recorded", {}.__getitem__)
    cudnn_heal_start.start()
    assert calls == [("watch",)]
    assert cudnn_heal_start.error == cudnn_heal_start.verdict == repr(KeyError(f"{home}/a.libs"))


def test_in_an_editable_install_nothing_is_recorded(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    switched(monkeypatch)
    monkeypatch.setattr(cudnn_heal_start, "HERE", "/repository/hook")
    cudnn_heal_start.start()
    assert calls == [("watch",)]
    assert (cudnn_heal_start.home, cudnn_heal_start.verdict) == ("", "")


@pytest.mark.parametrize(("word", "said"), [(b"verbose", True), (b"-torch,verbose", True), (b"-torch", False), (b"", False)])
def test_the_verdict_is_said_where_that_is_asked_for(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, word: bytes, said: bool
) -> None:
    switched(monkeypatch, CUDNN_HEAL=word)
    monkeypatch.setattr(cudnn_heal_start, "recorded", lambda _: "paused")
    cudnn_heal_start.start()
    assert calls == [("watch",), *([("say_verdict", "paused")] if said else [])]


@pytest.mark.parametrize(("windows", "platform", "watched"), [(True, "win32", True), (False, "darwin", False)])
def test_elsewhere_imports_are_watched_or_nothing_is_done(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, windows: bool, platform: str, watched: bool
) -> None:
    monkeypatch.setattr(cudnn_heal_start, "WINDOWS", windows)
    monkeypatch.setattr(sys, "platform", platform)
    cudnn_heal_start.start()
    assert calls == ([("watch",)] if watched else [])
    assert cudnn_heal_start.started is watched


# What is recorded, at its edges.


def test_a_path_that_is_gone_is_a_change_unless_it_was_gone_then(home: Path) -> None:
    write_stamp(home)
    (home / "RECORD").unlink()
    assert recorded(home) == ""


def test_a_link_that_led_nowhere_is_a_change_once_it_leads_to_a_file(home: Path) -> None:
    stamp = write_stamp(home)
    head, *lines, last = stamp.read_text().split("\n")
    stamp.write_text("\n".join([head, *lines, "gone - volume", last]))
    (home / "volume").symlink_to(home / "away")
    assert recorded(home) == "healthy"
    (home / "away").touch()
    assert recorded(home) == ""


def test_a_path_may_have_spaces(home: Path) -> None:
    (home / "a b c").mkdir()
    write_stamp(home, "a b c")
    assert recorded(home) == "healthy"


def test_a_folder_that_became_a_link_is_a_change(home: Path, tmp_path: Path) -> None:
    libs = home / "ctranslate2.libs"
    write_stamp(home, "ctranslate2.libs")
    assert recorded(home) == "healthy", "the control"
    libs.rename(tmp_path / "elsewhere")
    libs.symlink_to(tmp_path / "elsewhere")
    assert recorded(home) == "none"


def test_a_stamp_that_names_what_lies_outside_is_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = home / "site"
    inner.mkdir()
    file = write_stamp(home, "RECORD")
    monkeypatch.setattr(cudnn_heal_start, "home", str(inner))
    file.write_bytes(file.read_bytes().replace(b" RECORD", b" ../RECORD"))
    assert recorded(home) == ""


@pytest.mark.parametrize("name", ["ctranslate2.libs", "ctranslate2.libs/.cudnn-heal"])
def test_neither_the_folder_nor_ours_may_be_another_users(home: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    real, another = os.lstat, str(home / name)

    def lstat(path: str, **options: Any) -> os.stat_result:  # shutil.rmtree of 3.13 calls it with dir_fd
        state = list(real(path, **options))
        return os.stat_result([*state[:4], state[4] + (path == another), *state[5:]])

    assert recorded(home) == "", "the control"
    monkeypatch.setattr(os, "lstat", lstat)
    assert recorded(home) == "none"


def test_where_our_folder_is_not_made_yet_there_may_be_something_to_do(home: Path) -> None:
    (home / "ctranslate2.libs/.cudnn-heal").rmdir()
    assert recorded(home) == ""


# The finder, and who is asked.


class Found:
    """A finder that answers with `spec`."""

    def __init__(self, spec: object) -> None:
        self.spec = spec

    def find_spec(self, name: str, path: object, target: object) -> object:
        return self.spec


@pytest.mark.parametrize(
    ("name", "verdict", "origin", "library_path", "prepared"),
    [
        pytest.param("ctranslate2", "healthy", "/site/ctranslate2/__init__.py", b"", None, id="linked"),
        pytest.param("ctranslate2", "paused", "/site/ctranslate2/__init__.py", b"", None, id="paused"),
        pytest.param("ctranslate2", "healthy", "/site/ctranslate2/__init__.py", b"/opt", True, id="linked, and outranked"),
        pytest.param("ctranslate2", "pending", "/site/ctranslate2/__init__.py", b"", False, id="not linked"),
        pytest.param("ctranslate2", "healthy", "/other/ctranslate2/__init__.py", b"", False, id="another one"),
        pytest.param("ctranslate2", "healthy", None, b"", False, id="without an origin"),
        pytest.param("onnxruntime", "healthy", "/other/onnxruntime/__init__.py", b"", False, id="for a GPU"),
        pytest.param("torch", "healthy", "/other/torch/__init__.py", b"", None, id="not shadowed"),
        pytest.param("torch", "healthy", "/other/torch/__init__.py", b"/opt", False, id="shadowed, perhaps"),
    ],
)
def test_what_links_do_not_serve_is_prepared(
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    verdict: str,
    origin: str | None,
    library_path: bytes,
    prepared: bool | None,
) -> None:
    """`prepared`: with what it is told of links; None where it is not."""
    spec = SimpleNamespace(origin=origin)
    monkeypatch.setattr(cudnn_heal_start, "home", "/site")
    monkeypatch.setattr(cudnn_heal_start, "verdict", verdict)
    monkeypatch.setattr(cudnn_heal_start, "library_path", library_path)
    monkeypatch.setattr(sys, "meta_path", [cudnn_heal_start.find_spec, SimpleNamespace(), Found(None), Found(spec)])
    assert cudnn_heal_start.find_spec(name) is spec
    assert calls == ([] if prepared is None else [("prepare", name, spec, prepared)])


@pytest.mark.parametrize(
    ("busy", "path", "found", "calls_made"),
    [
        pytest.param({1}, None, "spec", [("find", "json")], id="our code is at work"),
        pytest.param({1}, None, None, [("find", "json")], id="in another thread"),
        pytest.param({1}, ["/package"], None, [], id="a submodule"),
        pytest.param(set(), None, None, [], id="a program's own"),
    ],
)
def test_while_our_code_is_at_work_the_guard_finds_modules_for_it(
    monkeypatch: pytest.MonkeyPatch, busy: set[int], path: list[str] | None, found: str | None, calls_made: Calls
) -> None:
    calls: Calls = []

    def ours(*call: object) -> object:
        calls.append(call)
        return found

    monkeypatch.setattr(cudnn_heal_start, "busy", busy)
    monkeypatch.setattr(cudnn_heal_start, "ours", ours)
    assert cudnn_heal_start.find_spec("json", path) == found
    assert calls == calls_made


GUARDS = {
    "its own import fails": "import nowhere_at_all\n",
    "it is cut short": "def doubled(",
    "it has no such function": "",
    "it is gone": None,
}


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_that_cannot_be_loaded_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guard: str) -> None:
    (tmp_path / "cudnn_heal").mkdir()
    text = GUARDS[guard]
    if text is not None:
        (tmp_path / "cudnn_heal/guard.py").write_text(text)
    for name, value in (("HERE", str(tmp_path)), ("guard", None), ("error", "")):
        monkeypatch.setattr(cudnn_heal_start, name, value)
    assert cudnn_heal_start.ours("doubled", 2) == ""
    assert cudnn_heal_start.error


@pytest.mark.parametrize("kind", [ImportError, AttributeError, TimeoutError])
def test_what_a_signal_handler_raises_while_the_guard_is_loaded_is_the_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    namespace: dict[str, object] = {"kind": kind}  # of code that is in no module
    exec("def handler():\n    raise kind('the time is up')\n", namespace)
    monkeypatch.setitem(sys.modules, "made_up_handler", SimpleNamespace(call=namespace["handler"]))
    (tmp_path / "cudnn_heal").mkdir()
    (tmp_path / "cudnn_heal/guard.py").write_text("import made_up_handler\nmade_up_handler.call()\n")
    for name, value in (("HERE", str(tmp_path)), ("guard", None), ("error", "")):
        monkeypatch.setattr(cudnn_heal_start, name, value)
    with pytest.raises(kind, match="the time is up"):
        cudnn_heal_start.ours("doubled", 2)
    assert not cudnn_heal_start.error


def test_ours_is_what_lies_beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cudnn_heal").mkdir()
    (tmp_path / "cudnn_heal/guard.py").write_text("def doubled(one): return f'{__name__} {2 * one}'\n")
    monkeypatch.setattr(cudnn_heal_start, "HERE", str(tmp_path))
    monkeypatch.setattr(cudnn_heal_start, "guard", None)
    monkeypatch.setattr(cudnn_heal_start, "error", "")
    assert cudnn_heal_start.ours("doubled", 2) == "cudnn_heal.guard 4"
    made = cudnn_heal_start.guard
    assert (cudnn_heal_start.ours("doubled", 3), cudnn_heal_start.guard) == ("cudnn_heal.guard 6", made)
    assert (cudnn_heal_start.ours("nothing"), "nothing" in cudnn_heal_start.error) == ("", True)


@pytest.mark.parametrize(
    ("words", "there", "expected"),
    [
        (("healthy", "none"), ("a.libs",), "healthy"),
        (("none", "healthy"), ("b.libs",), "healthy"),
        (("healthy", "none"), ("a.libs", "b.libs"), "none"),
        (("none", "healthy"), ("a.libs", "b.libs"), "none"),
        (("none", "none"), (), "none"),
        (("damaged", "none"), ("a.libs",), "damaged"),
    ],
)
def test_a_package_that_is_not_here_says_nothing_of_the_others(
    home: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch, words: tuple[str, str], there: tuple[str, ...], expected: str
) -> None:
    switched(monkeypatch)
    found = dict(zip(("a.libs", "b.libs"), words))
    monkeypatch.setattr(cudnn_heal_start, "recorded", lambda path: found[os.path.basename(path)])
    for name in there:
        (home / name).mkdir()
    cudnn_heal_start.start()
    assert cudnn_heal_start.verdict == expected
