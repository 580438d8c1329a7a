"""Which distribution has a module, and which wheel a library: tables, of what is known for certain."""

from __future__ import annotations

import re

DISTRIBUTIONS = {
    "PIL": "pillow",
    "accelerate": "accelerate",
    "asteroid_filterbanks": "asteroid-filterbanks",
    "attr": "attrs",
    "av": "av",
    "bs4": "beautifulsoup4",
    "cffi": "cffi",
    "click": "click",
    "ctranslate2": "ctranslate2",
    "cv2": "opencv-python",
    "datasets": "datasets",
    "dateutil": "python-dateutil",
    "distutils": "setuptools",
    "einops": "einops",
    "fastapi": "fastapi",
    "faster_whisper": "faster-whisper",
    "flatbuffers": "flatbuffers",
    "google.protobuf": "protobuf",
    "gradio": "gradio",
    "huggingface_hub": "huggingface-hub",
    "hyperpyyaml": "hyperpyyaml",
    "jiwer": "jiwer",
    "joblib": "joblib",
    "julius": "julius",
    "librosa": "librosa",
    "lightning": "lightning",
    "llvmlite": "llvmlite",
    "matplotlib": "matplotlib",
    "nltk": "nltk",
    "numba": "numba",
    "numpy": "numpy",
    "omegaconf": "omegaconf",
    "onnx": "onnx",
    "onnxruntime": "onnxruntime",
    "pandas": "pandas",
    "psutil": "psutil",
    "pyannote.audio": "pyannote-audio",
    "pyannote.core": "pyannote-core",
    "pyannote.database": "pyannote-database",
    "pyannote.metrics": "pyannote-metrics",
    "pyannote.pipeline": "pyannote-pipeline",
    "pyaudio": "pyaudio",
    "pydantic": "pydantic",
    "pydub": "pydub",
    "pytorch_lightning": "pytorch-lightning",
    "pytorch_metric_learning": "pytorch-metric-learning",
    "requests": "requests",
    "safetensors": "safetensors",
    "scipy": "scipy",
    "semver": "semver",
    "sentencepiece": "sentencepiece",
    "silero_vad": "silero-vad",
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "sounddevice": "sounddevice",
    "soundfile": "soundfile",
    "speechbrain": "speechbrain",
    "tensorboardX": "tensorboardx",
    "tiktoken": "tiktoken",
    "tokenizers": "tokenizers",
    "torch": "torch",
    "torch_audiomentations": "torch-audiomentations",
    "torch_pitch_shift": "torch-pitch-shift",
    "torchaudio": "torchaudio",
    "torchcodec": "torchcodec",
    "torchmetrics": "torchmetrics",
    "torchvision": "torchvision",
    "tqdm": "tqdm",
    "transformers": "transformers",
    "triton": "triton",
    "typing_extensions": "typing-extensions",
    "uvicorn": "uvicorn",
    "websockets": "websockets",
    "whisper": "openai-whisper",
    "whisper_timestamped": "whisper-timestamped",
    "whisperx": "whisperx",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}
"""By module; the longest beginning counts.  onnxruntime: the one for the CPU, which faster-whisper asks for."""

NAMESPACES = ("google", "nvidia", "pyannote")
"""Modules that several distributions share."""

WHEELS = {
    "libcublas": ("nvidia-cublas-cu11", "nvidia-cublas-cu12", "nvidia-cublas"),
    "libcublasLt": ("nvidia-cublas-cu11", "nvidia-cublas-cu12", "nvidia-cublas"),
    "libcudart": ("nvidia-cuda-runtime-cu11", "nvidia-cuda-runtime-cu12", "nvidia-cuda-runtime"),
    "libnvrtc": ("nvidia-cuda-nvrtc-cu11", "nvidia-cuda-nvrtc-cu12", "nvidia-cuda-nvrtc"),
    "libnpp": ("nvidia-npp-cu11", "nvidia-npp-cu12", "nvidia-npp"),
    "libnvJitLink": ("", "nvidia-nvjitlink-cu12", "nvidia-nvjitlink"),
}
"""Of libraries whose number is CUDA's: the wheels for CUDA 11, 12, 13."""

OTHER_WHEELS = {
    "libcufft.so.10": "nvidia-cufft-cu11",
    "libcufft.so.11": "nvidia-cufft-cu12",
    "libcufft.so.12": "nvidia-cufft",
    "libcudnn.so.8": "nvidia-cudnn-cu12==8.*",
}
"""Of libraries that count on their own."""

BY_CUDA = {
    "libcudnn.so.9": ("nvidia-cudnn-cu12", "nvidia-cudnn-cu13"),
    "libcurand.so.10": ("nvidia-curand-cu12", "nvidia-curand"),
    "libcusparseLt.so.0": ("nvidia-cusparselt-cu12", "nvidia-cusparselt-cu13"),
    "libnccl.so.2": ("nvidia-nccl-cu12", "nvidia-nccl-cu13"),
}
"""Of libraries that have the same number for CUDA 12 and 13."""


def distribution(module: str) -> str:
    """Return the distribution that has `module`, "" where that is not known."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((DISTRIBUTIONS[name] for name in names if name in DISTRIBUTIONS), "")


def wheel(library: str, cuda: int = 0) -> str:
    """Return the wheel that has `library` (``libcublas.so.12``), "" where that is not known for certain.

    :param cuda: the major version of CUDA that the environment is for, 0 where that is not known.
    """
    if library in BY_CUDA:
        return BY_CUDA[library][cuda - 12] if cuda in (12, 13) else ""
    if library in OTHER_WHEELS:
        return OTHER_WHEELS[library]
    match = re.fullmatch(r"(lib[A-Za-z]+)\.so\.(11|12|13)", library)
    if not match:
        return ""
    stem = "libnpp" if match[1].startswith("libnpp") else match[1]
    return WHEELS.get(stem, ("", "", ""))[int(match[2]) - 11]


def wheels(library: str) -> tuple[str, ...]:
    """Return every wheel of which it is known that some release has `library`."""
    name = "libnpp" if library.startswith("libnpp") else library.partition(".so.")[0]
    others = (wheel.partition("=")[0] for other, wheel in OTHER_WHEELS.items() if other == library)
    return tuple(one for one in (*WHEELS.get(name, ()), *BY_CUDA.get(library, ()), *others) if one)
