"""Programs that are no Python: ggml (whisper.cpp, llama.cpp, Ollama), and ONNX Runtime in C#, Rust, Java, JavaScript and Go."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import fixes

ROWS = (
    Row(
        id="ggml-architecture",
        seen=("gpu",),
        pattern=r"CUDA kernel \w{3,60} has no device code compatible with CUDA arch (?P<arch>\d{3,4})|ggml was not compiled with any CUDA arch <= \d{3,4}|ggml-cuda(?:\.cu)? was compiled without support for the current GPU architecture",
        cause="This build of ggml (whisper.cpp, llama.cpp) has no code for the GPU, or for the architecture that it took for it: it was compiled for others.",
        fixes=fixes(
            Advice("run", "The GPU's compute capability", command="nvidia-smi --query-gpu=name,compute_cap --format=csv"),
            "A newer release of the program; or build it for that GPU: `-DCMAKE_CUDA_ARCHITECTURES=native` (86 for 8.6, 120 for 12.0), in a fresh build folder",
        ),
        reference=("ggml-org/whisper.cpp#2594", "ggml-org/llama.cpp#15589", "ggml-org/whisper.cpp#2050"),
        example="ggml/src/ggml-cuda/mmv.cu:51: ERROR: CUDA kernel mul_mat_vec has no device code compatible with CUDA arch 520. ggml-cuda.cu was compiled for: 520",
    ),
    Row(
        id="ggml-no-gpu",
        seen=("cpu",),
        pattern=r"whisper_backend_init(?:_gpu)?: no GPU found|no usable GPU found, --gpu-layers option will be ignored|not compiled with (?:support for )?GPU offload|ggml_vulkan: No devices found|ggml_backend_cuda_init: invalid device \d{1,2}|no compatible GPUs were discovered|level=INFO source=\S{3,40} msg=\"inference compute\" id=(?:0|cpu) library=cpu",
        cause="ggml (whisper.cpp, llama.cpp, Ollama) found no GPU that it can use, and computes on the CPU: the build has no part for this kind of GPU (it was compiled without CUDA, Vulkan or Metal, or that part's"
        " library did not load), or the driver is missing, too old, or not shown to this process. The lines above it tell which.",
        fixes=fixes(
            Advice("run", "For an NVIDIA GPU this must work first, in the same container", command="nvidia-smi"),
            "The program's build for CUDA (whisper.cpp: `-DGGML_CUDA=1`, in a fresh build folder; a package for CUDA), whose lines then begin with `ggml_cuda_init: found`",
            "An old GPU: a build that was made for it, or for Vulkan",
        ),
        reference=("ggml-org/whisper.cpp#2297", "ggml-org/whisper.cpp#3449", "ggml-org/whisper.cpp#2857"),
        example="whisper_backend_init_gpu: no GPU found",
        follows=(
            *(
                "libcuda-missing",
                "driver-missing-or-old",
                "no-device",
                "fabric-manager",
                "driver-unknown-error",
                "library-missing",
            ),
            *("ggml-architecture", "no-kernel", "status-code", "gpu-memory", "windows-dll-load", "glibc"),
        ),
    ),
    Row(
        id="ggml-metal",
        seen=("gpu",),
        pattern=r"ggml_metal_init: error: (?!.{0,40}MTLCommandBuffer)|ggml_metal_library_init\w{0,20}: error|ggml-metal\.metal.{0,60}(?:not found|No such file)|could not use bundle path to find ggml-metal\.metal",
        cause="ggml could not start a Mac's GPU: it did not find, or could not compile, its Metal program (ggml-metal.metal, default.metallib), which must lie beside the program unless it is built in.",
        fixes=fixes(
            "Start the program from its own folder, with all files of its build; or export GGML_METAL_PATH_RESOURCES with the folder that has ggml-metal.metal",
            "Building it: `-DGGML_METAL_EMBED_LIBRARY=ON`; on an old macOS a release that was made for it",
            "Or on the CPU: `--no-gpu` (whisper.cpp), `-ngl 0` (llama.cpp)",
        ),
        reference=("https://github.com/ggml-org/llama.cpp/blob/master/docs/build.md",),
        example="ggml_metal_init: error: could not use bundle path to find ggml-metal.metal, falling back to trying cwd",
    ),
    Row(
        id="ort-build",
        seen=("cpu",),
        pattern=r"execution provider is not (?:enabled|supported) in this build|[Pp]lease compile ONNXRuntime with \w{3,12}|[Pp]lease compile with -DSHERPA_ONNX_ENABLE_GPU=ON|Failed to find (?:CUDA|TensorRT|ROCM|OpenVINO) shared provider"
        r"|Unable to find an entry point named 'OrtSessionOptionsAppendExecutionProvider_\w{2,12}'|EntryPointNotFoundException.{0,160}?OrtSessionOptionsAppendExecutionProvider_\w{2,12}|Could not load symbol `?OrtSessionOptionsAppendExecutionProvider_\w{2,12}|load symbol `OrtSessionOptionsAppendExecutionProvider_\w{2,12}`",
        cause="The ONNX Runtime library that the program loaded is a build without that provider: mostly the one for the CPU, brought by the program's package, or an older onnxruntime.dll that was found first"
        " (Windows has one of its own in System32).",
        fixes=fixes(
            "C#: Microsoft.ML.OnnxRuntime.Gpu (or .DirectML) alone, without Microsoft.ML.OnnxRuntime beside it; Java: the artifact onnxruntime_gpu",
            "Rust (ort): the feature `cuda`, and where ORT_DYLIB_PATH or `load-dynamic` names a library, one from onnxruntime's archive for the GPU; sherpa-onnx: its archive or wheel for CUDA",
            "Then CUDA's and cuDNN's libraries of the release that this build is made for",
        ),
        reference=("pykeio/ort#281", "pykeio/ort#463", "k2-fsa/sherpa-onnx#1299", "jamjamjon/usls#57"),
        example="An error occurred when attempting to register `CUDAExecutionProvider`: CUDA execution provider is not enabled in this build.",
    ),
    Row(
        id="ort-providers-shared",
        seen=("library",),
        pattern=r"Failed to load library \S{0,200}?libonnxruntime_providers_(?P<which>shared|cuda|tensorrt|rocm|openvino)\.so with error: \S{0,200}?libonnxruntime_providers_\w{2,12}\.so: cannot open shared object file"
        r"|(?P<windows>LoadLibrary failed with error 126 \S{0,40}? when trying to load \S{0,200}?onnxruntime_providers_shared\.dll)|error while loading shared libraries: \S{0,160}?libonnxruntime_providers_\w{2,12}\.so: cannot open",
        cause="ONNX Runtime does not find its own provider, a file of its archive for the GPU that must lie beside the program, or beside libonnxruntime.so: the build, or the copy, left it out.",
        fixes=fixes(
            "Put libonnxruntime_providers_shared.so and the provider's own (libonnxruntime_providers_cuda.so) into the folder of the program, or of libonnxruntime.so, and name that folder in the program's rpath or in LD_LIBRARY_PATH for it alone",
            "Rust (ort): the feature `copy-dylibs` lays them into target/; link with `-Wl,-rpath,$ORIGIN`, as its documentation on linking says",
        ),
        reference=("pykeio/ort#429", "k2-fsa/sherpa-onnx#1030"),
        example="[ONNXRuntimeError] : 1 : FAIL : Failed to load library libonnxruntime_providers_shared.so with error: libonnxruntime_providers_shared.so: cannot open shared object file: No such file or directory",
    ),
    Row(
        id="ort-version",
        seen=("install", "library"),
        pattern=r"is not compatible with the ONNX Runtime binary found at|Unable to find an entry point named 'Ort(?!SessionOptionsAppend)\w{3,60}'|The requested API version \[\d{1,3}\] is not available, only API versions|onnxruntime\.dll'? version \S{3,12} is not|requires ONNX Runtime [\d.]{3,8} or (?:later|newer)",
        cause="The program loaded another release of ONNX Runtime than the one that it was made for: mostly an older onnxruntime.dll that was found first. Windows has an old one of its own in System32, which is taken where the program's is"
        " not beside it.",
        fixes=fixes(
            "Put the onnxruntime library of the program's own release beside its .exe (Rust's ort: ORT_DYLIB_PATH with its whole path)",
            "Upgrade the program and its ONNX Runtime together, and build it anew from an empty folder",
        ),
        reference=("https://ort.pyke.io/troubleshooting/issues", "https://onnxruntime.ai/docs/reference/compatibility.html"),
        example="ort 2.0.0-rc.9 is not compatible with the ONNX Runtime binary found at `onnxruntime.dll`; expected version >= '1.20.x', but got '1.10.0'",
    ),
    Row(
        id="native-library",
        seen=("library",),
        pattern=r"DllNotFoundException: (?:Unable to load (?:DLL|shared library)|Could not load) ['\"]?(?:[^'\"]{0,200}[\\/])?(?P<library>(?!nvcuda|nvml|cublas|cudnn|cudart)[\w.+-]{2,60}?)['\"](?! from)|Unable to load (?:DLL|shared library) '(?:[^']{0,200}[\\/])?(?P<named>[\w.+-]{2,60})' or one of its dependencies"
        r"|UnsatisfiedLinkError: no (?P<java>[\w-]{2,40}) in java\.library\.path|Failed to load native whisper library|Native Library not found in default paths|The type initializer for '(?P<type>Microsoft\.ML\.OnnxRuntime\.\w{3,40}|Whisper\.\w{3,40}|LLama\.\w{3,60})' threw"
        r"|An error occurred while attempting to load the ONNX Runtime binary at `?(?P<rust>[\w./:\\-]{3,160}?)`?:|The library cannot be found\. Failed to load (?P<llama>\w{3,20})|The native library cannot be correctly loaded",
        cause="The program did not load its native library, or one that this one needs: the package that brings it for this system is not referenced or not copied to the output, or what it builds on is"
        " missing (CUDA's libraries for a build with CUDA, Microsoft's Visual C++ runtime, a newer glibc), or the processor lacks its instructions (AVX).",
        fixes=fixes(
            "Look for the runtimes folder beside the program (`runtimes/linux-x64/native`, `runtimes/win-x64/native`); .NET needs the runtime package of exactly the same version (Whisper.net.Runtime, Microsoft.ML.OnnxRuntime, LLamaSharp.Backend)",
            "A build with CUDA: CUDA's runtime and cuBLAS of its major version, and the driver, must be found; the build for the CPU tells whether it is that",
            Advice(
                "run", "Linux: what it lacks, with the library's path", command="ldd PATH_OF_THE_LIBRARY | grep 'not found'"
            ),
            "Windows: Microsoft's Visual C++ redistributable (x64): https://aka.ms/vs/17/release/vc_redist.x64.exe",
        ),
        reference=("sandrohanea/whisper.net#254", "sandrohanea/whisper.net#233", "sandrohanea/whisper.net#222"),
        example="System.DllNotFoundException: Unable to load shared library 'whisper' or one of its dependencies.",
        follows=("glibc", "library-missing", "ort-version", "ort-build", "libcuda-missing", "windows-not-a-dll", "library-map"),
    ),
    Row(
        id="ort-node",
        seen=("cpu", "library"),
        pattern=r"no available backend found\. ERR: \[(?P<backend>\w{2,12})\]|listSupportedBackends\w{0,10} .{0,60}? not supported|(?:backend|Unsupported device): \"?(?P<device>cuda|dml|webgpu)\"?(?: not found|\. Should be one of)",
        cause="onnxruntime-node (transformers.js) has no such provider in this installation: CUDA is there on Linux x64 alone, and only where the install script fetched it; `dml` on Windows alone; `webgpu` in browsers.",
        fixes=fixes(
            "Linux: install onnxruntime-node again with its script allowed (not `--ignore-scripts`), with CUDA 12 and cuDNN 9 on the machine",
            "Or `device: 'cpu'` (Windows: `'dml'`)",
        ),
        reference=("https://onnxruntime.ai/docs/get-started/with-javascript/node.html",),
        example="Error: no available backend found. ERR: [cuda] backend not found.",
    ),
    Row(
        id="binding-node",
        seen=("library",),
        pattern=r"specified (?:module|procedure) could not be found\.?(?:\\{2,4}\?\\{1,2})?\S{3,200}?(?P<file>\w{3,40}\.node)|(?:Cannot find module|Error loading|dlopen\()'?\S{3,200}?(?P<addon>onnxruntime_binding\.node)|ERR_DLOPEN_FAILED",
        cause="Node.js did not load a compiled add-on (a .node file), or a DLL that it needs: it is made for another system or another processor, was not packed with the program, or"
        " Microsoft's Visual C++ runtime is missing or old.",
        fixes=fixes(
            "Install the packages again on this very system (not copied from another), with the Node.js that runs them: delete node_modules, then `npm ci`",
            "Electron: pack native add-ons unpacked (asar's `unpack`), built for Electron's own release",
            "Windows: Microsoft's Visual C++ redistributable (x64): https://aka.ms/vs/17/release/vc_redist.x64.exe",
        ),
        reference=("https://onnxruntime.ai/docs/get-started/with-javascript/node.html", "https://nodejs.org/api/errors.html"),
        example="Error: The specified module could not be found.\n\\\\?\\C:\\app\\node_modules\\onnxruntime-node\\bin\\napi-v3\\win32\\x64\\onnxruntime_binding.node",
        follows=("library-missing", "glibc"),
    ),
    Row(
        id="ollama-runner",
        seen=("crash",),
        pattern=r"llama runner (?:process )?(?:has )?(?:terminated|no longer running|exited)|failure during GPU discovery|timed out waiting for llama runner|llama runner exited",
        cause="Ollama's runner, the process that computes, ended or did not answer; why, its own lines in the server's log tell (`CUDA error`, `out of memory`, `signal`). Reported with full memory, with a GPU that its CUDA build no longer"
        " knows, and with a driver that was suspended or updated.",
        fixes=fixes(
            Advice("run", "The server's log (Docker: `docker logs ollama`)", command="journalctl -u ollama --no-pager -n 200"),
            Advice("run", "Memory, and whether the driver answers", command="nvidia-smi"),
            "A smaller model or context (OLLAMA_CONTEXT_LENGTH); a newer Ollama; OLLAMA_LLM_LIBRARY=cuda_v12, cuda_v13 or cpu tells whether it is the CUDA build",
        ),
        reference=("ollama/ollama#12366", "ollama/ollama#13308", "ollama/ollama#9782"),
        example="Error: llama runner process has terminated: exit status 2",
        follows=(
            "gpu-memory",
            "no-kernel",
            "kernel-fault",
            "driver-missing-or-old",
            "library-missing",
            "status-code",
            "driver-unknown-error",
        ),
    ),
    Row(
        id="build-without-gpu",
        seen=("cpu",),
        pattern=r"(?<!Torch)(?<!package was)(?<!package wasn't)(?<!bitsandbytes was)(?<!llama\.cpp was)(?i:(?:not|n't|wasn't) (?:compiled|built) with(?: support for)?|(?:compiled|built) without(?: support for)?) (?P<what>(?i:CUDA|GPU|cuDNN|cuBLAS|ROCm|HIP|Vulkan|Metal|OpenVINO|TensorRT|OpenCL|SYCL|CoreML|NVENC|NVDEC))(?![a-z]{0,3}[_=])|No CUDA support|(?i:CUDA support is not (?:enabled|available|compiled))|GPU support is not (?:enabled|compiled|available) in this build|no CUDA support in this build|Tree Learner was not enabled in this build",
        cause="The program, or a library that it uses, is a build without that support for the GPU: there is another build of it that has it, or none for this system. The driver and CUDA on the machine do not change that.",
        fixes=fixes(
            "The package, image or archive of the program that is made for the GPU (its name mostly has cuda, cu12 or gpu in it); building it anew: with its switch for CUDA, in an empty build folder",
            "Or nothing, where the CPU will do: without the option that asks for the GPU",
        ),
        reference=(
            "https://docs.opencv.org/4.x/d2/dbc/cuda_intro.html",
            "https://github.com/ggml-org/whisper.cpp#nvidia-gpu-support",
        ),
        example="error: (-216:No CUDA support) The library is compiled without CUDA support in function 'throw_no_cuda'",
        follows=("ggml-no-gpu", "ort-build", "torch-without-cuda"),
    ),
    Row(
        id="ort-provider-load",
        seen=("library",),
        pattern=r"OrtSessionOptionsAppendExecutionProvider_\w{2,12}: Failed to load shared library|Failed to load shared library .{0,160}?onnxruntime_providers_\w{2,12}\.|attempting to register `?(?:CUDA|TensorR[tT])ExecutionProvider",
        cause="ONNX Runtime did not load its provider for the GPU: the provider's file does not lie beside onnxruntime's own, or what it needs is not found (CUDA's runtime, cuBLAS, cuFFT and cuDNN, of the major versions that this release is built for).",
        fixes=fixes(
            "What stands after it, or in ONNX Runtime's own log, names the file that was not found: explain that line",
            "ONNX Runtime for C#, Java, Rust and C++ from 1.19 on is built for CUDA 12 and cuDNN 9, or in other builds for CUDA 13; before, for CUDA 11.8 and cuDNN 8: its release notes tell",
            "Their folders must be on PATH (Linux: LD_LIBRARY_PATH, for this program alone); onnxruntime_providers_shared and _cuda beside the program",
        ),
        reference=("https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html", "ort#8133"),
        example="[ErrorCode:Fail] OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library",
        follows=(
            *(
                "ort-build",
                "ort-providers-shared",
                "onnxruntime-library-program",
                "onnxruntime-library",
                "windows-onnxruntime",
                "library-missing",
            ),
            *(
                "onnxruntime-cuda-11",
                "tensorrt-library",
                "libcuda-missing",
                "native-library",
                "driver-missing-or-old",
                "no-device",
            ),
        ),
    ),
    Row(
        id="cuda-compile",
        seen=("install",),
        pattern=r"Unsupported gpu architecture 'compute_(?:No|native|all|'|\W)|CUDA_ARCHITECTURES is empty|CMAKE_CUDA_ARCHITECTURES must be (?:non-empty|valid)|Could NOT find CUDAToolkit|Could not find nvcc|No CMAKE_CUDA_COMPILER could be found|The CUDA compiler identification is unknown|No CUDA toolset found|Failed to detect a default CUDA architecture|unsupported Microsoft Visual Studio version|unsupported GNU version! gcc versions later than \d{1,2}|CUDA_TOOLKIT_ROOT_DIR not found|fatal error:? .{0,30}?(?:cuda_runtime|cublas_v2|cuda_fp16|cudnn|nvml)\.h'?: No such file",
        cause="Something is being compiled for CUDA, and the build does not find what it needs: the CUDA toolkit with nvcc (NVIDIA's wheels for running have none), a host compiler that this nvcc takes, or which GPU to compile for (there is none to ask inside `docker build`).",
        fixes=fixes(
            "A finished wheel, image or archive of the program for CUDA, so that nothing is compiled",
            "`nvcc --version` must work: PATH with the toolkit's bin, or `-DCMAKE_CUDA_COMPILER=/usr/local/cuda/bin/nvcc`; Windows: the toolkit installed after Visual Studio",
            "The GPU: `-DCMAKE_CUDA_ARCHITECTURES=86` (its compute capability without the point)",
            "A compiler that is too new for nvcc: an older one (`-DCMAKE_CUDA_HOST_COMPILER=/usr/bin/g++-13`), or a newer toolkit",
        ),
        reference=(
            "ggml-org/llama.cpp#18430",
            "https://cmake.org/cmake/help/latest/prop_tgt/CUDA_ARCHITECTURES.html",
            "https://docs.nvidia.com/cuda/cuda-installation-guide-linux/",
        ),
        example='CMake Error in common/CMakeLists.txt:\n  CUDA_ARCHITECTURES is empty for target "llama-common".',
    ),
)
