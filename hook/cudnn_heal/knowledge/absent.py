"""A program that is not found, in the words of shells and of what starts programs: whose it is, and what brings it."""

# ruff: noqa: E501  (patterns, sentences)
from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.rows.common import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cudnn_heal.knowledge.lines import Line
    from cudnn_heal.knowledge.model import Told

_NAME = r"[A-Za-z_][\w.+-]{0,60}"
_SHELL = r"(?:^|[\s/-])(?:ba|da|a|z|k|fi)?sh(?:\.exe)?: (?:line )?(?:\d{1,5}: ?)?"
_SAID = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_SHELL}(?:exec: )?(?P<name>{_NAME}): not found",
        rf"(?:[Cc]ommand not found|fish: Unknown command):? [`'\"]?(?P<name>{_NAME})[`'\"]?(?:[.:, ]|$)",
        rf"(?:^|[\s:])(?P<name>{_NAME}): (?:[Cc]ommand not found|Unknown command)",
        rf"['\"](?P<name>{_NAME})['\"] is not recognized as an internal or external command",
        rf"[Tt]he term ['\"](?P<name>{_NAME})['\"] is not recognized",
        rf"\benv: ['\"]?(?P<name>{_NAME})['\"]?: (?:No such file or directory|not found)",
        rf"\"(?P<name>{_NAME})\": executable file not found in",
        rf"\bspawn (?P<name>{_NAME}) ENOENT",
        rf"Failed to spawn: `(?P<name>{_NAME})`",
        rf"\bno (?P<name>{_NAME}) in \((?:/|[A-Z]:)",
        rf"^Command ['\"](?P<name>{_NAME})['\"] (?:is )?not found",
        r"\bgit: '(?P<git>lfs)' is not a git command",
        rf"Cannot run program \"(?P<name>{_NAME})\"",
        rf"trying to start process '(?P<name>{_NAME})' with working directory",
    )
)
_MARKS = re.compile(
    r"not found|[Uu]nknown command|not recognized|No such file or directory|executable file|ENOENT|to spawn|\bno [\w.+-]{1,60} in \("
    r"|is not a git command|Cannot run program|start process|\[WinError 2\]"
)
"""One of these stands in each such line, and is found at once."""
_FILE = re.compile(
    rf"No such file or directory: ['\"](?P<name>{_NAME})['\"]$|^(?:g?make: )?(?P<make>{_NAME}): No such file or directory$"
)
"""Python's and make's words for a program and for a file alike."""
_CONTAINER = re.compile(r"container process|OCI runtime|runc")
"""Where a container was to start the program: its image is to have it, unless it is the driver's."""
_UNNAMED = re.compile(r"\[WinError 2\] [^:]{0,200}$")
_STARTS = re.compile(r"\bsubprocess\.py\b|\b_execute_child\b|\bCreateProcess\(|\bcreate_subprocess_\w{1,20}\(")
_CALL = re.compile(
    rf"(?:\bPopen|\brun|\bcall|\bcheck_(?:call|output)|create_subprocess_\w{{1,20}})\(\s*\[?\s*f?r?['\"](?P<name>{_NAME})"
)
_ABOVE_LINES = 40
"""How far above such a line it is looked for who starts a program."""

