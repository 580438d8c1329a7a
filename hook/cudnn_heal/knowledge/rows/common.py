"""What rows of several chapters advise."""

from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Told

TORCHCODEC = (
    "The torchcodec made for this torch: 0.2 for 2.6, 0.5 for 2.7, 0.7 for 2.8, 0.9 for 2.9, 0.10 for 2.10, 0.12 and later for"
    " 2.11 and later"
)
WHICH_FITS = {
    "torchaudio": "The torchaudio of this torch's own number, which is made for it (2.8 for 2.8; 2.11 is the last)",
    "torchcodec": TORCHCODEC,
    "torchvision": "The torchvision made for this torch: 0.23 for 2.8, 0.24 for 2.9, 0.25 for 2.10",
}
"""Which release of what is made for one of torch fits, where torch's is not known; `releases` knows the others."""
PATH = Advice("unset", "Where an entry of LD_LIBRARY_PATH leads to another release, take it out", variable="LD_LIBRARY_PATH")
WHICH_TORCH = Advice(
    "run", "See which torch this is", command='{python} -c "import torch; print(torch.__version__, torch.version.cuda)"'
)
DOCTOR = Advice("call", "See what is wrong in this environment", flags=("--doctor",))
CAPABILITY = Advice("run", "The GPU's compute capability", command="nvidia-smi --query-gpu=name,compute_cap --format=csv")
NO_GPU = Advice("say", "In a container: start it with `--gpus all`, and NVIDIA_DRIVER_CAPABILITIES must have `compute`")
GPU_BUILD = (
    "onnxruntime-gpu alone, with onnxruntime uninstalled: 1.20 to 1.26 (`onnxruntime-gpu<1.27`) for CUDA 12's wheels, 1.28 and"
    " later for CUDA 13's"
)
VC_ADDRESS = "https://aka.ms/vs/17/release/vc_redist.x64.exe"
VC_RUNTIME = f"Microsoft's Visual C++ redistributable (x64): {VC_ADDRESS}"
PACKED = (
    "[PYI-",
    "pyimod0",
    "Failedtoexecutescript",
    "StandaloneFaster-Whisper",
    "Faster-Whisper-XXL",
    "faster-whisper-xxl",
    "whisper-faster",
    "\\_internal\\",
    "_MEI",
    "Purfview",
)
"""What packed programs say of themselves, without white space."""


def fixes(*wanted: Advice | str) -> tuple[Advice, ...]:
    """Return what to do; what is but said stands as its text."""
    return tuple(Advice("say", one) if isinstance(one, str) else one for one in wanted)


def said(cause: str, *ways: Advice | str) -> Told:
    """Return what is said; a way out that is but said stands as its text, and one that is "" is left out."""
    return Told(cause, fixes(*(one for one in ways if one)))
