"""cuDNN and cuBLAS: whether they load as ctranslate2 opens them, and which files the loader takes.

The probes fail and pass for real without a GPU: they call NVIDIA's functions through ctranslate2's own library.
"""

from __future__ import annotations

import ctypes
import fnmatch
import re
from typing import TYPE_CHECKING

from cudnn_heal.catalog import CONSUMERS, FAMILIES
from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.explain import altered, explain, library
from cudnn_heal.doctor.prelude import fact, function, load, mapped, step, through_ctranslate2
from cudnn_heal.doctor.result import Problem, Result, absent, failed, ok, skipped
from cudnn_heal.names import library_parts

if TYPE_CHECKING:
    from cudnn_heal.doctor.child import Ended
    from cudnn_heal.doctor.stack import Stack


def plan(stack: Stack, part: str) -> Work | Result:
    """Have the library of the family `part` loaded, and the releases of its sub-libraries compared."""
    if not stack.ctranslate2:
        return absent("ctranslate2")
    service = stack.service(part)
    if service and service.reason and service.reason.code == "no-gpu":
        return skipped(f"{FAMILIES[part].title} is loaded where there is a GPU; there is none here")
    needs = service.needs if service else ""
    if not needs:
        return skipped(f"ctranslate2 {stack.ctranslate2} uses no {FAMILIES[part].title}")
    return Work(probe_cudnn, (_opened(stack),)) if part == "cudnn" else Work(probe_cublas, (_parts(needs)[1],))


def judge(stack: Stack, ended: Ended, part: str) -> Result:
    """Check that it loads, of one release and from one folder."""
    if not ended.ok:
        problem = explain(stack, ended)
        service = stack.service(part)
        changed = altered(stack, service) if service else None
        if changed:
            problem = problem._replace(cause=changed[0], fix=changed[1], id=f"{part}-damaged")
        return failed(f"does not load: {ended}", problem)
    files: list[str] = [path for path in ended.facts["files"] if not _is_beside(stack, path)]
    release = version(ended.facts["version"]) if part == "cudnn" else ended.facts["version"]
    facts = {"version": release, "folders": sorted({stack.origin(path) for path in files})}
    line = f"{release} from {where(stack, files)}"
    wrong, several = _wrong(stack, part, ended.facts["returned"]), mixed(stack, files)
    if several:
        return failed(line, several._replace(found=(*several.found, *wrong)), facts=facts)
    if wrong:
        cause, fix = library(stack, part)
        problem = Problem((*wrong, *files), f"The files do not belong together. {cause}".rstrip(), fix, "cudnn-mixed")
        return failed(line, problem, facts=facts)
    stub = [path.rpartition("/")[2] for path in files if _is_kept_stub(stack, path)]
    return ok(line, *(f"ctranslate2's own shim, {name}, is in use" for name in stub), facts=facts)


def mixed(stack: Stack, files: list[str]) -> Problem | None:
    """Return the problem that `files` of one library, and of one major version, come from more than one folder.

    ctranslate2's own copy of the shim does not count where the core leaves it in place on purpose.
    """
    folders: dict[str, dict[str, list[str]]] = {}
    for path in files:
        name = path.rpartition("/")[2]
        stem, major = _parts(name)
        library_name = re.match("lib([a-z]+)", stem)
        if library_name and not _is_kept_stub(stack, path) and not _is_beside(stack, path):
            one = folders.setdefault(f"{library_name[1]} {major}", {})
            one.setdefault(stack.origin(path), []).append(name)
    for several in folders.values():
        if len(several) > 1:
            found = tuple(f"{folder}: {', '.join(names)}" for folder, names in several.items())
            cause, fix = library(stack, "cudnn" if "cudnn" in found[0] else "cublas")
            return Problem(found, f"One process loaded files from {len(several)} folders. {cause}".rstrip(), fix, "cudnn-mixed")
    return None


