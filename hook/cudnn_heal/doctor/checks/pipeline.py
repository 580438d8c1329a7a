"""The real pipelines, on a model that is there: what they hear, how fast, with how much of the GPU, and in which batches.

Nothing is downloaded: the model is a folder, or a name in the hub's cache.
"""

from __future__ import annotations

import ctypes
import os
import re
import time
from typing import TYPE_CHECKING, Any

from cudnn_heal.doctor.explain import explain, explained
from cudnn_heal.doctor.prelude import fact, load, sound, step
from cudnn_heal.doctor.result import Problem, Result, absent, failed, merged, ok, skipped
from cudnn_heal.doctor.stack import SAMPLE, SPOKEN

if TYPE_CHECKING:
    from cudnn_heal.doctor.child import Ended
    from cudnn_heal.doctor.stack import Stack

LIMIT_SECONDS = 900.0
"""For one pipeline: a large model on a CPU takes minutes."""
BATCH_SECONDS = 120.0
"""How long larger and larger batches are tried."""
SIZES = (1, 8, 16, 32, 64, 128, 256, 512, 1024)
ENOUGH = 0.5
"""Which share of the sample's words a model of any size must hear."""
NOWHERE = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "no_proxy": ""}
"""What keeps programs that know no switch for it from the network: nobody answers at this port ("discard")."""
NAME = ("Name the folder of a converted model with --model.",)
NUMBERS = dict(zip("12345", ("one", "two", "three", "four", "five")))


def faster_whisper(stack: Stack) -> Result:
    """Run faster-whisper's pipeline."""
    if not stack.version("faster-whisper"):
        return absent("faster-whisper")
    problem = _wrong_folder(stack)
    if problem:
        return failed("no model", problem)
    return _judged(stack, _run(stack, _faster_whisper_probe))


def whisperx(stack: Stack) -> Result:
    """Run WhisperX's pipeline: voice detection, transcription, and alignment where its model is there."""
    if not stack.version("whisperx"):
        return absent("whisperx")
    problem = _wrong_folder(stack)
    if problem:
        return failed("no model", problem)
    return _judged(stack, _run(stack, _whisperx_probe))


def batches(stack: Stack) -> Result:
    """Find the largest batch of 30-second chunks that fits this GPU, and how fast each size is."""
    if not stack.version("faster-whisper"):
        return absent("faster-whisper")
    if not stack.gpus:
        return skipped("no GPU")
    if _wrong_folder(stack):
        return skipped("no model")
    ended = _run(stack, _batches_probe, list(SIZES), BATCH_SECONDS)
    facts = ended.facts
    if not ended.ok:
        return failed("fails", explain(stack, ended), facts=facts)
    if not facts.get("batches"):
        return failed("not even one chunk of 30 s fits", explained(stack, facts["error"], (facts["error"],)), facts=facts)
    table = "; ".join(f"{one['size']}: {one['times']:.0f}x{_memory(one)}" for one in facts["batches"])
    largest, fastest = facts["largest"], max(facts["batches"], key=lambda one: one["times"])
    line = f"{'up to' if facts['full'] else 'at least'} {largest} chunks of 30 s at once in {facts['kind']}"
    return ok(f"{line}; fastest with {fastest['size']}; times real time and memory by size: {table}", facts)


def _run(stack: Stack, probe: Any, *arguments: Any) -> Ended:
    model = stack.asked.model
    where = os.path.abspath(model) if os.path.isdir(model) else model
    audio = os.path.abspath(stack.asked.audio) if stack.asked.audio else ""
    uses = (memory, heard)
    return stack.child(
        probe, where, SAMPLE, audio, bool(stack.gpus), *arguments, uses=uses, limit=LIMIT_SECONDS, environ=NOWHERE
    )


