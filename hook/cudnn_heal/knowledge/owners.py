"""Whose a library is that is not found, and what helps: what is known for certain."""

# ruff: noqa: E501  (sentences)
from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.rows.common import NO_GPU, VC_RUNTIME, WHICH_TORCH, said

if TYPE_CHECKING:
    from cudnn_heal.knowledge.model import Told

OWN = {
    r"libcuda\.so|libcudadebugger|libnvidia-|libnvcuvid|libnvoptix|libnvrm|nvcuda|nvml": said(
        "is part of NVIDIA's driver, and comes with no wheel: there is no driver here, or the container was started without the GPU, or without this part of the driver.",
        Advice("run", "This must work first", command="nvidia-smi"),
        NO_GPU,
    ),
    r"lib(?:av\w+|sw\w+|postproc)(?:\.so|-|[\d.]{1,8}\.?dylib)|(?:av\w+|sw\w+)-\d+\.dll": said(
        "is one of FFmpeg's libraries, of exactly this number; the program ffmpeg alone is not enough. What asks for it is made for that release of FFmpeg, and it is not where the loader looks.",
        Advice("run", "Debian, Ubuntu", command="sudo apt install ffmpeg"),
        Advice("run", "conda", command="conda install -c conda-forge ffmpeg"),
        "Where FFmpeg is installed in another version: a release of the program that is made for it",
    ),
    r"lib(?:x264|x265|openh264|vpx|aom|SvtAv1Enc|dav1d|theora\w*|bluray|zimg|srt|openjp2|rav1e|x265|webp\w*|jxl\w*|tesseract|lcms2|gnutls)\.so": said(
        "is a library that FFmpeg is built with, of exactly this number. The ffmpeg, or the FFmpeg library, that is found first is of another installation (conda's beside the system's, or half updated) than this one's.",
        Advice("run", "Which ffmpeg that is", command="type -a ffmpeg"),
        "conda: all of it from one channel: `conda install -c conda-forge --force-reinstall ffmpeg`; or take it out there (`conda remove ffmpeg`), and take the system's: `sudo apt install ffmpeg`",
    ),
    r"libnvbuf|libnvdla|libnvcudla|libnvos|libnvmm|libnvmedia|libnvds|libcudla": said(
        "is part of a Jetson's system (L4T), which its containers get from the host: the container was started without it, the image is of another JetPack than the host, or this is no Jetson.",
        "Start the container with `--runtime nvidia`, from an image of the host's JetPack release",
    ),
    r"lib(?:amdhip|roc|hip|migraphx|MIOpen|miopen|rccl|hsa-runtime|amd_comgr)[\w-]*\.so": said(
        "belongs to AMD's ROCm. What asks for it is a build for AMD's GPUs, and ROCm is not installed, or is of another release.",
        "For an NVIDIA GPU, or none: the build of the same program for CUDA, or for the CPU",
        "For an AMD GPU: the ROCm release that the build names",
    ),
    "libpython": said(
        "is Python's own shared library. This Python has it built in, or keeps it where the loader does not look.",
        Advice("run", "Debian, Ubuntu, for the system's Python", command="sudo apt install libpython3-dev"),
        "Otherwise a Python that was built with `--enable-shared` (pyenv: PYTHON_CONFIGURE_OPTS), in a new environment",
    ),
    r"libtorch_cuda_(?:cpp|cu)\.so": said(
        "is a part of torch 1 (1.9 to 1.13), and of no torch 2. What asks for it, mostly torchaudio or torchvision, is made for torch 1, and the torch that is installed is a newer one.",
        "torchaudio and torchvision of this torch's release, all three from one index in one command (`pip install --force-reinstall torch torchvision torchaudio`, with the index that torch came from)",
        "Another package (a compiled extension): the release that is made for this torch, or built anew beside it",
        "A package that asks for torch 1 (MeloTTS, OpenVoice and their time): in an environment of its own, with torch, torchaudio and Python of that time; or installed with `--no-deps`",
        WHICH_TORCH,
    ),
    r"(?:lib)?(?:torch|c10)_cuda\w*(?:\.so|\.dll)": said(
        "is a part that only torch's builds for CUDA have. What asks for it (torchaudio, torchvision, a compiled extension) is made for such a build, and the torch that is installed is one for the CPU, or of another release.",
        "torch, torchvision and torchaudio of one release from one index, with CUDA or without, in one command; an extension: its build for that torch",
        "An extension that is imported alone: `import torch` before it",
        WHICH_TORCH,
    ),
    r"(?:lib)?(?:torch|c10)_(?:hip|xpu)\w*(?:\.so|\.dll)": said(
        "is a part of torch's builds for AMD's, or Intel's, GPUs alone. What asks for it is made for such a build, and another torch is installed.",
        "torch, torchvision and torchaudio of one release from one index, for the GPU that is there, in one command",
        WHICH_TORCH,
    ),
    r"(?:lib)?(?:torch|c10)\w*(?:\.so|\.dll)": said(
        "is torch's own. What asks for it (torchaudio, torchvision, a compiled extension) is made for another build of torch, or is loaded before torch is.",
        "`import torch` first; if it still fails, the release that is made for this torch: torchaudio and torchvision from the index that torch came from, in one command with it",
        WHICH_TORCH,
    ),
    r"(?:lib)?onnxruntime(?!_providers)": said(
        "is ONNX Runtime's own library. The program is linked with it, or opens it by name, and it is neither beside the program nor where the loader looks.",
        "Put it beside the program, from the archive of exactly the release that the program was built with (onnxruntime's releases on GitHub); its number in the name counts",
        "Linux: the folder in the program's rpath (`$ORIGIN`), or in LD_LIBRARY_PATH for this program alone; Windows: beside the .exe",
    ),
    r"(?:lib)?onnxruntime_providers": said(
        "is a provider of ONNX Runtime's, a file of its archive or wheel for the GPU that must lie beside libonnxruntime. The build for the CPU has none.",
        "Copy it from the same archive, of the same release, into the folder of the program or of libonnxruntime; Python: onnxruntime-gpu alone, installed again",
    ),
    r"(?:lib)?(?:ggml|whisper|llama|mtmd)[\w.-]*\.dll": said(
        "is a library of ggml's (whisper.cpp, llama.cpp). Windows did not find it, or a DLL that it needs itself; which of the two, the message does not tell. A build with CUDA needs CUDA's own DLLs (cudart64, cublas64, cublasLt64).",
        "A build with CUDA: CUDA's DLLs, of the major version that it is built for. A program finds them on PATH; Python (3.8 and later) does not look there, and needs `os.add_dll_directory(FOLDER)` before the import",
        "Without an NVIDIA GPU: the build for the CPU",
        "A program: all of its .dll files in one folder, beside the .exe; a Python package: install it again",
        f"Otherwise {VC_RUNTIME}",
    ),
    r"(?:lib)?(?:ggml|whisper|llama|mtmd)(?:[-.]|$)": said(
        "is a library of ggml's (whisper.cpp, llama.cpp), which the program was built with. It was moved without its libraries, or a part for the GPU does not find what it needs itself.",
        "Keep the program and all of its lib*.so files in one folder, or install them: `cmake --install build`, then `sudo ldconfig`",
        "Building it: `-DBUILD_SHARED_LIBS=OFF` makes one program without them",
        "A Python package that built it while it was installed (pywhispercpp, llama-cpp-python): a release that has a finished wheel for this Python, mostly one before (`pip install --only-binary :all: NAME`); or LD_LIBRARY_PATH with the folder of site-packages in which it lies",
        "What the file needs itself: for a part with CUDA (libggml-cuda.so) CUDA's own libraries, of the major version that it is built for; Linux: `ldd` on the file tells",
    ),
    r"(?:lib)?ctranslate2": said(
        "is ctranslate2's own library. Its Python wheel brings it; a build of one's own has to be made known to the loader.",
        "Python: install ctranslate2 again",
        "A build of one's own: `sudo ldconfig` after `make install`, and /usr/local/lib must be among the loader's folders",
    ),
    r"libomp[.\d]": said(
        "is the OpenMP library that programs made with clang need; macOS and most Linux systems do not bring it.",
        "macOS: `brew install libomp`; Debian, Ubuntu: `sudo apt install libomp5`",
        "In Python: install the package that asks again, whose wheel mostly brings its own",
    ),
    r"(?:lib)?(?:iomp5|mkl_)": said(
        "is part of Intel's MKL, or of its OpenMP. Conda brings it, and PyPI's wheels mkl and intel-openmp; torch's own wheels have it built in or bring it.",
        "conda: `conda install mkl intel-openmp` in this environment; pip: `pip install mkl intel-openmp`",
        "Where pip's and conda's packages are mixed: NumPy and torch from one of the two",
    ),
    r"(?:lib)?(?:sherpa-onnx|vosk|piper|espeak-ng-data|kaldi)": said(
        "is a library of the program's own, which belongs beside it.",
        "Install the package again, or put the file from the program's archive beside it",
    ),
}
"""By how the file's name begins: what is said after its name, and what helps.  The system's own are in `modules.SYSTEM`, NVIDIA's in the catalog."""


def of(file: str) -> Told | None:
    """Return what is known of the library `file`, which is not found; None where nothing is."""
    return next((told for start, told in OWN.items() if re.match(start, file)), None)
