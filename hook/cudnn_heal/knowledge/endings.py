"""How a process ended: how shells, supervisors, kernels and crash reports tell it, where it was, and what is known of why."""

# ruff: noqa: E501  (patterns, sentences)
from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.rows.common import DOCTOR, VC_ADDRESS, fixes, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cudnn_heal.knowledge.lines import Line
    from cudnn_heal.knowledge.model import Told

TRACE = Advice(
    "run",
    "A Python program: see where it ends, which the message does not tell",
    command="python -X faulthandler PROGRAM 2>&1 | {heal} --explain -",
)
EVENTS = Advice(
    "say", "A program that is no Python: Windows' Event Viewer (Windows Logs, Application) names the DLL in which it ended"
)

_WORDS = r"Aborted|Segmentation [Ff]ault|Killed|Illegal (?:hardware )?instruction|Bus error|Floating[ -]point exception"
_CODES = r"[cC]0000(?:005|409|135|139|142|374|07[bB]|01[dD]|0[fF][dD]|09[45]|006|017|09[aA]|12[dD]|13[aA]|602)|[cC]06[dD]007[eEfF]|[eE]06[dD]7363"
"""Of `WINDOWS`, as they are written."""
_ENDED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?:.{{0,120}}line \d{{1,5}}: {{1,6}}\d{{1,8}} |\d{{1,8}} |bash: )?(?P<word>{_WORDS})(?:\s{{0,40}}\(core dumped\).{{0,200}}|\s{{0,40}}[\w./]{{0,60}}|\.)?$",
        rf"(?P<word>{_WORDS})\s{{0,20}}\((?:core|memory) dumped\)",
        r"^(?:zsh|fish): .{0,80}?(?P<word>abort|segmentation fault|killed|illegal hardware instruction|bus error)",
        rf"Fatal Python error: (?P<word>{_WORDS})",
        r"(?:signal|by|with|sent|received|Signals\.|killed:?|error:?|reason:?) {0,3}\(?SIG(?P<name>ABRT|SEGV|KILL|ILL|BUS|FPE)\b",
        r"status=\d{1,2}/(?P<name>ABRT|SEGV|KILL|ILL|BUS|FPE)\b",
        r"(?:signal|Signal):? (?P<number>4|6|7|8|9|11)\b(?!\.)",
        r"(?P<word>trap invalid opcode|segfault at [0-9a-f]{1,16} ip|general protection fault ip)",
        r"killed by signal: (?P<word>Killed|Bus error|Segmentation fault|Aborted)",
        r"(?:exited|died|crashed|ended|terminated)(?: unexpectedly)?,?:? \(?(?:with |exit )?(?:code|status)[:= ]{0,2}(?P<number>-\d{1,2})\b",
        r"(?P<word>[Tt]race(?:/breakpoint)? trap|access violation|EXCEPTION_(?:ACCESS_VIOLATION|ILLEGAL_INSTRUCTION)|System\.AccessViolationException|STATUS_(?:ACCESS_VIOLATION|ILLEGAL_INSTRUCTION|DLL_(?:NOT_FOUND|INIT_FAILED)|STACK_BUFFER_OVERRUN|HEAP_CORRUPTION))",
        r"^(?:#  )?SIG(?P<name>ABRT|SEGV|ILL|BUS|FPE)(?:: (?:segmentation violation|abort|illegal|bus error|floating)| \(0x\w{1,2}\) at pc=)",
        r"(?<![\d.])(?P<number>322122\d{4})(?![\d.]\d)",
        r"(?P<gone>[Kk]ernel (?:appears to have |has )?(?:died|crashed)|process pool was terminated abruptly|[Ww]orker ?(?:\(pid.{1,40}?\) )?(?:exited|died) unexpectedly"
        r"|[Pp]rocess (?:died|exited|terminated|ended|crashed) unexpectedly|Engine ?[Cc]ore (?:initialization failed|failed to start|died|encountered)|WorkerProc initialization failed|KernelRestarter: restarting kernel|server request failed: (?:read|connect) ECONN(?:RESET|REFUSED)|EngineDeadError|^raise EOFError$|error reading from server: EOF|BrokenPipeError: \[WinError 109\])",
        r"(?P<above>[Ee]ngine process failed to start|(?:[Ss]ee|[Cc]heck|[Ll]ook at|[Rr]efer to) (?:the )?(?:full |server |worker )?(?:stack ?traces?|trace ?backs?|root cause|errors?(?: messages?)?|logs?|output|details?|messages?|exceptions?) (?:stack )?(?:above|below|for (?:the )?(?:root cause|details|more|reason))|[Oo]riginal (?:traceback|exception) (?:above|was:?$))",
        r"(?P<gave>GGML_ASSERT[(:]|ggml[\w./\\-]{0,80}\.(?:cu|cuh|cpp|c|m):\d{1,5}: (?:CUDA error|ROCm error|fatal error|GGML_))",
        r"(?P<panic>panicked at \S|panic in a function that cannot unwind|^panic: (?:runtime error|open|failed)|^fatal error: unexpected signal)",
        r"(?i:exit|status|code) ?[=:] ?Some\((?P<number>-?\d{1,10})\)",
        r"was sent code (?P<number>\d{1,3})\b",
        r"(?i:exit(?:ed|s|ing)?|return(?:ed|s)?|finished|terminated|non-zero)[ _-]{0,2}(?i:with|was|is)? ?(?:an? )?(?i:exit|return|error)?[ _-]?"
        r"(?i:code|status|value)s?['\"]?[:= ]{0,3}(?:is )?(?P<number>-?\d{1,10})\b",
        r"(?i:exit|return|exit_)code['\"]?[:= ]{1,3}(?P<number>-?\d{1,10})\b",
        rf"(?<![\w])(?P<hex>0x(?:{_CODES}))(?!\w)",
        rf"(?:Exception ?[Cc]ode|[Uu]nhandled [Ee]xception|P[78]):? {{0,4}}(?P<hex>{_CODES})(?!\w)",
        r"OOM(?P<word>Killed)",
    )
)
_PLACE = re.compile(
    r"(?:(?:Faulting|Error) [Mm]odule(?: [Nn]ame)?[ :|*`]{1,20}|\bModuleName:? {0,8})([\w.+-]{3,80}\.(?:dll|exe|pyd))"
    r"|(?:error \d{1,3}|invalid opcode .{0,80}|protection fault .{0,80}) in ([\w.+-]{3,80})\["
    r"|^ {0,3}#?0 .{0,300}?(?:from |\()(?:/[^\s()]{0,200}/)?([\w.+-]{3,80}\.so[\d.]{0,12})"
    r"|^0x[0-9a-f]{6,16} in .{0,300}? from (?:/[^\s()]{0,200}/)?([\w.+-]{3,80}\.so[\d.]{0,12})"
    r"|^ {0,2}0  ([\w.+-]{3,80}\.dll) \+ 0x|^ {0,2}#0 0x[0-9a-f]{6,16} \((?:[^()]{0,200}[\\/])?([\w.+-]{3,80}\.dll)\+0x|^# C  \[([\w.+-]{3,80})\+0x",
    re.MULTILINE,
)
"""Where a process ended, as Windows' Event Viewer, the kernel, gdb, crash reports and Java tell: the file of the innermost frame."""
_EXE = re.compile(r"[\w-]\.exe\b|^ {0,8}at \w{1,40}(?:\.\w{1,60}){1,12}\(", re.IGNORECASE | re.MULTILINE)
_PYTHON = re.compile(r"python|\bpyw?\.exe|\.pyd?\b|\bpip\b|Traceback", re.IGNORECASE)
_SPEECH = re.compile(r"ctranslate2|faster[_-]whisper|whisperx", re.IGNORECASE)
CTRANSLATE2 = Advice(
    "say",
    "ctranslate2 (faster-whisper, WhisperX) ends so on Windows where it does not find cuBLAS's or cuDNN's DLLs, or finds others than it was built with: a line `Could not locate …` tells which; the same with device=\"cpu\" tells whether it is that",
)
AROUND_LINES = 12
"""How far around an ending that is looked for."""

