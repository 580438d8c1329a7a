"""Which distribution has a module, and whose a library is: what is known for certain; the catalog has NVIDIA's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from cudnn_heal.catalog import FAMILIES, FURTHER
from cudnn_heal.names import belongs, library_parts

if TYPE_CHECKING:
    from cudnn_heal.catalog import Family

_NAMED_ALIKE = (
    "accelerate aiohttp asteroid_filterbanks av bitsandbytes cached_path cffi click ctranslate2 datasets deepspeed "
    "demucs diffusers edge_tts einops encodec fastapi faster_whisper flash_attn flatbuffers ftfy gguf gradio gtts httpx "
    "huggingface_hub hyperpyyaml imageio imageio_ffmpeg importlib_metadata inflect insightface jieba jiwer joblib julius "
    "kornia librosa lightning llvmlite loguru matplotlib mediapipe moviepy nltk noisereduce num2words numba numpy "
    "omegaconf onnx onnxruntime openai openwakeword optimum pandas peft phonemizer pooch psutil pyannote.audio "
    "pyannote.core pyannote.database pyannote.metrics pyannote.pipeline pyaudio pydantic pydub pypinyin pysubs2 "
    "pytorch_lightning pytorch_metric_learning pyworld rembg requests resampy safetensors scipy semver "
    "sentence_transformers sentencepiece silero_vad sounddevice soundfile soxr spacy speechbrain srt tensorboardX "
    "tiktoken timm tokenizers tomli torch torch_audiomentations torch_pitch_shift torchaudio torchcodec torchmetrics "
    "torchsde torchvision tqdm transformers trimesh triton typing_extensions ultralytics uvicorn vllm vocos webrtcvad "
    "websockets whisper_timestamped whisperx wyoming xformers yt_dlp"
)
"""Modules that their distribution is named after."""

DISTRIBUTIONS: dict[str, str] = {
    **{module: canonicalize_name(module) for module in _NAMED_ALIKE.split()},
    "PIL": "pillow",
    "TTS": "coqui-tts",
    "attr": "attrs",
    "audioop": "audioop-lts",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "distutils": "setuptools",
    "dotenv": "python-dotenv",
    "ffmpeg": "ffmpeg-python",
    "google.protobuf": "protobuf",
    "hydra": "hydra-core",
    "llama_cpp": "llama-cpp-python",
    "nemo": "nemo-toolkit",
    "open_clip": "open-clip-torch",
    "parselmouth": "praat-parselmouth",
    "pyaudioop": "audioop-lts",
    "pynvml": "nvidia-ml-py",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "speech_recognition": "speechrecognition",
    "whisper": "openai-whisper",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}
"""By module; the longest beginning counts.  onnxruntime: the one for the CPU, which faster-whisper asks for."""

IMPOSTORS = {"ffmpeg": ("ffmpeg", "python-ffmpeg"), "whisper": ("whisper",)}
"""By module, distributions that bring one of that name and are not the one that `DISTRIBUTIONS` has."""

RELEASES = {
    "FreeTypeFont.getsize": "pillow<10",
    "SpeakerDiarization.to": "pyannote-audio>=3",
    "aifc": "python<3.13",
    "asynchat": "python<3.12",
    "asyncio.coroutine": "python<3.11",
    "asyncore": "python<3.12",
    "cgi": "python<3.13",
    "collections.Callable": "python<3.10",
    "collections.Iterable": "python<3.10",
    "collections.Mapping": "python<3.10",
    "collections.MutableMapping": "python<3.10",
    "collections.Sequence": "python<3.10",
    "datetime.UTC": "python>=3.11",
    "enum.StrEnum": "python>=3.11",
    "faster_whisper.BatchedInferencePipeline": "faster-whisper>=1.1",
    "google.protobuf.runtime_version": "protobuf>=5",
    "huggingface_hub.DDUFEntry": "huggingface-hub>=0.27",
    "huggingface_hub.DatasetFilter": "huggingface-hub<0.24",
    "huggingface_hub.HfFolder": "huggingface-hub<1",
    "huggingface_hub.InferenceApi": "huggingface-hub<1",
    "huggingface_hub.ModelFilter": "huggingface-hub<0.24",
    "huggingface_hub.Repository": "huggingface-hub<1",
    "huggingface_hub.cached_download": "huggingface-hub<0.26",
    "huggingface_hub.configure_http_backend": "huggingface-hub<1",
    "huggingface_hub.is_offline_mode": "huggingface-hub>=1.2.3",
    "imp": "python<3.12",
    "inspect.getargspec": "python<3.11",
    "moviepy.editor": "moviepy<2",
    "numpy.Inf": "numpy<2",
    "numpy.dtypes": "numpy>=1.25",
    "numpy.exceptions": "numpy>=1.25",
    "pipes": "python<3.13",
    "pkgutil.ImpImporter": "python<3.12",
    "scipy.signal.kaiser": "scipy<1.13",
    "sndhdr": "python<3.13",
    "speechbrain.pretrained": "speechbrain<1",
    "ssl.wrap_socket": "python<3.12",
    "telnetlib": "python<3.13",
    "tomllib": "python>=3.11",
    "torchvision.transforms.functional_tensor": "torchvision<0.17",
    "typing.NotRequired": "python>=3.11",
    "typing.Self": "python>=3.11",
    "typing.override": "python>=3.12",
    "whisperx.DiarizationPipeline": "whisperx<3.3.4",
    "whisperx.vad": "whisperx<3.3.3",
}
"""By a name in a module, or of a class, the releases that have it: measured from wheels; Python's, from its documentation."""

