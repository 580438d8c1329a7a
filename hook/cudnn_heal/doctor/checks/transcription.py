"""The way from features to text: a tiny Whisper with random weights encodes and generates, cold.

Nothing that runs it imports torch, unless ctranslate2 does so itself: torch brings libraries that would be missing without.

The encoder begins with cuDNN's convolution (up to ctranslate2 4.6.2), and everything after it is cuBLAS.
"""

from __future__ import annotations

import math
import sys
import time
from typing import TYPE_CHECKING, Any

from cudnn_heal.doctor.checks.libraries import mixed
from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.explain import explain, explained
from cudnn_heal.doctor.prelude import distance, fact, load, mapped, step
from cudnn_heal.doctor.result import Problem, Result, absent, failed, merged, ok, skipped
from cudnn_heal.doctor.toy import tiny_whisper, toy, toy_folder

if TYPE_CHECKING:
    from cudnn_heal.doctor.child import Ended
    from cudnn_heal.doctor.stack import Stack

TOLERANCES = {"float32": 0.02, "float16": 0.05, "bfloat16": 0.3, "int8": 0.3}
"""How far a value of the encoder's output may lie from the CPU's, of float32, by the first part of the compute type.  Layer
normalization makes them about 1 in size; on GPUs with TF32, convolutions keep 10 bits of each factor, bfloat16 keeps 8 of
everything, and int8 7 of the weights."""


def plan(stack: Stack, device: str) -> Work | Result:
    """Have it encode and generate on `device`, a GPU in each compute type that it has, and on the CPU."""
    if not stack.ctranslate2:
        return absent("ctranslate2")
    if device == "cuda" and not stack.gpus:
        return skipped("no GPU")
    return Work(probe_transcription, (toy_folder(stack), list(dict.fromkeys(["cpu", device]))), (tiny_whisper, toy))


def judge(stack: Stack, ended: Ended, device: str) -> Result:
    """Check what came of it, against float32 on the CPU."""
    facts = ended.facts
    if not ended.ok:
        return failed("fails", explain(stack, ended))
    runs: dict[str, Any] = facts["runs"][device]
    good = [kind for kind, run in runs.items() if "error" not in run]
    line = f"encodes 30 s: {', '.join(f'{kind} {_times(runs[kind])}' for kind in good)}" if good else "no compute type works"
    problems = []
    for kind, run in runs.items():
        tolerance = TOLERANCES[kind.partition("_")[0]]
        run["tolerance"] = tolerance
        if "error" in run:
            problems.append(explained(stack, run["error"], (f"{kind}: {run['error']}",)))
        elif run["difference"] > tolerance:
            said = (
                f"{kind} on the {device} differs from float32 on the CPU by {run['difference']:.2g} (tolerance {tolerance:g})"
            )
            cause = "GPU and CPU come to different results: a driver, a GPU or a library is at fault."
            problems.append(Problem((said,), cause, (), "wrong-result", gpu=device == "cuda"))
    if device == "cuda" and good:
        line += f"; within {_rounded_up(max(runs[kind]['difference'] for kind in good))} of the CPU"
    several = mixed(stack, facts["files"]) if device == "cuda" else None  # only then all of cuDNN's sub-libraries are loaded
    problems += [several] if several else []
    notes = ["torch was in the process."] if facts["torch"] else []
    return failed(line, *merged(problems), notes=tuple(notes)) if problems else ok(line, *notes)


def _rounded_up(number: float) -> str:
    """Return `number` with two digits, and never less than it is."""
    unit = 10 ** (math.floor(math.log10(number)) - 1) if number else 1.0
    return f"{math.ceil(number / unit) * unit:.2g}"


def _times(run: dict[str, Any]) -> str:
    return f"{1000 * run['encode']:.0f} ms (at first {1000 * run['first encode']:.0f})"


def probe_transcription(folder: str, devices: list[str]) -> None:
    ctranslate2 = load("ctranslate2")
    toy(folder)
    numpy = load("numpy")
    sound = numpy.random.default_rng(1).normal(0, 1, (1, 80, 3000)).astype("float32")
    runs: dict[str, Any] = {}
    reference = None

    def encode(device: str, kind: str) -> Any:
        """Run the model, note the seconds, and return what its encoder gave."""
        step(f"load the model on {device} in {kind}")
        model = ctranslate2.models.Whisper(folder, device=device, compute_type=kind)
        features, run, output = ctranslate2.StorageView.from_array(sound), runs[device][kind], None
        for name in ("first encode", "encode"):  # the first run loads libraries and picks algorithms
            step(f"encode on {device} in {kind}")
            begin = time.perf_counter()
            encoded = model.encode(features, to_cpu=True)
            # NumPy has no bfloat16.
            output = numpy.array(encoded.to(ctranslate2.DataType.float32) if hasattr(encoded, "to") else encoded)
            run[name] = time.perf_counter() - begin
        step(f"generate on {device} in {kind}")
        begin = time.perf_counter()
        model.generate(features, [["<|startoftranscript|>", "<|notimestamps|>"]], beam_size=1, max_length=16)
        run["generate"] = time.perf_counter() - begin
        return output

    for device in devices:
        kinds = sorted(ctranslate2.get_supported_compute_types(device)) if device == "cuda" else ["float32"]
        runs[device] = {}
        for kind in kinds:
            runs[device][kind] = {}
            try:
                output = encode(device, kind)
                reference = output if reference is None else reference
                runs[device][kind]["difference"] = distance(numpy, output, reference)
            except RuntimeError as problem:  # such as: this GPU has no kernel for one type, and has for the others
                if device == "cpu":
                    raise
                runs[device][kind] = {"error": str(problem)}
            fact(runs=runs)
    modules = sorted(name for name in sys.modules if "." not in name)
    fact(files=mapped("lib(cudnn|cublas)"), torch="torch" in modules, modules=modules)
