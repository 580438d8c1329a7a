"""torch and what is built on it."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import fixes

ROWS = (
    Row(
        id="mps-operation",
        seen=("gpu",),
        pattern=r"is not currently implemented for the MPS device|MPS framework doesn't support float64|unsupported device (?P<device>[a-z]{2,8}(?::\d)?)(?![a-z])|not linked with support for mps|not supported at the MPS device|(?:BFloat16|bfloat16|float64|Float64|[Cc]omplex\w{0,4}) is not supported on MPS|MPS (?:device|backend) does not support|MPS does not support|doesn't support \w{3,12} on MPS|MPS backend is supported on MacOS|is not supported on the MPS|MPSNDArray\w{0,20} .{0,80}?(?:exceed|larger|limit)|failed assertion `\S{0,80}MPS",
        cause="The device that was asked for can't do that: a Mac's GPU (mps) lacks some operations and float64, and ctranslate2 (faster-whisper, WhisperX) knows"
        " `cpu` and `cuda` alone.",
        fixes=fixes(
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
        id="triton-ptxas-new-gpu",
        seen=("gpu",),
        pattern=r"ptxas(?:\.exe)?', [^\]]{0,400}?--gpu-name=(?P<gpu>sm_1[0-9]\d\w?)'[^\]]{0,600}?\]' returned non-zero exit status",
        cause="triton's assembler (ptxas) failed on code for {gpu}, a Blackwell GPU (RTX 50, B200). One that is older than that GPU does: triton 3.3, which torch 2.7 brings, is the first that knows it.",
        fixes=fixes(
            Advice(
                "add",
                "A newer torch, which brings a newer triton",
                requirements=("torch>=2.7", "torchaudio>=2.7"),
                only=("torch<2.7",),
            ),
            "torch 2.7 or later, built for CUDA 12.8 or later, with the triton that it requires",
            "Or do without what compiles (TORCHDYNAMO_DISABLE=1, or the program's own switch, such as leaving out `--compile`)",
        ),
        reference=("fishaudio/fish-speech#907", "https://pytorch.org/blog/pytorch-2-7/"),
        example="subprocess.CalledProcessError: Command '['/venv/lib/python3.10/site-packages/triton/backends/nvidia/bin/ptxas', '-lineinfo', '-v', '--gpu-name=sm_120', '/tmp/tmp1.ptx', '-o', '/tmp/tmp1.ptx.o']' returned non-zero exit status 255.",
        follows=("nvrtc-architecture",),
    ),
    Row(
        id="triton-ptxas",
        seen=("gpu",),
        pattern=r"`?ptxas`? failed with error code -?\d{1,10}|Internal Triton PTX codegen error|ptxas(?:\.exe)?', [^\]]{0,400}?--gpu-name=sm_\d{2,3}\w?'[^\]]{0,600}?\]' returned non-zero exit status",
        cause="triton's assembler failed; the lines that it printed tell why, and are not here. A GPU that is newer than this triton, and a driver that is older"
        " than its CUDA, do that.",
        fixes=fixes(
            "The triton that torch asks for, and a newer torch for a new GPU; on Windows a triton-windows of the release that is made for this torch",
            "Or do without what compiles (torch.compile off: TORCHDYNAMO_DISABLE=1)",
        ),
        reference=("unslothai/unsloth#1237",),
        example="RuntimeError: `ptxas` failed with error code 4294967295:",
        follows=("nvrtc-architecture", "triton-ptxas-new-gpu"),
    ),
    Row(
        id="cuda-home",
        seen=("module",),
        pattern=r"CUDA_HOME environment variable is not set|CUDA_HOME does not exist|nvcc: (?:command )?not found|Cannot find CUDA_HOME|Cuda extensions are being compiled with a version of Cuda that does not match|The detected CUDA version \([\d.]{2,6}\) mismatches the version that was used to compile PyTorch",
        cause="An extension is compiled here, for which an installed CUDA toolkit (nvcc) of torch's own CUDA version is needed; NVIDIA's wheels for running have no"
        " compiler.",
        fixes=fixes(
            "A wheel of that package for this torch and this CUDA, so that nothing is compiled",
            "Or the CUDA toolkit of the version in `torch.version.cuda`, with CUDA_HOME set to it",
        ),
        reference=("https://docs.pytorch.org/docs/stable/cpp_extension.html",),
        example="OSError: CUDA_HOME environment variable is not set. Please set it to your CUDA install root.",
    ),
    Row(
        id="xformers-without-cuda",
        seen=("install",),
        pattern=r"xFormers wasn't buil[dt] with CUDA support",
        cause="xFormers has no part for CUDA that it can load: it is built for another torch, another CUDA or another Python than the installed ones, or for the CPU alone. Why it leaves out each of its ways stands in the lines around.",
        fixes=fixes(
            Advice("run", "What it was built for, and what it has", command="{python} -m xformers.info"),
            "The xFormers made for this torch (its release notes tell), from PyTorch's index for torch's own CUDA, with `--no-deps`, so that torch stays",
            "Or without xFormers (uninstalled, or by the program's own switch): torch's own attention does as well",
        ),
        reference=("bmaltais/kohya_ss#1445", "facebookresearch/xformers#1014"),
        example="`flshattF` is not supported because:\n    xFormers wasn't build with CUDA support\n    Operator wasn't built - see `python -m xformers.info` for more info",
    ),
    Row(
        id="xformers-build",
        seen=("install",),
        pattern=r"xFormers can't load C\+\+/CUDA extensions|xFormers was built for: PyTorch",
        cause="xFormers is built for another torch, or another Python, than the installed ones; what needs it falls back or fails.",
        fixes=fixes(
            "The xFormers made for this torch (its release notes tell), from PyTorch's index; or none: torch's own attention does as well",
        ),
        reference=("facebookresearch/xformers#1014",),
        example="WARNING[XFORMERS]: xFormers can't load C++/CUDA extensions. xFormers was built for: PyTorch 2.3.0+cu121 with CUDA 1201 (you have 2.8.0+cu128)",
        kind="warning",
    ),
    Row(
        id="attention-kernel",
        seen=("gpu",),
        pattern=r"FlashAttention only supports? (?:\w{4,10} GPUs or newer|fp16|bf16|head dim)|flash[-_ ]?attn\W{0,3}(?:2 )?(?:package )?(?:is not installed|seems to be not installed|not found|is not available)|(?:[Ff]lash[Aa]ttention|flash_attn)(?: 2)? is not (?:supported|available|installed)|fmha_cutlass\w{3,80}` is for sm\d{2,3}-sm\d{2,3}, but was built for|No operator found for `memory_efficient_attention_forward`"
        r"|FlashAttention2 has been toggled on, but it cannot be used|No available kernel\. Aborting execution",
        cause="The program asks for a way to compute attention (FlashAttention, xFormers) that this GPU, this type, or this build of torch does not have, or that is not installed.",
        fixes=fixes(
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
        follows=(
            *("triton-compiler", "triton-missing", "triton-libcuda", "triton-release"),
            *("triton-embedded-python", "triton-fp8", "triton-shared-memory", "triton-compilation"),
        ),
    ),
    Row(
        id="torch-half",
        seen=("module",),
        pattern=r"module 'torch(?:\.nn)?' has no attribute '(?:Tensor|Module|nn|cuda|__version__|device|float16|float32|load|no_grad|dtype)'|partially initialized module 'torch' has no attribute"
        r"|No module named 'torch\._C'|NameError: name '_C' is not defined",
        cause="torch is only half there: a folder or file of the program's own is called torch, an installation broke off or left files of another release, or two threads imported it at"
        " the same time.",
        fixes=fixes(
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
        id="bitsandbytes-override",
        seen=("library",),
        pattern=r"BNB_CUDA_VERSION=(?P<number>\d{2,3}) environment variable detected",
        beside=(
            "CouldnotfindthebitsandbytesCUDAbinary",
            "Couldnotloadbitsandbytes",
            "CUDAbinarynotfound",
            "CUDASetupfailed",
            "compiledwithoutGPUsupport",
        ),
        cause="BNB_CUDA_VERSION={number} is set, and asks for a library of bitsandbytes that this installation does not have: a wheel has those of some CUDAs, a folder with its source only what was compiled there.",
        fixes=fixes(
            Advice("run", "Without it bitsandbytes takes the one for torch's own CUDA", command="unset BNB_CUDA_VERSION"),
            "Where it is not there either: bitsandbytes' wheel (`pip install -U bitsandbytes`), started outside the folder of its source",
        ),
        reference=("bitsandbytes-foundation/bitsandbytes#1559",),
        example="WARNING: BNB_CUDA_VERSION=124 environment variable detected; loading libbitsandbytes_cuda124.so.\nCould not find the bitsandbytes CUDA binary at PosixPath('/venv/bitsandbytes/libbitsandbytes_cuda124.so')",
    ),
    Row(
        id="bitsandbytes",
        seen=("library",),
        pattern=r"CUDA Setup failed despite (?:GPU|CUDA) being available|CUDA SETUP: (?:Required library version not found|CUDA detection failed)|Could not load bitsandbytes native library|bitsandbytes was compiled without GPU support|Could not find the bitsandbytes CUDA binary|Configured (?:CUDA|ROCm) binary not found at",
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
        follows=("bitsandbytes-override",),
        example="Could not load bitsandbytes native library: libcusparse.so.11: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="devices-mixed",
        seen=("gpu",),
        pattern=r"Expected all tensors to be on the same device|must be on the same device but got|can't convert (?:cuda|mps)\S{0,4} device type tensor to numpy|Input type \(\S{3,40}\) and (?:weight|bias) type \(\S{3,40}\) should be the same"
        r"|expected scalar type \w{3,10} but found [A-Z]|expected (?:m1 and m2|mat1 and mat2) to have the same dtype|mat1 and mat2 must have the same dtype|Expected query, key, and value to have the same (?:dtype|device)|Placeholder storage has not been allocated on MPS device|[Ee]xpected an? '(?:cuda|cpu|mps)\S{0,3}' device type for generator|Expected object of device type \w{3,5} but got device type|indices should be either on cpu or on the same device|expected (?:scalar|data) type \w{3,10} but (?:found|got) [A-Z]|tensors? (?:is|are) on (?:cuda|cpu)\S{0,3},? (?:but|while|different)|self and mat2 must have the same dtype|to be the same dtype, but got|\.numpy\(\) .{0,20}?Use Tensor\.cpu\(\)|Use Tensor\.cpu\(\) to copy the tensor to host memory",
        cause="A model and its input are on two devices (GPU and CPU), or of two types (half and float). That is a matter of the program, not of the installation.",
        fixes=fixes(
            "Move the input to the model's device and type before the call; upgrade the program if it is not yours",
        ),
        reference=("https://docs.pytorch.org/docs/stable/notes/cuda.html",),
        example="RuntimeError: Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!",
    ),
    Row(
        id="half-on-cpu",
        seen=("gpu",),
        pattern=r"\"(?P<operation>\w{3,60})\" not implemented for '(?:Half|BFloat16)'",
        cause="A model in 16 bits is computed on the CPU, which has no such operation in this torch: the program means the GPU, and runs on the CPU.",
        fixes=fixes(
            "On the CPU: float32 (`fp16=False`, `--fp16 False`, `torch_dtype=torch.float32`)",
            Advice("call", "Or find out why the GPU is not used", flags=("--doctor",)),
        ),
        reference=("https://docs.pytorch.org/docs/stable/tensors.html",),
        example="RuntimeError: \"slow_conv2d_cpu\" not implemented for 'Half'",
    ),
    Row(
        id="triton-compiler",
        seen=("module",),
        pattern=r"Failed to find C compiler\. Please specify via CC environment variable|Compiler: \w{2,12} is not found|CppCompileError: C\+\+ compile error|Command '\['\S{2,80}?(?:gcc|cc|clang|cl\.exe)',.{0,400}?(?:triton|main\.c|cuda_utils).{0,600}?returned non-zero exit status|error: Microsoft Visual C\+\+ 14\.0 or greater is required(?=.{0,200}triton)|fatal error: Python\.h: No such file or directory|fatal error: cuda\.h: No such file",
        cause="Something is compiled while it runs or installs (triton, torch.compile, an extension), and a compiler or its headers are missing.",
        fixes=fixes(
            Advice("run", "Debian, Ubuntu", command="sudo apt-get install build-essential python3-dev"),
            "Windows: Visual Studio's Build Tools (C++), in whose own command prompt `cl` is found",
            "gcc is there and ends with an error: its lines above tell; mostly Python.h (python3-dev) or -lcuda (libcuda.so without a number) is missing",
            "Or do without what compiles (torch.compile off: TORCHDYNAMO_DISABLE=1)",
        ),
        reference=("https://docs.pytorch.org/docs/stable/torch.compiler_troubleshooting.html", "torch#157458"),
        example="RuntimeError: Failed to find C compiler. Please specify via CC environment variable.",
    ),
    Row(
        id="triton-release",
        seen=("install",),
        pattern=r"cannot import name '(?P<name>\w{2,60})' from '(?P<module>triton(?:\.(?:backends|compiler|runtime|language|testing|tools)[\w.]{0,60})?)'|module '(?P<of>triton\.[\w.]{2,80})' has no attribute '\w{2,60}'",
        cause="Triton changes its inner parts with each release, and torch takes exactly one: 3.2 for torch 2.6, 3.3 for 2.7, 3.4 for 2.8, 3.5 for 2.9, 3.6 for 2.10. Another one is installed than the one for which the package that asks ({above}) is made.",
        fixes=fixes(
            Advice("run", "See the pair", command="{python} -m pip show torch triton triton-windows"),
            "Where torch's own files ask: the triton of that number; on Windows it is called triton-windows, with the same numbers (`pip install 'triton-windows<3.3'` for torch 2.6)",
            "Where another package asks: a release of it that is made for this torch's triton, rather than another triton under torch",
            "triton and triton-windows share a folder: only one of the two, and after both were there, the right one installed anew",
        ),
        reference=(
            "leomaxwell973/Triton-3.3.0-UPDATE_FROM_3.2.0_and_FIXED-Windows-Nvidia-Prebuilt#1",
            "https://github.com/woct0rdho/triton-windows",
            "measured",
        ),
        example="ImportError: cannot import name 'AttrsDescriptor' from 'triton.compiler.compiler' (/venv/lib/python3.10/site-packages/triton/compiler/compiler.py)",
    ),
    Row(
        id="triton-embedded-python",
        seen=("windows",),
        pattern=r"triton\\{1,4}runtime\\{1,4}tcc\\{1,4}tcc\.exe',.{0,3000}? returned non-zero exit status|tcc: error: (?:file 'Python\.h' not found|library '(?:python\d{2,3}|cuda)' not found)|include file 'Python\.h' not found",
        cause="triton-windows compiles a small C file with the compiler that it brings (tcc), and that failed. In an embedded Python (`python_embeded`, as in ComfyUI's portable package) Python's headers and libraries are mostly missing, which it needs; tcc's own line above says which.",
        fixes=fixes(
            "Put the folders `include` and `libs` of a Python of exactly the same release (3.12.10 for 3.12.10) into the folder of the embedded one; triton-windows' README has archives of them",
            "Then delete triton's cache (the folder .triton\\cache in the user's folder), and the triton-windows that is made for this torch: 3.2 for 2.6, 3.3 for 2.7, 3.4 for 2.8, 3.5 for 2.9, 3.6 for 2.10",
            "Or do without what compiles (TORCHDYNAMO_DISABLE=1, or leave the node for torch.compile out)",
        ),
        reference=("woct0rdho/triton-windows#186", "kijai/ComfyUI-KJNodes#496", "https://github.com/woct0rdho/triton-windows"),
        example="CalledProcessError: Command '['D:\\\\ComfyUI\\\\python_embeded\\\\Lib\\\\site-packages\\\\triton\\\\runtime\\\\tcc\\\\tcc.exe', 'C:\\\\Temp\\\\tmp1\\\\cuda_utils.c', '-O3', '-shared']' returned non-zero exit status 1.",
    ),
    Row(
        id="triton-fp8",
        seen=("gpu",),
        pattern=r"type fp8e4nv not supported in this architecture|fp8e4nv data type is not supported on CUDA arch < \d{2}",
        cause="The model's weights are 8-bit floats of a kind (float8_e4m3fn) that triton computes on GPUs of compute capability 8.9 and later alone (RTX 40, RTX 50, L4, H100), and this GPU is older.",
        fixes=fixes(
            "The model in another form: fp16 or bf16, `fp8_e5m2`, GGUF or int8",
            "Or do without what compiles: torch.compile off (TORCHDYNAMO_DISABLE=1), so that the weights are converted first",
            Advice("run", "This GPU's", command="nvidia-smi --query-gpu=name,compute_cap --format=csv"),
        ),
        reference=("Fantasy-AMAP/fantasy-portrait#11", "https://triton-lang.org/main/index.html"),
        example="ValueError(\"type fp8e4nv not supported in this architecture. The supported fp8 dtypes are ('fp8e4b15', 'fp8e5')\")",
    ),
    Row(
        id="triton-shared-memory",
        seen=("gpu",),
        pattern=r"out of resource: (?P<what>shared memory|registers|tensor memory|threads), Required: (?P<required>\d{2,9}), Hardware limit: (?P<limit>\d{2,9})",
        cause="A kernel that triton compiled needs more of the GPU's {what} ({required}) than this GPU has ({limit}): it was written, or tuned, for a larger one. It is no matter of the GPU's main memory.",
        fixes=fixes(
            "A newer release of the package that brings the kernel, and of torch, which may know this GPU; its issues, with the GPU's name",
            "Or without that kernel: torch.compile off (TORCHDYNAMO_DISABLE=1), another way to compute attention (`sdpa`)",
        ),
        reference=("https://triton-lang.org/main/index.html", "unslothai/unsloth#1237"),
        example="triton.runtime.errors.OutOfResources: out of resource: shared memory, Required: 147456, Hardware limit: 101376. Reducing block sizes or `num_stages` may help.",
    ),
    Row(
        id="triton-compilation",
        seen=("gpu",),
        pattern=r"triton\.compiler\.errors\.CompilationError: at \d{1,5}:\d{1,4}|triton\.runtime\.errors\.(?P<error>\w{4,40}): ",
        cause="triton did not compile, or start, a kernel of the program's. The line under the arrow (^), or the words after it, tell what it did not take: often a type that this GPU does not compute (8-bit floats before compute capability 8.9, bfloat16 before 8.0), a kernel that is made for another release of triton, or too little shared memory on this GPU.",
        fixes=fixes(
            Advice("run", "This GPU's compute capability", command="nvidia-smi --query-gpu=name,compute_cap --format=csv"),
            "8-bit floats (a model with fp8 in its name) on an older GPU: the model as fp16, bf16 or GGUF",
            "The triton that this torch requires (3.2 for torch 2.6, 3.3 for 2.7, 3.4 for 2.8, 3.5 for 2.9, 3.6 for 2.10)",
            "Or do without what compiles (TORCHDYNAMO_DISABLE=1, or the program's own switch)",
        ),
        reference=("Fantasy-AMAP/fantasy-portrait#11", "https://triton-lang.org/main/index.html"),
        example="triton.compiler.errors.CompilationError: at 8:11:\n    tmp1 = tmp0.to(tl.float32)",
        follows=("triton-fp8", "triton-shared-memory", "nvrtc-architecture", "triton-ptxas", "triton-ptxas-new-gpu"),
    ),
    Row(
        id="triton-missing",
        seen=("module",),
        pattern=r"Cannot find a working triton installation|TritonMissing: |failed to import triton: No module named|Triton is not installed or not working",
        cause="torch.compile, or a kernel of the program's, needs triton, which torch's builds for CUDA on Linux bring and those for Windows and macOS do not.",
        fixes=fixes(
            "Without it: do not compile (TORCHDYNAMO_DISABLE=1, or the program's own switch)",
            "On Windows the distribution is triton-windows, of the release that fits torch; on Linux torch's own requirement",
        ),
        reference=("https://github.com/woct0rdho/triton-windows",),
        example="RuntimeError: Cannot find a working triton installation. Either the package is not installed or it is too old.",
    ),
    Row(
        id="triton-common",
        seen=("module",),
        pattern=r"No module named '?triton\.common",
        cause="triton has the module triton.common only from 2.1 on and before 3; what asks for it (unsloth, or torch itself) is made for such a release, and another one is installed.",
        fixes=fixes(
            "Upgrade the package that asks (the last file named above): a later unsloth takes triton 3",
            "Where torch itself asks: triton in the one release that this torch requires, as it was installed with it",
            "An older triton (2.0) beside an unsloth: a newer torch, which brings a newer triton; on Windows the triton-windows that is made for this torch",
        ),
        reference=("unslothai/unsloth#227", "torch#129639", "hiyouga/LlamaFactory#2050", "measured"),
        example="ModuleNotFoundError: No module named 'triton.common'",
    ),
    Row(
        id="nemo-cuda-bindings",
        seen=("install",),
        pattern=r"cu_call\(.{0,400}?not enough values to unpack \(expected 6, got 5\)|cuStreamGetCaptureInfo.{0,400}?not enough values to unpack",
        cause="cuda-python's cuda-bindings is for CUDA 12, whose call gives five values, and NeMo expects CUDA 13's six.",
        fixes=fixes(
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
        id="cuda-python-driver",
        seen=("gpu",),
        pattern=r"(?:Exception|ValueError): CUDA failure! (?:35(?!\d)|cudaError_t\.cudaErrorInsufficientDriver)",
        cause="The driver is too old for the cuda-python (cuda-bindings) that is installed, by which NeMo, and torch, call CUDA themselves: 13 wants a driver for CUDA 13 (580 or later). torch's own CUDA may be older, and work.",
        fixes=fixes(
            Advice("run", "The driver, and its CUDA", command="nvidia-smi"),
            Advice("add", "A driver for CUDA 12", requirements=("cuda-python<13",), unless=("@driver>=580",)),
            "Or update the driver (on the host, for a container)",
            "NeMo without it: decoding without CUDA graphs (`use_cuda_graph_decoder=False`)",
        ),
        reference=("NVIDIA-NeMo/Speech#15145",),
        example="Exception: CUDA failure! 35",
    ),
    Row(
        id="flash-attn-torch",
        seen=("module",),
        pattern=r"module 'torch\.library' has no attribute 'wrap_triton'",
        cause="torch has `wrap_triton` since 2.6, and flash-attn 2.8 asks for it, in its builds for torch 2.5 too.",
        fixes=fixes(
            Advice(
                "add",
                "A newer torch, and a flash-attn that is built for it",
                requirements=("torch>=2.6", "torchaudio>=2.6"),
                only=("torch<2.6",),
            ),
            "With torch 2.5 and older: flash-attn 2.7 (`flash-attn<2.8`), as a wheel for this torch, this CUDA and this Python from its releases on GitHub, so that nothing is compiled",
            'Or without flash-attn: `attn_implementation="sdpa"`',
        ),
        reference=("Dao-AILab/flash-attention#2037", "PKU-YuanGroup/UniWorld#60"),
        example="AttributeError: module 'torch.library' has no attribute 'wrap_triton'",
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
        id="no-kernel-torch",
        seen=("gpu",),
        pattern=r"(?<!failed)CUDA error: no kernel image is available for execution on the device"  # before ggml's: … failed
        r"|sm_(?P<architecture>\d{2,3}) is not compatible with the current PyTorch installation"
        r"|PyTorch no longer supports this GPU because it is too old|Your installed torch==[\w.+]{3,40} does not include kernels for this GPU",
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
        fixes=fixes(
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
        id="torchvision-build",
        seen=("install",),
        pattern=r"operator torchvision::\w{3,20} does not exist|partially initialized module 'torchvision' has no attribute|PyTorch and torchvision were compiled with different CUDA|Couldn't load custom C\+\+ ops",
        cause="torchvision is made for another release of torch than the installed one.",
        when=("misfit:torchvision",),
        fixes=fixes(
            Advice("add", "The one made for this torch", requirements=("torchvision{torchvision}",)),
            Advice("say", "The torchvision made for this torch: 0.23 for 2.8, 0.24 for 2.9, 0.25 for 2.10", unless=("torch",)),
            "Install both again, in one command and from one index",
        ),
        reference=("torch#157648", "wx#1392"),
        example="RuntimeError: operator torchvision::nms does not exist",
    ),
    Row(
        id="jax-plugin",
        seen=("install",),
        pattern=r"Mismatched PJRT plugin PJRT API version|jax\S{0,40} (?:plugin )?version .{0,60}not compatible with .{0,20}jaxlib",
        cause="jax, jaxlib and the plugin for CUDA are of different releases; all of them must be of one.",
        fixes=fixes(
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
        fixes=fixes(
            "Install it again, without the cache: `--force-reinstall --no-cache-dir --no-deps`; its documentation has an index of wheels for each CUDA",
        ),
        reference=("abetlen/llama-cpp-python#568", "https://github.com/abetlen/llama-cpp-python#installation"),
        example="FileNotFoundError: Shared library with base name 'llama' not found",
    ),
    Row(
        id="torch-capability",
        seen=("gpu",),
        pattern=r"is of cuda capability (?P<has>\d{1,2}\.\d)\.? (?:Minimum and Maximum cuda capability supported by this version of PyTorch is|PyTorch supports up to|PyTorch no longer supports)(?: \((?P<least>\d{1,2}\.\d)\) - \((?P<most>\d{1,2}\.\d)\))?",
        cause="This torch is not built for a GPU of compute capability {has}. A newer one of the same first number as its last runs all the same (12.1, the DGX Spark, with 12.0); an older one, or one of a newer first number, gets no code.",
        fixes=fixes(
            "An old GPU (up to 7.0): the same torch from PyTorch's index for CUDA 12.6, https://download.pytorch.org/whl/cu126",
            "A new GPU: a newer torch, built for a newer CUDA; where all works, nothing",
            Advice(
                "run",
                "See which it has",
                command='{python} -c "import torch; print(torch.__version__, torch.cuda.get_arch_list())"',
            ),
        ),
        reference=("torch#172352", "https://docs.nvidia.com/cuda/cuda-c-programming-guide/index.html"),
        example="UserWarning: Found GPU0 NVIDIA GB10 which is of cuda capability 12.1.\n    Minimum and Maximum cuda capability supported by this version of PyTorch is\n    (8.0) - (12.0)",
        kind="warning",
        follows=("no-kernel-torch",),
    ),
    Row(
        id="torch-registered-twice",
        seen=("install",),
        pattern=r"Only a single TORCH_LIBRARY can be used to register the namespace (?P<namespace>\w{2,40})|Tried to register an operator \((?P<operator>[\w:.]{3,80})[^)]{0,200}\) (?:with the same name and the same overload name )?multiple times|operator (?P<other>[\w:]{3,60}) already (?:exists|registered)|Key already registered with the same priority",
        cause="A library of torch's, or of what is built on it, was loaded twice into one process, from two files: an installation left files of another release, two copies lie on sys.path (conda's beside pip's, a user's own site-packages, a build folder), or a module was imported under two names.",
        fixes=fixes(
            Advice(
                "run",
                "Which copies are found",
                command='{python} -c "import sys, torch; print(torch.__file__, *sys.path, sep=chr(10))"',
            ),
            "Uninstall torch and what is built on it (torchaudio, torchvision), remove what is left of their folders, and install them in one command from one index; PYTHONNOUSERSITE=1 leaves a user's own packages out",
        ),
        reference=("https://docs.pytorch.org/docs/stable/library.html",),
        example="RuntimeError: Only a single TORCH_LIBRARY can be used to register the namespace prims; please put all of your definitions in a single TORCH_LIBRARY block.",
    ),
    Row(
        id="torch-nvml",
        seen=("gpu",),
        pattern=r"NVML_SUCCESS == \w{1,40} INTERNAL ASSERT FAILED|DriverAPI::get\(\)|c10[/\\]cuda[/\\]driver_api\.cpp",
        cause="torch asked the driver's NVML (libnvidia-ml.so.1), mostly to tell of memory that was refused, and did not reach it: the driver was updated without a restart, or the container, WSL or a virtual GPU has no working NVML. What it wanted to say first is mostly that memory is full.",
        fixes=fixes(
            Advice("run", "This must work, in the same container; and see whether memory is full", command="nvidia-smi"),
            "Restart the machine after an update of the driver; in a container NVIDIA_DRIVER_CAPABILITIES must have `utility`",
            "A smaller batch or model; without PYTORCH_CUDA_ALLOC_CONF",
        ),
        reference=(
            "https://docs.pytorch.org/docs/stable/notes/cuda.html",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",
        ),
        example='RuntimeError: NVML_SUCCESS == r INTERNAL ASSERT FAILED at "../c10/cuda/CUDACachingAllocator.cpp":1123, please report a bug to PyTorch.',
        follows=("driver-mismatch", "driver-not-running"),
    ),
    Row(
        id="torch-assert",
        seen=("gpu",),
        pattern=r"INTERNAL ASSERT FAILED at \"?(?P<file>[^\"]{3,200}?)\"?:(?P<line>\d{1,5})",
        beside=("INTERNALASSERTFAILED",),
        cause="A check within torch itself failed ({file}, line {line}). It does not tell whether torch is at fault: two releases of torch's files in one folder, a driver that lacks something, and memory that is full do it too.",
        fixes=fixes(
            "Search PyTorch's issues for the words before INTERNAL ASSERT FAILED",
            "Install torch again; another release of torch, and of the driver",
            Advice("run", "What PyTorch's maintainers ask for", command="{python} -m torch.utils.collect_env"),
        ),
        reference=("https://github.com/pytorch/pytorch/issues",),
        example='RuntimeError: !block->expandable_segment_ INTERNAL ASSERT FAILED at "../c10/cuda/CUDACachingAllocator.cpp":1525, please report a bug to PyTorch.',
        follows=("torch-nvml", "cuda-fork", "driver-unknown-error"),
    ),
)
