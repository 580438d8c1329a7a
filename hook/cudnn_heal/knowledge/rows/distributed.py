"""Several GPUs and processes (NCCL, torch.distributed, torchrun), servers of models (vLLM), and XLA (JAX, TensorFlow)."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import PATH, fixes

ROWS = (
    Row(
        id="nccl-shared-memory",
        seen=("memory", "container"),
        pattern=r"[Ee]rror while (?:creating|attaching to) shared memory segment \S{0,10}?/dev/shm/nccl|NCCL WARN .{0,60}?/dev/shm|unable to (?:open|allocate) shared memory (?:object|file)|(?:insufficient|out of|not enough) shared memory|[Ii]t is possible that dataloader's workers are out of shared memory|unable to mmap \d{1,14} bytes from file </torch_\w{1,40}>|No space left on device.{0,60}?(?:/dev/shm|torch_\d{1,9}_)",
        cause="Shared memory (/dev/shm) is full: processes hand data to each other through it, and a container has 64 MB unless told.",
        fixes=fixes(
            "Docker: `--ipc=host`, or `--shm-size 8g`; Compose: `shm_size: 8g`; Kubernetes: an emptyDir with `medium: Memory` on /dev/shm",
            Advice("run", "See how much it is", command="df -h /dev/shm"),
            "Or fewer workers (`num_workers=0` for a DataLoader)",
        ),
        reference=(
            "https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html",
            "https://docs.pytorch.org/docs/stable/multiprocessing.html",
        ),
        example="Error while creating shared memory segment /dev/shm/nccl-MJ3Tsk (size 9637888)",
    ),
    Row(
        id="nccl-timeout",
        seen=("gpu",),
        pattern=r"Watchdog caught collective operation timeout|watchdog got stuck for \d{1,6} seconds without making progress|due to ProcessGroupNCCL watchdog hang|[Tt]imed out waiting (?:for|\d{1,9}ms for) (?:all|recv|send|clients|the)|collective operations? .{0,80}?have failed or timed out|Timeout at NCCL work|Connection closed by peer \[|wait timeout after \d{1,8}ms|Timed out after \d{1,6} seconds waiting for clients|[Ss]ocketTimeout.{0,60}?(?:TCPStore|store)|store->(?:get|set)\('[^']{1,20}'\) got error|recvValue failed on SocketImpl|ncclRemoteError: A call failed possibly due to a network error|remote process exited or there was a network error|The client socket has timed out after \d{1,7}(?:ms|s)",
        cause="One of the processes that work together did not come in time: it ended (its own error stands elsewhere in the log), waits for something else, or can't reach the others (GPUs without peer access, a firewall, the wrong network interface).",
        fixes=fixes(
            "Look for the first error of any rank, above this one: that is the cause where there is one",
            "NCCL_DEBUG=INFO shows the way that NCCL takes; NCCL_P2P_DISABLE=1 tells whether it is the way between the GPUs, NCCL_SOCKET_IFNAME names the interface",
            "Work that takes that long by itself (a large model that one rank loads): a longer `timeout` of init_process_group",
        ),
        reference=(
            "https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html",
            "https://docs.pytorch.org/docs/stable/distributed.html",
        ),
        example="[Rank 1] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=42, OpType=ALLREDUCE, Timeout(ms)=600000) ran for 600029 milliseconds before timing out.",
        follows=("gpu-memory", "gpu-lost", "kernel-fault", "nccl-shared-memory"),
    ),
    Row(
        id="nccl-same-gpu",
        seen=("gpu",),
        pattern=r"Duplicate GPU detected:rank \d{1,4} and rank \d{1,4}",
        cause="Two processes of the group compute on the same GPU, which NCCL does not allow: more processes were started than GPUs are there, or none chose its own.",
        fixes=fixes(
            Advice("run", "How many GPUs there are", command='nvidia-smi -L; echo "[$CUDA_VISIBLE_DEVICES]"'),
            "As many processes as GPUs (`torchrun --nproc-per-node=1` for one); in a program of one's own: `torch.cuda.set_device(int(os.environ['LOCAL_RANK']))` before init_process_group",
        ),
        reference=("https://docs.pytorch.org/docs/stable/distributed.html",),
        example="Duplicate GPU detected : rank 1 and rank 0 both on CUDA device 1000",
    ),
    Row(
        id="nccl-not-built",
        seen=("gpu",),
        pattern=r"Distributed package doesn't have (?P<backend>NCCL|MPI|UCC|XCCL)built in|NCCL (?:is not available|backend is not available)|NCCL library not found|Attribute(?:Error)?: module 'torch\.distributed' has no attribute '(?:init_process_group|is_initialized|ReduceOp)'",
        cause="This torch has no NCCL: NVIDIA makes it for Linux alone, so that torch for Windows and macOS, and the build for the CPU, are without.",
        fixes=fixes(
            "On Windows: one GPU without torch.distributed, the backend `gloo` where the program lets one choose, or WSL2",
            "On Linux: a torch with CUDA instead of the build for the CPU",
        ),
        reference=("https://docs.pytorch.org/docs/stable/distributed.html",),
        example="RuntimeError: Distributed package doesn't have NCCL built in",
    ),
    Row(
        id="gloo-device",
        seen=("windows",),
        pattern=r"makeDeviceFor(?:Hostname|Interface)\(\): unsupported gloo device",
        cause="torch's gloo, by which processes work together without NCCL, has no way to the network that it can use: torch 2.8 and 2.9 for Windows, and the previews before 2.7, were seen to say so. It is"
        " not a matter of the GPU.",
        fixes=fixes(
            "On Windows: torch 2.7.1, with torchaudio and torchvision of the same time and from the same index (a new GPU, RTX 50: https://download.pytorch.org/whl/cu128), or a later one in which it works again",
            "Some were helped by naming the address and the interface, in the program's environment: MASTER_ADDR=127.0.0.1, GLOO_SOCKET_IFNAME (an interface's name, as `ipconfig` shows it), USE_LIBUV=0",
            "With one GPU: without torch.distributed, where the program lets one choose; or WSL2",
        ),
        reference=("SystemPanic/vllm-windows#19", "torch#150381", "IAHispano/Applio#1019"),
        example="RuntimeError: makeDeviceForHostname(): unsupported gloo device",
    ),
    Row(
        id="rendezvous-port",
        seen=("gpu",),
        pattern=r"server socket has failed to (?:bind|listen)|EADDRINUSE.{0,60}?(?:29500|master|store)|DistNetworkError: .{0,120}?(?:in use|listen)",
        cause="torch's processes meet at a port of the machine (29500 unless told), and another program, or an earlier run that still lives, holds it.",
        fixes=fixes(
            Advice("run", "See who holds it", command="ss -ltnp | grep 29500"),
            "End the earlier run, or take another port: `torchrun --master-port 29501` (or MASTER_PORT)",
        ),
        reference=("https://docs.pytorch.org/docs/stable/elastic/run.html",),
        example="RuntimeError: The server socket has failed to listen on any local network address. The server socket has failed to bind to [::]:29500 (errno: 98 - Address already in use).",
    ),
    Row(
        id="torchrun-failed",
        seen=("crash",),
        pattern=r"elastic\.multiprocessing\.errors\.ChildFailedError|elastic\.multiprocessing\.api:failed|ProcessRaisedException: |mp\.spawn\S{0,40} process \d{1,4} terminated with",
        cause="A process that torchrun, accelerate or torch.multiprocessing started has failed. This only says so; the cause is what that process printed before, or its exit code (-9: killed, mostly for memory; -11: a crash).",
        fixes=fixes(
            "Look for the first traceback above it, and explain that one",
            "Start the program without torchrun, or with one process, to see its own error; TORCHELASTIC_ERROR_FILE and the decorator `@record` have it written down",
        ),
        reference=("https://docs.pytorch.org/docs/stable/elastic/errors.html",),
        example="torch.distributed.elastic.multiprocessing.errors.ChildFailedError:\n============================================================",
    ),
    Row(
        id="vllm-memory",
        seen=("memory",),
        pattern=r"No available memory for the cache blocks|larger than the (?:available KV cache memory|maximum number of tokens that can be stored in KV cache)|Free memory on device .{0,80}?is less than desired GPU memory utilization|KV cache is needed, which is larger than|Try (?:increasing|decreasing|lowering) `?gpu_memory_utilization|Error in memory profiling\. Initial free memory|Please try lowering max_num_seqs or gpu_memory_utilization",
        cause="vLLM takes a share of the GPU's memory (gpu_memory_utilization, 0.9 unless told) for the weights and the cache of what it reads and writes (KV cache), and the parts do not fit: the model is large for this GPU, the context (max_model_len) long, or"
        " another program holds memory already.",
        fixes=fixes(
            Advice("run", "See who holds the GPU's memory", command="nvidia-smi"),
            "A shorter context: `--max-model-len 8192`; fewer at a time: `--max-num-seqs 16`; without CUDA graphs: `--enforce-eager`",
            "`is less than desired`: other programs off the GPU, or a smaller `--gpu-memory-utilization`; `No available memory` and `KV cache`: a larger one, up to 0.95",
            "Otherwise a smaller, or a quantized, model, or more GPUs (`--tensor-parallel-size`)",
        ),
        reference=(
            "vllm-project/vllm#2418",
            "vllm-project/vllm#2248",
            "https://docs.vllm.ai/en/latest/configuration/conserving_memory.html",
        ),
        example="ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.",
    ),
    Row(
        id="sgl-kernel-cuda",
        seen=("library",),
        pattern=r"RuntimeError: Could not find CUDA lib directory",
        beside=("sgl_kernel", "sglang", "sgl-kernel"),
        cause="This release of sgl-kernel looks for CUDA's runtime (libcudart.so.12) in a folder of its own choice: that of CUDA_HOME or CUDA_PATH, else the one that `nvcc` lies in, else /usr/local/cuda; and that"
        " folder is not there, or has none.",
        fixes=fixes(
            "CUDA_HOME set to a CUDA 12 toolkit; without one, to the folder `nvidia` in site-packages, where torch's wheels of CUDA 12 have it, for this program alone (what compiles needs a toolkit all the same)",
            Advice(
                "run",
                "That folder",
                command='{python} -c "import nvidia; print(list(nvidia.__path__)[0])"',
            ),
            "Or another release of sgl-kernel, together with the sglang that asks for it",
        ),
        reference=("sgl-project/sglang#11333",),
        example='  File "/venv/lib/python3.12/site-packages/sgl_kernel/__init__.py", line 217, in <module>\nRuntimeError: Could not find CUDA lib directory.',
    ),
    Row(
        id="vllm-device",
        seen=("cpu",),
        pattern=r"Failed to infer device type|Device string must not be empty|No platform detected, vLLM is running on UnspecifiedPlatform|NVMLError_\w{3,30}.{0,200}?vllm/platforms",
        cause="vLLM found no GPU that its build is for: the driver (NVML) does not answer in this process or container, torch is a build without CUDA, or vLLM was built for the CPU, for AMD, or was installed without its compiled part.",
        fixes=fixes(
            Advice(
                "run",
                "Both must work, in the same container",
                command='nvidia-smi && {python} -c "import torch; print(torch.version.cuda, torch.cuda.is_available())"',
            ),
            "VLLM_LOGGING_LEVEL=DEBUG shows which platforms it tried, and why each was left out",
            "In a container: start it with `--gpus all`",
        ),
        reference=("https://docs.vllm.ai/en/latest/getting_started/installation/gpu.html",),
        example="RuntimeError: Failed to infer device type, please set the environment variable `VLLM_LOGGING_LEVEL=DEBUG` to turn on verbose logging to help debug the issue.",
        follows=("driver-not-running", "driver-mismatch", "library-missing", "symbol-missing"),
    ),
    Row(
        id="gpu-too-old",
        seen=("gpu",),
        pattern=r"(?:only supported (?:on|by)|requires?|needs?|need) (?:GPUs? |NVIDIA GPUs? |devices? )?(?:with |of )?(?:a )?(?:CUDA )?compute capability (?:of )?(?:at least |>=?|higher than |version )?(?P<wanted>\d{1,2}\.\d)|(?:compute|CUDA) capability\S{0,20}?(?P<has>\d\.\d)(?:, which)? is (?:not supported|too (?:old|low)|below|less than)"
        r"|Target GPU SM(?P<sm>\d{2,3}) is not supported by this TensorRT release|SM (?P<smold>\d{2,3}) (?:is )?not supported|Your setup doesn't support bf16|(?:bf16|bfloat16|BFloat16|fp8|FP8) is (?:not supported|only supported) (?:on|by) (?:your|this|the|GPUs?|devices?|CUDA)|(?:too old GPU|GPU is too old)|Device capability .{0,40}?(?:not supported|insufficient)|with compute capability (?:at least|>=?)(?P<least>\d{1,2}\.\d) (?:or (?:higher|newer|above) )?is required",
        cause="The program, or the type that it computes in, needs a newer GPU than this one: bfloat16 needs compute capability 8.0 (RTX 30, A100), 8-bit floats 8.9 (RTX 40, H100); each release of a library drops old GPUs.",
        fixes=fixes(
            Advice("run", "This GPU's", command="nvidia-smi --query-gpu=name,compute_cap --format=csv"),
            'Another type: float16 (vLLM: `--dtype half`; transformers: `torch_dtype=torch.float16`, `bf16=False, fp16=True`; Lightning: `precision="16-mixed"`), or float32',
            "Where the GPU itself is refused: an older release of the program or of the library that still has it, or the CPU",
        ),
        reference=("https://developer.nvidia.com/cuda-gpus",),
        example="ValueError: Bfloat16 is only supported on GPUs with compute capability of at least 8.0. Your Tesla T4 GPU has compute capability 7.5.",
    ),
    Row(
        id="jax-libraries",
        seen=("gpu",),
        pattern=r"Found (?P<part>CUDA|cuDNN|cuBLAS|cuFFT|cuSOLVER|cuSPARSE|cuPTI|CUPTI) version (?P<found>\d{3,7}), but JAX was built against version (?P<wanted>\d{3,7})|Outdated (?P<old>\w{3,10}) installation found\.Version JAX was built against|Unable to load (?P<missing>CUDA|cuDNN|cuBLAS|cuFFT|cuSOLVER|cuSPARSE|CUPTI|cuPTI)\. Is it installed",
        cause="JAX finds older CUDA libraries than it was built with, or none: an LD_LIBRARY_PATH, the system's CUDA, or torch, which holds NVIDIA's wheels at its own releases, brought them.",
        fixes=fixes(
            PATH,
            "JAX installed anew with its own libraries: `jax[cuda12]` or `jax[cuda13]`, upgraded; with `[cuda12-local]` they are the system's, which must be new enough",
            "Torch beside it holds NVIDIA's wheels at other releases: JAX in an environment of its own, or a JAX of that torch's time",
        ),
        reference=(
            "jax-ml/jax#18027",
            "conda-forge/jax-feedstock#149",
            "jax-ml/jax#20519",
            "https://docs.jax.dev/en/latest/installation.html",
        ),
        example="CUDA backend failed to initialize: Found cuBLAS version 120205, but JAX was built against version 120304, which is newer. The copy of cuBLAS that is installed must be at least as new as the version against which JAX was built.",
        follows=("cudnn-older",),
    ),
    Row(
        id="jax-cpu",
        seen=("cpu",),
        pattern=r"CUDA-enabled jaxlib is not installed|No GPU/TPU found, falling back to CPU|Unknown backend:? '?(?:gpu|cuda)'?|Unable to initialize backend '(?:cuda|gpu)': (?!INVALID_ARGUMENT: Mis|Found cu|Unable to load|.{0,80}?(?:NO_DEVICE|nocuda))",
        cause="This JAX can't use the GPU: it was installed without its part for CUDA (plain `jax` is for the CPU), or that part did not start; the words after it tell which.",
        fixes=fixes(
            "Linux (and WSL2): `jax[cuda12]` or `jax[cuda13]` in place of `jax`; JAX has no CUDA for Windows itself",
            Advice("run", "The driver must answer in the same place", command="nvidia-smi"),
            "Nothing, if the CPU was meant: JAX_PLATFORMS=cpu keeps it quiet",
        ),
        reference=("https://docs.jax.dev/en/latest/installation.html",),
        example="An NVIDIA GPU may be present on this machine, but a CUDA-enabled jaxlib is not installed. Falling back to cpu.",
        kind="warning",
        follows=("jax-libraries", "jax-plugin", "driver-missing-or-old", "cudnn-older", "no-device", "xla-cudnn"),
    ),
    Row(
        id="tensorflow-gpu",
        seen=("cpu",),
        pattern=r"Cannot dlopen some GPU libraries|Could not find cuda drivers on your machine, GPU will not be used|Skipping registering GPU devices|Cannot dlopen some TensorRT libraries|TF-TRT Warning: Could not find TensorRT|Could not find TensorRT",
        cause="TensorFlow does not use the GPU: it finds no driver, or not CUDA's and cuDNN's libraries of the releases that it is built for; it works on the CPU. TensorRT, which it names too, is optional. Nothing of the speech stack around torch and ctranslate2 uses TensorFlow's GPU.",
        fixes=fixes(
            "Nothing, unless TensorFlow itself is to use the GPU",
            "Linux and WSL2: `tensorflow[and-cuda]` brings the libraries that it is built for; on Windows itself no TensorFlow after 2.10 uses a GPU",
            Advice("run", "The driver must answer", command="nvidia-smi"),
        ),
        follows=("harmless-tensorflow",),
        reference=("https://www.tensorflow.org/install/pip",),
        example="W0000 00:00:1712345678.123456    4042 gpu_device.cc:2341] Cannot dlopen some GPU libraries. Please make sure the missing libraries mentioned above are installed properly if you would like to use GPU.",
        kind="warning",
    ),
    Row(
        id="libdevice",
        seen=("library",),
        pattern=r"libdevice not found at|libdevice\.\d{1,2}\.bc.{0,60}?(?:not found|No such file)|Can't find libdevice directory|Couldn't read (?:CUDA libdevice|libdevice)|ptxas\S{0,20} (?:not found|failed to run)|Couldn't get ptxas version|Couldn't invoke ptxas|No PTX compilation provider is available",
        cause="XLA (TensorFlow, JAX) compiles for the GPU with parts of CUDA's compiler (ptxas, libdevice.10.bc), and does not find them: they come with NVIDIA's wheel nvidia-cuda-nvcc-cu12, or with a CUDA toolkit.",
        fixes=fixes(
            "`tensorflow[and-cuda]` and `jax[cuda12]` bring the wheel; conda: `conda install -c nvidia cuda-nvcc`",
            "Where it lies elsewhere: export XLA_FLAGS=--xla_gpu_cuda_data_dir=FOLDER, the folder that holds nvvm/libdevice (a toolkit: /usr/local/cuda)",
        ),
        reference=("https://www.tensorflow.org/install/pip", "https://openxla.org/xla"),
        example="INTERNAL: libdevice not found at ./libdevice.10.bc",
    ),
    Row(
        id="harmless-xla-factory",
        seen=("harmless",),
        pattern=r"Unable to register cu(?:DNN|FFT|BLAS) factory: Attempting to register factory|computation placer already registered|Unable to register cu\w{3,6} plugin",
        cause="TensorFlow's libraries were loaded twice into the registry of one process, or tell what they use. It is logged as an error and has no effect.",
        fixes=fixes("Nothing; TF_CPP_MIN_LOG_LEVEL=3 keeps it quiet"),
        reference=("https://www.tensorflow.org/install/pip",),
        example="E0000 00:00:1733145.123    4042 cuda_dnn.cc:8310] Unable to register cuDNN factory: Attempting to register factory for plugin cuDNN when one has already been registered",
        kind="harmless",
    ),
    Row(
        id="cupy-import",
        seen=("library",),
        pattern=r"Failed to import CuPy\.|Cannot use GPU, CuPy is not installed|CuPy is not correctly installed|multiple CuPy packages are installed|CUDA path could not be detected\. Set CUDA_PATH|cannot open source file \"(?:cuda_\w{2,10}|cuda_runtime|cooperative_groups|vector_types|cccl/\S{0,40})\.h\"|Failed to find CUDA headers|failed to auto-detect CUDA root",
        cause="CuPy does not find the CUDA that it is made for: its package is for another major version than what is installed (cupy-cuda11x, cupy-cuda12x, cupy-cuda13x), two of its packages lie over each other, or CUDA's headers, which it compiles with, are missing.",
        fixes=fixes(
            "One package of CuPy alone, for the CUDA that the driver runs: uninstall all (`cupy`, `cupy-cuda11x`, `cupy-cuda12x`), then `cupy-cuda12x` or `cupy-cuda13x`",
            "With libraries and headers from wheels: the extra `cupy-cuda12x[ctk]` (CuPy 14 and later); otherwise CUDA_PATH with an installed toolkit",
            Advice("run", "What it finds", command='{python} -c "import cupy; cupy.show_config()"'),
        ),
        reference=("https://docs.cupy.dev/en/stable/install.html",),
        example="ImportError:\n================================================================\nFailed to import CuPy.",
        follows=("cupy-libraries",),
    ),
    Row(
        id="numba-new-driver",
        seen=("gpu",),
        pattern=r"numba[\\/]cuda[\\/]cudadrv[\\/]driver\.py.{0,600}?OSError: exception: access violation reading 0x[0-9A-Fa-f]{4,16}",
        cause="Numba called a function of NVIDIA's driver in a way that this driver does not take. It was reported for Windows from driver 580 (CUDA 13) on, with Numba's own part for CUDA; 577 and before worked. Numba's part for CUDA is kept up in a package of its own, numba-cuda.",
        fixes=fixes(
            Advice("add", "The part that knows newer drivers", requirements=("numba-cuda",)),
            "Where it comes again: a driver before 580 (577.00 and 576.88 were reported to work), or without Numba on the GPU (NeMo: the decoding and the loss without it)",
        ),
        reference=("numba/numba#10249", "numba/numba#10166", "numba/numba#10255", "NVIDIA/numba-cuda#553"),
        example='  File "C:\\venv\\Lib\\site-packages\\numba\\cuda\\cudadrv\\driver.py", line 326, in safe_cuda_api_call\n    retcode = libfn(*args)\nOSError: exception: access violation reading 0x0000000000000001',
    ),
    Row(
        id="vllm-windows",
        seen=("install",),
        pattern=r"No module named '?vllm\._(?:C|moe_C|custom_ops)",
        cause="vLLM's compiled part is not there. vLLM has wheels for Linux alone: on Windows pip builds it without that part, and it can't run; on Linux the installation is of another torch or Python, or its files were copied, or a folder called vllm (its source) lies where the program runs.",
        fixes=fixes(
            "Windows: run the program within WSL2 or Docker (with the GPU), or with another engine (llama.cpp, Transformers)",
            "Linux: vLLM anew in a fresh environment (`uv pip install vllm`), which brings the torch that it is built for; started outside the folder of its source",
        ),
        reference=(
            "canopyai/Orpheus-TTS#32",
            "canopyai/Orpheus-TTS#5",
            "https://docs.vllm.ai/en/latest/getting_started/installation/gpu.html",
        ),
        example="ModuleNotFoundError: No module named 'vllm._C'",
    ),
    Row(
        id="vllm-inspect",
        seen=("model",),
        pattern=r"Model architectures? \['(?P<model>\w{3,60})'\] failed to be inspected",
        cause="vLLM imports a model's code ({model}) in a process of its own, to look at it, and that import failed. It does not pass the reason on: that process's traceback stands further above in the log.",
        fixes=fixes(
            "Look for `Error in inspecting model architecture` above it, and explain the traceback that ends before it",
            Advice(
                "run",
                "Or see the reason directly (of a Llama; other models have files of their own beside that one)",
                command='{python} -c "import vllm.model_executor.models.llama"',
            ),
            "Mostly packages that do not fit this vLLM (transformers, numpy, flashinfer, torch): vLLM anew in a fresh environment, with nothing else held",
        ),
        reference=("canopyai/Orpheus-TTS#157", "canopyai/Orpheus-TTS#182"),
        example="ValueError: Model architectures ['LlamaForCausalLM'] failed to be inspected. Please check the logs for more details.",
    ),
    Row(
        id="numba-driver",
        seen=("cpu",),
        pattern=r"CudaSupportError: Error at driver init|CUDA driver library cannot be found|NUMBA_CUDA_DRIVER|CUDA libraries not found|CUDA is disabled due to setting NUMBA_DISABLE_CUDA",
        cause="Numba does not reach NVIDIA's driver (libcuda.so.1, nvcuda.dll): it is not installed, not in this container, or did not start; what stands in brackets after it is the driver's own answer.",
        fixes=fixes(
            Advice("run", "This must work first, in the same container", command="nvidia-smi"),
            "In a container: start it with `--gpus all`, and NVIDIA_DRIVER_CAPABILITIES must have `compute`",
            "The driver lies elsewhere: NUMBA_CUDA_DRIVER with the path of libcuda.so.1 (WSL: /usr/lib/wsl/lib/libcuda.so.1)",
        ),
        reference=("https://nvidia.github.io/numba-cuda/user/installation.html",),
        example="numba.cuda.cudadrv.error.CudaSupportError: Error at driver init:\nCUDA driver library cannot be found.",
        follows=("no-device", "driver-missing-or-old", "driver-unknown-error", "cuda-fork", "driver-stub", "status-code"),
    ),
    Row(
        id="tensorrt-build",
        seen=("gpu", "model"),
        pattern=r"Could not find any implementation for node|Error Code \d{1,2}: (?:Internal Error|API Usage Error|Miscellaneous|Invalid(?:Config|State))(?! \(Unable to load)|\[TRT\] \[E\] (?!.{0,160}(?:Serialization|engine plan|Unable to load|out of memory|initialization failure|SM\d{2}))|Network has dynamic or shape inputs, but no optimization profile|buildSerializedNetwork: Error Code",
        cause="TensorRT could not build, or run, an engine for this model: it has no way to compute a part of it (for this GPU, this type, or within the workspace's memory), inputs of changing size were not described, or its libraries are of several releases.",
        fixes=fixes(
            "More of the GPU's memory free, and a larger workspace (ONNX Runtime: trt_max_workspace_size); then a newer TensorRT",
            "Inputs of changing size: an optimization profile (trtexec: --minShapes, --optShapes, --maxShapes)",
            "Or without TensorRT: CUDAExecutionProvider",
        ),
        reference=(
            "https://docs.nvidia.com/deeplearning/tensorrt/latest/reference/troubleshooting.html",
            "https://onnxruntime.ai/docs/execution-providers/TensorRT-ExecutionProvider.html",
        ),
        example="[TRT] [E] IBuilder::buildSerializedNetwork: Error Code 10: Internal Error (Could not find any implementation for node {ForeignNode[...]}.)",
        follows=(
            "gpu-memory",
            "tensorrt-engine",
            "tensorrt-tensor-name",
            "driver-missing-or-old",
            "executable-stack-other",
            "library-map",
            "library-missing",
            "gpu-too-old",
        ),
    ),
    Row(
        id="nccl-network",
        seen=("gpu",),
        pattern=r"Bootstrap: no socket interface found|NET/(?:IB|Socket|OFI)\S{0,4} .{0,60}?(?:[Uu]nable to|[Ff]ailed|[Nn]o usable)|NCCL WARN (?:Call to (?:connect|bind|ibv_\w{3,30})|socket\w{0,20}|misc/\w{3,20}).{0,80}?(?:failed|refused|timed out)|\[c10d\] The (?:IPv[46] network addresses|client socket).{0,160}?(?:cannot be retrieved|has failed to connect)|Gloo connectFullMesh failed|gloo/transport/tcp.{0,160}?(?:Connection (?:closed|refused|reset)|timed out|unable to resolve)|unable to resolve hostname to a \(local\) address",
        cause="The processes that work together do not reach each other over the network: the interface that was taken is the wrong one or has no address (a container, a VPN, Docker's bridge), the machine's own name leads nowhere, or a firewall is between them.",
        fixes=fixes(
            Advice(
                "run", "The machine's interfaces, and what its name means", command="ip -br address; getent hosts $(hostname)"
            ),
            "NCCL_SOCKET_IFNAME=eth0 and GLOO_SOCKET_IFNAME=eth0 (its own name) name the interface; one machine alone: `lo`",
            "Without InfiniBand: NCCL_IB_DISABLE=1; in a container `--network host`",
        ),
        reference=(
            "https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/env.html",
            "https://docs.pytorch.org/docs/stable/distributed.html",
        ),
        example="Last error:\nBootstrap : no socket interface found",
    ),
    Row(
        id="mpi-start",
        seen=("crash",),
        pattern=r"There are not enough slots available in the system to satisfy the|mpirun has detected an attempt to run as root|ORTE was unable to reliably start|MPI_ABORT was invoked on rank|PMIx? .{0,40}?(?:not found|failed)|It looks like (?:MPI_INIT|orte_init|opal_init) failed",
        cause="MPI did not start the processes, or one of them gave up: more are asked for than the machine offers, it is started as root, or (MPI_ABORT) a process ended by itself, whose own message stands above.",
        fixes=fixes(
            "As root in a container: `mpirun --allow-run-as-root`; more processes than cores: `--oversubscribe`",
            "As many processes as GPUs; and look for the first error above it",
        ),
        reference=("https://docs.open-mpi.org/en/main/running-apps/index.html",),
        example="There are not enough slots available in the system to satisfy the 2 slots that were requested by the application",
    ),
    Row(
        id="triton-server-backend",
        seen=("model",),
        pattern=r"unable to find backend library for backend '(?P<backend>[\w-]{2,40})'",
        cause="Triton Inference Server has no backend `{backend}` in this image: NVIDIA has an image for each (`-trtllm-python-py3` for TensorRT-LLM, `-vllm-python-py3`, `-py3` for ONNX, PyTorch and TensorRT), or the model's config.pbtxt names another one than is meant.",
        fixes=fixes(
            Advice("run", "What this image has", command="ls /opt/tritonserver/backends"),
            "The image that has it, of the release for which the engine was built; or one's own backend in that folder",
        ),
        reference=(
            "triton-inference-server/server#7950",
            "https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/index.html",
        ),
        example="failed to load 'tensorrt_llm' version 1: Invalid argument: unable to find backend library for backend 'tensorrtllm', try specifying runtime on the model configuration.",
    ),
    Row(
        id="xinference-slot",
        seen=("memory",),
        pattern=r"No available slot found for the model",
        cause="Xinference starts one model of this kind on a GPU, and all GPUs that it sees have one already; or it sees no GPU at all.",
        fixes=fixes(
            Advice("run", "Which models run, and what holds the GPU", command="xinference list; nvidia-smi"),
            "End the other model (`xinference terminate --model-uid UID`), or name the GPU and share it: `--gpu-idx 0`, `--n-gpu 1`",
        ),
        reference=("xorbitsai/inference#2455",),
        example="RuntimeError: Failed to launch model, detail: [address=0.0.0.0:56145, pid=108] No available slot found for the model",
    ),
    Row(
        id="triton-server",
        seen=("model",),
        pattern=r"failed to load '(?P<model>[\w.-]{1,80})' version \d{1,4}|Stub process '\S{1,60}' is not healthy|TritonModelException|failed to (?:poll|load) model repository|failed to load all models|error: creating server: Internal - failed",
        cause="NVIDIA's Triton Inference Server did not load a model, or the process of its Python backend ended; the words after that, or the model's own lines above, tell why. A stub that is not healthy ended by itself: memory, a crash on import, a Python of another release than the backend's.",
        fixes=fixes(
            "Look for the first error of that model's in the log (`--log-verbose=1`), and explain that one",
            "The container needs shared memory: `--shm-size=1g --ulimit memlock=-1`",
            "What the Python backend imports must be installed for the image's own Python, for the CUDA of the image",
        ),
        reference=(
            "https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/index.html",
            "https://github.com/triton-inference-server/python_backend",
        ),
        example="failed to load 'whisper' version 1: Internal: TritonModelException: Unable to load library",
    ),
)
