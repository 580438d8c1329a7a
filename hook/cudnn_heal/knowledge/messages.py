"""The problems that people meet: data.  Root causes come before what follows from them.

A new problem is a new row, and a text in ``tests/knowledge/corpus/known.txt``; ``python -m cudnn_heal.knowledge`` writes
docs/messages.md anew.  What nobody has established is said to be unknown.
"""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row

TORCHCODEC = "The torchcodec made for this torch: 0.7 for 2.8, 0.9 for 2.9, 0.10 for 2.10, 0.12 and later for 2.11 and later"
PATH = Advice("unset", "Where an entry of LD_LIBRARY_PATH leads to another release, take it out", variable="LD_LIBRARY_PATH")
GPU_BUILD = "onnxruntime-gpu alone, with onnxruntime uninstalled: 1.20 to 1.26 (`onnxruntime-gpu<1.27`) for CUDA 12's wheels, 1.28 and later for CUDA 13's"


def _fixes(*fixes: Advice | str) -> tuple[Advice, ...]:
    """Return what to do; what is but said stands as its text."""
    return tuple(Advice("say", one) if isinstance(one, str) else one for one in fixes)


MACHINE = (
    Row(
        id="worker-timeout",
        seen=("crash",),
        pattern=r"WORKER TIMEOUT \(pid:\d{1,8}\)",
        cause="gunicorn killed a worker that did not answer in time (30 s unless told): loading a model, or computing, took longer. The SIGKILL and"
        " SIGABRT that follow are gunicorn's own.",
        fixes=_fixes(
            "A longer limit: `--timeout 600`, or `--timeout 0`; load the model before the first request",
            "Heavy work belongs into a process of its own (a queue), not into a web worker",
        ),
        reference=("mlflow/mlflow#10855", "https://docs.gunicorn.org/en/stable/settings.html"),
        example="[2024-01-19 00:48:31 +0000] [2973] [CRITICAL] WORKER TIMEOUT (pid:2976)",
    ),
    Row(
        id="container-start",
        seen=("container",),
        pattern=r"OCI runtime create failed|error executing hook [`']\S{0,120}nvidia|error during container init|failed to create shim task",
        cause="The container did not start: its runtime, or the hook that prepares the GPU for it, failed on the host. That is not a fault of the"
        " program in the container; the words after that tell why.",
        fixes=_fixes(
            Advice("run", "On the host, this must work first", command="nvidia-smi"),
            "Update the NVIDIA Container Toolkit, and restart Docker after each update of the driver",
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",),
        example="Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container"
        " process: error during container init: error running hook #0: error running hook: exit status 2",
        follows=(
            *("container-no-driver", "driver-mismatch", "driver-not-running", "container-requirement", "container-toolkit"),
            *("container-cdi", "container-mode", "container-lost-gpu", "docker-no-toolkit", "container-runtime-name"),
        ),
    ),
    Row(
        id="threads",
        seen=("gpu",),
        pattern=r"pthread_create failed for thread|libgomp: Thread creation failed|can't start new thread",
        cause="The system does not let the process start further threads: a limit of the user, or of the container, is reached.",
        fixes=_fixes(
            Advice("run", "See the limits", command="ulimit -u; cat /sys/fs/cgroup/pids.max"),
            "Fewer threads: OMP_NUM_THREADS=4 (OPENBLAS_NUM_THREADS), fewer workers; Docker: `--pids-limit`, a newer Docker for a new glibc",
        ),
        reference=("https://docs.docker.com/engine/containers/resource_constraints/",),
        example="OpenBLAS blas_thread_init: pthread_create failed for thread 1 of 8: Resource temporarily unavailable",
    ),
    Row(
        id="invalid-device",
        seen=("cpu",),
        codes=("cudaErrorInvalidDevice", "CUDA_ERROR_INVALID_DEVICE"),
        cause="A GPU is asked for by a number that CUDA does not have. CUDA counts from 0, NVIDIA's GPUs alone, and only those that"
        " CUDA_VISIBLE_DEVICES leaves; other programs count graphics cards of every kind.",
        fixes=_fixes(
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
        cause="The GPU does not take another program: it is set to one at a time (exclusive mode) and has one, another process holds it,"
        " or the driver and the container do not fit. Which of them the message does not tell.",
        fixes=_fixes(
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
        pattern=r"Unable to determine the device handle for GPU|fallen off the bus|NVML: GPU is lost",
        codes=(
            "NVML_ERROR_GPU_IS_LOST",
            "NVML_ERROR_RESET_REQUIRED",
            "cudaErrorDeviceLost",
            "CUDA_ERROR_DEVICE_UNAVAILABLE_LOST",
        ),
        cause="The driver no longer reaches the GPU: it fell off the bus, which is a matter of hardware, power, heat or the driver, not of"
        " any Python package.",
        fixes=_fixes(
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
        pattern=r"NVRM: Xid \([^)]{1,40}\): (?P<xid>(?!79,)\d{1,3})",
        cause="The driver reports an error of the GPU, Xid {xid}. 13, 31 and 43 come of a program (or of memory that it must not touch); 48, 63, 64, 94 and 95 of"
        " faulty memory of the GPU; 61, 62, 74, 119 and 120 of the GPU itself, its links or its firmware; 79 means that it fell off the bus.",
        fixes=_fixes(
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
        fixes=_fixes(
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
        id="driver-error-500",
        seen=("gpu",),
        codes=("cudaErrorSymbolNotFound", "CUDA_ERROR_NOT_FOUND"),
        cause="The driver's library and what stands between it and the container do not fit: on Docker Desktop with WSL2, a Windows driver"
        " (555.85 and later) newer than Docker Desktop's container toolkit.",
        fixes=_fixes(
            "Update Docker Desktop (and WSL: `wsl --update`), or go back to a Windows driver before 555.85",
            "On Linux: update the NVIDIA Container Toolkit, and the image's CUDA must not be newer than the driver's",
        ),
        reference=("ahmetoner/whisper-asr-webservice#222", "linuxserver/docker-faster-whisper#20"),
        example="UserWarning: CUDA initialization: Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before"
        " calling NumCudaDevices() that might have already set an error? Error 500: named symbol not found",
    ),
    Row(
        id="container-runtime-name",
        seen=("container",),
        pattern=r"unknown or invalid runtime name: nvidia|Unknown runtime specified nvidia|default runtime \"?nvidia\"? not found",
        cause="Docker was told to use the runtime `nvidia`, and knows none: the NVIDIA Container Toolkit is missing on the host, or Docker"
        " was not told of it.",
        fixes=_fixes(
            "Install the NVIDIA Container Toolkit on the host, as NVIDIA's installation guide says",
            Advice(
                "run",
                "Then, on the host",
                command="sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker",
            ),
        ),
        reference=(
            "roryeckel/wyoming_openai#11",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
        ),
        example="Error response from daemon: unknown or invalid runtime name: nvidia",
    ),
    Row(
        id="container-cdi",
        seen=("container",),
        pattern=r"unresolvable CDI devices|CDI device injection failed|failed to inject (?:CDI )?devices|failed to stat CDI|nvidia\.com/gpu\S{0,20}? (?:not found in|in) (?:CDI )?registry"
        r"|stat nvidia\.com/gpu\S{0,12}: no such file|device driver \"cdi\"|crun: (?:cannot|error) stat\S{0,6} [`']\S{0,120}nvidia",
        cause="Podman (or Docker with CDI) is asked for `nvidia.com/gpu`, and the host has no description of it, or an old one that names files which are"
        " gone: an update of the driver, or another graphics card, makes a new one necessary. Podman knows such names from 4.1 on.",
        fixes=(
            Advice(
                "run",
                "On the host (the NVIDIA Container Toolkit has nvidia-ctk)",
                command="sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml",
            ),
            Advice("run", "This shows what is described", command="nvidia-ctk cdi list"),
        ),
        reference=("NVIDIA/nvidia-container-toolkit#146", "NixOS/nixpkgs#420638", "NVIDIA/nvidia-container-toolkit#885"),
        example="Error: setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=all",
    ),
    Row(
        id="container-mode",
        seen=("container",),
        pattern=r"invoking the NVIDIA Container Runtime Hook directly \(e\.g\. specifying the docker --gpus flag\) is not supported",
        cause="The NVIDIA Container Toolkit was told to describe GPUs by CDI (mode `cdi`), with which `--gpus`, and Compose's `driver: nvidia`, do not work.",
        fixes=_fixes(
            "Ask by the runtime: `--runtime=nvidia -e NVIDIA_VISIBLE_DEVICES=all` (Compose: `runtime: nvidia`); or by CDI: `--device nvidia.com/gpu=all`",
            Advice(
                "run",
                "Or take the mode back",
                command="sudo nvidia-ctk config --in-place --set nvidia-container-runtime.mode=auto",
            ),
        ),
        reference=("NVIDIA/nvidia-container-toolkit#1246",),
        example="stderr: Using requested mode 'cdi'\ninvoking the NVIDIA Container Runtime Hook directly (e.g. specifying the docker --gpus flag) is not supported.",
    ),
    Row(
        id="container-driver-release",
        seen=("container",),
        pattern=r"This container was built for NVIDIA Driver Release (?P<wanted>[\d.]{3,12}) or later, but version (?P<has>[\d.]{3,14}) was detected",
        cause="NVIDIA's image needs driver {wanted} or later, and the host has {has}; its compatibility libraries, which data-center GPUs alone accept, do"
        " not help here.",
        fixes=_fixes(
            "Update the driver on the host to {wanted} or later",
            "Or take an older release of the image, for a CUDA version that `nvidia-smi` on the host shows",
        ),
        reference=("omarabid59/yolov8-triton#6", "https://docs.nvidia.com/deeplearning/frameworks/support-matrix/index.html"),
        example="ERROR: This container was built for NVIDIA Driver Release 525.85 or later, but\n       version 470.199.02 was detected and"
        " compatibility mode is UNAVAILABLE.",
    ),
    Row(
        id="container-requirement",
        seen=("container",),
        pattern=r"nvidia-container-cli: requirement error: unsatisfied condition: (?P<wanted>[a-z]{3,8}[<>=!]{1,2}[\w.]{1,20})",
        cause="The image asks for {wanted}, and the host's driver, or GPU, has less: the container does not start.",
        fixes=_fixes(
            "Update the driver on the host",
            "Or take an image for a CUDA version that `nvidia-smi` on the host shows",
            "Or, where the image is known to work with less (data-center GPUs): `-e NVIDIA_DISABLE_REQUIRE=1`",
        ),
        reference=(
            "SyneRBI/PETRIC2#27",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",
        ),
        example="nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.8, please update your driver to a newer"
        " version, or use an earlier cuda container",
    ),
    Row(
        id="container-toolkit",
        seen=("container",),
        pattern=r"nvidia-container-cli(?:\.real)?: (?P<what>device|mount|ldcache|detection|driver rpc|initialization|container) error|exec: \"nvidia-container-runtime(?:-hook)?\": executable file not found",
        cause="The NVIDIA Container Toolkit could not prepare the container, or is not on the host any more; the words after that tell why.",
        fixes=_fixes(
            Advice("run", "On the host, this must work first", command="nvidia-smi"),
            "`unknown device`: NVIDIA_VISIBLE_DEVICES or `--gpus` names a GPU that the host does not have",
            "`no adapters were found`, or no /usr/lib/wsl/lib/libcuda.so.1, on WSL: the driver for Windows is missing or old, or WSL is: `wsl --update`, then `wsl --shutdown`",
            "`file exists`: the driver's files lie in the image, which was committed from a container that had them: take libnvidia-*.so* and libcuda.so* out of it",
            "`ldcache`, `device filters`: an old toolkit on a new system; `rpc`: the driver does not answer",
            "`operation not permitted`, in an unprivileged container (LXC, rootless): `no-cgroups = true` in /etc/nvidia-container-runtime/config.toml",
            "Update the NVIDIA Container Toolkit, and restart Docker after each update of the driver",
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",),
        example="nvidia-container-cli: device error: 1: unknown device: unknown",
        follows=("container-no-driver", "driver-mismatch", "driver-not-running"),
    ),
    Row(
        id="container-platform",
        seen=("container",),
        pattern=r"exec format error|no matching manifest for (?P<platform>[\w/]{3,30})|requested image's platform \([\w/]{3,30}\) does not match",
        cause="The image, or the program in it, is made for another kind of processor than this machine has (amd64: Intel and AMD; arm64: Jetson, Grace, Raspberry"
        " Pi, Apple).",
        fixes=_fixes(
            "An image for this machine's kind, if its makers have one; Jetson needs images that are made for Jetson (L4T)",
            "Otherwise build it here; `--platform` only emulates, slowly and without the GPU",
        ),
        reference=("https://docs.docker.com/build/building/multi-platform/",),
        example="exec /usr/bin/python3: exec format error",
    ),
    Row(
        id="container-image",
        seen=("container",),
        pattern=r"pull access denied for (?P<image>[\w./:-]{2,120}?),|manifest for (?P<absent>[\w./:-]{2,120}?) not found|manifests/[\w.-]{1,60}\"?: (?:unauthorized|denied|Forbidden)|toomanyrequests: ",
        cause="The registry does not hand the image out: there is none of that name or tag (any more), it is not public, an old login is sent along, or too many were fetched"
        " (`toomanyrequests`).",
        fixes=_fixes(
            "Compare the name and the tag with the program's documentation of today",
            Advice("run", "An old login (ghcr.io refuses public images with one)", command="docker logout ghcr.io"),
            "`toomanyrequests`: log in (`docker login`), or wait",
        ),
        reference=("collabora/WhisperLive#150",),
        example="docker: Error response from daemon: pull access denied for x/whisper, repository does not exist or may require 'docker login': denied",
    ),
    Row(
        id="lxc-device",
        seen=("container",),
        pattern=r"Failed to mount \"(?P<device>/dev/(?:nvidia|dri)[\w/-]{0,40})\"|(?P<missing>/dev/(?:nvidia|dri)[\w/-]{0,40}) is not a device",
        cause="The container's configuration names a device file of the GPU that the host does not have now: the driver's modules are not loaded there (they make it when they are first used, or"
        " at a restart), or it has another number.",
        fixes=_fixes(
            Advice(
                "run",
                "On the host: load them, and look",
                command="nvidia-smi; sudo nvidia-modprobe -u -c=0; ls -l /dev/nvidia* /dev/dri",
            ),
            "What is not there (/dev/nvidia-modeset on a host without a screen) may go from the configuration, or be `optional,create=file`",
        ),
        reference=("remz1337/Proxmox#8", "tteck/Proxmox#3758"),
        example='Failed to mount "/dev/nvidia-modeset" onto "/usr/lib/x86_64-linux-gnu/lxc/rootfs/dev/nvidia-modeset"',
    ),
    Row(
        id="kubernetes-gpu",
        seen=("container",),
        pattern=r"Insufficient nvidia\.com/(?P<resource>gpu|mig-[\w.]{2,20})",
        cause="Kubernetes has no node with a free nvidia.com/{resource}: all are taken, or no node offers one (NVIDIA's device plugin does not run there, or does not see the driver).",
        fixes=(
            Advice(
                "run",
                "What the nodes offer, and who holds it",
                command="kubectl describe nodes | grep -A 8 -E 'Allocat|nvidia.com'",
            ),
            Advice("run", "Whether the plugin runs", command="kubectl get pods -A | grep -i nvidia"),
        ),
        reference=("https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/",),
        example="0/1 nodes are available: 1 Insufficient nvidia.com/gpu.",
    ),
    Row(
        id="apt-nvidia",
        seen=("install",),
        pattern=r"E: (?:Unable to locate package|Package ')(?P<package>(?:libcudnn|cudnn|cuda|libcublas|nvidia|libnvinfer|tensorrt|nv)[\w.+-]{0,40})",
        cause="apt knows no such package: NVIDIA's own repository is not among its sources, or has that one for another release of the system.",
        fixes=_fixes(
            "A Python environment needs none of CUDA's from apt: the wheels (nvidia-cublas-cu12, nvidia-cudnn-cu12) have the libraries; only the driver is the system's",
            "Otherwise set NVIDIA's repository up first, for exactly this system: https://docs.nvidia.com/cuda/cuda-installation-guide-linux/",
        ),
        reference=("https://docs.nvidia.com/cuda/cuda-installation-guide-linux/",),
        example="E: Unable to locate package libcudnn8",
    ),
    Row(
        id="driver-not-running",
        seen=("cpu",),
        pattern=r"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver|NVML: Driver Not Loaded|nvidia-smi: (?:command )?not found|NVML Shared Library Not Found|NVIDIA driver is not loaded|nvml error: driver not loaded"
        r"|Can't initialize NVML|NVIDIA-SMI couldn't find libnvidia-ml\.so|could not load NVML library(?!: lib)|Failed to initialize NVML: (?:N/A|Not Found|GPU access blocked by the operating system)|RmInitAdapter failed|could not insert 'nvidia|Module nvidia not found in directory"
        r"|exec: \"nvidia-smi\": executable file not found",
        codes=("NVML_ERROR_DRIVER_NOT_LOADED", "NVML_ERROR_LIBRARY_NOT_FOUND"),
        cause="NVIDIA's driver does not run, or is not in this container: it is not installed, its module was not built for the running"
        " kernel (an update of the kernel) or not signed (Secure Boot: `Key was rejected`), does not support this GPU (`RmInitAdapter failed`), or"
        " the container was started without the GPU.",
        fixes=_fixes(
            Advice(
                "run",
                "On the host: what is loaded, and what the system says of it",
                command="lsmod | grep nvidia; sudo dmesg | grep -i nvidia | tail",
            ),
            "Restart after an update of the kernel or the driver; otherwise install the driver again",
            "In a container: start it with `--gpus all`; NVIDIA_DRIVER_CAPABILITIES must have `utility` for nvidia-smi",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",),
        follows=("driver-mismatch", "container-lost-gpu"),
        example="NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
    ),
    Row(
        id="nvml-permissions",
        seen=("gpu",),
        pattern=r"Failed to initialize NVML: Insufficient Permissions",
        codes=("NVML_ERROR_NO_PERMISSION",),
        cause="This user may not open the GPU's device files (/dev/nvidia*): on some systems only a group may, and a container may be kept"
        " from them.",
        fixes=_fixes(
            Advice("run", "See who may", command="ls -l /dev/nvidia*; id"),
            "Add the user to that group (`video`, `render`), or give the container the devices",
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
        fixes=_fixes(
            Advice("run", "On the host", command="sudo systemctl status nvidia-fabricmanager"),
            "Install the Fabric Manager of exactly the driver's version, start it, and restart what uses the GPUs",
        ),
        reference=("https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/index.html",),
        example="RuntimeError: Unexpected error from cudaGetDeviceCount(). Error 802: system not yet initialized",
    ),
    Row(
        id="ptx-compiler",
        seen=("library",),
        codes=("cudaErrorJitCompilerNotFound", "CUDA_ERROR_JIT_COMPILER_NOT_FOUND"),
        cause="The driver's compiler (libnvidia-ptxjitcompiler.so.1) is not here: the container has a part of the driver only.",
        fixes=_fixes(
            "Start the container with NVIDIA_DRIVER_CAPABILITIES=compute,utility (or `all`)",
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",),
        example="CUDA error: PTX JIT compiler library not found",
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
        fixes=_fixes(
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
        id="kernel-fault",
        seen=("gpu",),
        pattern=r"Memory access fault by GPU node",
        codes=(
            *("cudaErrorIllegalAddress", "CUDA_ERROR_ILLEGAL_ADDRESS", "cudaErrorLaunchFailure", "CUDA_ERROR_LAUNCH_FAILED"),
            *("cudaErrorMisalignedAddress", "CUDA_ERROR_MISALIGNED_ADDRESS", "cudaErrorIllegalInstruction"),
            *(
                "CUDA_ERROR_ILLEGAL_INSTRUCTION",
                "cudaErrorHardwareStackError",
                "cudaErrorInvalidPc",
                "cudaErrorInvalidAddressSpace",
            ),
        ),
        cause="A program on the GPU touched memory that is not its own, or ran into a fault. That is a fault of the program or of a"
        " library; the line that reports it need not be the one that did it, and every later call in the process fails too.",
        fixes=_fixes(
            "CUDA_LAUNCH_BLOCKING=1 in the program's environment makes the line true at which it is reported",
            Advice(
                "run",
                "The driver's Xid tells whether it was the hardware (31: the program; 48, 79 and others: the GPU)",
                command="sudo dmesg | grep -i xid | tail",
            ),
            "On an AMD GPU: `sudo dmesg | grep -i amdgpu | tail`, and the ROCm release that the build names",
            "One process for each model, and one thread for each stream; a newer release of the program and of torch",
        ),
        reference=(
            "ct2#2021",
            "https://docs.nvidia.com/deploy/xid-errors/index.html",
        ),
        example="RuntimeError: CUDA error: an illegal memory access was encountered",
    ),
    Row(
        id="device-assert",
        seen=("gpu",),
        codes=("cudaErrorAssert", "CUDA_ERROR_ASSERT"),
        cause="A check within a program on the GPU failed: nearly always an index beyond its table (a label, a token or a speaker that the model"
        " does not have). That is a matter of the program's data, not of the installation.",
        pattern=r"Assertion `[^`]{3,200}` failed\.",
        fixes=_fixes(
            'Run the same on the CPU (device="cpu"), which tells the index and the line',
            "Or with CUDA_LAUNCH_BLOCKING=1",
        ),
        reference=("https://docs.pytorch.org/docs/stable/notes/cuda.html",),
        example="RuntimeError: CUDA error: device-side assert triggered",
    ),
    Row(
        id="launch-timeout",
        seen=("gpu",),
        codes=("cudaErrorLaunchTimeout", "CUDA_ERROR_LAUNCH_TIMEOUT"),
        cause="A program on the GPU ran longer than the system allows where that GPU also draws the screen.",
        fixes=_fixes(
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
        fixes=_fixes(
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
        pattern=r"(?:HIP|ROCm|rocBLAS|MIOpen) error|No HIP GPUs are available|hipError[A-Z]\w{3,40}|MIOPEN_STATUS_\w{3,40}|miopenStatus(?!Success)\w{3,40}",
        cause="An AMD GPU's software (ROCm, HIP) says so; neither CUDA nor cuDNN takes part. `invalid device function` and `no binary for GPU` mean"
        " that the build has no code for this GPU; `out of memory` that the GPU's memory is full.",
        fixes=_fixes(
            Advice("run", "See which GPU it is", command="rocminfo | grep gfx"),
            "A build of the program, or of torch, whose ROCm supports that GPU: AMD's support matrix tells",
        ),
        reference=(
            "ROCm/legacy-rocm-build#6120",
            "https://rocm.docs.amd.com/projects/install-on-linux/en/latest/reference/system-requirements.html",
        ),
        example="RuntimeError: HIP error: invalid device function",
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
        fixes=_fixes(
            Advice("run", "The GPU's compute capability", command="nvidia-smi --query-gpu=name,compute_cap --format=csv"),
            "A newer release of the package that says so for a new GPU; an older one, or a build for it, for an old GPU",
        ),
        reference=("https://docs.nvidia.com/cuda/cuda-c-programming-guide/index.html",),
        example="CUDA error 209: no kernel image is available for execution on the device",
    ),
    Row(
        id="cudnn-not-supported",
        seen=("gpu",),
        codes=("CUDNN_STATUS_NOT_SUPPORTED",),
        cause="cuDNN has no way to compute this layer for this input: it is too large for it (a whole recording in one piece), not contiguous in"
        " memory, or of a type that this GPU does not compute; memory that is nearly full does it too.",
        fixes=_fixes(
            "Shorter pieces, or a smaller batch; `.contiguous()` on what goes in",
            "torch.backends.cudnn.enabled = False computes it without cuDNN, slower",
            Advice("run", "See whether memory is full", command="nvidia-smi"),
        ),
        reference=("yeeking/ai-enhanced-audio-book#4", "open-mmlab/mmaction2#493"),
        example="RuntimeError: cuDNN error: CUDNN_STATUS_NOT_SUPPORTED. This error may appear if you passed in a non-contiguous input.",
    ),
    Row(
        id="ptx-version",
        seen=("gpu",),
        pattern=r"Unsupported \.version \d{1,2}\.\d; current version is '\d{1,2}\.\d'",
        codes=(
            "cudaErrorUnsupportedPtxVersion",
            "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
            "cudaErrorInvalidPtx",
            "CUDA_ERROR_INVALID_PTX",
        ),
        cause="The package has no compiled code for this GPU, and the driver is too old to compile the source that it has instead.",
        fixes=_fixes(
            "Update the driver (on the host, where this was seen in a container)",
            "Or a release of the package that is built for an older CUDA",
            "On a Jetson, whose driver is JetPack's: the image, or the wheel, that is made for that JetPack",
        ),
        reference=("ct2#1978", "dusty-nv/jetson-inference#1515"),
        example="CUDA error: the provided PTX was compiled with an unsupported toolchain.",
    ),
    Row(
        id="host-memory",
        seen=("memory",),
        pattern=r"DefaultCPUAllocator: (?:can't allocate|not enough) memory|Unable to allocate [\d.]{1,10} [KMGT]iB for an array|mkl_malloc: failed to allocate memory"
        r"|\[Errno 12\] Cannot allocate memory|(?:mmap|malloc|alloc\w{0,20}) failed: Cannot allocate memory|(?<![A-Za-z_.])MemoryError(?![a-z_.(`'\"])"
        r"|[Oo]ut of memory: Kill(?:ed)? process|oom-kill:constraint|crashed after using all available RAM|tried to allocate more memory than is available",
        cause="The machine's memory is full (not the GPU's), or a container's or a notebook's limit is reached.",
        fixes=_fixes(
            Advice("run", "See how much is free", command="free -h"),
            "Shorter pieces of sound, a smaller model or batch, fewer workers; a higher limit for the container",
        ),
        reference=("https://docs.docker.com/engine/containers/resource_constraints/",),
        example="RuntimeError: [enforce fail at alloc_cpu.cpp:114] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 8589934592 bytes.",
    ),
    Row(
        id="disk-full",
        seen=("memory",),
        pattern=r"(?:\[Errno 28\]|:) [Nn]o space left on device|There is not enough space on the disk|database or disk is full",
        cause="A disk is full: that of the program, of its cache (models, wheels), or of /tmp or /dev/shm; in a container, Docker's.",
        fixes=_fixes(
            Advice("run", "See which", command="df -h / /tmp /dev/shm ~"),
            "Models lie in ~/.cache/huggingface (HF_HOME leads elsewhere), pip's and uv's wheels in ~/.cache (`uv cache prune`, `pip cache purge`)",
        ),
        reference=("https://huggingface.co/docs/huggingface_hub/guides/manage-cache",),
        example="OSError: [Errno 28] No space left on device",
    ),
    Row(
        id="docker-no-toolkit",
        seen=("container",),
        pattern=r"could not select device driver [\"'\\]{0,3}\w{0,12}[\"'\\]{0,3} with capabilities: \[\[",
        cause="Docker was asked for a GPU and has no NVIDIA runtime: the NVIDIA Container Toolkit is missing, or Docker was not"
        " restarted after it was set up.",
        fixes=_fixes(
            "Install the NVIDIA Container Toolkit on the host, as NVIDIA's installation guide says",
            Advice(
                "run",
                "Then, on the host",
                command="sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker",
            ),
            Advice("run", "Check it", command="docker run --rm --gpus all ubuntu nvidia-smi"),
        ),
        reference=(
            "basujindal/stable-diffusion#217",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
        ),
        example='docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].',
    ),
    Row(
        id="container-no-driver",
        seen=("container",),
        pattern=r"nvidia-container-cli: initialization error: load library failed: libnvidia-ml\.so\.1",
        cause="The NVIDIA Container Toolkit finds no NVIDIA driver on the machine on which Docker's daemon runs. Docker Desktop"
        " for Linux and Docker from a snap run it where the host's driver is not.",
        fixes=_fixes(
            Advice("run", "On the host, this must work first", command="nvidia-smi"),
            "With Docker Desktop for Linux, or Docker from a snap: use Docker Engine from Docker's own packages",
        ),
        reference=("docker/for-win#13835", "NVIDIA/nvidia-container-toolkit#154"),
        example="nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object"
        " file: no such file or directory: unknown",
    ),
    Row(
        id="driver-mismatch",
        seen=("cpu",),
        pattern=r"[Dd]river/library version mismatch|NVRM: API mismatch: the client has the version",
        cause="The driver's libraries were updated, and the kernel still runs the old module.",
        codes=("NVML_ERROR_LIB_RM_VERSION_MISMATCH", "cudaErrorSystemDriverMismatch", "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"),
        fixes=_fixes(
            "Restart the machine (the host, where this was seen in a container)",
        ),
        reference=("NVIDIA/nvidia-container-toolkit#394", "NVIDIA/nvidia-docker#1245"),
        example="Failed to initialize NVML: Driver/library version mismatch",
    ),
    Row(
        id="container-lost-gpu",
        seen=("container",),
        pattern=r"Failed to initialize NVML: Unknown Error",
        cause="A running container lost its GPU: systemd took the devices away from it, as `systemctl daemon-reload` on the host"
        " does.",
        fixes=_fixes(
            "Restart the container",
            "To keep it: name the devices yourself (--device /dev/nvidia0 --device /dev/nvidiactl --device /dev/nvidia-uvm), or use Docker's cgroupfs driver",
        ),
        reference=("NVIDIA/nvidia-docker#1671", "NVIDIA/nvidia-container-toolkit#251"),
        example="Failed to initialize NVML: Unknown Error",
    ),
    Row(
        id="forward-compatibility",
        seen=("cpu",),
        pattern=r"forward compatibility was attempted on non supported HW",
        cause="The image brings a CUDA driver library newer than the host's driver, which only data-center GPUs accept; or the"
        " host's driver was updated without a restart.",
        codes=("cudaErrorCompatNotSupportedOnDevice", "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE"),
        fixes=_fixes(
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
        fixes=_fixes(
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
        id="driver-missing-or-old",
        seen=("cpu",),
        pattern=r"CUDA driver version is insufficient for CUDA runtime version|cudaErrorInsufficientDriver"
        r"|CUDA failure 35(?!\d)",
        cause="Either there is no driver here at all (a container that was started without the GPU says the same), or it is too"
        " old for the CUDA that the program is built for: CUDA 12 with ctranslate2 4 and onnxruntime-gpu 1.19 to 1.26 (525 or later), CUDA 13 with"
        " onnxruntime-gpu from 1.27 and PyPI's torch from 2.11 (580 or later).",
        codes=("cudaErrorInsufficientDriver", "cudaErrorStubLibrary", "CUDA_ERROR_STUB_LIBRARY"),
        fixes=_fixes(
            Advice("run", "See which of the two", command="nvidia-smi"),
            "It is not found, in a container: start that with `--gpus all` (Compose: `deploy.resources.reservations.devices`; Unraid: `--runtime=nvidia` and NVIDIA_VISIBLE_DEVICES=all)",
            "It is not found, on the host: install NVIDIA's driver",
            "It shows a lower `CUDA Version` than the program is built for: update the driver, or take a build for that one",
            "On a Jetson, whose driver is JetPack's: an image, or a wheel, that is made for that JetPack",
            'Or run on the CPU: device="cpu", compute_type="int8" (ONNX Runtime: CPUExecutionProvider alone)',
        ),
        reference=("ct2#1988", "fw#1229", "fw#734", "immich-app/immich#28583"),
        example="RuntimeError: CUDA failed with error CUDA driver version is insufficient for CUDA runtime version",
    ),
    Row(
        id="torch-driver-too-old",
        seen=("cpu",),
        pattern=r"The NVIDIA driver on your system is too old \(found version \d{4,6}\)",
        cause="This torch is built for a newer CUDA than the driver can run (the message's number is the driver's: 12080 is CUDA 12.8)."
        " PyPI's torch is built for CUDA 13 from 2.11 on, which needs driver 580 or later.",
        when=("@cuda==13 & @driver<580", "@cuda==12 & @driver<525"),
        fixes=_fixes(
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
        fixes=_fixes(
            Advice("run", "This must work first", command="nvidia-smi"),
            "In a container: start it with `--gpus all`",
            'Or run on the CPU: device="cpu"',
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",),
        example="RuntimeError: Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a"
        " driver from http://www.nvidia.com/Download/index.aspx",
    ),
    Row(
        id="libcuda-missing",
        seen=("library", "container"),
        pattern=r"(?<![\w.])libcuda\.so\.1: cannot open shared object file|libcuda\.so not found! Do you have a CUDA driver installed",
        cause="libcuda.so.1 is part of NVIDIA's driver, and comes with no wheel: there is no driver here, or the container was"
        " started without the GPU.",
        fixes=_fixes(
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
    ),
    Row(
        id="no-device",
        seen=("cpu",),
        pattern=r"no CUDA-capable device is detected|No CUDA GPUs are available|cudaErrorNoDevice|CUDA failure 100(?!\d)",
        cause="The driver's library is here, and no GPU is exposed to this process: CUDA_VISIBLE_DEVICES hides it, or the container"
        " has none.",
        codes=("cudaErrorNoDevice", "CUDA_ERROR_NO_DEVICE"),
        fixes=_fixes(
            Advice(
                "run",
                "Look what is set, and what the driver sees",
                command='echo "[$CUDA_VISIBLE_DEVICES] [$NVIDIA_VISIBLE_DEVICES]"; nvidia-smi -L',
            ),
            Advice("run", "An empty CUDA_VISIBLE_DEVICES, or -1, hides all GPUs", command="unset CUDA_VISIBLE_DEVICES"),
            "In a container: start it with `--gpus all`, or NVIDIA_VISIBLE_DEVICES=all under NVIDIA's runtime",
        ),
        reference=("ct2#1933",),
        example="RuntimeError: CUDA failed with error no CUDA-capable device is detected",
    ),
    Row(
        id="wsl-libcuda",
        seen=("crash",),
        pattern=r"Could not load library libcudnn_\w{2,40}\.so\.\d{1,2}\.? Error: libcuda\.so: cannot open shared object file"
        r"|(?<![\w./])libcuda\.so: cannot open shared object file",
        cause="cuDNN is found; the driver's library under the name libcuda.so is not. On WSL it lies in /usr/lib/wsl/lib, which"
        " is not on the loader's path here (or only libcuda.so.1 is known to it).",
        fixes=_fixes(
            Advice("run", "On WSL", command="echo /usr/lib/wsl/lib | sudo tee /etc/ld.so.conf.d/ld.wsl.conf && sudo ldconfig"),
            "ldconfig's remark that libcuda.so.1 is not a symbolic link does no harm",
            Advice("run", "Or for one shell", command="export LD_LIBRARY_PATH=/usr/lib/wsl/lib:$LD_LIBRARY_PATH"),
        ),
        reference=("wsl#8587", "wsl#5663", "facebookresearch/nougat#105"),
        example="Could not load library libcudnn_cnn_infer.so.8. Error: libcuda.so: cannot open shared object file: No such file"
        " or directory",
    ),
    Row(
        id="triton-libcuda",
        seen=("library",),
        pattern=r"libcuda\.so cannot found!",
        cause="triton asks ldconfig for libcuda.so.1, and it does not know one: on WSL /usr/lib/wsl/lib is not in its"
        " configuration; elsewhere there is no driver.",
        fixes=_fixes(
            Advice("run", "On WSL", command="echo /usr/lib/wsl/lib | sudo tee /etc/ld.so.conf.d/ld.wsl.conf && sudo ldconfig"),
            Advice(
                "run", "Where root is not to be had (triton reads it)", command="export TRITON_LIBCUDA_PATH=/usr/lib/wsl/lib"
            ),
            "In a container without the GPU: start it with `--gpus all`",
        ),
        reference=("jianfch/stable-ts#259", "wsl#8587"),
        example="AssertionError: libcuda.so cannot found!",
    ),
)

CTRANSLATE2 = (
    Row(
        id="cudnn-incomplete",
        seen=("crash",),
        pattern=r"(?<![\w.])libcudnn_engines_tensor_ir\.so\.9: cannot open shared object file"
        r"|Unable to load any of \{ ?libcudnn_engines_tensor_ir\.so",
        when=(
            "nvidia-cudnn-cu12==9.20.0.48 & !file:nvidia/cudnn/lib/libcudnn_engines_tensor_ir.so.9",
            "nvidia-cudnn-cu13==9.20.0.48 & !file:nvidia/cudnn/lib/libcudnn_engines_tensor_ir.so.9",
        ),
        cause="The wheels nvidia-cudnn-cu12 and nvidia-cudnn-cu13 9.20.0.48 lack libcudnn_engines_tensor_ir.so.9, which their own"
        " libcudnn_graph opens. A copy of another release on the system is taken instead, or none is found.",
        fixes=(
            Advice(
                "add",
                "Take a whole release",
                requirements=("nvidia-cudnn-cu12>=9.21,<10",),
                only=("nvidia-cudnn-cu12==9.20.0.48",),
            ),
            Advice(
                "add",
                "Take a whole release",
                requirements=("nvidia-cudnn-cu13>=9.21,<10",),
                only=("nvidia-cudnn-cu13==9.20.0.48",),
            ),
        ),
        reference=("torch#188892", "torch#187824", "torch#185512", "measured"),
        example="Unable to load any of {libcudnn_engines_tensor_ir.so.9.20.0, libcudnn_engines_tensor_ir.so.9.20,"
        " libcudnn_engines_tensor_ir.so.9, libcudnn_engines_tensor_ir.so}",
    ),
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
        fixes=_fixes(
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
        fixes=_fixes(
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
        id="executable-stack-other",
        seen=("install", "library"),
        pattern=r"(?P<library>(?<![\w+-])(?!libctranslate2)(?:\w{1,60}\.(?:cpython|abi3)[\w-]{0,40}|[\w+-]{2,60})\.so[.\d]{0,12}): cannot enable executable stack as shared object requires",
        cause="{library} asks for an executable stack, and glibc 2.41 and later refuse that to a library that is opened while the program runs.",
        fixes=_fixes(
            "Upgrade the package that has it",
            "Or clear the mark in the installed file: `patchelf --clear-execstack` with its path",
        ),
        reference=("TNTwise/REAL-Video-Enhancer#85", "alibaba/MNN#3390", "https://sourceware.org/glibc/wiki/Release/2.41"),
        example="libnvinfer_builder_resource.so.10.7.0: cannot enable executable stack as shared object requires: Invalid argument",
    ),
    Row(
        id="cudnn-sub-libraries",
        seen=("crash", "library"),
        pattern=r"Unable to load any of \{ ?libcudnn_(?!engines|heuristic)\w{2,40}\.so|Cannot load symbol cudnn[A-Z]",
        cause="A copy of cuDNN's library does not find its sub-libraries, and ends the process. Up to 4.6.2, ctranslate2's wheel"
        " carries such a copy, cut off from the rest; 4.6.3 and later need no cuDNN.",
        fixes=(
            Advice("heal", "Let cudnn-heal link them"),
            Advice(
                "add",
                "cuDNN must be installed",
                requirements=("nvidia-cudnn-cu12==9.*",),
                only=("!nvidia-cudnn-cu12", "!nvidia-cudnn-cu13"),
            ),
            Advice(
                "add", "Or upgrade; it needs cuBLAS all the same", requirements=("ctranslate2>=4.6.3", "nvidia-cublas-cu12")
            ),
        ),
        reference=("ct2#1826", "fw#1182", "QuentinFuxa/WhisperLiveKit#271", "linuxserver/docker-faster-whisper#42", "measured"),
        example="Unable to load any of {libcudnn_ops.so.9.1.0, libcudnn_ops.so.9.1, libcudnn_ops.so.9, libcudnn_ops.so}\n"
        "Invalid handle. Cannot load symbol cudnnCreateTensorDescriptor\nAborted (core dumped)",
        part=("ctranslate2", "cudnn"),
        follows=("cudnn-incomplete", "cudnn-engines", "windows-cudnn", "windows-cudnn-alone"),
    ),
    Row(
        id="cudnn-engines",
        seen=("crash",),
        pattern=r"Unable to load any of \{ ?(?P<library>libcudnn_(?:engines(?!_tensor_ir)|heuristic)\w{0,40}\.so\.\d{1,2})"
        r"|CUDNN_STATUS_(?:NOT_SUPPORTED_)?SUBLIBRARY_(?:LOADING_FAILED|UNAVAILABLE)",
        cause="cuDNN opens one of its sub-libraries (its engines, its heuristics) and does not get it: the file is missing, is of another"
        " release, or can't be opened, though the rest of cuDNN was found.",
        fixes=(
            Advice(
                "reinstall",
                "cuDNN's wheel is not whole, or not as installed: install its files again",
                requirements=("nvidia-cudnn-cu12=={cudnn12}",),
            ),
            Advice(
                "reinstall",
                "cuDNN's wheel is not whole, or not as installed: install its files again",
                requirements=("nvidia-cudnn-cu13=={cudnn13}",),
            ),
            Advice(
                "say",
                "cuDNN's wheel (nvidia-cudnn-cu12 or -cu13) is not whole, or two lie over each other: install it again",
                unless=("nvidia-cudnn-cu12", "nvidia-cudnn-cu13"),
            ),
            Advice("heal", "ctranslate2 up to 4.6.2 does not find them by itself; cudnn-heal links them"),
            PATH,
        ),
        reference=("NVIDIA/Model-Optimizer#2326", "flatironinstitute/nemos#317"),
        example="Unable to load any of {libcudnn_engines_precompiled.so.9.1.0, libcudnn_engines_precompiled.so.9.1,"
        " libcudnn_engines_precompiled.so.9, libcudnn_engines_precompiled.so}\n"
        "RuntimeError: CUDNN_BACKEND_TENSOR_DESCRIPTOR cudnnFinalize failed ptrDesc->finalize()\n"
        "              cudnn_status: CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED",
        shows="cudnn",
    ),
    Row(
        id="nvidia-has-no-file",
        seen=("library",),
        pattern=r"line 1, in <module> (?:.{0,120})? File \"<frozen posixpath>\", line \d{1,4}, in dirname|nvidia\.(?:cublas|cudnn)\.lib(?:\.__file__| import).{0,400}? not NoneType",
        cause="The command that sets LD_LIBRARY_PATH asks NVIDIA's packages for their `__file__`, which is None: newer wheels have no"
        " `__init__.py` there. So the variable stays empty, and the libraries are not found.",
        fixes=(
            Advice("heal", "Not needed with cudnn-heal, which leads ctranslate2 to the wheels without the variable"),
            Advice(
                "run",
                "Or ask for the folders instead",
                command="export LD_LIBRARY_PATH=$({python} -c 'import nvidia.cublas.lib as a, nvidia.cudnn.lib as b; print(*a.__path__, *b.__path__, sep=\":\")')",
            ),
        ),
        reference=("fw#1320", "linuxserver/docker-faster-whisper#42"),
        example='  File "<string>", line 1, in <module>\n  File "<frozen posixpath>", line 152, in dirname\n'
        "TypeError: expected str, bytes or os.PathLike object, not NoneType",
        follows=("cudnn-sub-libraries", "cudnn-8-missing", "cublas-12-missing"),
    ),
    Row(
        id="cudnn-8-nvrtc",
        seen=("crash", "library"),
        pattern=r"libcudnn_\w{3,20}\.so\.8\.? Error: libnvrtc\.so: cannot open shared object file",
        cause="cuDNN 8 is found, and opens NVRTC by the name libnvrtc.so, without a number. Wheels have it as libnvrtc.so.11.2 or libnvrtc.so.12 alone;"
        " only a toolkit's files for developers have that name.",
        fixes=_fixes(
            "torch 2.4 and later, and ctranslate2 4.5 and later, are for cuDNN 9",
            "Or stay: a link libnvrtc.so to the libnvrtc.so with a number, in a folder of its own, and that folder in LD_LIBRARY_PATH for this program alone",
        ),
        reference=("voicepaw/so-vits-svc-fork#364",),
        example="Could not load library libcudnn_cnn_infer.so.8. Error: libnvrtc.so: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="library-map",
        seen=("library", "memory"),
        pattern=r"(?P<library>(?!librar(?:y|ies)lib)lib[\w+.-]{1,60}?\.so[\d.]{0,16})['\"]{0,1}: failed to map segment",
        cause="{library} was found, and could not be mapped into the process: its folder is mounted `noexec` (often /tmp), memory or a container's limit is"
        " too small for it, or the file is damaged.",
        fixes=_fixes(
            Advice(
                "run",
                "See which folders are mounted so, and how much memory there is",
                command="mount | grep noexec; free -h; ulimit -v",
            ),
            "A program that unpacks itself into /tmp: TMPDIR to another folder",
            "If neither is so: install the package that has the file again",
        ),
        reference=("Jonah-May-OSS/wyoming-whisper-trt#326", "https://man7.org/linux/man-pages/man2/mmap.2.html"),
        example="ImportError: libtorch_cpu.so: failed to map segment from shared object",
    ),
    Row(
        id="cudnn-8-missing",
        seen=("crash", "library"),
        pattern=r"Could not load library libcudnn_(?:ops|cnn|adv)_(?:infer|train)\.so\.8(?!\.? Error: lib(?:cuda|nvrtc)\.so:)"
        r"|libcudnn_(?:ops|cnn|adv)_(?:infer|train)\.so\.8: cannot open shared object file",
        cause="The program is built for cuDNN 8 (ctranslate2 4.0 to 4.4, and torch up to 2.3) and does not find it: cuDNN 9 is"
        " installed, or none, or none where the loader looks.",
        fixes=(
            Advice(
                "add",
                "With ctranslate2 4.5 and later, which are for cuDNN 9",
                requirements=("ctranslate2>=4.6.3", "nvidia-cublas-cu12"),
            ),
            Advice(
                "add",
                "With a driver before 570, the one that older drivers bear",
                requirements=("ctranslate2>=4.5,<4.6", "nvidia-cudnn-cu12==9.*", "nvidia-cublas-cu12"),
                only=("@driver<570",),
            ),
            Advice(
                "add",
                "WhisperX 3.3 to 3.4 hold ctranslate2 below 4.5; 3.5 and later do not",
                requirements=("whisperx>=3.5",),
                only=("whisperx<3.5",),
            ),
            Advice(
                "add",
                "Or stay, with cuDNN 8 (torch 2.4 and later need 9: not beside it)",
                requirements=("nvidia-cudnn-cu12==8.*",),
                unless=("torch>=2.4",),
            ),
            Advice("heal", "which cudnn-heal then links", unless=("torch>=2.4",)),
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
        seen=("crash",),
        pattern=r"(?P<library>libcudnn\w{0,40}\.so\.\d{1,2}[\d.]{0,12}): undefined symbol",
        cause="Files of two releases of cuDNN met in one process: {library} was taken from one, what it needs from another. An"
        " LD_LIBRARY_PATH, a cuDNN of the system, or two wheels that lie over each other do that.",
        fixes=_fixes(
            PATH,
            "Leave one cuDNN: the wheel that torch asks for, without a second one for another CUDA, and none before it on LD_LIBRARY_PATH",
            Advice("heal", "cudnn-heal tells which wheels lie over each other, and loads one set"),
        ),
        reference=("pa#1823",),
        example="Could not load library libcudnn_cnn_infer.so.8. Error: /usr/local/lib/python3.10/dist-packages/nvidia/cudnn/lib/"
        "libcudnn_cnn_infer.so.8: undefined symbol: _ZN5cudnn3cnn34layerNormFwd_execute_internal_implERKNS_7backend11VariantPackE",
        shows="cudnn",
    ),
    Row(
        id="cudnn-mixed",
        seen=("crash",),
        pattern=r"CUDNN_STATUS_(?:SUBLIBRARY_)?VERSION_MISMATCH|cuDNN version incompatibility: PyTorch was compiled",
        cause="Two releases of cuDNN met in one process: torch's from its wheel, and sub-libraries from an entry of LD_LIBRARY_PATH,"
        " from the system or the image (Colab's has one), or from another wheel. The wheels 9.20.0.48 lack"
        " libcudnn_engines_tensor_ir.so.9, so that a copy of another release on the system is taken.",
        fixes=_fixes(
            Advice(
                "add",
                "9.20.0.48 is not whole; later releases are",
                requirements=("nvidia-cudnn-cu12>=9.21,<10",),
                only=("nvidia-cudnn-cu12==9.20.0.48",),
            ),
            Advice(
                "add",
                "9.20.0.48 is not whole; later releases are",
                requirements=("nvidia-cudnn-cu13>=9.21,<10",),
                only=("nvidia-cudnn-cu13==9.20.0.48",),
            ),
            PATH,
            Advice(
                "heal",
                "cudnn-heal: whichever of ctranslate2 and torch is imported first then brings this environment's own cuDNN",
            ),
            "A cuDNN of the system that nothing else needs can go (Debian, Ubuntu: `apt list --installed | grep cudnn`)",
        ),
        reference=("wx#1027", "wx#1302", "torch#188892", "measured"),
        example="RuntimeError: cuDNN error: CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH",
        shows="cudnn",
        follows=("cudnn-undefined-symbol", "cudnn-incomplete"),
    ),
    Row(
        id="cudnn-execution-failed",
        seen=("gpu",),
        pattern=r"CUDNN_STATUS_EXECUTION_FAILED(?:_CUDART)?",
        cause="cuDNN began to compute and the GPU refused. Reported where cuDNN is too old for a new GPU, or so new that it has"
        " dropped an old one (NVIDIA's support matrix tells); full memory is a further cause.",
        fixes=_fixes(
            Advice(
                "add",
                "ctranslate2 4.6.3 and later do without cuDNN",
                requirements=("ctranslate2>=4.6.3", "nvidia-cublas-cu12"),
                only=("ctranslate2",),
            ),
            "A smaller batch, or a smaller model, tells whether it is memory",
            "A later release of the package that says so, for a new GPU; an older one, for an old GPU",
        ),
        reference=(
            "linuxserver/docker-faster-whisper#47",
            "https://docs.nvidia.com/deeplearning/cudnn/backend/latest/reference/support-matrix.html",
        ),
        example="RuntimeError: cuDNN failed with status CUDNN_STATUS_EXECUTION_FAILED",
    ),
    Row(
        id="xla-cudnn",
        seen=("gpu",),
        pattern=r"DNN library is not found|DNN library initialization failed|Could not create cudnn handle: CUDNN_STATUS_\w{3,60}",
        cause="XLA (JAX, TensorFlow) could not start cuDNN: it is not found, is older than the one that it was built with, or the GPU's memory is full"
        " (XLA takes most of it at its start). The lines before it tell which.",
        fixes=_fixes(
            Advice("run", "See whether memory is full", command="nvidia-smi"),
            "JAX: install it anew with the extra for this CUDA (`jax[cuda12]`, `jax[cuda13]`), which brings the cuDNN that it needs",
            "Beside another program on the GPU: XLA_PYTHON_CLIENT_PREALLOCATE=false",
            PATH,
        ),
        reference=("jax-ml/jax#4920", "https://docs.jax.dev/en/latest/gpu_memory_allocation.html"),
        example="RuntimeError: Unimplemented: DNN library is not found.",
    ),
    Row(
        id="cudnn-not-initialized",
        seen=("gpu",),
        pattern=r"CUDNN_STATUS_NOT_INITIALIZED",
        cause="cuDNN could not start. Reported with a cuDNN of another CUDA or of another major version than the program is"
        " built for, and where the GPU's memory is full; the message alone does not tell which.",
        fixes=(
            Advice("run", "Memory: look whether it is full", command="nvidia-smi"),
            Advice("call", "Versions: see what would be loaded", flags=("--status",)),
        ),
        reference=("fw#362", "haotian-liu/LLaVA#392"),
        example="RuntimeError: cuDNN failed with status CUDNN_STATUS_NOT_INITIALIZED",
    ),
    Row(
        id="cublas-12-missing",
        seen=("library",),
        pattern=r"Library libcublas\.so\.12 is not found or cannot be loaded",
        cause="ctranslate2 4 needs libcublas.so.12. PyPI's torch is for CUDA 13 by now and brings version 13 only; without torch"
        " nothing brings it.",
        fixes=(
            Advice("add", "Add it", requirements=("nvidia-cublas-cu12",), only=("!nvidia-cublas-cu12",)),
            Advice("heal", "Where it is installed and not found"),
        ),
        reference=("fw#1431", "Softcatala/whisper-ctranslate2#146", "measured"),
        example="RuntimeError: Library libcublas.so.12 is not found or cannot be loaded",
        part=("ctranslate2", "cublas"),
    ),
    Row(
        id="cublas-11-missing",
        seen=("library",),
        pattern=r"Library libcublas\.so\.11 is not found or cannot be loaded",
        cause="ctranslate2 3 is built for CUDA 11 and needs libcublas.so.11.",
        fixes=(
            Advice(
                "add",
                "With a driver for CUDA 12, upgrade",
                requirements=("ctranslate2>=4.6.3", "nvidia-cublas-cu12"),
                unless=("faster-whisper<1.0",),
            ),
            Advice(
                "add",
                "With a driver for CUDA 12, upgrade",
                requirements=("faster-whisper>=1.1", "ctranslate2>=4.6.3", "nvidia-cublas-cu12"),
                only=("faster-whisper<1.0",),
            ),
            Advice(
                "add",
                "Otherwise add it",
                requirements=("nvidia-cublas-cu11", "nvidia-cudnn-cu11==8.*"),
                only=("!nvidia-cublas-cu11",),
            ),
            Advice("heal", "which cudnn-heal then links"),
        ),
        reference=("wx#632",),
        example="RuntimeError: Library libcublas.so.11 is not found or cannot be loaded",
        part=("ctranslate2", "cublas"),
        applies=("ctranslate2<4",),
    ),
    Row(
        id="cublaslt-missing",
        seen=("crash", "library"),
        pattern=r"Could not load library libcublas(?:Lt)?\.so\.(?P<major>\d{1,2})",
        cause="cuDNN, or ctranslate2, opens cuBLAS by name (libcublas.so.{major} and its companion libcublasLt.so.{major}) and does not find"
        " it: it is not installed, or not where the loader looks, or one of the two files was copied alone.",
        fixes=(
            Advice(
                "add", "NVIDIA's wheel has both", requirements=("nvidia-cublas-cu{major}",), only=("!nvidia-cublas-cu{major}",)
            ),
            Advice("heal", "which cudnn-heal links, both"),
        ),
        reference=("ct2#1315", "fw#1017"),
        example="Could not load library libcublasLt.so.12. Error: libcublasLt.so.12: cannot open shared object file: No such file"
        " or directory",
        part=("ctranslate2", "cublas"),
    ),
    Row(
        id="not-compiled-with-cuda",
        seen=("cpu",),
        pattern=r"This CTranslate2 package was not compiled with CUDA support",
        cause="This ctranslate2 is built without CUDA: the wheels for macOS and for aarch64 (Jetson, Grace, DGX Spark) are, and some"
        " distributions' packages.",
        fixes=_fixes(
            'Run on the CPU: device="cpu", compute_type="int8"',
            "Or build ctranslate2 from source with -DWITH_CUDA=ON; there is no such wheel on PyPI",
        ),
        reference=("ct2#1908", "meizhong986/WhisperJAV#110"),
        example="ValueError: This CTranslate2 package was not compiled with CUDA support",
    ),
    Row(
        id="conv1d-without-cudnn",
        seen=("gpu",),
        pattern=r"Conv1D on GPU currently requires the cuDNN library",
        cause="This ctranslate2 was built from source with CUDA, and without cuDNN, before that was possible (4.6.3 and later"
        " wheels are built without).",
        fixes=_fixes(
            Advice("add", "Take the wheel", requirements=("ctranslate2>=4.6.3", "nvidia-cublas-cu12")),
            "Or build it again with -DWITH_CUDNN=ON",
        ),
        reference=("ct2#1963",),
        example="RuntimeError: Conv1D on GPU currently requires the cuDNN library which is not integrated in this build",
    ),
    Row(
        id="compute-type",
        seen=("cpu",),
        pattern=r"Requested (?P<type>\w{3,16}) compute type, but the target device or backend do not support efficient \w{3,16}"
        r" computation",
        cause="{type} is asked for, and this device computes it only slowly, so ctranslate2 refuses: float16 needs a GPU of"
        " compute capability 7.0 or later (with tensor cores), and no CPU has it; bfloat16 needs 8.0.",
        fixes=_fixes(
            'On the CPU: compute_type="int8", or "float32" (WhisperX: `--compute_type int8`)',
            'On an older GPU: compute_type="int8_float32", or "float32"',
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
        id="no-kernel-ctranslate2",
        seen=("gpu",),
        pattern=r"parallel_for failed: cudaErrorNoKernelImageForDevice|CUDA failed with error no kernel image is available",
        cause="ctranslate2's wheel has no code for this GPU: its architecture is older than the wheel's targets (Pascal and"
        " before), or, with an old wheel, newer.",
        fixes=_fixes(
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
    ),
    Row(
        id="cublas-not-supported",
        seen=("gpu",),
        codes=("CUBLAS_STATUS_NOT_SUPPORTED",),
        cause="cuBLAS refuses this computation on this GPU. In ctranslate2 that was met with the 8-bit types on Blackwell (RTX 50xx), for which it pads"
        " its matrices from 4.7 on; in other programs with a type that the GPU, or this cuBLAS, does not compute (bfloat16 before compute"
        " capability 8.0), and with two releases of cuBLAS in one process.",
        fixes=_fixes(
            Advice("add", "Upgrade (Python 3.9 and later)", requirements=("ctranslate2>=4.7",), only=("ctranslate2",)),
            Advice(
                "say",
                'Or compute in 16 bits: compute_type="float16" (WhisperX, whisper-ctranslate2: `--compute_type float16`)',
                only=("ctranslate2",),
            ),
            "argos-translate 1.10 and later, and LibreTranslate with it: ARGOS_COMPUTE_TYPE=float32",
            "Another program: float16 or float32 instead of bfloat16 or 8 bits",
            PATH,
        ),
        reference=("ct2#1865", "ct2#1937", "ct2#1982", "s-JoL/Open-Llama#52"),
        example="RuntimeError: cuBLAS failed with status CUBLAS_STATUS_NOT_SUPPORTED",
    ),
    Row(
        id="gpu-memory-free",
        seen=("memory",),
        pattern=r"CUDA out of memory\. Tried to allocate [\d.]{1,8} [KM]iB(?:\. GPU \d{1,2} has a total capac\w{2,5} of [\d.]{1,8} GiB of which| \(GPU \d{1,2};.{1,90}? allocated;) [1-9][\d.]{0,7} GiB (?:is )?free",
        cause="CUDA refused memory although the GPU had more of it free than was asked for: the message gives both figures. A limit elsewhere"
        " refused it: the host's memory, with its page file on Windows, a container's or a batch system's limit, or another program that"
        " held the GPU's for a moment.",
        fixes=_fixes(
            "Look at the host's memory while it runs (Windows: Task Manager, Committed): close programs, or make the page file, or the container's limit, larger",
            Advice("run", "Look at the GPU's at the same time", command="nvidia-smi -l 1"),
            "A smaller model or batch takes less of both",
        ),
        reference=("cbro33/Faster-Whisper-XXL-GUI#10", "Vaibhavs10/insanely-fast-whisper#162"),
        example="torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 158.00 MiB. GPU 0 has a total capacity of 8.00 GiB of which 5.86 GiB is free.",
    ),
    Row(
        id="gpu-memory",
        seen=("memory",),
        pattern=r"CUDA failed with error out of memory|CUDA error: out of memory"
        r"|BFCArena::AllocateRawInternal|CUDA failure 2: out of memory|CUDA driver error: out of memory|OutOfMemoryError: CUDA|(?:CUDA|cuda|HIP|XPU) out of memory(?!s? ?error)"
        r"|OutOfMemoryError: Allocation on device|would exceed allowed memory\. \(out of memory\)|RESOURCE_EXHAUSTED: Out of memory|OOM when allocating tensor"
        r"|failed to allocate [\d.]{1,12} MiB of pinned memory|Failed to allocate memory for requested buffer of size|bfc_arena\.cc:\d{1,4} .{0,200}?Failed to allocate memory",
        cause="The GPU's memory is full: the model, the batch, and what other programs hold do not fit together. Nothing is wrong"
        " with the installation.",
        codes=("cudaErrorMemoryAllocation", "CUDA_ERROR_OUT_OF_MEMORY", "cudaErrorLaunchOutOfResources"),
        fixes=_fixes(
            Advice("run", "See who holds it", command="nvidia-smi"),
            "A smaller batch (WhisperX: `--batch_size 4`; faster-whisper: batch_size of BatchedInferencePipeline)",
            'Eight bits: compute_type="int8" or "int8_float16"',
            "A smaller model (large-v3-turbo, distil-large-v3, medium)",
            "One after the other: delete the transcription model before the alignment and diarization models are loaded",
        ),
        reference=("fw#442",),
        follows=("gpu-memory-free",),
        example="RuntimeError: CUDA failed with error out of memory",
    ),
    Row(
        id="mps-memory",
        seen=("memory",),
        pattern=r"MPS backend out of memory",
        cause="The memory that this Mac lends to its GPU is full. It is the machine's own: what other programs hold counts too.",
        fixes=_fixes(
            "A smaller model or batch, shorter pieces; close other programs",
            'Or run on the CPU: device="cpu" (faster-whisper and WhisperX do not use a Mac\'s GPU)',
            "PYTORCH_MPS_HIGH_WATERMARK_RATIO=0.0 takes the limit away, and may bring the whole system down",
        ),
        reference=("pinokiocomputer/pinokio#941", "https://docs.pytorch.org/docs/stable/mps_environment_variables.html"),
        example="RuntimeError: MPS backend out of memory (MPS allocated: 16.00 GB, other allocations: 3.31 GB, max allowed: 18.13 GB).",
    ),
    Row(
        id="mps-operation",
        seen=("gpu",),
        pattern=r"is not currently implemented for the MPS device|MPS framework doesn't support float64|unsupported device (?P<device>[a-z]{2,8}(?::\d)?)(?![a-z])|not linked with support for mps",
        cause="The device that was asked for can't do that: a Mac's GPU (mps) lacks some operations and float64, and ctranslate2 (faster-whisper, WhisperX) knows"
        " `cpu` and `cuda` alone.",
        fixes=_fixes(
            'Run on the CPU: device="cpu"',
            "torch's missing operations: PYTORCH_ENABLE_MPS_FALLBACK=1 computes them on the CPU; float64: pass float32",
            'ctranslate2: a certain GPU is named by its number, device="cuda", device_index=1, not by `cuda:1`',
        ),
        reference=(
            "https://docs.pytorch.org/docs/stable/mps_environment_variables.html",
            "https://opennmt.net/CTranslate2/hardware_support.html",
        ),
        example="ValueError: unsupported device mps",
    ),
    Row(
        id="jetson-memory",
        seen=("memory",),
        pattern=r"NvMap\w{3,40}: \d{1,12} error \d{1,3}|NvRmMem\w{2,40} failed|NVMAP_IOC_\w{2,30} failed",
        cause="On a Jetson: its driver got no memory for the GPU, which shares the machine's (error 12: it is full, or in too small pieces; 13, `Permission"
        " denied`: the user or the container may not open /dev/nvmap).",
        fixes=_fixes(
            Advice("run", "See how much is free", command="free -h"),
            "A smaller model, or only one of the models on the GPU; without a desktop (`sudo init 3`), with swap for what runs on the CPU",
            "Permission: add the user to the group `video`; a container needs `--runtime nvidia`",
        ),
        reference=("asierarranz/Cool_Demos#4", "https://docs.nvidia.com/jetson/archives/r36.4/DeveloperGuide/index.html"),
        example="NvMapMemAllocInternalTagged: 1075072515 error 12",
    ),
    Row(
        id="allocator-options",
        seen=("memory",),
        pattern=r"CachingAllocator option \w{3,40} too small|Unrecognized (?:CachingAllocator|key) option|Unrecognized key '\w{3,40}' in CUDA allocator config|PYTORCH_(?:CUDA_)?ALLOC_CONF (?:is|has|value)",
        cause="PYTORCH_CUDA_ALLOC_CONF, which somebody set, has an option or a value that this torch does not take. It is read at the first use of the GPU.",
        fixes=_fixes(
            Advice("run", "See what it is", command="env | grep ALLOC_CONF"),
            "Take the variable out (on Windows in the system's settings), or correct it: max_split_size_mb must be above 20",
        ),
        reference=("Anjok07/ultimatevocalremovergui#492", "https://docs.pytorch.org/docs/stable/notes/cuda.html"),
        example="RuntimeError: CachingAllocator option max_split_size_mb too small, must be > 20",
    ),
    Row(
        id="cublas-alloc",
        seen=("memory",),
        pattern=r"CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED|CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED|CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
        cause="cuBLAS or cuDNN could not get its own working memory: the GPU's memory is full. With memory left, it is an image or a build that"
        " is not made for this machine (on a Jetson an image that is not for Jetson).",
        codes=(
            "CUBLAS_STATUS_ALLOC_FAILED",
            "CUDNN_STATUS_ALLOC_FAILED",
            "CUSOLVER_STATUS_ALLOC_FAILED",
            "CUSPARSE_STATUS_ALLOC_FAILED",
            "CURAND_STATUS_ALLOCATION_FAILED",
            "CUFFT_ALLOC_FAILED",
        ),
        fixes=_fixes(
            Advice("run", "See who holds it", command="nvidia-smi"),
            'A smaller batch, compute_type="int8", or a smaller model',
        ),
        reference=("fw#442",),
        example="RuntimeError: cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED",
        follows=("gpu-memory",),
    ),
    Row(
        id="model-is-torch",
        seen=("model",),
        pattern=r"the model has binary version v67324752",
        cause="model.bin is no CTranslate2 model but a file of PyTorch's (v67324752 are the first bytes of a zip archive): the"
        " model was downloaded, or renamed, without being converted.",
        fixes=_fixes(
            "Take a converted model, such as Systran/faster-whisper-large-v3",
            Advice(
                "run",
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
        seen=("model",),
        pattern=r"the model has binary version v1936876918",
        cause="model.bin holds no model but a few lines of text that name one (v1936876918 spells `vers`, as `version"
        " https://git-lfs…` begins): the repository was cloned without Git LFS.",
        fixes=(Advice("run", "In the cloned folder", command="git lfs install && git lfs pull"),),
        reference=("ddean2009/MoneyPrinterPlus#43", "measured"),
        example="RuntimeError: Unsupported model binary version. This executable supports models with binary version v6 or below,"
        " but the model has binary version v1936876918.",
    ),
    Row(
        id="model-newer",
        seen=("model",),
        pattern=r"Unsupported model binary version\. This executable supports models with binary version v(?P<supported>\d{1,3}) or"
        r" below, but the model has binary version v(?P<model>\d{1,3})(?!\d)",
        cause="The model was converted by a newer CTranslate2 (format {model}) than the one that reads it (format {supported}).",
        fixes=_fixes(
            Advice("add", "Upgrade", requirements=("ctranslate2>=4",)),
            "Or convert the model with the older version",
        ),
        reference=("argosopentech/MetalTranslate#8",),
        example="Unsupported model binary version. This executable supports models with binary version v5 or below, but the model"
        " has binary version v6.",
    ),
    Row(
        id="model-missing",
        seen=("model",),
        pattern=r"Unable to open file 'model\.bin' in model '(?P<folder>[^']{1,300})'",
        cause="The folder {folder} has no model.bin: it is a model of another kind (model.safetensors, pytorch_model.bin: Transformers'"
        " own), or its download did not end, or the path is another one than meant.",
        fixes=_fixes(
            Advice("run", "Look what is there", command="ls -lL {folder}"),
            "Other kind: name a converted model, such as Systran/faster-whisper-large-v3, or large-v3",
            "Half a download: delete that folder in the hub's cache, and load it again",
        ),
        reference=("fw#945", "KoljaB/RealtimeSTT#229", "MahmoudAshraf97/whisper-diarization#306"),
        example="RuntimeError: Unable to open file 'model.bin' in model '/models/whisper-large-v3-turbo'",
    ),
    Row(
        id="model-incomplete",
        seen=("model",),
        pattern=r"File model\.bin is incomplete: failed to read a|Variable '[\w/.]{1,120}' has an invalid payload size",
        cause="model.bin was not downloaded to its end.",
        fixes=_fixes(
            "Delete the model's folder (in the hub's cache: models--…) and load it again",
        ),
        reference=("home-assistant/core#92119", "CheshireCC/faster-whisper-GUI#97", "measured"),
        example="RuntimeError: File model.bin is incomplete: failed to read a buffer of size 1048576 at position 256247769",
    ),
    Row(
        id="mel-bins",
        seen=("model",),
        pattern=r"Invalid input features shape: expected an input with shape \(\d{1,4}, (?P<wanted>\d{2,3}), \d{2,5}\), but got an"
        r" input with shape \(\d{1,4}, (?P<got>\d{2,3}), \d{2,5}\)",
        cause="The model takes {wanted} mel bands and was given {got}: large-v3 and its kin take 128. The program is too old to know,"
        " or preprocessor_config.json is missing in the model's folder.",
        fixes=_fixes(
            Advice("add", "Upgrade", requirements=("faster-whisper>=1.1",)),
            "A model of your own: convert it with `--copy_files tokenizer.json preprocessor_config.json`",
        ),
        reference=("fw#593", "fw#875"),
        example="ValueError: Invalid input features shape: expected an input with shape (1, 128, 3000), but got an input with shape"
        " (1, 80, 3000) instead",
    ),
    Row(
        id="tokenizer-file",
        seen=("model",),
        pattern=r"data did not match any variant of untagged enum \w{5,40}|Couldn't instantiate the backend tokenizer from one of",
        cause="tokenizer.json was written by a newer release of tokenizers than the one that reads it; or the model has none, and what would make one is missing.",
        fixes=_fixes(
            "Upgrade tokenizers, and transformers with it, as far as the other packages allow",
            Advice(
                "add", "`backend tokenizer`: what makes one of the model's files", requirements=("sentencepiece", "tiktoken")
            ),
        ),
        reference=("huggingface/transformers#31789",),
        example="Exception: data did not match any variant of untagged enum PyPreTokenizerTypeWrapper at line 40 column 3",
    ),
    Row(
        id="windows-cublas",
        seen=("windows",),
        pattern=r"(?:Library (?=cublas\w{2,8}\.dll is not found or cannot be loaded)|Could not (?:load library|locate) )(?P<library>cublas(?:Lt)?64_(?P<major>\d{1,2})\.dll)",
        cause="ctranslate2 opens cuBLAS by name, and Windows finds no {library}: NVIDIA's wheel is not installed, or its folder"
        " (site-packages\\nvidia\\cublas\\bin) is not on PATH.",
        fixes=_fixes(
            Advice("add", "It comes with", requirements=("{wheel}",), only=("!{wheel}",)),
            Advice("heal", "cudnn-heal loads it when ctranslate2 is imported"),
            "By hand: add that folder to PATH before Python starts (os.add_dll_directory does not help here: measured)",
        ),
        reference=("fw#1276", "argosopentech/argos-translate#515", "zh-plus/openlrc#18", "measured"),
        part=("ctranslate2", "cublas"),
        example="RuntimeError: Library cublas64_12.dll is not found or cannot be loaded",
    ),
    Row(
        id="windows-cudnn-alone",
        seen=("windows",),
        pattern=r"Successfully loaded (?P<library>cudnn\w{2,40}64_\d{1,2}\.dll) without its dependencies",
        cause="cuDNN's {library} is there, and a DLL that it needs is not: another of cuDNN's, as where one file was copied alone, or one of CUDA's.",
        fixes=_fixes(
            "The folder with all of cuDNN's DLLs on PATH, and the one with CUDA's; take out the copy that lies alone",
            "From wheels (nvidia-cudnn-cu12, nvidia-cublas-cu12): site-packages\\nvidia\\cudnn\\bin and site-packages\\nvidia\\cublas\\bin",
            Advice(
                "add",
                "ctranslate2 4.6.3 and later need no cuDNN",
                requirements=("ctranslate2>=4.6.3", "nvidia-cublas-cu12"),
                only=("ctranslate2",),
                unless=("whisperx<3.5",),
            ),
        ),
        reference=("fw#1279",),
        example="Successfully loaded cudnn_ops64_9.dll without its dependencies. Successfully loaded zlib independently. Unknown dll missing.",
    ),
    Row(
        id="windows-cudnn",
        seen=("windows",),
        pattern=r"Could not (?:locate|load library) (?:\S{0,160}[\\/])?(?P<library>cudnn\w{0,40}64_(?P<major>\d{1,2})\.dll)",
        cause="cuDNN's {library} is not found. Files with `_infer` or `_train` in their name, or 8 at the end, are cuDNN 8's, which"
        " ctranslate2 4.0 to 4.4 is built for; those with 9 are cuDNN 9's, for 4.5 and later (4.6.3 and later need none).",
        fixes=(
            Advice(
                "add",
                "ctranslate2 4.6.3 and later need no cuDNN",
                requirements=("ctranslate2>=4.6.3", "nvidia-cublas-cu12"),
                only=("ctranslate2",),
                unless=("whisperx<3.5",),
            ),
            Advice(
                "add",
                "WhisperX 3.3 to 3.4 hold ctranslate2 below 4.5; 3.5 and later do not",
                requirements=("whisperx>=3.5",),
                only=("whisperx<3.5",),
            ),
            Advice(
                "add",
                "cuDNN's wheel of that number, whose folder (site-packages\\nvidia\\cudnn\\bin) must be on PATH",
                requirements=("nvidia-cudnn-cu12=={major}.*",),
                only=("!nvidia-cudnn-cu12",),
                unless=("ctranslate2<4.5", "torch>=2.4"),
            ),
            Advice(
                "say",
                "A packed program (Purfview's faster-whisper) has its own: the files of its archive for cuBLAS and cuDNN belong beside the .exe",
                unless=("ctranslate2",),
            ),
            Advice("heal", "cudnn-heal loads what is installed when ctranslate2 is imported"),
        ),
        reference=("wx#1216", "measured"),
        shows="cudnn",
        example="Could not locate cudnn_ops64_9.dll. Please make sure it is in your library path!",
        follows=("windows-page-file",),
    ),
    Row(
        id="windows-page-file",
        seen=("crash", "windows"),
        pattern=r"(?:Error code|WinError) 1455(?!\d)|The paging file is too small for this operation to complete",
        cause="Windows has no memory left to load a library into: its page file is too small for the large libraries of torch and cuDNN,"
        " often because many processes load them.",
        fixes=_fixes(
            "Make the page file larger (System, Advanced, Performance, Virtual memory), or run fewer processes",
        ),
        reference=("https://github.com/ultralytics/yolov3/issues/1643",),
        example="Could not load library cudnn_cnn_infer64_8.dll. Error code 1455",
    ),
    Row(
        id="windows-zlib",
        seen=("windows",),
        pattern=r"Could not locate zlibwapi\.dll",
        cause="cuDNN 8 for Windows needs zlibwapi.dll, which is in none of NVIDIA's files; cuDNN 9 does not.",
        fixes=_fixes(
            Advice(
                "add",
                "ctranslate2 4.6.3 and later need no cuDNN",
                requirements=("ctranslate2>=4.6.3", "nvidia-cublas-cu12"),
                only=("ctranslate2",),
            ),
            "Or put zlibwapi.dll (64 bit) beside cuDNN's DLLs, as NVIDIA's installation guide of cuDNN 8 says",
        ),
        reference=("https://docs.nvidia.com/deeplearning/cudnn/archives/cudnn-897/install-guide/index.html",),
        example="Could not locate zlibwapi.dll. Please make sure it is in your library path!",
    ),
    Row(
        id="cudnn-internal",
        seen=("memory",),
        pattern=r"CUDNN_STATUS_INTERNAL_ERROR(?!_)",
        cause="cuDNN failed within itself and does not say why. Most reports ended with the GPU's memory being full; others with a cuDNN"
        " too old for a new GPU, or with two releases in one process.",
        fixes=(
            Advice("run", "Memory: look whether it is full", command="nvidia-smi"),
            Advice("call", "Versions: see what would be loaded", flags=("--status",)),
            PATH,
        ),
        reference=("https://docs.nvidia.com/deeplearning/cudnn/backend/latest/reference/support-matrix.html",),
        example="RuntimeError: cuDNN error: CUDNN_STATUS_INTERNAL_ERROR",
        shows="cudnn",
    ),
    Row(
        id="cublas-not-initialized",
        seen=("gpu",),
        codes=("CUBLAS_STATUS_NOT_INITIALIZED", "CUSOLVER_STATUS_NOT_INITIALIZED", "CUSPARSE_STATUS_NOT_INITIALIZED"),
        cause="cuBLAS (or its kin) could not start: mostly the GPU's memory is full, or an earlier error of the program on the GPU (an index"
        " beyond its table) shows here first; a driver that does not work does it too.",
        fixes=_fixes(
            Advice("run", "See whether memory is full", command="nvidia-smi"),
            "CUDA_LAUNCH_BLOCKING=1, or the same on the CPU, shows an earlier error where it was made",
        ),
        reference=("https://docs.nvidia.com/cuda/cublas/index.html",),
        example="RuntimeError: CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`",
        follows=("device-assert",),
    ),
    Row(
        id="cublas-mixed",
        seen=("gpu",),
        codes=("CUBLAS_STATUS_INVALID_VALUE", "CUBLAS_STATUS_EXECUTION_FAILED", "CUBLAS_STATUS_INTERNAL_ERROR"),
        cause="cuBLAS refused or failed a computation. With code that is known to work, two releases of cuBLAS in one process were the cause"
        " (an entry of LD_LIBRARY_PATH, a CUDA of the image); otherwise shapes that do not fit, full memory, or an earlier error on the GPU.",
        fixes=_fixes(
            PATH,
            Advice("run", "See whether memory is full", command="nvidia-smi"),
            "CUDA_LAUNCH_BLOCKING=1, or the same on the CPU, shows an earlier error where it was made",
        ),
        reference=("https://docs.nvidia.com/cuda/cublas/index.html",),
        example="RuntimeError: CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm( handle, opa, opb, m, n, k)`",
        shows="cublas",
        follows=("device-assert",),
    ),
    Row(
        id="cudnn-older",
        seen=("gpu",),
        pattern=r"Loaded runtime CuDNN library: (?P<found>[\d.]{3,10}) but source was compiled with: (?P<wanted>[\d.]{3,10}?)\.(?![\d.])",
        cause="The cuDNN in the process ({found}) is older than the one that the program was built with ({wanted}); it takes the same major version and an"
        " equal or higher minor one. An entry of LD_LIBRARY_PATH, the system's, or another package's wheel brought the older one.",
        fixes=_fixes(
            Advice(
                "add",
                "A cuDNN that is new enough",
                requirements=("nvidia-cudnn-cu12>={wanted},<10",),
                only=("nvidia-cudnn-cu12",),
                unless=("nvidia-cudnn-cu13",),
            ),
            Advice(
                "add",
                "A cuDNN that is new enough",
                requirements=("nvidia-cudnn-cu13>={wanted},<10",),
                only=("nvidia-cudnn-cu13",),
            ),
            PATH,
            "Where torch holds cuDNN at its own release: that program in an environment of its own",
        ),
        reference=("conda-forge/jaxlib-feedstock#329", "jax-ml/jax#16038"),
        example="E1027 15:11:27.184481 3266602 cuda_dnn.cc:456] Loaded runtime CuDNN library: 9.10.1 but source was compiled with: 9.13.1.  CuDNN library"
        " needs to have matching major version and equal or higher minor version.",
        shows="cudnn",
    ),
    Row(
        id="cudnn-no-engine",
        seen=("gpu",),
        pattern=r"was unable to find an engine to execute this computation|[Uu]nable to find a valid cuDNN algorithm|[Nn]o valid execution plans? (?:built|available)|No execution plans? support",
        cause="cuDNN found no way to compute this. Reported with two releases of cuDNN in one process (the image's or system's beside torch's), with a GPU"
        " that is newer or older than this cuDNN knows, and with full memory.",
        fixes=_fixes(
            PATH,
            "A cuDNN of the system or the image that nothing else needs can go (Debian, Ubuntu: `apt list --installed | grep cudnn`)",
            Advice("run", "Memory: look whether it is full", command="nvidia-smi"),
            "A new GPU: a newer torch",
        ),
        reference=(
            "replicate/cog#1430",
            "https://docs.nvidia.com/deeplearning/cudnn/backend/latest/reference/support-matrix.html",
        ),
        example="RuntimeError: GET was unable to find an engine to execute this computation",
        shows="cudnn",
        follows=("windows-cudnn", "cudnn-engines"),
    ),
    Row(
        id="nccl-error",
        seen=("gpu",),
        codes=(
            "ncclUnhandledCudaError",
            "ncclSystemError",
            "ncclInternalError",
            "ncclInvalidUsage",
            "ncclRemoteError",
            "ncclInvalidArgument",
        ),
        cause="NCCL, with which several GPUs work together, failed; what it met first it tells only when asked. Met with full memory, with a driver that is too old"
        " for this NCCL, in containers with little shared memory, and where GPUs can't reach each other.",
        fixes=_fixes(
            "NCCL_DEBUG=INFO in the program's environment shows what failed",
            "In a container: `--shm-size 1g` and `--ipc=host`; NCCL_P2P_DISABLE=1 tells whether it is the way between the GPUs",
            Advice("run", "See memory and driver", command="nvidia-smi"),
        ),
        reference=("vllm-project/vllm#7896", "https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html"),
        example="RuntimeError: NCCL error: unhandled cuda error (run with NCCL_DEBUG=INFO for details)",
    ),
    Row(
        id="library-version",
        seen=("library",),
        pattern=r"version `?(?P<library>lib(?:cublas|cudnn|cudart|nvJitLink|cusparse|cufft|nvrtc|curand|cusolver|nccl)\w{0,10}\.so\.\d{1,3})'? not (?:found|defined)",
        cause="Two releases of one of NVIDIA's libraries met in one process: what asks for {library} is of one, the file that was found is of another.",
        fixes=_fixes(
            PATH,
            "Of two wheels, or a wheel and a CUDA of the system, leave the one that torch asks for",
            Advice("call", "See which are here", flags=("--doctor",)),
        ),
        reference=("torch#152783",),
        example="ImportError: libcusparse.so.12: version `libnvJitLink.so.12' not found (required by /opt/x/libcusolver.so.11)",
    ),
    Row(
        id="library-width",
        seen=("library",),
        pattern=r"(?P<library>[\w+.-]{3,80}\.so[\d.]{0,20}): wrong ELF class: ELFCLASS(?P<bits>32|64)",
        cause="{library} is made for {bits}-bit programs, and the process is not one. The loader passes over such a file, and goes on to the next"
        " folder: it matters only where no other copy is found.",
        fixes=_fixes(
            Advice("run", "See where the loader finds copies", command="ldconfig -p | grep {library}"),
            "A program that is given this very path has to be given the copy for its own width (/usr/lib64, /usr/lib/x86_64-linux-gnu)",
        ),
        reference=("ollama/ollama#5493", "https://man7.org/linux/man-pages/man8/ld.so.8.html"),
        example="/usr/lib/libcuda.so.418.74: wrong ELF class: ELFCLASS32",
    ),
    Row(
        id="library-broken",
        seen=("library",),
        pattern=r"(?P<library>[\w+.-]{3,80}\.so[\d.]{0,12}): (?:invalid ELF header|file too short|cannot read file data|ELF load command)"
        r"|(?P<other>[\w+.-]{3,80}\.(?:dylib|so))' \(mach-o file, but is an incompatible architecture",
        cause="The library is there, and is no whole library for this machine: its download or copy was cut short, it is a pointer of Git LFS, or is made for another"
        " processor (on a Mac: a Python for Intel with packages for Apple's, or the other way round).",
        fixes=_fixes(
            "Install the package that has it again, without a cache (`--no-cache-dir`, `--refresh`)",
            Advice("run", "See whether the disk is full", command="df -h ~ /tmp"),
        ),
        reference=("https://man7.org/linux/man-pages/man8/ld.so.8.html",),
        example="OSError: /venv/lib/python3.12/site-packages/nvidia/cublas/lib/libcublas.so.12: file too short",
    ),
    Row(
        id="static-tls",
        seen=("library",),
        pattern=r"(?P<library>lib[\w+-]{2,40}\.so[\d.]{0,8}): cannot allocate memory in static TLS block",
        cause="{library} needs room that the loader keeps for libraries of a process's start, and it is used up: it was loaded too late.",
        fixes=_fixes(
            "Import the package that has it first; or start Python with LD_PRELOAD set to the library's path",
        ),
        reference=("scikit-learn/scikit-learn#14485",),
        example="ImportError: /lib/aarch64-linux-gnu/libgomp.so.1: cannot allocate memory in static TLS block",
    ),
)

ONNXRUNTIME = (
    Row(
        id="onnxruntime-cuda-11",
        seen=("library",),
        pattern=r"with error: (?P<library>lib(?:cublasLt|cublas|cudart)\.so\.11(?:\.0)?|libcudnn\.so\.8|libcufft\.so\.10): cannot open shared object file",
        cause="What says so is built for CUDA 11 (it needs {library}): onnxruntime-gpu up to 1.18 from PyPI, or the ONNX Runtime that sherpa-onnx"
        " and other packages bring. Today's wheels are for CUDA 12 and 13.",
        fixes=_fixes(
            Advice(
                "add",
                "onnxruntime-gpu from PyPI: a release for CUDA 12",
                requirements=("onnxruntime-gpu>=1.20,<1.27",),
                only=("onnxruntime-gpu<1.19",),
            ),
            Advice("say", "onnxruntime-gpu: a release for CUDA 12, 1.20 to 1.26", unless=("onnxruntime-gpu",)),
            "sherpa-onnx: its wheel for CUDA 12 (`+cuda12.cudnn9`), from its own index, not PyPI's",
        ),
        reference=("stepfun-ai/Step-Audio-EditX#3", "k2-fsa/sherpa-onnx#2446"),
        example="Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.11: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="onnxruntime-no-kernel",
        seen=("gpu",),
        pattern=r"(?:Non-zero status code returned while running|onnxruntime).{0,400}?(?:cudaErrorNoKernelImageForDevice|no kernel image is available for execution)",
        cause="onnxruntime-gpu has no code for this GPU: its build is older than the GPU (Blackwell), or has dropped it.",
        fixes=_fixes(
            Advice(
                "add",
                "A new GPU: upgrade (for CUDA 12)",
                requirements=("onnxruntime-gpu>=1.22,<1.27",),
                only=("onnxruntime-gpu<1.22",),
            ),
            Advice(
                "say",
                "A new GPU: upgrade, to onnxruntime-gpu 1.22 to 1.26 with CUDA 12's wheels, 1.28 and later with CUDA 13's",
                unless=("onnxruntime-gpu",),
            ),
            "An old GPU: an older onnxruntime-gpu, or CPUExecutionProvider",
        ),
        reference=("Comfy-Org/ComfyUI#10028",),
        example="[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running Slice node. Name:'Slice_34' Status Message: CUDA"
        " error cudaErrorNoKernelImageForDevice:no kernel image is available for execution on the device",
    ),
    Row(
        id="onnxruntime-frontend",
        seen=("crash",),
        pattern=r"Failed to initialize CUDNN Frontend|CUDNN_FE failure \d{1,3}",
        cause="ONNX Runtime asked cuDNN for a way to compute, and cuDNN had none. Reported where cuDNN does not fit the GPU (too new or too old"
        " for it) and where two releases of cuDNN met; which of them it was is not settled.",
        fixes=_fixes(
            Advice("call", "See which cuDNN would be loaded, and from where", flags=("--status",)),
            PATH,
            "The GPU must be one that this cuDNN supports: NVIDIA's support matrix tells",
        ),
        reference=(
            "ort#23301",
            "ort#26274",
            "https://docs.nvidia.com/deeplearning/cudnn/backend/latest/reference/support-matrix.html",
        ),
        example="[ONNXRuntimeError] : 11 : EP_FAIL : Non-zero status code returned while running Conv node. Status Message: Failed to initialize"
        " CUDNN Frontend",
        shows="cudnn",
    ),
    Row(
        id="windows-onnxruntime",
        seen=("windows",),
        pattern=r"CUDA_PATH is set but CUDA wasn'?t able to be loaded|(?:LoadLibrary failed with error|Error loading).{0,200}?onnxruntime_providers_(?:cuda|shared)\.dll|onnxruntime_providers_cuda\.dll.{0,200}? which (?:depends on|is missing)",
        cause="Windows finds onnxruntime-gpu's provider, and not the DLLs that it needs (error 126): CUDA's and cuDNN's, of the major version"
        " that this onnxruntime-gpu is built for, must be on PATH or in the process already.",
        fixes=_fixes(
            Advice("heal", "cudnn-heal loads the environment's wheels when onnxruntime is imported"),
            "The wheels: nvidia-cublas-cu12, nvidia-cudnn-cu12, nvidia-cufft-cu12, nvidia-curand-cu12, nvidia-cuda-runtime-cu12 for onnxruntime-gpu 1.19 to 1.26; 1.18 and before are for CUDA 11: upgrade",
            "DLLs whose name ends in 13 are CUDA 13's (nvidia-cublas, nvidia-cudnn-cu13, nvidia-cufft, nvidia-curand, nvidia-cuda-runtime), for onnxruntime-gpu 1.28 and later; with CUDA 12: `onnxruntime-gpu<1.27`",
            "Without cudnn-heal, before the session is made: `import torch`, or `onnxruntime.preload_dlls()` (1.21 and later); in another language: the folders of CUDA's and cuDNN's DLLs on PATH",
        ),
        reference=("ort#24719", "yalue/onnxruntime_go#124", "measured"),
        part=("onnxruntime", ""),
        example='LoadLibrary failed with error 126 "" when trying to load "C:\\venv\\Lib\\site-packages\\onnxruntime\\capi\\onnxruntime_providers_cuda.dll"',
    ),
    Row(
        id="onnxruntime-driver",
        seen=("cpu",),
        when=("onnxruntime-gpu>=1.27 & @driver<580",),
        cause="onnxruntime-gpu is built for CUDA 13 from 1.27 on, which needs driver 580 or later; with this one its CUDA provider"
        " does not start, and sessions fall back to the CPU.",
        fixes=_fixes(
            "Update the driver (on the host, for a container)",
            Advice(
                "add",
                "Or the last releases for CUDA 12",
                requirements=("onnxruntime-gpu>=1.20,<1.27", "nvidia-cublas-cu12", "nvidia-cufft-cu12"),
            ),
        ),
        reference=("measured",),
        kind="warning",
    ),
    Row(
        id="onnxruntime-cuda-13",
        seen=("cpu",),
        when=(
            "onnxruntime-gpu>=1.27 & !nvidia-cublas & !library:libcublas.so.13",
            "onnxruntime-gpu>=1.27 & !nvidia-cuda-runtime & !library:libcudart.so.13",
        ),
        cause="onnxruntime-gpu is built for CUDA 13 from 1.27 on, and that CUDA's libraries are not here: its CUDA provider does not"
        " load, and sessions fall back to the CPU.",
        fixes=_fixes(
            Advice(
                "add",
                "Add them",
                requirements=(
                    *("nvidia-cuda-runtime", "nvidia-cublas", "nvidia-cufft", "nvidia-curand", "nvidia-cuda-nvrtc"),
                    "nvidia-cudnn-cu13==9.*",
                ),
                unless=("nvidia-cudnn-cu12", "@driver<580"),
            ),
            Advice(
                "add",
                "With CUDA 12's wheels, the last release for them",
                requirements=("onnxruntime-gpu>=1.20,<1.27",),
                only=("nvidia-cublas-cu12",),
            ),
            "Nothing, if only faster-whisper uses ONNX Runtime here: its voice detection asks for the CPU",
        ),
        reference=("measured",),
        kind="warning",
    ),
    Row(
        id="onnxruntime-curand",
        seen=("cpu",),
        when=("onnxruntime-gpu>=1.28 & torch>=2.15 & !nvidia-curand & !library:libcurand",),
        cause="onnxruntime-gpu's CUDA provider needs libcurand.so.10, which came with torch up to 2.14 and no longer comes with 2.15.",
        fixes=(Advice("add", "Add it", requirements=("nvidia-curand",)),),
        reference=("measured",),
        kind="warning",
    ),
    Row(
        id="onnxruntime-twice",
        seen=("cpu",),
        when=("onnxruntime & onnxruntime-gpu",),
        cause="onnxruntime and onnxruntime-gpu lay their files in the same folder: the one that was installed last counts, and"
        " removing either leaves the other without files. faster-whisper asks for onnxruntime.",
        fixes=_fixes(
            "Nothing, if only faster-whisper uses ONNX Runtime here: its voice detection asks for the CPU",
            Advice(
                "replace",
                "Otherwise leave the one for the GPU alone",
                distributions=("onnxruntime",),
                requirements=("onnxruntime-gpu{onnxruntime}",),
            ),
            Advice("say", GPU_BUILD, unless=("onnxruntime-gpu",)),
        ),
        reference=("ort#26763", "measured"),
        kind="warning",
    ),
    Row(
        id="onnxruntime-gone",
        seen=("module",),
        pattern=r"module 'onnxruntime' has no attribute '(?:InferenceSession|SessionOptions|get_available_providers|get_device|GraphOptimizationLevel|OrtValue|__version__)'"
        r"|cannot import name '(?:InferenceSession|SessionOptions|get_available_providers)' from 'onnxruntime'|No module named 'onnxruntime\.capi",
        cause="onnxruntime is half gone: it and onnxruntime-gpu lay their files in the same folder, and taking one of them out took files of the other along. A file"
        " or folder of the program's own that is called onnxruntime does it too.",
        fixes=(
            Advice(
                "replace",
                "Both are installed: leave one alone",
                distributions=("onnxruntime",),
                requirements=("onnxruntime-gpu{onnxruntime}",),
                only=("onnxruntime", "onnxruntime-gpu"),
            ),
            Advice("reinstall", "Install its files again", requirements=("onnxruntime-gpu=={ortgpu}",), only=("!onnxruntime",)),
            Advice("reinstall", "Install its files again", requirements=("onnxruntime=={ort}",), only=("!onnxruntime-gpu",)),
            Advice(
                "say",
                "Uninstall onnxruntime and onnxruntime-gpu, both, and then install the one that is meant",
                unless=("onnxruntime", "onnxruntime-gpu"),
            ),
        ),
        reference=("ort#26763", "measured"),
        example="AttributeError: module 'onnxruntime' has no attribute 'InferenceSession'",
    ),
    Row(
        id="onnx-newer",
        seen=("install", "model"),
        pattern=r"Unsupported model IR version: (?P<model>\d{1,2})|[Oo]pset \d{1,2} is under development|The requested API version \[\d{1,3}\] is not available|ONNX Runtime only \*guarantees\* support for models stamped with official released onnx opset|Could not find an implementation for \w{2,40}\(\d{1,2}\) node",
        cause="The model, or the program, is made for a newer ONNX Runtime than the one that is loaded, or for an operation that this build does not have.",
        fixes=_fixes(
            "Upgrade onnxruntime (or onnxruntime-gpu), as far as this Python and this CUDA allow",
            "Or an older file of the model, if there is one",
        ),
        reference=("https://onnxruntime.ai/docs/reference/compatibility.html",),
        example="[ONNXRuntimeError] : 1 : FAIL : Load model from x.onnx failed: Unsupported model IR version: 10, max supported IR version: 9",
    ),
    Row(
        id="onnxruntime-argument",
        seen=("install",),
        pattern=r"This ORT build has \[.{3,200}?\] enabled\. Since ORT 1\.9, you are required to explicitly set the providers",
        cause="The program is older than its ONNX Runtime, which from 1.9 on wants to be told the providers.",
        fixes=_fixes(
            "Upgrade the program or package that makes the session (insightface: 0.7 and later)",
            "A program of your own: `InferenceSession(path, providers=['CUDAExecutionProvider', 'CPUExecutionProvider'])`",
        ),
        reference=("deepinsight/insightface#1861",),
        example="ValueError: This ORT build has ['AzureExecutionProvider', 'CPUExecutionProvider'] enabled. Since ORT 1.9, you are required to explicitly set the providers parameter",
    ),
    Row(
        id="onnx-input",
        seen=("model",),
        pattern=r"INVALID_ARGUMENT : (?:Invalid (?:Output|Feed Input) Name|Got invalid (?:dimensions|rank) for input|Unexpected input data type)|are missing from input feed \(",
        cause="The model does not have the inputs or outputs that the program names, or wants them in another form: the file is another model, or another version of it, than the program was"
        " written for. It is not a matter of the installation.",
        fixes=_fixes(
            "The model's file that the program's documentation names: delete the old one, and load it again; or upgrade the program",
            Advice(
                "run",
                "What the model wants",
                command="{python} -c \"import onnxruntime as o; s = o.InferenceSession('MODEL.onnx', providers=['CPUExecutionProvider']); print([(i.name, i.shape, i.type) for i in s.get_inputs()], [x.name for x in s.get_outputs()])\"",
            ),
        ),
        reference=("SthPhoenix/InsightFace-REST#100",),
        example="[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Invalid Feed Input Name:sr",
    ),
    Row(
        id="tensorrt-engine",
        seen=("gpu", "model"),
        pattern=r"engine plan file is (?:not compatible with this version of TensorRT|generated on an incompatible device)|Serialization assertion .{0,80}? failed|plan file was not compiled",
        cause="A finished TensorRT engine was loaded that another release of TensorRT made, or another kind of GPU: it runs on none but its own.",
        fixes=_fixes(
            "Delete the engine's file (or the provider's cache), and have it built anew on this machine",
        ),
        reference=("https://docs.nvidia.com/deeplearning/tensorrt/latest/inference-library/advanced.html",),
        example="[TRT] [E] 6: The engine plan file is not compatible with this version of TensorRT, expecting library version 10.3.0 got 8.6.1, please rebuild.",
    ),
    Row(
        id="insightface-models",
        seen=("model",),
        pattern=r"assert 'detection' in self\.models",
        cause="insightface found no detection model in the folder that it was given: the archive (buffalo_l, antelopev2) was unpacked into a second folder of that name"
        " within, or not to its end.",
        fixes=_fixes(
            Advice("run", "See what is there", command="ls ~/.insightface/models/*"),
            "The .onnx files belong right into ~/.insightface/models/NAME; move them up, or delete the folder and have it downloaded again",
        ),
        reference=("Kwai-Kolors/Kolors#133", "foivospar/Arc2Face#2"),
        example="    assert 'detection' in self.models\nAssertionError",
    ),
    Row(
        id="tensorrt-library",
        seen=("library",),
        pattern=r"libonnxruntime_providers_tensorrt\.so with error: (?P<library>libnv(?:infer|onnxparser)\w{0,10}\.so\.(?P<major>\d{1,2}))"
        r"|(?:LoadLibrary failed with error|Error loading).{0,200}?onnxruntime_providers_tensorrt\.dll|Please install TensorRT libraries as mentioned",
        cause="ONNX Runtime's TensorRT provider needs TensorRT's libraries (libnvinfer; on Windows nvinfer_10.dll), which are not installed, or not found: no"
        " wheel of onnxruntime asks for them. Nothing but a program that names TensorrtExecutionProvider needs them; it goes on with the next provider of its list.",
        fixes=_fixes(
            "Leave TensorrtExecutionProvider out of the program's list of providers",
            Advice(
                "add",
                "Or install TensorRT, for a provider of CUDA 12 (onnxruntime-gpu 1.20 to 1.26)",
                requirements=("tensorrt-cu12-libs=={major}.*",),
                only=("onnxruntime-gpu<1.27",),
            ),
            Advice(
                "add",
                "Or install TensorRT, for a provider of CUDA 13 (onnxruntime-gpu 1.28 and later)",
                requirements=("tensorrt-cu13-libs=={major}.*",),
                only=("onnxruntime-gpu>=1.28",),
            ),
        ),
        reference=("ort#18597", "FocoosAI/focoos#143", "measured"),
        example="[ONNXRuntimeError] : 1 : FAIL : Failed to load library libonnxruntime_providers_tensorrt.so with error:"
        " libnvinfer.so.10: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="onnxruntime-cudart-13",
        seen=("library",),
        pattern=r"onnxruntime[/\\]capi[/\\].{0,300}?ImportError: libcudart\.so\.13: cannot open shared object file",
        cause="onnxruntime-gpu 1.27.0 opens CUDA 13's runtime as soon as it is imported, even for the CPU alone. 1.26 and before are for CUDA 12;"
        " 1.28 and later are imported without it.",
        fixes=(
            Advice(
                "add", "With CUDA 12 (torch's, or the image's): a release for it", requirements=("onnxruntime-gpu>=1.20,<1.27",)
            ),
            Advice(
                "add",
                "With CUDA 13: the next one",
                requirements=("onnxruntime-gpu>=1.28",),
                unless=("@driver<580", "@cuda==12"),
            ),
        ),
        reference=("ort#29500", "ort#29590", "ebongard/renfield#932"),
        applies=("onnxruntime-gpu>=1.27,<1.28",),
        example='File "/venv/lib/python3.11/site-packages/onnxruntime/capi/_pybind_state.py", line 32, in <module>\n'
        "    from .onnxruntime_pybind11_state import *  # noqa\nImportError: libcudart.so.13: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="onnxruntime-library-program",
        seen=("library",),
        pattern=r"Failed to load library (?!\S{0,200}?capi/lib)/\S{1,200}?/libonnxruntime_providers_(?:cuda|tensorrt)\.so with error: (?P<library>lib(?!cuda\.so|nvinfer|nvonnxparser|cublasLt\.so\.11|cublas\.so\.11|cudnn\.so\.8|cufft\.so\.10|cudart\.so\.11)[\w+-]{2,40}?\.so\.\d{1,2})"
        r": cannot open shared object file",
        cause="ONNX Runtime's provider for the GPU, which the program brings with it, is built for {library}, of exactly that number, and the loader does"
        " not find it; a newer CUDA beside it does not serve. The provider is no part of a Python environment, whose wheels it does not look into.",
        fixes=_fixes(
            "CUDA's runtime libraries of that number, and cuDNN 9, where the loader looks: NVIDIA's packages for the system, which lie beside those of another CUDA",
            "Or the build of the program (or of ONNX Runtime in it) that is made for the CUDA that is here",
        ),
        reference=("pykeio/ort#548", "https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html"),
        example="FAIL : Failed to load library /srv/app/target/release/libonnxruntime_providers_cuda.so with error: libcublasLt.so.12:"
        " cannot open shared object file: No such file or directory",
        follows=("libcuda-missing",),
    ),
    Row(
        id="onnxruntime-library",
        seen=("library",),
        pattern=r"Failed to load library (?:\S{0,200}?capi/)?libonnxruntime_providers_(?:cuda|tensorrt)\.so with error: (?P<library>lib(?!cuda\.so|nvinfer|nvonnxparser|cublasLt\.so\.11|cublas\.so\.11|cudnn\.so\.8|cufft\.so\.10|cudart\.so\.11)[\w+-]{2,40}?\.so\.\d{1,2})"
        r": cannot open shared object file",
        cause="onnxruntime-gpu's provider for the GPU needs {library}, which is not installed, or not found: it does not look in the"
        " environment's own wheels unless something has loaded them before. The session falls back to the CPU.",
        fixes=_fixes(
            Advice("heal", "cudnn-heal loads the environment's wheels when onnxruntime is imported, where there is a GPU"),
            Advice("add", "The library must be installed", requirements=("{wheel}",), only=("!{wheel}",)),
            "The library must be installed: {wheels}",
            "Without cudnn-heal, before the session is made: `import torch`, or `onnxruntime.preload_dlls()` (1.21 and later)",
            "Nothing, if only faster-whisper uses ONNX Runtime here: its voice detection asks for the CPU",
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
        seen=("gpu",),
        pattern=r"cuDNN is unavailable or disabled for CUDA Execution Provider",
        cause="The CUDA provider opens cuDNN by name once an operator needs it (Conv, say), and does not find it: its wheel is not"
        " installed, or nothing has loaded it.",
        fixes=_fixes(
            Advice("heal", "cudnn-heal loads the environment's wheels when onnxruntime is imported, where there is a GPU"),
            Advice(
                "add",
                "cuDNN must be installed, for CUDA 13 (onnxruntime-gpu 1.28 and later)",
                requirements=("nvidia-cudnn-cu13==9.*",),
                only=("onnxruntime-gpu>=1.28", "!nvidia-cudnn-cu13", "!nvidia-cudnn-cu12"),
            ),
            "Without cudnn-heal, before the session is made: `import torch`, or `onnxruntime.preload_dlls()`",
        ),
        reference=("ort#21684", "measured"),
        part=("onnxruntime", ""),
        example="[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running Conv node. Status Message: cuDNN is"
        " unavailable or disabled for CUDA Execution Provider: dlopen failed for libcudnn.so",
    ),
    Row(
        id="onnxruntime-provider",
        seen=("cpu",),
        pattern=r"Failed to create (?P<provider>CUDA|Tensorrt)ExecutionProvider",
        cause="ONNX Runtime could not load its {provider} provider and goes on without; the line before this one tells which library"
        " was missing.",
        fixes=_fixes(
            "Look for a line with `Failed to load library` above it, and explain that one",
            Advice("call", "Which libraries the environment has, and how each package is served", flags=("--status",)),
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
        seen=("cpu",),
        pattern=r"Specified provider 'CUDAExecutionProvider' is not in available provider names"
        r"|\['AzureExecutionProvider', 'CPUExecutionProvider'\](?=.{0,600}?CUDA)|get_available_providers\(\) (?:\[Out\])?\['AzureExecutionProvider', 'CPUExecutionProvider'\]"
        r"|Onnxruntime not found or doesn't come with acceleration providers|CUDAExecutionProvider(?: is)? not (?:available|found|supported|in)|CUDA is not available in (?:ONNX ?Runtime|onnxruntime)|Unknown Provider Type: CUDAExecutionProvider"
        r"|--execution-providers?: invalid choice: '(?:cuda|tensorrt)'",
        cause="The onnxruntime that is imported is the one for the CPU. onnxruntime and onnxruntime-gpu lay their files in the same"
        " folder: the one that was installed last counts, and faster-whisper asks for onnxruntime.",
        fixes=_fixes(
            "Nothing, if only faster-whisper uses ONNX Runtime here: its voice detection asks for the CPU",
            Advice(
                "replace",
                "Otherwise leave the one for the GPU alone",
                distributions=("onnxruntime",),
                requirements=("onnxruntime-gpu{onnxruntime}",),
                only=("onnxruntime",),
            ),
            GPU_BUILD,
        ),
        reference=("ort#26763", "TaterTotterson/microWakeWord-Trainer-Nvidia-Docker#1", "measured"),
        example="UserWarning: Specified provider 'CUDAExecutionProvider' is not in available provider names.Available providers:"
        " 'AzureExecutionProvider, CPUExecutionProvider'",
        applies=("onnxruntime",),
        kind="warning",
    ),
)

TORCH = (
    Row(
        id="torchaudio-torchcodec",
        seen=("module",),
        pattern=r"TorchCodec is required for (?:load|save)_with_torchcodec",
        cause="torchaudio 2.9 and later read and write sound with torchcodec, which is not installed.",
        fixes=(
            Advice("add", "The torchcodec made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice("say", TORCHCODEC, unless=("torch",)),
            Advice(
                "add", "Or the torchaudio before that", requirements=("torch<2.9", "torchaudio<2.9"), only=("torchaudio>=2.9",)
            ),
        ),
        reference=("OpenBMB/VoxCPM#86",),
        example="ImportError: TorchCodec is required for load_with_torchcodec. Please install torchcodec to use this function.",
    ),
    Row(
        id="torchaudio-backend",
        seen=("model",),
        pattern=r"Couldn't find appropriate backend to handle uri|No audio (?:I/O )?backend is available|Backend \"\w{3,20}\" is not one of available backends",
        cause="torchaudio up to 2.8 reads and writes sound with soundfile, SoX or FFmpeg's libraries, and found none of them that handles this file.",
        fixes=(
            Advice("add", "The simplest of them", requirements=("soundfile",), only=("!soundfile",)),
            Advice(
                "run", "For other formats (mp3, m4a): FFmpeg's libraries (Debian, Ubuntu)", command="sudo apt install ffmpeg"
            ),
        ),
        reference=("facebookresearch/demucs#570", "https://docs.pytorch.org/audio/2.7/installation.html"),
        example="RuntimeError: Couldn't find appropriate backend to handle uri a.wav and format None.",
    ),
    Row(
        id="torchcodec-windows",
        seen=("windows",),
        pattern=r"Could not find module '[^']{0,200}libtorchcodec_\w{3,20}\.dll' \(or one of its dependencies\)|Could not load this library: [^.]{0,160}libtorchcodec_\w{3,20}\.dll",
        cause="torchcodec's DLL is there; one that it needs is not: FFmpeg's DLLs, which come only with FFmpeg's \"full-shared\" build for Windows, or those of"
        " another torch than the one it is made for.",
        fixes=_fixes(
            "Install FFmpeg's full-shared build (4 to 8), with its folder of DLLs on PATH; the program ffmpeg.exe alone is not enough",
            Advice("add", "The torchcodec made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice("say", TORCHCODEC, unless=("torch",)),
        ),
        reference=("Saganaki22/ComfyUI-FishAudioS2#18", "https://github.com/meta-pytorch/torchcodec#installing-torchcodec"),
        example="FileNotFoundError: Could not find module 'D:\\py\\Lib\\site-packages\\torchcodec\\libtorchcodec_core8.dll' (or one of its dependencies).",
    ),
    Row(
        id="triton-ptxas",
        seen=("gpu",),
        pattern=r"`?ptxas`? failed with error code -?\d{1,10}|Internal Triton PTX codegen error",
        cause="triton's assembler failed; the lines that it printed tell why, and are not here. A GPU that is newer than this triton, and a driver that is older"
        " than its CUDA, do that.",
        fixes=_fixes(
            "The triton that torch asks for, and a newer torch for a new GPU; on Windows a triton-windows of the release that is made for this torch",
            "Or do without what compiles (torch.compile off: TORCHDYNAMO_DISABLE=1)",
        ),
        reference=("unslothai/unsloth#1237",),
        example="RuntimeError: `ptxas` failed with error code 4294967295:",
        follows=("nvrtc-architecture",),
    ),
    Row(
        id="windows-dll-load",
        seen=("windows",),
        pattern=r"DLL load failed(?: while importing \w{2,60})?|WinError (?:126|1114)(?!\d)|(?i:dynamic link library \(DLL\) initialization routine failed)|LoadLibrary\w? failed with error (?:126|1114)(?!\d)",
        cause="Windows could not load an extension, or a DLL that it needs (126: one is not found; 1114: one was found and did not start): mostly Microsoft's Visual C++"
        " runtime is missing or older than the package was built with, or another program's older one is found first.",
        fixes=_fixes(
            "Install Microsoft's Visual C++ redistributable (x64): https://aka.ms/vs/17/release/vc_redist.x64.exe",
            "Where that does not help: an older release of the package (onnxruntime: 1.20.1 was reported to load), from the same place as before",
            "In a conda environment: `conda install -c conda-forge vc14_runtime`",
        ),
        reference=("hacksider/Deep-Live-Cam#49", "lazydog28/mc_auto_boss#205"),
        follows=(
            *("windows-procedure", "windows-not-a-dll", "windows-page-file", "windows-torch", "windows-onnxruntime"),
            *("tensorrt-library", "library-missing"),
        ),
        example="ImportError: DLL load failed while importing onnxruntime_pybind11_state: A dynamic link library (DLL) initialization routine failed.",
    ),
    Row(
        id="cuda-home",
        seen=("module",),
        pattern=r"CUDA_HOME environment variable is not set|CUDA_HOME does not exist|nvcc: (?:command )?not found|Cannot find CUDA_HOME|The detected CUDA version \([\d.]{2,6}\) mismatches the version that was used to compile PyTorch",
        cause="An extension is compiled here, for which an installed CUDA toolkit (nvcc) of torch's own CUDA version is needed; NVIDIA's wheels for running have no"
        " compiler.",
        fixes=_fixes(
            "A wheel of that package for this torch and this CUDA, so that nothing is compiled",
            "Or the CUDA toolkit of the version in `torch.version.cuda`, with CUDA_HOME set to it",
        ),
        reference=("https://docs.pytorch.org/docs/stable/cpp_extension.html",),
        example="OSError: CUDA_HOME environment variable is not set. Please set it to your CUDA install root.",
    ),
    Row(
        id="xformers-build",
        seen=("install",),
        pattern=r"xFormers can't load C\+\+/CUDA extensions|xFormers was built for: PyTorch",
        cause="xFormers is built for another torch, or another Python, than the installed ones; what needs it falls back or fails.",
        fixes=_fixes(
            "The xFormers made for this torch (its release notes tell), from PyTorch's index; or none: torch's own attention does as well",
        ),
        reference=("facebookresearch/xformers#1014",),
        example="WARNING[XFORMERS]: xFormers can't load C++/CUDA extensions. xFormers was built for: PyTorch 2.3.0+cu121 with CUDA 1201 (you have 2.8.0+cu128)",
        kind="warning",
    ),
    Row(
        id="attention-kernel",
        seen=("gpu",),
        pattern=r"FlashAttention only supports \w{4,10} GPUs or newer|fmha_cutlass\w{3,80}` is for sm\d{2,3}-sm\d{2,3}, but was built for|No operator found for `memory_efficient_attention_forward`"
        r"|FlashAttention2 has been toggled on, but it cannot be used|No available kernel\. Aborting execution",
        cause="The program asks for a way to compute attention (FlashAttention, xFormers) that this GPU, this type, or this build of torch does not have, or that is not installed.",
        fixes=_fixes(
            'Another way, which every GPU has: `attn_implementation="sdpa"` or `"eager"` (faster-whisper: `flash_attention=False`); without xFormers',
            "FlashAttention 2 needs compute capability 8.0 (RTX 30) and float16 or bfloat16; a new GPU needs a torch, and an xFormers, that were built for it",
        ),
        reference=("https://huggingface.co/docs/transformers/attention_interface",),
        example="RuntimeError: FlashAttention only supports Ampere GPUs or newer.",
    ),
    Row(
        id="torch-compile",
        seen=("module",),
        pattern=r"BackendCompilerFailed: backend='\w{3,20}' raised|torch\._dynamo\.exc\.\w{5,30}: |torch\._inductor\.exc\.\w{5,30}: ",
        cause="torch.compile, which only makes things faster, failed: the compiler, triton or a part of it is missing, or this model can't be compiled. The line after it tells which.",
        fixes=(Advice("run", "Without it", command="export TORCHDYNAMO_DISABLE=1"),),
        reference=("https://docs.pytorch.org/docs/stable/torch.compiler_troubleshooting.html",),
        example="torch._dynamo.exc.BackendCompilerFailed: backend='inductor' raised:",
        follows=("triton-compiler", "triton-missing", "triton-libcuda"),
    ),
    Row(
        id="torch-half",
        seen=("module",),
        pattern=r"module 'torch(?:\.nn)?' has no attribute '(?:Tensor|Module|nn|cuda|__version__|device|float16|float32|load|no_grad|dtype)'|partially initialized module 'torch' has no attribute"
        r"|No module named 'torch\._C'|NameError: name '_C' is not defined",
        cause="torch is only half there: a folder or file of the program's own is called torch, an installation broke off or left files of another release, or two threads imported it at"
        " the same time.",
        fixes=_fixes(
            Advice(
                "run",
                "See which file is imported",
                command='{python} -c "import torch; print(torch.__file__, torch.__version__)"',
            ),
            "It is not in site-packages: rename that file. It is, or prints `None`: uninstall torch, remove what is left of its folder, and install it again",
            "A server that loads models in threads: `import torch` once, before they start",
        ),
        reference=("devnen/Chatterbox-TTS-Server#114",),
        example="AttributeError: module 'torch.nn' has no attribute 'Module'",
    ),
    Row(
        id="tensor-shapes",
        seen=("model",),
        pattern=r"mat1 and mat2 shapes cannot be multiplied|The size of tensor a \(\d{1,9}\) must match the size of tensor b|Sizes of tensors must match except in dimension|stack expects each tensor to be equal size",
        cause="What is given to the model has not the form that it wants: a file of another model (Whisper's large-v3 takes 128 mel bins, those before it 80), sound of another rate or of two"
        " channels, or a mistake of the program. It is not a matter of the installation.",
        fixes=_fixes(
            "Load model, preprocessor and configuration from one place; sound as one channel of 16 kHz",
            "Otherwise upgrade the program, or tell its makers",
        ),
        reference=("https://huggingface.co/openai/whisper-large-v3",),
        example="RuntimeError: mat1 and mat2 shapes cannot be multiplied (1500x80 and 128x384)",
    ),
    Row(
        id="bitsandbytes",
        seen=("library",),
        pattern=r"CUDA Setup failed despite (?:GPU|CUDA) being available|Could not load bitsandbytes native library|bitsandbytes was compiled without GPU support|Could not find the bitsandbytes CUDA binary",
        cause="bitsandbytes has a library for each CUDA, and found none for this torch's, or not the CUDA libraries that it asks for: it is older than the CUDA that"
        " torch brings.",
        fixes=(
            Advice(
                "add",
                "A later release, which has them for CUDA 12 and 13",
                requirements=("bitsandbytes>=0.45",),
                only=("bitsandbytes<0.45",),
            ),
            Advice(
                "say",
                "A later bitsandbytes (0.45 and later know CUDA 12.8), with torch's own CUDA libraries in the environment",
                unless=("bitsandbytes",),
            ),
            Advice("run", "It tells what it looked for", command="{python} -m bitsandbytes"),
        ),
        reference=("bitsandbytes-foundation/bitsandbytes#1452",),
        example="Could not load bitsandbytes native library: libcusparse.so.11: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="openmp-twice",
        seen=("crash",),
        pattern=r"OMP: Error #15|Initializing lib(?:iomp5\w{0,3}|omp)\.\w{2,5}, but found",
        cause="Two copies of the OpenMP library are in one process, of two packages (torch, ctranslate2, MKL, conda), and the second one ends it.",
        fixes=_fixes(
            "Do not mix conda's packages with pip's for numpy and torch in one environment",
            Advice("run", "A way around, which may give wrong results", command="export KMP_DUPLICATE_LIB_OK=TRUE"),
        ),
        reference=("torch#44282", "ct2#1326"),
        example="OMP: Error #15: Initializing libiomp5md.dll, but found libomp140.x86_64.dll already initialized.",
    ),
    Row(
        id="mkl-load",
        seen=("library",),
        pattern=r"INTEL oneMKL ERROR: |Intel MKL FATAL ERROR: |mkl-service \+ Intel\(R\) MKL: MKL_THREADING_LAYER=INTEL is incompatible",
        cause="Intel's MKL, with which NumPy (conda's) or torch computes, could not load its own parts, or met another threading library than its own: mostly conda's packages and pip's"
        " in one environment.",
        fixes=_fixes(
            "An environment whose NumPy and torch are from one place: all by pip (or uv), or all by conda",
            Advice("run", "Where libgomp is named: a way around", command="export MKL_THREADING_LAYER=GNU"),
        ),
        reference=("torch#37377",),
        example="INTEL oneMKL ERROR: The specified module could not be found. mkl_intel_thread.2.dll.",
    ),
    Row(
        id="devices-mixed",
        seen=("gpu",),
        pattern=r"Expected all tensors to be on the same device|can't convert (?:cuda|mps)\S{0,4} device type tensor to numpy|Input type \(\S{3,40}\) and (?:weight|bias) type \(\S{3,40}\) should be the same"
        r"|expected scalar type \w{3,10} but found [A-Z]|expected (?:m1 and m2|mat1 and mat2) to have the same dtype",
        cause="A model and its input are on two devices (GPU and CPU), or of two types (half and float). That is a matter of the program, not of the installation.",
        fixes=_fixes(
            "Move the input to the model's device and type before the call; upgrade the program if it is not yours",
        ),
        reference=("https://docs.pytorch.org/docs/stable/notes/cuda.html",),
        example="RuntimeError: Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!",
    ),
    Row(
        id="windows-procedure",
        seen=("windows",),
        pattern=r"WinError 127(?!\d)|The specified procedure could not be found",
        cause="Windows found a DLL, and it lacks a function that was asked of it: two files are of different releases (a torchaudio or torchvision"
        " for another torch), or another DLL of that name was loaded first, or stands before it on PATH.",
        fixes=_fixes(
            "Install the package whose file is named again, and what it builds on, in releases that belong together",
            Advice(
                "run",
                "torchaudio, torchvision: the release for this torch, from the index that torch came from",
                command='{python} -c "import torch; print(torch.__version__)"',
            ),
            "A file of cuDNN or CUDA: `import torch` before onnxruntime and its preload_dlls(), so that torch's own are the first",
        ),
        reference=(
            "ort#23674",
            "https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-",
        ),
        example="OSError: [WinError 127] The specified procedure could not be found",
    ),
    Row(
        id="windows-not-a-dll",
        seen=("windows",),
        pattern=r"(?:WinError|[Ee]rror code) 193(?!\d)|is not a valid Win32 application",
        cause="Windows found the file and can't load it: it is empty or cut short (an interrupted download, an antivirus program, a fault of"
        " the disk), or it is made for 32 bits and Python for 64, or the other way round.",
        fixes=_fixes(
            "Install the package that has the file again, without pip's cache (`--no-cache-dir`); a packed program: download it again",
            Advice(
                "run", "Python must be the 64-bit one", command="{python} -c \"import struct; print(8 * struct.calcsize('P'))\""
            ),
            "Look whether the antivirus program moved files away",
        ),
        reference=("SubtitleEdit/subtitleedit#9497",),
        example="OSError: [WinError 193] %1 is not a valid Win32 application",
    ),
    Row(
        id="windows-symlink",
        seen=("windows",),
        pattern=r"WinError 1314(?!\d)|A required privilege is not held by the client",
        cause="A model's files are kept as links, and Windows lets this user make none: that needs the developer mode, or an administrator.",
        fixes=_fixes(
            "Turn the developer mode on (Settings, System, For developers), or load the model once from a terminal that was started as administrator",
            "Or pass a model's folder, with its files copied there, instead of its name",
        ),
        reference=("isair/jarvis#636", "pa#1457", "https://huggingface.co/docs/huggingface_hub/how-to-cache"),
        example="OSError: [WinError 1314] A required privilege is not held by the client: '..\\..\\blobs\\0a1b' -> 'C:\\Users\\u\\.cache\\huggingface\\hub\\x'",
    ),
    Row(
        id="windows-file-in-use",
        seen=("windows",),
        pattern=r"(?:OSError|PermissionError): \[WinError (?:5|32)\]",
        cause="Windows does not let go of a file: a program still has it open (Python itself while a package is replaced, an antivirus program), or this user may not write"
        " there.",
        fixes=_fixes(
            "End every Python and notebook of that environment, then repeat it; not as administrator, but in a folder of your own",
            "After an install that broke off: install the package again (`--force-reinstall --no-deps`)",
        ),
        reference=("https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-",),
        example="PermissionError: [WinError 5] Access is denied: 'C:\\venv\\Lib\\site-packages\\torch\\lib\\asmjit.dll'",
    ),
    Row(
        id="windows-path-length",
        seen=("windows",),
        pattern=r"WinError 206(?!\d)|does not have Windows Long Path support enabled",
        cause="A path is longer than the 260 characters that Windows takes unless told; packages such as torch lay long ones.",
        fixes=_fixes(
            "Turn long paths on (the registry's LongPathsEnabled = 1, as administrator), and restart",
            "Or an environment in a short folder, such as C:\\v",
        ),
        reference=("https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation",),
        example="ERROR: Could not install packages due to an OSError: [WinError 206] The filename or extension is too long",
    ),
    Row(
        id="windows-encoding",
        seen=("windows",),
        pattern=r"'(?:charmap|gbk|cp\d{3,4}|cp932)' codec can't (?:en|de)code",
        cause="Python reads or writes text as this Windows does (not as UTF-8), which has no such character; it is the program that does not say which it means.",
        fixes=_fixes(
            Advice("run", "Have Python use UTF-8 everywhere (cmd)", command="set PYTHONUTF8=1"),
            "In PowerShell: `$env:PYTHONUTF8 = 1`; a program that starts others passes it on",
        ),
        reference=("meizhong986/WhisperJAV#186", "openai/whisper#670", "https://docs.python.org/3/using/windows.html"),
        example="UnicodeEncodeError: 'charmap' codec can't encode character '\\u266a' in position 33: character maps to <undefined>",
    ),
    Row(
        id="windows-program",
        seen=("windows",),
        pattern=r"FileNotFoundError: \[WinError 2\]",
        cause="Windows did not find a program that was to be started, which the message does not name: where sound is read it is ffmpeg (ffprobe), which whisper,"
        " WhisperX and pydub start.",
        beside=("subprocess.py", "ffmpeg"),
        fixes=_fixes(
            "`where ffmpeg` must show it; otherwise install it (`winget install ffmpeg`), and open a new terminal, so that PATH is read anew",
            "Otherwise the traceback's last lines tell what was started",
        ),
        reference=("https://docs.python.org/3/library/subprocess.html",),
        example='  File "C:\\Python311\\Lib\\subprocess.py", line 1538, in _execute_child\nFileNotFoundError: [WinError 2] The system cannot find the file specified',
    ),
    Row(
        id="windows-packed-python",
        seen=("windows",),
        pattern=r"(?:Failed to load|Error loading) Python DLL '(?P<path>[^']{3,200})'",
        cause="A packed program (PyInstaller) can't load its own Python: its files are missing, empty or cut short (an interrupted download or"
        " unpacking, an antivirus program), or this Windows is 32-bit, or older than its Python supports.",
        fixes=_fixes(
            "Download the program again and unpack all of it; look whether the antivirus program moved files away",
            "Otherwise a release of the program that is made for this Windows",
        ),
        reference=("SubtitleEdit/subtitleedit#9497", "Purfview/whisper-standalone-win#358"),
        example="[PYI-9056:ERROR] Failed to load Python DLL 'C:\\Tools\\_xxl_data\\python310.dll'.",
    ),
    Row(
        id="windows-torch",
        seen=("windows",),
        pattern=r"Error loading \"\S{0,200}?[\\/]torch[\\/]lib[\\/](?P<dll>[\w.-]{3,60}\.dll)\" or one of its dependencies",
        cause="Windows could not load torch's {dll}, or a DLL that it needs: mostly Microsoft's Visual C++ runtime is missing or old; files of two"
        " torch builds in one folder do it too.",
        fixes=_fixes(
            "Install Microsoft's Visual C++ redistributable (x64): https://aka.ms/vs/17/release/vc_redist.x64.exe",
            "Then install torch again, from the same index as before; a packed program: unpack it again",
            "fbgemm.dll of torch 2.4.0 asks for a libomp140.x86_64.dll that it does not bring: torch 2.4.1 or later",
            "Today's torch needs Windows 10 or later",
        ),
        follows=("windows-page-file", "windows-not-a-dll", "windows-procedure"),
        reference=("torch#131662", "Purfview/whisper-standalone-win#390"),
        example='OSError: [WinError 126] The specified module could not be found. Error loading "C:\\venv\\Lib\\site-packages\\torch\\lib\\fbgemm.dll" or one of its dependencies.',
    ),
    Row(
        id="nvrtc-builtins",
        seen=("library",),
        pattern=r"nvrtc: error: failed to open (?P<library>libnvrtc-builtins\.so\.(?P<version>\d{1,2}\.\d{1,2}))|NVRTC_ERROR_BUILTIN_OPERATION_FAILURE",
        cause="NVRTC compiles with a second library, libnvrtc-builtins, of exactly its own release, and does not find it: another release lies"
        " beside it, or none, or LD_LIBRARY_PATH leads to a libnvrtc of another CUDA.",
        fixes=(
            Advice(
                "reinstall",
                "Install the files again that belong together",
                requirements=("nvidia-cuda-nvrtc-cu12=={nvrtc12}",),
                only=("!nvidia-cuda-nvrtc",),
            ),
            Advice(
                "reinstall",
                "Install the files again that belong together",
                requirements=("nvidia-cuda-nvrtc=={nvrtc13}",),
                only=("!nvidia-cuda-nvrtc-cu12",),
            ),
            Advice(
                "say",
                "The wheel nvidia-cuda-nvrtc-cu12 (CUDA 12) or nvidia-cuda-nvrtc (CUDA 13) has both, of one release",
                unless=("nvidia-cuda-nvrtc-cu12", "nvidia-cuda-nvrtc"),
            ),
            Advice(
                "say",
                "CUDA 11 (libnvrtc-builtins.so.11.…): torch's own wheel has both in torch/lib; a toolkit of exactly that release has them too",
                unless=("nvidia-cuda-nvrtc-cu12", "nvidia-cuda-nvrtc"),
            ),
            PATH,
        ),
        reference=("pytorch/TensorRT#3893", "wenet-e2e/wenet#1335"),
        example="RuntimeError: nvrtc: error: failed to open libnvrtc-builtins.so.13.0.\n  Make sure that libnvrtc-builtins.so.13.0 is installed correctly.",
    ),
    Row(
        id="numba-refused",
        seen=("gpu",),
        pattern=r"cudadrv\.error\.NvvmError",
        cause="NVIDIA's compiler (libNVVM) refuses what Numba gives it: Numba and the CUDA that it finds are of"
        " different times.",
        fixes=_fixes(
            Advice("run", "See which CUDA Numba finds, and where", command="{python} -m numba -s"),
            "A release of Numba (`numba-cuda` for today's CUDA) that knows this CUDA; its documentation has a table of them",
        ),
        reference=("NVIDIA-NeMo/Speech#8652", "https://nvidia.github.io/numba-cuda/user/installation.html"),
        example="numba.cuda.cudadrv.error.NvvmError: Failed to verify",
    ),
    Row(
        id="nvrtc-architecture",
        seen=("gpu",),
        pattern=r"nvrtc: error: invalid value for --gpu-architecture|nvcc fatal : Unsupported gpu architecture '\w{5,16}'|ptxas fatal : Value 'sm_\d{2,3}\w?' is not defined for option 'gpu-name'",
        cause="The compiler (of the CUDA toolkit, or the one that torch, triton or cupy brings) does not know this GPU: it is older than the GPU, or so new that it has"
        " dropped it.",
        fixes=_fixes(
            Advice("run", "The GPU's compute capability", command="nvidia-smi --query-gpu=name,compute_cap --format=csv"),
            "A newer release of the package that says so, built for a newer CUDA (Blackwell: 12.8; sm_121, the DGX Spark: 12.9)",
            "Triton takes the ptxas that it brings, unless told of a newer toolkit's: export TRITON_PTXAS_PATH=/usr/local/cuda/bin/ptxas",
        ),
        reference=("torch#87595", "QuentinFuxa/WhisperLiveKit#284"),
        example="RuntimeError: nvrtc: error: invalid value for --gpu-architecture (-arch)",
    ),
    Row(
        id="cupy-libraries",
        seen=("library",),
        pattern=r"CuPy failed to load (?P<library>lib\w{2,30}\.so\.\d{1,2}|\w{2,30}\.dll)",
        cause="CuPy opens {library} by name, and does not find it. Before CuPy 14 it looked for an installed CUDA alone; 14 and later find NVIDIA's"
        " wheels.",
        fixes=_fixes(
            Advice("add", "It comes with", requirements=("{wheel}",), only=("!{wheel}",)),
            "CuPy 14 or later beside it (`cupy-cuda12x>=14`, `cupy-cuda13x>=14`, of the wheel's CUDA); or an installed CUDA, with CUDA_PATH set",
        ),
        reference=("cupy/cupy#9318", "cupy/cupy#8013"),
        example="RuntimeError: CuPy failed to load libnvrtc.so.12: OSError: libnvrtc.so.12: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="cufft-internal",
        seen=("gpu",),
        pattern=r"cuFFT error: CUFFT_INTERNAL_ERROR|CUFFT_INTERNAL_ERROR",
        cause="cuFFT failed within itself. On RTX 40xx and later this was a torch built for CUDA 11.7 or older, whose cuFFT does not know them;"
        " otherwise full memory, or an earlier error on the GPU.",
        fixes=(
            Advice("add", "A torch for a newer CUDA", requirements=("torch>=2.1",), only=("torch<2.1",)),
            Advice(
                "say", "A torch for CUDA 11.8 or later (2.1 and later), where `torch.version.cuda` is older", unless=("torch",)
            ),
            Advice("run", "See whether memory is full", command="nvidia-smi"),
        ),
        reference=("torch#88038",),
        example="RuntimeError: cuFFT error: CUFFT_INTERNAL_ERROR",
    ),
    Row(
        id="half-on-cpu",
        seen=("gpu",),
        pattern=r"\"(?P<operation>\w{3,60})\" not implemented for '(?:Half|BFloat16)'",
        cause="A model in 16 bits is computed on the CPU, which has no such operation in this torch: the program means the GPU, and runs on the CPU.",
        fixes=_fixes(
            "On the CPU: float32 (`fp16=False`, `--fp16 False`, `torch_dtype=torch.float32`)",
            Advice("call", "Or find out why the GPU is not used", flags=("--doctor",)),
        ),
        reference=("https://docs.pytorch.org/docs/stable/tensors.html",),
        example="RuntimeError: \"slow_conv2d_cpu\" not implemented for 'Half'",
    ),
    Row(
        id="datasets-torchcodec",
        seen=("module",),
        pattern=r"To support (?:de|en)coding audio data, please install 'torchcodec'",
        cause="datasets 4 reads sound with torchcodec, which is not installed; datasets 3 read it with soundfile and librosa.",
        fixes=(
            Advice("add", "The torchcodec made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice("say", TORCHCODEC, unless=("torch",)),
            Advice("add", "Or the datasets before that", requirements=("datasets<4",), only=("datasets>=4",)),
        ),
        reference=("huggingface/datasets#7707", "tc#795"),
        example="ImportError: To support decoding audio data, please install 'torchcodec'.",
    ),
    Row(
        id="triton-compiler",
        seen=("module",),
        pattern=r"Failed to find C compiler\. Please specify via CC environment variable|fatal error: Python\.h: No such file or directory|fatal error: cuda\.h: No such file",
        cause="Something is compiled while it runs or installs (triton, torch.compile, an extension), and a compiler or its headers are missing.",
        fixes=_fixes(
            Advice("run", "Debian, Ubuntu", command="sudo apt-get install build-essential python3-dev"),
            "Or do without what compiles (torch.compile off: TORCHDYNAMO_DISABLE=1)",
        ),
        reference=("https://docs.pytorch.org/docs/stable/torch.compiler_troubleshooting.html",),
        example="RuntimeError: Failed to find C compiler. Please specify via CC environment variable.",
    ),
    Row(
        id="triton-missing",
        seen=("module",),
        pattern=r"Cannot find a working triton installation|TritonMissing: |failed to import triton: No module named|Triton is not installed or not working",
        cause="torch.compile, or a kernel of the program's, needs triton, which torch's builds for CUDA on Linux bring and those for Windows and macOS do not.",
        fixes=_fixes(
            "Without it: do not compile (TORCHDYNAMO_DISABLE=1, or the program's own switch)",
            "On Windows the distribution is triton-windows, of the release that fits torch; on Linux torch's own requirement",
        ),
        reference=("https://github.com/woct0rdho/triton-windows",),
        example="RuntimeError: Cannot find a working triton installation. Either the package is not installed or it is too old.",
    ),
    Row(
        id="nemo-cuda-bindings",
        seen=("install",),
        pattern=r"cu_call\(.{0,400}?not enough values to unpack \(expected 6, got 5\)|cuStreamGetCaptureInfo.{0,400}?not enough values to unpack",
        cause="cuda-python's cuda-bindings is for CUDA 12, whose call gives five values, and NeMo expects CUDA 13's six.",
        fixes=_fixes(
            Advice(
                "add",
                "With a driver for CUDA 13 (580)",
                requirements=("cuda-bindings>=13",),
                only=("cuda-bindings<13",),
                unless=("@driver<580", "@cuda==12"),
            ),
            "With CUDA 12: a NeMo that fits it, or decoding without CUDA graphs (`use_cuda_graph_decoder=False`)",
        ),
        reference=("NVIDIA-NeMo/Speech#15340", "Dao-AILab/quack#187"),
        example="    capture_status, _, graph, _, _, _ = cu_call(\nValueError: not enough values to unpack (expected 6, got 5)",
    ),
    Row(
        id="heap-corrupted",
        seen=("crash",),
        pattern=r"double free or corruption|malloc: \*{3} error for object|free\(\): invalid (?:pointer|size|next size)|malloc\(\): (?:corrupted|invalid|unaligned|unsorted|memory corruption)|munmap_chunk\(\): invalid pointer|corrupted (?:size vs\. prev_size|double-linked list)|\*\*\* stack smashing detected",
        cause="A library wrote where it must not, and the C library noticed later and ended the process. Two packages that bring different copies"
        " of one library, or were built with different compilers, do that; so does a fault in one. Which of them is not told.",
        fixes=_fixes(
            Advice("run", "See where it ends", command="python -X faulthandler PROGRAM 2>&1 | {heal} --explain -"),
            "Another order of imports (torch first, or last) shows whether two packages collide",
            Advice("call", "See what is wrong in this environment", flags=("--doctor",)),
        ),
        reference=("https://docs.python.org/3/library/faulthandler.html",),
        example="double free or corruption (out)\nAborted (core dumped)",
    ),
    Row(
        id="torchcodec-unfit",
        seen=("install",),
        when=("misfit:torchcodec",),
        cause="torchcodec is made for another release of torch than the installed one. Its wheels do not say for which.",
        fixes=(Advice("add", "The one made for this torch", requirements=("torchcodec{torchcodec}",)),),
        reference=("wx#1389", "https://github.com/meta-pytorch/torchcodec#installing-torchcodec"),
    ),
    Row(
        id="torchcodec-libpython",
        seen=("library",),
        when=("torchcodec>=0.7,<0.14 & !library:libpython{python}",),
        cause="torchcodec 0.7 to 0.13 needs Python's own shared library (libpython3.*.so.1.0), and this Python has it built in or keeps"
        " it where the loader does not look.",
        fixes=_fixes(
            Advice("add", "Take a later torchcodec", requirements=("torchcodec>=0.14",), only=("torch>=2.11", "@cuda==13")),
            Advice("run", "Debian, Ubuntu, where this is the system's Python", command="sudo apt install libpython3-dev"),
            "Or do without: give waveforms instead of files, as WhisperX does",
        ),
        pattern=r"Could not load this library: \S{0,200}?libtorchcodec_custom_ops\d{1,2}\.so|libpython3\.\d{1,2}t?\.so\.1\.0: cannot open shared object file",
        beside=("torchcodec",),
        follows=("torchcodec-cuda-13", "torchcodec-npp", "torchcodec-symbol"),
        reference=("tc#1164", "measured"),
        example="FFmpeg version 7: Could not load this library: /app/.venv/lib/python3.13/site-packages/torchcodec/libtorchcodec_custom_ops7.so",
    ),
    Row(
        id="torio",
        seen=("harmless",),
        pattern=r"Failed to load FFmpeg\d extension\..{0,6000}?Successfully loaded FFmpeg\d",
        cause="torchaudio tries its libraries for one FFmpeg after the other, and found one: the lines before that are expected.",
        fixes=_fixes(
            "Nothing",
        ),
        reference=("https://docs.pytorch.org/audio/2.7/installation.html",),
        example="DEBUG - Failed to load FFmpeg6 extension.\nOSError: libavutil.so.58: cannot open shared object file\nDEBUG - Successfully loaded FFmpeg4",
        kind="harmless",
    ),
    Row(
        id="torchcodec-absent",
        seen=("module",),
        pattern=r"torchcodec is not installed correctly so built-in audio decoding will fail.{0,700}?No module named 'torchcodec'",
        cause="pyannote.audio 4 reads files with torchcodec, which is not installed. It only warns, and works on when it is given waveforms"
        " instead of files, as WhisperX does.",
        fixes=_fixes(
            "Nothing, where waveforms are given",
            Advice("add", "Otherwise the one made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice("say", TORCHCODEC, unless=("torch",)),
        ),
        reference=("wx#1468",),
        example="UserWarning: \ntorchcodec is not installed correctly so built-in audio decoding will fail. Solutions are:\n"
        "* fix torchcodec installation. Error message was:\n\nNo module named 'torchcodec'",
        kind="warning",
    ),
    Row(
        id="torch-wheels",
        seen=("library",),
        pattern=r"(?P<library>lib(?:cu|nv|nccl)\w{1,20}\.so)\.\*\[0-9\] not found in the system path",
        cause="torch opens CUDA's libraries from wheels of their own (nvidia-…), and none of Python's folders has {library}: they were not installed"
        " with it (`--no-deps`, a package of the distribution, a copied folder), or lie where this interpreter does not look.",
        fixes=(
            Advice("say", "Install torch again, with all that it asks for, in the environment of the interpreter that says so"),
            Advice("call", "See what is missing here", flags=("--doctor",)),
        ),
        reference=("YanWenKun/ComfyUI-Docker#8",),
        example="ValueError: libcublas.so.*[0-9] not found in the system path ['/srv/app', '/usr/lib/python3.11']",
    ),
    Row(
        id="nvjitlink-symbol",
        seen=("gpu",),
        pattern=r"undefined symbol: __nvJitLink\w{3,40}",
        cause="libcusparse of one CUDA met the libnvJitLink of another: an LD_LIBRARY_PATH to another toolkit, a folder `nvidia` in"
        " the current folder or earlier on sys.path, or two wheels of it.",
        fixes=(
            PATH,
            Advice(
                "run",
                "Start where no folder `nvidia` lies; this shows where Python finds them",
                command='{python} -c "import nvidia; print(list(nvidia.__path__))"',
            ),
        ),
        reference=("torch#152783", "measured"),
        example="ImportError: /venv/lib/python3.12/site-packages/torch/lib/../../nvidia/cusparse/lib/libcusparse.so.12: undefined"
        " symbol: __nvJitLinkCreate_12_8, version libnvJitLink.so.12",
    ),
    Row(
        id="nccl-symbol",
        seen=("gpu",),
        pattern=r"libtorch_cuda\.so: undefined symbol: nccl\w{2,40}",
        cause="torch was given an older libnccl.so.2 than it is built for. The wheels nvidia-nccl-cu11, -cu12 and -cu13 lie over each"
        " other in nvidia/nccl/lib; an LD_LIBRARY_PATH does it too.",
        fixes=(
            Advice(
                "replace",
                "Keep the one that torch asks for (2.11 and later: -cu13)",
                distributions=("nvidia-nccl-cu12",),
                requirements=("nvidia-nccl-cu13=={nccl13}",),
                only=("nvidia-nccl-cu12", "nvidia-nccl-cu13"),
            ),
            Advice(
                "say",
                "Of two, keep the one that torch asks for; PyTorch's maintainers say to take out the other",
                unless=("torch",),
            ),
            PATH,
        ),
        reference=("torch#186591", "rwth-i6/returnn#1802", "torch#119932"),
        example="ImportError: /usr/local/lib/python3.12/site-packages/torch/lib/libtorch_cuda.so: undefined symbol: ncclCommResume",
    ),
    Row(
        id="no-kernel-torch",
        seen=("gpu",),
        pattern=r"(?<!failed)CUDA error: no kernel image is available for execution on the device"  # before ggml's: … failed
        r"|sm_(?P<architecture>\d{2,3}) is not compatible with the current PyTorch installation"
        r"|PyTorch no longer supports this GPU because it is too old",
        cause="This torch has no code for this GPU: it is built for other architectures. PyPI's torch has none for Maxwell and Pascal"
        " (sm_50 to sm_61) from 2.8 on and none for Volta (sm_70) from 2.11 on; Blackwell (sm_100, sm_120) came with CUDA 12.8.",
        fixes=(
            Advice(
                "run",
                "See which it has, and which the GPU is",
                command='{python} -c "import torch; print(torch.cuda.get_arch_list(), torch.cuda.get_device_capability())"',
            ),
            Advice("add", "A new GPU (Blackwell)", requirements=("torch>=2.8",), only=("torch<2.8",)),
            Advice(
                "say",
                "A new GPU (Blackwell: RTX 50): torch 2.7 built for CUDA 12.8, or 2.8 and later; of a packed program, a release that has it",
                unless=("torch",),
            ),
            Advice(
                "add",
                "An old one (up to Volta): the same torch, built for CUDA 12.6, from PyTorch's own index",
                requirements=("torch=={torchrelease}+cu126",),
                package_index="https://download.pytorch.org/whl/cu126",
                only=("torch>=2.6,<2.12",),
                unless=("@capability>=7.5",),
            ),
            Advice(
                "say",
                "An old one (up to Volta): the same torch from PyTorch's index for CUDA 12.6, https://download.pytorch.org/whl/cu126, not an older torch: what else is installed asks for this one",
                unless=("torch",),
            ),
        ),
        reference=("torch#172352", "rishikanthc/Scriberr#273", "meizhong986/WhisperJAV#333", "measured"),
        example="NVIDIA GeForce RTX 5090 with CUDA capability sm_120 is not compatible with the current PyTorch installation.",
    ),
    Row(
        id="torch-without-cuda",
        seen=("cpu",),
        pattern=r"Torch not compiled with CUDA enabled",
        cause="This torch is a build for the CPU: it was taken from PyTorch's CPU index, or PyPI has none with CUDA for this machine.",
        fixes=_fixes(
            Advice(
                "run",
                "It says so itself; PyPI's own shows a version of CUDA",
                command='{python} -c "import torch; print(torch.__version__, torch.version.cuda)"',
            ),
            "Take the build with CUDA (choose it on https://pytorch.org/get-started/locally/; uv: `--torch-backend=auto`), and torchaudio from the same place",
            'Or run on the CPU: device="cpu"',
        ),
        reference=("wx#983", "QuentinFuxa/WhisperLiveKit#284"),
        example="AssertionError: Torch not compiled with CUDA enabled",
    ),
    Row(
        id="checkpoint-on-cuda",
        seen=("cpu",),
        pattern=r"Attempting to deserialize object on (?:a CUDA device but torch\.cuda\.is_available\(\) is False|CUDA device \d{1,2} but torch\.cuda\.device_count\(\))",
        cause="The model was saved on a GPU, and torch sees none here, or none of that number.",
        fixes=(
            Advice(
                "call",
                'Load it for the CPU (map_location="cpu", device="cpu"), or find out why torch sees no GPU',
                flags=("--doctor",),
            ),
        ),
        reference=("https://docs.pytorch.org/docs/stable/generated/torch.load.html",),
        example="RuntimeError: Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.",
        follows=("torch-without-cuda", "torch-driver-too-old", "torch-no-driver", "driver-unknown-error", "no-device"),
    ),
    Row(
        id="gpu-not-seen",
        seen=("cpu",),
        pattern=r"(?:Runtime|Assertion|Value|OS|Environment)Error: [\w,'-]{0,40}?(?:CUDA|GPU) (?:is |was )?(?:not available|unavailable|not found)|Torch is not able to use GPU"
        r"|No CUDA runtime is found, using CUDA_HOME|torch\.cuda\.is_available\(\) (?:returned|returns|is) False",
        cause="The program asked torch whether it can use a GPU, and it can not: this torch is a build for the CPU, or the driver is missing, too old, or not shown to this"
        " process. Which of them, the message does not tell.",
        fixes=(
            Advice(
                "run",
                "None as the second value: a build for the CPU",
                command='{python} -c "import torch; print(torch.__version__, torch.version.cuda)"',
            ),
            Advice("run", "This must work too, in the same container", command="nvidia-smi"),
            Advice("call", "What is wrong in this environment", flags=("--doctor",)),
        ),
        reference=("https://docs.pytorch.org/docs/stable/notes/cuda.html",),
        example="RuntimeError: Torch is not able to use GPU; add --skip-torch-cuda-test to COMMANDLINE_ARGS variable to disable this check",
        follows=(
            "checkpoint-on-cuda",
            "torch-without-cuda",
            "torch-no-driver",
            "torch-driver-too-old",
            "no-device",
            "driver-not-running",
            "driver-mismatch",
        ),
    ),
    Row(
        id="torchaudio-build",
        seen=("library",),
        pattern=r"TorchAudio were compiled with different CUDA versions|torchaudio\w{0,8}\.so: undefined symbol|Could not load this library: \S{0,160}libtorchaudio\.so"
        r"|(?:libtorch_cuda|libcudart)\.so(?:\.\d{1,2})?: cannot open shared object file",
        cause="torchaudio's library is made for another build of torch than the installed one: another release, or one is for CUDA"
        " and the other is not.",
        when=("misfit:torchaudio",),
        fixes=_fixes(
            Advice(
                "add",
                "torchaudio of the same release, from the same place",
                requirements=("torchaudio{torchaudio}",),
                unless=("torchaudio{torchaudio}",),
            ),
            Advice("say", "torchaudio of the same release as torch, from the same place", unless=("torch",)),
            "The same release and yet not the same build: install both again, in one command and from one index",
        ),
        reference=("wx#1362",),
        example="OSError: libtorch_cuda.so: cannot open shared object file: No such file or directory\n  (from torchaudio/_extension)",
        beside=("torchaudio/", "torchaudio"),
        follows=("torchcodec-cuda-13",),
    ),
    Row(
        id="torchvision-build",
        seen=("install",),
        pattern=r"operator torchvision::\w{3,20} does not exist|partially initialized module 'torchvision' has no attribute|PyTorch and torchvision were compiled with different CUDA|Couldn't load custom C\+\+ ops",
        cause="torchvision is made for another release of torch than the installed one.",
        when=("misfit:torchvision",),
        fixes=_fixes(
            Advice("add", "The one made for this torch", requirements=("torchvision{torchvision}",)),
            Advice("say", "The torchvision made for this torch: 0.23 for 2.8, 0.24 for 2.9, 0.25 for 2.10", unless=("torch",)),
            "Install both again, in one command and from one index",
        ),
        reference=("torch#157648", "wx#1392"),
        example="RuntimeError: operator torchvision::nms does not exist",
    ),
    Row(
        id="torchcodec-cuda-13",
        seen=("library",),
        pattern=r"(?P<library>libnvrtc\.so\.13|libcudart\.so\.13|libtorch_cuda\.so): cannot open shared object file",
        cause="This torchcodec is built for CUDA 13: it asks for {library}, which neither torch nor the system has brought into the process. PyPI's torchcodec 0.11.0,"
        " and 0.14 and later, are such builds; 0.1 to 0.10, 0.11.1, 0.12 and 0.13 need no CUDA at all.",
        fixes=_fixes(
            Advice("add", "The torchcodec made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice(
                "say",
                TORCHCODEC,
                unless=("torch",),
            ),
            "Or do without: give waveforms instead of files, as WhisperX does",
        ),
        reference=("tc#1257", "measured"),
        example="RuntimeError: Could not load libtorchcodec. Likely causes:\n…\nOSError: libnvrtc.so.13: cannot open shared object"
        " file: No such file or directory",
        beside=("torchcodec/", "libtorchcodec"),
    ),
    Row(
        id="torchcodec-npp",
        seen=("library",),
        pattern=r"(?P<library>libnppicc\.so\.\d{1,2}): cannot open shared object file|Failed to load NPP library",
        cause="This torchcodec decodes on the GPU with NVIDIA's NPP libraries (libnppicc and its kin), which no wheel asks for.",
        fixes=(
            Advice("add", "Add them", requirements=("{wheel}",)),
            Advice("add", "Add them, for CUDA 12", requirements=("nvidia-npp-cu12",), only=("@cuda==12",)),
            Advice("add", "Add them, for CUDA 13", requirements=("nvidia-npp",), only=("@cuda==13",)),
            Advice("add", "Or take a build without CUDA, made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice(
                "say",
                TORCHCODEC,
                unless=("torch",),
            ),
        ),
        reference=("tc#1437", "tc#1257", "measured"),
        example="OSError: libnppicc.so.12: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="torchcodec-no-cuda",
        seen=("cpu",),
        pattern=r"Unsupported device: cuda(?![\w:])",
        cause="This torchcodec is built without CUDA, as PyPI's are up to 0.10, and one built at home is without ENABLE_CUDA=1.",
        fixes=_fixes(
            "The build for CUDA of the same release, from the index of PyTorch's that torch came from (cu126, cu128, …); PyPI's for Linux has CUDA 13 from 0.11 on",
            "Windows: conda install -c conda-forge 'torchcodec=*=*cuda*'",
            'Or decode on the CPU (device="cpu"), and move the frames with `.to("cuda")`',
        ),
        reference=("tc#442", "tc#1043", "https://github.com/meta-pytorch/torchcodec#installing-torchcodec", "measured"),
        example='  File "/venv/lib/python3.10/site-packages/torchcodec/decoders/_video_decoder.py", line 96, in __init__\nRuntimeError: Unsupported device: cuda',
        beside=("torchcodec",),
    ),
    Row(
        id="torchcodec-symbol",
        seen=("install",),
        pattern=r"libtorchcodec\w{0,30}\.so: undefined symbol: \w{3,200}|undefined symbol: aoti_torch_\w{3,80}",
        cause="torchcodec is made for another release of torch than the installed one. Its wheels do not say for which.",
        fixes=(
            Advice("add", "The one made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice(
                "say",
                TORCHCODEC,
                unless=("torch",),
            ),
        ),
        reference=("wx#1389", "https://github.com/meta-pytorch/torchcodec#installing-torchcodec"),
        example="OSError: /venv/lib/python3.12/site-packages/torchcodec/libtorchcodec_core7.so: undefined symbol:"
        " aoti_torch_create_device_guard",
    ),
    Row(
        id="torchcodec-ffmpeg",
        seen=("library",),
        pattern=r"libav(?:util|codec|format|device|filter)\.so\.\d{2}: cannot open shared object file",
        cause="torchcodec decodes with the FFmpeg libraries of the system (libavutil and its kin; the ffmpeg program alone is not"
        " enough) and finds none that it knows: 4 to 7, 8 from torchcodec 0.8 on, 9 in the newest. It tries every version, so each line but that"
        " of the installed one is expected.",
        fixes=_fixes(
            Advice("run", "Debian, Ubuntu", command="sudo apt install ffmpeg"),
            Advice("run", "Fedora", command="sudo dnf install ffmpeg-free"),
            Advice("run", "conda", command='conda install -c conda-forge "ffmpeg<8"'),
            "Or do without: pyannote.audio works without when it is given waveforms instead of files, as WhisperX does",
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
        seen=("library",),
        pattern=r"Could not load libtorchcodec|torchcodec is not installed correctly so built-in audio decoding will fail"
        r"|name 'AudioDecoder' is not defined",
        cause="torchcodec could not be loaded; the lines that begin with `OSError` under it tell why, and are not here. pyannote.audio"
        " 4 warns of it and works on, when it is given waveforms instead of files, as WhisperX does.",
        fixes=_fixes(
            Advice("run", "Have the whole text explained", command='{python} -c "import torchcodec" 2>&1 | {heal} --explain -'),
            "On a Mac: `brew install ffmpeg`, and DYLD_FALLBACK_LIBRARY_PATH=/opt/homebrew/lib in the program's environment",
            Advice("add", "The one made for this torch", requirements=("torchcodec{torchcodec}",)),
            Advice(
                "say",
                TORCHCODEC,
                unless=("torch",),
            ),
        ),
        reference=("pavelzbornik/whisperX-FastAPI#465", "wx#1468"),
        example="UserWarning: \ntorchcodec is not installed correctly so built-in audio decoding will fail. Solutions are:",
        follows=(
            "torchcodec-cuda-13",
            "torchcodec-npp",
            "torchcodec-symbol",
            "torchcodec-ffmpeg",
            "torchcodec-libpython",
            "torchcodec-absent",
            "torchcodec-windows",
        ),
    ),
    Row(
        id="bad-alloc",
        seen=("crash", "memory"),
        pattern=r"std::bad_alloc|(?:initialization|Message|node|Exception): ?bad allocation|instance of 'std::length_error' what\(\): vector::reserve",
        cause="A C++ library could not get memory. When it comes on import, memory is hardly ever the reason: torchcodec 0.8 and 0.9 end so where torch"
        " is older than they are made for (2.8 and 0.9, say), torchcodec 0.7 with torch 2.9 in a length_error; and it was reported on WSL2 with other pairs.",
        fixes=(
            Advice(
                "add",
                "On import: the torchcodec made for this torch",
                requirements=("torchcodec{torchcodec}",),
                only=("torchcodec",),
            ),
            Advice(
                "say",
                TORCHCODEC,
                unless=("torch",),
            ),
            Advice("run", "While it works: see how much memory is free", command="free -h"),
        ),
        reference=("wx#1468", "measured"),
        example="terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc",
        follows=("torchcodec-cuda-13", "torchcodec-symbol"),
    ),
    Row(
        id="weights-only",
        seen=("model",),
        pattern=r"Weights only load failed(?!.{0,900}?GLOBAL (?!pyannote|omegaconf|torch|typing|collections|builtins|lightning|pytorch_lightning))|WeightsUnpickler error: Unsupported global: GLOBAL (?:pyannote|omegaconf|torch\.torch_version|typing|lightning|pytorch_lightning)",
        cause="From 2.6 on torch refuses to load models that hold more than weights, unless told; pyannote.audio 3's voice detection"
        " is such a model, and lightning 2.6 and later no longer tell it.",
        when=("pyannote-audio<4 & lightning>=2.6 & torch>=2.6",),
        speaker=("pyannote", "whisperx", "lightning", "lightning_fabric", "pytorch_lightning"),
        fixes=(
            Advice(
                "add",
                "With pyannote.audio 3 (WhisperX up to 3.7)",
                requirements=("lightning<2.6", "pytorch-lightning<2.6"),
                unless=("pyannote-audio>=4",),
            ),
            Advice(
                "add",
                "Or WhisperX 3.8 and later, which are for pyannote.audio 4",
                requirements=("whisperx>=3.8",),
                only=("whisperx<3.8",),
            ),
            Advice(
                "run",
                "Or, if the model's source is trusted, for one shell",
                command="export TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD=1",
            ),
        ),
        reference=("wx#1304", "wx#1313", "measured"),
        example="_pickle.UnpicklingError: Weights only load failed. This file can still be loaded, to do so you have two options, do"
        " those steps only if you trust the source of the checkpoint.",
        applies=("pyannote-audio<4", "lightning>=2.6", "torch>=2.6"),
    ),
    Row(
        id="weights-only-other",
        seen=("model",),
        pattern=r"Weights only load failed|WeightsUnpickler error: Unsupported global: GLOBAL (?P<module>[a-zA-Z_]\w{1,60})",
        cause="From 2.6 on torch refuses to load a file that holds more than weights, unless the program says that it trusts it. The"
        " program that loads it is older than that, or the file is not what it should be.",
        fixes=_fixes(
            "Upgrade the package that loads it (the last one named in the traceback that is not torch)",
            "A program of your own, and a file whose source is trusted: `torch.load(…, weights_only=False)`",
        ),
        reference=("https://docs.pytorch.org/docs/stable/generated/torch.load.html",),
        example="_pickle.UnpicklingError: Weights only load failed. This file can still be loaded, to do so you have two options\n"
        "    WeightsUnpickler error: Unsupported global: GLOBAL ultralytics.nn.tasks.DetectionModel was not an allowed global by default.",
        follows=("weights-only", "safetensors-broken"),
    ),
    Row(
        id="torch-load-vulnerability",
        seen=("model",),
        pattern=r"Due to a serious vulnerability issue in `?torch\.load`?",
        cause="transformers refuses to read a model that is not in the safetensors format with a torch below 2.6 (CVE-2025-32434).",
        fixes=_fixes(
            Advice("add", "Upgrade both", requirements=("torch>=2.6", "torchaudio>=2.6"), only=("torch<2.6",)),
            "Or name a model that comes as safetensors",
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
        seen=("module",),
        pattern=r"No module named '_ctypes'",
        cause="This Python was built where libffi's headers were missing, so it has no ctypes, which ctranslate2 and torch import.",
        fixes=_fixes(
            Advice(
                "run", "Install the headers (Debian, Ubuntu; Fedora: libffi-devel)", command="sudo apt-get install libffi-dev"
            ),
            "and build that Python again (pyenv: `pyenv install --force` with its version), or take another, such as uv's or the system's",
        ),
        reference=("pyenv/pyenv#1933", "pdm-project/pdm#248", "measured"),
        example="ModuleNotFoundError: No module named '_ctypes'",
    ),
    Row(
        id="torchaudio-removed",
        seen=("module",),
        pattern=r"module 'torchaudio' has no attribute '(?P<attribute>AudioMetaData|list_audio_backends|set_audio_backend|get_audio_backend|info|io)'"
        r"|cannot import name '(?:AudioMetaData|\w{3,4}_audio_backends?|info)' from 'torchaudio|No module named 'torchaudio\.(?:backend|io|sox_effects|kaldi_io)\w{0,20}(?:\.\w{2,20})?'",
        cause="torchaudio 2.9 dropped AudioMetaData, info, io, backend, and what lists or sets the backend. pyannote.audio 3 uses AudioMetaData and list_audio_backends, speechbrain up to"
        " 1.0.3 and older silero-vad the latter; the last file named in the traceback tells who.",
        when=("torchaudio>=2.9 & pyannote-audio<4", "torchaudio>=2.9 & speechbrain<=1.0.3"),
        fixes=(
            Advice("add", "torchaudio before that", requirements=("torch<2.9", "torchaudio<2.9")),
            Advice(
                "add",
                "Or WhisperX 3.8 and later, with pyannote.audio 4",
                requirements=("whisperx>=3.8",),
                only=("whisperx<3.8",),
            ),
            Advice("add", "Or pyannote.audio 4", requirements=("pyannote-audio>=4",), only=("pyannote-audio<4",)),
        ),
        reference=("wx#1270", "pa#1952", "speechbrain/speechbrain#2988", "snakers4/silero-vad#715", "measured"),
        example="AttributeError: module 'torchaudio' has no attribute 'AudioMetaData'",
        applies=("torchaudio>=2.9",),
    ),
    Row(
        id="pyannote-token",
        seen=("module",),
        pattern=r"(?<![\w.])Pipeline\.from_pretrained\(\) got an unexpected keyword argument 'token'",
        cause="pyannote.audio has had the argument `token` since 4.0; the program is written for that, and an earlier one runs, where it is `use_auth_token`.",
        fixes=_fixes(
            Advice(
                "add", "The one that the program is written for", requirements=("pyannote-audio>=4",), unless=("whisperx<3.8",)
            ),
            "A program of your own, with pyannote.audio 3: write `use_auth_token=`",
        ),
        reference=("sim186/AmicoScript#24", "https://github.com/pyannote/pyannote-audio/blob/main/CHANGELOG.md"),
        applies=("pyannote-audio<4",),
        example="TypeError: Pipeline.from_pretrained() got an unexpected keyword argument 'token'",
    ),
    Row(
        id="use-auth-token",
        seen=("module",),
        pattern=r"got an unexpected keyword argument 'use_auth_token'",
        cause="The name of the argument changed to `token`: huggingface_hub 1.0 dropped the old one, as did pyannote.audio 4 and the pipelines of transformers.",
        when=("pyannote-audio<4 & huggingface-hub>=1",),
        fixes=_fixes(
            Advice(
                "add",
                "pyannote.audio 3 with huggingface_hub 1: the one before",
                requirements=("huggingface-hub<1",),
                only=("huggingface-hub>=1", "pyannote-audio<4"),
                unless=("transformers>=5",),
            ),
            Advice(
                "add",
                "pyannote.audio 3 with huggingface_hub 1 and transformers 5, which asks for it: those before",
                requirements=("huggingface-hub<1", "transformers<5"),
                only=("huggingface-hub>=1", "pyannote-audio<4", "transformers>=5"),
            ),
            Advice(
                "add",
                "WhisperX up to 3.7 with pyannote.audio 4: WhisperX 3.8 and later",
                requirements=("whisperx>=3.8",),
                only=("whisperx<3.8",),
            ),
            "A program of your own: write `token=` instead of `use_auth_token=`; another package that writes it: a newer release of that",
            Advice(
                "add",
                "WhisperX with an old faster-whisper",
                requirements=("faster-whisper>=1.2.0",),
                only=("faster-whisper<1.2",),
            ),
        ),
        reference=("wx#1322", "wx#1388", "speechbrain/speechbrain#2991", "measured"),
        example="TypeError: hf_hub_download() got an unexpected keyword argument 'use_auth_token'",
    ),
    Row(
        id="numpy-nan",
        seen=("module",),
        pattern=r"`?np\.NaN`? was removed in the NumPy 2\.0 release",
        cause="pyannote.audio up to 3.3.0 writes np.NaN, which NumPy 2 dropped.",
        when=("pyannote-audio<3.3.1 & numpy>=2",),
        fixes=(
            Advice(
                "add",
                "Upgrade",
                requirements=("pyannote-audio>=3.3.1,<4",),
                only=("pyannote-audio<3.3.1",),
                unless=("whisperx>=3.1,<3.3",),
            ),
            Advice(
                "add",
                "WhisperX up to 3.1.6 holds pyannote.audio at 3.1.1: upgrade it",
                requirements=("whisperx>=3.3.1",),
                only=("whisperx<3.3",),
            ),
            Advice("add", "Or the NumPy before that", requirements=("numpy<2",)),
        ),
        reference=("wx#826", "measured"),
        example="AttributeError: `np.NaN` was removed in the NumPy 2.0 release. Use `np.nan` instead.",
        applies=("pyannote-audio<3.3.1", "numpy>=2"),
    ),
    Row(
        id="numpy-older",
        seen=("install",),
        pattern=r"module compiled against API version (?P<asked>0x[0-9a-f]{1,3}) but this version of numpy is (?P<has>0x[0-9a-f]{1,3})"
        r"|numpy\.(?:dtype|ndarray) size changed, may indicate binary incompatibility\. Expected (?:88 from C header, got (?:96|80)|96 from C header, got 80)",
        cause="A package here was compiled for a newer NumPy than the installed one; the traceback names it.",
        fixes=_fixes(
            "Upgrade NumPy as far as the other packages allow (`numpy<2` where one is compiled for NumPy 1)",
            "Otherwise an older release of the package that the traceback names",
        ),
        reference=("https://numpy.org/doc/stable/user/troubleshooting-importerror.html", "coqui-ai/TTS#2951"),
        example="RuntimeError: module compiled against API version 0x10 but this version of numpy is 0xf",
    ),
    Row(
        id="numpy-1-binary",
        seen=("install",),
        pattern=r"A module that was compiled using NumPy 1\.x cannot be run in NumPy (?P<numpy>2[\d.]{1,8})"
        r"|(?<!NumPy:)_ARRAY_API not found|module compiled against ABI version 0x10\w{5} but this version of numpy is 0x2\w{6}|numpy\.core\.multiarray failed to import|numpy\.dtype size changed, may indicate binary incompatibility\. Expected 96 from C header, got 88",
        cause="A package here was compiled for NumPy 1, and NumPy 2 is installed; the traceback names it.",
        fixes=_fixes(
            "Upgrade the package that the traceback names",
            Advice("add", "Or the NumPy before that", requirements=("numpy<2",)),
        ),
        reference=("wx#927",),
        example="A module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.0.2 as it may crash. To support both 1.x and"
        " 2.x\nversions of NumPy, modules must be compiled with NumPy 2.0.",
        applies=("numpy>=2",),
        follows=("numpy-older",),
    ),
    Row(
        id="numpy-twice",
        seen=("install",),
        pattern=r"All ufuncs must have type `numpy\.ufunc`|CPU dispatcher tracer already ini?ti?alized|cannot import name '_\w{3,30}' from 'numpy\._?core|cannot load module more than once per process"
        r"|[Ii]mporting the numpy C-extensions failed|Error importing numpy: you should not try to import numpy from its source directory",
        cause="Files of two releases of NumPy (or SciPy) met in one process. In a notebook: NumPy was installed anew after it had been imported. Otherwise an installer"
        " left files of the former release, or a second copy of it lies earlier on sys.path.",
        fixes=_fixes(
            "In a notebook (Colab, Kaggle, Jupyter): restart the session after installing, before anything is imported",
            Advice("reinstall", "Otherwise install its files again", requirements=("numpy=={numpy}",)),
            Advice(
                "run",
                "See which copy is imported",
                command='{python} -c "import numpy; print(numpy.__file__, numpy.__version__)"',
            ),
        ),
        reference=("wx#1267", "https://numpy.org/doc/stable/user/troubleshooting-importerror.html"),
        example="ValueError: All ufuncs must have type `numpy.ufunc`. Received (<ufunc 'sph_legendre_p'>, <ufunc 'sph_legendre_p'>)",
    ),
    Row(
        id="numpy-not-available",
        seen=("install",),
        pattern=r"RuntimeError: Numpy is not available|Failed to initialize NumPy: _ARRAY_API not found",
        cause="torch was compiled for NumPy 1 (up to 2.2 it was) and NumPy 2 is installed; or NumPy is not installed.",
        when=("torch<2.3 & numpy>=2",),
        fixes=(
            Advice("add", "Upgrade torch", requirements=("torch>=2.3",), only=("torch<2.3",)),
            Advice("add", "Or the NumPy before that", requirements=("numpy<2",), only=("numpy>=2",)),
            Advice("add", "Add it", requirements=("numpy",), only=("!numpy",)),
        ),
        reference=("pawansharmaaaa/Lip_Wise#20", "Huanshere/VideoLingo#91"),
        example="RuntimeError: Numpy is not available",
        follows=("numpy-1-binary",),
    ),
    Row(
        id="glibc",
        seen=("install",),
        pattern=r"version `?(?P<version>(?:GLIBC|GLIBCXX|CXXABI)_[\d.]{1,10})'? not found",
        cause="The system's C or C++ library, or one that LD_LIBRARY_PATH or conda puts first, is older than a wheel needs"
        " ({version}).",
        fixes=_fixes(
            PATH,
            Advice("run", "In a conda environment (GLIBCXX, CXXABI)", command="conda install -c conda-forge libstdcxx-ng"),
            "Otherwise this wheel needs a newer Linux, or an older release of it must do",
        ),
        reference=("https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/",),
        example="ImportError: /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by"
        " /venv/lib/python3.12/site-packages/…)",
    ),
    Row(
        id="library-release",
        seen=("install",),
        pattern=r"(?P<library>lib[\w+-]{1,40}?\.so[\d.]{0,12}): version [`']?(?P<version>(?!GLIBC|CXXABI)[A-Z][A-Za-z]{0,24}_?[\d._]{1,12})'? not found",
        cause="The {library} that was found is older than what asks for {version} of it (named after `required by`): two copies met, as when a program brings an old"
        " one (AppImage, conda, PyInstaller) and then a library of the system's is loaded, or LD_LIBRARY_PATH puts one first.",
        fixes=_fixes(
            PATH,
            "Where the path in the message is the program's own folder (AppImage: /tmp/.mount_…): another package of it, or a newer release",
            "Where it is the system's or conda's: update that library there; or an older release of what asks",
        ),
        reference=("block/buzz#2951", "https://docs.appimage.org/reference/best-practices.html"),
        example="/tmp/.mount_app/usr/lib/libsystemd.so.0: version `LIBSYSTEMD_251' not found (required by /usr/lib/libmount.so.1)",
    ),
    Row(
        id="av-build",
        seen=("install",),
        pattern=r"pkg-config could not find libraries \['avformat'|av[/\\]logging\.pyx:\d{1,4}:\d{1,3}: Exception check"
        r"|Package libavformat was not found in the pkg-config search path",
        cause="PyAV is built from source here, as there is no wheel of that release for this Python: faster-whisper before 1.0 holds it"
        " at 10, which does not compile with Cython 3.",
        fixes=_fixes(
            Advice("add", "Upgrade", requirements=("faster-whisper>=1.1",)),
            "Or take a Python for which that release has a wheel (PyAV 10: up to 3.11)",
        ),
        reference=("fw#678", "fw#719", "myshell-ai/OpenVoice#450"),
        example="Package libavformat was not found in the pkg-config search path.\npkg-config could not find libraries ['avformat',"
        " 'avcodec', 'avdevice', 'avutil', 'avfilter', 'swscale', 'swresample']",
    ),
    Row(
        id="av-fifo",
        seen=("module",),
        pattern=r"Frame does not match AudioFifo parameters|in av\.audio\.fifo\.AudioFifo\.write File \S{1,30}error\.pyx\", line \d{1,4}, in av\.error\.err_check av\.error\.ValueError: \[Errno 22\]",
        cause="PyAV's buffer takes audio of one format alone, and the file's own (sampling rate, channels) changes within it, as far as is"
        " known; nothing of the environment is at fault.",
        fixes=_fixes(
            Advice("run", "Convert the file first", command="ffmpeg -i INPUT -vn -ar 16000 -ac 1 -c:a pcm_s16le OUTPUT.wav"),
        ),
        reference=("fw#22", "Purfview/whisper-standalone-win#488", "PyAV-Org/PyAV#1048"),
        example="ValueError: Frame does not match AudioFifo parameters.",
    ),
    Row(
        id="av-metadata-errors",
        seen=("module",),
        pattern=r"open\(\) got an unexpected keyword argument 'metadata_errors'",
        cause="PyAV 19 dropped an option with which faster-whisper (1.2.1 too) opens every file.",
        when=("av>=19 & faster-whisper<=1.2.1",),
        applies=("av>=19",),
        fixes=(Advice("add", "PyAV before that", requirements=("av<19",)),),
        reference=("measured",),
        example="TypeError: open() got an unexpected keyword argument 'metadata_errors'",
    ),
    Row(
        id="pkg-resources",
        seen=("module",),
        pattern=r"No module named '?pkg_resources'?",
        cause="setuptools 82 dropped pkg_resources, and newer Pythons install no setuptools of their own. A distribution"
        " called pkg-resources is somebody else's: do not install it.",
        fixes=(Advice("add", "setuptools before that", requirements=("setuptools<82",)),),
        reference=("https://setuptools.pypa.io/en/latest/history.html", "measured"),
        example="ModuleNotFoundError: No module named 'pkg_resources'",
    ),
    Row(
        id="transcription-options",
        seen=("module",),
        pattern=r"TranscriptionOptions\.__new__\(\) (?:missing \d{1,2} required positional arguments?|got an unexpected keyword argument)",
        cause="WhisperX makes faster-whisper's options itself, and this WhisperX is older (or newer) than this faster-whisper, which has other ones.",
        fixes=(
            Advice(
                "add",
                "Upgrade WhisperX, which brings the faster-whisper that it is made for",
                requirements=("whisperx>=3.3.1",),
                only=("whisperx<3.3.1",),
            ),
            Advice("say", "Upgrade WhisperX (3.3.1 and later fit faster-whisper 1.1)", unless=("whisperx",)),
        ),
        reference=("wx#721", "wx#708"),
        example="TypeError: TranscriptionOptions.__new__() missing 3 required positional arguments: 'max_new_tokens', 'clip_timestamps', and 'hallucination_silence_threshold'",
    ),
    Row(
        id="diarize-output",
        seen=("module",),
        pattern=r"'DiarizeOutput' object has no attribute '(?P<attribute>\w{2,40})'",
        cause="The program is written for pyannote.audio 3; from 4 on a pipeline returns a DiarizeOutput, which holds the annotation.",
        fixes=_fixes(
            "A program of your own: `output.speaker_diarization` is what `itertracks` belongs to",
            Advice("add", "Or the pyannote.audio before that", requirements=("pyannote-audio<4",), only=("pyannote-audio>=4",)),
            Advice("say", "Or pyannote.audio before 4 (`pyannote-audio<4`)", unless=("pyannote-audio",)),
        ),
        reference=("Drakonis96/whispad#214",),
        example="AttributeError: 'DiarizeOutput' object has no attribute 'itertracks'",
    ),
    Row(
        id="wheel-platform",
        seen=("install",),
        pattern=r"You're (?:on|using) [\w .]{3,30}? \(`(?P<mine>\w{2,40})`\), but `(?P<package>[\w.-]{2,40})` \(v(?P<release>[\w.+]{1,24})\) only has wheels (?:for|with) the following (?:platform|Python|ABI|Python ABI|Python implementation) ?(?:tags?)?s?: `",
        cause="The files of {package} {release} are for the machines, or the Pythons, that the message names, and this is `{mine}`. `cp` and a number is a Python;"
        " `manylinux_2_28` asks for a C library (glibc) of 2.28 or later.",
        fixes=_fixes(
            Advice("say", "onnxruntime on Python 3.10: `onnxruntime<1.24`", only=("@python<3.11",)),
            "A Python that is among them; for `manylinux`, a newer Linux; or a release of {package} that has a file for this machine",
            "From an index of PyTorch's: not every index has every platform, so name it for the platforms that it has (tool.uv.sources, with a `marker`)",
            "A lock that was made elsewhere: `uv lock --upgrade-package {package}`; tool.uv.required-environments has uv look for what runs there too",
        ),
        reference=("astral-sh/uv#14268", "https://docs.astral.sh/uv/guides/integration/pytorch/"),
        example="hint: You're on Linux (`manylinux_2_27_x86_64`), but `torch` (v2.7.0) only has wheels for the following platforms: `manylinux_2_28_aarch64`, `manylinux_2_28_x86_64`",
    ),
    Row(
        id="no-wheel",
        seen=("install",),
        pattern=r"can't be installed because it doesn't have a source distribution or wheel for the current platform|only has wheels with the following Python|has no wheels with a matching (?:Python|platform|ABI)"
        r"|No matching distribution found for |Unable to find installation candidates for |Could not find a version that satisfies the requirement|requires a different Python: [\d.]{3,8} not in|is not a supported wheel on this platform|Because there (?:is no version|are no versions) of|has Requires-Python [<>=!~\d., ]{2,30}",
        cause="No release of the package that is asked for has a file for this Python, or this machine: the Python is too new or too old for it"
        " (onnxruntime 1.24 has none for 3.10, WhisperX 3.8 none for 3.14), or the name or version does not exist.",
        fixes=_fixes(
            Advice(
                "run",
                "See which Python this is, on what machine",
                command='{python} -c "import platform, sys; print(sys.version, platform.platform())"',
            ),
            Advice("say", "onnxruntime on Python 3.10: `onnxruntime<1.24`", only=("@python<3.11",)),
            "Another release of the package that has one, or another Python: the message, or the package's page on PyPI, tells for which there are files",
            "With `--index-url` pip looks there alone (PyTorch's index has little besides torch): `--extra-index-url` adds one",
        ),
        reference=("open-jarvis/OpenJarvis#917", "ort#27653"),
        example="error: Distribution `onnxruntime==1.24.2 @ registry+https://index.example/simple` can't be installed because it doesn't have a source"
        " distribution or wheel for the current platform",
        follows=("wheel-platform",),
    ),
    Row(
        id="externally-managed",
        seen=("install",),
        pattern=r"externally-managed-environment|The interpreter at \S{1,120} is externally managed",
        cause="This Python belongs to the system's packages, which keep pip from changing it.",
        fixes=_fixes(
            Advice("run", "Use an environment of your own", command="python3 -m venv ~/whisper && . ~/whisper/bin/activate"),
            "Or pipx, or `uv tool install`, for a program",
        ),
        reference=("https://packaging.python.org/en/latest/specifications/externally-managed-environments/",),
        example="error: externally-managed-environment",
    ),
    Row(
        id="pip-uninstall",
        seen=("install",),
        pattern=r"Cannot uninstall '?(?P<package>[\w.-]{2,40})'? [\d.]{1,12},? ?\.?\s?(?:because no RECORD file was found|[Ii]t is a distutils installed project)|uninstall-no-record-file|uninstall-distutils-installed-package|cannot uninstall.{0,80}?no RECORD file",
        cause="pip is to replace a package that it did not install itself (the system's, conda's, or one whose list of files is gone), and can't tell which files are that package's.",
        fixes=_fixes(
            Advice(
                "run",
                "In an environment of your own, which does not see the system's packages",
                command="python3 -m venv ~/whisper && . ~/whisper/bin/activate",
            ),
            "In an image or a notebook: `pip install --ignore-installed PACKAGE`, which lays the new one beside or over it",
        ),
        reference=("https://pip.pypa.io/en/stable/cli/pip_install/",),
        example="ERROR: Cannot uninstall blinker 1.4, because no RECORD file was found. The package was installed by debian.",
    ),
    Row(
        id="conflicting-requirements",
        seen=("install",),
        pattern=r"ResolutionImpossible|No solution found when resolving dependencies|because the(?:se)? package versions have conflicting dependencies|pip's dependency resolver does not currently take into account"
        r"|\d requires [\w.-]{2,40}[<>=!~][\w.,<>=!~*;' \"]{1,80}?, but you(?: |'ll )have [\w.-]{2,40} \d[\w.+]{0,30} which is incompatible",
        cause="Two packages ask for releases of a third that exclude each other, what is installed is not what another package asks for, or one of them has no"
        " release for this Python; the lines around this one name them.",
        fixes=_fixes(
            "Loosen the requirement that is yours; or upgrade the package that holds the other one back",
            "Where releases were left out for `Requires-Python`, or for a wheel: another Python (3.11 or 3.12 for most of the speech stack)",
            "Where pip only warns (`but you have`): it matters for what you use; an environment of its own keeps the notebook's packages out of it",
            Advice("call", "What is installed and does not fit shows", flags=("--doctor",)),
        ),
        reference=("https://pip.pypa.io/en/stable/topics/dependency-resolution/",),
        example="ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/#dealing-with-dependency-conflicts",
        follows=("no-wheel",),
    ),
    Row(
        id="build-failed",
        seen=("install",),
        pattern=r"Getting requirements to build wheel did not run successfully|error: subprocess-exited-with-error|Failed to build (?:installable wheels|`[\w.-]{2,60})|Microsoft Visual C\+\+ 14\.0 or greater is required|error: command '[\w./-]{2,60}' failed|Failed building wheel for [\w.-]{2,60}",
        cause="A package is built from source here, since it has no wheel for this Python or this machine, and that failed; the lines above tell"
        " what was missing.",
        fixes=_fixes(
            "A Python for which it has wheels (3.11 or 3.12 for most of the speech stack), or a release that has one for this Python",
            Advice(
                "run", "Or a compiler and headers (Debian, Ubuntu)", command="sudo apt-get install build-essential python3-dev"
            ),
        ),
        reference=("https://packaging.python.org/en/latest/guides/installing-using-linux-tools/",),
        example="ERROR: Failed building wheel for tokenizers",
        follows=("av-build", "triton-compiler", "no-wheel", "pkg-resources"),
    ),
    Row(
        id="numpy-alias",
        seen=("module",),
        pattern=r"module 'numpy' has no attribute '(?P<attribute>float|int|bool|object|str|complex|long|unicode|typeDict)'|`?np\.(?P<gone>\w{2,20})`? was removed in the NumPy 2\.0 release",
        cause="NumPy dropped that name: 1.24 its own names for Python's types (np.float, np.int, np.bool), 2.0 many more. The package that asks for it (the last"
        " file named above) is older.",
        fixes=_fixes(
            "Upgrade the package that asks for it",
            Advice("add", "Or the NumPy before that", requirements=("numpy<2",), only=("numpy>=2",)),
            Advice(
                "add",
                "Or the NumPy before that, which most of today's packages no longer take",
                requirements=("numpy<1.24",),
                only=("numpy>=1.24,<2",),
            ),
            Advice("say", "Or the NumPy before that: below 2 or, for np.{attribute}, below 1.24", unless=("numpy",)),
        ),
        follows=("numpy-nan",),
        reference=(
            "https://numpy.org/doc/stable/release/1.24.0-notes.html",
            "https://numpy.org/doc/stable/numpy_2_0_migration_guide.html",
        ),
        example="AttributeError: module 'numpy' has no attribute 'float'.",
    ),
    Row(
        id="transformers-import",
        seen=("module",),
        pattern=r"Could not import module '(?P<name>\w{2,60})'\. Are this object's requirements defined correctly|Failed to import transformers\.[\w.]{3,100} because of the following error",
        cause="A part of transformers could not be imported: something that it needs (torch, torchvision, torchaudio, tokenizers, flash_attn) is missing, broken or of another time. The first"
        " exception of the traceback is the cause.",
        fixes=(
            Advice(
                "run",
                "Have the whole traceback explained",
                command='{python} -c "import transformers.generation" 2>&1 | {heal} --explain -',
            ),
            Advice("call", "What is installed and does not fit shows", flags=("--doctor",)),
        ),
        reference=("https://huggingface.co/docs/transformers/installation",),
        example="ModuleNotFoundError: Could not import module 'GenerationMixin'. Are this object's requirements defined correctly?",
    ),
    Row(
        id="speechbrain-lazy",
        seen=("module",),
        pattern=r"Lazy import of LazyModule\(package=\w{2,30}, target=(?P<target>[\w.]{5,80}), loaded=False\) failed",
        cause="speechbrain loads {target} only when somebody asks for it. Before 1.1.2 it takes Python's own looking around for such a question on Windows, and then fails for want of what that"
        " part needs (k2 has no wheel for Windows).",
        fixes=_fixes(
            Advice("add", "Upgrade", requirements=("speechbrain>=1.1.2",)),
            "Where 1.1.2 is installed: the program asks for that part, so install what it needs, which the line above names",
        ),
        reference=("speechbrain/speechbrain#3065", "measured"),
        example="ImportError: Lazy import of LazyModule(package=None, target=speechbrain.integrations.k2_fsa, loaded=False) failed",
    ),
    Row(
        id="numba-numpy",
        seen=("module",),
        pattern=r"SystemError: initialization of _internal failed without raising an exception|Failed in nopython mode pipeline",
        cause="numba, which compiles parts of librosa and openai-whisper while they run, does not fit the installed NumPy or Python; or the program gives it what it can't compile.",
        fixes=_fixes(
            Advice("add", "The newest numba", requirements=("numba>=0.60",)),
            "Otherwise the NumPy that this numba takes: its release notes, or `Numba needs NumPy … or less`, tell",
            Advice("run", "A way around, slower", command="export NUMBA_DISABLE_JIT=1"),
        ),
        reference=("diodiogod/TTS-Audio-Suite#293", "https://numba.readthedocs.io/en/stable/user/installing.html"),
        example="SystemError: initialization of _internal failed without raising an exception",
    ),
    Row(
        id="protobuf",
        seen=("install",),
        pattern=r"Descriptors cannot (?:not )?be created directly|Detected (?:incompatible|mismatched) Protobuf Gencode/Runtime",
        cause="A package was made with another protobuf than the installed one: an older than this accepts or (`Gencode/Runtime`) a newer.",
        fixes=_fixes(
            "Upgrade the package that the traceback names",
            "`Gencode/Runtime`: upgrade protobuf, to the release of the gencode that the message names or later",
            "`Descriptors`: or the protobuf before that, `protobuf<3.21`",
        ),
        reference=("https://developers.google.com/protocol-buffers/docs/news/2022-05-06",),
        example="TypeError: Descriptors cannot be created directly.",
    ),
)

MODELS = (
    Row(
        id="gated-model",
        seen=("model",),
        pattern=r"Could not download '(?P<model>[\w./-]{3,80})' (?:pipeline|model)\."
        r"|Token is required \(`?token=True`?\), but no token found|Cannot access gated repo|enable access to public gated repositories|Access to model (?P<other>[\w./-]{3,80}) is restricted",
        cause="The hub does not hand the model out: its terms were not accepted by the account whose token is used, or there is no"
        " token, or the token may not read gated models.",
        fixes=_fixes(
            "Accept the terms, logged in, on the page of the model, and of those that it uses (pyannote/speaker-diarization-3.1: pyannote/segmentation-3.0)",
            "Its page: https://hf.co/{model}",
            "Its page: https://hf.co/{other}",
            "Make a token with `read` (a fine-grained one needs access to public gated repositories), and pass it (`--hf_token`), or set HF_TOKEN; a container needs it too",
        ),
        reference=("wx#562", "wx#751", "wx#498", "QuentinFuxa/WhisperLiveKit#31"),
        example="Could not download 'pyannote/speaker-diarization-3.1' pipeline.\nIt might be because the pipeline is private or gated"
        " so make\nsure to authenticate.",
    ),
    Row(
        id="pipeline-none",
        seen=("model",),
        pattern=r"'NoneType' object has no attribute 'to'",
        cause="pyannote.audio returned no pipeline, since it could not download the model: the token is missing, or the terms were not"
        " accepted. It says so some lines above.",
        speaker=("pyannote", "whisperx"),
        fixes=_fixes(
            "Accept the terms, logged in, on the pages of https://hf.co/pyannote/speaker-diarization-3.1 and https://hf.co/pyannote/segmentation-3.0 (WhisperX 3.8: https://hf.co/pyannote/speaker-diarization-community-1)",
            "Pass a token that may read them (`--hf_token`), or set HF_TOKEN",
        ),
        reference=("wx#562", "Kedreamix/Linly-Dubbing#29"),
        example='  File "/venv/lib/python3.12/site-packages/whisperx/diarize.py", line 20, in __init__\n'
        "AttributeError: 'NoneType' object has no attribute 'to'",
        follows=("gated-model", "use-auth-token", "hub-offline"),
        beside=("pyannote", "whisperx", "diariz", "Pipeline"),
    ),
    Row(
        id="hub-offline",
        seen=("model",),
        pattern=r"Cannot find an appropriate cached snapshot folder for the specified revision"
        r"|An error happened while trying to locate the files? on the Hub,? and we cannot find|Cannot find the requested files in the cached path and outgoing traffic"
        r"|No such file or directory: '[^']{0,160}/models--[^']{3,120}/refs/main'"
        r"|(?:Error|ERROR)[\w -]{0,20}: (?:An error occured|error occurred) while synchronizing the model",
        cause="The model is not in the hub's cache and could not be fetched: no network, a proxy, HF_HUB_OFFLINE, local_files_only, or a"
        " cache of another user or container.",
        fixes=_fixes(
            Advice(
                "run",
                "See what is set, and where the cache is",
                command='env | grep -E "^(HF_|HUGGINGFACE|https?_proxy)"; ls "${HF_HOME:-$HOME/.cache/huggingface}/hub"',
            ),
            "On a machine with a network, load it once; then mount or copy that cache, or pass the model's folder instead of its name",
        ),
        reference=("wx#694", "fw#116"),
        example="huggingface_hub.errors.LocalEntryNotFoundError: Cannot find an appropriate cached snapshot folder for the specified"
        " revision on the local disk and outgoing traffic has been disabled.",
        follows=("hub-busy",),
    ),
    Row(
        id="hub-busy",
        seen=("model",),
        pattern=r"(?P<status>429 Client|5\d\d Server) Error: [\w -]{3,40} for url: https://\w{0,12}\.?(?:huggingface|hf)\.co|HfHubHTTPError: (?:429|5\d\d)|rate limit exceeded",
        cause="The host answered, and refused: it is out of order for the moment (5xx), or was asked too often from this address (429, `rate limit`).",
        fixes=_fixes(
            "Wait, and try again; https://status.huggingface.co tells whether the hub is down",
            "Asked too often: set HF_TOKEN (who is logged in may ask more often), and keep the cache in a volume",
            "What is in the cache already is used without asking with HF_HUB_OFFLINE=1",
        ),
        reference=("meizhong986/WhisperJAV#6", "https://huggingface.co/docs/hub/rate-limits"),
        example="requests.exceptions.HTTPError: 503 Server Error: Service Temporarily Unavailable for url: https://huggingface.co/api/models/Systran/faster-whisper-large-v2/revision/main",
    ),
    Row(
        id="hub-xet",
        seen=("model",),
        pattern=r"Data processing error: CAS service error|hf_xet\.\w{3,40}Error|xet-core.{0,80}?error",
        cause="The hub's faster way to hand files out (Xet) failed: a proxy or firewall that does not let its hosts through, a file that broke off, or an old hf-xet.",
        fixes=(
            Advice("run", "The way before it", command="export HF_HUB_DISABLE_XET=1"),
            Advice("add", "Or a newer one", requirements=("hf-xet>=1.1",), only=("hf-xet<1.1",)),
        ),
        reference=("https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables",),
        example="RuntimeError: Data processing error: CAS service error : Reqwest Error: HTTP status client error (416 Range Not Satisfiable)",
    ),
    Row(
        id="hub-file",
        seen=("model",),
        pattern=r"EntryNotFoundError: 404|404 Client Error: ?(?:Not Found|Entry Not Found) for url: https://huggingface\.co/\S{3,80}?/resolve/|does not appear to have a file named|no file named [\w., ]{5,160} found in directory"
        r"|Can't load (?:the )?(?:tokenizer|configuration|feature extractor|model|processor) (?:for|of) '",
        cause="The model has no such file, in that revision or that folder: it is a model of another kind than the program loads (a CTranslate2 model for Transformers, or the"
        " other way round), its download did not end, or a folder of that name in the current one is taken for it.",
        fixes=_fixes(
            "Look at the model's files on https://huggingface.co: faster-whisper and WhisperX need model.bin, Transformers needs config.json and model.safetensors",
            "A folder of your own: copy the missing files into it; half a download: delete it from the cache, and load it again",
        ),
        reference=("https://huggingface.co/docs/transformers/troubleshooting",),
        example="OSError: Can't load tokenizer for 'openai/whisper-large-v3'. If you were trying to load it from 'https://huggingface.co/models', make sure you don't have a local directory",
        follows=("network", "hub-offline", "hub-busy", "gated-model"),
    ),
    Row(
        id="state-dict",
        seen=("model",),
        pattern=r"size mismatch for [\w.]{1,120}: copying a param|(?:Missing|Unexpected) key\(s\) in state_dict:",
        cause="The model's file and the class that reads it do not have the same parts: the file is of another version or kind of the model, or the package that has the"
        " class is of another time than the program or the file.",
        fixes=_fixes(
            "The file that belongs to this release of the program: delete the one in the cache, and load it again; a model of one's own: the class it was trained with",
            "Upgrade the program; or take the releases of torch and transformers that its requirements name",
        ),
        reference=("https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html",),
        example='RuntimeError: Error(s) in loading state_dict for TextEncoder:\nUnexpected key(s) in state_dict: "bert.embeddings.position_ids".',
    ),
    Row(
        id="model-type",
        seen=("model",),
        pattern=r"has model type `(?P<type>[\w-]{2,40})` but Transformers does not recognize this architecture|Should have a `model_type` key in its config\.json",
        cause="The installed transformers does not know this kind of model: it is older than the model, or the folder is none of a Transformers model (one for CTranslate2 has"
        " model.bin).",
        fixes=_fixes(
            "Upgrade transformers, if what else is installed allows it (WhisperX and pyannote.audio name what they take)",
            "A model for CTranslate2 is loaded by faster-whisper or WhisperX, not by Transformers",
        ),
        reference=("https://huggingface.co/docs/transformers/troubleshooting",),
        example="ValueError: The checkpoint you are trying to load has model type `qwen3` but Transformers does not recognize this architecture.",
    ),
    Row(
        id="ffmpeg-program",
        seen=("module",),
        pattern=r"No such file or directory: '(?:ffmpeg|ffprobe)'|(?:sh|bash|zsh): (?:\d{1,3}: |line \d{1,4}: )?(?:command not found: )?ffmpeg(?:: (?:command )?not found)?(?=$|[A-Z\W])|'ffmpeg' is not recognized|Couldn't find (?:ffmpeg|ffprobe) or av|audioread\.exceptions\.NoBackendError|ffmpeg (?:was|is) not (?:found|installed)",
        cause="The program ffmpeg (ffprobe comes with it) is not installed, or not on PATH. WhisperX and openai-whisper read sound with it; faster-whisper"
        " does not need it.",
        when=("whisperx & !program:ffmpeg", "openai-whisper & !program:ffmpeg"),
        fixes=(
            Advice("run", "Debian, Ubuntu", command="sudo apt install ffmpeg"),
            Advice("run", "Fedora", command="sudo dnf install ffmpeg-free"),
            Advice("run", "conda", command="conda install -c conda-forge ffmpeg"),
        ),
        reference=("wx#925",),
        example="FileNotFoundError: [Errno 2] No such file or directory: 'ffmpeg'",
    ),
    Row(
        id="file-missing",
        seen=("model",),
        pattern=r"(?:Error|Exception): \[Errno 2\] No such file or directory: '(?P<file>(?:/|[A-Z]:)[^']{1,200})'(?!.{0,400}During handling)",
        cause="A file is not where the program looks for it. In a container that is a place within it; a relative path begins in the folder where the program was started; and where a program"
        " is to be started, the whole of that text is taken for its name.",
        fixes=_fixes(
            Advice("run", "See whether it is there", command="ls -l {file}"),
            "In a container: mount its folder, and pass the path as the container sees it; a packed program, or a model: a file of it is gone, install it again",
        ),
        reference=("https://docs.python.org/3/library/exceptions.html",),
        example="FileNotFoundError: [Errno 2] No such file or directory: '/data/audio/talk.wav'",
        follows=("hub-offline", "network", "gated-model", "model-size", "insightface-models"),
    ),
    Row(
        id="audio-invalid",
        seen=("model",),
        pattern=r"InvalidDataError: \[Errno \d{1,12}\] Invalid data found|Error opening input.{0,200}?Invalid data found when processing input|Invalid data found when processing input: [\"'<]|: Invalid data found when processing input(?=$|Traceback)|averror_invaliddata"
        r"|LibsndfileError: Error opening .{1,200}?: (?:Format not recogni[sz]ed|File contains data in an unknown format)|Failed to load audio: ffmpeg version|moov atom not found|CouldntDecodeError: Decoding failed|does not contain any stream|faster_whisper.{1,3000}?tuple index out of range",
        cause="The sound can't be read: the file is cut short, empty, without sound at all, of a kind that the reader does not know (libsndfile reads wav, flac, ogg and mp3, not m4a or"
        " webm), or (from a buffer) was not rewound. PyAV brings its own FFmpeg: the system's does not matter to faster-whisper.",
        speaker=("av", "faster_whisper", "torchaudio", "torchcodec", "librosa", "soundfile", "pydub", "whisper", "whisperx"),
        fixes=_fixes(
            Advice("run", "See whether FFmpeg reads it", command="ffmpeg -i FILE -ar 16000 -ac 1 -c:a pcm_s16le converted.wav"),
            "From memory: `buffer.seek(0)` before it is passed",
        ),
        reference=("fw#24", "fw#637", "fw#1185"),
        example="av.error.InvalidDataError: [Errno 1094995529] Invalid data found when processing input: '<none>'",
    ),
    Row(
        id="audio-device",
        seen=("model",),
        pattern=r"PortAudioError: |\[Errno -99\d\d\] |No Default Input Device Available|Error querying device -1",
        cause="There is no microphone (or no loudspeaker) that takes what the program asks for: containers, WSL and servers have none, and others do not record at that rate.",
        fixes=_fixes(
            Advice("run", "See what there is", command="{python} -m sounddevice"),
            "Name one of them, and a rate that it has; a container needs `--device /dev/snd`, or the sound server's socket",
        ),
        reference=("https://python-sounddevice.readthedocs.io/en/latest/usage.html",),
        example="sounddevice.PortAudioError: Error querying device -1",
    ),
    Row(
        id="punkt",
        seen=("model",),
        pattern=r"Resource '?punkt(?:_tab)?'? not found",
        cause="WhisperX's alignment splits sentences with data of NLTK, which could not be downloaded.",
        fixes=_fixes(
            Advice("run", "Where there is a network", command="{python} -m nltk.downloader punkt_tab"),
            "In an image: run that while it is built, and set NLTK_DATA to where it was put",
        ),
        reference=("wx#1450", "paberr/ownscribe#35"),
        example="LookupError: \n**********************************************************************\n  Resource 'punkt_tab' not"
        " found.",
    ),
    Row(
        id="whisperx-index",
        seen=("crash",),
        pattern=r"tensors used as indices must be long, int, byte or bool tensors",
        cause="A fault of WhisperX's own, which 3.4.2 mends.",
        fixes=_fixes(Advice("add", "Upgrade", requirements=("whisperx>=3.4.2",))),
        reference=("jim60105/docker-whisperX#81", "wx#1146"),
        example='  File "/venv/lib/python3.11/site-packages/whisperx/alignment.py", line 250, in align\nIndexError: tensors used as indices must be long, int, byte or bool tensors',
        beside=("whisperx/", "whisperx\\"),
    ),
    Row(
        id="align-model",
        seen=("model",),
        pattern=r"No default align-model for language: (?P<language>[a-z]{2,3})",
        cause="WhisperX has no alignment model for the language {language}; it may have been detected wrongly.",
        fixes=_fixes(
            "Name the language, if it was detected wrongly: `--language en`",
            "Or a wav2vec2 model from the hub that is trained for it: `--align_model NAME`",
            "Or do without word timestamps: `--no_align`",
        ),
        reference=("wx#834", "wx#600"),
        example="ValueError: No default align-model for language: tl",
    ),
    Row(
        id="cache-permission",
        seen=("model",),
        pattern=r"Permission denied: '(?P<folder>(?:/(?!dev/)|[A-Z]:)[^']{0,200})'",
        cause="The program may not read or write {folder}: it belongs to somebody else, or is mounted read-only. A container that runs as another user than the image was made"
        " for has no home, so that its cache lies in `/`.",
        fixes=_fixes(
            Advice("run", "See whose it is, and who asks", command="ls -ld {folder}; id"),
            "A cache: HF_HOME (and XDG_CACHE_HOME) to a folder that this user may write, or a volume mounted there",
            "Anything else: give it to that user (`chown -R`, on the host for a volume), or start the container as its owner (`--user`)",
        ),
        reference=("OHF-Voice/wyoming-faster-whisper#92", "jim60105/docker-whisperX#27"),
        example="PermissionError: [Errno 13] Permission denied: '/.cache'",
    ),
    Row(
        id="hub-unauthorized",
        seen=("model",),
        pattern=r"401 Client Error: Unauthorized for url: https://huggingface\.co|RepositoryNotFoundError|Invalid credentials in Authorization header|Invalid username or password\.|403 Client Error: Forbidden for url: https://huggingface\.co",
        cause="The hub does not know the repository by that name, or does not show it to whoever asks: there is no token, it is not valid any more, or the"
        " model is private or gated.",
        fixes=_fixes(
            "Check the name of the model on https://huggingface.co",
            "Make a token with `read`, and set HF_TOKEN (or `hf auth login`); an old token in ~/.cache/huggingface/token is used too",
        ),
        reference=("https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables",),
        example="huggingface_hub.errors.RepositoryNotFoundError: 401 Client Error: Repository Not Found for url: https://huggingface.co/api/models/x/y/revision/main.",
        follows=("gated-model",),
    ),
    Row(
        id="network",
        seen=("model",),
        pattern=r"Temporary failure in name resolution|CERTIFICATE_VERIFY_FAILED|Max retries exceeded with url|We couldn't connect to 'https://huggingface\.co'|\[Errno 101\] Network is unreachable|Failed to establish a new connection|getaddrinfo failed"
        r"|requests\.exceptions\.(?:ProxyError|ReadTimeout|ConnectTimeout|ConnectionError|SSLError)|httpx?c?o?r?e?\.(?:Connect|Read)(?:Timeout|Error)|(?:Read|Connect) timed out\.|Couldn't reach '\S{3,80}' on the Hub|Cannot reach https://\S{3,60}?: ?offline mode is enabled",
        cause="A host could not be reached: no network (a container without one), no name service, a proxy that is not set, or one whose certificate is"
        " not trusted here.",
        fixes=_fixes(
            Advice("run", "See what is set", command='env | grep -i -E "proxy|^HF_|SSL_CERT|REQUESTS_CA"'),
            "Behind a proxy of a company: HTTPS_PROXY, and its certificate in REQUESTS_CA_BUNDLE and SSL_CERT_FILE",
            "Or load the model on another machine, and pass its folder instead of its name",
        ),
        reference=("https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables",),
        example="requests.exceptions.ConnectionError: HTTPSConnectionPool(host='huggingface.co', port=443): Max retries exceeded with url",
        follows=("hub-offline",),
    ),
    Row(
        id="safetensors-broken",
        seen=("model",),
        pattern=r"Error while deserializing header: \w{4,40}|SafetensorError|PytorchStreamReader failed (?:reading|locating)|invalid header or archive is corrupted"
        r"|invalid load key, '|Unsupported operand (?:118|60)(?!\d)|EOFError: Ran out of input|unexpected EOF, expected \d{1,12} more bytes|SHA256 checksum does not|Consistency check failed: file should be"
        r"|[Pp]rotobuf parsing failed|Unable to load weights from pytorch checkpoint file|INVALID_PROTOBUF|invalid model data \(bad magic\)|File is not a zip file",
        cause="A model's file was not downloaded to its end, or is another file than its name says: a page of an error (it begins with `<`), or a pointer of Git LFS"
        " (it begins with `v`, which is 118: `version https://git-lfs…`; the repository was cloned without Git LFS).",
        fixes=_fixes(
            "Delete the file, or the model's folder (in the hub's cache: models--…), and load it again; in a cloned folder: `git lfs pull`",
            Advice("run", "See whether the disk is full", command="df -h ~"),
        ),
        reference=("https://huggingface.co/docs/huggingface_hub/guides/manage-cache",),
        example="safetensors_rust.SafetensorError: Error while deserializing header: MetadataIncompleteBuffer",
    ),
    Row(
        id="model-size",
        seen=("model",),
        pattern=r"Invalid model size '(?P<model>[^']{1,120})', expected one of|Repo id must (?:be in the form|use alphanumeric)[^:]{0,120}: '(?P<repository>[^']{1,200})'"
        r"|model path does not exist|NO_SUCHFILE|failed to open '(?P<file>[^']{1,200}\.bin)'",
        cause="There is no such model: the name is misspelt or newer than this program, or it is the path of a folder or file that is not there (as seen from the program: in a"
        " container, within it).",
        fixes=_fixes(
            Advice("add", "Upgrade, for newer models (turbo came with 1.1)", requirements=("faster-whisper>=1.1",)),
            "Or the whole name on the hub (Systran/faster-whisper-large-v3), or a folder that exists",
        ),
        reference=("fw#1030",),
        example="ValueError: Invalid model size 'turbo', expected one of: tiny.en, tiny, base.en",
    ),
    Row(
        id="english-only",
        seen=("model",),
        pattern=r"detect_language can only be called on multilingual models",
        cause="The model knows English alone, and was asked which language it hears.",
        fixes=_fixes(
            'Pass the language: language="en" (`--language en`); or take a model without `.en`',
        ),
        reference=("measured",),
        example="RuntimeError: detect_language can only be called on multilingual models",
    ),
)

LAST = (
    Row(
        id="numba-nvvm",
        seen=("library",),
        pattern=r"libNVVM cannot be found|Could not find module 'nvvm\.dll'|libnvvm\.so[.\d]{0,8}: cannot open shared object file",
        cause="numba compiles with NVIDIA's libNVVM, which comes with a CUDA toolkit, not with torch, and not with numba.",
        fixes=_fixes(
            Advice("run", "conda, for CUDA 12 and later", command="conda install -c conda-forge cuda-nvcc cuda-nvrtc"),
            "pip: `numba-cuda[cu12]` or `numba-cuda[cu13]`, which ask for NVIDIA's wheels; or an installed toolkit, and CUDA_HOME",
        ),
        reference=("xinzhuma/monodle#23", "https://nvidia.github.io/numba-cuda/user/installation.html"),
        example="numba.cuda.cudadrv.error.NvvmSupportError: libNVVM cannot be found. Do `conda install cudatoolkit`:",
    ),
    Row(
        id="espeak",
        seen=("module",),
        pattern=r"espeak(?:-ng)? not installed on your system|No such file or directory: 'espeak(?:-ng)?'|Failed to load espeak shared library",
        cause="The program espeak-ng (or its library), which turns words into sounds for speech synthesis and for phonemes, is not installed; the Python"
        " packages only call it.",
        fixes=_fixes(
            Advice("run", "Debian, Ubuntu", command="sudo apt install espeak-ng"),
            "Windows: espeak-ng's installer, and PHONEMIZER_ESPEAK_LIBRARY with the path of libespeak-ng.dll",
        ),
        reference=("hexgrad/kokoro#101", "OpenVoiceOS/ovos-installer#343"),
        example="RuntimeError: espeak not installed on your system",
    ),
    Row(
        id="jax-plugin",
        seen=("install",),
        pattern=r"Mismatched PJRT plugin PJRT API version|jax\S{0,40} (?:plugin )?version .{0,60}not compatible with .{0,20}jaxlib",
        cause="jax, jaxlib and the plugin for CUDA are of different releases; all of them must be of one.",
        fixes=_fixes(
            "Install them in one go, as jax asks for them: `jax[cuda12]` or `jax[cuda13]`, upgraded",
        ),
        reference=("jax-ml/jax#22416", "https://docs.jax.dev/en/latest/installation.html"),
        example="RuntimeError: Unable to initialize backend 'cuda': INVALID_ARGUMENT: Mismatched PJRT plugin PJRT API version (0.54) and framework PJRT API version 0.51).",
    ),
    Row(
        id="llama-cpp",
        seen=("library",),
        pattern=r"Shared library with base name 'llama' not found|Failed to load shared library '[^']{0,200}(?:llama|ggml)[^']{0,40}'",
        cause="llama-cpp-python lacks its own library, or a library that it was built with (CUDA's, of the same major version).",
        fixes=_fixes(
            "Install it again, without the cache: `--force-reinstall --no-cache-dir --no-deps`; its documentation has an index of wheels for each CUDA",
        ),
        reference=("abetlen/llama-cpp-python#568", "https://github.com/abetlen/llama-cpp-python#installation"),
        example="FileNotFoundError: Shared library with base name 'llama' not found",
    ),
    Row(
        id="link-undefined",
        seen=("install",),
        pattern=r"undefined reference to [`'](?P<symbol>\w{2,120})(?:@{1,2}(?P<library>lib\w{2,40}\.so[.\d]{0,12}))?'|ld: cannot find -l(?P<wanted>\w{2,40})",
        cause="A package was being built, and the linker did not find a library that it names. That is a matter of the compiler's paths, not of what is"
        " loaded when a program runs.",
        fixes=_fixes(
            "Take a wheel instead of building, if the package has one for this CUDA and this Python",
            "Otherwise the CUDA toolkit's folder for the linker (LIBRARY_PATH=/usr/local/cuda/lib64, or the stubs in it for -lcuda)",
            "In a conda environment: conda's linker does not look in the system's folders; take conda's compilers and CUDA, or the system's linker",
        ),
        reference=("abetlen/llama-cpp-python#1752",),
        example="/home/me/miniconda3/envs/textgen/compiler_compat/ld: vendor/llama.cpp/ggml/src/libggml.so: undefined reference to `cudaGraphInstantiate@libcudart.so.12'",
    ),
    Row(
        id="cudnn-call",
        seen=("memory",),
        pattern=r"CUDNN error executing cudnn\w{3,60}|Unable to find a valid cuDNN algorithm to run convolution|cuDNN launch failure",
        cause="cuDNN did not carry out a call, and the message does not say why. The GPU's memory being full is the most frequent cause; a cuDNN that does not fit"
        " the GPU, or two releases in one process, are others.",
        fixes=(
            Advice("run", "Memory: look whether it is full", command="nvidia-smi"),
            Advice("call", "Versions: see what would be loaded", flags=("--status",)),
        ),
        reference=("deepinsight/insightface#1588",),
        example="[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running FusedConv node. Name:'Conv_0_Relu_2' Status Message: CUDNN error executing cudnnFindConvolutionForwardAlgorithmEx( s_.handle, s_.x_tensor, s_.x_data)",
        shows="cudnn",
    ),
    Row(
        id="name-missing",
        seen=("module",),
        shape="name",
        pattern=r"cannot import name ['\"](?P<name>\w{1,80})['\"] from (?:partially initialized module )?['\"](?P<module>[\w.]{1,100})['\"]|(?<!initialized)module ['\"](?P<of>[A-Za-z_][\w.]{0,100})['\"] has no attribute ['\"](?P<attribute>\w{1,80})['\"]"
        r"|AttributeError: ['\"](?P<object>(?!NoneType|Namespace)[A-Z]\w{2,60})['\"] object has no attribute ['\"](?P<lacks>\w{1,80})['\"]",
        cause="A package has not what another one asks it for: the two are of different times, or another package of the same name was imported.",
        fixes=_fixes(
            "Upgrade the package that asks, or take the release of the other one that it was made for",
        ),
        reference=("https://packaging.python.org/en/latest/tutorials/installing-packages/",),
        example="ImportError: cannot import name 'Coqpit' from 'coqpit' (unknown location)",
    ),
    Row(
        id="requirement-unmet",
        seen=("install",),
        shape="requirement",
        pattern=r"(?P<normal>[A-Za-z][\w.-]{1,40}[<>=!~]{1,2}[\w.,<>=!~*]{1,60}) is required for a normal functioning of this module, but found \S{3,80}?(?=\.?(?:Try|$|[A-Z\n]))"
        r"|(?:ImportError|RuntimeError): (?P<asked>(?!Python|CUDA)[A-Za-z][\w-]{1,40}>?=?=[\d.]{1,12}) is required|Error: .{0,200}?: ?`pip install [\'\"]?(?P<piped>[a-z][\w-]{1,40}(?:[<>=!~]{1,2}[\d.,<>=!~]{1,30})?)[\'\"]?`"
        r"|A NumPy version (?P<between>>=[\d.]{3,10} and <[\d.]{3,10}) is required for this version of SciPy|Numba needs NumPy (?P<most>\d\.\d{1,2}) or less"
        r"|VersionConflict: \(.{3,200}?Requirement\.parse\([\'\"](?P<parsed>[\w.-]{2,40}[<>=!~]{1,2}[\w.,<>=!~*]{1,60})[\'\"]|(?P<seen>PyTorch>=[\d.]{3,8}) is required but found"
        r"|No package metadata was found for (?P<absent>[\w-]{2,40})|The [\'\"](?P<unfound>[\w.-]{2,40})(?:[<>=!~][^\'\"]{1,40})?[\'\"] distribution was not found and is required|requires the (?P<spoken>\w{2,30}) library but it was not found"
        r"|(?:ImportError|ModuleNotFoundError|RuntimeError): ['\"`]?(?P<lone>(?!The|Python|CUDA|cuDNN|[Ff][Ff]mpeg|TensorRT|Please|[Gg]it|[Nn]ode)[A-Za-z][\w-]{1,40}?)['\"`]? (?:package |library |module )?is not installed",
        cause="A package asks for another release of a second one than is installed, or for one that is not.",
        fixes=_fixes(
            "Install the release that is asked for, or upgrade the package that asks",
        ),
        reference=("wx#1375", "huggingface/transformers#27580", "McCloudS/subgen#321"),
        example="ImportError: huggingface-hub>=0.34.0,<1.0 is required for a normal functioning of this module, but found huggingface-hub==1.2.3.",
    ),
    Row(
        id="keyword-unexpected",
        seen=("module",),
        shape="call",
        pattern=r"(?P<call>[\w.]{1,80})\(\) got an unexpected keyword argument ['\"](?P<name>\w{1,80})['\"]",
        cause="{call} is called with `{name}`, which it does not take. Between two packages that means that they are of different times; within one program, a mistake of its own.",
        fixes=_fixes(
            "Upgrade the older of the two: the package that calls (its file is the last one named above) or the one that is called; or take the releases that were made for each other",
        ),
        reference=("collabora/WhisperLive#209",),
        example="TypeError: TranscriptionServer.run() got an unexpected keyword argument 'backend'",
    ),
    Row(
        id="harmless-fp16-cpu",
        seen=("harmless",),
        pattern=r"FP16 is not supported on CPU; using FP32 instead",
        cause="openai-whisper computes in 16 bits on a GPU only; on the CPU it takes 32.",
        fixes=_fixes(
            "Nothing, if the CPU was meant; otherwise find out why torch sees no GPU: `cudnn-heal --doctor`",
        ),
        reference=("openai/whisper#301",),
        example="UserWarning: FP16 is not supported on CPU; using FP32 instead",
        kind="harmless",
    ),
    Row(
        id="harmless-tokenizers",
        seen=("harmless",),
        pattern=r"The current process just got forked, after parallelism has already been used",
        cause="tokenizers had used threads before the process was forked, and goes on with one.",
        fixes=_fixes(
            "Nothing; TOKENIZERS_PARALLELISM=false says so before",
        ),
        reference=("huggingface/transformers#5486",),
        example="huggingface/tokenizers: The current process just got forked, after parallelism has already been used. Disabling parallelism to avoid deadlocks...",
        kind="harmless",
    ),
    Row(
        id="harmless-weights",
        seen=("harmless",),
        pattern=r"Some weights of \w{3,60} were not (?:initialized from|used)|were not used when initializing \w{3,60}",
        cause="The model's file and its class do not have quite the same parts; for alignment and embedding models of the speech stack that is as expected.",
        fixes=_fixes(
            "Nothing",
        ),
        reference=("wx#906",),
        example="Some weights of the model checkpoint at facebook/wav2vec2 were not used when initializing Wav2Vec2ForCTC",
        kind="harmless",
    ),
    Row(
        id="library-missing",
        seen=("library",),
        shape="library",
        pattern=r"(?P<library>(?!librar(?:y|ies)lib)lib[\w+.-]{1,60}?\.so[\d.]{0,16})['\"]{0,1}: cannot open shared object file"
        r"|(?:Failed to dlopen|Library not loaded:|[Cc]ould not (?:load|open)(?: dynamic| shared)? library|[Cc]annot (?:load|open)(?: dynamic| shared)? library|[Uu]nable to (?:load|open)(?: dynamic| shared)? library|error loading|[Ff]ailed to (?:open|load)(?: library| shared library)?|dlopen failed for|Could not find|could not find|Could not locate)[ '\":(]{0,3}(?:\S{0,160}/)?(?P<named>lib[\w+-]{1,60}\.(?:so[\d.]{0,16}|[\d.]{1,8}dylib)|[\w+-]{2,60}\.dll)(?!with error)"
        r"|Error loading \"(?:[^\"]{0,200}[\\/])?(?P<loaded>[\w.+-]{2,80}\.dll)\" or one of its dependencies"
        r"|(?P<called>PortAudio|sndfile|espeak-ng|espeak) library not found|[Cc]annot load (?P<plain>cudnn|cublas|cublasLt|cufft|curand|cusolver|cusparse|nccl|nvrtc|nvjitlink) shared library"
        r"|cannot proceed because (?P<dialog>[\w+.-]{2,60}\.dll) was not found|Library (?P<lacking>lib[\w+-]{1,60}\.so[\d.]{0,16}|[\w+-]{2,60}\.dll) is not found"
        r"|Unable to load any of \{(?P<any>lib[\w+-]{1,60}\.so\.\d{1,3})|Could not find module '(?:[^']{0,200}[\\/])?(?P<dll>[\w.+-]{2,80}\.dll)'",
        cause="A shared library could not be opened: whose it is, whether it is here, and who would find it, is told for each by its name.",
        fixes=_fixes(
            "The library's own entry, or `cudnn-heal --explain` with the whole line",
        ),
        reference=("torch#150399", "torch#144433", "ort#24719"),
        example="ImportError: libcusparse.so.12: cannot open shared object file: No such file or directory",
        follows=(
            "onnxruntime-library",
            "torchcodec-cuda-13",
            "torchcodec-npp",
            "torchaudio-build",
            "cublaslt-missing",
            "cudnn-8-missing",
            "torio",
            "harmless-tensorflow",
            "torchcodec-ffmpeg",
            "torchcodec-libpython",
            "torchcodec",
            "windows-torch",
        ),
    ),
    Row(
        id="symbol-missing",
        seen=("crash",),
        shape="symbol",
        pattern=r"(?:(?P<library>[\w+.-]{3,80}\.(?:so|dylib)[\d.]{0,12})(?:, 0x\w{1,8}\))?: )?(?:undefined symbol: |[Ss]ymbol not found: '?_?)(?P<symbol>[\w@]{3,300}?)(?=,version|[^\w@]|$)"
        r"|(?:Cannot|Could not) load symbol:? (?P<unloaded>(?:cu|nv|__nv|nccl)\w{3,80})",
        cause="A function that one library calls is in none of the loaded ones: two releases of a library met. By the beginning of its name it is"
        " told whose it is.",
        fixes=(PATH,),
        reference=("torch#103832", "torch#88882"),
        example="OSError: /venv/lib/python3.10/site-packages/torch/lib/../../nvidia/cublas/lib/libcublas.so.11: undefined symbol:"
        " cublasLtGetStatusString, version libcublasLt.so.11",
        follows=("cudnn-sub-libraries", "cudnn-engines"),
    ),
    Row(
        id="status-code",
        seen=("gpu",),
        shape="status",
        cause="A status code of one of NVIDIA's libraries. What NVIDIA says of it is told for each: CUDA's, cuDNN's, cuBLAS', cuFFT's, NVRTC's, NVML's,"
        " NCCL's.",
        fixes=_fixes(
            "The program's own lines around it tell what it was doing; CUDA_LAUNCH_BLOCKING=1 makes the traceback end at the call that failed",
        ),
        reference=("https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",),
        example="RuntimeError: cuDNN error: CUDNN_STATUS_BAD_PARAM",
    ),
    Row(
        id="module-missing",
        seen=("module",),
        shape="module",
        pattern=r"(?<!NumPy:)No module named '?(?P<module>(?!pkg_resources|_ctypes)[A-Za-z_][\w.]{0,80})(?:'|$|;|\))",
        cause="A module is imported, and the interpreter that says so does not have it.",
        fixes=_fixes(
            "The distribution that has it, which need not have its name, is told where it is known for certain",
        ),
        reference=("https://packaging.python.org/en/latest/discussions/distribution-package-vs-import-package/",),
        example="ModuleNotFoundError: No module named 'yaml'",
    ),
    Row(
        id="process-ended",
        seen=("crash",),
        shape="ended",
        cause="How a process ended. This is not the cause: the lines before it are, or what is printed when it runs again with its faults shown.",
        fixes=(Advice("run", "See where it ends", command="python -X faulthandler PROGRAM 2>&1 | {heal} --explain -"),),
        reference=("https://docs.python.org/3/library/faulthandler.html",),
        example="/run.sh: line 5:     7 Illegal instruction     (core dumped) python3 -m wyoming_faster_whisper",
    ),
    Row(
        id="harmless-tensorflow",
        seen=("harmless",),
        pattern=r"Could not load dynamic library '(?P<library>[\w.+-]{3,60})'; dlerror|cudart_stub\.cc:\d{1,4}\] Ignore above cudart dlerror",
        cause="TensorFlow looks for CUDA's libraries when it is imported, and says which it does not find; it then works on the CPU. Nothing of the"
        " speech stack uses TensorFlow's GPU.",
        fixes=_fixes(
            "Nothing, unless TensorFlow itself is to use the GPU; keep an LD_LIBRARY_PATH that holds the driver (Colab's /usr/lib64-nvidia)",
        ),
        reference=("https://www.tensorflow.org/install/pip",),
        example="W tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic library 'libcudnn.so.8'; dlerror: libcudnn.so.8:"
        " cannot open shared object file: No such file or directory",
        kind="harmless",
    ),
    Row(
        id="harmless-cudnn-plan",
        seen=("harmless",),
        pattern=r"Plan failed with an? \w{3,30}(?:.{0,300}?CUDNN_STATUS_\w{3,60})?",
        cause="torch tries several ways to compute a convolution, and says which of them cuDNN, or memory, did not allow; another one worked.",
        fixes=_fixes(
            "Nothing",
        ),
        reference=("torch#121834",),
        example="UserWarning: Plan failed with a cudnnException: CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR: cudnnFinalizeDescriptor Failed cudnn_status:"
        " CUDNN_STATUS_NOT_SUPPORTED",
        kind="harmless",
    ),
    Row(
        id="harmless-device-discovery",
        seen=("harmless",),
        pattern=r"GPU device discovery failed: \S{0,40}?device_discovery\.cc:\d{1,4}",
        cause="ONNX Runtime looked for graphics cards in a place that virtual machines, WSL and some servers do not fill. CUDA works all"
        " the same.",
        fixes=_fixes(
            "Nothing; newer releases keep quiet",
        ),
        reference=("ort#26763", "ort#29858"),
        example="[W:onnxruntime:Default, device_discovery.cc:164 DiscoverDevicesForPlatform] GPU device discovery failed:"
        ' device_discovery.cc:89 ReadFileContents Failed to open file: "/sys/class/drm/card0/device/vendor"',
        kind="harmless",
    ),
    Row(
        id="harmless-trained-with",
        seen=("harmless",),
        pattern=r"Model was trained with (?:pyannote\.audio|torch) \S{1,24}?, yours is \S{1,24}?\. Bad things might happen"
        r"|Lightning automatically upgraded your loaded checkpoint",
        cause="The voice detection model is older than the libraries that read it. WhisperX's maintainers say to ignore it.",
        fixes=_fixes(
            "Nothing",
        ),
        reference=("wx#933", "wx#906"),
        example="Model was trained with pyannote.audio 0.0.1, yours is 3.4.0. Bad things might happen unless you revert pyannote.audio"
        " to 0.x.",
        kind="harmless",
    ),
    Row(
        id="harmless-tf32",
        seen=("harmless",),
        pattern=r"TensorFloat-32 \(TF32\) has been disabled",
        cause="pyannote.audio turns TF32 off so that its results are the same everywhere.",
        fixes=_fixes(
            "Nothing",
        ),
        reference=("pa#1370",),
        example="ReproducibilityWarning: TensorFloat-32 (TF32) has been disabled as it might lead to reproducibility issues and lower"
        " accuracy.",
        kind="harmless",
    ),
    Row(
        id="harmless-compute-type",
        seen=("harmless",),
        pattern=r"The compute type inferred from the saved model is \w{3,16}, but the target device or backend do not support efficient",
        cause="The model was saved in a type that this device computes only slowly (float16 on a CPU, say), so ctranslate2 took another.",
        fixes=_fixes(
            'Nothing; compute_type="int8" is faster on a CPU, and says nothing',
        ),
        reference=("speaches-ai/speaches#164",),
        example="[ctranslate2] [thread 41] [warning] The compute type inferred from the saved model is float16, but the target device"
        " or backend do not support efficient float16 computation.",
        kind="harmless",
    ),
    Row(
        id="harmless-affinity",
        seen=("harmless",),
        pattern=r"pthread_setaffinity_np failed for thread: \d{1,9}",
        cause="ONNX Runtime wanted to tie its threads to processors that this container, or this batch system, does not give it. It works all the same.",
        fixes=_fixes(
            "Nothing; `SessionOptions.intra_op_num_threads` set to a number keeps it quiet",
        ),
        reference=("loeeeee/immich-in-lxc#17",),
        example="[E:onnxruntime:Default, env.cc:254 ThreadMain] pthread_setaffinity_np failed for thread: 1234, index: 1, mask: {2, }, error code: 22",
        kind="harmless",
    ),
    Row(
        id="harmless-triton",
        seen=("harmless",),
        pattern=r"A matching Triton is not available, some optimizations will not be enabled\.?(?:.{0,400}?No module named 'triton')?",
        cause="xformers looked for triton, which torch's builds for Windows do not bring, and goes on without.",
        fixes=_fixes(
            "Nothing",
        ),
        reference=("facebookresearch/xformers#1156",),
        example="A matching Triton is not available, some optimizations will not be enabled.\nError caught was: No module named 'triton'",
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