_NAMED_ALIKE = """accelerate alembic audio-separator celery deepspeed demucs edge-tts flask gradio gunicorn insanely-fast-whisper maturin
meson modelscope pytest spleeter streamlit tensorboard uvicorn vllm whisper-ctranslate2 whisperx yt-dlp"""
PACKAGES = {
    **dict.fromkeys(("ct2-transformers-converter", "ct2-opennmt-py-converter", "ct2-fairseq-converter"), "ctranslate2"),
    **dict.fromkeys(("hf", "huggingface-cli"), "huggingface-hub"),
    **{name: name for name in _NAMED_ALIKE.split()},
    "cudnn-heal": "cudnn-heal",
    "f5-tts_infer-cli": "f5-tts",
    "jupyter": "jupyter-core",
    "stable-ts": "stable-ts",
    "torchrun": "torch",
    "transformers-cli": "transformers",
    "tts": "coqui-tts",
    "whisper": "openai-whisper",
}
"""Programs of Python packages, by the distribution that brings them."""
NO_DISTRIBUTION = {
    "faster-whisper": "The package faster-whisper is a library and has no program of that name; whisper-ctranslate2 is one that uses it"
}
MANAGERS = {
    "conda": "https://docs.conda.io/projects/conda/en/stable/user-guide/install/",
    "mamba": "https://mamba.readthedocs.io/en/latest/installation/mamba-installation.html",
    "pdm": "https://pdm-project.org/latest/#installation",
    "pipx": "https://pipx.pypa.io/stable/installation/",
    "poetry": "https://python-poetry.org/docs/#installation",
    "uv": "https://docs.astral.sh/uv/getting-started/installation/",
    "uvx": "https://docs.astral.sh/uv/getting-started/installation/",
}
SYSTEM = {
    **dict.fromkeys(("aplay", "arecord", "amixer"), ("ALSA's tool for sound", "alsa-utils")),
    **dict.fromkeys(
        ("dpkg-buildpackage", "autoconf", "automake", "bison", "flex", "libtool", "m4"), ("a tool for building", "")
    ),
    **dict.fromkeys(("ip", "ss"), ("a tool for the network", "iproute2")),
    **dict.fromkeys(("lsmod", "modprobe", "insmod", "modinfo"), ("a tool for the kernel's modules", "kmod")),
    **dict.fromkeys(("netstat", "ifconfig"), ("a tool for the network", "net-tools")),
    **dict.fromkeys(("node", "npm", "npx"), ("of Node.js", "nodejs npm")),
    **dict.fromkeys(("pgrep", "pkill", "ps", "top"), ("a tool for processes", "procps")),
    "7z": ("an archiver", "p7zip-full"),
    "aria2c": ("a program that downloads", "aria2"),
    "bc": ("a calculator", "bc"),
    "curl": ("a program that downloads", "curl"),
    "dkms": ("what builds modules for each kernel", "dkms"),
    "file": ("what tells the kind of a file", "file"),
    "gdb": ("a debugger", "gdb"),
    "jq": ("a tool for JSON", "jq"),
    "lspci": ("the list of PCI devices", "pciutils"),
    "mokutil": ("the tool for Secure Boot's keys", "mokutil"),
    "mpg123": ("a player of MP3", "mpg123"),
    "mpv": ("a player", "mpv"),
    "patchelf": ("a tool for ELF files", "patchelf"),
    "pkg-config": ("what tells builds where libraries are", "pkg-config"),
    "rsync": ("a program that copies", "rsync"),
    "tesseract": ("a program that reads text in images", "tesseract-ocr"),
    "unzip": ("an archiver", "unzip"),
    "wget": ("a program that downloads", "wget"),
    "xz": ("an archiver", "xz-utils"),
    "zip": ("an archiver", "zip"),
    "zstd": ("an archiver", "zstd"),
}
"""Programs of the system: what each is, and Debian's packages."""
_INSTALLERS = ("apk", "apt", "apt-get", "dnf", "microdnf", "pacman", "yum", "zypper", "brew", "choco", "winget", "snap")
_SPECIAL = {
    **dict.fromkeys(
        _INSTALLERS,
        (
            "installs packages on another kind of system than this one: Debian and Ubuntu have apt-get, Fedora and Red Hat dnf (its smallest images microdnf), Alpine apk, Arch pacman, a Mac brew, once Homebrew is installed.",
            "See which system this is: `cat /etc/os-release`; the same package often has another name there",
        ),
    ),
    **dict.fromkeys(
        ("systemctl", "service", "journalctl"),
        (
            "belongs to systemd, which a container does not run, nor WSL before it is switched on, nor Alpine.",
            "In a container start the program itself, without a service; its output is what `docker logs` shows",
            "WSL: `systemd=true` under `[boot]` in /etc/wsl.conf, then `wsl --shutdown` in Windows",
        ),
    ),
    "bash": (
        "is a shell that small images (Alpine) do not have.",
        "`sh` instead of `bash`, or in the Dockerfile `RUN apk add --no-cache bash`",
    ),
    "docker": (
        "is not installed here, or not on PATH; within a container it is not either, unless the image has it.",
        "Install Docker Engine (https://docs.docker.com/engine/install/), or Docker Desktop and its integration for this WSL distribution",
    ),
    "docker-compose": (
        "is Compose of the old kind, which newer Dockers do not bring any more.",
        "Type `docker compose`, with a blank; the plugin is docker-compose-plugin in Docker's own repository, docker-compose-v2 in Ubuntu's",
    ),
    "ldconfig": (
        "is in /sbin, which is not on this user's PATH; Alpine has another one.",
        "`sudo /sbin/ldconfig`",
    ),
    "nvidia-ctk": (
        "belongs to the NVIDIA Container Toolkit, which is not installed here. It belongs on the host that runs Docker, not into a container.",
        "Install nvidia-container-toolkit from NVIDIA's repository: https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
        "Then `sudo nvidia-ctk runtime configure --runtime=docker` and `sudo systemctl restart docker`",
    ),
    "sudo": (
        "is not in slim images, where one is root already; nor on a Debian that was given a password for root.",
        "Root (`id -u` prints 0): leave `sudo` out; otherwise `su -` first",
    ),
}
"""Programs of which more is to be said: what each is, after its name, and what helps."""

