"""The status codes of NVIDIA's libraries: by name, by number, and by what the libraries print for them.

``codes.tsv`` has a row for each: its name, its number, what is printed for it, and NVIDIA's words about it.  It was made from
the headers in NVIDIA's wheels (CUDA 12.9 and 13, cuDNN 9, cuFFT, NVRTC, NVML), ``cudaGetErrorString`` and
``cublasGetStatusString``; where a header has no
words (cuBLAS, cuFFT, NVRTC, NCCL, cuRAND, cuSOLVER, cuSPARSE) from NVIDIA's documentation of them.
"""

from __future__ import annotations

import functools
import os
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TITLES = {
    "cudaError": "CUDA",
    "CUDA_ERROR": "CUDA",
    "CUDNN": "cuDNN",
    "CUBLAS": "cuBLAS",
    "CUFFT": "cuFFT",
    "NVRTC": "NVRTC",
    "NVML": "NVML",
    "nccl": "NCCL",
    "CURAND": "cuRAND",
    "CUSOLVER": "cuSOLVER",
    "CUSPARSE": "cuSPARSE",
    "NVJITLINK_ERROR": "nvJitLink",
    "NVVM_ERROR": "libNVVM",
    "NVJPEG_STATUS": "nvJPEG",
    "NPP_": "NPP",
}
"""The libraries, by how the names of their codes begin."""
CUDNN_8 = {
    1: "CUDNN_STATUS_NOT_INITIALIZED",
    2: "CUDNN_STATUS_ALLOC_FAILED",
    3: "CUDNN_STATUS_BAD_PARAM",
    4: "CUDNN_STATUS_INTERNAL_ERROR",
    6: "CUDNN_STATUS_ARCH_MISMATCH",
    7: "CUDNN_STATUS_MAPPING_ERROR",
    8: "CUDNN_STATUS_EXECUTION_FAILED",
    9: "CUDNN_STATUS_NOT_SUPPORTED",
}
"""cuDNN 8's numbers, from its documentation; cuDNN 9's are four digits long."""
NEAR = 200
"""So many characters, without spaces, apart two names of one number are but one message."""
UNMISTAKABLE = 18
"""From so many characters, without spaces, on, what is printed for a code is known without ``CUDA error`` before it."""

OF_THE_SYSTEM = ("operationnotpermitted", "operationnotsupported")
"""What the operating system prints too, so that ``CUDA error`` must stand before it."""

_NAME = re.compile(rf"{'(?:' + '|'.join(TITLES) + ')'}\w{{3,70}}")
_CUDA = re.compile(
    r"(?:CUDA|[Cc]uda|cuInit|cudaGetDeviceCount|GPUassert|cudaError_t)(?:(?!CU(?:BLAS|DNN|FFT|RAND|SPARSE|SOLVER)|NCCL|NVRTC)\w){0,24}?(?:\(\w{0,40}\))?"
    r"(?:error|Error|ERROR|failure|failed|returned|is|(?<=CUDA)_CALL)(?:with)?(?:error|code|status)?[:=#(!]{0,3}(?:is)?(?P<number>\d{1,3}(?!\.?\d))?"
    r"[):=,(]{0,3}(?P<text>(?!CUDAerror)[a-zA-Z][\w,()/'-]{3,120})?"
)
_COUNTED = re.compile(r"(?<![\w])Error(?P<number>\d{1,3}):(?P<text>[a-zA-Z][\w,()/'-]{3,120})")
"""As torch prints what ``cudaGetDeviceCount`` returns."""
_CUBLAS = re.compile(
    r"(?i:cublas)\w{0,24}?(?:[Ee]rror|failed|returned)(?:with)?[:=(]{0,3}(?P<number>(?!))?(?P<text>[a-z]{12,80})"
)
_NVML = re.compile(r"(?i:initializ\w{1,3}nvml|nvml\.\w{3,40}(?:failed|error)):(?P<text>[A-Z][\w/]{5,60})")
_FAILED = re.compile(
    r"(?:Cuda|CUDA)(?:Runtime|Driver|API)?failure(?:infile\S{1,160}?line\d{1,6})?[:!]{1,2}'?#?(?P<number>\d{1,3})(?!\.?\d)"
)
"""As programs tell it that check each call by a macro: ``Cuda failure in file 'x.cu' line 51: 35``."""
_QUOTED = re.compile(r"(?:Cuda|CUDA)failure(?P<number>(?!))?(?:\d{1,3})?'(?P<text>[a-zA-Z][\w,()/-]{3,120})'")
"""As NCCL tells it: ``Cuda failure 'out of memory'``."""
_WITHIN = re.compile(r"CUDA(?:runtime|driver)?errorin[a-z][^:]{4,120}:(?P<number>(?!))?(?P<text>[a-zA-Z][\w,()/'-]{3,120})")
"""As TensorRT-LLM tells it: ``CUDA runtime error in cudaGetDevice(&device): no CUDA-capable device is detected``."""
_CALLED = re.compile(
    r"(?:(?<![a-zA-Z])(?:cu|cuda)[A-Z][a-z]\w{1,40}?(?:\(\w{0,40}\))?(?:returned|failed)"
    r"|cuInit(?:\(\d?\))?(?:returned|failed|[:=])|cudadriverlibrary(?:failedtogetdevicecontext|initfailure))"
    r"(?:with)?(?:error|code|status|UNKNOWNERROR)?[:=(]{0,3}(?P<number>\d{1,3})(?!\.?\d)"
)
"""As programs tell what a function of CUDA's, or of the driver's, returned."""
_NUMBERED = re.compile(
    r"(?P<family>(?i:cudnn|cublas|cufft|nvrtc|curand|cusparse|cusolver|nvml))(?:[A-Z]\w{1,40}?(?:\(\))?)?(?:returned|failed|failure|[Ee]rror|status)"
    r"(?:with)?(?:error|status|code){0,2}[:=(]{0,2}(?P<number>\d{1,4})(?!\.?\d)"
)
"""As programs tell what a function of the other libraries returned: ``nvmlInit failed: 9``."""
_ABOUT = re.compile(r"[\"`“][^\"`“”]{0,200}[\"`”](?:is|was|are|were|means|can|could|may|might|tells|says|does)(?=[a-z])")
"""What is quoted in a sentence about it: ``"CUDA error: invalid argument" is too vague``."""


