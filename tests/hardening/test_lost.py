"""Faults of 0.1.0, found by attack: each test failed on it.

Most run on made-up wheels, whose files the real loader takes, in a real environment with the wheel under test, through
interpreter starts and the command line.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hardening.venv import rest
from support.environments import OTHER_USER, Environment, at_start, clean_environ, is_fast, run, tree
from support.wheels import SHIM, STUB, RecordForm, Site, content, cudnn_wheel, label, stub_file

OFF = {"CUDNN_HEAL": "off"}
BACKUP = STUB + ".ORIGINAL"
QUIET_SECONDS = 6
"""Longer than an empty folder must have been still before it is removed."""
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for two users")


@pytest.fixture
def environment(make: Callable[..., Environment], wheel: Path) -> Environment:
    return make(wheel)


@pytest.fixture
def site(environment: Environment, tmp_path: Path) -> Site:
    """Return an environment's site-packages with made-up wheels that need a heal."""
    return Site(environment.site_packages, tmp_path / "cache").ctranslate2().cudnn().cublas()


def verdict(environment: Environment) -> str:
    return str(environment.status()["verdict"])


def imports(environment: Environment) -> bool:
    """Tell whether ctranslate2 can be imported without any help."""
    return environment.python("-c", "import ctranslate2", check=False, environ=OFF).returncode == 0


def linked(site: Site) -> set[str]:
    return {name for name in site.names() if (site.libs / name).is_symlink()}


def releases(site: Site) -> set[str]:
    """Return the releases of cuDNN that can be opened in the package's folder, the shim's place included."""
    found = [label((site.libs / name).read_bytes()) for name in site.names() if "cudnn" in name and name != BACKUP]
    return {one.split(" ", 1)[1] for one in found}


# 1. RECORD is evidence, not what is needed.


@pytest.mark.parametrize("form", ["cut", "no stub", "missing"])
def test_record_cut_short_costs_neither_the_stub_nor_the_import(environment: Environment, site: Site, form: RecordForm) -> None:
    rest(environment)
    assert site.stub_bytes() != stub_file()
    (info,) = site.infos("ctranslate2")
    record = info / "RECORD"
    lines = record.read_text().splitlines(keepends=True)
    kept = {"cut": lines[:3], "no stub": [line for line in lines if STUB not in line], "missing": []}[form]
    record.unlink() if form == "missing" else record.write_text("".join(kept))
    rest(environment)
    assert imports(environment)
    assert (site.libs / BACKUP).read_bytes() == stub_file()
    assert environment.heal("--restore", environ=OFF).returncode == 0
    assert imports(environment)
    assert site.stub_bytes() == stub_file()


# 2. Links that became files are ours by their content, so that they follow cuDNN.


def test_links_that_became_files_follow_when_cudnn_changes(environment: Environment, site: Site) -> None:
    rest(environment)
    shutil.copytree(site.libs, site.path / "x")
    shutil.rmtree(site.libs)
    (site.path / "x").rename(site.libs)
    site.cudnn("9.13.0.50")
    rest(environment)
    assert releases(site) == {"9.13.0.50 nvidia-cudnn-cu12"}
    assert verdict(environment) == "healthy"
    assert linked(site) == site.names() - {BACKUP, STUB}


# 3. The user's own copies.


@pytest.mark.parametrize(("version", "stub"), [("4.6.1", STUB), ("4.8.5", "")])
def test_copies_that_the_user_made_stay_whatever_comes_and_goes(
    environment: Environment, site: Site, version: str, stub: str
) -> None:
    site.ctranslate2(version, stub)
    own = {}
    for name in ("libcublas.so.12", "libcublasLt.so.12"):
        shutil.copy(site.path / "nvidia/cublas/lib" / name, site.libs)
        own[name] = (site.libs / name).read_bytes()

    def assert_kept() -> None:
        assert {name: (site.libs / name).read_bytes() for name in own} == own
        assert not linked(site) & own.keys()

    rest(environment)
    assert_kept()
    environment.heal()
    assert_kept()
    environment.heal("--restore", environ=OFF)
    assert_kept()
    environment.heal()
    site.remove("nvidia-cublas-cu12")
    rest(environment)
    assert_kept()


# 4. The same in size and at both ends is not the same.


def _with_large_ops(site: Site) -> bytes:
    """Install a cuDNN whose libcudnn_ops has 400 KB; return its bytes with other ones in their middle."""
    wheel = cudnn_wheel()
    name = "nvidia/cudnn/lib/libcudnn_ops.so.9"
    data = wheel.files[name] + bytes(400_000)
    site.install(wheel._replace(files={**wheel.files, name: data}))
    return data[:200_000] + b"patched" + data[200_007:]


