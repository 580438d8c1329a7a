"""What a reader of a report wants to know first: the machine, the environment, the variables and versions that matter."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING, NamedTuple

from cudnn_heal import __version__
from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.doctor import host
from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.driver import named
from cudnn_heal.doctor.prelude import fact
from cudnn_heal.knowledge import modules
from cudnn_heal.read.manager import known_as

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack

MANAGED = {
    "uv-project": "a uv project",
    "uv": "managed with uv",
    "pip": "managed with pip",
    "poetry": "a Poetry project",
    "pdm": "a PDM project",
    "conda": "a conda environment",
    "pipx": "made by pipx",
    "uv-tool": "made by uv tool",
    "uv-run": "made by uv for a call",
}
VARIABLES = ("LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONPATH", "PYTHONHOME", "OMP_NUM_THREADS", "XDG_CACHE_HOME")
PREFIXES = ("CUDA_", "CUDNN_", "NVIDIA_", "CT2_", "HF_", "TORCH_", "PYTORCH_", "TRANSFORMERS_", "ORT_", "TRITON_", "WHISPER")
"""The variables that change what the stack loads or does begin so."""
NOISE = "NVIDIA_REQUIRE_"
"""NVIDIA's images set one that begins so, two thousand characters long; it is for those who start the container."""
FAMILIES = ("cudnn-heal", "ctranslate2-", "onnxruntime-", "nvidia-", "tensorrt", "cuda-")
"""Distributions whose names begin so belong to the stack too."""


class Header(NamedTuple):
    """What stands above every result."""

    cudnn_heal: str
    python: str
    system: str
    glibc: str
    machine: str
    driver: str
    """"" without one."""
    cuda: str
    """What the driver supports."""
    gpus: tuple[str, ...]
    container: str
    wsl: bool
    environment: str
    """Its folder."""
    managed: str
    others: str
    """The folder that is imported from, in which others than this user, root, may write; "" without one."""

    def lines(self) -> tuple[str, ...]:
        """Return it in three lines, and one more where what is run may be another user's."""
        where = [f"in a container ({self.container})"] if self.container else []
        where += ["in WSL2"] if self.wsl else []
        driver = f"driver {self.driver or 'of unknown release'} (CUDA {self.cuda})" if self.cuda else "no NVIDIA driver"
        system = ", ".join(filter(None, (self.system, self.glibc, self.machine)))
        return (
            f"cudnn-heal {self.cudnn_heal}; Python {self.python}; {system}",
            "; ".join((driver, *(self.gpus or ("no GPU",)), *where)),
            f"{self.environment}, {self.managed}",
            *(
                [f"You are root, and others may write in {self.others}: what they put there runs as root"]
                if self.others
                else []
            ),
        )


def header(stack: Stack) -> Header:
    """Return the header for `stack`."""
    driver = stack.driver.facts
    manager = stack.here.manager
    return Header(
        cudnn_heal=__version__,
        python=stack.target.version,
        system=host.system(),
        glibc=f"glibc {stack.here.facts.glibc}" if stack.here.facts.glibc else "",
        machine=platform.machine(),
        driver=driver.get("driver", ""),
        cuda=driver.get("cuda", ""),
        gpus=tuple(named(gpu) for gpu in stack.gpus),
        container=host.container(),
        wsl=host.wsl(),
        environment=known_as(stack.python, stack.site_packages),
        managed=MANAGED[manager.kind] + (f" at {manager.project}" if manager.project else ""),
        others=_writable_for_others(stack.site_packages),
    )


def _writable_for_others(site_packages: str) -> str:
    """Return the folder in `site_packages`, or that itself, in which others may write though this is root; "" without one."""
    folders = [site_packages, *(os.path.join(site_packages, one.folder) for one in CONSUMERS.values() if one.folder)]
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return ""
    for state, folder in ((os.stat(folder), folder) for folder in folders if os.path.isdir(folder)):
        if state.st_uid != 0 or state.st_mode & (0o002 if state.st_gid == 0 else 0o022):
            return folder
    return ""


def variables() -> dict[str, str]:
    """Return the variables of this process that matter to the stack."""
    wanted = [name for name in sorted(os.environ) if name in VARIABLES or name.startswith(PREFIXES)]
    return {name: os.environ[name] for name in wanted if not name.startswith(NOISE)}


def versions(stack: Stack) -> dict[str, str]:
    """Return what is installed of the stack."""
    known = set(modules.DISTRIBUTIONS.values())
    return {name: stack.version(name) for name in sorted(stack.distributions) if name in known or name.startswith(FAMILIES)}


def media(stack: Stack) -> dict[str, str]:
    """Return the versions of the programs and libraries beyond Python that read audio files."""
    return {name: str(version) for name, version in stack.child(Work(_media, (stack.site_packages,))).facts.items() if version}


def _media(site_packages: str) -> None:
    import ctypes
    import glob
    import re
    import shutil
    import subprocess

    program = shutil.which("ffmpeg")
    if program:
        said = subprocess.run(
            [program, "-version"], capture_output=True, text=True, encoding="utf-8", errors="replace", check=False
        ).stdout
        found = re.match(r"ffmpeg version (\S+)", said)
        fact(ffmpeg=found[1] if found else "of unknown version")
    bundled = glob.glob(glob.escape(site_packages) + "/_soundfile_data/libsndfile*.so*")
    for path in (*bundled, "libsndfile.so.1"):  # as soundfile looks
        try:
            library = ctypes.CDLL(path)
        except OSError:
            continue
        library.sf_version_string.restype = ctypes.c_char_p
        fact(libsndfile=library.sf_version_string().decode().removeprefix("libsndfile-"))
        break
