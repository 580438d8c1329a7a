"""GPUs that are not NVIDIA's, and what reaches any of them: Vulkan, DirectML, OpenVINO, Intel's and AMD's software."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import fixes

ROWS = (
    Row(
        id="directml-device",
        seen=("gpu", "windows"),
        pattern=r"(?<![0-9A-Fa-f])(?:0x)?887A00(?P<code>05|06|07|20|2B)(?![0-9A-Fa-f])|DXGI_ERROR_DEVICE_(?:REMOVED|HUNG|RESET)|GPU device instance has been suspended|GetDeviceRemovedReason|The GPU will not respond to more commands",
        cause="Windows took the GPU away from the program (DirectX: device removed, hung or reset): the driver crashed or was restarted, the GPU did not answer in time, its memory was full, or the driver does not bear an operation of the model."
        " Which of them, the message does not tell.",
        fixes=fixes(
            "Update the GPU's driver (its maker's, not Windows Update's), then a newer release of the program and of DirectML",
            "A smaller model or batch; close what else uses the GPU; no overclocking",
            "Or on the CPU, or by CUDA where the GPU is NVIDIA's (without DmlExecutionProvider)",
        ),
        reference=(
            "ort#21805",
            "k2-fsa/sherpa-onnx#1240",
            "https://learn.microsoft.com/windows/ai/directml/dml-errors",
            "https://learn.microsoft.com/windows/win32/direct3ddxgi/dxgi-error",
        ),
        example="DmlExecutionProvider\\src\\MLOperatorAuthorImpl.cpp(2429)\\onnxruntime.dll!00007FF9: (caller: 00007FF9) Exception(3) tid(2f08) 887A0006 The GPU will not respond to more commands, most likely because of an invalid command passed by the calling application.",
    ),
    Row(
        id="directml-none",
        seen=("gpu", "windows"),
        pattern=r"(?<![0-9A-Fa-f])(?:0x)?887A00(?P<code>01|02|04)(?![0-9A-Fa-f])|The specified device interface or feature level is not supported on this system",
        cause="DirectML found no graphics card that it can use: a number is asked for that no card has (887A0002), or card, driver or Windows are too old for DirectX 12 (887A0004).",
        fixes=fixes(
            "Device 0, or no number at all; a remote desktop or a virtual machine may hide the card",
            "Update the GPU's driver and Windows (10, 1903 or later)",
            "Otherwise on the CPU (without DmlExecutionProvider)",
        ),
        reference=(
            "echogarden-project/echogarden#82",
            "w-okada/voice-changer#1379",
            "https://learn.microsoft.com/windows/win32/direct3ddxgi/dxgi-error",
        ),
        example="onnxruntime\\core\\providers\\dml\\dml_provider_factory.cc(125)\\onnxruntime.dll!00007FFD: (caller: 00007FFD) Exception(6) tid(5d9c) 887A0002 The object was not found.",
    ),
    Row(
        id="directml-memory",
        seen=("memory", "windows"),
        pattern=r"Exception\(\d{1,4}\) tid\(\w{1,8}\) 8007000E|DmlExecutionProvider.{0,400}?8007000E|Could not allocate tensor (?:data|with \d{1,16} bytes)\. There is not enough GPU video memory",
        cause="DirectML did not get the memory that it asked for: the graphics card's, or what Windows lends it of the machine's, is full.",
        fixes=fixes(
            "A smaller model or batch, shorter pieces; close what else uses the GPU (Task Manager, Performance, GPU)",
            "Or on the CPU (without DmlExecutionProvider)",
        ),
        reference=("https://learn.microsoft.com/windows/ai/directml/dml-errors",),
        example="Exception(1) tid(1f3c) 8007000E Not enough memory resources are available to complete this operation.",
    ),
    Row(
        id="vulkan-memory",
        seen=("memory",),
        pattern=r"ErrorOutOf(?:Device|Host|Pool)Memory|VK_ERROR_OUT_OF_(?:DEVICE|HOST|POOL)_MEMORY|ggml_vulkan: Device memory allocation of size \d{3,14} failed|Requested buffer size exceeds device (?:max)?\w{0,4}(?:memory|buffer)",
        cause="Vulkan did not get the memory that it asked for: the GPU's memory is full, or one piece of it is larger than the driver allows.",
        fixes=fixes(
            "A smaller model, context or batch; close what else uses the GPU",
            "llama.cpp: fewer layers on the GPU (`-ngl`); whisper.cpp: without it (`--no-gpu`)",
        ),
        reference=("https://registry.khronos.org/vulkan/specs/latest/man/html/VkResult.html",),
        example="ggml_vulkan: vk::Device::allocateMemory: ErrorOutOfDeviceMemory",
    ),
    Row(
        id="vulkan-driver",
        seen=("gpu",),
        pattern=r"ErrorIncompatibleDriver|VK_ERROR_(?:INCOMPATIBLE_DRIVER|INITIALIZATION_FAILED)|Errors?InitializationFailed|vk(?:::)?[cC]reateInstance\S{0,6} (?:failed|returned)|Failed to create Vulkan instance|failed to find (?:a )?Vulkan device|No Vulkan(?:-capable)? (?:devices?|GPUs?|physical devices?) (?:found|detected|available)|[Cc]annot find a compatible Vulkan",
        cause="Vulkan finds no driver for a GPU: the graphics card's Vulkan driver (its ICD) is not installed, is too old, or is not in this container.",
        fixes=fixes(
            Advice("run", "This must list the GPU", command="vulkaninfo --summary"),
            "Debian, Ubuntu, for AMD and Intel: `sudo apt install mesa-vulkan-drivers`; NVIDIA's driver brings its own",
            "In a container: NVIDIA_DRIVER_CAPABILITIES must have `graphics` (or `all`); AMD and Intel: `--device /dev/dri`",
        ),
        reference=(
            "https://registry.khronos.org/vulkan/specs/latest/man/html/VkResult.html",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",
        ),
        example="terminate called after throwing an instance of 'vk::IncompatibleDriverError'\n  what():  vk::createInstance: ErrorIncompatibleDriver",
    ),
    Row(
        id="vulkan-lost",
        seen=("gpu",),
        pattern=r"ErrorDeviceLost|VK_ERROR_DEVICE_LOST|vk::DeviceLostError",
        cause="The GPU's driver gave the work up (Vulkan: device lost): it crashed, did not end in the time that the system allows, or met a fault of the driver or of the program.",
        fixes=fixes(
            "Update the GPU's driver and the program",
            "A smaller model or batch; on Windows the time limit is TdrDelay's",
            Advice("run", "Linux: what the driver says", command="sudo dmesg | grep -i -E 'amdgpu|nvrm|xid|i915|xe ' | tail"),
        ),
        reference=("https://registry.khronos.org/vulkan/specs/latest/man/html/VkResult.html",),
        example="terminate called after throwing an instance of 'vk::DeviceLostError'\n  what():  vk::Queue::submit: ErrorDeviceLost",
    ),
    Row(
        id="openvino-gpu",
        seen=("gpu",),
        pattern=r"Can't get \w{3,40} property as no supported devices found|\[GPU\] (?:No supported devices found|clGet\w{3,30}|ProgramBuilder build failed|CL_\w{3,40}|Failed to (?:create|select|get))|Device with \"?(?:GPU|NPU)\w{0,6}\"? name is not registered in the OpenVINO Runtime|Cannot find (?:plugin for )?device(?: name)?:?\"?(?:GPU|NPU)|No (?:NPU|OpenCL) devices? found(?: which would match provided configuration)|No NPU devices were found|Failed to (?:create|load) (?:plugin|library) \S{0,120}openvino_intel_\w{3,12}_plugin",
        cause="OpenVINO did not get a GPU (or NPU) of Intel's to compute on: Intel's compute driver (OpenCL, Level Zero) is not installed, the device is not in this container, or there is none. NVIDIA's GPUs are none of OpenVINO's.",
        fixes=fixes(
            Advice("run", "See whether the system has it", command="ls -l /dev/dri /dev/accel; clinfo -l"),
            "Install Intel's compute runtime (Debian, Ubuntu: intel-opencl-icd); the user must be in the group `render`",
            "In a container: `--device /dev/dri` with the group of /dev/dri/renderD128; NPU: `--device /dev/accel`",
            'Otherwise device "CPU"',
        ),
        reference=("https://docs.openvino.ai/2025/get-started/install-openvino/configurations/configurations-intel-gpu.html",),
        example="RuntimeError: Exception from src/plugins/intel_gpu/src/plugin/plugin.cpp:538: [GPU] Can't get PERFORMANCE_HINT property as no supported devices found or an error happened during devices query.",
    ),
    Row(
        id="intel-gpu",
        seen=("gpu",),
        pattern=r"(?:level_zero|opencl|Level-Zero) backend failed with error:(?P<code>\d{1,3})|Native API failed\. Native API returns:-?(?P<native>\d{1,4})|UR(?: |_RESULT)_ERROR_\w{3,40}|ZE_RESULT_ERROR_\w{3,40}|No (?:XPU|device of requested type) (?:devices?|available)(?: (?:are )?available)?|PI_ERROR_\w{3,40}"
        r"|No device of requested type '\w{2,40}:?\w{0,8}' available|XPU (?:device )?(?:is )?not (?:available|detected)|(?:Torch|PyTorch)(?: was)? (?:not compiled with XPU|compiled without XPU)|intel-ext-pt-gpu\.dll|sycl::_V1::\w{3,30}|SYCL exception|Exception caught at file:\S{0,120}ggml-sycl",
        cause="Intel's GPU software (SYCL, Level Zero; torch calls it `xpu`) says so: no GPU of Intel's that it can use is there, its driver is missing or old, its memory is full, or the GPU was reset. CUDA takes no part.",
        fixes=fixes(
            Advice("run", "See whether the system has it (oneAPI's tool)", command="sycl-ls; ls -l /dev/dri"),
            "Install Intel's GPU driver and compute runtime; the user must be in the group `render`; in a container: `--device /dev/dri`",
            "INVALID_BINARY, `No kernel named`: the build has no code for this GPU; another one (not compiled ahead for other GPUs), or a newer driver",
            "torch: the build for XPU, from https://download.pytorch.org/whl/xpu; a smaller model or batch where memory is full",
        ),
        reference=("https://docs.pytorch.org/docs/stable/notes/get_start_xpu.html",),
        example="RuntimeError: level_zero backend failed with error: 20 (UR_RESULT_ERROR_DEVICE_LOST)",
    ),
    Row(
        id="opencl",
        seen=("gpu",),
        pattern=r"(?<![A-Z])CL_(?:OUT_OF_(?:RESOURCES|HOST_MEMORY)|MEM_OBJECT_ALLOCATION_FAILURE|DEVICE_NOT_(?:FOUND|AVAILABLE)|PLATFORM_NOT_FOUND_KHR|BUILD_PROGRAM_FAILURE|INVALID_\w{3,30})|clGetPlatformIDs?\S{0,24}? (?:failed|error|returned):?-?\d{1,4}|ggml_opencl: (?:no|could not|failed)\b",
        cause="OpenCL says so: no driver for it is installed (PLATFORM_NOT_FOUND, -1001), no device of it is there, the GPU's memory is full (OUT_OF_RESOURCES, MEM_OBJECT_ALLOCATION_FAILURE), or the driver refused the program's code.",
        fixes=fixes(
            Advice("run", "This must list the GPU", command="clinfo -l"),
            "Debian, Ubuntu: intel-opencl-icd (Intel), mesa-opencl-icd or ROCm's (AMD); NVIDIA's driver brings its own, in a container with NVIDIA_DRIVER_CAPABILITIES=compute",
            "Memory: a smaller model or batch",
        ),
        reference=("https://registry.khronos.org/OpenCL/sdk/3.0/docs/man/html/errors.html",),
        example="clGetPlatformIDs failed: -1001",
    ),
    Row(
        id="rocm-fault",
        seen=("gpu", "crash"),
        pattern=r"Memory access fault by GPU node|Queue at 0x[0-9a-f]{6,16} inactivated due to async error|hipErrorIllegalAddress|HIP error: an illegal memory access",
        cause="A program on an AMD GPU touched memory that is not its own, which ends the process. Mostly ROCm, or the build, is not made for this GPU (HSA_OVERRIDE_GFX_VERSION makes it pretend to be another), an integrated GPU of the processor was taken along, or it is a fault of this ROCm or of the program.",
        fixes=fixes(
            "The graphics card alone: HIP_VISIBLE_DEVICES=0 (`rocminfo | grep -E 'Name:|gfx'` shows their order), or the integrated GPU off in the BIOS",
            "HSA_OVERRIDE_GFX_VERSION out of the environment where ROCm knows the GPU; otherwise the value of its own generation (10.3.0 for gfx103x, 11.0.0 for gfx110x)",
            "A newer ROCm, with the torch that is built for it, and a newer kernel; HSA_ENABLE_SDMA=0 tells whether it is the copying",
            Advice("run", "What the kernel says", command="sudo dmesg | grep -i amdgpu | tail"),
        ),
        reference=(
            "ROCm/legacy-rocm-build#5742",
            "https://rocm.docs.amd.com/projects/install-on-linux/en/latest/reference/system-requirements.html",
        ),
        example="Memory access fault by GPU node-1 (Agent handle: 0x55d0c7a0) on address 0x7f2c00000000. Reason: Page not present or supervisor privilege.",
    ),
    Row(
        id="rocm-compile",
        seen=("gpu",),
        pattern=r"HIPRTC_ERROR_COMPILATION|hiprtcCompileProgram|/tmp/comgr-\S{3,80}: fatal error: '\w{2,30}' file not found",
        cause="MIOpen, AMD's library for neural networks, compiles its kernels when they are first used, and that failed: mostly the C++ library's headers of the release that ROCm's compiler looks for are not installed (`'limits' file not found`), or what it had compiled before is of another ROCm.",
        fixes=fixes(
            Advice("run", "Debian, Ubuntu", command="sudo apt install libstdc++-12-dev"),
            "Fedora, Arch: libstdc++-devel, gcc; a container: the image of ROCm's makers (rocm/pytorch), which has them",
            "After an update of ROCm: delete ~/.cache/miopen and ~/.config/miopen",
        ),
        reference=("neonbjb/tortoise-tts#366", "https://rocm.docs.amd.com/projects/MIOpen/en/latest/"),
        example="MIOpen(HIP): Error [Compile] 'hiprtcCompileProgram(prog.get(), c_options.size(), c_options.data())' naive_conv.cpp: HIPRTC_ERROR_COMPILATION (6)",
    ),
    Row(
        id="directml-inference",
        seen=("windows",),
        pattern=r"Cannot set version_counter for inference tensor",
        cause="torch-directml does not bear torch's inference mode, in which the program computes.",
        fixes=fixes(
            "A program of one's own: `torch.no_grad()` in the place of `torch.inference_mode()`",
            "A program of others: its release, or setting, for DirectML; or on the CPU",
        ),
        reference=("https://github.com/microsoft/DirectML/issues",),
        example="RuntimeError: Cannot set version_counter for inference tensor",
    ),
    Row(
        id="rocm-device",
        seen=("gpu",),
        pattern=r"cannot locate libamdhip64|HSA_STATUS_ERROR_\w{3,40}|hsa_init failed|Unable to open /dev/kfd|ROCk module is NOT loaded|/dev/kfd: (?:Permission denied|No such file)|amdgpu.{0,60}?(?:ring \w{2,12} timeout|GPU reset|page fault|\[gfxhub)|is not member of \"?(?:render|video)\"? group",
        cause="AMD's GPU software (ROCm) does not reach the GPU, or lost it: this user, or this container, may not open /dev/kfd, the kernel's module amdgpu does not run, or the GPU was reset after a fault.",
        fixes=fixes(
            Advice(
                "run",
                "See who may, and what the kernel says",
                command="ls -l /dev/kfd /dev/dri; id; sudo dmesg | grep -i amdgpu | tail",
            ),
            "Add the user to the groups `render` and `video`, and log in anew; a container: `--device /dev/kfd --device /dev/dri --group-add video --group-add render`",
            "After a reset: restart the program; a newer ROCm and kernel, which support this GPU",
        ),
        reference=("https://rocm.docs.amd.com/projects/install-on-linux/en/latest/how-to/docker.html",),
        example="Unable to open /dev/kfd read-write: Permission denied",
    ),
    Row(
        id="rocm-architecture",
        seen=("gpu",),
        pattern=r"TensileLibrary\S{0,60}?(?:Illegal seek|[Nn]o such file)|(?:for|unsupported) GPU arch(?:itecture)?:(?P<arch>gfx\w{3,5})|(?P<other>gfx\w{3,5}) (?:is not supported|not supported|is unsupported)|amdgpu is not supported\S{0,20} gfx|Cannot find (?:Symbol|symbol|kernel)\S{0,80}gfx|hipBLASLt on an? unsupported architecture(?!! Overriding)|no supported amdgpu|amdgpu too old gfx\w{3,5}",
        cause="AMD's libraries in this build have no code for this GPU: ROCm supports some of AMD's GPUs only, and each build of a program fewer still.",
        fixes=fixes(
            Advice("run", "See which GPU it is", command="rocminfo | grep gfx"),
            "A build of the program, or of torch, whose ROCm has it: AMD's support matrix tells; or a build for Vulkan",
            "`TensileLibrary` is not found in a packed program: ROCBLAS_TENSILE_LIBPATH with the folder rocblas/library of an installed ROCm (Windows: HIP SDK) of the same release, or a newer package of the program",
            "hipBLASLt alone is refused: TORCH_BLAS_PREFER_HIPBLASLT=0 in torch's environment",
            "A GPU of the same generation as a supported one: HSA_OVERRIDE_GFX_VERSION (10.3.0 for gfx103x, 11.0.0 for gfx110x) is used by many; AMD does not support it",
        ),
        reference=("https://rocm.docs.amd.com/projects/install-on-linux/en/latest/reference/system-requirements.html",),
        example="rocBLAS error: Cannot read /opt/rocm/lib/rocblas/library/TensileLibrary.dat: Illegal seek for GPU arch : gfx1103",
    ),
)