def test_copy_that_differs_in_its_middle_is_not_replaced(environment: Environment, site: Site) -> None:
    patched = _with_large_ops(site)
    (site.libs / "libcudnn_ops.so.9").write_bytes(patched)
    rest(environment)
    assert (site.libs / "libcudnn_ops.so.9").read_bytes() == patched
    assert verdict(environment) == "damaged"


def test_file_of_the_same_size_in_a_links_place_outlives_a_restore(environment: Environment, site: Site) -> None:
    patched = _with_large_ops(site)
    rest(environment)
    (site.libs / "libcudnn_ops.so.9").unlink()
    (site.libs / "libcudnn_ops.so.9").write_bytes(patched)
    environment.heal("--restore", environ=OFF)
    assert (site.libs / "libcudnn_ops.so.9").read_bytes() == patched
    assert site.stub_bytes() == stub_file()


# 5. A restore checks what it replaces, as a heal does.

_HOLD = """\
import os, time
def held(function):
    def call(*arguments, **options):
        if {condition} and not os.path.exists({held!r}):
            os.mkdir({held!r})
            while not os.path.exists({go!r}):
                time.sleep(0.01)
        return function(*arguments, **options)
    return call
os.{function} = held(os.{function})
"""


class Held:
    """A start that stands still before a call of `function` for which `condition` holds, until `let_go`."""

    def __init__(self, environment: Environment, site: Site, function: str, condition: str) -> None:
        folder = environment.path.parent
        held, self._go = folder / f"held {function}", folder / f"go {function}"
        code = _HOLD.format(function=function, condition=condition, held=str(held), go=str(self._go))
        (site.path / "a_hold.py").write_text(code)
        (site.path / "a_hold.pth").write_text("import a_hold\n")
        command = [str(environment.interpreter), "-c", "pass"]
        self._process = subprocess.Popen(command, env=clean_environ(PYTHONDONTWRITEBYTECODE="1"))
        while not held.exists():
            assert self._process.poll() is None, f"the control: a start calls {function}"
            time.sleep(0.01)
        (site.path / "a_hold.pth").unlink()

    def let_go(self) -> None:
        """Let the start go on, to its end."""
        self._go.touch()
        assert self._process.wait() == 0


def test_restore_that_was_planned_before_an_install_does_not_overwrite_its_stub(environment: Environment, site: Site) -> None:
    rest(environment)
    site.remove("nvidia-cudnn-cu12")
    start = Held(environment, site, "open", 'str(arguments[0]).endswith("ctranslate2.libs") and arguments[1] & os.O_DIRECTORY')
    site.ctranslate2("4.5.0")
    start.let_go()
    assert site.stub_bytes() == stub_file("4.5.0")
    rest(environment)
    assert site.stub_bytes() == stub_file("4.5.0")
    assert imports(environment)


# 6. In doubt nothing is removed, and what is put aside can be put back.


def test_other_bytes_under_the_backups_name_are_kept(environment: Environment, site: Site) -> None:
    (site.libs / BACKUP).write_bytes(b"mine")
    rest(environment)
    environment.heal()
    kept = [path.read_bytes() for path in site.libs.iterdir() if path.is_file()]
    assert b"mine" in kept and stub_file() in kept
    environment.heal("--restore", environ=OFF)
    assert (site.libs / BACKUP).read_bytes() == b"mine"
    assert site.stub_bytes() == stub_file()


def test_backup_of_no_stub_that_we_know_is_kept(environment: Environment, site: Site) -> None:
    site.ctranslate2("4.8.5", "")
    (site.libs / "libcudnn-0123abcd.so.9.5.1.ORIGINAL").write_bytes(b"mine")
    rest(environment)
    environment.heal("--restore", environ=OFF)
    assert (site.libs / "libcudnn-0123abcd.so.9.5.1.ORIGINAL").read_bytes() == b"mine"


def test_link_to_another_cudnn_made_by_hand_is_there_after_a_restore(
    environment: Environment, site: Site, tmp_path: Path
) -> None:
    other = tmp_path / "libcudnn.so.9"
    other.write_bytes(content("another cuDNN"))
    (site.libs / STUB).rename(site.libs / BACKUP)
    (site.libs / STUB).symlink_to(other)
    rest(environment)
    environment.heal()
    environment.heal("--restore", environ=OFF)
    assert os.readlink(site.libs / STUB) == str(other)
    assert (site.libs / BACKUP).read_bytes() == stub_file()


