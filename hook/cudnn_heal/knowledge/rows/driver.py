"""NVIDIA's driver and the GPU: not there, too old, refused, lost, or without code that runs on it."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import CAPABILITY, fixes

ROWS = (
    Row(
        id="invalid-device",
        seen=("cpu",),
        codes=("cudaErrorInvalidDevice", "CUDA_ERROR_INVALID_DEVICE"),
        pattern=r"Invalid device ID: \d{1,3}\. Number of available devices|[Ii]nvalid (?:CUDA )?device (?:id|index|ordinal):? \d{1,3}|AssertionError: Invalid device id|(?i:(?<![a-z])(?:gpu|cuda device)(?:index|id|ordinal)?\d{1,2}(?:is)?(?:out of range|does not exist|requested but only \d)|no gpu with (?:id|index)\d|CUDA_VISIBLE_DEVICES contains (?:an)?invalid)",
        cause="A GPU is asked for by a number that CUDA does not have. CUDA counts from 0, NVIDIA's GPUs alone, and only those that"
        " CUDA_VISIBLE_DEVICES leaves; other programs count graphics cards of every kind.",
        fixes=fixes(
            Advice("run", "See what there is", command='echo "[$CUDA_VISIBLE_DEVICES]"; nvidia-smi -L'),
            "With one GPU the number is 0: device_index=0 (WhisperX, whisper-ctranslate2: `--device_index 0`; torch: `cuda:0`)",
            "Where the number is right and other runs go well: the GPU's memory was full at that moment, which ctranslate2 reports so now and then",
        ),
        reference=(
            "Softcatala/whisper-ctranslate2#95",
            "Vaibhavs10/insanely-fast-whisper#105",
            "homelab-00/TranscriptionSuite#268",
        ),
        example="RuntimeError: CUDA failed with error invalid device ordinal",
    ),
    Row(
        id="gpu-busy",
        seen=("gpu",),
        codes=("cudaErrorDevicesUnavailable", "CUDA_ERROR_DEVICE_UNAVAILABLE"),
        pattern=r"all CUDA-capable devices are busy or unavailable",
        cause="The GPU does not take another program: it is set to one at a time (exclusive mode) and has one, another process holds it,"
        " or the driver and the container do not fit. Which of them the message does not tell.",
        fixes=fixes(
            Advice(
                "run",
                "See who holds it, and the mode (`Default` takes everybody)",
                command="nvidia-smi; nvidia-smi -q | grep -i 'compute mode'",
            ),
            Advice("run", "Out of exclusive mode", command="sudo nvidia-smi -c DEFAULT"),
            "Otherwise restart the container, then the machine",
        ),
        reference=("zyddnys/manga-image-translator#1102",),
        example="CUDA error: CUDA-capable device(s) is/are busy or unavailable",
    ),
    Row(
        id="gpu-lost",
        seen=("gpu",),
        pattern=r"Unable to determine the device handle for GPU|Unable to change power state from D3cold to D0|fallen off the bus|NVML: GPU is lost|GPU is lost\. {0,2}Reboot the system",
        codes=(
            "NVML_ERROR_GPU_IS_LOST",
            "NVML_ERROR_RESET_REQUIRED",
            "cudaErrorDeviceLost",
            "CUDA_ERROR_DEVICE_UNAVAILABLE_LOST",
        ),
        cause="The driver no longer reaches the GPU: it fell off the bus, which is a matter of hardware, power, heat or the driver, not of"
        " any Python package.",
        fixes=fixes(
            Advice(
                "run", "The driver says why (Xid 79: fell off the bus)", command="sudo dmesg | grep -i -E 'nvrm|xid' | tail"
            ),
            "Restart the machine; if it comes again: power cables, temperature, the slot, another driver",
        ),
        reference=("pa#1813", "https://docs.nvidia.com/deploy/xid-errors/index.html"),
        example="Unable to determine the device handle for GPU0000:01:00.0: Unknown Error",
    ),
    Row(
        id="driver-xid",
        seen=("gpu",),
        shape="xid",
        pattern=r"NVRM: Xid \([^)]{1,40}\): (?P<xid>(?!79,)\d{1,3})",
        cause="The driver reports an error of the GPU, by a number (Xid).",
        fixes=fixes(
            "Of a program: restart it; a newer release of it, of torch, and of the driver",
            "Of the GPU: restart the machine; if it comes again, power, heat and slot, then another driver; then the GPU is faulty",
        ),
        reference=("https://docs.nvidia.com/deploy/xid-errors/index.html",),
        example="NVRM: Xid (PCI:0000:01:00): 31, pid=1234, name=python3, Ch 00000008, MMU Fault",
        follows=("gpu-lost",),
    ),
    Row(
        id="virtual-gpu",
        seen=("gpu",),
        codes=(
            *(
                "cudaErrorNotSupported",
                "CUDA_ERROR_NOT_SUPPORTED",
                "cudaErrorDeviceNotLicensed",
                "CUDA_ERROR_DEVICE_NOT_LICENSED",
            ),
        ),
        cause="The driver refuses what was asked of it on this system. That is mostly met on virtual machines and virtual GPUs (vGPU, MIG): a profile without"
        " unified or peer memory, no licence, a guest's driver that does not fit the host's, a processor type that is emulated; and with a driver that is"
        " older than the program's CUDA.",
        fixes=fixes(
            Advice(
                "run",
                "See what kind of GPU and driver it is",
                command="nvidia-smi -q | grep -i -E 'virtualization|licen[sc]e|mig mode|driver version'",
            ),
            "vGPU: a licence, a profile that allows CUDA's unified memory, a guest driver of the host's branch; the virtual machine's processor type `host`",
            "Otherwise update the driver",
        ),
        reference=("InternLM/lmdeploy#2414", "torch#135126", "blakeblackshear/frigate#7295"),
        example="RuntimeError: CUDA error: operation not supported",
    ),
    Row(
        id="driver-init-memory",
        seen=("cpu", "memory"),
        pattern=r"cudaGetDeviceCount\(\)\. .{0,160}?Error 2: out of memory|cuInit\w{0,30}[ :(].{0,60}?(?:CUDA_ERROR_OUT_OF_MEMORY|: 2 \(out of memory)",
        cause="The driver itself did not get memory when it started, before any model was loaded: that is not the model's size. It was reported on WSL and with several GPUs, without a cause that was established; a limit on the process's memory (`ulimit -v`, a batch system) does it too.",
        fixes=fixes(
            Advice("run", "Whether the driver answers, and whether there is a limit", command="nvidia-smi; ulimit -v; free -h"),
            "WSL: `wsl --shutdown`, the newest driver for Windows, more memory for WSL (`memory=` in .wslconfig)",
            "One GPU alone (CUDA_VISIBLE_DEVICES=0) tells whether it is their number; otherwise restart the machine",
        ),
        reference=("torch#150048",),
        example="UserWarning: CUDA initialization: Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling NumCudaDevices() that might have already set an error? Error 2: out of memory (Triggered internally at /pytorch/c10/cuda/CUDAFunctions.cpp:109.)",
    ),
    Row(
        id="driver-error-500",
        seen=("gpu",),
        codes=("cudaErrorSymbolNotFound", "CUDA_ERROR_NOT_FOUND"),
        cause="The driver's library and what stands between it and the container do not fit: on Docker Desktop with WSL2, a Windows driver"
        " (555.85 and later) newer than Docker Desktop's container toolkit.",
        fixes=fixes(
            "Update Docker Desktop (and WSL: `wsl --update`), or go back to a Windows driver before 555.85",
            "On Linux: update the NVIDIA Container Toolkit, and the image's CUDA must not be newer than the driver's",
        ),
        reference=("ahmetoner/whisper-asr-webservice#222", "linuxserver/docker-faster-whisper#20"),
        example="UserWarning: CUDA initialization: Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before"
        " calling NumCudaDevices() that might have already set an error? Error 500: named symbol not found",
    ),
    Row(
        id="apt-nvidia",
        seen=("install",),
        pattern=r"(?:Unable to locate package|Package ['‘]?(?=[\w.+-]{2,60}['’]?has no installation candidate)|E: Package ')(?P<package>(?!nvidia-(?:container|docker))(?:libcudnn|cudnn|cuda|libcublas|nvidia|libnvinfer|tensorrt|nv)[\w.+-]{0,40})",
        cause="apt knows no such package: NVIDIA's own repository is not among its sources, or has that one for another release of the system.",
        fixes=fixes(
            "A Python environment needs none of CUDA's from apt: the wheels (nvidia-cublas-cu12, nvidia-cudnn-cu12) have the libraries; only the driver is the system's",
            "The driver (nvidia-driver-…): `ubuntu-drivers list` shows the numbers that there are, after `sudo apt update`; Debian: nvidia-driver, from `contrib non-free non-free-firmware`",
            "Otherwise set NVIDIA's repository up first, for exactly this system: https://docs.nvidia.com/cuda/cuda-installation-guide-linux/",
        ),
        reference=("https://docs.nvidia.com/cuda/cuda-installation-guide-linux/",),
        example="E: Unable to locate package libcudnn8",
    ),
    Row(
        id="driver-wsl",
        seen=("cpu",),
        pattern=r"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver|NVIDIA-SMI couldn't find libnvidia-ml\.so|NVML: Driver Not Loaded|could not insert 'nvidia|Module nvidia(?:-uvm|-drm|-modeset)? not found in directory|modprobe: FATAL: Module nvidia",
        beside=("microsoft-standard", "WSL2", "/usr/lib/wsl", "/mnt/c/", "wsl.exe", "wsl--"),
        cause="Within WSL the driver is Windows' own: none is installed in Linux, and no kernel module. A Linux driver installed there (nvidia-driver, nvidia-utils, or the package `cuda`) lies in front of what Windows brings, or Windows has no"
        " driver for the GPU that knows WSL.",
        fixes=fixes(
            Advice("run", "This must work", command="/usr/lib/wsl/lib/nvidia-smi"),
            "It works: take the Linux driver out (`sudo apt remove 'nvidia-driver-*' 'nvidia-utils-*' 'libnvidia-compute-*'`), and start WSL anew with `wsl --shutdown`, in Windows",
            "It does not: update NVIDIA's driver in Windows, then `wsl --update` and `wsl --shutdown` there; `wsl -l -v` must show version 2",
            "CUDA's toolkit, where it is needed: NVIDIA's package for WSL (cuda-toolkit), which brings no driver",
        ),
        reference=("https://docs.nvidia.com/cuda/wsl-user-guide/index.html",),
        example="NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\nLinux desktop 5.15.167.4-microsoft-standard-WSL2",
    ),
    Row(
        id="driver-not-running",
        programs=("nvidia-smi", "nvidia-modprobe", "nvidia-persistenced", "nvidia-settings"),
        seen=("cpu",),
        pattern=r"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver|NVML: Driver Not Loaded|NVML Shared Library Not Found|NVIDIA driver is not loaded|nvml error: driver not loaded"
        r"|Can't initialize NVML|NVIDIA-SMI couldn't find libnvidia-ml\.so|could not load NVML library(?!: lib)|Failed to initialize NVML: (?:N/A|Not Found)|RmInitAdapter failed|could not insert 'nvidia|nvidia-persistenced failed to initialize|Failed to query NVIDIA devices|None of the NVIDIA devices were initialized|Module nvidia(?:-uvm|-drm|-modeset|-current)? not found in directory"
        r"|(?i:no nvidia(?:graphics|gpu)?drivers?(?:was|were|is|are)?(?:found|detected|installed)|nvidia(?:graphics|gpu)?drivers?(?:is|are|was|were)?(?:not|n't)(?:found|installed|loaded|running|available))"
        r"|'nvidia-smi' not found|No such file or directory: '(?:[^']{0,80}[/\\])?nvidia-smi(?:\.exe)?'",
        codes=("NVML_ERROR_DRIVER_NOT_LOADED", "NVML_ERROR_LIBRARY_NOT_FOUND"),
        cause="NVIDIA's driver does not run, or is not in this container: it is not installed, its module was not built for the running"
        " kernel (an update of the kernel) or not signed (Secure Boot: `Key was rejected`), does not support this GPU (`RmInitAdapter failed`), or"
        " the container was started without the GPU.",
        fixes=fixes(
            Advice(
                "run",
                "On the host: what is loaded, and what the system says of it",
                command="lsmod | grep nvidia; sudo dmesg | grep -i nvidia | tail",
            ),
            "Restart after an update of the kernel or the driver; otherwise install the driver, whole, from the distribution's packages (Ubuntu: `sudo ubuntu-drivers install`; nvidia-utils alone is none)",
            "In a container: start it with `--gpus all`; NVIDIA_DRIVER_CAPABILITIES must have `utility` for nvidia-smi",
            "An LXC container: the same release of the driver's programs as on its host, without the kernel module, and /dev/nvidia* handed in (LXD, Incus: `nvidia.runtime=true`)",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",),
        follows=(
            "driver-mismatch",
            "container-lost-gpu",
            "driver-wsl",
            "driver-secure-boot",
            "driver-nouveau",
            "driver-headers",
            "container-run-without-gpu",
            "container-script-without-gpu",
        ),
        example="NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
    ),
    Row(
        id="nvml-permissions",
        seen=("gpu",),
        pattern=r"Failed to initialize NVML: Insufficient Permissions|NVIDIA-SMI has failed because you do not have (?:sufficient|suffient) permissions|open [`']/dev/nvidia[\w-]{0,20}[`']: (?:Operation not permitted|Permission denied)",
        codes=("NVML_ERROR_NO_PERMISSION",),
        cause="This user may not open the GPU's device files (/dev/nvidia*): on some systems only a group may, and a container may be kept"
        " from them.",
        fixes=fixes(
            Advice("run", "See who may", command="ls -l /dev/nvidia*; id"),
            "Add the user to that group (`video`, `render`), or give the container the devices",
            "With SELinux (Fedora, RHEL), which keeps containers from them: `--security-opt label=disable` for this container",
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",),
        example="Failed to initialize NVML: Insufficient Permissions",
    ),
    Row(
        id="fabric-manager",
        seen=("gpu",),
        codes=("cudaErrorSystemNotReady", "CUDA_ERROR_SYSTEM_NOT_READY"),
        cause="The GPUs of this machine are joined by NVSwitch, and NVIDIA's Fabric Manager does not run, or is of another release than the"
        " driver.",
        fixes=fixes(
            Advice("run", "On the host", command="sudo systemctl status nvidia-fabricmanager"),
            "Install the Fabric Manager of exactly the driver's version, start it, and restart what uses the GPUs",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/index.html",),
        example="RuntimeError: Unexpected error from cudaGetDeviceCount(). Error 802: system not yet initialized",
    ),
    Row(
        id="gpu-memory-faulty",
        seen=("gpu",),
        codes=(
            "cudaErrorECCUncorrectable",
            "CUDA_ERROR_ECC_UNCORRECTABLE",
            "cudaErrorNvlinkUncorrectable",
            "CUDA_ERROR_NVLINK_UNCORRECTABLE",
            "cudaErrorContained",
            "CUDA_ERROR_CONTAINED",
        ),
        cause="The GPU found a fault in its own memory, or in its links, that it could not correct. No Python package causes that.",
        fixes=fixes(
            Advice(
                "run",
                "See its counts, and what the driver says",
                command="nvidia-smi -q -d ECC; sudo dmesg | grep -i xid | tail",
            ),
            "Restart the machine; if it comes again, the GPU is faulty",
        ),
        reference=("https://docs.nvidia.com/deploy/xid-errors/index.html",),
        example="RuntimeError: CUDA error: uncorrectable ECC error encountered",
    ),
    Row(
        id="deepspeed-kernel",
        seen=("gpu",),
        pattern=r"!!!! kernel execution error\. \((?:batch: \d{1,9}, )?m: \d{1,9}, n: \d{1,9}, k: \d{1,9}, error: \d{1,3}\)",
        cause="DeepSpeed's inference kernels, which the program uses to be faster, failed in cuBLAS (13: the execution failed; 14: an error within it; 15: not supported). They are compiled for certain GPUs and types; nothing is missing.",
        fixes=fixes(
            "Without DeepSpeed: the program's own switch (index-tts: `use_deepspeed=False`, without `--deepspeed`; XTTS and AllTalk: DeepSpeed off)",
            "With it: a DeepSpeed that was built for this torch, this CUDA and this GPU",
        ),
        reference=("index-tts/index-tts#336", "index-tts/index-tts#424"),
        example="!!!! kernel execution error. (m: 5120, n: 3075, k: 1280, error: 13)",
    ),
    Row(
        id="kernel-fault",
        seen=("gpu",),
        pattern=r"CUDA_EXCEPTION_\d{1,2}, |Invalid __(?:global|shared|local)__ (?:read|write) of size",
        codes=(
            *("cudaErrorIllegalAddress", "CUDA_ERROR_ILLEGAL_ADDRESS", "cudaErrorLaunchFailure", "CUDA_ERROR_LAUNCH_FAILED"),
            *("cudaErrorMisalignedAddress", "CUDA_ERROR_MISALIGNED_ADDRESS", "cudaErrorInvalidAddressSpace"),
        ),
        cause="A program on the GPU touched memory that is not its own, or ran into a fault. That is a fault of the program or of a"
        " library, mostly of a kernel that makes it faster (attention, CUDA graphs, quantized layers) with this GPU, model or size; nothing is missing in the installation. The line that reports it need not be"
        " the one that did it, and every later call in the process fails too.",
        fixes=fixes(
            "Start the program again, in its newest release (with the torch that it asks for), with the newest driver; where it began with an update, the release before",
            "Without what makes it faster, one after the other: vLLM `--enforce-eager`, another attention backend, `--disable-custom-all-reduce`; llama.cpp, whisper.cpp without flash attention (`-fa off`, `-nfa`), GGML_CUDA_DISABLE_GRAPHS=1; ComfyUI without `--use-sage-attention`; torch without torch.compile",
            "A smaller batch, shorter pieces, one GPU alone (CUDA_VISIBLE_DEVICES=0): nearly full memory and several GPUs bring it out; one process for each model, and one thread for each stream",
            "CUDA_LAUNCH_BLOCKING=1 in the program's environment makes the line true at which it is reported",
            Advice(
                "run",
                "The driver's Xid tells whether it was the hardware (31: the program; 48, 79 and others: the GPU), as does the same without overclocking",
                command="sudo dmesg | grep -i xid | tail",
            ),
        ),
        reference=(
            "ggml-org/whisper.cpp#1502",
            "vllm-project/vllm#5613",
            "Comfy-Org/ComfyUI#6125",
            "ct2#2021",
            "https://docs.nvidia.com/deploy/xid-errors/index.html",
        ),
        example="RuntimeError: CUDA error: an illegal memory access was encountered",
        follows=("deepspeed-kernel",),
    ),
    Row(
        id="kernel-instruction",
        seen=("gpu",),
        codes=(
            *("cudaErrorIllegalInstruction", "CUDA_ERROR_ILLEGAL_INSTRUCTION", "cudaErrorInvalidPc", "CUDA_ERROR_INVALID_PC"),
            *("cudaErrorHardwareStackError", "CUDA_ERROR_HARDWARE_STACK_ERROR"),
        ),
        cause="The GPU met code that it can't run, in a kernel that it had begun. Programs hardly do that by themselves: a driver or a torch that does not fit this GPU, code compiled for another one, or a GPU that computes wrongly (overclocked, too hot, too little power, failing). The line that reports it need not be the one that did it; nothing is missing in the installation.",
        fixes=fixes(
            "Update the driver (Windows: a clean install), and take the newest torch that the program takes, in the build for this GPU and CUDA",
            "Test the GPU: clocks, memory and voltage as the maker set them (no overclocking, no undervolting), temperature, power cables; the same program on another GPU, or on the CPU",
            Advice(
                "run",
                "What the driver says of it (Linux; Xid 13 and 31: the program or the GPU's clocks; 48, 79 and others: the GPU)",
                command="sudo dmesg | grep -i xid | tail",
            ),
            "Without what was compiled by others or on the spot: flash-attn, SageAttention, xFormers, torch.compile; what is cached of it (~/.triton, ~/.nv) deleted",
            "CUDA_LAUNCH_BLOCKING=1 in the program's environment makes the line true at which it is reported",
        ),
        reference=("Eddycrack864/UVR5-UI#35", "https://docs.nvidia.com/deploy/xid-errors/index.html"),
        example="RuntimeError: CUDA error: an illegal instruction was encountered",
        follows=("deepspeed-kernel",),
    ),
    Row(
        id="sampling-assert",
        seen=("model",),
        pattern=r"TensorCompare\.cu:\d{1,5}: .{0,160}?Assertion `(?:input\[0\] != 0|probability tensor contains[^`]{0,60})` failed|MultinomialKernel\.cu:\d{1,5}: .{0,160}?Assertion `[^`]{3,120}` failed",
        cause="The model's probabilities are not a number, or negative, so that torch can't draw the next token: its computation ran out of its range, mostly in 16 bits, or with a text, a voice or settings that the model can't take. It is no fault of the installation; after it, every call of the process fails.",
        fixes=fixes(
            "Restart the program: this process can't use the GPU any more",
            "Compute in 32 bits (float32) or bfloat16 instead of float16; a temperature above 0, and the sampling settings of the model's own page",
            "A shorter text, other reference audio (not silent, not seconds of noise): the same call on the CPU shows which input it is",
            "A GTX 16xx, which computes float16 badly: float32",
        ),
        reference=("devnen/Chatterbox-TTS-Server#47", "https://docs.pytorch.org/docs/stable/notes/numerical_accuracy.html"),
        example="/pytorch/aten/src/ATen/native/cuda/TensorCompare.cu:110: _assert_async_cuda_kernel: block: [0,0,0], thread: [0,0,0] Assertion `input[0] != 0` failed.",
    ),
    Row(
        id="device-assert",
        seen=("gpu",),
        codes=("cudaErrorAssert", "CUDA_ERROR_ASSERT"),
        cause="A check within a program on the GPU failed: nearly always an index beyond its table (a label, a token or a speaker that the model"
        " does not have). That is a matter of the program's data, not of the installation.",
        pattern=r"Assertion `[^`]{3,200}` failed\.",
        fixes=fixes(
            'Run the same on the CPU (device="cpu"), which tells the index and the line',
            "Or with CUDA_LAUNCH_BLOCKING=1",
        ),
        reference=("https://docs.pytorch.org/docs/stable/notes/cuda.html",),
        example="RuntimeError: CUDA error: device-side assert triggered",
        follows=("sampling-assert",),
    ),
    Row(
        id="launch-timeout",
        seen=("gpu",),
        codes=("cudaErrorLaunchTimeout", "CUDA_ERROR_LAUNCH_TIMEOUT"),
        cause="A program on the GPU ran longer than the system allows where that GPU also draws the screen.",
        fixes=fixes(
            "A smaller batch; on Windows raise the limit (TdrDelay); on Linux use a GPU without a screen",
        ),
        reference=("https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",),
        example="CUDA error: the launch timed out and was terminated",
    ),
    Row(
        id="cuda-fork",
        seen=("gpu",),
        pattern=r"Cannot re-initialize CUDA in forked subprocess",
        codes=("cudaErrorInitializationError", "CUDA_ERROR_NOT_INITIALIZED"),
        cause="CUDA could not be initialized in this process. Either it was forked after its parent had used the GPU (gunicorn's"
        " `preload_app`, celery's prefork pool, multiprocessing's `fork`), which CUDA does not survive; or, where nothing forks, the driver"
        " does not start.",
        fixes=fixes(
            "Load the model in the child, or start children by `spawn` (`multiprocessing.set_start_method('spawn')`)",
            "gunicorn: without `--preload`; celery: `--pool=solo` or `--pool=threads`",
            Advice("run", "Where nothing forks", command="nvidia-smi"),
        ),
        reference=("benoitc/gunicorn#3176", "torch#68861"),
        example="RuntimeError: Cannot re-initialize CUDA in forked subprocess. To use CUDA with multiprocessing, you must use the 'spawn' start method",
    ),
    Row(
        id="rocm",
        seen=("gpu",),
        pattern=r"(?:HIP|ROCm|rocBLAS|MIOpen) error(?!: Cannot read)|MIOpen Error: |MIOpen\(HIP\): Error|No HIP GPUs are available|hipError[A-Z]\w{3,40}|MIOPEN_STATUS_\w{3,40}|miopenStatus(?!Success)\w{3,40}|Error [\w ]{5,60} at line \d{1,5} in file \S{1,160}\.hip",
        cause="An AMD GPU's software (ROCm, HIP) says so; neither CUDA nor cuDNN takes part. `invalid device function` and `no binary for GPU` mean"
        " that the build has no code for this GPU; `out of memory` that the GPU's memory is full.",
        fixes=fixes(
            Advice("run", "See which GPU it is", command="rocminfo | grep gfx"),
            "A build of the program, or of torch, whose ROCm supports that GPU: AMD's support matrix tells",
            "A GPU of the same generation as a supported one: HSA_OVERRIDE_GFX_VERSION (10.3.0 for gfx103x, 11.0.0 for gfx110x, gfx1151 too) is used by many; AMD does not support it",
        ),
        reference=(
            "ROCm/legacy-rocm-build#6120",
            "https://rocm.docs.amd.com/projects/install-on-linux/en/latest/reference/system-requirements.html",
        ),
        example="RuntimeError: HIP error: invalid device function",
        follows=(
            "rocm-compile",
            "rocm-fault",
        ),
    ),
    Row(
        id="no-kernel",
        seen=("gpu",),
        codes=(
            "cudaErrorNoKernelImageForDevice",
            "CUDA_ERROR_NO_BINARY_FOR_GPU",
            "cudaErrorInvalidDeviceFunction",
            "CUDNN_STATUS_ARCH_MISMATCH",
            "CUBLAS_STATUS_ARCH_MISMATCH",
            "CUDNN_STATUS_NOT_SUPPORTED_ARCH_MISMATCH",
        ),
        cause="The library that says so has no code for this GPU: it was built for other architectures, before the GPU came out, or after"
        " support for it ended.",
        fixes=fixes(
            CAPABILITY,
            "A newer release of the package that says so for a new GPU; an older one, or a build for it, for an old GPU",
        ),
        reference=("https://docs.nvidia.com/cuda/cuda-c-programming-guide/index.html",),
        example="CUDA error 209: no kernel image is available for execution on the device",
        follows=(
            "no-kernel-extension",
            "no-kernel-torch",
            "no-kernel-torch-old",
            "no-kernel-torch-new",
            "no-kernel-torch-packed",
        ),
    ),
    Row(
        id="ptx-version",
        seen=("gpu",),
        pattern=r"Unsupported \.version \d{1,2}\.\d; current version is '\d{1,2}\.\d'|(?<!compiled with an)unsupported toolchain",
        codes=(
            "cudaErrorUnsupportedPtxVersion",
            "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
            "cudaErrorInvalidPtx",
            "CUDA_ERROR_INVALID_PTX",
        ),
        cause="The package has no compiled code for this GPU, and the driver is too old to compile the source that it has instead.",
        fixes=fixes(
            "Update the driver (on the host, where this was seen in a container)",
            "Or a release of the package that is built for an older CUDA",
            "NeMo (cuda_python_utils.py): a cuda-python of the driver's CUDA (`cuda-python<13` with a driver for CUDA 12), or decoding without CUDA graphs (use_cuda_graph_decoder=False)",
            "On a Jetson, whose driver is JetPack's: the image, or the wheel, that is made for that JetPack",
        ),
        reference=("ct2#1978", "dusty-nv/jetson-inference#1515"),
        example="CUDA error: the provided PTX was compiled with an unsupported toolchain.",
    ),
    Row(
        id="driver-compiler-release",
        seen=("crash", "container"),
        pattern=r"(?:in |from (?:/[\w./+-]{0,120}/)?|\[)lib(?:nvidia-(?:ptxjitcompiler|nvvm\d?)|cudadebugger)\.so\.\d{3}\.\d{2,3}(?:\.\d{2})?(?:[\[+]|$)"
        r"|compat/(?:lib\.real/)?lib(?:cuda|nvidia-\w{3,20})\.so\.\d{3}\.\d{2,3}(?:\.\d{2})?[\[+]",
        beside=("egfault", "egmentationfault", "SIGSEGV", "SIGABRT", "generalprotectionfault", "Aborted"),
        cause="The process ended in a file of NVIDIA's driver that compiles for the GPU, of the release that its name has. It fits only a kernel's module of the same release. In a container it is mostly the image's own (cuda-compat): the image is for a newer CUDA than the host's driver knows, and GeForce cards do not take such a mixture.",
        fixes=fixes(
            Advice(
                "run",
                "The module's release, which should be the number in the file's name",
                command="cat /proc/driver/nvidia/version",
            ),
            "Another one: the program's image for the CUDA that `nvidia-smi` on the host shows, or an older one (tags like `-cuda-12.6.3`); or update the driver on the host",
            "Outside a container: restart after an update of the driver; one driver alone, whole, and no folder `compat` in LD_LIBRARY_PATH",
        ),
        reference=(
            "speaches-ai/speaches#464",
            "https://docs.nvidia.com/deploy/cuda-compatibility/forward-compatibility.html",
        ),
        example="segfault at 73 ip 00007efb31868974 sp 00007ffd807e4640 error 4 in libnvidia-ptxjitcompiler.so.575.51.03[7efb31600000+2156000]",
    ),
    Row(
        id="container-own-driver",
        seen=("container", "cpu"),
        pattern=r"(?:\w@(?=[a-f]{0,11}\d)[0-9a-f]{8,12}:|(?:docker|podman) run ).{0,400}?Failed to initialize NVML: Driver/library version mismatch",
        cause="The container's library of NVIDIA's driver is of another release than the module that the host runs. Mostly the image brings a library of its own: a driver's packages, which apt put into it (libnvidia-compute, nvidia-utils, with nvidia-opencl-dev or nvidia-cuda-toolkit too), or cuda-compat; or the container was started before the host's driver was updated.",
        fixes=fixes(
            Advice(
                "run",
                "In the container: which copies there are",
                command="ldconfig -p | grep -E 'libcuda\\.so|libnvidia-ml'; dpkg -l | grep -E 'libnvidia|nvidia-(utils|driver)|cuda-compat'",
            ),
            "Take the driver's packages out of the image (out of its Dockerfile, then build it anew): the host's own are put in at the start",
            "None is there: make the container anew; where `nvidia-smi` fails on the host too, restart the host",
        ),
        reference=("BIOP/BIOP-desktop#27", "NVIDIA/nvidia-docker#1245"),
        example="root@b7d0a1c2:/# nvidia-smi\nFailed to initialize NVML: Driver/library version mismatch\nNVML library version: 570.86",
    ),
    Row(
        id="driver-mismatch",
        seen=("cpu",),
        pattern=r"[Dd]river/library version mismatch|NVRM: API mismatch: the client has the version",
        cause="The library of NVIDIA's driver that was loaded is of another release than the module that the kernel runs. Either the driver was updated, and the old module still"
        " runs; or another copy of the library is loaded in its place: in a container mostly the image's own (cuda-compat in /usr/local/cuda/compat, or a driver's packages).",
        codes=("NVML_ERROR_LIB_RM_VERSION_MISMATCH", "cudaErrorSystemDriverMismatch", "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"),
        fixes=fixes(
            Advice(
                "run",
                "Tell the two apart on the machine itself (for a container: its host); where this fails too, restart that machine",
                command="nvidia-smi",
            ),
            Advice(
                "run",
                "Where it works there, another copy is loaded: see which ones there are (in the container)",
                command="ldconfig -p | grep -E 'libcuda\\.so|libnvidia-ml'; echo $LD_LIBRARY_PATH",
            ),
            "A folder `compat` among them: out of LD_LIBRARY_PATH and /etc/ld.so.conf.d; or an image for a CUDA that the host's driver has, or a newer driver on the host",
            "A driver's packages in an image (libnvidia-compute, nvidia-utils; apt brings them with nvidia-opencl-dev and nvidia-cuda-toolkit): take them out of it; the host's are put in at the start",
            "A container that ran while the host's driver was updated: make it anew",
        ),
        reference=(
            "NVIDIA/nvidia-container-toolkit#394",
            "NVIDIA/nvidia-docker#1245",
            "https://docs.nvidia.com/deploy/cuda-compatibility/",
        ),
        example="Failed to initialize NVML: Driver/library version mismatch",
        follows=("container-own-driver",),
    ),
    Row(
        id="forward-compatibility",
        seen=("cpu",),
        pattern=r"forward compatibility was attempted on non supported HW",
        cause="The image brings a CUDA driver library newer than the host's driver, which only data-center GPUs accept; or the"
        " host's driver was updated without a restart.",
        codes=("cudaErrorCompatNotSupportedOnDevice", "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE"),
        fixes=fixes(
            "Restart the host if its driver was just updated",
            "Otherwise update the host's driver, or take an image for a CUDA version that `nvidia-smi` on the host shows",
        ),
        reference=("ort#21435", "oobabooga/textgen#4407"),
        example="Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling NumCudaDevices() that"
        " might have already set an error? Error 804: forward compatibility was attempted on non supported HW",
    ),
    Row(
        id="driver-unknown-error",
        seen=("cpu",),
        pattern=r"CUDA unknown error - this may be due to an incorrectly set up environment|CUDA failed with error unknown error|CUDA driver initialization failed, you might not have a CUDA gpu",
        cause="The driver did not initialize. Seen after the machine was suspended, and where /dev/nvidia-uvm is missing; other"
        " causes are possible.",
        codes=("cudaErrorUnknown", "CUDA_ERROR_UNKNOWN"),
        fixes=fixes(
            Advice(
                "run",
                "After a suspend (stop what uses the GPU first)",
                command="sudo rmmod nvidia_uvm && sudo modprobe nvidia_uvm",
            ),
            Advice("run", "Where /dev/nvidia-uvm is missing", command="sudo nvidia-modprobe -u -c=0"),
            "Otherwise restart the machine",
        ),
        reference=("torch#88639", "mkiol/dsnote#111"),
        example="UserWarning: CUDA initialization: CUDA unknown error - this may be due to an incorrectly set up environment,"
        " e.g. changing env variable CUDA_VISIBLE_DEVICES after program start. Setting the available devices to be zero.",
    ),
    Row(
        id="driver-stub",
        seen=("cpu",),
        pattern=r"CUDA driver is a stub library",
        codes=("cudaErrorStubLibrary", "CUDA_ERROR_STUB_LIBRARY"),
        cause="The libcuda.so that was loaded is the stub of a CUDA toolkit (…/lib64/stubs), which is for linking alone, in place of the driver's own. A folder `stubs` in LD_LIBRARY_PATH, or in the loader's configuration, does that; in a container without the GPU no other libcuda.so may be there at all.",
        fixes=fixes(
            Advice("run", "See where it comes from", command="echo $LD_LIBRARY_PATH; ldconfig -p | grep libcuda"),
            "Take the folder `stubs` out of LD_LIBRARY_PATH and of /etc/ld.so.conf.d",
            "In a container: start it with `--gpus all`; then the driver's own library is put in",
        ),
        reference=("numba/numba#9732", "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html"),
        example="RuntimeError: CUDA error: CUDA driver is a stub library",
    ),
    Row(
        id="driver-missing-or-old",
        seen=("cpu",),
        pattern=r"(?<!CUDA driver version is)insufficient for CUDA runtime version|CUDA driver version is insufficient for CUDA runtime version|cudaErrorInsufficientDriver"
        r"|CUDA failure 35(?!\d)",
        cause="Either there is no driver here at all (a container that was started without the GPU says the same), or it is too"
        " old for the CUDA that the program is built for: CUDA 12 with ctranslate2 4 and onnxruntime-gpu 1.19 to 1.26 (525 or later), CUDA 13 with"
        " onnxruntime-gpu from 1.27 and PyPI's torch from 2.11 (580 or later).",
        codes=("cudaErrorInsufficientDriver",),
        fixes=fixes(
            Advice("run", "See which of the two", command="nvidia-smi"),
            "It is not found, in a container: start that with `--gpus all` (Compose: `deploy.resources.reservations.devices`; Unraid: `--runtime=nvidia` and NVIDIA_VISIBLE_DEVICES=all)",
            "It is not found, in Podman: `--device nvidia.com/gpu=all`, after `sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml` on the host (and again after each update of the driver)",
            "It is not found, on the host: install NVIDIA's driver",
            "It shows a lower `CUDA Version` than the program is built for: update the driver, or take a build for that one",
            "On a Jetson, whose driver is JetPack's: an image, or a wheel, that is made for that JetPack",
            "An old GPU has no newer driver: for Kepler (GT 710 to 780, K80) 470 is the last, which is CUDA 11.4: the CPU, or another card",
            'Or run on the CPU: device="cpu", compute_type="int8" (ONNX Runtime: CPUExecutionProvider alone)',
        ),
        reference=("ct2#1988", "fw#1229", "fw#734", "immich-app/immich#28583"),
        example="RuntimeError: CUDA failed with error CUDA driver version is insufficient for CUDA runtime version",
    ),
    Row(
        id="cuda-not-started",
        seen=("cpu", "gpu"),
        pattern=r"(?i:(?:could not|couldn't|cannot|can't|unable to|failed to|error|failure)(?:while)?(?:init(?:ializ(?:e|ing))?|start(?:ing)?)(?:the)?(?:cuda|gpu)(?:device|driver|context|runtime|backend)?(?![a-z_])"
        r"|(?<![a-z_])cuda(?:driver|device|runtime)?(?:is|was)?(?:init(?:ialization)?failed|not initialized|failed to (?:init|start))|(?<![\w/])(?:cuda|gpu)device(?:id)?\d{0,2}(?:is|was)?not found)(?!:\w)(?!.{0,80}?(?i:falling|fall-?back|using (?:the)?cpu|cpu instead))",
        cause="The program could not start CUDA on this machine: there is no NVIDIA driver, or it is older than the program's CUDA, the container was started without the GPU, the GPU is hidden from it (CUDA_VISIBLE_DEVICES), full or lost. Which of them, these words do not tell.",
        fixes=fixes(
            Advice(
                "run",
                "This must work, in the same container, and show no lower `CUDA Version` than the program is built for (otherwise update the driver)",
                command="nvidia-smi",
            ),
            "In a container: start it with `--gpus all`; CUDA_VISIBLE_DEVICES must not be empty, nor name a GPU that is not there",
            "It worked before: restart the machine (an update of the driver, a suspend)",
            "Without an NVIDIA GPU: the program's setting, or its build, for the CPU",
        ),
        reference=("https://docs.nvidia.com/deploy/cuda-compatibility/",),
        example="Error: failed to initialize CUDA",
        follows=(
            *("driver-missing-or-old", "forward-compatibility", "no-device", "driver-unknown-error", "ptx-version"),
            *("fabric-manager", "driver-mismatch", "gpu-memory", "status-code", "library-missing", "driver-stub"),
            *("invalid-device", "gpu-busy", "libcuda-missing", "torch-driver-too-old", "torch-no-driver", "no-kernel"),
            *("driver-not-running", "driver-init-memory", "cuda-fork", "driver-error-500", "cuda-driver-old", "jax-cpu"),
            *("tensorflow-gpu", "xla-cudnn", "cuda-python-no-driver", "gpu-not-seen", "torch-without-cuda", "numba-driver"),
            *("smi-no-devices", "nvidia-library-unnamed", "ggml-no-gpu", "tensorrt-build", "container-toolkit", "virtual-gpu"),
            "harmless-webrtc-video",
        ),
    ),
    Row(
        id="cuda-driver-old",
        seen=("cpu",),
        pattern=r"(?i:(?:nvidia|cuda|gpu|graphics)(?:graphics|gpu|display)?drivers?(?:version)?(?:\(?v?[\d.]{3,12}\)?)?(?:is|are)(?:too old|outdated|out of date|insufficient|older than|too low|not new enough)|(?<![a-z])driver version (?:\(?[\d.]{3,12}\)?)?(?:is)?(?:too old|insufficient|too low)"
        r"|(?:minimum|required)(?:nvidia)?driver(?:version)?(?:is|:|required)|(?:update|upgrade)(?:your|the)?nvidia(?:gpu|graphics|display)?drivers?)",
        beside=("NVIDIA", "nvidia", "Nvidia", "CUDA", "cuda", "Cuda", "GPU"),
        cause="NVIDIA's driver is older than the program, or its CUDA, wants: CUDA 12 runs from 525 on (code that the driver itself compiles, for GPUs that are newer than the build, wants the release of that CUDA: 12.8 is 570), CUDA 13 from 580 on.",
        fixes=fixes(
            Advice("run", "See which it is", command="nvidia-smi"),
            "Update it: Ubuntu `sudo ubuntu-drivers install`, then restart; Windows https://www.nvidia.com/drivers; for a container on its host",
            "Or a build of the program for an older CUDA",
            "An old GPU has no newer driver (GTX 600 and 700: 470; GTX 900 and 10: 580): such a build, or the CPU",
        ),
        reference=("https://docs.nvidia.com/deploy/cuda-compatibility/",),
        example="Error: your NVIDIA driver is too old for this version",
        follows=(
            *("driver-missing-or-old", "torch-driver-too-old", "container-requirement", "container-driver-release"),
            *("ptx-version", "forward-compatibility", "driver-error-500", "driver-mismatch", "torch-no-driver", "virtual-gpu"),
            *("directml-device", "vulkan-driver", "no-device", "driver-not-running", "status-code", "vulkan-lost"),
        ),
    ),
    Row(
        id="torch-driver-too-old",
        seen=("cpu",),
        pattern=r"The NVIDIA driver on your system is too old \(found version \d{4,6}\)",
        cause="This torch is built for a newer CUDA than the driver can run (the message's number is the driver's: 12080 is CUDA 12.8)."
        " PyPI's torch is built for CUDA 13 from 2.11 on, which needs driver 580 or later.",
        when=("@cuda==13 & @driver<580", "@cuda==12 & @driver<525"),
        fixes=fixes(
            "Update the driver",
            "Or take the torch that is built for the driver's CUDA (choose it on https://pytorch.org/get-started/locally/; uv: `--torch-backend=auto`)",
        ),
        reference=("modelscope/FunASR#2973",),
        example="RuntimeError: The NVIDIA driver on your system is too old (found version 12080). Please update your GPU driver by"
        " downloading and installing a new version from the URL: http://www.nvidia.com/Download/index.aspx",
    ),
    Row(
        id="torch-no-driver",
        seen=("cpu",),
        pattern=r"Found no NVIDIA driver on your system",
        cause="torch was asked for a GPU and finds no NVIDIA driver: none is installed, or the container was started without"
        " the GPU.",
        fixes=fixes(
            Advice("run", "This must work first", command="nvidia-smi"),
            "In a container: start it with `--gpus all`",
            'Or run on the CPU: device="cpu"',
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",),
        example="RuntimeError: Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a"
        " driver from http://www.nvidia.com/Download/index.aspx",
        follows=("container-run-without-gpu",),
    ),
    Row(
        id="libcuda-missing",
        seen=("library", "container"),
        pattern=r"(?<![\w.])libcuda\.so\.1: cannot open shared object file|libcuda\.so not found! Do you have a CUDA driver installed|CUDA driver library could not be loaded|is an NVIDIA driver library and can only be found via system search|[Cc]annot load (?:libcuda\.so\.1|nvcuda\.dll)|Could not dynamically load CUDA|[Ff]ailed to (?:dlopen|load) (?:libcuda\.so(?:\.1)?|nvcuda\.dll)(?!\w)",
        cause="libcuda.so.1 is part of NVIDIA's driver, and comes with no wheel: there is no driver here, or the container was"
        " started without the GPU.",
        fixes=fixes(
            Advice("run", "This must work first", command="nvidia-smi"),
            "In a container: start it with `--gpus all`, and NVIDIA_DRIVER_CAPABILITIES must have `compute` (or `all`)",
            Advice(
                "run",
                "On WSL: the driver for Windows brings it, in /usr/lib/wsl/lib; to have it found",
                command="echo /usr/lib/wsl/lib | sudo tee /etc/ld.so.conf.d/ld.wsl.conf && sudo ldconfig",
            ),
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",),
        example="Failed to load library libonnxruntime_providers_cuda.so with error: libcuda.so.1: cannot open shared object"
        " file: No such file or directory",
        follows=("cuda-python-no-driver", "container-run-without-gpu"),
    ),
    Row(
        id="no-device",
        seen=("cpu",),
        pattern=r"no CUDA-capable device is detected|No CUDA GPUs are available|cudaErrorNoDevice|CUDA failure 100(?!\d)",
        cause="The driver's library is here, and no GPU is exposed to this process: CUDA_VISIBLE_DEVICES hides it, or the container"
        " has none.",
        codes=("cudaErrorNoDevice", "CUDA_ERROR_NO_DEVICE"),
        fixes=fixes(
            Advice(
                "run",
                "Look what is set, and what the driver sees",
                command='echo "[$CUDA_VISIBLE_DEVICES] [$NVIDIA_VISIBLE_DEVICES]"; nvidia-smi -L',
            ),
            Advice("run", "An empty CUDA_VISIBLE_DEVICES, or -1, hides all GPUs", command="unset CUDA_VISIBLE_DEVICES"),
            "In a container: start it with `--gpus all`, or NVIDIA_VISIBLE_DEVICES=all under NVIDIA's runtime",
            "A GPU that is divided (MIG): `nvidia-smi -L` must list an instance (`MIG …`), and its UUID goes into NVIDIA_VISIBLE_DEVICES; a virtual one (vGPU): its driver in the virtual machine must be licensed and fit the host's",
            "In a container that had the GPU for hours: systemd took it away (`systemctl daemon-reload`, an update): restart the container; lasting: each /dev/nvidia* named by `--device`, or a newer Container Toolkit with CDI",
        ),
        reference=("ct2#1933",),
        example="RuntimeError: CUDA failed with error no CUDA-capable device is detected",
        follows=("container-run-without-gpu",),
    ),
    Row(
        id="cudarc-no-library",
        seen=("library", "gpu"),
        pattern=r'Unable to dynamically load the "(?P<library>\w{2,20})" shared library - searched for library names',
        cause="cudarc, by which a Rust program calls CUDA, does not find the library `{library}`: `cuda` is the driver's own (there is none, or the container was started without the GPU); nvrtc, cublas, curand and cudnn are those of the CUDA toolkit, of the major version that the program is built for.",
        fixes=fixes(
            Advice("run", "This must work first", command="nvidia-smi"),
            "In a container: start it with `--gpus all`; an image with CUDA's runtime libraries",
            "Otherwise CUDA's and cuDNN's libraries where the loader looks (LD_LIBRARY_PATH; Windows: PATH), for this program alone",
        ),
        reference=("https://github.com/chelsea0x3b/cudarc",),
        example='Unable to dynamically load the "cuda" shared library - searched for library names: ["cuda", "nvcuda"]. Ensure that `LD_LIBRARY_PATH` has the correct path to the installed library.',
    ),
    Row(
        id="wsl-libcuda",
        seen=("crash",),
        pattern=r"Could not load library libcudnn_\w{2,40}\.so\.\d{1,2}\.? Error: libcuda\.so: cannot open shared object file"
        r"|(?<![\w./])libcuda\.so: cannot open shared object file",
        cause="cuDNN is found; the driver's library under the name libcuda.so is not. On WSL it lies in /usr/lib/wsl/lib, which"
        " is not on the loader's path here (or only libcuda.so.1 is known to it).",
        fixes=fixes(
            Advice("run", "On WSL", command="echo /usr/lib/wsl/lib | sudo tee /etc/ld.so.conf.d/ld.wsl.conf && sudo ldconfig"),
            "ldconfig's remark that libcuda.so.1 is not a symbolic link does no harm",
            "In a container (Podman's CDI, an old toolkit), where libcuda.so.1 is there alone: `ln -s libcuda.so.1 /usr/lib/x86_64-linux-gnu/libcuda.so` in its image, and on the host `sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml` anew",
            Advice("run", "Or for one shell", command="export LD_LIBRARY_PATH=/usr/lib/wsl/lib:$LD_LIBRARY_PATH"),
        ),
        reference=("wsl#8587", "wsl#5663", "facebookresearch/nougat#105"),
        example="Could not load library libcudnn_cnn_infer.so.8. Error: libcuda.so: cannot open shared object file: No such file"
        " or directory",
    ),
    Row(
        id="triton-libcuda",
        seen=("library",),
        pattern=r"libcuda\.so cannot found!|No such file or directory: '/sbin/ldconfig'",
        cause="triton asks ldconfig for libcuda.so.1, and it does not know one, or is not there itself: on WSL /usr/lib/wsl/lib is not in its"
        " configuration; NixOS and Guix have no /sbin/ldconfig; elsewhere there is no driver.",
        fixes=fixes(
            Advice("run", "On WSL", command="echo /usr/lib/wsl/lib | sudo tee /etc/ld.so.conf.d/ld.wsl.conf && sudo ldconfig"),
            Advice(
                "run", "Where root is not to be had (triton reads it)", command="export TRITON_LIBCUDA_PATH=/usr/lib/wsl/lib"
            ),
            "NixOS: TRITON_LIBCUDA_PATH=/run/opengl-driver/lib",
            "In a container without the GPU: start it with `--gpus all`",
        ),
        reference=("jianfch/stable-ts#259", "wsl#8587"),
        example="AssertionError: libcuda.so cannot found!",
    ),
    Row(
        id="driver-secure-boot",
        seen=("install", "cpu"),
        pattern=r"Key was rejected by service|could not insert '[\w-]{2,40}': Required key not available|Secure [Bb]oot is enabled on this system, so this is likely|unsigned module loading is restricted|Loading of unsigned module is rejected|signature not signed with a trusted key",
        cause="Secure Boot is on, and the kernel loads only modules that are signed with a key that the machine knows: the driver's module was built here, and is not signed, or its key was not enrolled.",
        fixes=fixes(
            Advice("run", "Whether it is on", command="mokutil --sb-state"),
            "Ubuntu: the driver whose modules Ubuntu has signed: `sudo ubuntu-drivers install`, then restart",
            "Or enroll the key with which the module was signed, restart, and choose `Enroll MOK` in the blue menu: `sudo mokutil --import /var/lib/shim-signed/mok/MOK.der` (Ubuntu), `/var/lib/dkms/mok.pub` (Debian), `/etc/pki/akmods/certs/public_key.der` (Fedora)",
            "Or turn Secure Boot off in the firmware (BIOS)",
        ),
        reference=(
            "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",
            "https://wiki.debian.org/SecureBoot",
        ),
        example="modprobe: ERROR: could not insert 'nvidia': Key was rejected by service",
    ),
    Row(
        id="driver-nouveau",
        seen=("install", "cpu"),
        pattern=r"Nouveau kernel driver is currently in use|is already bound to (?:nouveau|vfio-pci|nova\w{0,8})|nouveau, rivafb, nvidiafb|NVIDIA probe routine was not called for \d",
        cause="Another driver holds the GPU, so that NVIDIA's can't take it: nouveau, which the kernel brings, or vfio-pci, which keeps it for a virtual machine.",
        fixes=fixes(
            Advice("run", "Which one", command="lspci -nnk -d 10de:"),
            Advice(
                "run",
                "nouveau: keep it out (Fedora: `sudo dracut --force` in place of update-initramfs), then restart",
                command='printf "blacklist nouveau\\noptions nouveau modeset=0\\n" | sudo tee /etc/modprobe.d/blacklist-nouveau.conf && sudo update-initramfs -u',
            ),
            "The distribution's own packages of the driver do that by themselves; vfio-pci: take the GPU's numbers out of /etc/modprobe.d and the kernel's parameters",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",),
        example="ERROR: The Nouveau kernel driver is currently in use by your system.  This driver is incompatible with the NVIDIA driver, and must be disabled before proceeding.",
    ),
    Row(
        id="driver-in-use",
        seen=("install",),
        pattern=r"An NVIDIA kernel module '[\w-]{3,20}' appears to (?:be )?already|appear to be running an X server|Module nvidia\w{0,10} is in use",
        cause="The driver that is to be replaced is in use: a screen, nvidia-persistenced, a container or another program holds the GPU.",
        fixes=fixes(
            Advice("run", "Who holds it", command="sudo fuser -v /dev/nvidia*; nvidia-smi"),
            "Without a screen: `sudo systemctl isolate multi-user.target`, stop what holds it (Docker, nvidia-persistenced), then `sudo rmmod nvidia_drm nvidia_modeset nvidia_uvm nvidia`, and install",
            "Simpler: the distribution's packages of the driver, which are installed beside the running one, and a restart",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",),
        example="ERROR: An NVIDIA kernel module 'nvidia-drm' appears to already be loaded in your kernel.",
    ),
    Row(
        id="driver-headers",
        seen=("install",),
        pattern=r"[Kk]ernel headers for (?:target )?kernel .{0,80}?cannot be found|Unable to find the kernel source tree|Unable to find the development tool `\w{2,12}`|kernel source files for your kernel",
        cause="The driver's module is built for the running kernel, whose headers, or the compiler, are not installed; or the kernel was updated and the machine not restarted since, so that the headers are another one's.",
        fixes=fixes(
            Advice(
                "run",
                "Debian, Ubuntu",
                command="sudo apt install linux-headers-$(uname -r) build-essential dkms && sudo dkms autoinstall",
            ),
            "Fedora, RHEL: `sudo dnf install kernel-devel-$(uname -r) gcc make`; Proxmox: `sudo apt install proxmox-headers-$(uname -r)`; Arch: linux-headers of the installed kernel (linux-lts-headers)",
            "No such package: update the system, restart into its newest kernel, then again",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",),
        example="Error! Your kernel headers for kernel 6.8.0-45-generic cannot be found.",
    ),
    Row(
        id="driver-build",
        seen=("install",),
        pattern=r"Unable to load the (?:kernel module )?'nvidia|Bad return status for module build on kernel|Unable to build the NVIDIA kernel module|Failed to install the kernel module through DKMS|performing the step: \"Building kernel modules|[Ee]rror! Module version .{0,160}?nvidia|nvidia-dkms-\d{3}\S{0,12} (?:is not configured|: .{0,40}failed|\(--configure\))|installed nvidia-\S{2,30} package post-installation script|Building module: .{0,200}?nvidia.{0,80}?(?:failed|\(bad exit status)|akmodsbuild' failed"
        r"|(?:gcc|cc)(?:-version)?[- ](?:version )?check failed",
        cause="NVIDIA's driver was not installed: its kernel module was not built, or not loaded. Mostly the driver is older than the kernel, which came with an update; otherwise the compiler is another one than the kernel's, or headers are missing.",
        fixes=fixes(
            "A newer driver, from the distribution's packages (Ubuntu: `sudo ubuntu-drivers install`; the .run file is not kept up with the kernel), then restart",
            "Until there is one: start the kernel before (in GRUB: Advanced options), and hold it",
            Advice(
                "run",
                "Which step failed",
                command="tail -n 40 /var/lib/dkms/nvidia*/*/build/make.log /var/log/nvidia-installer.log",
            ),
            Advice(
                "run",
                "Debian, Ubuntu: headers and compiler for the running kernel",
                command="sudo apt install linux-headers-$(uname -r) build-essential dkms",
            ),
            "In a container no driver is installed at all: the host's is handed in",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",),
        example="ERROR: Unable to build the NVIDIA kernel module.",
        follows=("driver-secure-boot", "driver-nouveau", "driver-in-use", "driver-headers"),
    ),
    Row(
        id="driver-installer",
        seen=("install",),
        pattern=r"see the file '?/var/log/nvidia-installer\.log|See /var/log/nvidia-installer\.log|distribution-provided pre-install script failed",
        cause="NVIDIA's installer (the .run file) ended without installing the driver. Why, its log tells; this line does not.",
        fixes=fixes(
            Advice(
                "run", "Explain what stands there", command="grep -E 'ERROR|error:' /var/log/nvidia-installer.log | tail -n 20"
            ),
            "Simpler: the distribution's packages of the driver (Ubuntu: `sudo ubuntu-drivers install`), after the .run file's own was taken out (`sudo nvidia-uninstall`)",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",),
        example="ERROR: Installation has failed. Please see the file '/var/log/nvidia-installer.log' for details.",
        follows=(
            *("driver-secure-boot", "driver-nouveau", "driver-in-use", "driver-headers", "driver-build"),
            *("driver-gpu-unsupported", "gpu-lost"),
        ),
    ),
    Row(
        id="driver-packages-overlap",
        seen=("install",),
        pattern=r"trying to overwrite '(?P<file>/[^']{3,160})', which is also in package (?P<owner>(?:lib)?(?:nvidia|cuda|xserver-xorg-video-nvidia)[\w.+-]{0,60})|(?:nvidia|cuda)[\w-]{0,30}: (?P<arch>/\S{3,160}) exists in filesystem",
        cause="Two packages of NVIDIA's driver bring the same file: an older branch, or a driver from another source (the .run file, another repository), is still installed.",
        fixes=fixes(
            Advice("run", "What is installed", command="dpkg -l | grep -E 'nvidia|cuda-drivers'"),
            "Take the older one out whole (`sudo apt remove --purge '*nvidia*-535*'`, with its number; the .run file's: `sudo nvidia-uninstall`), then `sudo apt --fix-broken install`, and install one branch from one source",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",),
        example="dpkg: error processing archive /var/cache/apt/archives/libnvidia-compute-550.deb (--unpack): trying to overwrite '/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1', which is also in package libnvidia-compute-535",
    ),
    Row(
        id="driver-package-name",
        seen=("install",),
        pattern=r"No match for argument: (?P<fedora>(?:akmod|kmod|xorg-x11-drv)-nvidia[\w-]{0,20})|(?:error: )?target not found: (?P<arch>nvidia[\w-]{0,30})|ubuntu-drivers: (?:command )?not found",
        cause="The distribution has no such package under that name, or its source is not switched on.",
        fixes=fixes(
            "Fedora: RPM Fusion's nonfree repository first, then `sudo dnf install akmod-nvidia xorg-x11-drv-nvidia-cuda`",
            "Arch: nvidia-open or nvidia-open-dkms (the driver 590 and later; they need RTX 20, GTX 16 or later), for older GPUs nvidia-580xx-dkms from the AUR; `sudo pacman -Syu` first",
            "Ubuntu: `sudo apt install ubuntu-drivers-common`; Debian has no such program: nvidia-driver, from `contrib non-free non-free-firmware`",
        ),
        reference=(
            "https://rpmfusion.org/Howto/NVIDIA",
            "https://wiki.archlinux.org/title/NVIDIA",
            "https://wiki.debian.org/NvidiaGraphicsDrivers",
        ),
        example="No match for argument: akmod-nvidia",
    ),
    Row(
        id="windows-driver",
        seen=("windows",),
        pattern=r"could not find compatible graphics hardware|NVIDIA Installer (?:failed|cannot continue)|graphics driver is not compatible with this version of Windows|Windows has stopped this device because it has reported problems|\(Code 43\)",
        cause="NVIDIA's driver for Windows was not installed, or does not start: the package is for other GPUs (one that is too old for it, another kind of notebook), or for another Windows, remains of an older driver are in the way, or (Code 43) the card or its power fails.",
        fixes=fixes(
            "The package that https://www.nvidia.com/drivers shows for exactly this GPU and this Windows (GTX 900 and 10: the branch 580 is the last); for some notebooks their maker's",
            "Remains: NVIDIA's programs uninstalled, or DDU in safe mode, without network; then install anew (Custom, Clean installation)",
            "Code 43 all the same: the card in another slot or machine; in a virtual machine how it is handed in",
        ),
        reference=("https://www.nvidia.com/drivers", "https://support.microsoft.com/windows"),
        example="NVIDIA Installer cannot continue. This graphics driver could not find compatible graphics hardware.",
    ),
    Row(
        id="driver-gpu-unsupported",
        seen=("gpu",),
        pattern=r"You do not appear to have an NVIDIA GPU supported by|installed in this system is (?:not supported by (?:the|this) (?:NVIDIA )?(?:open |open-source |proprietary )?(?:NVIDIA )?(?:[\d.]{3,12} )?(?:NVIDIA )?(?:kernel modules?|driver|open)|supported through the NVIDIA (?P<legacy>\d{3})\S{0,4} Legacy)|NVRM: .{0,160}?requires use of the NVIDIA open kernel modules|NVRM: .{0,200}?ignoring the (?:legacy|unsupported) GPU|No supported GPU\(s\) detected",
        cause="This release of NVIDIA's driver does not know this GPU: old ones need a legacy branch (Kepler 470, Maxwell to Volta 580 at most), the open kernel modules need Turing (RTX 20, GTX 16) or later, and Blackwell (RTX 50) needs the open ones.",
        fixes=fixes(
            "An old GPU: the branch that the message names, with the proprietary modules; it runs CUDA of its time only (470: 11.4), so that today's torch and ctranslate2 have no build for it",
            "A new GPU: a newer driver, with the open kernel modules (Ubuntu: nvidia-driver-…-open)",
            Advice("run", "Ubuntu: which driver is meant for it", command="ubuntu-drivers devices"),
        ),
        reference=(
            "https://github.com/NVIDIA/open-gpu-kernel-modules#compatible-gpus",
            "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",
        ),
        example="NVRM: The NVIDIA GPU 0000:01:00.0 (PCI ID: 10de:1b80) installed in this system is not supported by the NVIDIA open kernel modules",
    ),
    Row(
        id="driver-messages",
        seen=("gpu",),
        pattern=r"NVRM: (?!Xid|API mismatch|GPU at PCI|loading|GPU Board|This (?:PCI|can)|.{0,80}?fallen off|.{0,160}?(?:open kernel modules|Legacy|unsupported GPU|RmInitAdapter failed|serial)).{0,120}?(?:failed|[Ee]rror|timeout|Timeout|not (?:found|respond)|uncorrectable|lost|Assertion|cannot|can't)|NVRM: Can't find an IRQ|nvidia: probe of \S{7,14} failed with error|nvidia-modeset: ERROR|RIP: \S{3,60} \[nvidia|NVRM: GSP\S{0,20} .{0,60}?(?:failed|timeout|error)|nvidia-gpu \S{6,14}: .{0,40}?(?:timeout|error)|AER: (?:Uncorrected|Multiple Uncorrected|Fatal).{0,200}?nvidia|pcieport.{0,80}?AER: (?:Uncorrected|Fatal)",
        cause="The driver's own message about the GPU (NVRM), which it writes where the GPU, its firmware (GSP) or the bus to it did not answer as it should. By itself it does not tell whether the hardware or the driver is at fault; a line with `Xid` beside it says more.",
        fixes=fixes(
            Advice("run", "All of it", command="sudo dmesg | grep -i -E 'nvrm|xid|aer' | tail -40"),
            "Restart the machine; if it comes again: another release of the driver, power and temperature, the slot and its cables (risers), a newer BIOS",
        ),
        reference=("https://docs.nvidia.com/deploy/xid-errors/index.html",),
        example="NVRM: GPU0 _kgspIsHeartbeatTimedOut: Heartbeat timed out, firmware error",
        follows=("gpu-lost", "driver-xid", "driver-not-running", "driver-mismatch", "driver-gpu-unsupported"),
    ),
    Row(
        id="smi-no-devices",
        seen=("cpu",),
        pattern=r"(?<![A-Za-z.:])No devices were found|No NVIDIA (?:GPUs?|devices?|cards?)(?: (?:were|was|is|are))? (?:found|detected|available)|No supported (?:NVIDIA )?(?:GPUs?|devices) (?:were )?(?:found|detected)|no nvidia (?:gpu|device)s? (?:found|detected)|NVIDIA GPU (?:was |is )?not (?:found|detected)",
        cause="No NVIDIA GPU is there for it: the machine (or virtual machine) has none, the driver did not take it (`RmInitAdapter failed` in dmesg, power, a GPU that the driver does not know), or the container or the job was not given one.",
        fixes=fixes(
            Advice(
                "run",
                "Whether the machine has one, and what the driver says of it",
                command="lspci -nn | grep -i nvidia; sudo dmesg | grep -i nvrm | tail",
            ),
            "It is in the list: restart after an update of the driver, check its power cables; otherwise another release of the driver",
            "In a container: start it with `--gpus all`; on a cluster ask for a GPU",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",),
        example="No devices were found",
        follows=(
            "driver-not-running",
            "gpu-lost",
            "driver-gpu-unsupported",
            "ggml-no-gpu",
            "kubernetes-runtime",
            "driver-messages",
        ),
    ),
    Row(
        id="smi-cuda-version",
        seen=("cpu", "container"),
        pattern=r"CUDA Version: (?P<shown>ERR!|N/A)",
        cause="nvidia-smi reaches the driver, and not the driver's library for CUDA (libcuda.so.1). `N/A`: it is not there, as in a container that was given the driver's tools alone; `ERR!`: another libcuda.so.1 than the driver's own is found (a folder `compat`, a Linux driver within WSL). Programs see no GPU so.",
        fixes=fixes(
            "In a container: NVIDIA_DRIVER_CAPABILITIES must have `compute` beside `utility` (`compute,utility`, or `all`)",
            Advice("run", "Which ones are found, there", command="ldconfig -p | grep libcuda; echo $LD_LIBRARY_PATH"),
            "WSL: no NVIDIA driver is installed within it (`sudo apt remove 'libnvidia-compute-*' 'nvidia-utils-*'`); update NVIDIA's driver for Windows, then `wsl --shutdown`",
        ),
        reference=(
            "wsl#11589",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",
        ),
        example="| NVIDIA-SMI 545.46                 Driver Version: 546.80       CUDA Version: ERR!     |",
    ),
    Row(
        id="smi-error",
        seen=("gpu",),
        pattern=r"\|ERR!|ERR!ERR!|\[Unknown Error\]|\[GPU requires reset\]|GPU requires reset|Detected Critical Xid Error|[Uu]nable to (?:query|reset|set).{0,60}?GPU .{0,40}?: (?:Unknown Error|GPU is lost|In use by another client)",
        cause="nvidia-smi does not get an answer from the GPU for a value: the GPU, its firmware or its power hangs. It needs to be started anew.",
        fixes=fixes(
            Advice("run", "What the driver says", command="sudo dmesg | grep -i -E 'nvrm|xid' | tail"),
            "Restart the machine (switch it off, not only anew); if it comes again: power cables, temperature, another driver; then the GPU is faulty",
        ),
        reference=("https://docs.nvidia.com/deploy/xid-errors/index.html",),
        example="|ERR!   ERR! ERR!             ERR! /  ERR! |",
        follows=("gpu-lost",),
    ),
    Row(
        id="nvml-old-driver",
        seen=("gpu",),
        codes=("NVML_ERROR_FUNCTION_NOT_FOUND",),
        pattern=r"undefined symbol: nvml\w{3,60}",
        cause="The driver's NVML library lacks a function that the program asks for: the driver is older than the program (or its nvidia-ml-py, pynvml) was made for; on Jetson and WSL parts of NVML are missing altogether.",
        fixes=fixes(
            "Update the driver (on the host, for a container)",
            "Or an older nvidia-ml-py, of the driver's time; what only shows the GPU's state may be left out",
        ),
        reference=("https://docs.nvidia.com/deploy/nvml-api/index.html",),
        example="pynvml.nvml.NVMLError_FunctionNotFound: Function Not Found",
    ),
    Row(
        id="nvml-not-supported",
        seen=("harmless",),
        pattern=r"NVMLError_NotSupported",
        cause="This GPU, or this virtual GPU, does not tell the value that the program asked NVML for (fan, power, memory on a GPU that shares the machine's, WSL, Jetson, vGPU). Computing does not need it.",
        fixes=fixes(
            "Nothing, where it only shows the GPU's state; where a program ends over it: a newer release of it, which asks for less",
        ),
        reference=("https://docs.nvidia.com/deploy/nvml-api/index.html",),
        example="pynvml.NVMLError_NotSupported: Not Supported",
        kind="warning",
    ),
    Row(
        id="hardware-error",
        seen=("crash",),
        pattern=r"\[Hardware Error\]|Machine check events logged|mce: CPU\d{1,4}: Machine Check|EDAC .{0,40}?UE .{0,60}?|Row [Rr]emapp(?:er|ing) (?:[Ff]ailure|error|pending)|row remapping failure|WHEA[-_]\w{3,20}|WHEA_UNCORRECTABLE_ERROR|CLOCK_WATCHDOG_TIMEOUT|VIDEO_TDR_(?:FAILURE|ERROR)|VIDEO_SCHEDULER_INTERNAL_ERROR|nvlddmkm\b|nvlddmkm\.sys|Display driver \w{3,20} stopped responding|LiveKernelEvent",
        cause="The machine itself reports a fault: of the processor, of memory, of the bus, or (nvlddmkm, VIDEO_TDR, LiveKernelEvent) of the graphics card or its driver under load. No Python package causes that; a long computation only shows it.",
        fixes=fixes(
            "No overclocking (memory profiles, undervolting); temperatures and the power supply under load; a newer BIOS",
            "A test of the memory (memtest86+; Windows: mdsched)",
            "Of the graphics card: another driver, installed clean; its power cables and its slot; then the card is faulty",
        ),
        reference=(
            "https://docs.kernel.org/admin-guide/ras.html",
            "https://learn.microsoft.com/windows-hardware/drivers/debugger/bug-check-0x116---video-tdr-error",
        ),
        example="mce: [Hardware Error]: Machine check events logged",
        follows=("gpu-lost", "driver-xid"),
    ),
    Row(
        id="driver-firmware",
        seen=("gpu",),
        pattern=r"Direct firmware load for nvidia/\S{3,80}? failed with error -2|nvidia\S{0,40}: Failed to load firmware|NVRM: .{0,80}?GSP firmware image.{0,60}?(?:not found|missing)|failed to load gsp firmware",
        cause="The driver's firmware for this GPU (gsp_….bin) is not where the kernel looks (/lib/firmware/nvidia/…): the driver is half installed, or of another release than its module.",
        fixes=fixes(
            "Install the driver again, whole, from one source, and restart",
            Advice(
                "run",
                "Debian, Ubuntu: its packages, which must be of one release",
                command="dpkg -l | grep -E 'nvidia-(driver|firmware|kernel|dkms)'",
            ),
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",),
        example="nvidia 0000:01:00.0: Direct firmware load for nvidia/570.124.06/gsp_ga10x.bin failed with error -2",
    ),
    Row(
        id="driver-bar",
        seen=("gpu",),
        pattern=r"This PCI I/O region assigned to your NVIDIA device is invalid|NVRM: BAR\d is 0M|BAR \d{1,2}: (?:can't (?:reserve|assign)|no space for|failed to assign)",
        cause="The machine's firmware, or the virtual machine, gave the GPU no room for its memory on the bus (BAR), or something else holds it: the driver can't use the GPU so.",
        fixes=fixes(
            "In the BIOS: `Above 4G Decoding` on (with it Resizable BAR), and a newer BIOS",
            "The kernel's parameter `pci=realloc`; a screen on the GPU that is passed to a virtual machine: `video=efifb:off`, the machine type q35 with UEFI for the guest",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",),
        example="NVRM: This PCI I/O region assigned to your NVIDIA device is invalid:\nNVRM: BAR1 is 0M @ 0x0 (PCI:0000:01:00.0)",
    ),
    Row(
        id="apt-nvidia-conflict",
        seen=("install",),
        pattern=r"(?P<package>(?:lib)?(?:nvidia|cuda|cudnn|nccl|nvinfer)[\w.+-]{0,60}?): Depends: (?P<wants>[\w.+-]{2,60})|(?:nvidia|cuda|libnv)\S{0,60} .{0,160}?but it is not (?:going to be installed|installable)|you have held broken packages",
        beside=("nvidia", "cuda", "cudnn", "libnv"),
        cause="apt can't make NVIDIA's packages fit each other: two sources are mixed (the distribution's, NVIDIA's own repository, a PPA, one for another release of the system), or some are held at an old release.",
        fixes=fixes(
            Advice(
                "run",
                "Which come from where, and what is held",
                command="apt-mark showhold; apt list --installed 2>/dev/null | grep -E 'nvidia|cuda'",
            ),
            "One source alone: take out of the sources the one that is not meant (/etc/apt/sources.list.d), release what is held, then install the driver from the other (Ubuntu: `sudo ubuntu-drivers install`)",
            "A Python environment needs none of CUDA's from apt: only the driver is the system's",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",),
        example="nvidia-driver-570 : Depends: nvidia-dkms-570 (<= 570.124.06-1) but it is not going to be installed",
    ),
    Row(
        id="apt-nvidia-key",
        seen=("install",),
        pattern=r"developer\.download\.nvidia\.com.{0,200}?(?:NO_PUBKEY|is not signed|KEYEXPIRED)|NO_PUBKEY A4B469963BF863CC",
        cause="NVIDIA signs its repository with another key since April 2022, which this system, or this old image, does not have.",
        fixes=fixes(
            "Install NVIDIA's package cuda-keyring of this system's release, as its installation guide says, and remove the old list in /etc/apt/sources.list.d",
            "An image of nvidia/cuda from before May 2022: take a newer one",
        ),
        reference=("https://developer.nvidia.com/blog/updating-the-cuda-linux-gpg-repository-key/",),
        example="W: GPG error: https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2004/x86_64  InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY A4B469963BF863CC",
    ),
)
