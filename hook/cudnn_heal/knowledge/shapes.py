"""What the shape of a message tells, whoever says it: a library, a symbol, a status code, a signal, a module.

Each function takes the values that stand in the message, and the facts of the environment where it is known.  What is said of
another program's message goes no further than that.
"""

# ruff: noqa: E501  (sentences)
from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Callable, Optional

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from cudnn_heal.advice import Advice
from cudnn_heal.catalog import CONSUMERS, FAMILIES
from cudnn_heal.knowledge import absent, codes, endings, hints, modules, owners, releases, since, speakers, system
from cudnn_heal.knowledge.model import Facts, Told
from cudnn_heal.knowledge.rows.common import DOCTOR, NO_GPU, PATH, VC_RUNTIME, WHICH_FITS, WHICH_TORCH, fixes, said
from cudnn_heal.report.fitting import REQUIRED, satisfies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cudnn_heal.catalog import Family
    from cudnn_heal.knowledge.model import Row
    from cudnn_heal.knowledge.since import Having

SYMBOLS = (
    (r"cublasLt\w+", "libcublasLt"),
    (r"cublas\w+", "libcublas"),
    (r"cudnn\w+|_ZNK?5cudnn\w*", "libcudnn"),
    (r"nvrtc\w+", "libnvrtc"),
    (r"_{0,2}nvJitLink\w+", "libnvJitLink"),
    (r"p?nccl\w+", "libnccl"),
    (r"cufft\w+", "libcufft"),
    (r"curand\w+", "libcurand"),
    (r"cusparseLt\w+", "libcusparseLt"),
    (r"cusparse\w+", "libcusparse"),
    (r"cusolver\w+", "libcusolver"),
    (r"cupti\w+", "libcupti"),
    (r"npp[A-Zicls]\w+", "libnppc"),
    (r"nvtx\w+", "libnvToolsExt"),
    (
        r"(?:create|init)(?:LibNv)?Infer\w+|get(?:Builder)?PluginRegistry|createNvOnnxParser\w*|_ZNK?8nvinfer1\w+|_ZNK?12nvonnxparser\w+",
        "libnvinfer",
    ),
    (r"cuda[A-Z]\w+|__cuda\w+", "libcudart"),
    (r"nvml\w+", "libnvidia-ml"),
    (r"cu[A-Z]\w+", "libcuda"),
)
"""By how a symbol begins, the library that has it."""
OTHER_SYMBOLS = (
    (
        r"aoti_\w+|_?torch_\w+|_ZNK?\d?(?:2at|3c10|5torch)\w*|_ZN(?:K?)(?:2at|3c10|5torch)\w*|_ZT\w+(?:2at|3c10|5torch)\w*",
        "torch",
    ),
    (r"_?_?Py[A-Z_]\w+", "python"),
    (r"av_\w+|avcodec_\w+|avformat_\w+|sws_\w+|swr_\w+", "ffmpeg"),
    (r"iJIT_\w+", "mkl"),
    (r"hsa_\w+|hip[A-Z]\w+|amd_comgr_\w+|roc(?:blas|fft|solver|sparse|rand)_\w+|hipblas\w+|miopen[A-Z]\w+", "rocm"),
    (r"_ZNK?12tensorrt_llm\w+", "tensorrt_llm"),
    (r"__gxx_personality_v0", "not linked"),
    (r"_ZNS?t\w+|_ZSt\w+|__cxa\w+", "libstdc++"),
)


Shape = Callable[["Row", "dict[str, str]", Optional[Facts]], Told]