# 7. A stub is known by its content, with a hash in RECORD or without.


@pytest.mark.parametrize("form", ["hashless", "empty hashes"])
def test_stub_without_a_hash_in_record_is_replaced_and_kept(environment: Environment, site: Site, form: RecordForm) -> None:
    site.ctranslate2(record=form)
    rest(environment)
    assert site.is_replaced()
    assert (site.libs / BACKUP).read_bytes() == stub_file()
    assert releases(site) == {"9.10.2.21 nvidia-cudnn-cu12"}
    assert verdict(environment) == "healthy"


@pytest.mark.parametrize("form", ["hashless", "empty hashes"])
def test_restore_without_a_hash_in_symlink_mode_gives_back_what_was_there(
    environment: Environment, site: Site, form: RecordForm
) -> None:
    site.ctranslate2(way="symlink", record=form)
    before = tree(site.libs)
    rest(environment)
    restored = environment.heal("--restore", environ=OFF)
    assert restored.returncode == 0, restored.stdout
    assert tree(site.libs, skip=(".cudnn-heal",)) == before


# 8. Removing everything in one go costs nothing on the CPU; the order stands where nobody can miss it all the same.


def _remove_all(environment: Environment, site: Site) -> None:
    environment.uninstall("cudnn-heal")  # first: uv may start an interpreter, which would still heal
    site.remove("nvidia-cudnn-cu12").remove("nvidia-cublas-cu12")


def test_restore_that_status_asks_for_before_a_removal_keeps_the_import(environment: Environment, site: Site) -> None:
    rest(environment)
    said = environment.heal("--status", environ=OFF).stdout
    (line,) = [line for line in said.splitlines() if "--restore" in line and "removed" in line]
    run("bash", "-c", line.partition(": ")[2], env=clean_environ(CUDNN_HEAL="off"))
    _remove_all(environment, site)
    assert imports(environment)


def test_removal_in_one_go_costs_no_import_and_a_reinstall_puts_the_stub_back(environment: Environment, site: Site) -> None:
    rest(environment)
    _remove_all(environment, site)
    assert site.stub_bytes() != stub_file(), "the control: nobody put it back"
    assert imports(environment)
    site.ctranslate2()
    assert imports(environment) and site.stub_bytes() == stub_file()


def test_removal_in_one_go_after_0_1_0_is_repaired_by_a_reinstall(environment: Environment, site: Site) -> None:
    rest(environment)
    _remove_all(environment, site)
    (site.libs / STUB).unlink()
    (site.libs / STUB).symlink_to(SHIM)
    assert not imports(environment), "the control: a link that leads nowhere"
    site.ctranslate2()
    assert imports(environment)


# 9. and 10. What the stamp rests on.


def test_links_that_are_gone_are_noticed_though_the_folders_time_was_kept(environment: Environment, site: Site) -> None:
    rest(environment)
    time_ns = site.libs.stat().st_mtime_ns
    for name in linked(site):
        (site.libs / name).unlink()
    os.utime(site.libs, ns=(time_ns, time_ns))
    assert linked(site) == set(), "the control: as rsync -rt leaves it"
    rest(environment)
    assert "libcudnn_ops.so.9" in linked(site) and imports(environment)
    assert site.is_replaced()


def test_reinstall_in_the_second_of_the_stamp_is_noticed_where_times_have_whole_seconds(
    environment: Environment, site: Site
) -> None:
    second = int(time.time()) + 20  # ahead, so that however slow the machine is, it is the second of each start

    def cut() -> None:
        for path in [site.path, *site.path.rglob("*")]:
            if not path.is_symlink():
                os.utime(path, (second, second))

    environment.start()
    site.ctranslate2()
    for _ in range(3):
        cut()
        environment.start()
    assert not is_fast(environment), "what was recorded in that second is not believed"
    site.ctranslate2()
    cut()
    assert not site.is_replaced(), "the control: it was reinstalled"
    environment.start()
    assert site.is_replaced()


# 11. Never a slow path on every start, and never given up for good.