def _wrong_folder(stack: Stack) -> Problem | None:
    """Return the problem that the folder that was named holds no model."""
    model, audio = stack.asked.model, stack.asked.audio
    if not model:
        return Problem(
            ("--audio without --model",), "No model was named.", ("Name a model's folder with --model.",), "no-model"
        )
    if audio and not os.path.isfile(audio):
        return Problem(
            (f"{audio} is no file",), "There is nothing to transcribe.", ("Name a sound file with --audio.",), "no-audio"
        )
    if os.path.isdir(model) and not os.path.exists(os.path.join(model, "model.bin")):
        why = "A model that was converted for CTranslate2 has it; others are converted with ct2-transformers-converter."
        return Problem((f"{model} has no model.bin",), why, NAME, "no-model")
    if not os.path.isdir(model) and (model.startswith((".", "/", "~")) or model.count("/") > 1):
        return Problem((f"{model} is no folder",), "There is no model.", NAME, "no-model")
    return None


def _judged(stack: Stack, ended: Ended) -> Result:
    facts = ended.facts
    runs: dict[str, Any] = facts.get("runs", {})
    if not ended.ok:
        return failed("fails", _why_not(stack, ended), facts=facts)
    good = {kind: run for kind, run in runs.items() if "error" not in run}
    problems = [explained(stack, run["error"], (f"{kind}: {run['error']}",)) for kind, run in runs.items() if "error" in run]
    for kind, run in good.items():
        if not run["text"] or (not stack.asked.audio and facts.get("english", True) and likeness(run["text"], SPOKEN) < ENOUGH):
            said = f"{kind}: it heard {run['text']!r}" + ("" if stack.asked.audio else f" where {SPOKEN!r} is said")
            problems.append(Problem((said,), "The model, or what runs it, is at fault.", (), "wrong-result"))
    if not good:
        return failed("no compute type works", *merged(problems), facts=facts)
    first = next(iter(good.values()))
    line = f'"{first["text"]}"; ' + "; ".join(f"{kind} {_speed(run, facts)}" for kind, run in good.items())
    line += f"; {facts['aligned']}" if facts.get("aligned") else ""
    return failed(line, *merged(problems), facts=facts) if problems else ok(f"on the {facts['device']}: {line}", facts)


def _speed(run: dict[str, Any], facts: dict[str, Any]) -> str:
    times = facts["duration"] / run["seconds"]
    return f"{run['seconds']:.1f} s for {facts['duration']:.1f} s of sound ({times:.0f}x){_memory(run)}"


def _memory(run: dict[str, Any]) -> str:
    return f", {run['memory'] / 2**30:.1f} GiB" if run.get("memory") else ""


def _why_not(stack: Stack, ended: Ended) -> Problem:
    """Return why it ended, where the model itself was not there, or else what is known about its last words."""
    if re.search(r"LocalEntryNotFoundError|outgoing traffic has been disabled|local_files_only|Invalid model size", ended.text):
        name = stack.asked.model
        fetch = f"{stack.python} -c \"from faster_whisper import download_model; download_model('{name}')\""
        fix = (
            f"Download it, if faster-whisper knows this name: {fetch}",
            "Or name the folder of a converted model: --model DIR",
        )
        return Problem((str(ended),), f"{name!r} is not in the hub's cache, and the doctor downloads nothing.", fix, "no-model")
    return explain(stack, ended)


def likeness(heard: str, said: str) -> float:
    """Return which share of the words in `said` are in `heard`."""
    there = [NUMBERS.get(word, word) for word in re.findall(r"\w+", heard.lower())]
    words = re.findall(r"\w+", said.lower())
    return sum(word in there for word in words) / len(words)


def memory(gpu: bool) -> Any:  # heavy: a GPU
    """Return a function that tells how many bytes of the first GPU were taken at most since its last call."""
    import threading

    if not gpu:
        return lambda: 0

    class Memory(ctypes.Structure):
        _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))

    try:
        driver, management = ctypes.CDLL("libcuda.so.1"), ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        return lambda: 0
    device, bus, handle = ctypes.c_int(), ctypes.create_string_buffer(64), ctypes.c_void_p()
    driver.cuInit(0)
    driver.cuDeviceGet(ctypes.byref(device), 0)
    driver.cuDeviceGetPCIBusId(bus, len(bus), device)
    management.nvmlInit_v2()
    if management.nvmlDeviceGetHandleByPciBusId_v2(bus.value, ctypes.byref(handle)):
        return lambda: 0

    def used() -> int:
        now = Memory()
        return int(now.used) if not management.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(now)) else 0

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
    """Return the samples of the file `audio`, or of the sample at `path`."""
    return load("faster_whisper.audio").decode_audio(audio) if audio else sound(path)


