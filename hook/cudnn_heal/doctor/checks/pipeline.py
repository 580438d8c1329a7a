"""The real pipelines, on a model that is there: what they hear, how fast, with how much of the GPU, and in which batches.

Nothing is downloaded: the model is a folder, or a name in the hub's cache.
"""

from __future__ import annotations

import ctypes
import os
import re
import time
from typing import TYPE_CHECKING, Any

from cudnn_heal.doctor.checks.requirements import because
from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.driver import memory_at
from cudnn_heal.doctor.explain import explain, explained
from cudnn_heal.doctor.prelude import fact, load, step
from cudnn_heal.doctor.result import Problem, Result, absent, failed, merged, ok, skipped
from cudnn_heal.doctor.stack import SAMPLE, SPOKEN
from cudnn_heal.systems import here as system

if TYPE_CHECKING:
    from cudnn_heal.doctor.child import Ended, Probe
    from cudnn_heal.doctor.stack import Stack

LIMIT_SECONDS = 900.0
"""For one pipeline: a large model on a CPU takes minutes."""
BATCH_SECONDS = 40.0
"""How long larger and larger batches are tried, once the model is loaded."""
USUAL = 8
"""The batches that WhisperX and faster-whisper make by default: larger ones need not work."""
ENOUGH = 0.5
"""Which share of the sample's words a model of any size must hear."""
NUMBERS = dict(zip("12345", ("one", "two", "three", "four", "five")))


def plan(stack: Stack, distribution: str) -> Work | Result:
    """Have the pipeline detect voices and transcribe; WhisperX's also align, where the model for it is there."""
    if not stack.version(distribution):
        return absent(distribution)
    return _work(stack, probe_whisperx_pipeline if distribution == "whisperx" else probe_faster_whisper_pipeline)


def plan_batches(stack: Stack) -> Work | Result:
    """Have larger and larger batches of 30-second chunks tried on the GPU, and each size shown as it is measured."""
    if not stack.version("faster-whisper"):
        return absent("faster-whisper")
    if not stack.gpus:
        return skipped("no GPU")
    said: list[str] = []

    def hear(values: dict[str, Any]) -> None:
        for one in values.get("batches", ()):
            if _batch(one) not in said:
                said.append(_batch(one))
                stack.say(said[-1])

    work = _work(stack, probe_batches)
    return work._replace(arguments=(*work.arguments, BATCH_SECONDS), uses=(*work.uses, next_size), limit=stack.limit, hear=hear)


def _work(stack: Stack, probe: Probe) -> Work:
    audio = os.path.abspath(stack.asked.audio) if stack.asked.audio else ""
    gpu = [system.MANAGEMENT, stack.gpus[0]["bus"]] if stack.gpus else []
    return Work(probe, (stack.asked.model, SAMPLE, audio, gpu), (memory, memory_at, heard), LIMIT_SECONDS)


def judge_batches(stack: Stack, ended: Ended) -> Result:
    """Return what fits, and what ended the search: the GPU's memory, time, or a failure at a size that nobody needs."""
    facts = ended.facts
    measured: list[dict[str, Any]] = sorted(facts.get("batches", ()), key=lambda one: int(one["size"]))
    if not measured and not ended.ok:
        return failed("fails", explain(stack, ended))
    if not measured:
        return failed("not even one chunk of 30 s fits", explained(stack, facts["error"], (facts["error"],)))
    largest, fastest = measured[-1]["size"], max(measured, key=lambda one: float(one["times"]))
    fit = f"{_chunks(largest)} of 30 s fit at once in {facts['kind']}"
    line = f"{{}} {fit} ({{}}); fastest with {fastest['size']}: {_times(fastest)}"
    rows, beyond = tuple(map(_batch, measured)), facts.get("beyond", 0)
    if facts.get("refused"):
        said = line.format("up to", f"{facts['refused']} do not")
    elif facts.get("differs"):
        said = line.format("up to", f"with {facts['differs']} other words come out")
    elif ended.ok:
        said = line.format("at least", f"larger ones not tried: time was up before {beyond}")
    else:
        said = line.format("at least", f"larger ones not tried: {ended}" if ended.stopped else f"then: {ended}")
        if not ended.stopped and largest < USUAL:
            return failed(said, explain(stack, ended))._replace(rows=rows)
    return ok(said)._replace(rows=rows)


def _batch(one: dict[str, Any]) -> str:
    return f"{_chunks(one['size'])} of 30 s at once: {_times(one)}{_memory(one)}"


def _chunks(number: int) -> str:
    return "1 chunk" if number == 1 else f"{number} chunks"


def _times(one: dict[str, Any]) -> str:
    return f"{one['times']:.0f}x real time"


