"""The problems that people meet: data.  Root causes come before what follows from them.

A new problem is a new row, and a text in ``tests/knowledge/corpus/known.txt``; ``python -m cudnn_heal.knowledge`` writes
docs/messages.md anew.  What nobody has established is said to be unknown.
"""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.knowledge.model import Fix, Row

GPU_BUILD = "and install the one for the GPU again: 'onnxruntime-gpu>=1.20,<1.27' for CUDA 12, '>=1.28' for CUDA 13"

MACHINE = (
    Row(
        id="docker-no-toolkit",
        pattern=r"could not select device driver [\"'\\]{0,3}\w{0,12}[\"'\\]{0,3} with capabilities: \[\[",
        cause="Docker was asked for a GPU and has no NVIDIA runtime: the NVIDIA Container Toolkit is missing, or Docker was not"
        " restarted after it was set up.",
        fixes=(
            Fix("Install the NVIDIA Container Toolkit on the host, as NVIDIA's installation guide says"),
            Fix(
                "Then, on the host",
                command="sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker",
            ),
            Fix("Check it", command="docker run --rm --gpus all ubuntu nvidia-smi"),
        ),
        reference=(
            "basujindal/stable-diffusion#217",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
        ),
        example='docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].',
    ),
    Row(
        id="container-no-driver",
        pattern=r"nvidia-container-cli: initialization error: load library failed: libnvidia-ml\.so\.1",
        cause="The NVIDIA Container Toolkit finds no NVIDIA driver on the machine on which Docker's daemon runs. Docker Desktop"
        " for Linux and Docker from a snap run it where the host's driver is not.",
        fixes=(
            Fix("On the host, this must work first", command="nvidia-smi"),
            Fix("With Docker Desktop for Linux, or Docker from a snap: use Docker Engine from Docker's own packages"),
        ),
        reference=("docker/for-win#13835", "NVIDIA/nvidia-container-toolkit#154"),
        example="nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object"
        " file: no such file or directory: unknown",
    ),
    Row(
        id="driver-mismatch",
        pattern=r"(?:[Dd]river/library version mismatch)",
        cause="The driver's libraries were updated, and the kernel still runs the old module.",
        fixes=(Fix("Restart the machine (the host, where this was seen in a container)"),),
        reference=("NVIDIA/nvidia-container-toolkit#394", "NVIDIA/nvidia-docker#1245"),
        example="Failed to initialize NVML: Driver/library version mismatch",
    ),
    Row(
        id="container-lost-gpu",
        pattern=r"Failed to initialize NVML: Unknown Error",
        cause="A running container lost its GPU: systemd took the devices away from it, as `systemctl daemon-reload` on the host"
        " does.",
        fixes=(
            Fix("Restart the container"),
            Fix(
                "To keep it: name the devices yourself (--device /dev/nvidia0 --device /dev/nvidiactl --device /dev/nvidia-uvm),"
                " or use Docker's cgroupfs driver"
            ),
        ),
        reference=("NVIDIA/nvidia-docker#1671", "NVIDIA/nvidia-container-toolkit#251"),
        example="Failed to initialize NVML: Unknown Error",
    ),
    Row(
        id="forward-compatibility",
        pattern=r"forward compatibility was attempted on non supported HW",
        cause="The image brings a CUDA driver library newer than the host's driver, which only data-center GPUs accept; or the"
        " host's driver was updated without a restart.",
        fixes=(
            Fix("Restart the host if its driver was just updated"),
            Fix("Else update the host's driver, or take an image for a CUDA version that `nvidia-smi` on the host shows"),
        ),
        reference=("ort#21435", "oobabooga/textgen#4407"),
        example="Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling NumCudaDevices() that"
        " might have already set an error? Error 804: forward compatibility was attempted on non supported HW",
    ),
    Row(
        id="driver-unknown-error",
        pattern=r"CUDA unknown error - this may be due to an incorrectly set up environment|CUDA failed with error unknown error",
        cause="The driver did not initialize. Seen after the machine was suspended, and where /dev/nvidia-uvm is missing; other"
        " causes are possible.",
        fixes=(
            Fix("After a suspend (stop what uses the GPU first)", command="sudo rmmod nvidia_uvm && sudo modprobe nvidia_uvm"),
            Fix("Where /dev/nvidia-uvm is missing", command="sudo nvidia-modprobe -u -c=0"),
            Fix("Else restart the machine"),
        ),
        reference=("torch#88639", "mkiol/dsnote#111"),
        example="UserWarning: CUDA initialization: CUDA unknown error - this may be due to an incorrectly set up environment,"
        " e.g. changing env variable CUDA_VISIBLE_DEVICES after program start. Setting the available devices to be zero.",
    ),
    Row(
        id="driver-missing-or-old",
        pattern=r"CUDA driver version is insufficient for CUDA runtime version|cudaErrorInsufficientDriver"
        r"|CUDA failure 35:",
        cause="Either there is no driver here at all (a container that was started without the GPU says the same), or it is too"
        " old: ctranslate2 4 needs a driver for CUDA 12 (525 or later), ctranslate2 3 one for CUDA 11.",
        fixes=(
            Fix("See which of the two", command="nvidia-smi"),
            Fix(
                "It is not found, in a container: start that with `--gpus all` (Compose: `deploy.resources.reservations.devices`;"
                " Unraid: `--runtime=nvidia` and NVIDIA_VISIBLE_DEVICES=all)"
            ),
            Fix("It is not found, on the host: install NVIDIA's driver"),
            Fix("It shows a `CUDA Version` below 12: update the driver"),
            Fix('Or run on the CPU: device="cpu", compute_type="int8"'),
        ),
        reference=("ct2#1988", "fw#1229", "fw#734"),
        example="RuntimeError: CUDA failed with error CUDA driver version is insufficient for CUDA runtime version",
    ),
    Row(
        id="torch-driver-too-old",
        pattern=r"The NVIDIA driver on your system is too old \(found version \d{4,6}\)",
        cause="This torch is built for a newer CUDA than the driver can run (the message's number is the driver's: 12080 is CUDA 12.8)."
        " PyPI's torch is built for CUDA 13 from 2.11 on, which needs driver 580 or later.",
        when=("@cuda==13 & @driver<580", "@cuda==12 & @driver<525"),
        fixes=(
            Fix("Update the driver"),
            Fix(
                "Or take the torch that is built for the driver's CUDA (choose it on https://pytorch.org/get-started/locally/;"
                " uv: `--torch-backend=auto`)"
            ),
        ),
        reference=("modelscope/FunASR#2973",),
        example="RuntimeError: The NVIDIA driver on your system is too old (found version 12080). Please update your GPU driver by"
        " downloading and installing a new version from the URL: http://www.nvidia.com/Download/index.aspx",
    ),
    Row(
        id="torch-no-driver",
        pattern=r"Found no NVIDIA driver on your system",
        cause="torch was asked for a GPU and finds no NVIDIA driver: none is installed, or the container was started without"
        " the GPU.",
        fixes=(
            Fix("This must work first", command="nvidia-smi"),
            Fix("In a container: start it with `--gpus all`"),
            Fix('Or run on the CPU: device="cpu"'),
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",),
        example="RuntimeError: Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a"
        " driver from http://www.nvidia.com/Download/index.aspx",
    ),
    Row(
        id="libcuda-missing",
        pattern=r"(?<![\w.])libcuda\.so\.1: cannot open shared object file",
        cause="libcuda.so.1 is part of NVIDIA's driver, and comes with no wheel: there is no driver here, or the container was"
        " started without the GPU.",
        fixes=(
            Fix("This must work first", command="nvidia-smi"),
            Fix("In a container: start it with `--gpus all`, and NVIDIA_DRIVER_CAPABILITIES must have `compute` (or `all`)"),
            Fix(
                "On WSL: the driver for Windows brings it, in /usr/lib/wsl/lib; to have it found",
                command="echo /usr/lib/wsl/lib | sudo tee /etc/ld.so.conf.d/ld.wsl.conf && sudo ldconfig",
            ),
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",),
        example="Failed to load library libonnxruntime_providers_cuda.so with error: libcuda.so.1: cannot open shared object"
        " file: No such file or directory",
    ),
    Row(
        id="no-device",
        pattern=r"no CUDA-capable device is detected|cudaErrorNoDevice|CUDA failure 100:",
        cause="The driver's library is here, and no GPU is exposed to this process: CUDA_VISIBLE_DEVICES hides it, or the container"
        " has none.",
        fixes=(
            Fix(
                "Look what is set, and what the driver sees",
                command='echo "[$CUDA_VISIBLE_DEVICES] [$NVIDIA_VISIBLE_DEVICES]"; nvidia-smi -L',
            ),
            Fix("An empty CUDA_VISIBLE_DEVICES, or -1, hides all GPUs", command="unset CUDA_VISIBLE_DEVICES"),
            Fix("In a container: start it with `--gpus all`, or NVIDIA_VISIBLE_DEVICES=all under NVIDIA's runtime"),
        ),
        reference=("ct2#1933",),
        example="RuntimeError: CUDA failed with error no CUDA-capable device is detected",
    ),
    Row(
        id="illegal-instruction",
        pattern=r"Illegal instruction|signal SIGILL|code=dumped, status=4/ILL",
        cause="The processor lacks an instruction that a library uses: the wheels of torch, onnxruntime and ctranslate2 are"
        " for processors with AVX (ctranslate2's maintainers name it a requirement of faster-whisper's). Virtual machines can"
        " hide it.",
        fixes=(
            Fix("See whether the processor has it; no output means no", command="grep -o -w -m1 avx2 /proc/cpuinfo"),
            Fix("In a virtual machine: give it the host's processor type (QEMU: `-cpu host`)"),
        ),
        reference=("OHF-Voice/wyoming-faster-whisper#21", "fw#1350"),
        example="/run.sh: line 5:     7 Illegal instruction     (core dumped) python3 -m wyoming_faster_whisper",
    ),
    Row(
        id="wsl-libcuda",
        pattern=r"Could not load library libcudnn_\w{2,40}\.so\.\d{1,2}\.? Error: libcuda\.so: cannot open shared object file"
        r"|(?<![\w./])libcuda\.so: cannot open shared object file",
        cause="cuDNN is found; the driver's library under the name libcuda.so is not. On WSL it lies in /usr/lib/wsl/lib, which"
        " is not on the loader's path here (or only libcuda.so.1 is known to it).",
        fixes=(
            Fix("On WSL", command="echo /usr/lib/wsl/lib | sudo tee /etc/ld.so.conf.d/ld.wsl.conf && sudo ldconfig"),
            Fix("ldconfig's remark that libcuda.so.1 is not a symbolic link does no harm"),
            Fix("Or for one shell", command="export LD_LIBRARY_PATH=/usr/lib/wsl/lib:$LD_LIBRARY_PATH"),
        ),
        reference=("wsl#8587", "wsl#5663", "facebookresearch/nougat#105"),
        example="Could not load library libcudnn_cnn_infer.so.8. Error: libcuda.so: cannot open shared object file: No such file"
        " or directory",
    ),
    Row(
        id="triton-libcuda",
        pattern=r"libcuda\.so cannot found!",
        cause="triton asks ldconfig for libcuda.so.1, and it does not know one: on WSL /usr/lib/wsl/lib is not in its"
        " configuration; elsewhere there is no driver.",
        fixes=(
            Fix("On WSL", command="echo /usr/lib/wsl/lib | sudo tee /etc/ld.so.conf.d/ld.wsl.conf && sudo ldconfig"),
            Fix("Where root is not to be had (triton reads it)", command="export TRITON_LIBCUDA_PATH=/usr/lib/wsl/lib"),
            Fix("In a container without the GPU: start it with `--gpus all`"),
        ),
        reference=("jianfch/stable-ts#259", "wsl#8587"),
        example="AssertionError: libcuda.so cannot found!",
    ),
)

CTRANSLATE2 = (
    Row(
        id="cudnn-incomplete",
        pattern=r"(?<![\w.])libcudnn_engines_tensor_ir\.so\.9: cannot open shared object file"
        r"|Unable to load any of \{ ?libcudnn_engines_tensor_ir\.so",
        when=(
            "nvidia-cudnn-cu12==9.20.0.48 & !file:nvidia/cudnn/lib/libcudnn_engines_tensor_ir.so.9",
            "nvidia-cudnn-cu13==9.20.0.48 & !file:nvidia/cudnn/lib/libcudnn_engines_tensor_ir.so.9",
        ),
        cause="The wheels nvidia-cudnn-cu12 and nvidia-cudnn-cu13 9.20.0.48 lack libcudnn_engines_tensor_ir.so.9, which their own"
        " libcudnn_graph opens. A copy of another release on the system is taken instead, or none is found.",
        fixes=(
            Fix("Take a whole release", install=("nvidia-cudnn-cu12>=9.21,<10",), only=("nvidia-cudnn-cu12==9.20.0.48",)),
            Fix("Take a whole release", install=("nvidia-cudnn-cu13>=9.21,<10",), only=("nvidia-cudnn-cu13==9.20.0.48",)),
        ),
        reference=("torch#188892", "torch#187824", "torch#185512", "measured"),
        example="Unable to load any of {libcudnn_engines_tensor_ir.so.9.20.0, libcudnn_engines_tensor_ir.so.9.20,"
        " libcudnn_engines_tensor_ir.so.9, libcudnn_engines_tensor_ir.so}",
    ),
    Row(
        id="ctranslate2-ptx",
        pattern=r"parallel_for failed: cudaErrorUnsupportedPtxVersion|CUDA failed with error the provided PTX was compiled with an"
        r" unsupported toolchain",
        when=(
            "ctranslate2>=4.6.3 & @capability>=9.0 & @driver<570",
            "ctranslate2>=4.6.1,<4.6.3 & @capability>=9.0 & @driver<550",
        ),
        cause="ctranslate2's wheels have compiled code for GPUs up to compute capability 8.9; for newer ones (Hopper, Blackwell)"
        " the driver compiles it, and this driver is too old for the source in the wheel: 4.6.3 and later need a driver for"
        " CUDA 12.8 (570 or later), 4.6.1 and 4.6.2 one for CUDA 12.4 (550 or later).",
        fixes=(
            Fix("Update the driver (on the host, where this was seen in a container)"),
            Fix(
                "Or, with a driver of 550 or later, the ctranslate2 before that, with cuDNN",
                install=("ctranslate2==4.6.2", "nvidia-cudnn-cu12==9.*", "nvidia-cublas-cu12"),
                only=("ctranslate2>=4.6.3",),
                unless=("@driver<550", "nvidia-cudnn-cu13"),
            ),
            Fix(
                "Or, with a driver of 550 or later, the ctranslate2 before that",
                install=("ctranslate2==4.6.2", "nvidia-cublas-cu12"),
                only=("ctranslate2>=4.6.3", "nvidia-cudnn-cu13"),
                unless=("@driver<550",),
            ),
            Fix("which cudnn-heal then links", heal=True, only=("ctranslate2>=4.6.3",), unless=("@driver<550",)),
        ),
        reference=("ct2#1978", "measured"),
        example="RuntimeError: parallel_for failed: cudaErrorUnsupportedPtxVersion: the provided PTX was compiled with an"
        " unsupported toolchain.",
    ),
    Row(
        id="ctranslate2-align-t4",
        when=("ctranslate2==4.8.0 & @capability==7.5",),
        cause="align() of ctranslate2 4.8.0, with which words are timed, fails on GPUs of compute capability 7.5 (T4, RTX 20xx).",
        fixes=(Fix("Upgrade", install=("ctranslate2>=4.8.1",)),),
        reference=("measured",),
    ),
    Row(
        id="ctranslate2-align-zero",
        pattern=r"Floating point exception|signal SIGFPE|[Ee]xit(?:ed)? (?:with)? (?:status|code)?:? 136(?!\d)|status=8/FPE",
        when=("ctranslate2<4.8.1 & faster-whisper",),
        cause="align() of ctranslate2 before 4.8.1, with which words are timed (word_timestamps=True), divides by zero where a"
        " window of the sound has no frames, and ends the process.",
        fixes=(
            Fix(
                "Upgrade (on a GPU of compute capability 9.0 or later this needs driver 570)",
                install=("ctranslate2>=4.8.1", "nvidia-cublas-cu12"),
                unless=("@driver<570",),
            ),
            Fix("Or do without times of words: word_timestamps=False"),
        ),
        reference=("fw#1342", "fw#339", "ct2#2065"),
        example="INFO:faster_whisper:Processing audio with duration 00:33.840\nFloating point exception (core dumped)",
        beside=("faster_whisper", "faster-whisper", "ctranslate2", "whisper"),
        kind="warning",
    ),
    Row(
        id="executable-stack",
        pattern=r"(?P<library>lib[\w.+-]{2,80}): cannot enable executable stack as shared object requires"
        r"|cannot enable executable stack as shared object requires",
        cause="This library asks for an executable stack, and glibc 2.41 and later refuse that. ctranslate2 4.4 and 4.5 ask for"
        " it, 4.6 and later do not.",
        when=("ctranslate2>=4.4,<4.6 & @glibc>=2.41",),
        fixes=(
            Fix("Upgrade", install=("ctranslate2>=4.6",)),
            Fix(
                "WhisperX 3.3 to 3.4 hold ctranslate2 below 4.5; 3.5 and later do not",
                install=("whisperx>=3.5",),
                only=("whisperx<3.5",),
            ),
            Fix(
                "Or clear the mark in the installed file",
                command="patchelf --clear-execstack {libs}/libctranslate2-*",
                only=("ctranslate2<4.6",),
            ),
        ),
        reference=("ct2#1849", "wx#1038", "measured"),
        example="ImportError: libctranslate2-bc15bf3f.so.4.5.0: cannot enable executable stack as shared object requires: Invalid"
        " argument",
        applies=("ctranslate2<4.6",),
    ),
    Row(
        id="cudnn-sub-libraries",
        pattern=r"Unable to load any of \{ ?libcudnn_\w{2,40}\.so|Cannot load symbol cudnn\w{2,60}",
        cause="A copy of cuDNN's library does not find its sub-libraries, and ends the process. Up to 4.6.2, ctranslate2's wheel"
        " carries such a copy, cut off from the rest; 4.6.3 and later need no cuDNN.",
        fixes=(
            Fix("Let cudnn-heal link them", heal=True),
            Fix(
                "cuDNN must be installed",
                install=("nvidia-cudnn-cu12==9.*",),
                only=("!nvidia-cudnn-cu12", "!nvidia-cudnn-cu13"),
            ),
            Fix("Or upgrade; it needs cuBLAS all the same", install=("ctranslate2>=4.6.3", "nvidia-cublas-cu12")),
        ),
        reference=("ct2#1826", "fw#1182", "QuentinFuxa/WhisperLiveKit#271", "linuxserver/docker-faster-whisper#42", "measured"),
        example="Unable to load any of {libcudnn_ops.so.9.1.0, libcudnn_ops.so.9.1, libcudnn_ops.so.9, libcudnn_ops.so}\n"
        "Invalid handle. Cannot load symbol cudnnCreateTensorDescriptor\nAborted (core dumped)",
        part=("ctranslate2", "cudnn"),
        follows=("cudnn-incomplete",),
    ),
    Row(
        id="cudnn-8-missing",
        pattern=r"Could not load library libcudnn_(?:ops|cnn|adv)_(?:infer|train)\.so\.8(?!\.? Error: libcuda\.so:)"
        r"|libcudnn_(?:ops|cnn|adv)_(?:infer|train)\.so\.8: cannot open shared object file",
        cause="The program is built for cuDNN 8 (ctranslate2 4.0 to 4.4, and torch up to 2.3) and does not find it: cuDNN 9 is"
        " installed, or none, or none where the loader looks.",
        fixes=(
            Fix("With ctranslate2 4.5 and later, which are for cuDNN 9", install=("ctranslate2>=4.6.3", "nvidia-cublas-cu12")),
            Fix(
                "WhisperX 3.3 to 3.4 hold ctranslate2 below 4.5; 3.5 and later do not",
                install=("whisperx>=3.5",),
                only=("whisperx<3.5",),
            ),
            Fix(
                "Or stay, with cuDNN 8 (torch 2.4 and later need 9: not beside it)",
                install=("nvidia-cudnn-cu12==8.*",),
                unless=("torch>=2.4",),
            ),
            Fix("which cudnn-heal then links", heal=True, unless=("torch>=2.4",)),
        ),
        reference=("fw#516", "fw#729", "linuxserver/docker-faster-whisper#15"),
        example="Could not load library libcudnn_ops_infer.so.8. Error: libcudnn_ops_infer.so.8: cannot open shared object file:"
        " No such file or directory\nAborted (core dumped)",
        part=("ctranslate2", "cudnn"),
        applies=("ctranslate2<4.5",),
        follows=("cudnn-undefined-symbol",),
    ),
    Row(
        id="cudnn-undefined-symbol",
        pattern=r"(?P<library>libcudnn\w{0,40}\.so\.\d{1,2}[\d.]{0,12}): undefined symbol",
        cause="Files of two releases of cuDNN met in one process: {library} was taken from one, what it needs from another. An"
        " LD_LIBRARY_PATH, a cuDNN of the system, or two wheels that lie over each other do that.",
        fixes=(
            Fix("Where LD_LIBRARY_PATH is set, start without it", command="unset LD_LIBRARY_PATH"),
            Fix("cudnn-heal tells which wheels lie over each other, and loads one set", heal=True),
        ),
        reference=("pa#1823",),
        example="Could not load library libcudnn_cnn_infer.so.8. Error: /usr/local/lib/python3.10/dist-packages/nvidia/cudnn/lib/"
        "libcudnn_cnn_infer.so.8: undefined symbol: _ZN5cudnn3cnn34layerNormFwd_execute_internal_implERKNS_7backend11VariantPackE",
        shows="cudnn",
    ),
    Row(
        id="cudnn-mixed",
        pattern=r"CUDNN_STATUS_(?:SUBLIBRARY_)?VERSION_MISMATCH|cuDNN version incompatibility: PyTorch was compiled",
        cause="Two releases of cuDNN met in one process: torch's from its wheel, and sub-libraries from an LD_LIBRARY_PATH, from"
        " the system, or from another wheel.",
        fixes=(
            Fix("Where LD_LIBRARY_PATH is set, start without it", command="unset LD_LIBRARY_PATH"),
            Fix(
                "Or heal: from then on, whichever of ctranslate2 and torch is imported first brings this environment's own cuDNN",
                heal=True,
            ),
            Fix("What loads another cuDNN in the same process must be imported after ctranslate2 and torch"),
        ),
        reference=("wx#1027", "measured"),
        example="RuntimeError: cuDNN error: CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH",
        shows="cudnn",
        follows=("cudnn-undefined-symbol",),
    ),
    Row(
        id="cudnn-execution-failed",
        pattern=r"CUDNN_STATUS_EXECUTION_FAILED(?:_CUDART)?",
        cause="cuDNN began to compute and the GPU refused. Reported where cuDNN is too old for a new GPU, or so new that it has"
        " dropped an old one (NVIDIA's support matrix tells); full memory is a further cause.",
        fixes=(
            Fix("ctranslate2 4.6.3 and later do without cuDNN", install=("ctranslate2>=4.6.3", "nvidia-cublas-cu12")),
            Fix("Else a smaller batch, or a smaller model, tells whether it is memory"),
        ),
        reference=(
            "linuxserver/docker-faster-whisper#47",
            "https://docs.nvidia.com/deeplearning/cudnn/backend/latest/reference/support-matrix.html",
        ),
        example="RuntimeError: cuDNN failed with status CUDNN_STATUS_EXECUTION_FAILED",
    ),
    Row(
        id="cudnn-not-initialized",
        pattern=r"CUDNN_STATUS_NOT_INITIALIZED",
        cause="cuDNN could not start. Reported with a cuDNN of another CUDA or of another major version than the program is"
        " built for, and where the GPU's memory is full; the message alone does not tell which.",
        fixes=(
            Fix("Memory: look whether it is full", command="nvidia-smi"),
            Fix("Versions: see what would be loaded", command="{heal} --status"),
        ),
        reference=("fw#362", "haotian-liu/LLaVA#392"),
        example="RuntimeError: cuDNN failed with status CUDNN_STATUS_NOT_INITIALIZED",
    ),
    Row(
        id="cublas-12-missing",
        pattern=r"Library libcublas\.so\.12 is not found or cannot be loaded",
        cause="ctranslate2 4 needs libcublas.so.12. PyPI's torch is for CUDA 13 by now and brings version 13 only; without torch"
        " nothing brings it.",
        fixes=(
            Fix("Add it", install=("nvidia-cublas-cu12",), only=("!nvidia-cublas-cu12",)),
            Fix("Where it is installed and not found", heal=True),
        ),
        reference=("fw#1431", "Softcatala/whisper-ctranslate2#146", "measured"),
        example="RuntimeError: Library libcublas.so.12 is not found or cannot be loaded",
        part=("ctranslate2", "cublas"),
    ),
    Row(
        id="cublas-11-missing",
        pattern=r"Library libcublas\.so\.11 is not found or cannot be loaded",
        cause="ctranslate2 3 is built for CUDA 11 and needs libcublas.so.11.",
        fixes=(
            Fix(
                "With a driver for CUDA 12, upgrade",
                install=("ctranslate2>=4.6.3", "nvidia-cublas-cu12"),
                unless=("faster-whisper<1.0",),
            ),
            Fix(
                "With a driver for CUDA 12, upgrade",
                install=("faster-whisper>=1.1", "ctranslate2>=4.6.3", "nvidia-cublas-cu12"),
                only=("faster-whisper<1.0",),
            ),
            Fix("Else add it", install=("nvidia-cublas-cu11", "nvidia-cudnn-cu11==8.*"), only=("!nvidia-cublas-cu11",)),
            Fix("which cudnn-heal then links", heal=True),
        ),
        reference=("wx#632",),
        example="RuntimeError: Library libcublas.so.11 is not found or cannot be loaded",
        part=("ctranslate2", "cublas"),
        applies=("ctranslate2<4",),
    ),
    Row(
        id="cublaslt-missing",
        pattern=r"Could not load library libcublasLt\.so\.(?P<major>\d{1,2})",
        cause="libcublas is found, and its companion libcublasLt.so.{major} is not: it must lie beside it, or where the loader looks."
        " A system's package without it, or a copy of one file alone, do that.",
        fixes=(
            Fix("NVIDIA's wheel has both", install=("nvidia-cublas-cu{major}",), only=("!nvidia-cublas-cu{major}",)),
            Fix("which cudnn-heal links, both", heal=True),
        ),
        reference=("ct2#1315", "fw#1017"),
        example="Could not load library libcublasLt.so.12. Error: libcublasLt.so.12: cannot open shared object file: No such file"
        " or directory",
        part=("ctranslate2", "cublas"),
    ),
    Row(
        id="not-compiled-with-cuda",
        pattern=r"This CTranslate2 package was not compiled with CUDA support",
        cause="This ctranslate2 is built without CUDA: the wheels for aarch64 (Jetson, Grace, DGX Spark) are, and some"
        " distributions' packages.",
        fixes=(
            Fix('Run on the CPU: device="cpu", compute_type="int8"'),
            Fix("Or build ctranslate2 from source with -DWITH_CUDA=ON; there is no such wheel on PyPI"),
        ),
        reference=("ct2#1908",),
        example="ValueError: This CTranslate2 package was not compiled with CUDA support",
    ),
    Row(
        id="conv1d-without-cudnn",
        pattern=r"Conv1D on GPU currently requires the cuDNN library",
        cause="This ctranslate2 was built from source with CUDA, and without cuDNN, before that was possible (4.6.3 and later"
        " wheels are built without).",
        fixes=(
            Fix("Take the wheel", install=("ctranslate2>=4.6.3", "nvidia-cublas-cu12")),
            Fix("Or build it again with -DWITH_CUDNN=ON"),
        ),
        reference=("ct2#1963",),
        example="RuntimeError: Conv1D on GPU currently requires the cuDNN library which is not integrated in this build",
    ),
    Row(
        id="compute-type",
        pattern=r"Requested (?P<type>\w{3,16}) compute type, but the target device or backend do not support efficient \w{3,16}"
        r" computation",
        cause="{type} is asked for, and this device computes it only slowly, so ctranslate2 refuses: float16 needs a GPU of"
        " compute capability 7.0 or later (with tensor cores), and no CPU has it; bfloat16 needs 8.0.",
        fixes=(
            Fix('On the CPU: compute_type="int8", or "float32" (WhisperX: `--compute_type int8`)'),
            Fix('On an older GPU: compute_type="int8_float32", or "float32"'),
            Fix(
                'If a GPU was meant: device="cuda" must be passed too; ctranslate2 tells what a device can',
                command="{python} -c 'import ctranslate2; print(ctranslate2.get_supported_compute_types(\"cuda\"))'",
            ),
        ),
        reference=("wx#878", "wx#1143"),
        example="ValueError: Requested float16 compute type, but the target device or backend do not support efficient float16"
        " computation.",
    ),
    Row(
        id="no-kernel-ctranslate2",
        pattern=r"cudaErrorNoKernelImageForDevice|CUDA failed with error no kernel image is available",
        cause="ctranslate2's wheel has no code for this GPU: its architecture is older than the wheel's targets (Pascal and"
        " before), or, with an old wheel, newer.",
        fixes=(
            Fix("A new GPU (Blackwell): upgrade", install=("ctranslate2>=4.7",)),
            Fix(
                'An old one: run on the CPU (device="cpu", compute_type="int8"), or build ctranslate2 from source with'
                " -DCUDA_ARCH_LIST for it"
            ),
        ),
        reference=("fw#806", "wx#794", "ct2#1766"),
        example="RuntimeError: parallel_for failed: cudaErrorNoKernelImageForDevice: no kernel image is available for execution on"
        " the device",
    ),
    Row(
        id="cublas-not-supported",
        pattern=r"CUBLAS_STATUS_NOT_SUPPORTED",
        cause="cuBLAS refuses the 8-bit computation on this GPU: seen on Blackwell (RTX 50xx) with int8 types; ctranslate2 pads"
        " its matrices as needed from 4.7 on.",
        fixes=(
            Fix("Upgrade", install=("ctranslate2>=4.7",)),
            Fix('Or compute in 16 bits: compute_type="float16" (WhisperX, whisper-ctranslate2: `--compute_type float16`)'),
        ),
        reference=("ct2#1865", "ct2#1937", "ct2#1982"),
        example="RuntimeError: cuBLAS failed with status CUBLAS_STATUS_NOT_SUPPORTED",
    ),
    Row(
        id="gpu-memory",
        pattern=r"CUDA failed with error out of memory|CUDA out of memory\. Tried to allocate|CUDA error: out of memory"
        r"|BFCArena::AllocateRawInternal|CUDA failure 2: out of memory",
        cause="The GPU's memory is full: the model, the batch, and what other programs hold do not fit together. Nothing is wrong"
        " with the installation.",
        fixes=(
            Fix("See who holds it", command="nvidia-smi"),
            Fix("A smaller batch (WhisperX: `--batch_size 4`; faster-whisper: batch_size of BatchedInferencePipeline)"),
            Fix('Eight bits: compute_type="int8" or "int8_float16"'),
            Fix("A smaller model (large-v3-turbo, distil-large-v3, medium)"),
            Fix("One after the other: delete the transcription model before the alignment and diarization models are loaded"),
        ),
        reference=("fw#442",),
        example="RuntimeError: CUDA failed with error out of memory",
    ),
    Row(
        id="cublas-alloc",
        pattern=r"CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED|CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
        cause="cuBLAS or cuDNN could not get its own working memory: the GPU's memory is full.",
        fixes=(
            Fix("See who holds it", command="nvidia-smi"),
            Fix('A smaller batch, compute_type="int8", or a smaller model'),
        ),
        reference=("fw#442",),
        example="RuntimeError: cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED",
        follows=("gpu-memory",),
    ),
    Row(
        id="model-is-torch",
        pattern=r"the model has binary version v67324752",
        cause="model.bin is no CTranslate2 model but a file of PyTorch's (v67324752 are the first bytes of a zip archive): the"
        " model was downloaded, or renamed, without being converted.",
        fixes=(
            Fix("Take a converted model, such as Systran/faster-whisper-large-v3"),
            Fix(
                "Or convert it (ctranslate2's converter needs transformers and torch)",
                command="ct2-transformers-converter --model NAME --output_dir FOLDER --copy_files tokenizer.json"
                " preprocessor_config.json --quantization float16",
            ),
        ),
        reference=("dmMaze/BallonsTranslator#869", "ct2#1218", "measured"),
        example="RuntimeError: Unsupported model binary version. This executable supports models with binary version v6 or below,"
        " but the model has binary version v67324752. This usually means that the model was generated by a later version of"
        " CTranslate2. (Forward compatibility is not guaranteed.)",
    ),
    Row(
        id="model-is-pointer",
        pattern=r"the model has binary version v1936876918",
        cause="model.bin holds no model but a few lines of text that name one (v1936876918 spells `vers`, as `version"
        " https://git-lfs…` begins): the repository was cloned without Git LFS.",
        fixes=(Fix("In the cloned folder", command="git lfs install && git lfs pull"),),
        reference=("ddean2009/MoneyPrinterPlus#43", "measured"),
        example="RuntimeError: Unsupported model binary version. This executable supports models with binary version v6 or below,"
        " but the model has binary version v1936876918.",
    ),
    Row(
        id="model-newer",
        pattern=r"Unsupported model binary version\. This executable supports models with binary version v(?P<supported>\d{1,3}) or"
        r" below, but the model has binary version v(?P<model>\d{1,3})(?!\d)",
        cause="The model was converted by a newer CTranslate2 (format {model}) than the one that reads it (format {supported}).",
        fixes=(Fix("Upgrade", install=("ctranslate2>=4",)), Fix("Or convert the model with the older version")),
        reference=("argosopentech/MetalTranslate#8",),
        example="Unsupported model binary version. This executable supports models with binary version v5 or below, but the model"
        " has binary version v6.",
    ),
    Row(
        id="model-missing",
        pattern=r"Unable to open file 'model\.bin' in model '(?P<folder>[^']{1,300})'",
        cause="The folder {folder} has no model.bin: it is a model of another kind (model.safetensors, pytorch_model.bin: Transformers'"
        " own), or its download did not end, or the path is another one than meant.",
        fixes=(
            Fix("Look what is there", command="ls -lL {folder}"),
            Fix("Other kind: name a converted model, such as Systran/faster-whisper-large-v3, or large-v3"),
            Fix("Half a download: delete that folder in the hub's cache, and load it again"),
        ),
        reference=("fw#945", "KoljaB/RealtimeSTT#229", "MahmoudAshraf97/whisper-diarization#306"),
        example="RuntimeError: Unable to open file 'model.bin' in model '/models/whisper-large-v3-turbo'",
    ),
    Row(
        id="model-incomplete",
        pattern=r"File model\.bin is incomplete: failed to read a|Variable '[\w/.]{1,120}' has an invalid payload size",
        cause="model.bin was not downloaded to its end.",
        fixes=(Fix("Delete the model's folder (in the hub's cache: models--…) and load it again"),),
        reference=("home-assistant/core#92119", "CheshireCC/faster-whisper-GUI#97", "measured"),
        example="RuntimeError: File model.bin is incomplete: failed to read a buffer of size 1048576 at position 256247769",
    ),
    Row(
        id="mel-bins",
        pattern=r"Invalid input features shape: expected an input with shape \(\d{1,4}, (?P<wanted>\d{2,3}), \d{2,5}\), but got an"
        r" input with shape \(\d{1,4}, (?P<got>\d{2,3}), \d{2,5}\)",
        cause="The model takes {wanted} mel bands and was given {got}: large-v3 and its kin take 128. The program is too old to know,"
        " or preprocessor_config.json is missing in the model's folder.",
        fixes=(
            Fix("Upgrade", install=("faster-whisper>=1.1",)),
            Fix("A model of your own: convert it with `--copy_files tokenizer.json preprocessor_config.json`"),
        ),
        reference=("fw#593", "fw#875"),
        example="ValueError: Invalid input features shape: expected an input with shape (1, 128, 3000), but got an input with shape"
        " (1, 80, 3000) instead",
    ),
)

ONNXRUNTIME = (
    Row(
        id="onnxruntime-driver",
        when=("onnxruntime-gpu>=1.27 & @driver<580",),
        cause="onnxruntime-gpu is built for CUDA 13 from 1.27 on, which needs driver 580 or later; with this one its CUDA provider"
        " does not start, and sessions fall back to the CPU.",
        fixes=(
            Fix("Update the driver (on the host, for a container)"),
            Fix(
                "Or the last releases for CUDA 12",
                install=("onnxruntime-gpu>=1.20,<1.27", "nvidia-cublas-cu12", "nvidia-cufft-cu12"),
            ),
        ),
        reference=("measured",),
        kind="warning",
    ),
    Row(
        id="onnxruntime-cuda-13",
        when=(
            "onnxruntime-gpu>=1.27 & !nvidia-cublas & !library:libcublas.so.13",
            "onnxruntime-gpu>=1.27 & !nvidia-cuda-runtime & !library:libcudart.so.13",
        ),
        cause="onnxruntime-gpu is built for CUDA 13 from 1.27 on, and that CUDA's libraries are not here: its CUDA provider does not"
        " load, and sessions fall back to the CPU.",
        fixes=(
            Fix(
                "Add them",
                install=(
                    *("nvidia-cuda-runtime", "nvidia-cublas", "nvidia-cufft", "nvidia-curand", "nvidia-cuda-nvrtc"),
                    "nvidia-cudnn-cu13==9.*",
                ),
                unless=("nvidia-cudnn-cu12", "@driver<580"),
            ),
            Fix(
                "With CUDA 12's wheels, the last release for them",
                install=("onnxruntime-gpu>=1.20,<1.27",),
                only=("nvidia-cublas-cu12",),
            ),
            Fix("Nothing, if only faster-whisper uses ONNX Runtime here: its voice detection asks for the CPU"),
        ),
        reference=("measured",),
        kind="warning",
    ),
    Row(
        id="onnxruntime-curand",
        when=("onnxruntime-gpu>=1.28 & torch>=2.15 & !nvidia-curand & !library:libcurand",),
        cause="onnxruntime-gpu's CUDA provider needs libcurand.so.10, which came with torch up to 2.14 and no longer comes with 2.15.",
        fixes=(Fix("Add it", install=("nvidia-curand",)),),
        reference=("measured",),
        kind="warning",
    ),
    Row(
        id="onnxruntime-twice",
        when=("onnxruntime & onnxruntime-gpu",),
        cause="onnxruntime and onnxruntime-gpu lay their files in the same folder: the one that was installed last counts, and"
        " removing either leaves the other without files. faster-whisper asks for onnxruntime.",
        fixes=(
            Fix("Nothing, if only faster-whisper uses ONNX Runtime here: its voice detection asks for the CPU"),
            Fix("Otherwise take both out", uninstall=("onnxruntime", "onnxruntime-gpu")),
            Fix("and install the one for the GPU again", install=("onnxruntime-gpu{onnxruntime}",), otherwise=GPU_BUILD),
            Fix(
                "In a uv project, so that it stays: `override-dependencies = [\"onnxruntime; sys_platform == 'never'\"]` under [tool.uv] in pyproject.toml, then",
                command="uv sync --reinstall-package onnxruntime-gpu",
            ),
        ),
        reference=("ort#26763", "measured"),
        kind="warning",
    ),
    Row(
        id="tensorrt-library",
        pattern=r"libonnxruntime_providers_tensorrt\.so with error: (?P<library>libnv(?:infer|onnxparser)\w{0,10}\.so\.(?P<major>\d{1,2}))",
        cause="ONNX Runtime's TensorRT provider needs {library}, which is not installed, or not found: no wheel of onnxruntime asks"
        " for it. Nothing but a program that names TensorrtExecutionProvider needs it.",
        fixes=(
            Fix("Leave TensorrtExecutionProvider out of the program's list of providers"),
            Fix(
                "Or install TensorRT, for a provider of CUDA 12 (onnxruntime-gpu 1.20 to 1.26)",
                install=("tensorrt-cu12-libs=={major}.*",),
                only=("onnxruntime-gpu<1.27",),
            ),
            Fix(
                "Or install TensorRT, for a provider of CUDA 13 (onnxruntime-gpu 1.28 and later)",
                install=("tensorrt-cu13-libs=={major}.*",),
                only=("onnxruntime-gpu>=1.28",),
            ),
        ),
        reference=("ort#18597", "FocoosAI/focoos#143", "measured"),
        example="[ONNXRuntimeError] : 1 : FAIL : Failed to load library libonnxruntime_providers_tensorrt.so with error:"
        " libnvinfer.so.10: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="onnxruntime-library",
        pattern=r"Failed to load library \S{0,200}?libonnxruntime_providers_cuda\.so with error: (?P<library>lib(?!cuda\.so)[\w+-]{2,40}?\.so\.\d{1,2})"
        r": cannot open shared object file",
        cause="onnxruntime-gpu's CUDA provider needs {library}, which is not installed, or not found: it does not look in the"
        " environment's own wheels unless something has loaded them before. The session falls back to the CPU.",
        fixes=(
            Fix("cudnn-heal loads the environment's wheels when onnxruntime is imported, where there is a GPU", heal=True),
            Fix("The library must be installed", install=("{wheel}",), only=("!{wheel}",)),
            Fix(
                "Without cudnn-heal, before the session is made: `import torch`, or `onnxruntime.preload_dlls()` (1.21 and later)"
            ),
            Fix("Nothing, if only faster-whisper uses ONNX Runtime here: its voice detection asks for the CPU"),
        ),
        reference=("danielgatis/rembg#841", "ort#24719", "Holasyb918/HeyGem-Linux-Python-Hack#54", "measured"),
        part=("onnxruntime", ""),
        example="[E:onnxruntime:Default, provider_bridge_ort.cc:2195 TryGetProviderInfo_CUDA] /onnxruntime_src/onnxruntime/core/"
        "session/provider_bridge_ort.cc:1778 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 :"
        " FAIL : Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared object"
        " file: No such file or directory",
        follows=("libcuda-missing",),
    ),
    Row(
        id="onnxruntime-cudnn",
        pattern=r"cuDNN is unavailable or disabled for CUDA Execution Provider",
        cause="The CUDA provider opens cuDNN by name once an operator needs it (Conv, say), and does not find it: its wheel is not"
        " installed, or nothing has loaded it.",
        fixes=(
            Fix("cudnn-heal loads the environment's wheels when onnxruntime is imported, where there is a GPU", heal=True),
            Fix(
                "cuDNN must be installed, for CUDA 13 (onnxruntime-gpu 1.28 and later)",
                install=("nvidia-cudnn-cu13==9.*",),
                only=("onnxruntime-gpu>=1.28", "!nvidia-cudnn-cu13", "!nvidia-cudnn-cu12"),
            ),
            Fix("Without cudnn-heal, before the session is made: `import torch`, or `onnxruntime.preload_dlls()`"),
        ),
        reference=("ort#21684", "measured"),
        part=("onnxruntime", ""),
        example="[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running Conv node. Status Message: cuDNN is"
        " unavailable or disabled for CUDA Execution Provider: dlopen failed for libcudnn.so",
    ),
    Row(
        id="onnxruntime-provider",
        pattern=r"Failed to create (?P<provider>CUDA|Tensorrt)ExecutionProvider",
        cause="ONNX Runtime could not load its {provider} provider and goes on without; the line before this one tells which library"
        " was missing.",
        fixes=(
            Fix("Look for a line with `Failed to load library` above it, and explain that one"),
            Fix("Which libraries the environment has, and how each package is served", command="{heal} --status"),
        ),
        reference=("Holasyb918/HeyGem-Linux-Python-Hack#54", "ort#12639"),
        example="[W:onnxruntime:Default, onnxruntime_pybind_state.cc:965 CreateExecutionProviderInstance] Failed to create"
        " CUDAExecutionProvider. Require cuDNN 9.* and CUDA 12.*. Please install all dependencies as mentioned in the GPU"
        " requirements page",
        follows=("onnxruntime-library", "tensorrt-library", "libcuda-missing", "driver-missing-or-old", "no-device"),
        kind="warning",
    ),
    Row(
        id="onnxruntime-cpu-only",
        pattern=r"Specified provider 'CUDAExecutionProvider' is not in available provider names"
        r"|\['AzureExecutionProvider', 'CPUExecutionProvider'\]",
        cause="The onnxruntime that is imported is the one for the CPU. onnxruntime and onnxruntime-gpu lay their files in the same"
        " folder: the one that was installed last counts, and faster-whisper asks for onnxruntime.",
        fixes=(
            Fix("Nothing, if only faster-whisper uses ONNX Runtime here: its voice detection asks for the CPU"),
            Fix("Else take both out", uninstall=("onnxruntime", "onnxruntime-gpu"), only=("onnxruntime", "onnxruntime-gpu")),
            Fix(
                "and lay the one for the GPU down again",
                install=("onnxruntime-gpu{onnxruntime}",),
                otherwise=GPU_BUILD,
                only=("onnxruntime",),
            ),
            Fix(
                "In a uv project, so that it stays: `override-dependencies = [\"onnxruntime; sys_platform == 'never'\"]` under [tool.uv] in pyproject.toml, then",
                command="uv sync --reinstall-package onnxruntime-gpu",
                only=("onnxruntime", "onnxruntime-gpu"),
            ),
        ),
        reference=("ort#26763", "measured"),
        example="UserWarning: Specified provider 'CUDAExecutionProvider' is not in available provider names.Available providers:"
        " 'AzureExecutionProvider, CPUExecutionProvider'",
        applies=("onnxruntime", "onnxruntime-gpu"),
        kind="warning",
    ),
)

TORCH = (
    Row(
        id="torchcodec-unfit",
        when=("misfit:torchcodec",),
        cause="torchcodec is made for another release of torch than the installed one. Its wheels do not say for which.",
        fixes=(Fix("The one made for this torch", install=("torchcodec{torchcodec}",)),),
        reference=("wx#1389", "https://github.com/meta-pytorch/torchcodec#installing-torchcodec"),
    ),
    Row(
        id="torchcodec-libpython",
        when=("torchcodec>=0.7,<0.14 & !library:libpython{python}",),
        cause="torchcodec 0.7 to 0.13 needs Python's own shared library (libpython3.*.so.1.0), and this Python has it built in or keeps"
        " it where the loader does not look.",
        fixes=(
            Fix("Take a later torchcodec", install=("torchcodec>=0.14",), only=("torch>=2.11", "@cuda==13")),
            Fix("Debian, Ubuntu, where this is the system's Python", command="sudo apt install libpython3-dev"),
            Fix("Or do without: give waveforms instead of files, as WhisperX does"),
        ),
        reference=("tc#1164", "measured"),
    ),
    Row(
        id="nvjitlink-symbol",
        pattern=r"undefined symbol: __nvJitLink\w{3,40}",
        cause="libcusparse of one CUDA met the libnvJitLink of another: an LD_LIBRARY_PATH to another toolkit, a folder `nvidia` in"
        " the current folder or earlier on sys.path, or two wheels of it.",
        fixes=(
            Fix("Where LD_LIBRARY_PATH is set, start without it", command="unset LD_LIBRARY_PATH"),
            Fix(
                "Start where no folder `nvidia` lies; this shows where Python finds them",
                command="{python} -c 'import nvidia; print(list(nvidia.__path__))'",
            ),
        ),
        reference=("torch#152783", "measured"),
        example="ImportError: /venv/lib/python3.12/site-packages/torch/lib/../../nvidia/cusparse/lib/libcusparse.so.12: undefined"
        " symbol: __nvJitLinkCreate_12_8, version libnvJitLink.so.12",
    ),
    Row(
        id="nccl-symbol",
        pattern=r"libtorch_cuda\.so: undefined symbol: nccl\w{2,40}",
        cause="torch was given an older libnccl.so.2 than it is built for. The wheels nvidia-nccl-cu11, -cu12 and -cu13 lie over each"
        " other in nvidia/nccl/lib; an LD_LIBRARY_PATH does it too.",
        fixes=(
            Fix("Of these, keep the one that torch asks for; PyTorch's maintainers say to take out the other"),
            Fix(
                "torch 2.11 and later ask for -cu13",
                uninstall=("nvidia-nccl-cu12",),
                only=("nvidia-nccl-cu12", "nvidia-nccl-cu13"),
            ),
            Fix(
                "and lay its files down again, which went with the other's",
                install=("nvidia-nccl-cu13=={nccl13}",),
                again=True,
                only=("nvidia-nccl-cu12", "nvidia-nccl-cu13"),
            ),
            Fix("With an LD_LIBRARY_PATH: start without it", command="unset LD_LIBRARY_PATH"),
        ),
        reference=("torch#186591", "rwth-i6/returnn#1802", "torch#119932"),
        example="ImportError: /usr/local/lib/python3.12/site-packages/torch/lib/libtorch_cuda.so: undefined symbol: ncclCommResume",
    ),
    Row(
        id="no-kernel-torch",
        pattern=r"CUDA error: no kernel image is available for execution on the device"
        r"|sm_(?P<architecture>\d{2,3}) is not compatible with the current PyTorch installation",
        cause="This torch has no code for this GPU: it is built for other architectures.",
        fixes=(
            Fix(
                "See which it has, and which the GPU is",
                command="{python} -c 'import torch; print(torch.cuda.get_arch_list(), torch.cuda.get_device_capability())'",
            ),
            Fix(
                "A new GPU (Blackwell: sm_100, sm_120) needs a build for CUDA 12.8 or later: PyPI's torch from 2.8 on",
                install=("torch>=2.8",),
            ),
            Fix("An old one (Maxwell, Pascal: sm_50 to sm_61): PyPI's torch up to 2.7", install=("torch<2.8",)),
            Fix("Volta (V100: sm_70): PyPI's torch up to 2.10", install=("torch<2.11",)),
        ),
        reference=("torch#172352", "measured"),
        example="NVIDIA GeForce RTX 5090 with CUDA capability sm_120 is not compatible with the current PyTorch installation.",
    ),
    Row(
        id="torch-without-cuda",
        pattern=r"Torch not compiled with CUDA enabled",
        cause="This torch is a build for the CPU: it was taken from PyTorch's CPU index, or PyPI has none with CUDA for this machine.",
        fixes=(
            Fix(
                "It says so itself; PyPI's own shows a version of CUDA",
                command="{python} -c 'import torch; print(torch.__version__, torch.version.cuda)'",
            ),
            Fix(
                "Take the build with CUDA (choose it on https://pytorch.org/get-started/locally/; uv: `--torch-backend=auto`), and"
                " torchaudio from the same place"
            ),
            Fix('Or run on the CPU: device="cpu"'),
        ),
        reference=("wx#983", "QuentinFuxa/WhisperLiveKit#284"),
        example="AssertionError: Torch not compiled with CUDA enabled",
    ),
    Row(
        id="checkpoint-on-cuda",
        pattern=r"Attempting to deserialize object on a CUDA device but torch\.cuda\.is_available\(\) is False",
        cause="The model was saved on a GPU, and torch sees none here.",
        fixes=(
            Fix(
                'Load it for the CPU (map_location="cpu", device="cpu"), or find out why torch sees no GPU',
                command="{heal} --doctor",
            ),
        ),
        reference=("https://docs.pytorch.org/docs/stable/generated/torch.load.html",),
        example="RuntimeError: Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.",
        follows=("torch-without-cuda", "torch-driver-too-old", "torch-no-driver", "driver-unknown-error", "no-device"),
    ),
    Row(
        id="torchaudio-build",
        pattern=r"TorchAudio were compiled with different CUDA versions|libtorchaudio\.so: undefined symbol"
        r"|(?:libtorch_cuda|libcudart)\.so(?:\.\d{1,2})?: cannot open shared object file",
        cause="torchaudio's library is made for another build of torch than the installed one: another release, or one is for CUDA"
        " and the other is not.",
        when=("misfit:torchaudio",),
        fixes=(
            Fix(
                "torchaudio of the same release, from the same place",
                install=("torchaudio=={torch}.*",),
                otherwise="torchaudio of the same release as torch, from the same place",
                only=("torch<2.12",),
                unless=("torchaudio=={torch}.*",),
            ),
            Fix("The same release and yet not the same build: install both again, in one command and from one index"),
        ),
        reference=("wx#1362",),
        example="OSError: libtorch_cuda.so: cannot open shared object file: No such file or directory\n  (from torchaudio/_extension)",
        beside=("torchaudio/",),
        follows=("torchcodec-cuda-13",),
    ),
    Row(
        id="torchvision-build",
        pattern=r"operator torchvision::nms does not exist",
        cause="torchvision is made for another release of torch than the installed one.",
        when=("misfit:torchvision",),
        fixes=(
            Fix(
                "The one made for this torch",
                install=("torchvision{torchvision}",),
                otherwise="The torchvision made for this torch: 0.23 for 2.8, 0.24 for 2.9, 0.25 for 2.10",
            ),
            Fix("Install both again, in one command and from one index"),
        ),
        reference=("torch#157648", "wx#1392"),
        example="RuntimeError: operator torchvision::nms does not exist",
    ),
    Row(
        id="torchcodec-cuda-13",
        pattern=r"(?P<library>libnvrtc\.so\.13|libcudart\.so\.13|libtorch_cuda\.so): cannot open shared object file",
        cause="This torchcodec is built for CUDA 13: it asks for {library}, which neither torch nor the system has brought into the process. PyPI's torchcodec 0.11.0,"
        " and 0.14 and later, are such builds; 0.1 to 0.10, 0.11.1, 0.12 and 0.13 need no CUDA at all.",
        fixes=(
            Fix(
                "The torchcodec made for this torch",
                install=("torchcodec{torchcodec}",),
                otherwise="The torchcodec made for this torch: 0.7 for 2.8, 0.9 for 2.9, 0.10 for 2.10, 0.13 for 2.11 and later",
            ),
            Fix("Or do without: give waveforms instead of files, as WhisperX does"),
        ),
        reference=("tc#1257", "measured"),
        example="RuntimeError: Could not load libtorchcodec. Likely causes:\n…\nOSError: libnvrtc.so.13: cannot open shared object"
        " file: No such file or directory",
        beside=("torchcodec/", "libtorchcodec"),
    ),
    Row(
        id="torchcodec-npp",
        pattern=r"(?P<library>libnppicc\.so\.(?P<major>\d{1,2})): cannot open shared object file",
        cause="This torchcodec is a build for CUDA that needs NVIDIA's NPP libraries ({library}), which no wheel asks for.",
        fixes=(
            Fix("Add them", install=("{wheel}",)),
            Fix(
                "Or take a build without CUDA, made for this torch",
                install=("torchcodec{torchcodec}",),
                otherwise="The torchcodec made for this torch: 0.7 for 2.8, 0.9 for 2.9, 0.10 for 2.10, 0.13 for 2.11 and later",
            ),
        ),
        reference=("tc#1437", "tc#1257", "measured"),
        example="OSError: libnppicc.so.12: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="torchcodec-symbol",
        pattern=r"libtorchcodec\w{0,30}\.so: undefined symbol: \w{3,200}|undefined symbol: aoti_torch_\w{3,80}",
        cause="torchcodec is made for another release of torch than the installed one. Its wheels do not say for which.",
        fixes=(
            Fix(
                "The one made for this torch",
                install=("torchcodec{torchcodec}",),
                otherwise="The torchcodec made for this torch: 0.7 for 2.8, 0.9 for 2.9, 0.10 for 2.10, 0.13 for 2.11 and later",
            ),
        ),
        reference=("wx#1389", "https://github.com/meta-pytorch/torchcodec#installing-torchcodec"),
        example="OSError: /venv/lib/python3.12/site-packages/torchcodec/libtorchcodec_core7.so: undefined symbol:"
        " aoti_torch_create_device_guard",
    ),
    Row(
        id="torchcodec-ffmpeg",
        pattern=r"libav(?:util|codec|format|device|filter)\.so\.\d{2}: cannot open shared object file",
        cause="torchcodec decodes with the FFmpeg libraries of the system (libavutil and its kin; the ffmpeg program alone is not"
        " enough) and finds none that it knows: 4 to 7, 8 from torchcodec 0.8 on, 9 in the newest. It tries every version, so each line but that"
        " of the installed one is expected.",
        fixes=(
            Fix("Debian, Ubuntu", command="sudo apt install ffmpeg"),
            Fix("Fedora", command="sudo dnf install ffmpeg-free"),
            Fix("conda", command="conda install -c conda-forge 'ffmpeg<8'"),
            Fix("Or do without: pyannote.audio works without when it is given waveforms instead of files, as WhisperX does"),
        ),
        reference=("pavelzbornik/whisperX-FastAPI#465", "tc#1178", "measured"),
        example="RuntimeError: Could not load libtorchcodec. Likely causes:\n          1. FFmpeg is not properly installed in your"
        " environment. We support\n             versions 4, 5, 6, 7, and 8\n…\nOSError: libavutil.so.59: cannot open shared object"
        " file: No such file or directory",
        beside=("libtorchcodec",),
        follows=("torchcodec-cuda-13", "torchcodec-npp", "torchcodec-symbol"),
    ),
    Row(
        id="torchcodec",
        pattern=r"Could not load libtorchcodec|torchcodec is not installed correctly so built-in audio decoding will fail"
        r"|name 'AudioDecoder' is not defined",
        cause="torchcodec could not be loaded; the lines that begin with `OSError` under it tell why, and are not here. pyannote.audio"
        " 4 warns of it and works on, when it is given waveforms instead of files, as WhisperX does.",
        fixes=(
            Fix("Have the whole text explained", command="{python} -c 'import torchcodec' 2>&1 | {heal} --explain -"),
            Fix(
                "The one made for this torch",
                install=("torchcodec{torchcodec}",),
                otherwise="The torchcodec made for this torch: 0.7 for 2.8, 0.9 for 2.9, 0.10 for 2.10, 0.13 for 2.11 and later",
            ),
        ),
        reference=("pavelzbornik/whisperX-FastAPI#465", "wx#1468"),
        example="UserWarning: \ntorchcodec is not installed correctly so built-in audio decoding will fail. Solutions are:",
        follows=("torchcodec-cuda-13", "torchcodec-npp", "torchcodec-symbol", "torchcodec-ffmpeg"),
    ),
    Row(
        id="bad-alloc",
        pattern=r"std::bad_alloc|instance of 'std::length_error' what\(\): vector::reserve",
        cause="A C++ library could not get memory. When it comes on import, memory is hardly ever the reason: torchcodec 0.8 and 0.9 end so where torch"
        " is older than they are made for (2.8 and 0.9, say), torchcodec 0.7 with torch 2.9 in a length_error; and it was reported on WSL2 with other pairs.",
        fixes=(
            Fix(
                "On import: the torchcodec made for this torch",
                install=("torchcodec{torchcodec}",),
                otherwise="The torchcodec made for this torch: 0.7 for 2.8, 0.9 for 2.9, 0.10 for 2.10, 0.13 for 2.11 and later",
                only=("torchcodec",),
            ),
            Fix("While it works: see how much memory is free", command="free -h"),
        ),
        reference=("wx#1468", "measured"),
        example="terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc",
        follows=("torchcodec-cuda-13", "torchcodec-symbol"),
    ),
    Row(
        id="weights-only",
        pattern=r"Weights only load failed|WeightsUnpickler error: Unsupported global",
        cause="From 2.6 on torch refuses to load models that hold more than weights, unless told; pyannote.audio 3's voice detection"
        " is such a model, and lightning 2.6 and later no longer tell it.",
        when=("pyannote-audio<4 & lightning>=2.6 & torch>=2.6",),
        fixes=(
            Fix(
                "With pyannote.audio 3 (WhisperX up to 3.7)",
                install=("lightning<2.6", "pytorch-lightning<2.6"),
                unless=("pyannote-audio>=4",),
            ),
            Fix(
                "Or WhisperX 3.8 and later, which are for pyannote.audio 4", install=("whisperx>=3.8",), only=("whisperx<3.8",)
            ),
            Fix("Or, if the model's source is trusted, for one shell", command="export TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD=1"),
        ),
        reference=("wx#1304", "wx#1313", "measured"),
        example="_pickle.UnpicklingError: Weights only load failed. This file can still be loaded, to do so you have two options, do"
        " those steps only if you trust the source of the checkpoint.",
        applies=("pyannote-audio<4", "lightning>=2.6", "torch>=2.6"),
    ),
    Row(
        id="torch-load-vulnerability",
        pattern=r"Due to a serious vulnerability issue in `?torch\.load`?",
        cause="transformers refuses to read a model that is not in the safetensors format with a torch below 2.6 (CVE-2025-32434).",
        fixes=(
            Fix("Upgrade both", install=("torch>=2.6", "torchaudio>=2.6"), only=("torch<2.6",)),
            Fix("Or name a model that comes as safetensors"),
        ),
        reference=("jim60105/docker-whisperX#82",),
        example="ValueError: Due to a serious vulnerability issue in `torch.load`, even with `weights_only=True`, we now require users"
        " to upgrade torch to at least v2.6 in order to use the function.",
        applies=("torch<2.6",),
    ),
)

PYTHON = (
    Row(
        id="python-without-ctypes",
        pattern=r"No module named '_ctypes'",
        cause="This Python was built where libffi's headers were missing, so it has no ctypes, which ctranslate2 and torch import.",
        fixes=(
            Fix("Install the headers (Debian, Ubuntu; Fedora: libffi-devel)", command="sudo apt-get install libffi-dev"),
            Fix(
                "and build that Python again (pyenv: `pyenv install --force` with its version), or take another, such as uv's or the system's"
            ),
        ),
        reference=("pyenv/pyenv#1933", "pdm-project/pdm#248", "measured"),
        example="ModuleNotFoundError: No module named '_ctypes'",
    ),
    Row(
        id="torchaudio-removed",
        pattern=r"module 'torchaudio' has no attribute '(?P<attribute>AudioMetaData|list_audio_backends|set_audio_backend"
        r"|get_audio_backend|info)'",
        cause="torchaudio 2.9 dropped AudioMetaData, info, and what lists or sets the backend. pyannote.audio 3 uses AudioMetaData and list_audio_backends, speechbrain up to"
        " 1.0.3 and older silero-vad the latter; the last file named in the traceback tells who.",
        when=("torchaudio>=2.9 & pyannote-audio<4", "torchaudio>=2.9 & speechbrain<=1.0.3"),
        fixes=(
            Fix("torchaudio before that", install=("torch<2.9", "torchaudio<2.9")),
            Fix("Or WhisperX 3.8 and later, with pyannote.audio 4", install=("whisperx>=3.8",), only=("whisperx<3.8",)),
            Fix("Or pyannote.audio 4", install=("pyannote-audio>=4",), only=("pyannote-audio<4",)),
        ),
        reference=("wx#1270", "pa#1952", "speechbrain/speechbrain#2988", "snakers4/silero-vad#715", "measured"),
        example="AttributeError: module 'torchaudio' has no attribute 'AudioMetaData'",
        applies=("torchaudio>=2.9",),
    ),
    Row(
        id="use-auth-token",
        pattern=r"got an unexpected keyword argument 'use_auth_token'",
        cause="The name of the argument changed to `token`: huggingface_hub 1.0 dropped the old one, pyannote.audio 4 too.",
        when=("pyannote-audio<4 & huggingface-hub>=1",),
        fixes=(
            Fix(
                "pyannote.audio 3 with huggingface_hub 1: the one before",
                install=("huggingface-hub<1",),
                only=("huggingface-hub>=1", "pyannote-audio<4"),
                unless=("transformers>=5",),
            ),
            Fix(
                "pyannote.audio 3 with huggingface_hub 1 and transformers 5, which asks for it: those before",
                install=("huggingface-hub<1", "transformers<5"),
                only=("huggingface-hub>=1", "pyannote-audio<4", "transformers>=5"),
            ),
            Fix(
                "WhisperX up to 3.7 with pyannote.audio 4: WhisperX 3.8 and later",
                install=("whisperx>=3.8",),
                only=("whisperx<3.8",),
            ),
            Fix("A program of your own: write `token=` instead of `use_auth_token=`"),
            Fix("WhisperX with an old faster-whisper", install=("faster-whisper>=1.2.0",), only=("faster-whisper<1.2",)),
        ),
        reference=("wx#1322", "wx#1388", "speechbrain/speechbrain#2991", "measured"),
        example="TypeError: hf_hub_download() got an unexpected keyword argument 'use_auth_token'",
    ),
    Row(
        id="hub-version",
        pattern=r"huggingface-hub(?P<wanted>[<>=!~.,\d]{2,40}) is required for a normal functioning of this module, but found"
        r" huggingface-hub==(?P<found>[\d.]{1,12}?)\.?(?![\d.])",
        cause="transformers wants huggingface-hub{wanted}, and {found} is installed.",
        fixes=(
            Fix("The one that it wants", install=("huggingface-hub{wanted}",)),
            Fix(
                "Or a transformers for the new one; WhisperX up to 3.8 holds huggingface-hub below 1",
                install=("transformers>=5",),
                only=("huggingface-hub>=1",),
            ),
        ),
        reference=("wx#1375", "huggingface/huggingface_hub#2377", "measured"),
        example="ImportError: huggingface-hub>=0.34.0,<1.0 is required for a normal functioning of this module, but found"
        " huggingface-hub==1.2.3.",
    ),
    Row(
        id="hub-name",
        pattern=r"cannot import name '(?P<name>(?!cached_download')\w{2,60})' from 'huggingface_hub'",
        cause="The installed huggingface_hub has no `{name}`: the package that imports it (the last file named above) is made for a newer one,"
        " or for a much older one. transformers 5 needs huggingface_hub 1.",
        fixes=(
            Fix(
                "transformers 5 with huggingface_hub 0: those of one time",
                install=("huggingface-hub<1", "transformers<5"),
                only=("transformers>=5", "huggingface-hub<1"),
            ),
            Fix("or the newer hub", install=("huggingface-hub>=1",), only=("transformers>=5", "huggingface-hub<1")),
            Fix("Else upgrade the package that imports it, if it has a newer release"),
        ),
        reference=("wx#1359", "measured"),
        example="ImportError: cannot import name 'ResolvedRevision' from 'huggingface_hub' (/venv/lib/python3.11/site-packages/huggingface_hub/__init__.py)",
    ),
    Row(
        id="cached-download",
        pattern=r"cannot import name 'cached_download' from 'huggingface_hub'",
        cause="huggingface_hub 0.26 dropped `cached_download`; the package that imports it (the last file named above) is older.",
        fixes=(
            Fix("Upgrade the package that imports it, if it has a newer release"),
            Fix("Or the hub's library before that", install=("huggingface-hub<0.26",)),
        ),
        reference=("measured",),
        example="ImportError: cannot import name 'cached_download' from 'huggingface_hub' (/venv/lib/python3.11/site-packages/"
        "huggingface_hub/__init__.py)",
        applies=("huggingface-hub>=0.26",),
    ),
    Row(
        id="numpy-nan",
        pattern=r"`?np\.NaN`? was removed in the NumPy 2\.0 release",
        cause="pyannote.audio up to 3.3.0 writes np.NaN, which NumPy 2 dropped.",
        when=("pyannote-audio<3.3.1 & numpy>=2",),
        fixes=(
            Fix(
                "Upgrade", install=("pyannote-audio>=3.3.1,<4",), only=("pyannote-audio<3.3.1",), unless=("whisperx>=3.1,<3.3",)
            ),
            Fix(
                "WhisperX up to 3.1.6 holds pyannote.audio at 3.1.1: upgrade it",
                install=("whisperx>=3.3.1",),
                only=("whisperx<3.3",),
            ),
            Fix("Or the NumPy before that", install=("numpy<2",)),
        ),
        reference=("wx#826", "measured"),
        example="AttributeError: `np.NaN` was removed in the NumPy 2.0 release. Use `np.nan` instead.",
        applies=("pyannote-audio<3.3.1", "numpy>=2"),
    ),
    Row(
        id="numpy-1-binary",
        pattern=r"A module that was compiled using NumPy 1\.x cannot be run in NumPy (?P<numpy>2[\d.]{1,8})"
        r"|numpy\.core\.multiarray failed to import|numpy\.dtype size changed, may indicate binary incompatibility",
        cause="A package here was compiled for NumPy 1, and NumPy 2 is installed; the traceback names it.",
        fixes=(
            Fix("Upgrade the package that the traceback names"),
            Fix("Or the NumPy before that", install=("numpy<2",)),
        ),
        reference=("wx#927",),
        example="A module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.0.2 as it may crash. To support both 1.x and"
        " 2.x\nversions of NumPy, modules must be compiled with NumPy 2.0.",
        applies=("numpy>=2",),
    ),
    Row(
        id="numpy-not-available",
        pattern=r"RuntimeError: Numpy is not available|Failed to initialize NumPy: _ARRAY_API not found",
        cause="torch was compiled for NumPy 1 (up to 2.2 it was) and NumPy 2 is installed; or NumPy is not installed.",
        when=("torch<2.3 & numpy>=2",),
        fixes=(
            Fix("Upgrade torch", install=("torch>=2.3",), only=("torch<2.3",)),
            Fix("Or the NumPy before that", install=("numpy<2",), only=("numpy>=2",)),
            Fix("Add it", install=("numpy",), only=("!numpy",)),
        ),
        reference=("pawansharmaaaa/Lip_Wise#20", "Huanshere/VideoLingo#91"),
        example="RuntimeError: Numpy is not available",
        follows=("numpy-1-binary",),
    ),
    Row(
        id="glibc",
        pattern=r"version `?(?P<version>(?:GLIBC|GLIBCXX|CXXABI)_[\d.]{1,10})'? not found",
        cause="The system's C or C++ library, or one that LD_LIBRARY_PATH or conda puts first, is older than a wheel needs"
        " ({version}).",
        fixes=(
            Fix("Where LD_LIBRARY_PATH is set, start without it", command="unset LD_LIBRARY_PATH"),
            Fix("In a conda environment (GLIBCXX, CXXABI)", command="conda install -c conda-forge libstdcxx-ng"),
            Fix("Else this wheel needs a newer Linux, or an older release of it must do"),
        ),
        reference=("https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/",),
        example="ImportError: /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by"
        " /venv/lib/python3.12/site-packages/…)",
    ),
    Row(
        id="av-build",
        pattern=r"pkg-config could not find libraries \['avformat'|av[/\\]logging\.pyx:\d{1,4}:\d{1,3}: Exception check"
        r"|Package libavformat was not found in the pkg-config search path",
        cause="PyAV is built from source here, as there is no wheel of that release for this Python: faster-whisper before 1.0 holds it"
        " at 10, which does not compile with Cython 3.",
        fixes=(
            Fix("Upgrade", install=("faster-whisper>=1.1",)),
            Fix("Or take a Python for which that release has a wheel (PyAV 10: up to 3.11)"),
        ),
        reference=("fw#678", "fw#719", "myshell-ai/OpenVoice#450"),
        example="Package libavformat was not found in the pkg-config search path.\npkg-config could not find libraries ['avformat',"
        " 'avcodec', 'avdevice', 'avutil', 'avfilter', 'swscale', 'swresample']",
    ),
    Row(
        id="av-metadata-errors",
        pattern=r"open\(\) got an unexpected keyword argument 'metadata_errors'",
        cause="PyAV 19 dropped an option with which faster-whisper (1.2.1 too) opens every file.",
        when=("av>=19 & faster-whisper<=1.2.1",),
        applies=("av>=19",),
        fixes=(Fix("PyAV before that", install=("av<19",)),),
        reference=("measured",),
        example="TypeError: open() got an unexpected keyword argument 'metadata_errors'",
    ),
    Row(
        id="pkg-resources",
        pattern=r"No module named '?pkg_resources'?",
        cause="setuptools 82 dropped pkg_resources, and newer Pythons install no setuptools of their own. A distribution"
        " called pkg-resources is somebody else's: do not install it.",
        fixes=(Fix("setuptools before that", install=("setuptools<82",)),),
        reference=("https://setuptools.pypa.io/en/latest/history.html", "measured"),
        example="ModuleNotFoundError: No module named 'pkg_resources'",
    ),
    Row(
        id="module-missing",
        pattern=r"(?<!NumPy:)No module named '(?P<module>(?!pkg_resources'|_ctypes')[A-Za-z_][\w.]{0,80})'",
        cause="The module {module} is imported, and the interpreter that says so does not have it.",
        fixes=(
            Fix("{owner} is installed, and has no such module: another release of it is meant"),
            Fix(
                "Add it",
                install=("{distribution}",),
                lacking="owner",
                otherwise="Which distribution has the module {module} is not known here; its"
                " name need not be the module's. The documentation of the program that imports it tells.",
            ),
        ),
        reference=("https://packaging.python.org/en/latest/discussions/distribution-package-vs-import-package/",),
        example="ModuleNotFoundError: No module named 'yaml'",
    ),
)

MODELS = (
    Row(
        id="gated-model",
        pattern=r"Could not download '(?P<model>[\w./-]{3,80})' (?:pipeline|model)\."
        r"|Cannot access gated repo|Access to model (?P<other>[\w./-]{3,80}) is restricted",
        cause="The hub does not hand the model out: its terms were not accepted by the account whose token is used, or there is no"
        " token, or the token may not read gated models.",
        fixes=(
            Fix(
                "Accept the terms, logged in, on the model's page (https://hf.co/{model}), and on those of the models that it uses"
                " (pyannote/segmentation-3.0 for speaker-diarization-3.1)",
                otherwise="Accept the terms, logged in, on the page of the model, and of the models that it uses",
            ),
            Fix(
                "Make a token with `read` (a fine-grained one needs access to public gated repositories), and pass it (`--hf_token`),"
                " or set HF_TOKEN; a container needs it too"
            ),
        ),
        reference=("wx#562", "wx#751", "wx#498"),
        example="Could not download 'pyannote/speaker-diarization-3.1' pipeline.\nIt might be because the pipeline is private or gated"
        " so make\nsure to authenticate.",
    ),
    Row(
        id="pipeline-none",
        pattern=r"'NoneType' object has no attribute 'to'",
        cause="pyannote.audio returned no pipeline, since it could not download the model: the token is missing, or the terms were not"
        " accepted. It says so some lines above.",
        fixes=(
            Fix(
                "Accept the terms, logged in, on the pages of https://hf.co/pyannote/speaker-diarization-3.1 and"
                " https://hf.co/pyannote/segmentation-3.0 (WhisperX 3.8: https://hf.co/pyannote/speaker-diarization-community-1)"
            ),
            Fix("Pass a token that may read them (`--hf_token`), or set HF_TOKEN"),
        ),
        reference=("wx#562", "Kedreamix/Linly-Dubbing#29"),
        example="AttributeError: 'NoneType' object has no attribute 'to'",
        follows=("gated-model", "use-auth-token", "hub-offline"),
    ),
    Row(
        id="hub-offline",
        pattern=r"Cannot find an appropriate cached snapshot folder for the specified revision"
        r"|An error happened while trying to locate the files? on the Hub,? and we cannot find",
        cause="The model is not in the hub's cache and could not be fetched: no network, a proxy, HF_HUB_OFFLINE, local_files_only, or a"
        " cache of another user or container.",
        fixes=(
            Fix(
                "See what is set, and where the cache is",
                command='env | grep -E "^(HF_|HUGGINGFACE|https?_proxy)"; ls "${HF_HOME:-$HOME/.cache/huggingface}/hub"',
            ),
            Fix(
                "On a machine with a network, load it once; then mount or copy that cache, or pass the model's folder instead of its"
                " name"
            ),
        ),
        reference=("wx#694", "fw#116"),
        example="huggingface_hub.errors.LocalEntryNotFoundError: Cannot find an appropriate cached snapshot folder for the specified"
        " revision on the local disk and outgoing traffic has been disabled.",
    ),
    Row(
        id="ffmpeg-program",
        pattern=r"No such file or directory: '(?:ffmpeg|ffprobe)'",
        cause="The program ffmpeg (ffprobe comes with it) is not installed, or not on PATH. WhisperX and openai-whisper read sound with it; faster-whisper"
        " does not need it.",
        when=("whisperx & !program:ffmpeg", "openai-whisper & !program:ffmpeg"),
        fixes=(
            Fix("Debian, Ubuntu", command="sudo apt install ffmpeg"),
            Fix("Fedora", command="sudo dnf install ffmpeg-free"),
            Fix("conda", command="conda install -c conda-forge ffmpeg"),
        ),
        reference=("wx#925",),
        example="FileNotFoundError: [Errno 2] No such file or directory: 'ffmpeg'",
    ),
    Row(
        id="sndfile",
        pattern=r"sndfile library not found|cannot load library 'libsndfile\.so",
        cause="soundfile's wheel for this platform brings no libsndfile, and the system has none.",
        fixes=(
            Fix("Debian, Ubuntu (slim images lack it)", command="apt-get update && apt-get install -y libsndfile1"),
            Fix("Fedora", command="sudo dnf install libsndfile"),
        ),
        reference=("bastibe/python-soundfile#468", "speaches-ai/speaches#21"),
        example="OSError: sndfile library not found using ctypes.util.find_library",
    ),
    Row(
        id="audio-invalid",
        pattern=r"Invalid data found when processing input",
        cause="FFmpeg can't read the sound: the file is cut short, empty, no sound at all, or (from a buffer) was not rewound. PyAV"
        " brings its own FFmpeg: the system's does not matter to faster-whisper.",
        fixes=(
            Fix("See whether FFmpeg reads it", command="ffmpeg -i FILE -ar 16000 -ac 1 -c:a pcm_s16le converted.wav"),
            Fix("From memory: `buffer.seek(0)` before it is passed"),
        ),
        reference=("fw#24", "fw#637", "fw#1185"),
        example="av.error.InvalidDataError: [Errno 1094995529] Invalid data found when processing input: '<none>'",
    ),
    Row(
        id="punkt",
        pattern=r"Resource '?punkt(?:_tab)?'? not found",
        cause="WhisperX's alignment splits sentences with data of NLTK, which could not be downloaded.",
        fixes=(
            Fix("Where there is a network", command="{python} -m nltk.downloader punkt_tab"),
            Fix("In an image: run that while it is built, and set NLTK_DATA to where it was put"),
        ),
        reference=("wx#1450", "paberr/ownscribe#35"),
        example="LookupError: \n**********************************************************************\n  Resource 'punkt_tab' not"
        " found.",
    ),
    Row(
        id="align-model",
        pattern=r"No default align-model for language: (?P<language>[a-z]{2,3})",
        cause="WhisperX has no alignment model for the language {language}; it may have been detected wrongly.",
        fixes=(
            Fix("Name the language, if it was detected wrongly: `--language en`"),
            Fix("Or a wav2vec2 model from the hub that is trained for it: `--align_model NAME`"),
            Fix("Or do without word times: `--no_align`"),
        ),
        reference=("wx#834", "wx#600"),
        example="ValueError: No default align-model for language: tl",
    ),
)

LAST = (
    Row(
        id="library-missing",
        pattern=r"(?<![\w./-])(?P<library>lib(?:cublas|cublasLt|cudart|cudnn|cufft|curand|cusolver|cusparse|cusparseLt|cupti|nccl|npp\w{1,3}"
        r"|nvJitLink|nvrtc|nvToolsExt)\.so\.\d{1,2}): cannot open shared object file",
        cause="{library} is not where the loader looks: no wheel has it, or nothing has loaded that wheel's libraries.",
        fixes=(
            Fix(
                "{gone} is installed, and this file of it is gone, as when another wheel that lay over it was taken out: lay it down again",
                install=("{gone}",),
                again=True,
            ),
            Fix("It comes with", install=("{wheel}",), only=("!{wheel}",)),
            Fix("It is installed: which package does not find it shows", command="{heal} --status", only=("{wheel}",)),
            Fix(
                "An LD_LIBRARY_PATH, or a CUDA of the system's packages, can lead torch away from its own: start without the variable",
                command="unset LD_LIBRARY_PATH",
            ),
        ),
        reference=("torch#150399", "torch#144433", "ort#24719"),
        example="ImportError: libcusparseLt.so.0: cannot open shared object file: No such file or directory",
        follows=(
            "onnxruntime-library",
            "torchcodec-cuda-13",
            "torchcodec-npp",
            "torchaudio-build",
            "cublaslt-missing",
            "cudnn-8-missing",
        ),
    ),
    Row(
        id="bus-error",
        pattern=r"Bus error|signal SIGBUS|[Ee]xit(?:ed)? (?:with)? (?:status|code)?:? 135(?!\d)|code=dumped, status=7/BUS",
        cause="Not established. It was reported once, on WSL2, with ctranslate2 4.6.0 and torch 2.8.0; a full disk or a full /dev/shm"
        " under a mapped file gives the same signal.",
        fixes=(
            Fix("See whether a disk, or shared memory, is full", command="df -h / /dev/shm /tmp"),
            Fix("In a container, shared memory is 64 MB unless told: `--shm-size 1g`"),
            Fix("What else helps is not known; a report with what this prints would help", command="{heal} --doctor"),
        ),
        reference=("QuentinFuxa/WhisperLiveKit#253",),
        example="Bus error (core dumped)\nExit code 135",
        follows=("cudnn-sub-libraries",),
    ),
    Row(
        id="harmless-device-discovery",
        pattern=r"GPU device discovery failed: \S{0,40}?device_discovery\.cc:\d{1,4}",
        cause="ONNX Runtime looked for graphics cards in a place that virtual machines, WSL and some servers do not fill. CUDA works all"
        " the same.",
        fixes=(Fix("Nothing; newer releases keep quiet"),),
        reference=("ort#26763", "ort#29858"),
        example="[W:onnxruntime:Default, device_discovery.cc:164 DiscoverDevicesForPlatform] GPU device discovery failed:"
        ' device_discovery.cc:89 ReadFileContents Failed to open file: "/sys/class/drm/card0/device/vendor"',
        kind="harmless",
    ),
    Row(
        id="harmless-trained-with",
        pattern=r"Model was trained with (?:pyannote\.audio|torch) \S{1,24}?, yours is \S{1,24}?\. Bad things might happen"
        r"|Lightning automatically upgraded your loaded checkpoint",
        cause="The voice detection model is older than the libraries that read it. WhisperX's maintainers say to ignore it.",
        fixes=(Fix("Nothing"),),
        reference=("wx#933", "wx#906"),
        example="Model was trained with pyannote.audio 0.0.1, yours is 3.4.0. Bad things might happen unless you revert pyannote.audio"
        " to 0.x.",
        kind="harmless",
    ),
    Row(
        id="harmless-tf32",
        pattern=r"TensorFloat-32 \(TF32\) has been disabled",
        cause="pyannote.audio turns TF32 off so that its results are the same everywhere.",
        fixes=(Fix("Nothing"),),
        reference=("pa#1370",),
        example="ReproducibilityWarning: TensorFloat-32 (TF32) has been disabled as it might lead to reproducibility issues and lower"
        " accuracy.",
        kind="harmless",
    ),
    Row(
        id="harmless-compute-type",
        pattern=r"The compute type inferred from the saved model is \w{3,16}, but the target device or backend do not support efficient",
        cause="The model was saved in a type that this device computes only slowly (float16 on a CPU, say), so ctranslate2 took another.",
        fixes=(Fix('Nothing; compute_type="int8" is faster on a CPU, and says nothing'),),
        reference=("speaches-ai/speaches#164",),
        example="[ctranslate2] [thread 41] [warning] The compute type inferred from the saved model is float16, but the target device"
        " or backend do not support efficient float16 computation.",
        kind="harmless",
    ),
)

ROWS: tuple[Row, ...] = (*MACHINE, *CTRANSLATE2, *ONNXRUNTIME, *TORCH, *PYTHON, *MODELS, *LAST)
"""All, root causes first."""

ENDED = (
    r"Aborted \(core dumped\)|signal SIGABRT|Fatal Python error: Aborted|status=6/ABRT|exit (?:status|code) 134(?!\d)"
    r"|[Ee]xited with (?:exit)? (?:status|code) 134(?!\d)|signal 6(?!\d)|was killed by signal: SIGABRT"
)
"""How a process ended that one of the messages above had stopped; says nothing by itself."""