@root_only
def test_own_folder_of_another_user_costs_no_slow_start(wheel: Path) -> None:
    # Not below pytest's folders: access(2) knows no capabilities, and those are closed to other users.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        environment = Environment.create(Path(folder) / "venv", wheel)
        site = Site(environment.site_packages).ctranslate2().cudnn().cublas()
        for path in [site.libs, *site.libs.iterdir()]:
            os.chown(path, 65534, 65534)
        (site.libs / ".cudnn-heal").mkdir(mode=0o755)
        code = "import sys; print('cudnn_heal' in sys.modules)"
        for _ in range(3):
            result = run(*OTHER_USER, environment.interpreter, "-c", code, env=clean_environ(PYTHONDONTWRITEBYTECODE="1"))
            time.sleep(0.05)
        assert (result.stdout, result.stderr) == ("False\n", "")


def _killed_midway(site: Site) -> None:
    (site.libs / ".cudnn-heal" / "tmp-1-1-1").symlink_to(SHIM)


def _future(site: Site) -> None:
    later = time.time() + 86400
    os.utime(site.libs, (later, later))


@pytest.mark.parametrize("state", [_killed_midway, _future])
def test_nothing_is_left_of_a_removed_package_and_starts_are_fast_then(
    environment: Environment, site: Site, state: Callable[[Site], None]
) -> None:
    rest(environment)
    if state is _killed_midway:
        state(site)
    site.remove("ctranslate2")
    rest(environment)
    if state is _future and site.libs.exists():
        state(site)
    else:
        time.sleep(QUIET_SECONDS)
    rest(environment)
    assert not site.libs.exists() or not list(site.libs.iterdir())
    assert is_fast(environment)


_FULL = """\
import os
def full(*arguments, **options):
    raise OSError(28, "No space left on device")
os.symlink = os.link = full
"""


def test_full_disk_is_tried_again_once_there_is_room(environment: Environment, site: Site) -> None:
    (site.path / "a_full.py").write_text(_FULL)
    (site.path / "a_full.pth").write_text("import a_full\n")
    rest(environment)
    assert not linked(site)
    (site.path / "a_full.pth").unlink()
    own = site.libs / ".cudnn-heal"
    long_ago = time.time() - 7200
    for path in [*own.glob("*"), *([own] if own.exists() else [])]:
        os.utime(path, (long_ago, long_ago))
    rest(environment)
    assert site.is_replaced()
    assert verdict(environment) == "healthy"


# 12. The command line tells what happened.


def _no_provider(site: Site) -> None:
    site.remove("nvidia-cudnn-cu12")


def _damaged(site: Site) -> None:
    (site.path / "nvidia/cudnn/lib/libcudnn_ops.so.9").unlink()


@pytest.mark.parametrize("state", [_no_provider, _damaged])
def test_call_does_not_say_healed_where_its_start_could_not_heal_all(
    environment: Environment, site: Site, state: Callable[[Site], None]
) -> None:
    state(site)
    said = environment.heal().stdout
    assert verdict(environment) in ("no-provider", "damaged")
    assert "just healed" not in said


def test_history_has_one_entry_where_two_starts_made_the_first_heal(environment: Environment, site: Site) -> None:
    first = Held(environment, site, "open", f"arguments[0] == {SHIM!r}")  # all but the shim is done
    second = Held(environment, site, "open", 'str(arguments[0]).endswith("manifest.json")')
    first.let_go()
    second.let_go()
    rest(environment)
    assert [heal["change"].partition(":")[0] for heal in environment.status()["history"]] == ["first heal"]


def test_interpreter_that_was_held_forgets_nothing_that_others_backed_up_meanwhile(
    environment: Environment, site: Site
) -> None:
    held = Held(environment, site, "open", f"arguments[0] == {SHIM!r}")  # all but the shim is done
    site.ctranslate2("4.5.0")
    rest(environment)
    assert (site.libs / BACKUP).read_bytes() == stub_file("4.5.0"), "the control: another one was backed up"
    held.let_go()
    site.ctranslate2("4.6.1")
    rest(environment)
    assert verdict(environment) == "healthy"
    assert (site.libs / BACKUP).read_bytes() == stub_file("4.6.1")


# 13. Failing to say something changes nothing.


@pytest.mark.parametrize("stderr", ["full", "closed", "broken pipe"])
def test_verbose_start_heals_and_runs_the_program_whatever_stderr_is(environment: Environment, site: Site, stderr: str) -> None:
    redirect = {"full": "2>/dev/full", "closed": "2>&-", "broken pipe": "2>&$broken"}[stderr]
    reading, writing = os.pipe()
    os.close(reading)
    command = f'exec "$0" -c "print(1)" {redirect.replace("$broken", str(writing))}'
    result = subprocess.run(
        ["bash", "-c", command, str(environment.interpreter)],
        env=clean_environ(CUDNN_HEAL="verbose"),
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=[writing],
        check=False,
    )
    os.close(writing)
    assert (result.returncode, result.stdout) == (0, "1\n")
    assert site.is_replaced()