KNOWN = frozenset((*PACKAGES, *NO_DISTRIBUTION, *MANAGERS, *SYSTEM, *_SPECIAL))


def search(lines: Sequence[Line], known: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Yield the index of each of `lines` that says that a program was not found, and its name; "" where it is not told.

    :param known: names that are programs' and no files'.
    """
    for index, line in enumerate(lines):
        name = _named(line.text) if _MARKS.search(line.text) else None
        if name is None and (_FILE.search(line.text) or _UNNAMED.search(line.text)):
            name = _started(line.text, [one.text for one in lines[max(0, index - _ABOVE_LINES) : index]], known)
        if name is not None and not (_CONTAINER.search(line.text) and not name.startswith("nvidia-")):
            yield index, name


def _named(line: str) -> str | None:
    """Return the program that `line` says was not found, None where it says nothing of one."""
    found = next(filter(None, (pattern.search(line) for pattern in _SAID)), None)
    if found and "git" in found.groupdict():
        return f"git-{found['git']}"
    return _bare(found["name"]) if found else None


def _started(line: str, above: list[str], known: frozenset[str]) -> str | None:
    """Return the program that was to be started where `line` may also tell of a file, "" for one that is not named."""
    file = _FILE.search(line)
    name = _bare(next(filter(None, file.groups()))) if file else ""
    if name in known:
        return name
    if not any(_STARTS.search(one) for one in above):
        return None
    calls = [match["name"] for one in above for match in [_CALL.search(one)] if match]
    return name or _bare(calls[-1] if calls else "")


def _bare(name: str) -> str:
    """Return the name of a program without what Windows puts after it."""
    return re.sub(r"\.(?:exe|cmd|bat)$", "", name.rstrip(".:"), flags=re.IGNORECASE)


def told(name: str) -> Told:
    """Return what is said of the program `name`, which was not found; "" where its name is not told."""
    if not name:
        return said(
            "Windows did not find a program that was to be started, or a file, which the message does not name; a program's name stands in the program's own line, above those of `subprocess`.",
            "ffmpeg is the program that speech programs start most: `winget install ffmpeg`, then a new terminal, since a running one keeps the old PATH; `where ffmpeg` must show it",
            "Another program: install it, or put its folder on PATH; a file: its whole path",
        )
    absent = f"The program {name} was not found: it is not installed, or its folder is not on PATH."
    if name in PACKAGES:
        return said(
            f"{absent} It comes with the Python package {PACKAGES[name]}, and lies in the `bin` (Windows: `Scripts`) of the environment that the package is installed in.",
            Advice("add", "Where the package is not installed", requirements=(PACKAGES[name],)),
            f"Where it is: activate that environment, or with uv `uv run {name}` in the project",
            "`huggingface-cli` is called `hf` from huggingface_hub 1.0 on" if name in ("hf", "huggingface-cli") else "",
            "In a finished image: the image lacks it; a newer (or, after an update, the former) tag of it",
            "`pip install --user` puts programs into ~/.local/bin, which must be on PATH",
        )
    if name in NO_DISTRIBUTION:
        return said(f"{absent} {NO_DISTRIBUTION[name]}.", Advice("add", "", requirements=("whisper-ctranslate2",)))
    if name in MANAGERS:
        return said(
            f"{absent} Its installer puts it on PATH of terminals that are opened afterwards; a script, a service and a Dockerfile's later step have a PATH of their own.",
            f"Install it: {MANAGERS[name]}",
            "It is installed: a new terminal, or its whole path (uv, poetry, pipx: in ~/.local/bin; conda: `~/miniconda3/bin/conda init`, then a new shell)",
        )
    if name in _SPECIAL:
        what, *ways = _SPECIAL[name]
        return said(f"The program {name} was not found. It {what}", *ways)
    what, packages = SYSTEM.get(name, ("", ""))
    return said(
        f"{absent} It is {what}, no part of Python's environment." if what else f"{absent} Whose it is is not known here.",
        Advice("run", "Debian, Ubuntu (slim images lack it)", command=f"apt-get update && apt-get install -y {packages}")
        if packages
        else f"Debian, Ubuntu: `apt-file search bin/{name}` tells the package; Fedora: `dnf provides '*/bin/{name}'`",
        "In a finished image that should have it: another tag of it, or an image of your own with it",
        "It is installed: `command -v` in the same shell, or service, shows what its PATH has",
    )