MOVED = {
    "moviepy.editor": "moviepy",
    "scipy.signal.kaiser": "scipy.signal.windows",
    "speechbrain.pretrained": "speechbrain.inference",
    "whisperx.vad": "whisperx.vads",
    "whisperx.DiarizationPipeline": "whisperx.diarize",
}
"""Where later releases have it."""

SPEAKERS = {
    **dict.fromkeys(("faster_whisper", "whisper_ctranslate2", "wyoming_faster_whisper", "whisper_live"), "ctranslate2"),
    **dict.fromkeys(("rembg", "insightface", "kokoro_onnx", "audio_separator", "onnx_asr"), "onnxruntime"),
    **dict.fromkeys(("cupy", "cupy_backends", "cuml", "cudf"), "cupy"),
    **dict.fromkeys(("jax", "jaxlib", "tensorflow", "keras"), "xla"),
    **{
        name: name
        for name in (
            *("vllm", "sglang", "sgl_kernel", "lmdeploy", "llama_cpp", "exllamav2", "tensorrt", "tensorrt_llm", "paddle"),
            *(
                "sherpa_onnx",
                "k2",
                "pycuda",
                "numba",
                "bitsandbytes",
                "flash_attn",
                "xformers",
                "triton",
                "deepspeed",
                "spconv",
            ),
        )
    },
}
"""By module, the package that speaks where its file is the last one of a traceback: what it calls, or itself."""

PIPELINES = ("faster-whisper", "whisperx")
"""The distributions that transcribe: the doctor checks what they require, and ``--model`` is for them."""

NAMESPACES = ("google", "nvidia", "pyannote")
"""Modules that several distributions share."""

DRIVERS = (r"libcuda\.so", "libcudadebugger", "libnvidia-", "libnvcuvid", "libnvoptix", "libnvrm", "nvcuda", "nvml")
"""How the driver's own files begin, which come with no wheel."""

JETSON = ("libnvbuf", "libnvdla", "libnvcudla", "libnvos", "libnvmm", "libnvmedia", "libnvds", "libcudla")
"""How files of a Jetson's system (L4T) begin, which its containers get from the host."""

