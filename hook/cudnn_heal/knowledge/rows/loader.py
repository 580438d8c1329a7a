"""How programs and libraries are loaded on Linux: rights, the program's own loader, the kind of C library and of processor."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import PATH, fixes

ROWS = (
    Row(
        id="library-rights",
        seen=("library",),
        pattern=r"(?P<library>[\w+.-]{3,80}\.so[\d.]{0,20}): (?:cannot open shared object file: Permission denied|cannot restore segment prot after reloc|cannot (?:make|change) (?:segment|memory) protections?\S{0,20})",
        cause="{library} is there, and this process may not load it: its file, or a folder above it, is closed to this user (packages that root installed), or SELinux, AppArmor or a sandbox (snap, Flatpak) forbids it.",
        fixes=fixes(
            "With the whole path of the file: `namei -l PATH` shows where the user has no right; files of a Python environment belong to the user who runs it",
            Advice("run", "SELinux: whether it refused something", command="sudo ausearch -m avc -ts recent"),
        ),
        reference=(
            "https://man7.org/linux/man-pages/man8/ld.so.8.html",
            "https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/9/html/using_selinux/index",
        ),
        example="ImportError: libcublas.so.12: cannot open shared object file: Permission denied",
    ),
    Row(
        id="musl",
        seen=("library", "install"),
        pattern=r"Error loading shared library (?P<library>[\w+.-]{3,80}): .{0,60}?\(needed by|Error relocating (?P<path>[\w./+-]{3,160}): (?P<symbol>\w{2,120}): symbol not found|ld-linux-(?:x86-64|aarch64)\.so\.\d: .{0,30}?(?:No such file|not found)|(?P<loader>ld-musl-\w{3,10}\.so\.1): cannot open",
        cause="A library or program for glibc (Debian, Ubuntu, Fedora) runs on a system with musl (Alpine), or the other way round. NVIDIA's CUDA libraries, ctranslate2 and onnxruntime-gpu are made for glibc alone; Alpine's gcompat is not enough for them.",
        fixes=fixes(
            "An image with glibc: `python:3.12-slim` instead of `python:3.12-alpine`; for the GPU one of nvidia/cuda's",
            "On such a system, where only one library is missing: Alpine's package that has it (`apk add libstdc++ libgomp`)",
        ),
        reference=("https://wiki.musl-libc.org/functional-differences-from-glibc.html",),
        example="Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /usr/lib/libonnxruntime.so)",
    ),
    Row(
        id="program-interpreter",
        seen=("install",),
        pattern=r"cannot execute: required file not found|bad interpreter: .{0,120}?(?:No such file|not found)|exec:? [^\s:]{2,120}: no such file or directory: unknown|(?<![\w:])exec (?!/proc)/(?![\w./-]{0,100}venv/)[\w./-]{2,120}: no such file or directory|exec user process caused:? \"?no such file or directory|Could not start dynamically linked executable",
        cause="The file is there, and what it names to be run by is not: a script's first line leads to a Python that is gone or moved (a copied virtual environment), has Windows' line ends, or a program's loader does not exist on this system (a program for glibc on Alpine or NixOS, another processor).",
        fixes=fixes(
            Advice("run", "See what it names, with the program's path", command="head -c 200 FILE | head -1; file FILE"),
            "A virtual environment is not moved or copied: make it anew, or start `python -m MODULE` by its python",
            "Windows' line ends in a script: `sed -i 's/\\r$//' FILE`",
        ),
        reference=("https://man7.org/linux/man-pages/man2/execve.2.html", "https://docs.python.org/3/library/venv.html"),
        example="bash: ./llama-server: cannot execute: required file not found",
        follows=("environment-broken", "container-toolkit-missing"),
    ),
    Row(
        id="program-rights",
        seen=("install",),
        pattern=r"(?:bash|sh|zsh|fish|dash): (?:line \d{1,4}: |\d{1,4}: )?(?P<file>(?![\w./~+-]{1,120}\.(?:ya?ml|json|log|txt|conf|env|bin|gguf|wav|srt|toml|ini|pid|db):)[\w./~+-]{2,120}): (?:[Pp]ermission denied|cannot execute binary file)|exec:? \"?(?P<exec>[\w./+-]{2,120})\"?: permission denied|zsh: permission denied: \S{2,120}",
        cause="The file may not be run: it lacks the mark of a program, lies on a file system that is mounted `noexec`, or is no program for this processor (`cannot execute binary file`).",
        fixes=fixes(
            "`chmod +x FILE`; `file FILE` tells which processor it is for",
            "An image's entrypoint: `RUN chmod +x` of it in the Dockerfile, or on the host, where it is mounted; another image's: a newer tag",
            Advice("run", "See which folders are mounted so", command="mount | grep noexec"),
        ),
        reference=("https://man7.org/linux/man-pages/man2/execve.2.html",),
        example="bash: ./whisper-cli: Permission denied",
        follows=("program-interpreter",),
    ),
    Row(
        id="library-release-symbol",
        seen=("library",),
        pattern=r"relocation error: (?P<file>\S{3,200}?): symbol (?P<symbol>\w{2,200}?),? version (?P<version>[\w.]{3,40}?) not defined in file (?P<library>(?!libcu|libnv)[\w+.-]{3,60}\.so[\d.]{0,12}) with link time reference",
        cause="{library}, as it was found, lacks `{symbol}` ({version}), which another library needs of it: two releases met. An LD_LIBRARY_PATH, conda's libraries beside the system's, or a half-done update of the system does that.",
        fixes=(
            PATH,
            Advice(
                "say",
                "Of the system's own libraries: finish its update, and restart; in conda: an environment whose packages come from one channel",
            ),
        ),
        reference=("https://man7.org/linux/man-pages/man8/ld.so.8.html",),
        example="python3: relocation error: /lib/x86_64-linux-gnu/libpthread.so.0: symbol __libc_vfork version GLIBC_PRIVATE not defined in file libc.so.6 with link time reference",
    ),
    Row(
        id="loader-assertion",
        seen=("crash",),
        pattern=r"Inconsistency detected by ld\.so: \S{3,40}: \d{1,5}: (?P<function>\w{3,40}): Assertion",
        cause="glibc's loader met something that it holds impossible, in `{function}`: a damaged or patched library (patchelf, UPX), libraries of two glibc releases, or a fault of the loader. Which of them is not told.",
        fixes=fixes(
            PATH,
            Advice("run", "The last library that it was loading", command="LD_DEBUG=files PROGRAM 2>&1 | tail -20"),
            "Install the package that has that library again",
        ),
        reference=("https://man7.org/linux/man-pages/man8/ld.so.8.html",),
        example="Inconsistency detected by ld.so: dl-version.c: 204: _dl_check_map_versions: Assertion `needed != NULL' failed!",
    ),
    Row(
        id="preload-ignored",
        seen=("harmless",),
        pattern=r"object '(?P<library>[^']{2,160})' from LD_PRELOAD cannot be preloaded",
        cause="LD_PRELOAD names {library}, which is not there, or is for another kind of program; the loader goes on without it. Every program that is started says so.",
        fixes=fixes("Take LD_PRELOAD out, or correct the path, where it is set (the image, ~/.bashrc, /etc/ld.so.preload)"),
        reference=("https://man7.org/linux/man-pages/man8/ld.so.8.html",),
        example="ERROR: ld.so: object '/usr/lib/libtcmalloc.so' from LD_PRELOAD cannot be preloaded (cannot open shared object file): ignored.",
        kind="harmless",
    ),
)