def judge(stack: Stack, ended: Ended) -> Result:
    """Check that it heard what is said."""
    facts = ended.facts
    runs: dict[str, Any] = facts.get("runs", {})
    if not ended.ok:
        return failed("fails", because(stack, ended))
    good = {kind: run for kind, run in runs.items() if "error" not in run}
    problems = [explained(stack, run["error"], (f"{kind}: {run['error']}",)) for kind, run in runs.items() if "error" in run]
    for kind, run in good.items():
        if not run["text"] or (not stack.asked.audio and facts.get("english", True) and likeness(run["text"], SPOKEN) < ENOUGH):
            said = f"{kind}: it heard {run['text']!r}" + ("" if stack.asked.audio else f" where {SPOKEN!r} is said")
            problems.append(Problem((said,), "The model, or what runs it, is at fault.", (), "wrong-result"))
    if not good:
        return failed("no compute type works", *merged(problems))
    first = next(iter(good.values()))
    line = f'"{first["text"]}"; ' + "; ".join(f"{kind} {_speed(run, facts)}" for kind, run in good.items())
    line += f"; {facts['aligned']}" if facts.get("aligned") else ""
    return failed(line, *merged(problems)) if problems else ok(f"on the {facts['device']}: {line}")


def _speed(run: dict[str, Any], facts: dict[str, Any]) -> str:
    times = facts["duration"] / run["seconds"]
    return f"{run['seconds']:.1f} s for {facts['duration']:.1f} s of sound ({times:.0f}x){_memory(run)}"


def _memory(run: dict[str, Any]) -> str:
    return f", {run['memory'] / 2**30:.1f} GiB" if run.get("memory") else ""


def likeness(heard: str, said: str) -> float:
    """Return which share of the words in `said` are in `heard`."""
    there = [NUMBERS.get(word, word) for word in re.findall(r"\w+", heard.lower())]
    words = re.findall(r"\w+", said.lower())
    return sum(word in there for word in words) / len(words)


def memory(gpu: list[str]) -> Any:  # heavy: a GPU
    """Return a function that returns how many bytes of the GPU were taken at most since its last call.

    :param gpu: NVML's library and the GPU's place on the bus; empty without a GPU.
    """
    import threading

    if not gpu:
        return lambda: 0
    library, bus = gpu
    try:
        management = ctypes.CDLL(library)
    except OSError:
        return lambda: 0
    management.nvmlInit_v2()

    def used() -> int:
        found = memory_at(management, bus.encode())
        return found["used"] if found else 0

    before, peak = used(), [0]

    def look() -> None:
        while True:
            peak[0] = max(peak[0], used())
            time.sleep(0.01)

    threading.Thread(target=look, daemon=True).start()

    def most() -> int:
        found = max(peak[0], used()) - before
        peak[0] = 0
        return found

    return most


def heard(path: str, audio: str) -> Any:
    """Return the samples of the file `audio`, or of the sample at `path`, opened as faster-whisper opens files."""
    return load("faster_whisper.audio").decode_audio(audio or path)


def probe_faster_whisper_pipeline(model: str, sample: str, audio: str, gpu: list[str]) -> None:
    ctranslate2, module = load("ctranslate2"), load("faster_whisper")
    device = "cuda" if gpu and ctranslate2.get_cuda_device_count() else "cpu"
    kinds = sorted(ctranslate2.get_supported_compute_types("cuda")) if device == "cuda" else ["int8"]
    kinds.sort(key="float16".__ne__)  # the usual one first
    most, samples = memory(gpu if device == "cuda" else []), heard(sample, audio)
    fact(device="GPU" if device == "cuda" else "CPU", duration=len(samples) / 16000)
    runs: dict[str, Any] = {}
    for kind in kinds:
        step(f"load the model on {device} in {kind}")
        begin = time.perf_counter()
        try:
            whisper = module.WhisperModel(model, device=device, compute_type=kind, local_files_only=True)
            loaded = time.perf_counter() - begin
            step(f"transcribe on {device} in {kind}")
            seconds = []
            for _ in range(2 if device == "cuda" else 1):  # the first run on a GPU picks algorithms
                begin = time.perf_counter()
                segments, _ = whisper.transcribe(samples, language=None if audio else "en", vad_filter=True)
                text = " ".join(segment.text.strip() for segment in segments)
                seconds.append(time.perf_counter() - begin)
            runs[kind] = {"text": text, "load": loaded, "seconds": seconds[-1], "memory": most()}
            del whisper
        except RuntimeError as problem:
            if device == "cpu":
                raise
            runs[kind] = {"error": str(problem)}
        fact(runs=runs)