SYSTEM = {
    "libGL": ("OpenGL", "libgl1"),
    "libEGL": ("OpenGL", "libegl1"),
    "libX": ("the X Window System", "libxext6 libxrender1"),
    "libSM": ("the X Window System", "libsm6"),
    "libasound": ("ALSA", "libasound2"),
    "libespeak": ("espeak-ng", "espeak-ng"),
    "libffi": ("libffi", "libffi-dev"),
    "libgfortran": ("GNU Fortran", "libgfortran5"),
    "libglib-2.0": ("GLib", "libglib2.0-0"),
    "libgthread-2.0": ("GLib", "libglib2.0-0"),
    "libgomp": ("GNU OpenMP", "libgomp1"),
    "libjemalloc": ("jemalloc", "libjemalloc2"),
    "libmagic": ("file's", "libmagic1"),
    "libmpi": ("Open MPI", "libopenmpi-dev"),
    "libnuma": ("libnuma", "libnuma1"),
    "libopenblas": ("OpenBLAS", "libopenblas0"),
    "libportaudio": ("PortAudio", "libportaudio2"),
    "libpulse": ("PulseAudio", "libpulse0"),
    "librdmacm": ("RDMA", "librdmacm1"),
    "libibverbs": ("RDMA", "libibverbs1"),
    "librubberband": ("Rubber Band", "librubberband2"),
    "libsndfile": ("libsndfile", "libsndfile1"),
    "libsox": ("SoX", "libsox-dev"),
    "libtbb": ("oneTBB", "libtbb12"),
    "libtcmalloc": ("gperftools", "google-perftools"),
}
"""Of the system's packages that speech software opens: what it is, and Debian's package, by how the file's name begins."""


def distribution(module: str) -> str:
    """Return the distribution that has `module`, "" where that is not known."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((DISTRIBUTIONS[name] for name in names if name in DISTRIBUTIONS), "")


def asked(module: str, name: str = "") -> str:
    """Return the releases that have `name` in `module`, or in a class, "" where that is not known."""
    return RELEASES.get(f"{module}.{name}".rstrip("."), "")


def family(library: str) -> tuple[Family, int] | None:
    """Return NVIDIA's family that the file `library` belongs to, and its major version; None where it is none of NVIDIA's."""
    parts = library_parts(re.sub(r"(\.so\.\d+)[.\d]*$", r"\1", library)) or (library.partition(".so")[0], -1)
    stem = parts[0].partition(".alt")[0]
    families = (*FAMILIES.values(), *FURTHER)
    wider = {"npp": "libnpp", "tensorrt": "libnvinfer"}  # of which the catalog names the few that are opened
    found = next((one for one in families if belongs(one, stem) or stem.startswith(wider.get(one.name, "/"))), None)
    return (found, parts[1]) if found else None


def wheel(library: str, cuda: int = 0) -> str:
    """Return the requirement of the wheel that has `library` (``libcublas.so.12``), "" where that is not known for certain.

    :param cuda: the major version of CUDA that the environment is for, 0 where that is not known.
    """
    found = family(library)
    if not found:
        return ""
    having = [one for one in found[0].wheels if found[1] in one.majors]
    fitting = [one for one in having if one.cuda == cuda] or (having if len(having) == 1 else [])
    if not fitting and found[1] == 8:  # cuDNN 8 for CUDA 13 there is none
        fitting = [one for one in having if one.cuda == 12]
    if not fitting:
        return ""
    return fitting[0].name + (f"=={found[1]}.*" if found[1] != max(fitting[0].majors) else "")


def wheels(library: str) -> tuple[str, ...]:
    """Return every wheel of which it is known that some release has `library`."""
    found = family(library)
    return tuple(one.name for one in found[0].wheels if found[1] in one.majors) if found else ()


def by_cuda(library: str) -> str:
    """Return the wheels that have `library`, each with its CUDA, in words."""
    found = family(library)
    having = [one for one in found[0].wheels if found[1] in one.majors] if found else []
    return ", ".join(f"{one.name} for CUDA {one.cuda}" for one in having)
