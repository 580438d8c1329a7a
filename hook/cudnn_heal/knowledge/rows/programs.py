"""Programs that are no Python: ggml (whisper.cpp, llama.cpp, Ollama), and ONNX Runtime in C#, Rust, Java, JavaScript and Go."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import VC_RUNTIME, fixes

ROWS = (
    Row(
        id="subtitle-edit-option",
        seen=("module",),
        pattern=r"(?:unrecognized arguments: |[Nn]o such option:?|unexpected argument '|unknown (?:argument|option):?'?|unrecognized option:?'?)--?[a-zA-Z]\w",
        beside=("Callingwhisper", "SubtitleEdit"),
        cause="Subtitle Edit calls a Whisper program, and hands it an option that this one does not have (the one that the message names): each of its engines (OpenAI, whisper.cpp, CTranslate2, Purfview's, WhisperX) has options of its own, and what was set for one is kept for another.",
        fixes=fixes(
            "Take that option out: in Subtitle Edit's window `Audio to text (Whisper)`, `Advanced`, the line of parameters; empty is enough to start with",
            "Not set there: Subtitle Edit itself adds it; its newest release, or another of its engines (Purfview's Faster-Whisper-XXL)",
            "What the program knows: the same .exe with `--help`; only where its documentation has the option is it too old",
        ),
        reference=("SubtitleEdit/subtitleedit#8195",),
        example="Calling whisper (WhisperX) with : C:\\envs\\whisperx\\Scripts\\whisperx.exe --language zh --word_timestamps True\nwhisperx: error: unrecognized arguments: --word_timestamps",
    ),
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
        id="ggml-device-number",
        seen=("gpu",),
        pattern=r"ggml_backend_cuda_init: error: invalid device (?P<device>-?\d{1,11})",
        cause="whisper.cpp, or llama.cpp, was asked for GPU number {device}, and CUDA has none of that number. A number that nobody gave (such as 1631) is a fault of that release, which did not set it.",
        fixes=fixes(
            Advice("run", "The GPUs, from 0", command="nvidia-smi -L"),
            "The right number (whisper.cpp: `--device 0`), or CUDA_VISIBLE_DEVICES without a number that is not there",
            "Otherwise a newer release of the program",
        ),
        reference=("ggml-org/whisper.cpp#1852",),
        example="ggml_backend_cuda_init: error: invalid device 1631",
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
        follows=("windows-onnxruntime", "onnxruntime-library", "ort-build"),
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
        r"|An error occurred while attempting to load the ONNX Runtime binary at `?(?P<rust>[\w./:\\-]{3,160}?)`?:|The library cannot be found\. Failed to load (?P<llama>\w{3,20})|The native library cannot be (?:correctly loaded|found)|No LLamaSharp backend was installed|[Ff]ailed [Ll]oading (?:dependency )?'(?P<failed>[\w.-]{2,60}\.(?:dll|so|dylib))'",
        cause="The program did not load its native library, or one that this one needs: the package that brings it for this system is not referenced or not copied to the output, or what it builds on is"
        " missing (CUDA's libraries for a build with CUDA, Microsoft's Visual C++ runtime, a newer glibc), or the processor lacks its instructions (AVX).",
        fixes=fixes(
            "Look for the runtimes folder beside the program (`runtimes/linux-x64/native`, `runtimes/win-x64/native`); .NET needs the runtime package of exactly the same version (Whisper.net.Runtime, Microsoft.ML.OnnxRuntime, LLamaSharp.Backend)",
            "A build with CUDA: CUDA's runtime and cuBLAS of its major version, and the driver, must be found; the build for the CPU tells whether it is that",
            Advice(
                "run", "Linux: what it lacks, with the library's path", command="ldd PATH_OF_THE_LIBRARY | grep 'not found'"
            ),
            f"Windows: {VC_RUNTIME}",
        ),
        reference=("sandrohanea/whisper.net#254", "sandrohanea/whisper.net#233", "sandrohanea/whisper.net#222"),
        example="System.DllNotFoundException: Unable to load shared library 'whisper' or one of its dependencies.",
        follows=("glibc", "library-missing", "ort-version", "ort-build", "libcuda-missing", "windows-not-a-dll", "library-map"),
    ),
    Row(
        id="ort-node",
        seen=("cpu", "library"),
        pattern=r"no available backend found\. ERR: \[(?P<backend>(?:cuda|dml|coreml|webgpu|webnn|qnn|tensorrt))\]|listSupportedBackends\w{0,10} .{0,60}? not supported|(?:backend|Unsupported device): \"?(?P<device>cuda|dml|webgpu)\"?(?: not found|\. Should be one of)",
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
            f"Windows: {VC_RUNTIME}",
        ),
        reference=("https://onnxruntime.ai/docs/get-started/with-javascript/node.html", "https://nodejs.org/api/errors.html"),
        example="Error: The specified module could not be found.\n\\\\?\\C:\\app\\node_modules\\onnxruntime-node\\bin\\napi-v3\\win32\\x64\\onnxruntime_binding.node",
        follows=("library-missing", "glibc"),
    ),
    Row(
        id="localai-backend",
        seen=("crash",),
        pattern=r"grpc service not ready|failed to load model with internal loader|(?:could not load model(?: - all backends returned error)?): .{0,80}?rpc error|grpc process not found: |failed starting/connecting to the gRPC service",
        cause="LocalAI starts each backend (whisper, faster-whisper, llama-cpp) as a process of its own, and that one did not start, or ended (`EOF`). LocalAI does not pass the reason on: it stands in the backend's own lines (`stderr`).",
        fixes=fixes(
            "DEBUG=true in the container's environment shows the backend's lines; explain those",
            Advice(
                "run",
                "The driver must answer in the container, and its memory be free",
                command="docker exec CONTAINER nvidia-smi",
            ),
            "An image for the CUDA that the host's driver has (…-nvidia-cuda-12 instead of …-cuda-13: driver 580 and later), or a newer release of both; the image for the CPU tells whether it is the GPU's part",
            "The backend installed anew in LocalAI's gallery, of the variant for this GPU",
        ),
        reference=("mudler/LocalAI#8033", "mudler/LocalAI#4857", "mudler/LocalAI#2279"),
        example='ERROR Failed to load model modelID="ggml-large-v3-turbo.bin" error=failed to load model with internal loader: grpc service not ready backend="whisper"',
        follows=(
            "auto-class",
            "model-type",
            "ptx-version",
            "ggml-architecture",
            "library-missing",
            "gpu-memory",
            "no-kernel",
            "driver-missing-or-old",
            "glibc",
            "module-missing",
        ),
    ),
    Row(
        id="localai-no-backend",
        seen=("install", "cpu"),
        pattern=r"no backend found with capabilities",
        cause="LocalAI chooses a backend's variant by the GPU that it sees, and this backend has none for what it saw: mostly no GPU at all, with a backend that has no variant for the CPU.",
        fixes=fixes(
            "Give the container the GPU (`--gpus all`, with an image for NVIDIA), so that LocalAI sees it",
            "Or install the variant by its own name, as the message lists them (cuda12-faster-whisper, say); a backend for the CPU is another one (whisper)",
            Advice("run", "Whether it sees the GPU", command="docker exec CONTAINER nvidia-smi"),
        ),
        reference=("mudler/LocalAI#8509",),
        example='Error installing backend "faster-whisper": no backend found with capabilities map["nvidia":"cuda12-faster-whisper"]',
    ),
    Row(
        id="ollama-runner",
        seen=("crash",),
        pattern=r"llama runner (?:process )?(?:has )?(?:terminated|no longer running|exited)|failure during (?:llama-server )?GPU discovery|llama-server GPU discovery watchdog timed out|timed out waiting for llama(?: runner|-server)|unable to load model: \S{0,80}(?:ollama|blobs/sha256)|llama runner exited",
        cause="Ollama's runner, the process that computes, ended or did not answer; why, its own lines in the server's log tell (`CUDA error`, `out of memory`, `signal`). Reported with full memory, with a GPU that its CUDA build no longer"
        " knows, and with a driver that was suspended or updated.",
        fixes=fixes(
            Advice("run", "The server's log (Docker: `docker logs ollama`)", command="journalctl -u ollama --no-pager -n 200"),
            Advice("run", "Memory, and whether the driver answers", command="nvidia-smi"),
            "A smaller model or context (OLLAMA_CONTEXT_LENGTH); a newer Ollama; OLLAMA_LLM_LIBRARY=cuda_v12, cuda_v13 or cpu tells whether it is the CUDA build",
        ),
        reference=("ollama/ollama#12366", "ollama/ollama#13308", "ollama/ollama#9782"),
        example="Error: llama runner process has terminated: exit status 2",
    ),
    Row(
        id="build-without-gpu",
        seen=("cpu",),
        pattern=r"(?<!Torch)(?<!package was)(?<!package wasn't)(?<!bitsandbytes was)(?<!llama\.cpp was)(?i:(?:not|n't|wasn't) (?:compiled|built) with(?: support for)?|(?:compiled|built) without(?: support for)?) (?P<what>(?i:CUDA(?!runtime)|GPU|cuDNN|cuBLAS|ROCm|HIP|Vulkan|Metal|OpenVINO|TensorRT|OpenCL|SYCL|CoreML|NVENC|NVDEC))(?![a-z]{0,3}[_=])|No CUDA support|crate has not been built with (?:cuda|metal) support|(?:CUDA|HIP|ROCm|Vulkan|Metal|SYCL) backend requested but .{0,20}?is not registered|(?i:CUDA support is not (?:enabled|available|compiled))|GPU support is not (?:enabled|compiled|available) in this build|no CUDA support in this build|Tree Learner was not enabled in this build|CUDA extension not installed|NameError: name '\w{0,24}cuda\w{0,24}' is not defined|module 'faiss' has no attribute '\w{0,20}Gpu\w{0,20}'|Compile with USE_CUDA=1",
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
    ),
    Row(
        id="cuda-compile-source",
        seen=("install",),
        pattern=r"error: identifier \"_Float(?:32|64|128|32x|64x)\" is undefined|\d{1,6} errors? detected in the compilation of \"(?P<file>[^\"]{1,300}\.cu)\"|Error generating file:?\S{0,300}?\.cu\.o|error: exception specification is incompatible with that of previous function \"(?:cospi|sinpi|rsqrt)|nvcc fatal : (?!Unsupported|Value)|floatn\.h\(\d{1,4}\): error: invalid combination of type specifiers",
        cause="NVIDIA's compiler (nvcc) did not compile the program's source: mostly it is older than the system's C library and gcc, whose headers it does not understand (`_Float32`, `cospi`), older than the program asks for, or ran out of memory while it compiled.",
        fixes=fixes(
            "A finished wheel, image or archive for CUDA, so that nothing is compiled",
            "A newer toolkit, within what the driver runs; or an image with an older system (nvidia/cuda:…-devel-ubuntu22.04)",
            "CTranslate2 on a Jetson, or with little memory: `-DWITH_FLASH_ATTN=OFF`, fewer at once (`make -j2`), `-DCMAKE_CUDA_ARCHITECTURES` with this GPU's number alone",
            "The first line with `error:` above it tells which of them it is",
        ),
        reference=(
            "OpenNMT/CTranslate2#1306",
            "OpenNMT/CTranslate2#1771",
            "https://docs.nvidia.com/cuda/cuda-installation-guide-linux/",
        ),
        example='/usr/include/bits/mathcalls.h(110): error: identifier "_Float32" is undefined\n100 errors detected in the compilation of "/src/cuda/random.cu".',
    ),
    Row(
        id="cuda-compile",
        seen=("install",),
        pattern=r"Unsupported gpu architecture 'compute_(?:No|native|all|'|\W)|CUDA_ARCHITECTURES is empty|CMAKE_CUDA_ARCHITECTURES must be (?:non-empty|valid)|Could NOT find CUDAToolkit|Could not find nvcc|No CMAKE_CUDA_COMPILER could be found|The CUDA compiler identification is unknown|No CUDA toolset found|Failed to detect a default CUDA architecture|CUDA_TOOLKIT_ROOT_DIR not found|Could NOT find CUDA \(missing|Could not find (?:the )?CUDA ?[Tt]ool[Kk]it|Failed to find nvcc|Specify CUDA_TOOLKIT_ROOT_DIR",
        cause="Something is being compiled for CUDA, and the build does not find what it needs: the CUDA toolkit with nvcc (NVIDIA's wheels for running have none), or which GPU to compile for (there is none to ask inside `docker build`).",
        fixes=fixes(
            "A finished wheel, image or archive of the program for CUDA, so that nothing is compiled",
            "`nvcc --version` must work: PATH with the toolkit's bin, or `-DCMAKE_CUDA_COMPILER=/usr/local/cuda/bin/nvcc`; Windows: the toolkit installed after Visual Studio",
            "The GPU: `-DCMAKE_CUDA_ARCHITECTURES=86` (its compute capability without the point)",
        ),
        reference=(
            "ggml-org/llama.cpp#18430",
            "https://cmake.org/cmake/help/latest/prop_tgt/CUDA_ARCHITECTURES.html",
            "https://docs.nvidia.com/cuda/cuda-installation-guide-linux/",
        ),
        example='CMake Error in common/CMakeLists.txt:\n  CUDA_ARCHITECTURES is empty for target "llama-common".',
    ),
    Row(
        id="ggml-memory",
        seen=("memory",),
        pattern=r"(?:whisper|llama)_\w{3,40}: failed to (?:allocate (?:memory|buffer|compute buffers?|the)|initialize the (?:KV|compute)|create (?:context|ggml context))|whisper_kv_cache_init: failed|failed to allocate memory for the (?:model|kv cache|compute|context)|ggml_new_object: not enough space in the context's memory pool",
        beside=("failed", "notenoughspace"),
        cause="ggml (whisper.cpp, llama.cpp) did not get memory for the model or for what it computes: the GPU's, where it is used, or the machine's. The lines above tell which, and how much was asked for.",
        fixes=fixes(
            "A smaller or more quantized model (whisper.cpp: large-v3-turbo-q5_0, medium, small); llama.cpp: a shorter context (`-c`), fewer layers on the GPU (`-ngl`)",
            Advice("run", "What is free: the machine's, and the GPU's", command="free -h; nvidia-smi"),
            "Without the GPU, to tell which: `--no-gpu` (whisper.cpp), `-ngl 0` (llama.cpp)",
        ),
        reference=("https://github.com/ggml-org/whisper.cpp#memory-usage",),
        example="whisper_model_load: failed to allocate memory for the model",
        follows=("gpu-memory", "vulkan-memory", "host-memory", "mps-memory"),
    ),
    Row(
        id="gguf-newer",
        seen=("model",),
        pattern=r"unknown model architecture: '(?P<architecture>[\w.-]{2,40})'|unknown pre-tokenizer type|(?:unsupported|unknown) (?:GGUF|gguf|file) version|wrong number of tensors; expected \d{1,6}, got \d{1,6}|missing tensor '[\w.]{3,80}'|done_getting_tensors: wrong number|key not found in model: [\w.]{3,80}",
        cause="The model's file is newer than the program's llama.cpp, of a kind that it does not know, or was converted by another release.",
        fixes=fixes(
            "Upgrade the program (llama-cpp-python, Ollama, LM Studio), which brings a newer llama.cpp",
            "Otherwise another conversion of the model, of the program's time",
        ),
        reference=("https://github.com/ggml-org/llama.cpp/blob/master/docs/development/HOWTO-add-model.md",),
        example="llama_model_load: error loading model: unknown model architecture: 'qwen3'",
    ),
    Row(
        id="gguf-broken",
        seen=("model",),
        pattern=r"invalid magic characters:? '?(?P<magic>[^'\"]{1,8}?)'|gguf_init_from_file\w{0,8}: (?:invalid|failed to (?:read|open))|tensor '[\w.]{2,80}' data is not within the file bounds|model is corrupted or incomplete",
        cause="The model's file is no whole GGUF file: it was not downloaded to its end, or is another thing than its name says. It begins with what stands in the message: `vers` is a pointer of Git LFS, `<!DO` a page of the web, `lmgg` or `ggjt` a format of old.",
        fixes=fixes(
            "Delete it, and download it again (from Hugging Face by `hf download`, not by `git clone` without Git LFS); compare its size with the page's",
            "An old format: the model's GGUF file of today",
        ),
        reference=("https://github.com/ggml-org/ggml/blob/master/docs/gguf.md",),
        example="gguf_init_from_file: invalid magic characters 'vers'",
    ),
    Row(
        id="ggml-operation",
        seen=("gpu",),
        pattern=r"pre-allocated tensor \(\S{1,60}\) in a buffer \((?P<backend>\w{2,20})\) that cannot run the operation|ggml_\w{3,40}: (?:error: )?(?:unsupported op(?:eration)?|op not implemented)|unsupported op '\w{2,30}'|ggml_cuda_compute_forward: \w{2,30} failed",
        cause="ggml's part for this GPU can't compute an operation of the model, or failed in it: the release does not have it for that kind of GPU, or the lines after it tell of an error of the GPU itself.",
        fixes=fixes(
            "A newer release of the program; without flash attention, and with an f16 cache",
            "Without the GPU, to tell whether it is that: `--no-gpu` (whisper.cpp), `-ngl 0` (llama.cpp)",
        ),
        reference=("https://github.com/ggml-org/llama.cpp/blob/master/docs/ops.md",),
        example="ggml-backend.cpp:1182: pre-allocated tensor (cache_k_l0) in a buffer (Vulkan0) that cannot run the operation (SET_ROWS)",
        follows=(
            "rocm",
            "rocm-architecture",
            "no-kernel",
            "gpu-memory",
            "kernel-fault",
            "kernel-instruction",
            "ggml-architecture",
            "status-code",
            "driver-missing-or-old",
            "virtual-gpu",
            "ptx-version",
            "cublas-not-supported",
        ),
    ),
    Row(
        id="whisper-cpp-names",
        seen=("model",),
        pattern=r"The binary '(?P<old>[\w-]{3,20}(?:\.exe)?)' is deprecated|ggml-org/whisper\.cpp/tree/master/examples/deprecation-warning|ggerganov/whisper\.cpp/tree/master/examples/deprecation-warning",
        cause="whisper.cpp's programs have other names since 1.7.4, and under the old ones stand programs that say only that, with a wrong new name in some releases: main is whisper-cli, server whisper-server, bench whisper-bench, stream whisper-stream, quantize whisper-quantize.",
        fixes=fixes(
            "In a command or a script: whisper-cli in place of main",
            "A program that calls main.exe itself (an older Subtitle Edit, nodejs-whisper, Remotion's install-whisper-cpp): a newer release of it, or the whisper.cpp that it loads itself",
        ),
        reference=(
            "https://github.com/ggml-org/whisper.cpp/blob/master/examples/deprecation-warning/README.md",
            "SubtitleEdit/subtitleedit#9129",
        ),
        example="WARNING: The binary 'main.exe' is deprecated.\n Please use 'whisper-main.exe' instead.",
    ),
    Row(
        id="whisper-encoder",
        seen=("model",),
        pattern=r"failed to load Core ML model from '(?P<model>[^']{3,200})'|failed to init OpenVINO encoder from '(?P<openvino>[^']{3,200})'|E5RT encountered|MILCompilerForANE|ANE model using ANEF|ANECompile\w{0,20}(?:FAILED|failed)",
        cause="whisper.cpp was built to compute the encoder by Core ML or OpenVINO, and that part of the model is not beside it, is made for another model, or the system does not take it (the first load of a Core ML model takes minutes).",
        fixes=fixes(
            "Make it, in whisper.cpp's folder: `models/generate-coreml-model.sh base.en`, or `models/convert-whisper-to-openvino.py --model base.en`; it must have the model's own name",
            "Or a build without: macOS computes on the GPU by Metal all the same (`-DWHISPER_COREML=OFF`)",
        ),
        reference=(
            "https://github.com/ggml-org/whisper.cpp#core-ml-support",
            "https://github.com/ggml-org/whisper.cpp#openvino-support",
        ),
        example="whisper_init_state: failed to load Core ML model from 'models/ggml-base.en-encoder.mlmodelc'",
    ),
    Row(
        id="mac-gatekeeper",
        seen=("install",),
        pattern=r"cannot be opened because (?:the developer cannot be verified|Apple cannot check|it is from an unidentified developer)|is damaged and can.t be opened|Apple could not verify .{1,80}? is free of malware|code signature \(?.{0,120}?not valid for use in process|library load disallowed by system policy|killed: 9 .{0,40}codesign",
        cause="macOS does not run the file because it was downloaded and is not signed, or its signature is broken (a file that was changed, or built for another machine).",
        fixes=fixes(
            "If you trust where it comes from: System Settings, Privacy & Security, Open Anyway; or in a terminal `xattr -d com.apple.quarantine FILE`",
            "Install it by Homebrew or build it on this machine: then nothing is to be verified; a broken signature of one's own build: `codesign -s - -f FILE`",
        ),
        reference=("https://support.apple.com/en-us/102445",),
        example='"whisper-cli" cannot be opened because the developer cannot be verified.',
    ),
    Row(
        id="metal-fault",
        seen=("gpu",),
        pattern=r"kIOGPUCommandBufferCallbackError(?:Timeout|Hang|InnocentVictim|PageFault|SubmissionsIgnored|Impacting\w{0,20})|Caused GPU (?:Timeout|Hang|Address Fault)|command buffer \d{1,3} failed with status \d(?!5)",
        cause="macOS ended a program's work on the GPU: it took too long, touched memory that is not its own, or suffered from another program that did. A smaller piece of work tells which.",
        fixes=fixes(
            "A smaller batch or model, or shorter pieces; close what else uses the GPU",
            "A newer release of the program (mlx, torch, whisper.cpp) and of macOS; or the CPU",
        ),
        reference=("https://developer.apple.com/documentation/metal/mtlcommandbuffererror",),
        example="[METAL] Command buffer execution failed: Caused GPU Timeout Error (00000002:kIOGPUCommandBufferCallbackErrorTimeout)",
        follows=("mps-memory",),
    ),
    Row(
        id="ort-web",
        seen=("library",),
        pattern=r"both async and sync fetching of the wasm failed|no available backend found\. ERR: \[wasm\]|ort-wasm[\w.-]{0,40}\.(?:wasm|mjs)\S{0,20} .{0,60}?(?:404|not found|failed|MIME)",
        cause="ONNX Runtime in the browser does not get its own .wasm or .mjs files: the page's server does not hand them out, under another address, or with a type that browsers refuse.",
        fixes=fixes(
            "Copy them from node_modules/onnxruntime-web/dist to what the server hands out, of exactly the package's release, and name the place: `ort.env.wasm.wasmPaths = '/'`",
            "The server's type for .wasm must be application/wasm; threads need the headers COOP and COEP",
        ),
        reference=("https://onnxruntime.ai/docs/tutorials/web/env-flags-and-session-options.html",),
        example="Error: no available backend found. ERR: [wasm] RuntimeError: Aborted(both async and sync fetching of the wasm failed)",
    ),
    Row(
        id="ort-dll-program",
        seen=("windows",),
        pattern=r"LoadLibrary failed with error (?:126|1114)\S{0,40}.{0,200}?(?:\\{1,2}bin\\{1,2}|\\{1,2}target\\{1,2}|\\{1,2}build\\{1,2}|\\{1,2}native\\{1,2}|\\{1,2}x64\\{1,2}|\\{1,2}AppX\\{1,2}|\\{1,2}(?:Debug|Release|debug|release)\\{1,2}|(?i:system32)\\{1,2}).{0,120}?onnxruntime_providers_(?:cuda|tensorrt)\.dll",
        cause="Windows finds ONNX Runtime's provider beside the program, and not the DLLs that it needs, or not those that fit: CUDA's and cuDNN's, of the major versions that this release of ONNX Runtime is built for (TensorRT's besides, for its provider).",
        fixes=fixes(
            "ONNX Runtime 1.19 to 1.26: CUDA 12 (cudart64_12, cublas64_12, cublasLt64_12, cufft64_11) and cuDNN 9 (cudnn64_9 and the cudnn_*64_9 beside it); 1.18 and before from NuGet: CUDA 11.8 and cuDNN 8, which needs zlibwapi.dll too",
            "Their folders on PATH, or the DLLs beside the program; start it from a new console, for PATH is read at the start",
            "The program Dependencies (lucasg/Dependencies), opened with the provider's DLL, shows which one is missing; one release of ONNX Runtime for all its DLLs",
        ),
        reference=(
            "https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html",
            "pykeio/ort#232",
            "microsoft/onnxruntime#20589",
            "cassiebreviu/StableDiffusion#4",
        ),
        example='LoadLibrary failed with error 126 "" when trying to load "D:\\app\\bin\\Debug\\net8.0\\onnxruntime_providers_cuda.dll"',
    ),
    Row(
        id="ollama-lspci",
        seen=("cpu",),
        pattern=r"Unable to detect NVIDIA(?:/AMD)? GPU\. Install lspci or lshw",
        cause="Ollama's installer looks for the GPU with lspci or lshw, and the system (often a container) has neither. It only keeps the installer from installing a driver: Ollama itself finds the GPU through the driver, where that is there.",
        fixes=fixes(
            Advice("run", "This must work", command="nvidia-smi"),
            Advice("run", "and this shows what Ollama found", command="ollama ps"),
            "To have the installer look: install pciutils or lshw first",
        ),
        reference=("ollama/ollama#14661", "https://github.com/ollama/ollama/blob/main/scripts/install.sh"),
        example="WARNING: Unable to detect NVIDIA/AMD GPU. Install lspci or lshw to automatically detect and install GPU dependencies.",
        kind="warning",
    ),
)