def where(stack: Stack, files: list[str]) -> str:
    """Return where `files` come from, and from which wheel."""
    places = []
    majors = {str(_parts(path.rpartition("/")[2])[1]) for path in files}
    for folder in dict.fromkeys(stack.origin(path) for path in files):
        wheels = [
            f"{wheel.name} {stack.version(wheel.name)}"
            for family in FAMILIES.values()
            for wheel in family.wheels
            if folder in family.folders and stack.version(wheel.name).partition(".")[0] in majors
        ]
        places.append(" or ".join(wheels) or folder)
    return " and ".join(places)


def version(number: int) -> str:
    """Return ``9.10.2`` for cuDNN's 91002, ``8.9.7`` for its 8907 (``CUDNN_VERSION`` in its headers)."""
    major, rest = divmod(number, 10000 if number >= 90000 else 1000)
    return f"{major}.{rest // 100}.{rest % 100}"


def _parts(name: str) -> tuple[str, int]:
    """Return stem and major version of the library file `name`."""
    return library_parts(name) or ("", 0)


def _wrong(stack: Stack, part: str, returned: dict[str, int]) -> tuple[str, ...]:
    """Return which calls did not return what they should."""
    # cublasCreate needs a GPU, and is far enough where it asks for one: CUBLAS_STATUS_NOT_INITIALIZED is 1.
    good = (0,) if part == "cudnn" or stack.gpus else (0, 1)
    return tuple(f"{call} returned {value}" for call, value in returned.items() if value not in good)


def _is_kept_stub(stack: Stack, path: str) -> bool:
    """Tell whether the mapped file `path` is ctranslate2's shim, no copy of another, and the core wants it to be in use."""
    state = stack.service("cudnn")
    wanted = state is not None and (state.verdict == "healthy" or state.served == "in-process")
    named = re.match(r"libcudnn-[0-9a-f]{8}\.so\.", path.rpartition("/")[2])  # as auditwheel names what it copies
    return wanted and bool(named) and stack.origin(path).endswith(".libs")


def _is_beside(stack: Stack, path: str) -> bool:
    """Tell whether the mapped file `path` is a shim that a package loads and that nobody calls, since a wheel's came first."""
    beside = {CONSUMERS[one.consumer].beside for one in stack.outcome.services() if one.paths}
    return any(fnmatch.fnmatch(f"{stack.origin(path)}/{path.rpartition('/')[2]}", pattern) for pattern in beside)


def _opened(stack: Stack) -> list[str]:
    """Return what to ask for its version: loaded in-process, only what ctranslate2 opens is there for its own shim."""
    parts = ["Graph", "Ops", "Cnn", "OpsInfer", "CnnInfer"]
    state = stack.service("cudnn")
    return parts if state and state.served == "in-process" else [*parts, "Adv", "AdvInfer"]


def probe_cudnn(parts: list[str]) -> None:
    load("ctranslate2")
    cudnn = through_ctranslate2()
    step("cudnnCreateTensorDescriptor")
    returned = {"cudnnCreateTensorDescriptor": cudnn.cudnnCreateTensorDescriptor(ctypes.byref(ctypes.c_void_p()))}
    cudnn.cudnnGetVersion.restype = ctypes.c_size_t
    fact(returned=returned, version=cudnn.cudnnGetVersion(), files=mapped("libcudnn"))
    # Each loads its sub-library and compares its release with the shim's; the names are of cuDNN 9 and 8.
    for part in parts:
        name = f"cudnn{part}VersionCheck"
        check = function(cudnn, name)
        if check:
            step(name)
            returned[name] = check()
    fact(returned=returned, files=mapped("libcudnn"))


def probe_cublas(major: int) -> None:
    load("ctranslate2")
    cublas = through_ctranslate2()
    step("cublasCreate_v2")
    returned = cublas.cublasCreate_v2(ctypes.byref(ctypes.c_void_p()))
    files = mapped(rf"libcublas\w*\.so\.{major}")  # torch may have loaded another major version
    library, number, digits = ctypes.CDLL(next(path for path in files if "Lt" not in path)), ctypes.c_int(), []
    for place in range(3):  # MAJOR_VERSION, MINOR_VERSION, PATCH_LEVEL of `libraryPropertyType`
        library.cublasGetProperty(place, ctypes.byref(number))
        digits.append(str(number.value))
    fact(returned={"cublasCreate_v2": returned}, version=".".join(digits), files=files)