SIGNALS = {
    "ABRT": ("was ended by a library that gave up (SIGABRT)", "the lines before it tell why"),
    "GAVE": (
        "was ended by ggml (whisper.cpp, llama.cpp), which met an error and gave up",
        "what it prints around this line tells which call failed, and why",
    ),
    "SEGV": (
        "read or wrote where no memory was (SIGSEGV)",
        "two releases of a library in one process do that, and faults of a program",
    ),
    "KILL": ("was killed from outside (SIGKILL)", "mostly by the system, which had no memory left, or by a container's limit"),
    "ILL": (
        "met an instruction that the processor does not have (SIGILL)",
        "wheels of torch, ctranslate2 and onnxruntime ask for AVX",
    ),
    "BUS": ("touched memory that went away (SIGBUS)", "a full disk, or a full /dev/shm, under a mapped file does that"),
    "FPE": (
        "divided by zero (SIGFPE, 0xC0000094)",
        "a fault of the program or of a library; on Windows a torch that is older than the GPU (RTX 50) was seen to do it",
    ),
    "TRAP": ("was stopped by a check within itself, or within a library (SIGTRAP)", "the lines before it tell which"),
    "PANIC": (
        "ended itself, because of something that it does not allow (a panic)",
        "what stands after that word, and the lines before it, tell why",
    ),
    "GONE": (
        "is gone, and whoever started it does not know why",
        "full memory is the most frequent cause, a crash in a library another; what that process printed itself stands above",
    ),
    "ABOVE": (
        "met an error, and has told of it before, or another process of the same program has",
        "the first traceback above this line, or the log that it names, has the cause: mostly memory that is full, a model that could not be loaded, or a library that could not be opened",
    ),
    "TERM": ("was told to end (SIGTERM)", "by a supervisor, a time limit, or a user"),
    "PIPE": ("wrote to a pipe that nobody reads (SIGPIPE)", "what read its output had ended"),
    "NONE": (
        "did not start (127)",
        "the shell did not find the program, or the loader a library that it is linked with, and says which before it (`not found`, `error while loading shared libraries`)",
    ),
    "WIN-MEM": (
        "got no memory from Windows (0xC0000017, 0xC000009A, 0xC000012D)",
        "the machine's memory and its page file are full",
    ),
    "WIN-TERM": (
        "was told to end (0xC000013A: Ctrl+C, or its window was closed)",
        "by a user, by the program that started it, or by Windows as it shut down",
    ),
    "WIN-BUS": (
        "could not read a file that it had mapped (0xC0000006)",
        "a disk or a network drive that went away, or is damaged",
    ),
    "WIN-DLL": (
        "did not find a DLL, or met one that does not fit or does not start (0xC0000135, 0xC0000139, 0xC0000142, 0xC000007B; 0xC06D007E)",
        "the loader tells which on the screen",
    ),
    "WIN-SEGV": (
        "read or wrote where no memory was (0xC0000005)",
        "two releases of a DLL in one process do that, memory that ran out while a large model was loaded, and faults of a program",
    ),
    "WIN-ABRT": (
        "was ended by a library that gave up (0xC0000409; 0xE06D7363: a C++ exception), or that found its memory corrupted (0xC0000374)",
        "the lines before it tell why",
    ),
}
"""What a process did that ended so, and what is known of why."""
KILLER = fixes(
    Advice("run", "Look for the killer", command="sudo dmesg | grep -i -E 'killed process|out of memory' | tail"),
    Advice("run", "and how much memory there is", command="free -h"),
    "A container's or a notebook's limit has to be raised; a smaller model or batch needs less",
)
ILLEGAL_ON_WINDOWS = fixes(
    "Whether the processor has AVX2, its maker's data sheet tells; in a virtual machine, what the host passes on counts",
    "Without it: a build of the program for older processors",
)
ALONE = (
    "The program without the GPU, where it lets one choose, tells whether it is its part for that: a build that has no code for this GPU, or asks for a newer driver",
    "Its own log tells more; a newer release of the program, and of the GPU's driver",
)
"""What helps where neither a Python program nor the place tells."""
HELPS = {
    "KILL": KILLER,
    "GONE": (*KILLER, TRACE),
    "ILL": fixes(
        Advice("run", "See whether the processor has it; no output means no", command="grep -o -w -m1 avx2 /proc/cpuinfo"),
        "In a virtual machine: give it the host's processor type (QEMU: `-cpu host`)",
        "On ARM (a Raspberry Pi 4, say) there is no AVX: what was built asks for a newer processor; the release before it",
    ),
    "BUS": fixes(
        Advice("run", "See whether a disk, or shared memory, is full", command="df -h / /dev/shm /tmp"),
        "In a container, shared memory is 64 MB unless told: `--shm-size 1g`",
        DOCTOR,
    ),
    "PANIC": fixes(
        "Its own log, written as much as it can (Rust: RUST_BACKTRACE=1 and RUST_LOG=debug in its environment)",
        "Search the program's issues for the words after `panicked at`, or after `Err` value",
    ),
    "NONE": fixes(
        Advice("run", "Linux: what it lacks, with the program's path", command='ldd PROGRAM | grep "not found"'),
        "Or its path: where the program is started from decides what PATH, and LD_LIBRARY_PATH, it has (a desktop's icon, a service and cron have others than a shell)",
    ),
    "ABOVE": fixes(
        Advice("run", "Have all that the program prints explained", command="python PROGRAM 2>&1 | {heal} --explain -"),
        "A service or a container: its whole log (`docker logs NAME 2>&1`, `journalctl -u NAME`), from the start on",
    ),
    "GAVE": fixes(
        "The line that begins with `CUDA error:` (or `GGML_ASSERT`) has the error's words: explain it with all that stands around it",
        "Run without the GPU (whisper.cpp: `-ng`, llama.cpp: `-ngl 0`), to tell whether it is its part for that",
        "A newer release of the program, or a build of it for this GPU (CMAKE_CUDA_ARCHITECTURES) and this driver",
    ),
    "WIN-MEM": fixes(
        "Close other programs, and make the page file larger (System, Advanced, Performance, Virtual memory)",
        "A smaller model or batch",
    ),
    "WIN-TERM": fixes("Nothing, where you ended it; otherwise the log of whoever started it"),
    "WIN-BUS": fixes("The program and its models on a local disk; `chkdsk` tells whether that is sound"),
    "TERM": fixes("Look into the log of whoever started it: a time limit, a failed health check, a stopped container"),
}
"""What helps against some of them; where a process ended tells most about the others."""
NOT_FOUND = 127
"""As a shell tells that it, or the loader, did not find what to start."""
NUMBERS = {4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 11: "SEGV", 13: "PIPE", 15: "TERM"}
WINDOWS = {
    **dict.fromkeys((0xC0000005, 0xC00000FD, 0x80131506), "WIN-SEGV"),
    **dict.fromkeys((0xC0000409, 0xC0000374, 0xC0000602, 0xE06D7363), "WIN-ABRT"),
    **dict.fromkeys((0xC0000135, 0xC0000139, 0xC0000142, 0xC000007B, 0xC06D007E, 0xC06D007F), "WIN-DLL"),
    **dict.fromkeys((0xC0000017, 0xC000009A, 0xC000012D), "WIN-MEM"),
    **dict.fromkeys((0xC000013A, 0x40010004), "WIN-TERM"),
    0x80000003: "TRAP",
    0xC0000006: "WIN-BUS",
    **dict.fromkeys((0xC0000094, 0xC0000095), "FPE"),
    0xC000001D: "ILL",
}
WORDS = {
    "abort": "ABRT",
    "segm": "SEGV",
    "kill": "KILL",
    "illeg": "ILL",
    "bus": "BUS",
    "float": "FPE",
    "trace": "TRAP",
    "access": "WIN-SEGV",
    "exception_access": "WIN-SEGV",
    "exception_illegal": "ILL",
    "trap": "ILL",
    "segfault": "SEGV",
    "general": "SEGV",
    "system.accessviolation": "WIN-SEGV",
    "status_access": "WIN-SEGV",
    "status_illegal": "ILL",
    "status_dll": "WIN-DLL",
    "status_stack_buffer": "WIN-ABRT",
    "status_heap": "WIN-ABRT",
}
"""By how the word begins with which a shell, or Python, tells it."""
ENDED_IN = {
    r"nvcuda|nvoglv|nvlddmkm|nvwgf|libcuda\.so|libnvidia-|libGLX_nvidia|nvml\.dll": (
        ", a part of NVIDIA's driver",
        "Update the driver (Windows: a clean install); if the GPU is overclocked, take that back; until then the program on the CPU, where it lets one choose. Linux: the number in such a file's name must be that of the kernel's module (`cat /proc/driver/nvidia/version`): restart after an update, and in a container no driver package (libnvidia-…) in the image, whose files would mix with the host's",
    ),
    r"amdvlk|amdxc|atidxx|atio|libamdhip|libhsa|libvulkan_radeon|amdhip": (
        ", a part of AMD's driver",
        "Update the driver; or a build of the program that does not use that GPU",
    ),
    r"igvk|igd|igc|ig\d|common_clang|libigc|libigdrcl|libze_|ze_|libvulkan_intel": (
        ", a part of Intel's driver",
        "Update the driver; or a build of the program that does not use that GPU",
    ),
    r"vulkan|libvulkan|vk_|dzn": (
        ", a Vulkan driver or its loader",
        "Update the GPU's driver; or run without the GPU, or by another way than Vulkan",
    ),
    r"d3d1[12]|dxgi|dxcore|DirectML|directml": (
        ", a part of DirectX or DirectML",
        "Update the GPU's driver and Windows; or run without DirectML",
    ),
    r"(?:lib)?(?:cudnn|cublas|cufft|curand|cusparse|cusolver|cudart|nvrtc|nccl|nvJitLink|nvinfer)": (
        ", one of NVIDIA's libraries",
        "Two releases of it in one process do that (the system's or the image's beside the environment's), and a GPU that it is too old or too new for: `cudnn-heal --status` tells which would be loaded",
    ),
    r"KERNELBASE|ntdll|ucrtbase|kernel32|libc[.-]|libpthread|ld-linux|libstdc|msvcrt": (
        ", a part of the system, where faults of any library come out",
        "",
    ),
    r"VCRUNTIME|vcruntime|MSVCP|msvcp": (
        ", Microsoft's C++ runtime",
        f"A copy that is older than the program was built with does that: install {VC_ADDRESS}, and look for old copies beside the program",
    ),
    r"(?:lib)?(?:torch|c10|shm\.|fbgemm|asmjit)": (
        ", one of torch's libraries",
        "Torch, and what is built on it, in releases that belong together",
    ),
    r"(?:lib)?onnxruntime": (
        ", ONNX Runtime's library",
        "One onnxruntime alone, in the release that the program was made for; without its provider for the GPU, to tell whether it is that",
    ),
    r"(?:lib)?ctranslate2": (", ctranslate2's library", ""),
    r"(?:lib)?(?:ggml|whisper|llama)": (
        ", ggml's library (whisper.cpp, llama.cpp)",
        "Run without the GPU, to tell whether it is its part for that; another release of the program",
    ),
    r"(?:lib)?(?:av(?:codec|format|util|filter|device)|sw(?:resample|scale))": (
        ", one of FFmpeg's libraries",
        "What reads sound, in the release that is made for this FFmpeg; the file as WAV, to tell whether it is that",
    ),
    r"libiomp|libgomp|libomp|vcomp|mkl_|libmkl": (
        ", an OpenMP or MKL library, of which two copies may be in the process",
        "OMP_NUM_THREADS=1 tells whether it is that; no conda packages mixed with pip's",
    ),
}
"""By how the name of the file begins in which a process ended: whose it is, and what helps."""


