"""The main job, on real wheels with the real loader: each case beside a control without cudnn-heal, which must abort."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_venv import VirtualEnvironment

from support.environments import CUBLAS, CUDNN, PROBE, STUB, Environment, clean_environ, digest, is_fast, run, tree, uv
from support.wheels import Wheel as MadeUpWheel
from support.wheels import ctranslate2_wheel, cudnn_wheel, sha256

CPU_INFERENCE = """
import tempfile, numpy, ctranslate2
from ctranslate2.specs import whisper_spec
from ctranslate2 import StorageView
assert StorageView.from_array(numpy.ones((2, 2), dtype=numpy.float32)).shape == [2, 2]
print(ctranslate2.get_supported_compute_types("cpu"))
"""


def package(environment: Environment) -> dict[str, Any]:
    """Return what ``--status --json`` says of ctranslate2."""
    return dict(environment.status()["consumers"][0])


def part(environment: Environment, name: str) -> dict[str, Any]:
    """Return what ``--status --json`` says of one part of ctranslate2."""
    return next(one for one in package(environment)["parts"] if one["name"] == name)


def assert_served(environment: Environment, major: str = "9") -> None:
    """Assert that the next interpreter's cuDNN is the provider's, all of it, with nothing but links at work."""
    probe = environment.probe("cudnn")
    assert probe.returncode == 0, probe.stderr
    assert probe.result["returned"] == 0
    assert str(probe.result["version"]).startswith(major)
    assert probe.folders("libcudnn") == {str(environment.site_packages / "nvidia/cudnn/lib")}
    assert not probe.result["torch"]


@pytest.mark.parametrize(
    ("ctranslate2", "cudnn"),
    [
        pytest.param("4.5.0", "9.10.2.21", marks=pytest.mark.wide),
        ("4.6.1", "9.10.2.21"),
        pytest.param("4.6.2", "9.10.2.21", marks=pytest.mark.wide),
        pytest.param("4.6.1", "9.1.0.70", marks=pytest.mark.wide),
        pytest.param("4.6.1", "", marks=pytest.mark.wide),
        pytest.param("4.4.0", "8.9.7.29", marks=pytest.mark.wide),
    ],
)
def test_the_very_next_interpreter_finds_cudnn(
    make: Callable[..., Environment], wheel: Path, ctranslate2: str, cudnn: str
) -> None:
    environment = make(f"ctranslate2=={ctranslate2}", f"nvidia-cudnn-cu12=={cudnn}" if cudnn else "nvidia-cudnn-cu12")
    environment.probe("cudnn", environ={"CUDNN_HEAL": "off"}).assert_unserved()
    environment.install(wheel)
    assert_served(environment, cudnn[:1] or "9")
    assert part(environment, "cudnn")["verdict"] == "healthy"


@pytest.mark.parametrize(
    ("ctranslate2", "cublas", "library"),
    [
        ("4.8.5", CUBLAS, "12"),
        pytest.param("3.24.0", "nvidia-cublas-cu11", "11", marks=pytest.mark.wide),
    ],
)
def test_the_very_next_interpreter_finds_cublas(
    make: Callable[..., Environment], wheel: Path, ctranslate2: str, cublas: str, library: str
) -> None:
    environment = make(f"ctranslate2=={ctranslate2}", cublas, "numpy" if ctranslate2 == "4.8.5" else "numpy<2")
    environment.probe("cublas", environ={"CUDNN_HEAL": "off"}).assert_unserved()
    environment.install(wheel)
    probe = environment.probe("cublas")
    assert probe.result["returned"] in (0, 1), probe.stderr  # 1: not initialized, without a GPU
    assert probe.folders("libcublas") == {str(environment.site_packages / "nvidia/cublas/lib")}
    assert os.readlink(environment.libs / f"libcublasLt.so.{library}").startswith("../nvidia/cublas/lib/")


def switch(environment: Environment, install: Callable[[str], object]) -> None:
    """Go through versions there and back, one interpreter start after each."""
    before = ""
    for version in ("4.5.0", "4.6.1", "4.6.2", "4.8.5", "4.6.1"):
        install(version)
        environment.start()
        status = environment.status()
        assert status["verdict"] == "healthy"
        assert status["consumers"][0]["version"] == version
        assert not before or status["history"][-1]["change"].startswith(f"ctranslate2 {before} -> {version}")
        assert all(link["state"] == "ok" for link in status["links"])
        before = version
        linked = {path for path, text in environment.tree().items() if text.startswith("->")}
        if version == "4.8.5":
            assert linked == {"libcublas.so.12", "libcublasLt.so.12"}
            assert not environment.stub.exists()
            assert not list(environment.libs.glob("*.ORIGINAL"))
            assert environment.probe("cublas").result["returned"] in (0, 1)
        else:
            assert environment.is_replaced() and {"libcudnn_ops.so.9", "libcublas.so.12"} <= linked
            value = environment.recorded()[f"ctranslate2.libs/{STUB}"]
            assert f"sha256={digest(environment.libs / (STUB + '.ORIGINAL'))}" == value
            assert_served(environment)


@pytest.mark.wide
def test_versions_switched_by_uv_pip_are_healed_each_time(demo: Environment) -> None:
    switch(demo, lambda version: demo.install(f"ctranslate2=={version}"))


@pytest.mark.wide
@pytest.mark.long
def test_versions_switched_by_pip_are_healed_each_time(venv: VirtualEnvironment, wheel: Path) -> None:
    environment = Environment(Path(venv.path))
    # NVIDIA's wheels by uv, from whose cache they are hard links: pip would copy 1.5 GB.
    environment.install(CUDNN, CUBLAS, "numpy", "pyyaml", "setuptools<80")
    environment.python("-m", "pip", "install", "--quiet", wheel)
    switch(environment, lambda version: environment.python("-m", "pip", "install", "--quiet", f"ctranslate2=={version}"))


@pytest.mark.wide
def test_versions_switched_by_uv_sync_are_healed_each_time(tmp_path: Path, wheel: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    environ = clean_environ(UV_PYTHON=sys.executable)

    def sync(version: str) -> None:
        (project / "pyproject.toml").write_text(
            f"""
            [project]
            name = "project"
            version = "0"
            requires-python = ">=3.9"
            dependencies = ["ctranslate2=={version}", "{CUDNN}", "{CUBLAS}", "cudnn-heal"]
            [tool.uv]
            environments = ["sys_platform == 'linux' and python_version == '{sys.version_info[0]}.{sys.version_info[1]}'"]
            [tool.uv.sources]
            cudnn-heal = {{ path = "{wheel}" }}
            """
        )
        uv("sync", cwd=project, env=environ)

    switch(Environment(project / ".venv"), sync)


def test_uv_add_makes_a_project_heal_itself(tmp_path: Path, wheel: Path) -> None:
    environ = clean_environ(UV_PYTHON=sys.executable)
    uv("init", "--bare", "--name", "project", "--python", sys.executable, tmp_path / "project", env=environ)
    uv("add", "--no-sync", "ctranslate2==4.6.1", CUDNN, CUBLAS, wheel, cwd=tmp_path / "project", env=environ)
    result = run("uv", "run", "--quiet", "python", PROBE, "cudnn", cwd=tmp_path / "project", env=environ)
    assert '"returned": 0' in result.stdout


def test_when_the_provider_is_uninstalled_the_stub_is_back_after_the_next_start(demo: Environment) -> None:
    demo.settle()
    demo.uninstall("nvidia-cudnn-cu12")
    demo.python("-c", "import ctranslate2", environ={"CUDNN_HEAL": "off"})
    with pytest.raises(AssertionError):
        demo.assert_as_recorded()  # the control: the copy stands there still
    demo.start()
    demo.assert_as_recorded()
    assert "float32" in demo.python("-c", CPU_INFERENCE).stdout
    status = demo.status()
    assert status["verdict"] == "no-provider"
    assert "nvidia-cudnn-cu12==9.*" in part(demo, "cudnn")["fix"][0]["command"]


def test_when_ctranslate2_is_uninstalled_nothing_of_ours_is_left_after_the_next_start(demo: Environment) -> None:
    demo.settle()
    demo.uninstall("ctranslate2")
    demo.start()
    assert not demo.libs.exists() or os.listdir(demo.libs) == []


def test_restore_takes_everything_back_and_stays_off(demo: Environment) -> None:
    demo.settle()
    restored = demo.heal("--restore")
    assert restored.returncode == 0, restored.stdout
    for _ in range(10):
        demo.start()
    demo.assert_as_recorded()
    assert sorted(demo.tree()) == sorted(os.path.basename(path) for path in demo.recorded())
    assert os.listdir(demo.libs / ".cudnn-heal") == ["paused"]
    assert demo.status()["verdict"] == "paused"
    demo.probe("cudnn").assert_unserved()  # paused is paused, in-process loading too
    assert demo.heal().returncode == 0
    assert_served(demo)


def test_restore_holds_through_the_removal_of_cudnn_heal(demo: Environment) -> None:
    demo.settle()
    demo.heal("--restore")
    demo.uninstall("cudnn-heal")
    demo.start()
    demo.assert_as_recorded()
    assert not list(demo.site_packages.glob("cudnn_heal*"))


def built(made: MadeUpWheel, folder: Path) -> Path:
    """Return a made-up wheel as a file that installers take."""
    path = folder / f"{made.info.rpartition('.')[0]}-py3-none-any.whl"
    rows = {name: f"sha256={sha256(data)},{len(data)}" for name, data in made.files.items()}
    files = {
        f"{made.info}/METADATA": f"Metadata-Version: 2.1\nName: {made.distribution}\nVersion: {made.version}\n".encode(),
        f"{made.info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: false\nTag: py3-none-any\n",
        f"{made.info}/RECORD": "".join(f"{name},{row}\n" for name, row in rows.items()).encode(),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**made.files, **files}.items():
            archive.writestr(name, data)
    return path


def test_the_installers_cache_keeps_its_bytes(tmp_path: Path, wheel: Path) -> None:
    cache = tmp_path / "cache"
    old, new, provider = (
        built(one, tmp_path) for one in (ctranslate2_wheel("4.6.1"), ctranslate2_wheel("4.6.2"), cudnn_wheel())
    )
    first = Environment.create(tmp_path / "first")
    options = ("--no-deps", "--no-index", "--cache-dir", cache)
    first.install(*options, old, provider, wheel)
    files = {path: digest(path) for path in cache.rglob("*.so*") if path.is_file()}
    assert len(files) >= 8
    assert any(path.stat().st_nlink > 1 for path in files), "the control: uv hard-links here"
    first.settle()
    assert first.is_replaced(), "the control: it is healed"
    first.install(*options, new)
    first.settle()
    first.heal("--restore")
    first.heal()
    first.uninstall("nvidia-cudnn-cu12")
    first.settle()
    assert not first.is_replaced(), "the control: it is taken back"
    assert {path: digest(path) for path in files} == files


def test_starts_during_a_reinstall_never_make_it_fail_and_the_one_after_it_is_right(demo: Environment) -> None:
    demo.settle()
    starts = 0
    for version in ("4.6.1", "4.6.2", "4.6.1", "4.6.1"):
        installer = subprocess.Popen(
            [
                "uv",
                "pip",
                "install",
                "--quiet",
                "--python",
                demo.interpreter,
                "--reinstall",
                "--no-deps",
                f"ctranslate2=={version}",
            ],
            env=clean_environ(),
            stderr=subprocess.PIPE,
            text=True,
        )
        while installer.poll() is None:
            demo.start()
            starts += 1
        assert installer.returncode == 0, installer.stderr.read() if installer.stderr else ""
        if installer.stderr:
            installer.stderr.close()
        demo.start()
        assert_served(demo)
        assert demo.status()["verdict"] == "healthy"
    assert starts > 4
    print(f"{starts} starts during 4 reinstalls")


# What is not as it should be: one clear line, and nothing lost.


def test_a_truncated_manifest_is_made_anew(demo: Environment) -> None:
    demo.settle()
    manifest = demo.libs / ".cudnn-heal/manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:100])
    assert demo.heal().returncode == 0
    assert demo.status()["verdict"] == "healthy"
    assert_served(demo)


@pytest.mark.wide
def test_a_hostile_manifest_leads_nowhere(demo: Environment, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    demo.settle()
    manifest = demo.libs / ".cudnn-heal/manifest.json"
    manifest.write_text(manifest.read_text().replace("libcudnn_ops.so.9", str(victim)).replace(STUB, "../../" + victim.name))
    demo.install("ctranslate2==4.6.2")
    demo.start()
    assert demo.heal("--restore").returncode == 0
    assert victim.read_text() == "mine"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_what_another_user_owns_is_not_changed_and_the_line_says_whose_it_is(demo: Environment) -> None:
    before = tree(demo.libs)
    assert demo.as_other_user("-c", "pass").stderr == ""
    healed = demo.as_other_user("-m", "cudnn_heal")
    restored = demo.as_other_user("-m", "cudnn_heal", "--restore")
    assert tree(demo.libs) == before
    assert "can't be changed by this user.\n  As its owner: " in healed.stdout
    assert healed.returncode == 1
    assert demo.as_other_user("-m", "cudnn_heal", "--status").stdout.startswith("read-only in ")
    assert demo.as_other_user("-m", "cudnn_heal", "--status").returncode == 0
    assert "can't be changed by this user" in restored.stdout
    assert restored.returncode == 1
    demo.start()
    assert_served(demo)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_where_our_own_folder_is_another_users_the_line_says_so_to_root(demo: Environment) -> None:
    state = demo.libs / ".cudnn-heal"
    state.mkdir()
    os.chown(state, 65534, 65534)
    for flags in ((), ("--restore",)):
        result = demo.heal(*flags)
        assert ".cudnn-heal in it is another user's" in result.stdout and f"ls -la {state}" in result.stdout, result.stdout
        assert result.returncode == 1
    state.rmdir()
    assert demo.heal().returncode == 0, "the control: what was advised mends it"
    assert_served(demo)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make an environment of another user's")
def test_root_does_not_heal_in_a_users_environment_by_accident_but_when_asked(demo: Environment) -> None:
    os.chown(demo.libs, 65534, 65534)
    before = tree(demo.libs)
    demo.settle()
    assert tree(demo.libs) == before
    demo.heal()
    assert_served(demo)
    ours = [demo.stub, *(path for path in demo.libs.rglob("*") if path.is_symlink() or ".cudnn-heal" in str(path))]
    assert {path.lstat().st_uid for path in ours} == {65534}, "its owner can change all of it"


def test_a_folder_that_is_a_symlink_is_left_alone(demo: Environment, tmp_path: Path) -> None:
    demo.libs.rename(tmp_path / "elsewhere")
    demo.libs.symlink_to(tmp_path / "elsewhere")
    before = tree(tmp_path / "elsewhere")
    demo.settle()
    assert tree(tmp_path / "elsewhere") == before
    status = demo.status()
    assert status["verdict"] == "read-only"
    assert "symlink" in part(demo, "cudnn")["cause"]


def test_a_full_disk_changes_nothing_and_says_so(demo: Environment) -> None:
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    size = sum(file.stat().st_size for file in demo.libs.iterdir())
    kept = demo.libs.rename(demo.libs.with_name("kept"))
    demo.libs.mkdir()
    # Room for the files and our copy; a filler takes what is left.
    blocks = (size // 4096 + 80) * 4096
    mounted = run("mount", "-t", "tmpfs", "-o", f"size={blocks}", "tmpfs", demo.libs, check=False)
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr}")
    try:
        shutil.copytree(kept, demo.libs, dirs_exist_ok=True)
        filler = os.open(demo.libs / "filler", os.O_CREAT | os.O_WRONLY)
        try:
            while os.write(filler, b"\0" * 4096) == 4096:
                pass
        except OSError:
            pass
        finally:
            os.close(filler)
        demo.settle()
        assert demo.python("-c", "import ctranslate2").returncode == 0
        result = demo.heal(environ={"CUDNN_HEAL": "off"})
        assert "Traceback" not in result.stderr
        assert "no space is left" in result.stdout or demo.status()["verdict"] == "healthy"
        (demo.libs / "filler").unlink()
        demo.heal()
        assert_served(demo)
    finally:
        run("umount", demo.libs)


def test_another_system_is_left_alone(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    code = f"""
import sys
sys.platform = "darwin"
sys.path.insert(0, {str(root / "hook")!r})
import cudnn_heal_start
print(repr(cudnn_heal_start.home))
"""
    assert run(sys.executable, "-I", "-S", "-c", code).stdout.strip() == "''"


@pytest.mark.wide
@pytest.mark.long
def test_a_moved_or_copied_environment_is_right_at_once(make: Callable[..., Environment], wheel: Path, tmp_path: Path) -> None:
    demo = make("ctranslate2==4.6.1", CUDNN, "nvidia-cublas-cu12==12.1.3.1", wheel)
    for large in ("libcudnn_engines_precompiled.so.9", "libcudnn_adv.so.9"):  # 830 MB that no probe opens
        (demo.site_packages / "nvidia/cudnn/lib" / large).unlink()
    demo.settle()
    time.sleep(0.1)
    copies = {}
    commands: dict[str, list[str | Path]] = {
        "cp -a": ["cp", "-a", demo.path, tmp_path / "cp-a"],
        "cp -r": ["cp", "-r", demo.path, tmp_path / "cp-r"],
    }
    for name, command in commands.items():
        run(*command)
        copies[name] = Environment(Path(command[-1]))
    packed = run("tar", "--format=gnu", "-C", demo.path.parent, "-cf", tmp_path / "archive.tar", demo.path.name, check=False)
    assert packed.returncode in (0, 1), packed.stderr  # 1: another worker's installer has linked to a file meanwhile
    (tmp_path / "tar").mkdir()
    run("tar", "-C", tmp_path / "tar", "-xf", tmp_path / "archive.tar")
    (tmp_path / "archive.tar").unlink()
    copies["tar"] = Environment(tmp_path / "tar" / demo.path.name)
    for name, copy in copies.items():
        if name == "tar":
            assert is_fast(copy), "times cut to seconds: on the fast path from the first start"
        assert_served(copy)
        copy.settle()
        assert is_fast(copy), name
    moved = Environment(copies["cp -a"].path.rename(tmp_path / "moved"))
    assert_served(moved)
    moved.settle()
    assert is_fast(moved)