def told(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Return what is said about `row`, found with `values`: what it says itself, or what its shape tells."""
    return _SHAPES[row.shape](row, values, there) if row.shape and values else Told(row.cause, row.fixes)


def library(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a shared library that could not be opened: whose it is, whether it is here, who would find it."""
    name = values["library"]
    own, found = owners.of(name), modules.family(name)
    if own:
        return own._replace(cause=f"{name} {own.cause}")
    if found and values.get("program"):
        return _of_program(name, *found)
    if found:
        return _nvidias(name, *found, values.get("who", ""), there)
    known = next(((what, package) for start, (what, package) in modules.SYSTEM.items() if name.startswith(start)), None)
    if known and name.endswith(".dylib"):
        return said(
            f"{name} belongs to {known[0]}, which comes with the system, not with a wheel; it is not installed, or not where the loader looks.",
            f"Mac: Homebrew's package of {known[0]} (`brew search` finds its name)",
            "It is installed: DYLD_FALLBACK_LIBRARY_PATH=/opt/homebrew/lib (Intel: /usr/local/lib) in the program's environment; Python and library must be for the same processor",
        )
    if known:
        return said(
            f"{name} belongs to {known[0]}, which comes with the system, not with a wheel; it is not installed, or not where the loader looks.",
            Advice("run", "Debian, Ubuntu (slim images lack it)", command=f"apt-get update && apt-get install -y {known[1]}"),
            "It is installed: its folder in LD_LIBRARY_PATH (Mac: DYLD_FALLBACK_LIBRARY_PATH, and Homebrew has it; Windows: PATH), for this program alone",
            "NixOS, Guix: programs made for other systems find no library; nix-ld with that one, or an FHS environment",
        )
    if name.lower().endswith(".dll"):
        asked = f" {values['who']} asks for it." if values.get("who") else ""
        return said(
            f"Windows did not find {name}, or a DLL that it needs; which of the two, the message does not tell.{asked}",
            "If the file is there, one that it needs is missing: for a CUDA build mostly CUDA's own DLLs, of the major version that it is built for",
            f"Otherwise {VC_RUNTIME}",
            "If the file is not there, install its package again",
        )
    asked = f" {values['who']} asks for it; its documentation tells what it needs." if values.get("who") else ""
    return said(
        f"{name} is not where the loader looks. Whose it is is not known here.{asked}",
        "The package that has it is found by its name: on Debian with `apt-file search`, on Fedora with `dnf provides`",
    )


def _owned(family: Family) -> str:
    return f"the {family.title}" if "runtime" in family.title else family.title


def _of_program(name: str, family: Family, major: int) -> Told:
    """Tell of a library of NVIDIA's that a compiled program asks for, which is no Python."""
    wheels = " or ".join(one.name for one in family.wheels if major in one.majors)
    windows = name.lower().endswith(".dll")
    where = "on PATH, or beside the program" if windows else "where the loader looks"
    variable = "PATH" if windows else "LD_LIBRARY_PATH"
    return said(
        f"{name} belongs to {_owned(family)}. The program is compiled for it, of exactly that number, and does not find it: it is not installed, or not {where}. It is no"
        " Python, and does not look into an environment's wheels.",
        "The build of the program that is made for the CUDA that is here, or that brings CUDA's libraries with it",
        f"Or CUDA's runtime libraries of that number, {where}: NVIDIA's packages for the system lie beside those of another CUDA",
        "" if wheels else "It comes with NVIDIA's own package of that release; no wheel known here has it in that number",
        f"NVIDIA's wheel has it too ({wheels}): its folder in {variable}, for this program alone" if wheels else "",
    )


def _nvidias(name: str, family: Family, major: int, who: str, there: Facts | None) -> Told:
    """Tell of a library of NVIDIA's."""
    wheels = [one for one in family.wheels if major in one.majors or major < 0]
    installed = _here(family, there)
    here = [one for one in wheels if one.name in installed]
    others = [name for name in installed if name not in [one.name for one in wheels]]
    ours = not who or who in CONSUMERS
    owner = _owned(family)
    asks = f"{who} asks for it" if who else "a program asks for it"
    gone = Advice(
        "reinstall",
        "{gone} is installed, and this file of it is gone, as when another wheel that lay over it was taken out",
        requirements=("{gone}",),
    )
    if here:
        folder = os.path.join("site-packages", here[0].folder)
        cause = f"{name} belongs to {owner}. {here[0].name} is installed and has it, in {folder}, where the loader does not look: {asks}."
        ways: tuple[Advice | str, ...] = (
            Advice("heal", "cudnn-heal serves ctranslate2, ONNX Runtime and torch"),
            f"Another program finds it when torch, which loads it, is imported first, or with LD_LIBRARY_PATH={folder} for that program alone",
        )
    elif others:
        cause = (
            f"{name} belongs to {owner}, and {asks}. Here {others[0]} is installed, which is another major version:"
            " what asks is built for another CUDA, or another cuDNN."
        )
        ways = (
            f"Take the build of {who or 'what asks'} that is made for the CUDA that is here",
            *_added(family, major, who),
        )
    else:
        missing = "no wheel that has it is installed, or nothing has loaded that wheel's libraries"
        cause = f"{name} belongs to {owner}, and {asks}: {missing if wheels else 'no wheel known here has it in that number'}."
        windows = not who and name.lower().endswith(".dll")
        ways = (
            *_added(family, major, who),
            ""
            if wheels
            else "It comes with NVIDIA's own package of that release; or take a build of the program for a newer one",
            "A program that is no Python: CUDA's DLLs of that number on PATH, or beside its .exe, or its build for the CUDA that is here"
            if windows
            else "",
            f"Its wheel is {modules.by_cuda(name)}" if len(wheels) > 1 and not there else "",
            ""
            if ours
            else f"Install the build of {who} that is made for the CUDA that is here; its installation guide tells which",
        )
    if not ours:
        cause += f" {who} does not look in the environment's wheels unless its makers say so: which build of it was installed matters more."
    return said(cause, gone, *ways, _on_jetson(name), DOCTOR if ours else "")


def _on_jetson(name: str) -> str:
    """Return what brings a library that JetPack does not have and NVIDIA's torch for it asks for, "" for others."""
    packages = {"libcusparseLt": "libcusparselt0", "libcudss": "cudss"}
    package = next((package for start, package in packages.items() if name.startswith(f"{start}.so")), "")
    return package and (
        f"On a Jetson, whose JetPack does not have it: NVIDIA's repository set up (cuda-keyring for ubuntu2204/arm64), then `sudo apt install {package}`"
    )


def _added(family: Family, major: int, who: str) -> tuple[Advice, ...]:
    """Return what brings the library, where that is known for certain."""
    words = (
        "It comes with"
        if not who or who in CONSUMERS
        else f"For {who}, where its documentation says that it takes NVIDIA's wheels"
    )
    if not who and family is FAMILIES["tensorrt"]:
        return fixes(
            "Only a program that names TensorRT needs it: leave it out of the list of providers",
            "A program of TensorRT's own: the folder of its libraries must be on PATH (Linux: LD_LIBRARY_PATH)",
        )
    return (Advice("add", words, requirements=("{wheel}",)),)


def symbol(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a symbol that is missing, or that could not be loaded: whose it is, hence two releases, or none."""
    name = values["symbol"]
    stem = next((stem for pattern, stem in SYMBOLS if re.fullmatch(pattern, name)), "")
    found = modules.family(f"{stem}.so") if stem else None
    title = found[0].title if found else {"libcuda": "the driver", "libnvidia-ml": "the driver"}.get(stem, "")
    if values.get("unloaded"):
        also = " cuDNN opens cuBLAS's libcublasLt by name." if stem == "libcublasLt" else ""
        return said(
            f"{name} is a function of {title or 'a library'}, whose file could not be opened at all; so the process ends.{also}"
            + (f" {stem} is not where the loader looks." if stem else ""),
            Advice("add", "Where it is not installed", requirements=(found[0].wheels[0].name,))
            if found and not _here(found[0], there)
            else "",
            Advice("heal", "Where it is installed: cudnn-heal serves ctranslate2, ONNX Runtime and torch"),
            DOCTOR,
        )
    if values.get("entry") and title != "the driver":
        return _entry_point(name, title, values.get("library", ""))
    if title == "the driver":
        return said(
            f"{name} is a function of NVIDIA's driver. The driver here is older than the CUDA that {values.get('who') or 'what asks'}"
            " was built with, or the container has a stub in its place.",
            Advice("run", "See which driver this is", command="nvidia-smi"),
            "Update the driver (on the host, for a container); or a build for an older CUDA",
        )
    if title:
        here = _here(found[0] if found else None, there)
        where = f" {values['library']} was taken from one of them." if values.get("library") else ""
        return said(
            f"{name} is a function of {title}. Two releases of {title} met in one process: what calls it is of one, what was"
            f" found is of another.{where} An LD_LIBRARY_PATH, a CUDA of the system or of the image, or two wheels that lie over each"
            " other do that.",
            PATH,
            f"{' and '.join(here)} are installed: keep the one that torch asks for" if len(here) > 1 else "",
            "A wheel of NVIDIA's that is older than what torch asks for (`pip check` shows it): install torch again, with all that it asks for",
            DOCTOR,
        )
    other = next((kind for pattern, kind in OTHER_SYMBOLS if re.fullmatch(pattern, name)), "")
    asks = os.path.basename(values.get("library", "")) or "What asks for it"
    if other == "torch":
        return said(
            f"{name} is a function of torch's. {asks} is built for another release of torch than the installed one.",
            f"The release of {values.get('who') or 'the package that has it'} that is made for this torch, or built anew beside it; or the torch that it was made for, which its requirements or its file name tell",
            WHICH_TORCH,
        )
    if other == "mkl":
        return said(
            f"{name} is a function of Intel's MKL, of which this torch needs another release: conda's MKL from 2024.1 on has it no longer.",
            Advice("run", "conda, in torch's environment", command="conda install mkl==2024.0"),
            "Or torch from pip (PyPI, or PyTorch's index), which brings its own MKL, in a new environment",
        )
    text = {
        "python": f"{name} is a function of Python's. {asks} is built for another Python than the one that runs.",
        "ffmpeg": f"{name} is a function of FFmpeg's. {asks} is built for another release of FFmpeg than the one that is found.",
        "rocm": f"{name} is a function of AMD's ROCm. {asks} is built for another release of ROCm than the one that is found: ctranslate2's wheels for AMD are for ROCm 7, and bring or need it whole.",
        "tensorrt_llm": f"{name} is a function of TensorRT-LLM's. {asks} is built for another release of it than the installed one: in NVIDIA's images both are of one release, unless tensorrt_llm was installed over them, or the tag itself is faulty (Triton's 24.10 was, 24.11 mended it).",
        "not linked": f"{name} is a function of the C++ library, with which {asks} was not linked: it works only after something else has loaded that library.",
        "libstdc++": f"{name} is a function of the C++ library. {asks} is built with a newer compiler than the one that this system's, or conda's, library is of.",
    }.get(
        other,
        f"{name} is asked for by {asks} and in none of the loaded libraries: two files are of different releases. Whose it is is not known here.",
    )
    return said(text, f"Install {values.get('who') or 'the package that has the file'} again, in the release that fits", PATH)


def _entry_point(name: str, title: str, library: str) -> Told:
    """Tell of a function that a DLL does not have: Windows took another copy of it than the program was built with."""
    dll = os.path.basename(library.replace("\\", "/")) or "the DLL"
    whose = f", which belongs to {title}," if title else ""
    return said(
        f"{dll}{whose} was found, and has no function `{name}`: it is of another release than the program was built with. Windows takes the first one of that name, beside the"
        " program, in its own folders, or on PATH.",
        Advice("run", "See which copies there are (in cmd)", command=f"where {dll}" if library else "where NAME.dll"),
        "The copy of the program's own release beside its .exe, and older ones out of PATH; install the program again",
    )


def _here(family: Family | None, there: Facts | None) -> list[str]:
    """Return the wheels of `family` that are installed."""
    return [one.name for one in family.wheels if there and there.version(one.name)] if family else []


def status(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell what NVIDIA says of a status code."""
    code = codes.table()[values["code"]]
    number = f" ({code.number})" if code.number else ""
    words = code.words if code.words.endswith(".") else f"{code.words}."
    memory = re.search(r"ALLOC|MEMORY|MemoryAllocation|INSUFFICIENT_RESOURCES", code.name)
    if memory:
        ways = fixes(
            Advice("run", "See who holds the GPU's memory", command="nvidia-smi"),
            "A smaller batch, a smaller model, or eight bits",
        )
    elif values.get("first"):
        words += " cuInit is the first call that a program makes to the driver: the driver does not start in this process."
        ways = fixes(
            Advice("run", "This must work first", command="nvidia-smi"),
            NO_GPU,
            "Restart the machine after an update of the driver; otherwise install the driver again",
        )
    else:
        hint = hints.of_status(code.name)
        words += f" {hint.text}" if hint.text else ""
        ways = fixes(
            *hint.fixes,
            "The program's own lines around it tell what it was doing"
            + ("" if code.title == "NVML" else "; CUDA_LAUNCH_BLOCKING=1 makes the traceback end at the call that failed"),
            Advice("run", "What the driver says", command="nvidia-smi; sudo dmesg | grep -i -E 'nvrm|xid' | tail"),
            DOCTOR,
        )
    return Told(f"{code.name}{number} of {code.title}. NVIDIA's words: {words}", ways)


def module(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a module that is missing: by what is installed, or by its own name where that is known for certain."""
    name = values["module"]
    top = name.partition(".")[0]
    asker = _asker(values, top)
    asks = f" {asker if values.get('who') else asker[0].upper() + asker[1:]} asks for it." if asker else ""
    cause = f"The module {name} is imported, and the interpreter that says so does not have it.{asks}"
    having = modules.asked(name)
    if having:
        return _of_releases(having, name, values.get("who", ""), there, path=name)
    if values.get("interpreter") and not name.endswith("__main__") and top != "pip":
        return _of_interpreter(values["interpreter"], name, there)
    told = _module(name, cause, values, there)
    return told._replace(fixes=fixes(*_own_folder(name, values), *told.fixes, *_comfyui(values)))


def _of_interpreter(path: str, name: str, there: Facts | None) -> Told:
    """Tell of a module that an interpreter was to run (`python -m`), and that names itself."""
    top = name.partition(".")[0]
    distribution = modules.distribution(name)
    own = top in modules.OWN and not distribution
    return said(
        f"{path} was to run the module {name} (`-m`), and does not have it: what the program needs is installed for another Python (an environment that is not active, or another one of the image or the system), or not at all.",
        "With the Python for which it was installed: the environment's own (`.venv/bin/python -m …`), or that environment made active; with uv `uv run`",
        "In a container: the environment's `bin` before others in the image's PATH, or its path in the command; an image whose makers chose that command: another tag of it",
        f"Start it in the folder that holds {top}, which may be the program's own"
        if own or not distribution
        else Advice(
            "run", "Not installed at all: with that very Python", command=f"{{interpreter}} -m pip install {distribution}"
        ),
    )


def _own_folder(name: str, values: dict[str, str]) -> Iterator[str]:
    """Yield how a module is found that may be the very folder in which the file that asks for it lies."""
    if re.search(rf"[/\\]{re.escape(name)}[/\\][^/\\]+$", values.get("path", "")):
        yield (
            f"The file that asks lies in a folder {name}: where that is the module itself (what is imported lies in it), start the program from the folder above, as its"
            f" documentation says, or name that folder: PYTHONPATH=. (Windows: `set PYTHONPATH=%CD%`); a package {name} is then not to be installed"
        )


def _asker(values: dict[str, str], top: str) -> str:
    """Return who asks, in words: ComfyUI's node, the program's own file, a package other than `top`; "" where that is not known."""
    if "node" in values:
        return f"ComfyUI's node {values['node']}"
    if "own" in values:
        return f"the program itself ({values['own']})" if values["own"] != "the notebook" else "the notebook"
    who = values.get("who", "")
    return who if who != top else ""


def _comfyui(values: dict[str, str]) -> Iterator[str]:
    """Yield how ComfyUI is given what it lacks: its portable package, and its nodes, have ways of their own."""
    python = "python_embeded\\python.exe" if "portable" in values else "python"
    if "node" in values:
        where = f"custom_nodes/{values['node']}/requirements.txt"
        yield f"What a node needs stands in its requirements.txt: `{python} -m pip install -r ComfyUI/{where}`, with the Python that runs ComfyUI; then start it again"
        yield f"A node that has parts in other repositories, cloned without them: `git submodule update --init --recursive` in custom_nodes/{values['node']}"
    elif "portable" in values:
        yield f"ComfyUI's portable package has a Python of its own, which no other pip reaches: in its folder `{python} -m pip install PACKAGE`"


def _module(name: str, cause: str, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a module of which no releases are known."""
    top, _, rest = name.partition(".")
    distribution = modules.distribution(name)
    owner = _owner(name, top, distribution, there)
    if rest.endswith("__main__"):
        return said(
            f"`python -m {name.removesuffix('.__main__')}` starts a package's part `__main__`, and {name.removesuffix('.__main__')} has none: it is not started so, or this release of it is not.",
            f"By its own command, as its documentation says (`{top.replace('_', '-')}`, in the environment's bin or Scripts), or `python -m` with a module of it (`python -m {top}.cli`, say)",
            f"{top} in the release that the instructions are for",
        )
    if top == "pip":
        return said(
            f"pip itself is not whole in this Python ({name} is missing): an update of it broke off, or files of two releases of it lie over each other.",
            Advice("run", "Its files anew, from Python's own copy", command="{python} -m ensurepip --upgrade"),
            "If that does not help: delete the folders pip and pip-*.dist-info in site-packages first, or make the environment anew",
            "Debian's and Ubuntu's own Python: `sudo apt install --reinstall python3-pip`",
        )
    if top in modules.STANDARD:
        return said(
            f"{name} is a part of Python itself. The Python that says so is too old for the program (Python 2 writes no quotes around the name), or its own files are not all there, or"
            f" a file called {top}.py lies beside the program.",
            Advice("run", "See which Python it is", command="{python} --version"),
            "Start it with Python 3 (`python3`), of the release that the program asks for, in an environment of its own",
        )
    if rest and not owner and not distribution and modules.COMPILED.fullmatch(rest.rpartition(".")[2]):
        return said(
            f"{name} is a compiled part of {top}, and it is not there: {top} was installed without it (a build without CUDA or without a compiler, or an edition that has none), or its files were copied from elsewhere.",
            modules.INSTALLERS.get(top, ""),
            f"Install {top} again, in the build that is made for this torch, this CUDA and this Python, as its documentation says; where there is none, build it beside this torch (`--no-build-isolation`)",
            WHICH_TORCH,
        )
    if rest and distribution and modules.EXTENSION.search(rest):
        return said(
            f"{name} is the compiled part of {distribution}, and it is not there, or is made for another Python or another system: the files were copied from elsewhere (a folder, an image, a package for AWS Lambda),"
            " two Pythons share one folder, or the installation broke off.",
            f"Install {distribution} again with the Python that runs it, without the cache (`--force-reinstall --no-cache-dir`)",
            Advice("run", "See which Python that is", command='{python} -c "import sys; print(sys.version, sys.path)"'),
        )
    if not owner and (name == "nvidia" or modules.nvidias(name)):
        return _nvidias_folder(name, there)
    if top in modules.REPOSITORIES and not owner:
        where = f"https://github.com/{modules.REPOSITORIES[top]}"
        return said(
            f"{cause} It comes from {where}: a package of that name on PyPI, if there is one, is old or another's.",
            f"Install it as the documentation there says, in the environment of the program that asks for it (`pip install git+{where}`, or a clone of it)",
            f"Where {top} is there, and lacks this part: it is the other package of that name; take it out first (`pip uninstall {top}`)"
            if "." in name
            else "",
        )
    if top in modules.OWN and not distribution:
        return said(
            f"{cause} {top} is a name that programs give to a folder of their own: the program was started from another folder than its own, a part of it is missing, or"
            f" another folder called {top}, of another program, is imported in its place.",
            "Start it from its own folder, as its documentation says, with all of its files (a clone with `--recursive`, where it has submodules)",
            Advice("run", "See which is imported", command=f'{{python}} -c "import {top}; print({top})"'),
        )
    if owner and not rest and canonicalize_name(distribution) in (*REQUIRED, "cudnn-heal"):  # they are wherever it is
        return said(
            cause,
            f"Add {distribution} to the environment of the program that says so: `python -m pip install {distribution}` with that program's Python",
        )
    if owner and not rest:
        return said(
            f"{cause} Here {owner} is installed: another Python ran the program, it was installed since, or a file or a folder called {top} that lies beside the program was imported.",
            modules.SHARED.get(top, ""),
            Advice("run", "Run it with the Python that has it", command="{python} PROGRAM"),
            "Which one ran it: `import sys; print(sys.executable)` at the program's beginning",
        )
    if owner:
        return said(
            cause,
            modules.SHARED.get(top, ""),
            f"{owner} is installed, and has no such module: another release of it is meant, or another package of that name",
        )
    if name in modules.INSTALLERS:
        return said(cause, modules.INSTALLERS[name])
    if distribution and (not rest or distribution != modules.distribution(top)):
        return said(cause, *_additions(distribution, top, values, there))
    if rest and top not in modules.NAMESPACES:
        return _submodule(name, cause, distribution, values)
    if "own" in values and "node" not in values and values["own"] != "the notebook":
        return said(
            cause,
            Advice(
                "run",
                "A package: what the program needs stands in its requirements.txt (or pyproject.toml); with the Python that runs it",
                command="{python} -m pip install -r requirements.txt",
            ),
            "A folder or a file of the program itself: start it from its own folder, as its documentation says, with all of its files (a clone with `--recursive`, where it has submodules)",
            f"Which distribution has the module {name} is not known here; its name need not be the module's",
        )
    return said(
        cause,
        f"Which distribution has the module {name} is not known here; its name need not be the module's. The documentation of the program that imports it tells",
        ""
        if _asker(values, top)
        else "Where it is a folder or a file of the program itself: start the program from its own folder",
    )


def _nvidias_folder(name: str, there: Facts | None) -> Told:
    """Tell of a folder of a wheel of NVIDIA's that is imported to find its libraries, and is not there."""
    wheels = modules.nvidias(name)
    thirteen = [one for one in wheels if one.endswith("-cu13") and there and there.torch_cuda == "13"]
    wanted = (*thirteen, *wheels, "nvidia-cublas-cu12")[0]
    others = f" ({', '.join(one for one in wheels if one != wanted)} for another CUDA)" if len(wheels) > 1 else ""
    whose = (
        f"a folder of the wheel {wanted}{others}"
        if wheels
        else "the folder of NVIDIA's wheels (nvidia-cublas-cu12 and its kin)"
    )
    newer = (
        ""
        if len(wheels) > 2
        else " torch for CUDA 13, as PyPI has it today, brings another wheel, whose libraries lie in nvidia/cu13/lib."
    )
    return said(
        f"The module {name} is {whose}, which the interpreter that says so does not have.{newer}",
        "Asked for to set LD_LIBRARY_PATH for ctranslate2 (faster-whisper, WhisperX): ctranslate2 4 needs cuBLAS for CUDA 12, and up to 4.6.2 cuDNN 9; with cudnn-heal no variable is needed",
        Advice("add", "It comes with", requirements=(wanted,)),
        "Windows: its wheels have a folder `bin` in the place of `lib`, for `os.add_dll_directory`; commands for LD_LIBRARY_PATH are for Linux"
        if name.endswith(".lib")
        else "",
        f"A folder or a file called {name} beside the program hides it: rename that" if name == "nvidia" else "",
    )


def _additions(distribution: str, top: str, values: dict[str, str], there: Facts | None) -> Iterator[Advice | str]:
    """Yield how `distribution` is added where it is asked for: into a tool's own environment, a program's, or this one."""
    who, tool = values.get("who", ""), values.get("tool", "")
    if tool and values["manager"] == "uv":
        command = f"uv tool install --force --with {distribution} {tool}"
        yield Advice("run", f"{tool} has an environment of its own, which no pip reaches: add it there", command=command)
    elif tool:
        command = f"pipx inject {tool} {distribution}"
        yield Advice("run", f"{tool} has an environment of its own, which no pip reaches: add it there", command=command)
    else:
        yield _addition(distribution, there)
    if who and who != top:
        yield f"What {who} needs for a part of it alone is mostly an extra of it, which brings the rest too: `{canonicalize_name(modules.distribution(who) or who)}[…]`; its documentation names them"
    if re.match(
        r"/(?:mount/src|home/adminuser|home/user/app|var/task|opt/render|home/site/wwwroot|layers/)", values.get("path", "")
    ):
        yield (
            f"A hosted application (Streamlit's cloud, a Space, Lambda, Render, Azure) has what the repository's requirements.txt (or pyproject.toml) names: write `{distribution}` into it, and have it built anew"
        )
    elif re.fullmatch(r"(?:app|main|webui|launch|server|run|start|gui|infer-web|inference)\w{0,12}\.py", values.get("own", "")):
        yield (
            "All of the program's requirements are missing, then. Where it has a Python of its own (a folder runtime, python_embeded, venv or .venv): start it with that, or by its own .bat or .sh; where that one lacks it, it is broken: delete its folder venv, and run its installer again (install.bat, setup.sh)"
        )


def _submodule(name: str, cause: str, distribution: str, values: dict[str, str]) -> Told:
    """Tell of a module that is missing in a package that is there: Python names the first part that it does not find."""
    parent, _, last = name.rpartition(".")
    top = name.partition(".")[0]
    shared = modules.SHARED.get(top, "")
    cause = f"{cause} The package {parent} is there, and has no {last}"
    if values.get("who") == top or values.get("asks") == top:
        return said(
            f"{cause}, which a file of {top} itself imports: files of two releases of it lie over each other, or, in a notebook, an older one was imported before another was installed.",
            shared,
            "In a notebook (Colab, Kaggle, Jupyter): restart the session after installing, before anything is imported",
            f"Otherwise uninstall {distribution or top} until pip says that it is not installed, and install it anew",
        )
    if re.search(rf"[/\\]{re.escape(top)}[/\\]", values.get("path", "")):
        return said(
            f"{cause}. {top} is the program itself: a part of it, or an extension of it, is of another release than the rest.",
            "Update the program and its extensions together, as its documentation says (its updater, or `git pull` and its requirements anew)",
            "Where an extension is newer than the program, and that has no update: the extension's release before",
        )
    asker = _asker(values, top)
    return said(
        f"{cause}: it is another release than the one that {asker or 'the program'} was made for, another package of that name, or half installed.",
        shared,
        f"Take the release of {distribution or top} that {asker or 'the program'} was made for; its requirements (requirements.txt, `pip show`) name it",
        f"Where it should have it: uninstall {distribution or top}, remove what is left of its folder in site-packages, and install it anew, as the program's documentation says",
        Advice("run", "See which folder is imported", command=f'{{python}} -c "import {top}; print({top}.__path__)"'),
    )


def name(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a name that a package does not have: two packages of different times."""
    module = values.get("object") or values.get("module") or values.get("of", "")
    top = module.partition(".")[0]
    distribution = modules.distribution(module) or top.replace("_", "-")
    version = there.version(distribution) if there else ""
    what = f"{distribution} {version}, which is installed," if version else f"The installed {top}"
    others = modules.IMPOSTORS.get(top, ())
    if others and module == top:
        return said(
            f"Another module {top} than {distribution}'s is imported: another distribution brings one of that name ({' and '.join(others)}), or a file"
            f" of the program's own is called so.",
            *(
                Advice("replace", "Take the right one", distributions=(one,), requirements=(distribution,), only=(one,))
                for one in others
            ),
            Advice("say", f"Uninstall {' and '.join(others)}, and then install {distribution} anew", unless=others),
            Advice("run", "See which file is imported", command=f'{{python}} -c "import {top}; print({top}.__file__)"'),
        )
    wanted = values.get("name") or values.get("attribute", "")
    who = values.get("who", "")
    own = f"the program itself ({values['own']})" if "own" in values else ""
    asks = who if who and who != top else own or "the package that asks for it ({above})"
    having = modules.asked(module, wanted, who, of_class="object" in values)
    if having:
        named = (who if who != top and "object" not in values else "") or own
        return _of_releases(having, wanted, named, there, module if "object" in values else "", path=f"{module}.{wanted}")
    if top in modules.STANDARD:
        return said(
            f"{module} is a part of Python itself, and this Python's has no `{wanted}`: {asks} is made for another release of Python, older or newer; or a file of the program's own called {top}.py was imported in its place.",
            Advice(
                "run",
                "See which file is imported",
                command=f"{{python}} -c \"import {top}; print({top}, __import__('sys').version)\"",
            ),
            f"A file called {top}.py beside the program: rename it, and delete its __pycache__",
            f"Otherwise upgrade {asks}; where it has nothing newer, the Python that it asks for, in a new environment",
        )
    if top in modules.OWN and not modules.distribution(module):
        return said(
            f"{top} is a name that programs give to a folder, or a file, of their own; the one that was imported has no `{wanted}` in {module}: another program's, or an older one, was found first.",
            "Start the program from its own folder, as its documentation says, with all of its files (a clone with `--recursive`, where it has submodules)",
            f"No package called {top} in the environment (`pip uninstall {top}`), and no other folder of that name on PYTHONPATH",
            Advice("run", "See which is imported", command=f'{{python}} -c "import {top}; print({top}.__file__)"'),
        )
    if values.get("nowhere"):
        return _nowhere(module, wanted, asks)
    if "object" in values:
        owner = "".join(since.packages(module)[:1])
        taken = (
            f"{who}, named last above, and what asks it,"
            if who
            else f"the {owner or 'packages'} that its requirements name, and what they name beside it,"
        )
        return said(
            f"{'The' if values.get('itself') else 'An object of the'} class {module}{f' (of {owner}, by its name)' if owner and not who else ''} has no `{wanted}`, for which it is asked:"
            " two packages of different times do that, or a mistake of the program.",
            f"Upgrade the program; or take {taken} in the releases that belong together",
            DOCTOR,
        )
    if "asks" in values and values["asks"] == top:
        return said(
            f"{what} has no `{wanted}` in {module}, which a file of {top} itself imports: files of two releases of it lie over each other, or, in a notebook, an older one was imported"
            " before another was installed.",
            modules.SHARED.get(top, ""),
            "In a notebook (Colab, Kaggle, Jupyter): restart the session after installing, before anything is imported",
            f"Otherwise uninstall {distribution} until pip says that it is not installed, and install it anew",
            Advice("run", "See which file is imported", command=f'{{python}} -c "import {top}; print({top}.__file__)"'),
        )
    at = values.get("at", "")
    if at and not re.search(r"(?:site|dist)-packages", at) and not version and top not in modules.STANDARD:
        return _of_program_itself(module, wanted, at, values)
    hub = distribution == "huggingface-hub"
    of_one_time: tuple[Advice, ...] = (
        Advice(
            "add",
            "transformers 5 with huggingface_hub 0: those of one time",
            requirements=("huggingface-hub<1", "transformers<5"),
            only=("transformers>=5", "huggingface-hub<1"),
        ),
        Advice("add", "or the newer hub", requirements=("huggingface-hub>=1",), only=("transformers>=5", "huggingface-hub<1")),
    )
    return said(
        f"{what} has no `{wanted}` in {module}: {asks} is made for a release of another time, older or newer; or another package, or a"
        f" file of the program's own, of the name {top} was imported.",
        *(of_one_time if hub else ()),
        f"{modules.COMPANIONS[distribution]} asks for certain releases of {distribution}: install it again, which brings the right one (`pip install --force-reinstall {modules.COMPANIONS[distribution]}`, in the release that you have)"
        if distribution in modules.COMPANIONS
        else "",
        f"Upgrade {distribution}, where what asks for it is the newer of the two; otherwise upgrade {asks}, or take the release of {distribution} for which it was made",
        f"A folder or file of the program's own called {top}: rename it; a {top} that is half installed: uninstall it, and install it anew"
        if module == top
        else "",
        Advice("run", "See which file is imported", command=f'{{python}} -c "import {top}; print({top}.__file__)"'),
    )


def _of_releases(
    having: Having, wanted: str, who: str, there: Facts | None, whose: str = "", verb: str = "has", path: str = ""
) -> Told:
    """Tell of what only certain releases of a package have.

    :param whose: what has it, where that may be another's of the same name: ``Trainer.__init__``.
    :param path: of what is asked for, as `modules.FOLLOWED` has it.
    """
    name = having.package
    least, older = ">=" in having.requirement, "<" in having.requirement
    version = there.python if there and name == "python" else there.version(name) if there else ""
    asks = who or "what asks for it ({above})"
    title = "Python" if name == "python" else name
    has = f"{whose} of {title} {verb}" if whose else f"{title} has"
    cause = f"{has} `{wanted}` only {since.words(having.requirement)}"
    if name != "python" and satisfies(version, Requirement(having.requirement).specifier):
        cause += f", and here it is {version}, which has it: another copy of it was imported, or the message is of another environment."
    else:
        cause += f"{f', and here it is {version}' if version else ''}; {asks} is made for such a release."
    get = (
        Advice("say", _python(having.requirement[6:], older=older))
        if name == "python"
        else Advice("add", f"Or the {name} that has it" if older else f"Upgrade {name}", requirements=(having.requirement,))
    )
    renamed = modules.RENAMED.get(f"{whose}.{wanted}" if whose else wanted, "")
    followed = modules.FOLLOWED.get((modules.distribution(who) or canonicalize_name(who), path), "")
    newer = f"Upgrade {asks}, if it has a newer release" if older and who not in modules.SUCCESSORS else ""
    return said(
        cause,
        modules.SUCCESSORS.get(who, ""),
        Advice("add", f"The {who} that does without it", requirements=(followed,)) if followed else newer,
        f"In a program of one's own: later releases have it in {having.moved}" if having.moved else "",
        f"In a program of one's own: {renamed}" if renamed else "",
        Advice("add", "What has it for later Pythons", requirements=(modules.RESTORED[path],))
        if path in modules.RESTORED
        else "",
        get,
        "Installed in another order, or by another package's requirement, it may come back: see what asks for which release with `pip check`"
        if least and older
        else "",
    )


def _python(releases: str, *, older: bool) -> str:
    """Return the advice to take a Python of `releases`; nobody is sent to Python 2."""
    if releases == "<3":
        return "The code is for Python 2 (<3): what succeeded it, under its own name, or another package"
    return f"{'Or another' if older else 'Another'} Python, {releases}, in a new environment"


def _of_program_itself(module: str, wanted: str, at: str, values: dict[str, str]) -> Told:
    """Tell of a name that a file lacks which no installer has put there."""
    match = speakers.NODE.search(at)
    node = match["node"] if match else ""
    whose = f"ComfyUI's node {node}" if node else "a program itself, not an installed package"
    return said(
        f"{module} is a part of {whose} ({at}), and has no `{wanted}`. Its files are of two times (an update that did not reach all of them, or a file that was taken from elsewhere), or another"
        f" program asks for a module of the same name of its own, and this one is found first.",
        f"Update the whole of {f'the node {node}' if node else 'the program'}, as its documentation says (its updater; in a clone `git pull`, `git submodule update --init --recursive`), and start it again; files that you changed: put them aside first",
        "ComfyUI: two nodes with folders of one name: take one of them out (custom_nodes) and see whether the other starts"
        if node or "node" in values
        else f'Where another program asks: start that one from its own folder, and take the other out of PYTHONPATH (`python -c "import {module.partition(".")[0]} as m; print(m.__path__)"` shows which is found)',
    )


def _nowhere(module: str, wanted: str, asks: str) -> Told:
    """Tell of a folder that is no package, and is imported in the place of one."""
    top = module.partition(".")[0]
    return said(
        f"What is imported as {module} is a folder without any code of its own (`unknown location`): the package is half installed or gone, another distribution"
        f" that shares its folder was uninstalled, or a folder called {top} lies where the program runs. So it has no `{wanted}`.",
        modules.SHARED.get(top, ""),
        Advice("run", "See which folder it is", command=f'{{python}} -c "import {top}; print({top}.__path__)"'),
        f"In site-packages: uninstall it, remove what is left of the folder, and install anew what {asks} asks for; elsewhere: rename that folder",
    )


def requirement(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a release of a package that another one asks for and does not find."""
    text = re.sub(
        r"(?<=\d)\.\*(?=,|$)", "", values["needs"].replace("and<", ",<").rstrip(".,-")
    )  # >=1.17.*, which PEP 440 forbids
    try:
        wanted = Requirement(text if text[0].isalpha() else f"numpy{text}")
    except InvalidRequirement:
        return said(
            f"A package asks for {text}, which is not what is installed.",
            "Install what it asks for, or upgrade {above}",
        )
    if "commanded" in values or wanted.extras:
        return _commanded(values.get("commanded", text).split())
    asked = f"{wanted.specifier}" and re.sub(r"^[A-Za-z][\w.-]*?(?=[<>=!~])", "", text)
    name = canonicalize_name(
        modules.distribution(wanted.name)
        or {"PyTorch": "torch", "PyTorchLightning": "pytorch-lightning"}.get(wanted.name, wanted.name)
    )
    version = there.version(name) if there else ""
    who = values["who"] if values.get("who", name) != name else ""
    missing = "is not what is installed" if asked else "is not installed, or has lost its metadata"
    others = (
        Advice(
            "add",
            "Or a transformers for the new one; WhisperX up to 3.8 holds huggingface-hub below 1",
            requirements=("transformers>=5",),
            only=("huggingface-hub>=1",),
        ),
    )
    if "upgraded" in values:
        return said(
            f"{who or 'A package'} asks for a newer {name} than the one that is installed{f' ({version})' if version else ''}, or it is not installed.",
            Advice(
                "run",
                "In an environment of pip's (with uv: `uv pip install --upgrade`)",
                command=f"{{python}} -m pip install --upgrade {name}",
            ),
        )
    if "words" in values and ">" not in text:
        return said(
            f"The program lacks what it calls {values['words']}: it is not installed in the program's environment, or can't be imported there.",
            "Its documentation tells how that is installed (mostly an extra: `pip install 'PACKAGE[EXTRA]'`)",
            "It is installed, and yet said: an import within it fails; the traceback above the message, or that import by itself, tells why",
        )
    if "alone" in values and name not in modules.DISTRIBUTIONS.values():
        return said(
            f"A package asks for {name}{asked}, which {missing}.",
            f"Whether {name} is its name on PyPI too is not known here: the documentation of the program tells how it is installed",
        )
    return said(
        f"{who or 'A package'} asks for {name}{asked}, which {missing}{f'; here it is {version}' if version else ''}.",
        Advice("add", "The release that it asks for", requirements=(f"{name}{asked}",)) if asked else _addition(name, there),
        *(others if name == "huggingface-hub" else ()),
        f"Otherwise upgrade {who or 'the package that asks for it ({above})'}, for what is installed",
    )


def _commanded(names: list[str]) -> Told:
    """Tell of packages that a message itself says are to be installed."""
    return said(
        f"What says so needs {', '.join(names)}, and could not import it: it is not installed in the environment of that program, or can't be imported there. Packages leave out what only a"
        " part of them needs.",
        Advice("add", "Add it, in the environment of the program that says so", requirements=tuple(names)),
        "It is installed there, and yet said: an import within it fails; the traceback above the message, or that import by itself, tells why",
    )


PYTHONS = ("3.12", "3.11", "3.13", "3.10", "3.14", "3.9", "3.8")
"""Those that are advised, the likeliest to have wheels first."""


def python(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a Python that does not take a package, or the other way round: which one does."""
    wanted = _pythons(values["span"])
    one = next((version for version in PYTHONS if wanted is not None and version in wanted), "")
    if wanted is None or not one:
        return Told(row.cause, row.fixes)
    here = there.python if there else ""
    runs = f"here it is {here}" if here and here not in wanted else "another one runs, or was asked for"
    return said(
        f"The package, or the project, takes Python {', '.join(sorted(map(str, wanted), reverse=True))} alone; {runs}.",
        Advice("run", "A Python that it takes, in a new environment (uv fetches it)", command=f"uv venv --python {one}"),
        "Or a release of the package that takes this Python: the newest for a new Python, an older one for an old Python",
    )


def _pythons(text: str) -> SpecifierSet | None:
    """Return the releases of Python that `text` names without blanks, in one of the ways in which programs write them."""
    numbers = re.findall(r"3\.\d{1,2}", text)
    if re.match("[<>=!~^]", text):
        specifiers = re.sub(r"\^(3[.\d]*)", r">=\1,<4", re.sub(r"and|&|\|{1,2}", ",", text)).strip(",.")
    elif re.search(r"\+|or(?:higher|later|newer|above|greater)", text):
        specifiers = f">={numbers[0]}"
    elif re.search("to|-|–|through|and", text) and len(numbers) == 2:
        specifiers = f">={numbers[0]},<={numbers[1]}"
    else:
        specifiers = f">={min(numbers, key=Version)},<={max(numbers, key=Version)}" if len(numbers) > 1 else f"=={numbers[0]}.*"
    try:
        return SpecifierSet(specifiers)
    except InvalidSpecifier:
        return None


def xid(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of an error of the GPU by the number under which the driver reports it."""
    found = hints.XID.get(int(values["xid"]))
    if not found:
        return Told(f"{row.cause} What Xid {values['xid']} is, is not known here: NVIDIA's list tells.", row.fixes)
    return Told(f'{row.cause} Xid {values["xid"]}: "{found[0]}". Where to look first: {found[1]}.', row.fixes)


def number(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell what an error number of Windows' means; "" where it is not known."""
    found = system.ERRORS[int(values["error"])]
    return said(f'Windows\' error {values["error"]} ("{found.words}"): {found.cause}.', *found.fixes)


def call(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a function that does not take what it is called with: by which releases of whose it would be taken."""
    who, argument = values.get("who", ""), values["name"]
    own = f"the program itself ({values['own']})" if "own" in values else ""
    for called in _callees(values):
        having = since.having("argument", f"{called}.{argument}", who)
        if having:
            return _of_releases(having, argument, own, there, called, "takes")
    whose = next(filter(None, map(since.owner, _callees(values))), "")
    if whose and whose != canonicalize_name(who):
        calls = who or own or "what calls it ({above})"
        return said(
            f"No release of {whose} brought or dropped `{argument}` in {values['call']}, as far as is known here: all have it, or, mostly, none. {calls} mistakes it for another package's function,"
            f" was written for a fork of {whose}, or for a release that is newer than this table.",
            modules.MISTAKEN.get(f"{values['call']}.{argument}", ""),
            f"Upgrade {calls}, and take the {whose} that its requirements name, from where they name it (a fork: `git+https://…`)",
            f"A program of one's own: without `{argument}`; {whose}'s documentation has the names that it takes",
            DOCTOR,
        )
    return _times(row, values, f"with `{argument}`, which it does not take")


def _callees(values: dict[str, str]) -> list[str]:
    """Return what may be called, the likeliest first: `__init__` alone is that of a class that the line above calls."""
    called = values["call"].replace("__new__", "__init__")
    if "." in called or called not in ("__init__", "from_pretrained", "forward", "transcribe", "generate"):
        return [called]
    ends = "" if called == "__init__" else rf"\.{called}"
    return [f"{one}.{called}" for one in re.findall(rf"\b([A-Z]\w{{2,60}}){ends}\(", values.get("code", ""))] or [called]


def _times(row: Row, values: dict[str, str], how: str) -> Told:
    """Tell of a call that does not fit, of which nothing else is known: whose code calls."""
    called, top = values["call"], values.get("asks", "")
    if "own" in values:
        program = f"ComfyUI's node {values['node']}" if "node" in values else "the program itself"
        return said(
            f"{called} is called {how}. {program[0].upper()}{program[1:]} calls it ({values['own']}): it is made for another release of what it calls, older or newer; or it is a mistake of its own.",
            f"Update {program}"
            + ("" if "node" in values else " (`git pull`, or its newest release)")
            + ", and install what its requirements.txt names in the releases that stand there",
            f"If {called} is not the program's own: the release of its package from the time of the program (`pip index versions PACKAGE` lists them)",
            "A program of one's own: the signature in the installed release's documentation",
        )
    if top and "**" in values.get("code", ""):
        return said(
            f"{called} is called {how}. {top} only hands on what it was given (`**`): who calls {top} is written for another release of it, mostly a newer one.",
            f"Upgrade {top}; or take the release of it that the program's requirements name (`pip check` shows what is not as required)",
            f"A program of one's own: without that argument; {top}'s documentation has the names that it takes",
        )
    if top:
        return said(
            f"{called} is called {how}. {top} calls it, and is made for another release of what it calls, older or newer; or both are {top}'s own, and its files are of two releases.",
            f"What {top} requires, and does not have, shows: `pip check`; where it names nothing, upgrade {top}, or, where {top} is the newer of the two, what it calls",
            "In a notebook: restart the session after installing, before anything is imported",
            DOCTOR,
        )
    return Told(row.cause, row.fixes)


def arguments(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a function that is called with too few or too many arguments."""
    call = values["call"].rpartition(".")[2]
    if call in modules.KEYWORD_ONLY and "given" in values:
        return said(
            f"librosa's {call} has taken its settings by name only since 0.10; it is called as before that.",
            f"A program of your own: with names, such as `{modules.KEYWORD_ONLY[call]}`",
            "A program of others: a newer release of it",
            Advice("add", "Or the librosa before that (which needs an older NumPy and Python)", requirements=("librosa<0.10",)),
        )
    return _times(row, values, "with fewer, or more, arguments than it takes")


def model(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a kind of model that transformers does not know: since which release it does."""
    kind = values.get("type", "")
    having = since.having("model", kind)
    if not having:
        return Told(row.cause, row.fixes)
    version = there.version("transformers") if there else ""
    return said(
        f"transformers has known models of the kind `{kind}` only {since.words(having.requirement)}{f', and here it is {version}' if version else ''}.",
        Advice("add", "The release that knows it", requirements=(having.requirement,)),
        "Where another package holds transformers back (WhisperX and pyannote.audio name what they take), an environment of its own for this model",
    )


def header(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a header that a compiler did not find: whose it is, and what brings it."""
    name = values["header"]
    if name.startswith(modules.CUDA_HEADERS):
        return said(
            f"A package is compiled here, and {name} is a header of NVIDIA's: of the CUDA toolkit, or of cuDNN or NCCL for developers, none of which comes with torch. It is not installed, or not where the compiler looks.",
            "Best: a release of the package that has a wheel for this torch, this CUDA and this Python, so that nothing is compiled",
            "Otherwise the CUDA toolkit of the version in `torch.version.cuda`, with CUDA_HOME set to it; in a container an image with `-devel` in its name (for cuDNN's: `-cudnn-devel`), in place of `-runtime` or `-base`; conda: `conda install -c nvidia cuda-toolkit=…`, of that version",
            "It is there: `find / -name "
            + os.path.basename(name)
            + " 2>/dev/null` shows where; that folder in CPATH for the build (Windows: INCLUDE)",
        )
    known = next((one for start, one in modules.HEADERS.items() if name.startswith(start)), None)
    if not known:
        return said(
            f"A package is compiled here, and its compiler does not find the header {name}. Whose it is is not known here.",
            "A release of the package, or a Python, for which there is a wheel: then nothing is compiled",
            *row.fixes,
        )
    title, debian, brew = known
    return said(
        f"A package is compiled here, because it has no wheel for this Python or this machine, and {name}, a header of {title}, is missing.",
        Advice("run", "Debian, Ubuntu", command=f"sudo apt-get install build-essential python3-dev {debian}"),
        Advice("run", "Mac", command=f"brew install {brew}") if brew else "",
        (
            "Or a Python for which the package has a wheel (3.11 or 3.12 for most of the speech stack; PyAudio has them for Windows alone)"
            if title == "PortAudio"
            else "Or a Python, or a release of the package, for which there is a wheel: then nothing is compiled"
        ),
    )


_ARCHITECTURES = re.compile(r"(?:x86_64|amd64|i686|win32|aarch64|arm64|armv\d\w|ppc64le|riscv64|s390x|universal2)$")
_MADE_FOR = {
    "onnxruntime-gpu": "onnxruntime-gpu has files for Linux and Windows on Intel's and AMD's processors, and for Linux on ARM's only from 1.29 on (glibc 2.34 or later); elsewhere `onnxruntime`, for the CPU, in its place",
    "ctranslate2": "ctranslate2 has files for Linux with glibc (on ARM's processor without CUDA), Mac, and Windows with 64 bit; with CUDA on ARM it is built from its source, with `-DWITH_CUDA=ON -DWITH_CUDNN=ON`",
    "torch": "torch with CUDA on Linux with ARM's processor: 2.11 and later from PyPI; 2.8 to 2.10 from https://download.pytorch.org/whl/cu128. For Mac there is none with CUDA: there without `+cu…`, and without that index",
    "triton": "triton has files for Linux alone, for ARM's processor from 3.5 on; Windows: the package triton-windows; otherwise leave it out, it only makes things faster",
}
"""What of the packages for GPUs has files for which machines."""


def platform(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a package that has no file for this machine: whether the processor, the C library or the Python is in the way."""
    mine, package = values["mine"], canonicalize_name(values["package"])
    machine, offered = _ARCHITECTURES.search(mine), values.get("offered", "")
    system = mine.partition("_")[0]
    if offered:
        systems = ("manylinux", "linux") if "manylinux" in mine else (system,)
        processor_fits = machine and (f"{machine[0]}`" in offered or "universal2" in offered)
        system_fits = any(f"`{one}" in offered for one in systems)
        if not machine or (processor_fits and system_fits):
            return Told(row.cause, row.fixes)
    release = f" {values['release']}" if values.get("release") else ""
    windows = system.startswith("win")
    return said(
        f"{values['package']}{release} has no file for this kind of machine (`{mine}`: {_machine_words(mine)}). That is no matter of the Python, nor of the order of installing"
        + (f"; it has files for {offered}." if offered else "."),
        _MADE_FOR.get(package, ""),
        "NVIDIA's libraries for CUDA have files for Linux and Windows alone: what asks for them here is a build for CUDA, and the one without it is wanted (torch without `+cu…`)"
        if package.startswith("nvidia-") and "macosx" in mine
        else "",
        "An image, or a system, with glibc (`python:3.12-slim` in place of `-alpine`)" if "musllinux" in mine else "",
        "A Python of 64 bit" if mine in ("win32", "linux_i686") or mine.endswith("_i686") else "",
        f"Another release of {values['package']}, if one has a file for it: PyPI's page of {package}, `Download files`",
        "A Jetson: the wheels that are made for its JetPack; GH200, DGX Spark: NVIDIA's containers (NGC) have torch with CUDA"
        if "linux" in mine and mine.endswith("aarch64")
        else "",
        ""
        if windows
        else "Otherwise built from its source, where it has one; or left out, where the program can do without it",
        "A lock that is for several machines: a `marker` at that requirement (platform_machine, sys_platform), so that only those ask for it that have it"
        if offered
        else "",
    )


_SYSTEMS = {"musllinux": "Linux with musl, as Alpine", "macosx": "Mac", "win": "Windows"}
"""By how a platform tag begins."""
_PROCESSORS = {
    "aarch64": "ARM's processor",
    "arm64": "Apple's or ARM's processor",
    "x86_64": "Intel's or AMD's processor",
    "amd64": "Intel's or AMD's processor",
    "win32": "32 bit",
    "i686": "32 bit",
    "armv7l": "ARM, 32 bit",
}
"""By how a platform tag ends."""


def _machine_words(tag: str) -> str:
    """Return in words what machine a platform tag is of."""
    system = next((words for start, words in _SYSTEMS.items() if tag.startswith(start)), "Linux")
    processor = next((words for end, words in _PROCESSORS.items() if tag.endswith(end)), "")
    return ", ".join(filter(None, (system, processor)))


def size(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of a type whose size is not what a compiled module knows: which of the two packages is the older."""
    top = values["kind"].partition(".")[0]
    name = canonicalize_name(modules.distribution(top) or top)
    who = values.get("who", "")
    asks = who if who and who != top else "the package that is imported there ({above})"
    version = there.version(name) if there else ""
    here = f" (here {name} {version})" if version else ""
    sizes = f"`{values['kind']}` has {values['size']} bytes, and a compiled module expects {values['expected']}"
    if int(values["expected"]) > int(values["size"]):
        return said(
            f"{sizes}: it was built with a newer {name} than the one that is installed{here}, since types mostly grow from release to release. The {name} is the older of the two.",
            f"Upgrade {name}, as far as the other packages allow (`pip check` shows it)",
            f"Otherwise an older release of {asks}, of the time of this {name}",
            f"Both of {name} itself: its files are of two releases; take it out, and install it anew"
            if not who or who == top
            else "",
        )
    return said(
        f"{sizes}: it was built with an older {name} than the one that is installed{here}. What is imported there is the older of the two.",
        f"Upgrade {asks}, or have it compiled anew beside this {name}",
        f"Otherwise an older {name}, of the time of that package",
    )


_OPTIONS = {
    "fps_mode": "Newer releases of ffmpeg have it in place of `-vsync`: this ffmpeg is the older side.",
    **dict.fromkeys(
        ("word_timestamps", "fp16"),
        "openai-whisper has it, and programs that copy its options; WhisperX has not: it always aligns words, and `--compute_type` is its word for 16 bits.",
    ),
    "js-runtimes": "yt-dlp has it from 2025.11.12 on: this one is the older side.",
    "cookies-from-browser": "yt-dlp has it, and youtube-dl does not: have the program call yt-dlp.",
}
"""By option, where it is known which side is the older."""


def option(row: Row, values: dict[str, str], there: Facts | None) -> Told:
    """Tell of an option that a program does not know: which of the two sides may be the older."""
    written, tool = values["option"], values.get("tool", "")
    dashes = written if written.startswith("-") else f"-{written}"
    known = _OPTIONS.get(written.lstrip("-"), "")
    unknown = (
        "Where its documentation of today has it, or a newer program passes it, the one that says so is the older. Where only old instructions have it, it was renamed or dropped."
        " Otherwise it is mistyped, or another program's of that name."
    )
    return said(
        f"{tool or 'A program'} does not know the option `{dashes}`. {known or unknown}",
        "What it knows: " + (f"`{tool} --help`" if tool else "the same program with `--help` (ffmpeg: `ffmpeg -h full`)"),
        "Typed by yourself: leave it out, or upgrade the program that says so",
        "Passed by another program (Subtitle Edit, a web interface, a script): take it out of that one's settings for further options, or upgrade that one; upgrade the program that it calls, where that is the older (its settings show which copy that is)",
    )


def _addition(distribution: str, there: Facts | None) -> Advice:
    """Return what adds `distribution`: where a release of it is made for one of torch, that one."""
    if distribution not in releases.OF_TORCH:
        return Advice("add", "Add it", requirements=(distribution,))
    made = releases.specifier(distribution, there.version("torch"), there.torch_cuda) if there else ""
    index = "" if distribution == "torchcodec" else ", from the index that torch came from"
    if made:
        return Advice("add", f"The one made for this torch{index}", requirements=(f"{distribution}{made}",))
    return Advice("say", f"{WHICH_FITS[distribution]}{index}")


def _owner(name: str, top: str, distribution: str, there: Facts | None) -> str:
    """Return the installed distribution, with its version, that should have the module; "" where there is none."""
    if not there:
        return ""
    if distribution and there.version(distribution):
        return f"{distribution} {there.version(distribution)}"
    if distribution or top in modules.NAMESPACES:
        return ""
    found = (one for one, what in there.installed.distributions.items() if top in what.modules)
    return next((f"{one} {there.version(one)}" for one in found), "")


_SHAPES: dict[str, Shape] = {
    "library": library,
    "symbol": symbol,
    "status": status,
    "ended": lambda row, values, there: endings.told(values),
    "module": module,
    "name": name,
    "call": call,
    "number": number,
    "xid": xid,
    "requirement": requirement,
    "header": header,
    "arguments": arguments,
    "model": model,
    "size": size,
    "platform": platform,
    "option": option,
    "program": lambda row, values, there: absent.told(values["program"]),
    "python": python,
}
