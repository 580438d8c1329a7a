"""Throwaway environments with real wheels, and what can be asked of them."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from support.coverage_gate import measure

ROOT = Path(__file__).parent.parent.parent
PROBE = Path(__file__).with_name("probe.py")
ABORTED = -signal.SIGABRT
STUB = "libcudnn-74a4c495.so.9.1.0"
CUDNN = "nvidia-cudnn-cu12==9.10.2.21"
CUBLAS = "nvidia-cublas-cu12==12.9.1.4"
WHEELS = {"ctranslate2==4.6.1": 38, "ctranslate2==4.8.5": 43, CUDNN: 707, CUBLAS: 671, "numpy": 17}
"""What tests install that are not marked ``wide``, with what it brings along: megabytes to download, once."""

# Reading is let through by a capability, since the folders above may be closed; writing is not.
OTHER_USER = [
    *("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"),
    *("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"),
]

UV = os.environ.get("UV") or shutil.which("uv") or "uv"


def _systems() -> list[str]:
    """Return the paths of cuDNN and cuBLAS that the loader knows from the system (``ldconfig(8)``)."""
    ldconfig = shutil.which("ldconfig", path="/sbin:/usr/sbin")
    listed = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout if ldconfig else ""
    return re.findall(r"lib(?:cudnn|cublas)\S*\.so\.\S* .*=> (\S+)", listed)


SYSTEMS = _systems()
"""Where there are any, they answer where nothing else does: what is not healed fails in another way, or not at all."""


NO_WHEEL = re.compile(
    r"(\S+==\S+)\s+(?:has\s+no\s+(?:wheels\s+with\s+a\s+matching\s+Python|`python_full_version)|\(from versions: \d)"
)
"""What uv and pip say of a version that has no wheel for this Python; where pip finds nothing at all it names no version."""


def clean_environ(**extra: str) -> dict[str, str]:
    """Return the environment for children: nothing of ours, of the loader's or of Python's in it but `extra`."""
    others = ("PYTHON", "CUDNN_HEAL", "LD_", "VIRTUAL_ENV", "UV_PROJECT", "UV_PYTHON", "UV_RUN", "PYTEST", "COV")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(others)}
    return {**kept, **extra}


def run(*command: str | Path, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run `command` and return it, its output as text; show the output where it fails."""
    options.setdefault("env", clean_environ())
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, errors="replace", **options)
    if check and result.returncode:
        without = NO_WHEEL.search(result.stderr)
        if without:
            import pytest

            pytest.skip(f"{without[1]} has no wheel for this Python")
        raise AssertionError(f"{' '.join(map(str, command))} -> {result.returncode}\n{result.stdout}\n{result.stderr}")
    return result