class Code(NamedTuple):
    """A status code."""

    name: str
    number: str
    printed: str
    words: str

    @property
    def title(self) -> str:
        """The library that returns it."""
        return next(title for start, title in TITLES.items() if self.name.startswith(start))


@functools.cache
def table() -> dict[str, Code]:
    """Return the codes by name."""
    with open(os.path.join(os.path.dirname(__file__), "codes.tsv"), encoding="utf-8") as file:
        codes = [Code(*line.rstrip("\n").split("\t")) for line in file]
    words = {code.number: code.words for code in codes if code.name.startswith("cudaError")}
    return {code.name: code._replace(words=code.words or words.get(code.number, "")) for code in codes}


def search(squeezed: str) -> Iterator[tuple[int, str]]:
    """Yield where a code stands in a text without white space, and its name; not where a sentence quotes it."""
    for position, name in _search(squeezed):
        opened = max(squeezed.rfind(quote, max(0, position - 40), position) for quote in '"`“')
        if opened < 0 or not _ABOUT.match(squeezed, opened):
            yield position, name


def _search(squeezed: str) -> Iterator[tuple[int, str]]:
    for match in _NAME.finditer(squeezed):
        name = _named(match[0])
        if name:
            yield match.start(), name
    small = squeezed.replace("\u0130", "I").lower()  # the one letter that grows; ignoring case costs 20 times as much
    for match in _printed().finditer(small):
        yield match.start(), _by_text()[match[0]]
    for pattern in (_CUDA, _COUNTED, _CUBLAS, _QUOTED, _WITHIN):
        for match in pattern.finditer(squeezed):
            name = _of_text(match["text"] or "") or _of_number("cudaError", match["number"] or "")
            if name:
                yield match.start(), name
    for match in _NVML.finditer(squeezed):
        printed = {code.printed.replace(" ", ""): code.name for code in table().values() if code.name.startswith("NVML")}
        name = next((name for text, name in printed.items() if text and match["text"].startswith(text)), "")
        name = name or _named(f"NVML_{match['text']}")  # as Go's binding prints it
        if name:
            yield match.start(), name
    for match in (*_CALLED.finditer(squeezed), *_FAILED.finditer(squeezed)):
        name = _of_number("cudaError", match["number"])
        if name:
            yield match.start(), name
    for match in _NUMBERED.finditer(squeezed):
        name = _of_number(match["family"].upper(), match["number"])
        if name:
            yield match.start(), name


def once(found: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield what was `found` less a second name of CUDA's for the same number near by, as what is printed for it."""
    first: dict[str, tuple[int, str]] = {}
    for position, name in found:
        number = table()[name].number if name.startswith(("cudaError", "CUDA_ERROR")) else name
        at, other = first.setdefault(number, (position, name))
        if other == name or abs(position - at) >= NEAR:
            yield position, name


def _named(word: str) -> str:
    """Return the longest name with which `word` begins; words that followed it stand right after it."""
    if word.startswith("NVMLError_"):  # pynvml's exceptions
        word = "NVML_ERROR" + re.sub(r"_?([A-Z])", r"_\1", word[9:]).upper()
    return next((word[:end] for end in range(len(word), 4, -1) if word[:end] in table()), "")


@functools.cache
def _by_text() -> dict[str, str]:
    """Return the names by what is printed for them, squeezed and in small letters; CUDA's, cuBLAS' and NCCL's alone."""
    codes = [code for code in table().values() if code.printed and code.name.startswith(("cudaError", "CUBLAS", "nccl"))]
    return {code.printed.replace(" ", "").lower(): code.name for code in reversed(codes)}


@functools.cache
def _printed() -> re.Pattern[str]:
    texts = [
        text
        for text, name in _by_text().items()
        if len(text) >= UNMISTAKABLE and not name.startswith("CUBLAS") and text not in OF_THE_SYSTEM
    ]
    return re.compile("(?:" + "|".join(map(re.escape, sorted(texts, key=len, reverse=True))) + ")")


def _of_text(text: str) -> str:
    text = text.lower()
    return next((_by_text()[text[:end]] for end in range(len(text), 7, -1) if text[:end] in _by_text()), "")


def _of_number(family: str, number: str) -> str:
    """Return the name of the code that `family` has the number for, "" where it has none."""
    if family == "CUDNN" and number.isdigit() and int(number) in CUDNN_8:
        return CUDNN_8[int(number)]
    wanted = (code.name for code in table().values() if code.number == number and code.name.startswith(family))
    return next(wanted, "") if number and number != "0" else ""