def search(lines: list[Line]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the lines that tell how a process ended, and the signal."""
    for index, line in enumerate(lines):
        if len(line.bare) < 400:
            for match in (match for pattern in _ENDED for match in [pattern.search(line.bare)] if match):
                values = {name: value for name, value in match.groupdict().items() if value}
                if signal(values):
                    around = {
                        "place": _place(lines, index),
                        "program": "yes" if _is_compiled(lines, index) else "",
                        "speech": "yes" if _SPEECH.search(_near(lines, index)) else "",
                    }
                    yield index, {**values, **{name: value for name, value in around.items() if value}}
                    break


def _place(lines: list[Line], index: int) -> str:
    """Return the file in which a process ended, "" where nothing around the line `index` tells it."""
    match = _PLACE.search(_near(lines, index))
    return match[match.lastindex] if match and match.lastindex else ""


def _is_compiled(lines: list[Line], index: int) -> bool:
    """Tell whether an .exe is named around the line `index`, and nothing of Python's."""
    near = _near(lines, index)
    return bool(_EXE.search(near)) and not _PYTHON.search(near)


def _near(lines: list[Line], index: int) -> str:
    return "\n".join(line.prefix + line.text for line in lines[max(0, index - AROUND_LINES) : index + AROUND_LINES + 1])


def signal(values: dict[str, str]) -> str:
    """Return which of `SIGNALS` ended the process, "" for none of them."""
    word = values.get("word", "").lower()
    kind = next((kind for start, kind in WORDS.items() if word.startswith(start)), values.get("name", ""))
    kind = next((group.upper() for group in ("gone", "above", "gave", "panic") if values.get(group)), kind)
    number = int(values.get("number") or 0)
    if number:
        number = number + 2**32 if number < -(2**16) else number
        kind = WINDOWS.get(number) or NUMBERS.get(number - 128 if number > 128 else abs(number), "")
        kind = "NONE" if number == NOT_FOUND else kind
    if values.get("hex"):
        kind = WINDOWS.get(int(values["hex"], 16), "")
    return kind if kind in SIGNALS else ""


def told(values: dict[str, str]) -> Told:
    """Tell of a process that ended: that says nothing of the cause by itself."""
    kind = signal(values)
    what, hint = SIGNALS[kind]
    windows = "hex" in values or abs(int(values.get("number") or 0)) > 2**16 or kind.startswith("WIN-")
    place = ended_in(values["place"]) if values.get("place") else ("", "")
    trace = TRACE._replace(text="See which call of a Python program ends there") if values.get("place") else TRACE
    usual = (trace, EVENTS, DOCTOR) if windows and not values.get("place") else (trace, DOCTOR)
    ways = ILLEGAL_ON_WINDOWS if kind == "ILL" and windows else HELPS.get(kind, usual)
    ways = tuple(one for one in ways if not (values.get("program") and one in (trace, DOCTOR)))
    if values.get("program") and not place[1] and (not ways or kind in ("SEGV", "ABRT", "WIN-SEGV", "WIN-ABRT")):
        ways = (*ways, *fixes(*ALONE))
    where = f" It ended in {values['place']}{place[0]}." if values.get("place") else ""
    first = CTRANSLATE2 if kind == "WIN-ABRT" and values.get("speech") and not place[1] else ""
    return said(f"The process {what}: {hint}.{where} This says how it ended, and is not the cause.", place[1], first, *ways)


def ended_in(file: str) -> tuple[str, str]:
    """Return whose `file` is, as it is added to its name, and what helps; "" where that is not known."""
    return next((told for start, told in ENDED_IN.items() if re.match(start, file)), ("", ""))