# 14. What is made can be read by the environment's other users, whatever the umask.


def _start_with_umask(environment: Environment, *arguments: str) -> None:
    command = 'umask 077; exec "$0" "$@"'
    run("bash", "-c", command, environment.interpreter, *arguments, env=clean_environ(PYTHONDONTWRITEBYTECODE="1"))


def _closed(site: Site) -> list[str]:
    """Return what other users can't read in the package's folder, and can't enter."""
    found = []
    for path in [site.libs, *site.libs.rglob("*")]:
        mode = path.stat().st_mode
        if not mode & stat.S_IROTH or (path.is_dir() and not mode & stat.S_IXOTH):
            found.append(path.name)
    return found


def test_umask_closes_nothing_to_other_users(environment: Environment, site: Site) -> None:
    for _ in range(3):
        _start_with_umask(environment, "-c", "pass")
        time.sleep(0.05)
    assert (site.libs / ".cudnn-heal/stamp").exists()
    assert _closed(site) == []


def test_umask_closes_the_stub_to_nobody_after_a_restore_in_symlink_mode(environment: Environment, site: Site) -> None:
    site.ctranslate2(way="symlink")
    _start_with_umask(environment, "-c", "pass")
    _start_with_umask(environment, "-m", "cudnn_heal", "--restore")
    assert site.stub_bytes() == stub_file()
    assert _closed(site) == []


# 15. The current folder's modules.


@pytest.mark.parametrize("flags", [("--status",), ("--doctor",)])
def test_modules_of_the_current_folder_are_not_run(
    environment: Environment, site: Site, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    folder = tmp_path / "trap"
    folder.mkdir()
    for name in ("json", "resource", "ctypes", "sysconfig", "subprocess", "typing", "packaging", "ctranslate2", "torch"):
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'a').write('{name} ')\n")
    other = Environment.create(tmp_path / "other")
    command = environment.path / "bin/cudnn-heal"
    run(command, *flags, cwd=folder, check=False, env=clean_environ())
    run(command, *flags, "--python", other.interpreter, cwd=folder, check=False, env=clean_environ())
    assert not (tmp_path / "sprung").exists(), (tmp_path / "sprung").read_text()


TRAPS = ("csv", "json", "hashlib", "binascii", "typing")
"""None that the made-up ctranslate2 imports itself."""


def _traps(folder: Path) -> Path:
    """Make modules with the names of the standard library's, each of which would end the program."""
    folder.mkdir()
    for name in TRAPS:
        (folder / f"{name}.py").write_text("raise SystemExit(5)\n")
    return folder


