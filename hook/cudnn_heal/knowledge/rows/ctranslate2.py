"""ctranslate2's own."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import PACKED, fixes

ROWS = (
    Row(
        id="ctranslate2-ptx",
        seen=("crash",),
        pattern=r"parallel_for failed: cudaErrorUnsupportedPtxVersion|CUDA failed with error the provided PTX was compiled with an"
        r" unsupported toolchain",
        when=(
            "ctranslate2>=4.6.3 & @capability>=9.0 & @driver<570",
            "ctranslate2>=4.6.1,<4.6.3 & @capability>=9.0 & @driver<550",
        ),
        cause="ctranslate2's wheels have compiled code for GPUs up to compute capability 8.9; for newer ones (Hopper, Blackwell)"
        " the driver compiles it, and this driver is too old for the source in the wheel: 4.6.3 and later need a driver for"
        " CUDA 12.8 (570 or later), 4.6.1 and 4.6.2 one for CUDA 12.4 (550 or later).",
        fixes=fixes(
            "Update the driver (on the host, where this was seen in a container)",
            Advice(
                "add",
                "Or, with a driver of 550 or later, the ctranslate2 before that, with cuDNN",
                requirements=("ctranslate2==4.6.2", "nvidia-cudnn-cu12==9.*", "nvidia-cublas-cu12"),
                only=("ctranslate2>=4.6.3",),
                unless=("@driver<550", "nvidia-cudnn-cu13"),
            ),
            Advice(
                "add",
                "Or, with a driver of 550 or later, the ctranslate2 before that",
                requirements=("ctranslate2==4.6.2", "nvidia-cublas-cu12"),
                only=("ctranslate2>=4.6.3", "nvidia-cudnn-cu13"),
                unless=("@driver<550",),
            ),
            Advice("heal", "which cudnn-heal then links", only=("ctranslate2>=4.6.3",), unless=("@driver<550",)),
        ),
        reference=("ct2#1978", "measured"),
        example="RuntimeError: parallel_for failed: cudaErrorUnsupportedPtxVersion: the provided PTX was compiled with an"
        " unsupported toolchain.",
    ),
    Row(
        id="ctranslate2-align-t4",
        seen=("gpu",),
        when=("ctranslate2==4.8.0 & @capability==7.5",),
        cause="align() of ctranslate2 4.8.0, with which words are timed, fails on GPUs of compute capability 7.5 (T4, RTX 20xx).",
        fixes=(Advice("add", "Upgrade", requirements=("ctranslate2>=4.8.1",)),),
        reference=("measured",),
    ),
    Row(
        id="ctranslate2-align-zero",
        seen=("gpu",),
        pattern=r"Floating point exception|signal SIGFPE|[Ee]xit(?:ed)? (?:with)? (?:status|code)?:? 136(?!\d)|status=8/FPE",
        when=("ctranslate2<4.8.1 & faster-whisper",),
        cause="align() of ctranslate2 before 4.8.1, with which words are timed (word_timestamps=True), divides by zero where a"
        " window of the sound has no frames, and ends the process.",
        fixes=fixes(
            Advice(
                "add",
                "Upgrade (on a GPU of compute capability 9.0 or later this needs driver 570)",
                requirements=("ctranslate2>=4.8.1", "nvidia-cublas-cu12"),
            ),
            "Or do without word timestamps: word_timestamps=False",
        ),
        reference=("fw#1342", "fw#339", "ct2#2065"),
        example="INFO:faster_whisper:Processing audio with duration 00:33.840\nFloating point exception (core dumped)",
        beside=("faster_whisper", "faster-whisper", "ctranslate2", "whisper"),
        kind="warning",
    ),
    Row(
        id="executable-stack",
        seen=("install",),
        pattern=r"libctranslate2[\w+.-]{2,80}: cannot enable executable stack as shared object requires"
        r"|(?<![\w.]:)cannot enable executable stack as shared object requires",
        cause="This library asks for an executable stack, and glibc 2.41 and later refuse that. ctranslate2 4.4 and 4.5 ask for"
        " it, 4.6 and later do not.",
        when=("ctranslate2>=4.4,<4.6 & @glibc>=2.41",),
        fixes=(
            Advice("add", "Upgrade", requirements=("ctranslate2>=4.6",)),
            Advice(
                "add",
                "WhisperX 3.3 to 3.4 hold ctranslate2 below 4.5; 3.5 and later do not",
                requirements=("whisperx>=3.5",),
                only=("whisperx<3.5",),
            ),
            Advice(
                "run",
                "Or clear the mark in the installed file",
                command="patchelf --clear-execstack {libs}/libctranslate2-*",
                only=("ctranslate2<4.6",),
            ),
        ),
        reference=("ct2#1849", "wx#1038", "measured"),
        example="ImportError: libctranslate2-bc15bf3f.so.4.5.0: cannot enable executable stack as shared object requires: Invalid"
        " argument",
        applies=("ctranslate2<4.6",),
        follows=("executable-stack-other",),
    ),
    Row(
        id="not-compiled-with-cuda",
        seen=("cpu",),
        pattern=r"This CTranslate2 package was not compiled with CUDA support",
        cause="This ctranslate2 is built without CUDA: the wheels for macOS and for aarch64 (Jetson, Grace, DGX Spark) are, and some"
        " distributions' packages.",
        fixes=fixes(
            'Run on the CPU: device="cpu", compute_type="int8"',
            "A packed program (Subtitle Edit's WhisperX and its kin): its edition for CUDA, in place of the one for the CPU",
            "Or build ctranslate2 from source with -DWITH_CUDA=ON; there is no such wheel on PyPI",
            "NixOS builds without CUDA unless told: `nixpkgs.config.cudaSupport = true` (and allowUnfree), or an override of ctranslate2 with `withCUDA = true`",
        ),
        reference=("ct2#1908", "meizhong986/WhisperJAV#110", "NixOS/nixpkgs#363601", "SubtitleEdit/subtitleedit#15206"),
        example="ValueError: This CTranslate2 package was not compiled with CUDA support",
    ),
    Row(
        id="conv1d-without-cudnn",
        seen=("gpu",),
        pattern=r"Conv1D on GPU currently requires the cuDNN library",
        cause="This ctranslate2 was built from source with CUDA, and without cuDNN, before that was possible (4.6.3 and later"
        " wheels are built without).",
        fixes=fixes(
            Advice("add", "Take the wheel", requirements=("ctranslate2>=4.6.3", "nvidia-cublas-cu12")),
            "Or build it again with -DWITH_CUDNN=ON",
        ),
        reference=("ct2#1963",),
        example="RuntimeError: Conv1D on GPU currently requires the cuDNN library which is not integrated in this build",
    ),
    Row(
        id="ctranslate2-rocm-folder",
        seen=("windows", "module"),
        pattern=r"ctranslate2[/\\]{1,4}\.\.[/\\]{1,4}_rocm_sdk_(?:core|libraries_custom)[/\\]{1,4}bin|add_dll_directory\(f\"\{package_dir\}/\.\./_rocm_sdk",
        cause="ctranslate2 4.7.0 for Windows names folders of AMD's ROCm while it is imported, and fails where they are not there, on machines with NVIDIA GPUs too. 4.7.1 does without.",
        fixes=fixes(
            Advice("add", "The release that mends it, or a later one", requirements=("ctranslate2>=4.7.1",)),
        ),
        reference=("OpenNMT/CTranslate2#2005", "measured"),
        when=("ctranslate2==4.7.0",),
        example="FileNotFoundError: [WinError 3] The system cannot find the path specified: 'C:\\\\venv\\\\Lib\\\\site-packages\\\\ctranslate2/../_rocm_sdk_core/bin'",
    ),
    Row(
        id="ctranslate2-rocm-device",
        seen=("gpu",),
        pattern=r"no ROCm-capable device is detected",
        cause="This is a build for AMD's GPUs (ROCm, HIP), and it finds none that it can use: the GPU is not among those that this ROCm supports, is hidden (HIP_VISIBLE_DEVICES), or the processor's own graphics is counted first; in a container its devices are not handed in.",
        fixes=fixes(
            "With graphics in the processor as well: HIP_VISIBLE_DEVICES with the number of the card (0, or 1, or 2), in the program's environment",
            "Linux, in a container: `--device /dev/kfd --device /dev/dri --group-add video --group-add render`; the user in the groups `render` and `video`",
            "AMD's support matrix tells whether this ROCm, on this system, knows the GPU; on Windows many do not; whisper.cpp's build for Vulkan runs on nearly all",
            "With an NVIDIA GPU: the build for CUDA (PyPI's ctranslate2 and torch)",
        ),
        reference=(
            "TransWithAI/Faster-Whisper-TransWithAI-ChickenRice#41",
            "arlo-phoenix/CTranslate2-rocm#11",
            "https://rocm.docs.amd.com/projects/install-on-linux/en/latest/reference/system-requirements.html",
        ),
        example="RuntimeError: CUDA failed with error no ROCm-capable device is detected",
    ),
    Row(
        id="ctranslate2-gpus-differ",
        seen=("gpu",),
        pattern=r"Cannot use multiple GPUs with different Compute Capabilities for the same model",
        cause="ctranslate2 (faster-whisper) was given several GPUs for one model (`device_index=[0, 1]`), and they are of different kinds, which it does not mix.",
        fixes=fixes(
            "One GPU: `device_index=0`; or those that are alike",
            "All of them: a model, in a process of its own, for each GPU (CUDA_VISIBLE_DEVICES)",
        ),
        reference=("https://opennmt.net/CTranslate2/parallel.html",),
        example="ValueError: Cannot use multiple GPUs with different Compute Capabilities for the same model",
    ),
    Row(
        id="compute-type",
        seen=("cpu",),
        pattern=r"Requested (?P<type>\w{3,16}) compute type, but the target device or backend do not support efficient \w{3,16}"
        r" computation",
        cause="{type} is asked for, and this device computes it only slowly, so ctranslate2 refuses: float16 needs a GPU of"
        " compute capability 7.0 or later (with tensor cores), and no CPU has it; bfloat16 needs 8.0.",
        fixes=fixes(
            'On the CPU: compute_type="int8", or "float32" (WhisperX: `--compute_type int8`)',
            'On an older GPU: compute_type="float32", which every one has; or "int8_float32", with less memory, from compute capability 6.1 on (GTX 10xx; not 7xx, 9xx)',
            Advice(
                "run",
                'If a GPU was meant: device="cuda" must be passed too; ctranslate2 tells what a device can',
                command="{python} -c \"import ctranslate2; print(ctranslate2.get_supported_compute_types('cuda'))\"",
            ),
        ),
        reference=("wx#878", "wx#1143"),
        example="ValueError: Requested float16 compute type, but the target device or backend do not support efficient float16"
        " computation.",
    ),
    Row(
        id="no-kernel-ctranslate2-packed",
        seen=("gpu", "windows"),
        pattern=r"parallel_for failed: cud\w{1,3}ErrorNoKernelImageForDevice|CUDA failed with error no kernel image is available",
        beside=PACKED,
        cause="The ctranslate2 that this packed program brings has no code for this GPU: the GPU is older than its targets (GTX 9xx and 10xx with newer releases), or came out after it. What pip installs does not reach it.",
        fixes=fixes(
            "A new GPU: a newer release of the program",
            "An old GPU: an older release of the program, or `--device cpu`",
            "Or faster-whisper as a Python package, where ctranslate2 can be chosen, or built for the GPU",
        ),
        reference=("Purfview/whisper-standalone-win#314",),
        example="RuntimeError: parallel_for failed: cudaErrorNoKernelImageForDevice: no kernel image is available for execution on the device\n[45748] Failed to execute script '__main__' due to unhandled exception!",
    ),
    Row(
        id="no-kernel-ctranslate2",
        seen=("gpu",),
        pattern=r"parallel_for failed: cud\w{1,3}ErrorNoKernelImageForDevice|CUDA failed with error no kernel image is available",
        cause="ctranslate2's wheel has no code for this GPU: its architecture is older than the wheel's targets (Pascal and"
        " before), or, with an old wheel, newer.",
        fixes=fixes(
            Advice(
                "add",
                "A new GPU (Blackwell): upgrade, with driver 570 or later",
                requirements=("ctranslate2>=4.7",),
                unless=("@driver<570",),
            ),
            Advice(
                "say",
                "The driver here is too old for the ctranslate2 that knows new GPUs: update it first",
                only=("@driver<570",),
            ),
            'An old one: run on the CPU (device="cpu", compute_type="int8"), or build ctranslate2 from source with -DCUDA_ARCH_LIST for it',
        ),
        reference=("fw#806", "wx#794", "ct2#1766"),
        example="RuntimeError: parallel_for failed: cudaErrorNoKernelImageForDevice: no kernel image is available for execution on"
        " the device",
        follows=("no-kernel-ctranslate2-packed",),
    ),
)
