"""CUDA's libraries, whoever opens them: cuDNN, cuBLAS, NCCL, NVRTC, and how the loader finds or mixes them."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import CAPABILITY, PACKED, PATH, fixes

ROWS = (
    Row(
        id="ptx-compiler",
        seen=("library",),
        codes=("cudaErrorJitCompilerNotFound", "CUDA_ERROR_JIT_COMPILER_NOT_FOUND"),
        cause="The driver's compiler (libnvidia-ptxjitcompiler.so.1) is not here: the container has a part of the driver only.",
        fixes=fixes(
            "Start the container with NVIDIA_DRIVER_CAPABILITIES=compute,utility (or `all`)",
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",),
        example="CUDA error: PTX JIT compiler library not found",
    ),
    Row(
        id="cudnn-not-supported",
        seen=("gpu",),
        codes=("CUDNN_STATUS_NOT_SUPPORTED",),
        cause="cuDNN has no way to compute this layer for this input: it is too large for it (a whole recording in one piece), not contiguous in"
        " memory, or of a type that this GPU does not compute; memory that is nearly full does it too.",
        fixes=fixes(
            "Shorter pieces, or a smaller batch; `.contiguous()` on what goes in",
            "torch.backends.cudnn.enabled = False computes it without cuDNN, slower",
            Advice("run", "See whether memory is full", command="nvidia-smi"),
        ),
        reference=("yeeking/ai-enhanced-audio-book#4", "open-mmlab/mmaction2#493"),
        example="RuntimeError: cuDNN error: CUDNN_STATUS_NOT_SUPPORTED. This error may appear if you passed in a non-contiguous input.",
    ),
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
        id="executable-stack-other",
        seen=("install", "library"),
        pattern=r"(?P<library>(?<![\w+-])(?!libctranslate2)(?:\w{1,60}\.(?:cpython|abi3)[\w-]{0,40}|[\w+-]{2,60})\.so[.\d]{0,12}): cannot enable executable stack as shared object requires",
        cause="{library} asks for an executable stack, and glibc 2.41 and later refuse that to a library that is opened while the program runs.",
        fixes=fixes(
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
        id="triton-cuda-path",
        seen=("windows",),
        pattern=r"triton[\\/][\w.\\/]{3,60}\.py\", line \d{1,5}, in \S{3,40}? .{0,160}?os\.environ\.get\([\"'](?P<variable>CUDA_\w{3,12})[\"']\).{0,600}?not NoneType",
        cause="This triton for Windows takes CUDA from the variable {variable}, which is not set: no CUDA toolkit is installed, or it was installed after the terminal was opened. triton only makes the program faster (torch.compile).",
        fixes=fixes(
            "Without it: start the program without what compiles (fish-speech: without `--compile`; elsewhere TORCHDYNAMO_DISABLE=1), or uninstall triton",
            "With it: NVIDIA's CUDA toolkit of torch's CUDA (`torch.version.cuda`), whose installer sets the variable; then a new terminal",
            "Or triton-windows 3.2 and later in place of that one, which brings what it needs of CUDA, in the release for this torch (3.2 for 2.6, 3.3 for 2.7, 3.4 for 2.8, 3.5 for 2.9, 3.6 for 2.10)",
        ),
        reference=("fishaudio/fish-speech#354", "https://github.com/woct0rdho/triton-windows"),
        example='  File "C:\\env\\lib\\site-packages\\triton\\backends\\nvidia\\driver.py", line 18, in <module>\n    library_dir += [os.path.join(os.environ.get("CUDA_PATH"), "lib", "x64")]\nTypeError: expected str, bytes or os.PathLike object, not NoneType',
    ),
    Row(
        id="cudnn-8-nvrtc",
        seen=("crash", "library"),
        pattern=r"libcudnn_\w{3,20}\.so\.8\.? Error: libnvrtc\.so: cannot open shared object file",
        cause="cuDNN 8 is found, and opens NVRTC by the name libnvrtc.so, without a number. Wheels have it as libnvrtc.so.11.2 or libnvrtc.so.12 alone;"
        " only a toolkit's files for developers have that name.",
        fixes=fixes(
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
        fixes=fixes(
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
        id="cudnn-8-packed",
        seen=("crash", "library"),
        pattern=r"Could not load library libcudnn_(?:ops|cnn|adv)_(?:infer|train)\.so\.8\.? Error: libcudnn_\w{3,20}\.so\.8: cannot open",
        beside=PACKED,
        cause="A packed program, built for cuDNN 8 and CUDA 11 or 12, does not find cuDNN. It looks beside itself and in LD_LIBRARY_PATH; what pip installs does not reach it.",
        fixes=fixes(
            "Purfview's Faster-Whisper: the archive with cuBLAS and cuDNN of the same page (`libs`), unpacked beside the program; or Faster-Whisper-XXL, which brings them",
            "Or that archive's folder (or an installed cuDNN 8's) in LD_LIBRARY_PATH, for this program alone",
            "Without an NVIDIA GPU, or until then: `--device cpu`",
        ),
        reference=("Purfview/whisper-standalone-win#158", "Purfview/whisper-standalone-win#171"),
        example="Standalone Faster-Whisper r167.4 running on: CUDA\nCould not load library libcudnn_ops_infer.so.8. Error: libcudnn_ops_infer.so.8: cannot open shared object file: No such file or directory",
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
        follows=(
            "cudnn-8-packed",
            "cudnn-undefined-symbol",
        ),
    ),
    Row(
        id="cudnn-undefined-symbol",
        seen=("crash",),
        pattern=r"(?P<library>libcudnn\w{0,40}\.so\.\d{1,2}[\d.]{0,12}): undefined symbol",
        cause="Files of two releases of cuDNN met in one process: {library} was taken from one, what it needs from another. An"
        " LD_LIBRARY_PATH, a cuDNN of the system, or two wheels that lie over each other do that.",
        fixes=fixes(
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
        pattern=r"CUDNN_STATUS_(?:SUBLIBRARY_)?VERSION_MISMATCH|cuDNN version incompatibility: PyTorch was compiled|cuDNN version mismatch: PyTorch was compiled",
        cause="Two releases of cuDNN met in one process: torch's from its wheel, and sub-libraries from an entry of LD_LIBRARY_PATH,"
        " from the system or the image (Colab's has one), or from another wheel. The wheels 9.20.0.48 lack"
        " libcudnn_engines_tensor_ir.so.9, so that a copy of another release on the system is taken.",
        fixes=fixes(
            PATH,
            Advice(
                "heal",
                "cudnn-heal: whichever of ctranslate2 and torch is imported first then brings this environment's own cuDNN",
            ),
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
        fixes=fixes(
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
        pattern=r"DNN library is not found|Failed to get convolution algorithm\. This is probably because cuDNN failed to initialize|DNN library initialization failed|Could not create cudnn handle: CUDNN_STATUS_\w{3,60}",
        cause="XLA (JAX, TensorFlow) could not start cuDNN: it is not found, is older than the one that it was built with, or the GPU's memory is full"
        " (XLA takes most of it at its start). The lines before it tell which.",
        fixes=fixes(
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
        pattern=r"libcublas\.so\.12 is not found or cannot be loaded",
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
        pattern=r"libcublas\.so\.11 is not found or cannot be loaded",
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
        id="cublas-not-supported",
        seen=("gpu",),
        codes=("CUBLAS_STATUS_NOT_SUPPORTED",),
        cause="cuBLAS refuses this computation on this GPU. In ctranslate2 that was met with the 8-bit types on Blackwell (RTX 50xx), for which it pads"
        " its matrices from 4.7 on; in other programs with a type that the GPU, or this cuBLAS, does not compute (bfloat16 before compute"
        " capability 8.0), and with two releases of cuBLAS in one process.",
        fixes=fixes(
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
        id="cublas-not-initialized",
        seen=("gpu",),
        codes=("CUBLAS_STATUS_NOT_INITIALIZED", "CUSOLVER_STATUS_NOT_INITIALIZED", "CUSPARSE_STATUS_NOT_INITIALIZED"),
        cause="cuBLAS (or its kin) could not start: mostly the GPU's memory is full, or an earlier error of the program on the GPU (an index"
        " beyond its table) shows here first; a driver that does not work does it too.",
        fixes=fixes(
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
        codes=("CUBLAS_STATUS_INVALID_VALUE", "CUBLAS_STATUS_EXECUTION_FAILED"),
        cause="cuBLAS refused or failed a computation. With code that is known to work, two releases of cuBLAS in one process were the cause"
        " (an entry of LD_LIBRARY_PATH, a CUDA of the image); otherwise shapes that do not fit, full memory, or an earlier error on the GPU.",
        fixes=fixes(
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
        id="cublas-internal",
        seen=("gpu", "memory"),
        codes=("CUBLAS_STATUS_INTERNAL_ERROR",),
        cause="cuBLAS failed within a computation, mostly because the GPU's memory is full, or nearly so, and it gets no room to work in. With room left: a driver or a torch that does not fit this GPU, an earlier error on the GPU (an index beyond its table), or two releases of cuBLAS in one process.",
        fixes=fixes(
            Advice("run", "See how full the memory is, while it runs", command="nvidia-smi"),
            "A smaller batch or a smaller model, and other programs off the GPU",
            "With room left: the newest driver, and a torch built for this GPU; on a card that is slow or wrong with 16 bits (GTX 16xx, older ones) float32, where the program lets one choose",
            "CUDA_LAUNCH_BLOCKING=1, or the same on the CPU, shows an earlier error where it was made",
            PATH,
        ),
        reference=("RVC-Boss/GPT-SoVITS#1389", "https://docs.nvidia.com/cuda/cublas/index.html"),
        example="RuntimeError: CUDA error: CUBLAS_STATUS_INTERNAL_ERROR when calling `cublasGemmEx(handle, opa, opb, m, n, k)`",
        follows=("device-assert",),
    ),
    Row(
        id="cudnn-older",
        seen=("gpu",),
        pattern=r"Loaded runtime CuDNN library: (?P<found>[\d.]{3,10}) but source was compiled with: (?P<wanted>[\d.]{3,10}?)\.(?![\d.])",
        cause="The cuDNN in the process ({found}) is older than the one that the program was built with ({wanted}); it takes the same major version and an"
        " equal or higher minor one. An entry of LD_LIBRARY_PATH, the system's, or another package's wheel brought the older one.",
        fixes=fixes(
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
        fixes=fixes(
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
        fixes=fixes(
            "NCCL_DEBUG=INFO in the program's environment shows what failed",
            "In a container: `--shm-size 1g` and `--ipc=host`; NCCL_P2P_DISABLE=1 tells whether it is the way between the GPUs",
            Advice("run", "See memory and driver", command="nvidia-smi"),
        ),
        follows=("nccl-shared-memory", "nccl-same-gpu", "nccl-timeout", "nccl-network"),
        reference=("vllm-project/vllm#7896", "https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html"),
        example="RuntimeError: NCCL error: unhandled cuda error (run with NCCL_DEBUG=INFO for details)",
    ),
    Row(
        id="library-version",
        seen=("library",),
        pattern=r"version `?(?P<library>lib(?:cublas|cudnn|cudart|nvJitLink|cusparse|cufft|nvrtc|curand|cusolver|nccl)\w{0,10}\.so\.\d{1,3})'? not (?:found|defined)",
        cause="Two releases of one of NVIDIA's libraries met in one process: what asks for {library} is of one, the file that was found is of another.",
        fixes=fixes(
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
        beside=("wrongELFclass",),
        cause="{library} is made for {bits}-bit programs, and the process is not one. The loader passes over such a file, and goes on to the next"
        " folder: it matters only where no other copy is found.",
        fixes=fixes(
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
        beside=("invalidELFheader", "filetooshort", "cannotreadfiledata", "ELFloadcommand", "(mach-ofile,but"),
        cause="The library is there, and is no whole library for this machine: its download or copy was cut short, it is a pointer of Git LFS, or is made for another"
        " processor (on a Mac: a Python for Intel with packages for Apple's, or the other way round).",
        fixes=fixes(
            "Install the package that has it again, without a cache (`--no-cache-dir`, `--refresh`)",
            Advice("run", "See whether the disk is full", command="df -h ~ /tmp"),
        ),
        follows=("mac-architecture",),
        reference=("https://man7.org/linux/man-pages/man8/ld.so.8.html",),
        example="OSError: /venv/lib/python3.12/site-packages/nvidia/cublas/lib/libcublas.so.12: file too short",
    ),
    Row(
        id="static-tls",
        seen=("library",),
        pattern=r"(?P<library>lib[\w+-]{2,40}\.so[\d.]{0,8}): cannot allocate memory in static TLS block",
        cause="{library} needs room that the loader keeps for libraries of a process's start, and it is used up: it was loaded too late.",
        fixes=fixes(
            "Import the package that has it first; or start Python with LD_PRELOAD set to the library's path",
        ),
        reference=("scikit-learn/scikit-learn#14485",),
        example="ImportError: /lib/aarch64-linux-gnu/libgomp.so.1: cannot allocate memory in static TLS block",
    ),
    Row(
        id="openmp-twice",
        seen=("crash",),
        pattern=r"OMP: Error #15|Initializing lib(?:iomp5\w{0,3}|omp)\.\w{2,5}, but found",
        cause="Two copies of the OpenMP library are in one process, of two packages (torch, ctranslate2, MKL, conda), and the second one ends it.",
        fixes=fixes(
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
        fixes=fixes(
            "An environment whose NumPy and torch are from one place: all by pip (or uv), or all by conda",
            Advice("run", "Where libgomp is named: a way around", command="export MKL_THREADING_LAYER=GNU"),
        ),
        reference=("torch#37377",),
        example="INTEL oneMKL ERROR: The specified module could not be found. mkl_intel_thread.2.dll.",
    ),
    Row(
        id="nvrtc-builtins",
        seen=("library",),
        pattern=r"nvrtc: error: failed to open (?P<library>libnvrtc-builtins\.so\.(?P<version>\d{1,2}\.\d{1,2}))|failed to open nvrtc-builtins64_\d{2,4}\.dll|NVRTC_ERROR_BUILTIN_OPERATION_FAILURE|nvrtc: error: failed to load builtins",
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
                "Windows: torch has both in torch\\lib; install it again, and take the folder of another CUDA, whose nvrtc64 is found first, out of PATH",
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
        pattern=r"cudadrv\.error\.NvvmError|No supported GPU compute capabilities found\. Please check your cudatoolkit",
        cause="NVIDIA's compiler (libNVVM) refuses what Numba gives it: Numba and the CUDA that it finds are of"
        " different times.",
        fixes=fixes(
            Advice("run", "See which CUDA Numba finds, and where", command="{python} -m numba -s"),
            "A release of Numba (`numba-cuda` for today's CUDA) that knows this CUDA; its documentation has a table of them",
        ),
        reference=("NVIDIA-NeMo/Speech#8652", "https://nvidia.github.io/numba-cuda/user/installation.html"),
        example="numba.cuda.cudadrv.error.NvvmError: Failed to verify",
    ),
    Row(
        id="nvrtc-architecture",
        seen=("gpu",),
        pattern=r"'sm_\d{2,3}\w?' is not a recognized processor for this target|Unknown CUDA arch \(|PTX \.version \d\.\d does not support \.target sm_\d|nvrtc: error: invalid value for --gpu-architecture|nvcc fatal : (?:Unsupported gpu architecture 'compute_(?![3-7]\d')\d\w{0,5}'|Value '(?:sm|compute)_(?![3-7]\d')\d\w{0,5}' is not defined)|ptxas fatal : Value 'sm_(?![3-7]\d')\d{2,3}\w?' is not defined for option 'gpu-name'",
        cause="The compiler (of the CUDA toolkit, or the one that torch, triton or cupy brings) does not know this GPU: it is older than the GPU, or so new that it has"
        " dropped it.",
        fixes=fixes(
            CAPABILITY,
            "A newer release of the package that says so, built for a newer CUDA (Blackwell: 12.8; sm_121, the DGX Spark: 12.9); CUDA 13 has dropped all before Turing (sm_75): there one for CUDA 12",
            "Compiling (nvcc): such a toolkit, or only the GPU's own number (TORCH_CUDA_ARCH_LIST, -DCMAKE_CUDA_ARCHITECTURES), if the toolkit knows it",
            "Triton: torch 2.7 or later with its own triton (3.3 or later) for RTX 50, on Windows the triton-windows for this torch; the folder .triton/cache deleted. It takes the ptxas that it brings, unless told of a newer toolkit's: export TRITON_PTXAS_PATH=/usr/local/cuda/bin/ptxas",
        ),
        reference=("torch#87595", "QuentinFuxa/WhisperLiveKit#284"),
        example="RuntimeError: nvrtc: error: invalid value for --gpu-architecture (-arch)",
    ),
    Row(
        id="cuda-pathfinder",
        seen=("library",),
        pattern=r"Failure finding \"(?P<library>(?:lib)?\w{3,30}[\w.*-]{0,20})\"",
        cause="cuda-python's finder (cuda-pathfinder; numba, CuPy and NeMo ask it) looked for {library} in NVIDIA's wheels, in conda's folders, in CUDA_HOME and in the system, and found it in none.",
        fixes=fixes(
            "NVIDIA's wheel that has it, of the CUDA of the installed cuda-bindings (12: nvidia-…-cu12, such as nvidia-cuda-nvrtc-cu12; 13: nvidia-cuda-nvrtc and its kin)",
            "cuda-python's own extra brings them all: `pip install 'cuda-python[all]'`, in the release that is installed",
            "Or an installed CUDA toolkit: CUDA_HOME set to its folder",
        ),
        reference=("https://nvidia.github.io/cuda-python/cuda-pathfinder/latest/",),
        example='cuda.pathfinder._dynamic_libs.load_dl_common.DynamicLibNotFoundError: Failure finding "libnvrtc.so": No such file: libnvrtc.so*',
    ),
    Row(
        id="nvrtc-architecture-old",
        seen=("gpu",),
        pattern=r"(?:Unsupported gpu architecture '|fatal : Value ')(?:compute|sm)_(?P<gpu>[3-7]\d)'",
        cause="The compiler has dropped GPUs of compute capability {gpu} (two digits, 61 is 6.1): CUDA 13 all before Turing (75), CUDA 12 all before 50, CUDA 11 all before 35.",
        fixes=fixes(
            CAPABILITY,
            "The GPU is one of these: a build of the package, or of torch, for an older CUDA (12.6: `--index-url https://download.pytorch.org/whl/cu126`), or a toolkit of CUDA 12",
            "It is a newer one: that number out of the list of what is compiled for (TORCH_CUDA_ARCH_LIST, -DCMAKE_CUDA_ARCHITECTURES, -gencode in setup.py)",
        ),
        reference=("https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/",),
        example="nvcc fatal   : Unsupported gpu architecture 'compute_61'",
    ),
    Row(
        id="ptx-feature",
        seen=("gpu",),
        pattern=r"(?:Feature '(?P<feature>[\w.:]{1,40})'|[\w .'-]{3,60}) requires \.target sm_(?P<least>\d{2,3})\w? or higher|LLVM ERROR: Cannot select: intrinsic %llvm\.nvvm",
        cause="The code that is compiled needs a newer GPU than this one (the message names the least: sm_80 is Ampere, RTX 30 and A100; sm_90 Hopper): mostly bfloat16 or a fast attention on a Turing, Volta or Pascal GPU (T4, RTX 20, V100, GTX 10).",
        fixes=fixes(
            CAPABILITY,
            'float16 or float32 in place of bfloat16 (`--dtype float16`, `compute_type="float16"`, the program\'s setting), and another attention (sdpa, eager)',
            "Or do without what compiles (torch.compile off: TORCHDYNAMO_DISABLE=1), or a newer GPU",
        ),
        reference=("https://docs.nvidia.com/cuda/parallel-thread-execution/",),
        example="ptxas /tmp/x.ptx, line 20; error   : Feature '.bf16' requires .target sm_80 or higher",
    ),
    Row(
        id="nvidia-library-unnamed",
        seen=("library",),
        pattern=r"(?<![\w./-])(?i:(?:lib)?(?:cudnn|cublas|cufft|nvrtc|cuda librar(?:y|ies)|cuda dlls?)(?:librar(?:y|ies))?(?:is|are|was|were)?(?:not|n't)(?:found|installed|available|be loaded))(?![\w.])"
        r"|(?i:(?:could not|cannot|can't|unable to|failed to)(?:find|load|open|locate)(?:the|any)?(?:nvidia)?(?:cudnn|cublas|nvrtc|cuda librar(?:y|ies)|cuda dlls?))(?![\w-]{0,24}(?:\.(?:so|dll|dylib)|\d|shared))",
        cause="The program does not find one of CUDA's libraries (cuDNN, cuBLAS and their kin), or one that such a library needs; which file, and of which number, these words do not tell. A driver alone has none of them.",
        fixes=fixes(
            "In a Python environment: the wheels nvidia-cublas-cu12 and nvidia-cudnn-cu12 (for CUDA 13: nvidia-cublas and nvidia-cudnn-cu13), of the CUDA that the program is built for",
            Advice("heal", "which cudnn-heal leads ctranslate2, ONNX Runtime and torch to"),
            "A program that is no Python: its own archive with CUDA's libraries, or CUDA and cuDNN of the number that its documentation names, on PATH (Linux: LD_LIBRARY_PATH)",
            "More of what it prints names the file (a log of debug level; Linux: LD_DEBUG=libs): explain that line",
            "Until then on the CPU",
        ),
        reference=("https://docs.nvidia.com/deeplearning/cudnn/installation/latest/",),
        example="Error: cuDNN is not installed",
        follows=(
            *(
                "library-missing",
                "cudnn-sub-libraries",
                "cudnn-8-missing",
                "cublas-12-missing",
                "windows-cudnn",
                "windows-cublas",
            ),
            *("onnxruntime-library", "onnxruntime-provider", "xla-cudnn", "symbol-missing", "cudnn-mixed", "cupy-libraries"),
            *("library-map", "library-rights", "cudnn-engines", "cudnn-incomplete", "windows-onnxruntime", "cublaslt-missing"),
        ),
    ),
    Row(
        id="nvcc-host-compiler",
        seen=("install",),
        pattern=r"unsupported GNU version! gcc versions later than (?P<most>\d{1,2})|unsupported (?:clang|Microsoft Visual Studio) version!|current installed version of \S{2,30} \([\d.]{1,12}\) is (?:less than the minimum|greater than the maximum) required version by CUDA",
        cause="A package is compiled for CUDA, and the compiler beside nvcc is newer (or, with `less than the minimum`, older) than this CUDA toolkit takes (gcc: up to 12 with CUDA 12.1 to 12.3, 13 with 12.4 to 12.6, 14 with 12.8 and 12.9, 15 with 13).",
        fixes=fixes(
            "A finished wheel of the package for this torch, this CUDA and this Python, so that nothing is compiled",
            Advice(
                "run",
                "The compiler that it takes, beside the other (Debian, Ubuntu)",
                command="sudo apt install gcc-{most} g++-{most}",
            ),
            Advice(
                "run",
                "and nvcc and the build told of it (CMake: -DCMAKE_CUDA_HOST_COMPILER)",
                command="export CC=gcc-{most} CXX=g++-{most} NVCC_PREPEND_FLAGS='-ccbin g++-{most}'",
            ),
            "A certain one: `sudo apt install gcc-12 g++-12`, then CC=gcc-12 and CXX=g++-12 in the build's environment; conda: `conda install -c conda-forge gxx=12`",
            "Windows: Visual Studio 2022's Build Tools, in whose `x64 Native Tools Command Prompt` the build is started; a newer Visual Studio wants a newer toolkit",
            "Or a newer toolkit, where torch's CUDA allows it; `-allow-unsupported-compiler` (NVCC_APPEND_FLAGS) is at one's own risk",
        ),
        reference=(
            "https://docs.nvidia.com/cuda/cuda-installation-guide-linux/",
            "https://docs.nvidia.com/cuda/cuda-compiler-driver-nvcc/",
        ),
        example="/usr/local/cuda/include/crt/host_config.h:143:2: error: #error -- unsupported GNU version! gcc versions later than 13 are not supported!",
    ),
    Row(
        id="cupy-libraries",
        seen=("library",),
        pattern=r"CuPy failed to load (?P<library>lib\w{2,30}\.so\.\d{1,2}|\w{2,30}\.dll)",
        cause="CuPy opens {library} by name, and does not find it. Before CuPy 14 it looked for an installed CUDA alone; 14 and later find NVIDIA's"
        " wheels.",
        fixes=fixes(
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
        id="nvjitlink-symbol",
        seen=("gpu",),
        pattern=r"undefined symbol: __nvJitLink(?:[A-Za-z]{3,30}_12_(?P<minor>\d{1,2})|\w{3,40})",
        cause="libcusparse of one CUDA met the libnvJitLink of another: an LD_LIBRARY_PATH to another toolkit, a folder `nvidia` in"
        " the current folder or earlier on sys.path, or two wheels of it.",
        fixes=(
            PATH,
            Advice(
                "add",
                "The libnvJitLink that is asked for, where a wheel of an older release is installed",
                requirements=("nvidia-nvjitlink-cu12==12.{minor}.*",),
                only=("nvidia-nvjitlink-cu12",),
            ),
            Advice(
                "say",
                "Two wheels of different releases (mostly after one of torch, torchvision, torchaudio was replaced alone): uninstall all three, then install them together from one index, so that every nvidia-* wheel is of one CUDA",
            ),
            Advice(
                "run",
                "Start where no folder `nvidia` lies; this shows where Python finds them",
                command='{python} -c "import nvidia; print(list(nvidia.__path__))"',
            ),
            Advice(
                "say",
                "Where it was met, in a container or another shell too: `env -u LD_LIBRARY_PATH python PROGRAM` tells whether the variable does it",
            ),
        ),
        reference=("torch#152783", "measured", "psifx/psifx#16"),
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
        id="numba-nvvm",
        seen=("library",),
        pattern=r"libNVVM cannot be found|Could not find module 'nvvm\.dll'|libnvvm\.so[.\d]{0,8}: cannot open shared object file",
        cause="numba compiles with NVIDIA's libNVVM, which comes with a CUDA toolkit, not with torch, and not with numba.",
        fixes=fixes(
            Advice("run", "conda, for CUDA 12 and later", command="conda install -c conda-forge cuda-nvcc cuda-nvrtc"),
            "pip: `numba-cuda[cu12]` or `numba-cuda[cu13]`, which ask for NVIDIA's wheels; or an installed toolkit, and CUDA_HOME",
            "A toolkit of CUDA 13 is found, and its nvvm is not: that Numba is older than its layout; `numba-cuda` in a release for CUDA 13",
        ),
        reference=("xinzhuma/monodle#23", "https://nvidia.github.io/numba-cuda/user/installation.html"),
        example="numba.cuda.cudadrv.error.NvvmSupportError: libNVVM cannot be found. Do `conda install cudatoolkit`:",
    ),
    Row(
        id="link-undefined",
        seen=("install",),
        pattern=r"undefined reference to [`'](?P<symbol>\w{2,120})(?:@{1,2}(?P<library>lib\w{2,40}\.so[.\d]{0,12}))?'|ld: cannot find -l(?P<wanted>\w{2,40})|ld: warning: (?:\S{1,160}/)?(?P<other>lib\w{2,40}\.so[.\d]{0,12}), needed by \S{1,200}, not found \(try using -rpath|Undefined symbols for architecture (?:arm64|x86_64):",
        cause="A package was being built, and the linker did not find a library that it names. That is a matter of the compiler's paths, not of what is"
        " loaded when a program runs.",
        fixes=fixes(
            "Take a wheel instead of building, if the package has one for this CUDA and this Python",
            "Otherwise the CUDA toolkit's folder for the linker (LIBRARY_PATH=/usr/local/cuda/lib64, or the stubs in it for -lcuda)",
            "`needed by …, not found`: that library's folder too, by `-Wl,-rpath-link,FOLDER` or, for the build, in LD_LIBRARY_PATH",
            "torch.compile or triton says so while it runs (-lcuda): the driver's folder, with a link `libcuda.so` to its libcuda.so.1, in LIBRARY_PATH, or named by TRITON_LIBCUDA_PATH",
            "macOS (`Undefined symbols for architecture`): a library for the other processor (arm64, x86_64), or a compiler (conda's, Homebrew's LLVM) whose C++ library is not the SDK's: Xcode's own (`xcode-select --install`), and the build folder deleted",
            "In a conda environment: conda's linker does not look in the system's folders; take conda's compilers and CUDA, or the system's linker",
        ),
        reference=("abetlen/llama-cpp-python#1752",),
        example="/home/me/miniconda3/envs/textgen/compiler_compat/ld: vendor/llama.cpp/ggml/src/libggml.so: undefined reference to `cudaGraphInstantiate@libcudart.so.12'",
    ),
    Row(
        id="cudnn-frontend",
        seen=("gpu",),
        pattern=r"cuDNN Frontend error: (?!\[cudnn_frontend\] Error: No (?:valid )?execution plans?)|\[cudnn_frontend\] (?:Error|ERROR): (?!No (?:valid )?execution plans?)",
        cause="cuDNN's frontend, by which torch and others ask it for attention and convolutions, refuses this one: its shape, type or layout is none that this cuDNN computes on this GPU. The words after it tell which; two releases of cuDNN in one process do it too.",
        fixes=fixes(
            "torch's attention without cuDNN: `torch.backends.cuda.enable_cudnn_sdp(False)`; or a newer torch",
            Advice("call", "See which cuDNN would be loaded, and from where", flags=("--status",)),
        ),
        reference=("https://docs.nvidia.com/deeplearning/cudnn/frontend/latest/index.html",),
        example="RuntimeError: cuDNN Frontend error: Sdpa head_dim should be less than 128 and hidden dim should be multiple of 8",
        shows="cudnn",
    ),
    Row(
        id="cublas-program",
        seen=("gpu",),
        pattern=r"cublas runtime error: (?:the GPU program failed to execute|resource allocation failed|library not initialized|unknown error)",
        cause="cuBLAS failed, as a torch of old (1.x) words it. The most frequent cause was a GPU that is newer than the CUDA which that torch is built for; full memory, and an index beyond its table, were others.",
        fixes=fixes(
            "A torch that is built for this GPU (its CUDA must not be older than the GPU), and a program that takes it",
            Advice("run", "See whether memory is full", command="nvidia-smi"),
        ),
        reference=("dbolya/yolact#77", "smeetrs/deep_avsr#52"),
        example="RuntimeError: cublas runtime error : the GPU program failed to execute at aten/src/THC/THCBlas.cu:258",
    ),
)