def probe_whisperx_pipeline(model: str, sample: str, audio: str, gpu: list[str]) -> None:  # heavy: WhisperX
    torch, module = load("torch"), load("whisperx")
    device = "cuda" if gpu and torch.cuda.is_available() else "cpu"
    kind = "float16" if device == "cuda" else "int8"
    most = memory(gpu if device == "cuda" else [])
    step("open the file through ffmpeg")
    samples = module.load_audio(audio or sample)
    fact(device="GPU" if device == "cuda" else "CPU", duration=len(samples) / 16000)
    step(f"load the pipeline on {device} in {kind}")
    begin = time.perf_counter()
    pipeline = module.load_model(model, device, compute_type=kind, language=None if audio else "en", vad_method="pyannote")
    loaded = time.perf_counter() - begin
    step(f"transcribe on {device} in {kind}")
    begin = time.perf_counter()
    # It asks an English-only model for the language, which that can't tell.
    known = {} if pipeline.model.model.is_multilingual else {"language": "en"}
    result = pipeline.transcribe(samples, batch_size=8, **known)
    seconds = time.perf_counter() - begin
    text = " ".join(segment["text"].strip() for segment in result["segments"])
    run = {"text": text, "load": loaded, "seconds": seconds, "memory": most()}
    fact(runs={kind: run}, english=result["language"] == "en")
    alignment = load("whisperx.alignment")
    name = alignment.DEFAULT_ALIGN_MODELS_TORCH.get(result["language"])
    if name:
        bundle = getattr(load("torchaudio").pipelines, name)
        path = os.path.join(torch.hub.get_dir(), "checkpoints", os.path.basename(str(getattr(bundle, "_path", ""))))
        if not os.path.isfile(path):
            fact(aligned=f"not aligned: {name} is not in torch's cache")
            return
    step("load the alignment's model")
    try:
        aligner, metadata = module.load_align_model(result["language"], device)
    except ValueError:
        fact(aligned="not aligned: the language's model is not in the hub's cache")
        return
    step("align")
    begin = time.perf_counter()
    aligned = module.align(result["segments"], aligner, metadata, samples, device)
    words = sum("start" in word for segment in aligned["segments"] for word in segment["words"])
    fact(aligned=f"{words} words aligned in {time.perf_counter() - begin:.1f} s", runs={kind: {**run, "memory": most()}})


def next_size(largest: int, refused: int) -> int:
    """Return which batch is tried after `largest` was right and `refused` was not, 0 where they lie close enough."""
    if not refused:
        return max(2 * largest, 8) if largest else 1
    between = (largest + refused) // 16 * 8
    return between if largest < between < refused and refused - largest > max(8, largest // 8) else 0


def probe_batches(model: str, sample: str, audio: str, gpu: list[str], budget: float) -> None:
    numpy, ctranslate2 = load("numpy"), load("ctranslate2")
    module, tokens = load("faster_whisper"), load("faster_whisper.tokenizer")
    device = "cuda" if gpu else "cpu"
    supported = ctranslate2.get_supported_compute_types(device)
    kind = next(one for one in ("float16", "int8_float16", "float32") if one in supported)
    most = memory(gpu)
    step(f"load the model in {kind}")
    whisper = module.WhisperModel(model, device=device, compute_type=kind, local_files_only=True)
    many = whisper.model.is_multilingual
    tokenizer = tokens.Tokenizer(whisper.hf_tokenizer, many, task="transcribe", language="en")
    samples = heard(sample, audio)[: 30 * 16000]
    samples = numpy.resize(samples, 30 * 16000)  # speech throughout, as in a chunk that voice detection cut
    features = whisper.feature_extractor(samples)[..., :3000]
    prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    found: dict[int, dict[str, Any]] = {}
    alone: set[int] = set()
    refused, end = 0, time.monotonic() + budget

    def once(batch: Any, size: int) -> tuple[float, list[set[int]]]:
        """Transcribe the batch, with the beams that both pipelines have; return seconds, and the words of its ends."""
        begin = time.perf_counter()
        encoded = whisper.model.encode(batch)
        results = whisper.model.generate(encoded, [prompt] * size, beam_size=5, max_length=224)
        return time.perf_counter() - begin, [set(results[place].sequences_ids[0]) for place in (0, -1)]

    fact(kind=kind)
    while True:
        largest = max(found, default=0)
        size = next_size(largest, refused)
        expected = found[largest]["seconds"] * size / largest if found else 0.0
        if not size or time.monotonic() + expected > end:
            fact(beyond=size)
            return
        step(f"a batch of {size}")
        batch = numpy.ascontiguousarray(numpy.broadcast_to(features, (size, *features.shape)))
        batch = ctranslate2.StorageView.from_array(batch)
        try:
            seconds, words = once(batch, size)
            if time.monotonic() + seconds < end:  # the first time, memory is taken and algorithms are picked
                seconds, words = once(batch, size)
        except RuntimeError as problem:
            if "out of memory" not in str(problem) and "ALLOC_FAILED" not in str(problem):
                raise
            refused = size
            fact(error=str(problem), refused=refused)
            most()
            whisper.model.unload_model()
            whisper.model.load_model()
            continue
        alone = alone or words[0]
        if any(2 * len(alone & one) < len(alone | one) for one in words):  # numbers that overflow make no error
            fact(differs=size)
            return
        found[size] = {"size": size, "times": 30 * size / seconds, "seconds": seconds, "memory": most()}
        fact(batches=[found[one] for one in sorted(found)])