def _faster_whisper_probe(model: str, sample: str, audio: str, gpu: bool) -> None:
    ctranslate2, module = load("ctranslate2"), load("faster_whisper")
    device = "cuda" if gpu and ctranslate2.get_cuda_device_count() else "cpu"
    kinds = sorted(ctranslate2.get_supported_compute_types("cuda")) if device == "cuda" else ["int8"]
    kinds.sort(key="float16".__ne__)  # the usual one first
    most, samples = memory(device == "cuda"), heard(sample, audio)
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


def _whisperx_probe(model: str, sample: str, audio: str, gpu: bool) -> None:  # heavy: WhisperX
    torch, module = load("torch"), load("whisperx")
    device = "cuda" if gpu and torch.cuda.is_available() else "cpu"
    kind = "float16" if device == "cuda" else "int8"
    most, samples = memory(device == "cuda"), heard(sample, audio)
    fact(device="GPU" if device == "cuda" else "CPU", duration=len(samples) / 16000)
    step(f"load the pipeline on {device} in {kind}")
    begin = time.perf_counter()
    pipeline = module.load_model(model, device, compute_type=kind, language=None if audio else "en", vad_method="pyannote")
    loaded = time.perf_counter() - begin
    step(f"transcribe on {device} in {kind}")
    begin = time.perf_counter()
    result = pipeline.transcribe(samples, batch_size=8)
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


def _batches_probe(model: str, sample: str, audio: str, gpu: bool, sizes: list[int], budget: float) -> None:  # heavy: a GPU
    numpy, ctranslate2 = load("numpy"), load("ctranslate2")
    module, tokens = load("faster_whisper"), load("faster_whisper.tokenizer")
    device = "cuda" if gpu else "cpu"
    supported = ctranslate2.get_supported_compute_types(device)
    kind = next(one for one in ("float16", "int8_float16", "float32") if one in supported)
    most, begin = memory(gpu), time.monotonic()
    step(f"load the model in {kind}")
    whisper = module.WhisperModel(model, device=device, compute_type=kind, local_files_only=True)
    many = whisper.model.is_multilingual
    tokenizer = tokens.Tokenizer(whisper.hf_tokenizer, many, task="transcribe", language="en")
    samples = heard(sample, audio)[: 30 * 16000]
    samples = numpy.resize(samples, 30 * 16000)  # speech throughout, as in a chunk that voice detection cut
    features = whisper.feature_extractor(samples)[..., :3000]
    prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    found: dict[int, dict[str, Any]] = {}

    def fits(size: int) -> bool:
        """Transcribe `size` chunks at once, with the beams that faster-whisper and WhisperX have; tell whether they fit."""
        step(f"{size} chunks of 30 s at once")
        batch = ctranslate2.StorageView.from_array(
            numpy.ascontiguousarray(numpy.broadcast_to(features, (size, *features.shape)))
        )
        try:
            for again in range(2):
                start = time.perf_counter()
                encoded = whisper.model.encode(batch)
                whisper.model.generate(encoded, [prompt] * size, beam_size=5, max_length=224)
                seconds = time.perf_counter() - start
                if seconds > 5 and not again:  # long enough to be measured once
                    break
        except RuntimeError as problem:
            if "out of memory" not in str(problem) and "ALLOC_FAILED" not in str(problem):
                raise
            fact(error=str(problem))
            most()
            whisper.model.unload_model()
            whisper.model.load_model()
            return False
        found[size] = {"size": size, "times": 30 * size / seconds, "seconds": seconds, "memory": most()}
        fact(batches=[found[one] for one in sorted(found)], largest=max(found), kind=kind, full=False)
        return True

    too_many = 0
    for size in sizes:
        if time.monotonic() - begin > budget:
            return
        if not fits(size):
            too_many = size
            break
    while too_many and found and too_many - max(found) > max(8, max(found) // 8) and time.monotonic() - begin < 2 * budget:
        between = (max(found) + too_many) // 16 * 8
        if not max(found) < between < too_many:
            break
        if not fits(between):
            too_many = between
    fact(full=bool(too_many))