def uv(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run uv, quietly."""
    return run(UV, *arguments, "--quiet", **options)


def copy_source(folder: Path) -> None:
    """Copy into `folder`, which is there, what a wheel is built from."""
    names = ("hook", "hatch_build.py", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", ".gitignore")
    for name in names:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)


def fetch(say: Callable[[str], None]) -> None:
    """Bring `WHEELS` into uv's cache one by one, and say what is downloaded and how much is to come, where anything is."""
    with tempfile.TemporaryDirectory() as folder:
        run(UV, "venv", "--quiet", "--python", sys.executable, folder)
        install = (UV, "pip", "install", "--python", folder, "--no-deps")
        tried = {wheel: run(*install, "--dry-run", wheel, check=False) for wheel in WHEELS}
        missing = [wheel for wheel, result in tried.items() if "Would download" in result.stderr]
        for position, wheel in enumerate(missing):
            left = sum(WHEELS[one] for one in missing[position:])
            say(f"downloading {wheel} ({WHEELS[wheel]} MB; {left} MB to come, kept in uv's cache)")
            run(*(word for word in install if word != "--no-deps"), wheel)


LARGE = re.compile(r"ctranslate2|nvidia-|onnxruntime|torch|whisper|faster-whisper|tensorrt|pyannote")
"""Requirements that take long to download begin so."""


@dataclass
class Environment:
    """A virtual environment."""

    path: Path
    environ: dict[str, str] = field(default_factory=dict)
    measured: ClassVar[bool] = True
    """Whether interpreters of new ones are measured where this run is."""
    allowed: ClassVar[Collection[str] | None] = None
    """The requirements that the running test may install from an index; None where it may install any."""

    @classmethod
    def create(cls, path: Path, *requirements: str | Path, python: str = sys.executable) -> Environment:
        """Make an environment at `path` for the interpreter `python`, and install `requirements` with uv."""
        uv("venv", "--python", python, path)
        environment = cls(path)
        if cls.measured:
            measure(environment.site_packages)
        if requirements:
            environment.install(*requirements)
        return environment

    def copied(self, path: Path) -> Environment:
        """Copy it to `path` by hard links, with its times; its scripts start the copy's interpreter."""
        run("cp", "-al", self.path, path)
        for script in (path / "bin").iterdir():
            if not script.is_symlink() and str(self.path) in (text := script.read_text(errors="replace")):
                mode = script.stat().st_mode
                script.unlink()  # the original has the same inode
                script.write_text(text.replace(str(self.path), str(path)))
                script.chmod(mode)
        return Environment(path)

    @property
    def interpreter(self) -> Path:
        return self.path / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        return next((self.path / "lib").glob("python*/site-packages"))

    @property
    def libs(self) -> Path:
        return self.site_packages / "ctranslate2.libs"

    @property
    def stub(self) -> Path:
        return self.libs / STUB

    def is_replaced(self, stub: str = STUB) -> bool:
        """Tell whether a copy of the provider's shim stands in the stub's place."""
        return not (self.libs / stub).is_symlink() and source(str(self.libs / stub)) != str(self.libs / stub)

    def install(self, *requirements: str | Path, **options: Any) -> None:
        """Install with uv."""
        if self.allowed is not None:
            beyond = [one for one in requirements if isinstance(one, str) and LARGE.match(one) and one not in self.allowed]
            assert not beyond, f"{beyond}: a test that installs is marked `real`, one that needs more than WHEELS `wide`"
        if "--reinstall" in requirements:  # implies --refresh: 700 MB at each run, kept in uv's cache beside the last ones
            options["env"] = {**(options.get("env") or clean_environ()), "UV_OFFLINE": "1"}
        uv("pip", "install", "--python", self.interpreter, *requirements, **options)

    def uninstall(self, *distributions: str) -> None:
        """Uninstall with uv."""
        uv("pip", "uninstall", "--python", self.interpreter, *distributions)

    def python(self, *arguments: str | Path, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run the interpreter."""
        environ = clean_environ(**{**self.environ, **options.pop("environ", {})})
        return run(self.interpreter, *arguments, check=check, env=environ, **options)

    def as_other_user(self, *arguments: str | Path, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run the interpreter as a user who may read everything and write nothing of root's; only root can ask for it."""
        return run(*OTHER_USER, self.interpreter, *arguments, check=False, env=clean_environ(**(environ or {})))

    def start(self, **options: Any) -> None:
        """Start an interpreter once, as any would: it must not fail, and say nothing."""
        result = self.python("-c", "pass", **options)
        assert (result.stdout, result.stderr) == ("", "")

    def settle(self) -> None:
        """Start interpreters until the fast path serves: one heals, one confirms once the files have been still for a while."""
        self.start()
        time.sleep(0.05)
        self.start()

    def probe(self, which: str, *calls: str, **options: Any) -> Probe:
        """Run the probe `which` in a child process."""
        result = self.python(PROBE, which, *calls, check=False, **options)
        return Probe.of(result)

    def heal(self, *flags: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        """Call the command line."""
        options.setdefault("check", False)
        return self.python("-m", "cudnn_heal", *flags, **options)

    def status(self, **environ: str) -> dict[str, Any]:
        """Return what ``--status --json`` says, with the start-up hook off so that nothing is healed by asking."""
        return dict(json.loads(self.heal("--status", "--json", environ={"CUDNN_HEAL": "off", **environ}).stdout))

    def tree(self) -> dict[str, str]:
        """Return every name in ``ctranslate2.libs``, our own folder aside: a link's text, or a file's hash."""
        return tree(self.libs, skip=(".cudnn-heal",))

    def recorded(self) -> dict[str, str]:
        """Return path and hash of every file that ctranslate2's RECORD names with one, under ``ctranslate2.libs``."""
        (record,) = self.site_packages.glob("ctranslate2-*.dist-info/RECORD")
        rows = (line.rsplit(",", 2) for line in record.read_text().splitlines())
        return {path: value for path, value, _ in rows if path.startswith("ctranslate2.libs/") and value}

    def assert_as_recorded(self) -> None:
        """Assert that every file of ctranslate2's RECORD there is a file with its recorded hash."""
        for path, value in self.recorded().items():
            file = self.site_packages / path
            assert not file.is_symlink(), file
            assert f"sha256={digest(file)}" == value, file


def ffmpeg(folder: Path) -> Path:
    """Return a folder with the program ffmpeg in it, made in `folder`: a wheel has one."""
    environment = Environment.create(folder / "ffmpeg", "imageio-ffmpeg")
    (program,) = environment.site_packages.glob("imageio_ffmpeg/binaries/ffmpeg-*")
    (folder / "programs").mkdir()
    (folder / "programs" / "ffmpeg").symlink_to(program)
    return folder / "programs"


@dataclass
class Probe:
    """What a probe's child process gave."""

    returncode: int
    result: dict[str, Any]
    stderr: str

    @classmethod
    def of(cls, process: subprocess.CompletedProcess[str]) -> Probe:
        """Read the last line that the child `process` printed."""
        last = process.stdout.strip().rpartition("\n")[2]
        return cls(process.returncode, json.loads(last) if last.startswith("{") else {}, process.stderr)

    @property
    def files(self) -> list[str]:
        """The files of NVIDIA's libraries that it mapped."""
        return list(self.result.get("files", []))

    def assert_unserved(self) -> None:
        """Assert that no wheel of the environment answered: the library ended the process, or the system's own answered."""
        if SYSTEMS and self.returncode == 0:
            assert {os.path.dirname(file) for file in self.files} & {os.path.dirname(file) for file in SYSTEMS}, self.files
            assert not any("/nvidia/" in file for file in self.files), self.files
        else:
            assert self.returncode in (ABORTED, 128 + signal.SIGABRT), self.stderr  # uv tells it as a shell does
            assert "libcudnn_ops" in self.stderr or "libcublas.so" in self.stderr

    def folders(self, library: str) -> set[str]:
        """Return the folders from which files whose names begin with `library` were mapped; our copy counts as its source's."""
        return {os.path.dirname(source(file)) for file in self.files if os.path.basename(file).startswith(library)}


def is_fast(environment: Environment) -> bool:
    """Tell whether a start does nothing but compare: nothing of the package is imported."""
    code = "import sys; print('cudnn_heal' in sys.modules)"
    return environment.python("-c", code).stdout.strip() == "False"


def source(file: str) -> str:
    """Return the shim of which the mapped `file` is a copy, byte for byte, in the stub's place; else `file`."""
    folder, name = os.path.split(file)
    shim = os.path.join(os.path.dirname(folder), f"nvidia/cudnn/lib/libcudnn.so.{name.partition('.so.')[2][:1]}")
    copied = re.fullmatch(r"libcudnn-[0-9a-f]{8}\.so\.[.\d]+", name) and os.path.exists(shim)
    return shim if copied and Path(file).read_bytes() == Path(shim).read_bytes() else file


def at_start(site_packages: Path, code: str) -> None:
    """Let every start of an interpreter there run `code`: a ``sitecustomize`` would stand behind the one of Debian's Python."""
    (site_packages / "planted_start.py").write_text(code)
    (site_packages / "planted_start.pth").write_text("import planted_start\n")


def digest(path: Path) -> str:
    """Return a file's hash as RECORD writes it."""
    import base64

    with path.open("rb") as file:
        hasher = hashlib.sha256()
        for block in iter(lambda: file.read(2**20), b""):
            hasher.update(block)
    return base64.urlsafe_b64encode(hasher.digest()).rstrip(b"=").decode()


def tree(folder: Path, skip: tuple[str, ...] = ()) -> dict[str, str]:
    """Return every path below `folder`: a link's text, a file's size and hash, or "folder"."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if name.split("/")[0] in skip:
            continue
        if path.is_symlink():
            found[name] = "-> " + os.readlink(path)
        elif path.is_file():
            found[name] = digest(path)
        else:
            found[name] = "folder" if path.is_dir() else "other"
    return found


def pythons() -> list[str]:
    """Return the CPythons at hand from 3.9 on, one of each minor version: this one, pyenv's, and those on PATH."""
    root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    candidates = [sys.executable, *(f"{root}/versions/{name}/bin/python" for name in _names(f"{root}/versions"))]
    candidates += filter(None, (shutil.which(f"python3.{minor}") for minor in range(9, 20)))
    found: dict[int, str] = {}
    for candidate in candidates:
        name, major, minor = [*_asked(candidate).split(), "", "0", "0"][:3]
        if name == "cpython" and (int(major), int(minor)) >= (3, 9):
            found.setdefault(int(minor), candidate)
    return [found[minor] for minor in sorted(found)]


def _names(folder: str) -> list[str]:
    """Return the names in `folder`; none where it is not there, or another user's."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


@functools.cache  # asked while tests are collected, by several modules
def _asked(python: str) -> str:
    """Return what `python` says that it is, "" where it does not start."""
    try:
        return run(python, "-c", "import sys; print(sys.implementation.name, *sys.version_info[:2])", check=False).stdout
    except OSError:
        return ""