@pytest.fixture
def unmeasured(tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Return an environment whose interpreters load nothing but cudnn-heal at their start."""
    monkeypatch.setattr(Environment, "measured", False)
    return Environment.create(tmp_path / "unmeasured", wheel)


def test_modules_beside_a_program_are_not_run_when_a_package_is_imported(unmeasured: Environment, tmp_path: Path) -> None:
    environment = unmeasured
    Site(environment.site_packages).ctranslate2().cudnn().cublas()
    rest(environment)
    program = _traps(tmp_path / "program") / "program.py"
    program.write_text("import ctranslate2; print('fine')\n")
    for shadowed in (OFF, {}, {"LD_LIBRARY_PATH": "/usr/lib"}):
        result = environment.python(program, environ=shadowed, check=False)
        assert (result.returncode, result.stdout) == (0, "fine\n"), result.stderr
    control = environment.python("-c", "import csv", environ={"PYTHONPATH": str(program.parent)}, check=False)
    assert control.returncode == 5, "the control: they would be run"


def test_modules_on_pythonpath_are_not_run_by_a_start_that_heals(unmeasured: Environment, tmp_path: Path) -> None:
    site = Site(unmeasured.site_packages).ctranslate2().cudnn().cublas()
    _traps(tmp_path / "traps")
    unmeasured.python("-c", "pass", environ={"PYTHONPATH": str(tmp_path / "traps")})
    assert site.is_replaced()


# 16. A purged sys.modules.

_PURGED = """\
import copy, sys
for _ in range(100):
    for name in [name for name in sys.modules if name.startswith(("cudnn_heal", "ctranslate2"))]:
        del sys.modules[name]
    import cudnn_heal_start
    import ctranslate2
def deep(depth):
    if depth:
        return deep(depth - 1)
    del sys.modules["ctranslate2"]
    import ctranslate2
deep(sys.getrecursionlimit() // 2)
copy.deepcopy(sys.meta_path)
"""


def test_purged_modules_neither_nest_nor_loop_the_finder(environment: Environment, site: Site) -> None:
    site.libs.rename(site.path / "elsewhere")
    site.libs.symlink_to(site.path / "elsewhere")  # served in-process
    result = environment.python("-c", _PURGED, check=False, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")


# 17. Another ctranslate2, put on sys.path at run time.

_VENDORED = """\
import sys
sys.path.insert(0, sys.argv[1])
import ctranslate2
assert ctranslate2.__file__.startswith(sys.argv[1])
print(open("/proc/self/maps").read())
"""


def test_ctranslate2_that_a_program_puts_on_sys_path_is_served(environment: Environment, site: Site, tmp_path: Path) -> None:
    vendored = Site(tmp_path / "vendored").ctranslate2()
    rest(environment)
    said = environment.python("-c", _VENDORED, vendored.path).stdout
    for name in ("cudnn/lib/libcudnn.so.9", "cudnn/lib/libcudnn_ops.so.9", "cublas/lib/libcublas.so.12"):
        assert str(site.path / "nvidia" / name) in said


# 18. and 19.


@pytest.mark.parametrize("form", ["whole", "hashless"])
def test_restore_in_a_farm_of_symlinks_gives_back_the_farms_links(
    environment: Environment, site: Site, form: RecordForm
) -> None:
    site.ctranslate2(way="symlink", record=form).cudnn(way="symlink").cublas(way="symlink")
    before = tree(site.libs)
    rest(environment)
    assert site.is_replaced()
    assert environment.heal("--restore", environ=OFF).returncode == 0
    assert tree(site.libs, skip=(".cudnn-heal",)) == before


def _other(environment: Environment, tmp_path: Path) -> tuple[Environment, Site]:
    other = Environment.create(tmp_path / "other")
    return other, Site(other.site_packages).ctranslate2().cudnn().cublas()


def test_target_whose_start_prints_is_understood(environment: Environment, tmp_path: Path) -> None:
    other, site = _other(environment, tmp_path)
    at_start(site.path, "print('{\"hello\": 1}')\nprint('[]', flush=True)\n")
    assert "hello" in other.python("-c", "pass").stdout, "the control"
    said = environment.heal("--status", "--json", "--python", other.interpreter)
    assert json.loads(said.stdout)["verdict"] == "pending"
    assert environment.heal("--python", other.interpreter).returncode == 0
    assert site.is_replaced()


def test_target_that_leaves_a_child_holding_its_output_does_not_hold_us(environment: Environment, tmp_path: Path) -> None:
    other, site = _other(environment, tmp_path)
    at_start(
        site.path,
        "import subprocess, sys\nchild = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(tmp_path / 'child')!r}, 'a').write(f'{{child.pid}} ')\n",
    )
    try:
        said = environment.heal("--status", "--json", "--python", other.interpreter, timeout=120)
        assert json.loads(said.stdout)["verdict"] == "pending"
    finally:
        for pid in (tmp_path / "child").read_text().split():
            os.kill(int(pid), 9)


def test_target_of_an_old_python_is_refused_in_a_line(environment: Environment) -> None:
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    old = next(map(str, pyenv.glob("versions/2.7*/bin/python")), "") or shutil.which("python2")
    if not old or run(old, "-c", "pass", check=False).returncode:
        pytest.skip("no Python 2.7 is at hand")
    said = environment.heal("--status", "--python", old)
    assert (said.returncode, said.stdout, len(said.stderr.splitlines())) == (2, "", 1)
    assert "is Python 2.7" in said.stderr


def test_target_with_python3_alone_is_named_in_what_is_to_be_typed(environment: Environment, tmp_path: Path) -> None:
    other, site = _other(environment, tmp_path)
    site.remove("nvidia-cudnn-cu12")
    base = other.interpreter.resolve()
    for path in (other.path / "bin").glob("python*"):
        path.unlink()
    (other.path / "bin/python3").symlink_to(base)
    said = environment.heal("--status", "--python", other.path / "bin/python3").stdout
    assert str(other.path / "bin/python3") in said
    assert str(environment.interpreter) not in said and sys.executable not in said
