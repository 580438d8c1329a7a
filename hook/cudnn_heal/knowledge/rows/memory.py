"""Memory, disk, and threads that are used up."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import PATH, TORCHCODEC, fixes

ROWS = (
    Row(
        id="threads",
        seen=("gpu",),
        pattern=r"pthread_create failed for thread|libgomp: Thread creation failed|can't start new thread|fork: (?:retry: )?Resource temporarily unavailable|fork/exec \S{2,120}: resource temporarily unavailable|pthread_create: Resource temporarily unavailable|Cannot fork",
        cause="The system does not let the process start further threads: a limit of the user, or of the container, is reached.",
        fixes=fixes(
            Advice("run", "See the limits", command="ulimit -u; cat /sys/fs/cgroup/pids.max"),
            "Fewer threads: OMP_NUM_THREADS=4 (OPENBLAS_NUM_THREADS), fewer workers; Docker: `--pids-limit`, a newer Docker for a new glibc",
        ),
        reference=("https://docs.docker.com/engine/containers/resource_constraints/",),
        example="OpenBLAS blas_thread_init: pthread_create failed for thread 1 of 8: Resource temporarily unavailable",
    ),
    Row(
        id="memory-absurd",
        seen=("memory",),
        pattern=r"(?:[Tt]ried to allocate|[Uu]nable to allocate|failed to allocate|allocation of|Allocation of size) (?:more than )?(?:\d{5,12}(?:\.\d{1,3})? GiB|\d{2,9}(?:\.\d{1,3})? TiB|[\d.]{1,12} [PE]iB|-\d{1,20}|\d{14,20}(?=bytes))|Storage size calculation overflowed|array is too big; `arr\.size \* arr\.dtype\.itemsize` is larger|Maximum allowed dimension exceeded",
        cause="More memory was asked for than any machine has: a size was wrong, not the memory too little. A length was read from a file that is damaged or of another format, a rate or a number of samples was confused, or a number overflowed.",
        fixes=fixes(
            Advice("run", "Look at the sound's length, rate and channels", command="ffprobe -hide_banner FILE"),
            "Convert it, and try that: `ffmpeg -i FILE -ar 16000 -ac 1 -c:a pcm_s16le converted.wav`; if that fails too, print the shape of the array just before the line that fails",
            "One file that does it, with the release of the program: its tracker",
        ),
        reference=("bastibe/python-soundfile#416", "timsainb/noisereduce#62"),
        example="numpy.core._exceptions._ArrayMemoryError: Unable to allocate 15.6 TiB for an array with shape (2147483647, 1000) and data type float64",
    ),
    Row(
        id="host-memory",
        seen=("memory",),
        pattern=r"DefaultCPUAllocator: (?:can't allocate|not enough) memory|Unable to allocate [\d.]{1,10} [KMGT]iB for an array|mkl_malloc: failed to allocate memory"
        r"|\[Errno 12\] Cannot allocate memory|fork: Cannot allocate memory|Cannot allocate memory \((?:12|os error 12)\)|fork/exec \S{2,120}: cannot allocate memory|(?:mmap|malloc|alloc\w{0,20}) failed: Cannot allocate memory|(?<![A-Za-z_.])MemoryError(?![a-z_.(`'\"])"
        r"|[Oo]ut of memory: Kill(?:ed)? process|oom-kill:constraint|oom[-_]kill event|oom_reaper: reaped process|systemd-oomd killed|(?:[Mm]emory limit (?:was )?exceeded|exceeded (?:the )?memory limit)|model requires more system memory|[Nn]ot enough (?:system |host |free )?(?:RAM|memory) to (?:load|allocate|run)|ggml_aligned_malloc: insufficient memory|posix_memalign: Cannot allocate memory|JavaScript heap out of memory|failed to allocate a buffer of size \d{6,14}|java\.lang\.OutOfMemoryError|System\.OutOfMemoryException|memory allocation of \d{3,16} bytes failed|crashed after using all available RAM|tried to allocate more memory than is available",
        cause="The machine's memory is full (not the GPU's), or a container's or a notebook's limit is reached.",
        follows=(
            "pip-cache-memory",
            "memory-absurd",
        ),
        fixes=fixes(
            Advice("run", "See how much is free", command="free -h"),
            "Shorter pieces of sound, a smaller model or batch, fewer workers; a higher limit for the container",
            "Tens of GiB for a short sound: channels and samples are the wrong way round; make it mono first (`ffmpeg -i FILE -ac 1 mono.wav`)",
        ),
        reference=("https://docs.docker.com/engine/containers/resource_constraints/",),
        example="RuntimeError: [enforce fail at alloc_cpu.cpp:114] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 8589934592 bytes.",
    ),
    Row(
        id="disk-full",
        seen=("memory",),
        pattern=r"(?:\[Errno 28\]|:) [Nn]o space left on device|No space left on device \(os error 28\)|\[WinError 112\]|ENOSPC|Not enough free disk space to download the file|There is not enough space on the disk|database or disk is full",
        cause="A disk is full: that of the program, of its cache (models, wheels), or of /tmp or /dev/shm; in a container, Docker's.",
        fixes=fixes(
            Advice("run", "See which", command="df -h / /tmp /dev/shm ~"),
            "Models lie in ~/.cache/huggingface (HF_HOME leads elsewhere), pip's and uv's wheels in ~/.cache (`uv cache prune`, `pip cache purge`)",
            "Docker, while it builds too: `docker system df` tells what takes room, `docker builder prune` and `docker image prune` free it (`docker system prune` removes stopped containers as well); Docker Desktop: a larger disk in Settings, Resources",
        ),
        reference=("https://huggingface.co/docs/huggingface_hub/guides/manage-cache",),
        example="OSError: [Errno 28] No space left on device",
        follows=("nccl-shared-memory",),
    ),
    Row(
        id="disk-quota",
        seen=("memory",),
        pattern=r"Disk quota exceeded|\[Errno 122\]|\(os error 122\)|EDQUOT",
        cause="This user may not store more there (a quota), though the disk itself need not be full: mostly the home of a cluster or of a shared machine, where caches, environments and models lie.",
        fixes=fixes(
            Advice("run", "How much is used, and by what", command="quota -s; du -sh ~/.cache ~/.local ~/.conda 2>/dev/null"),
            "Caches to a place that is meant for much data (scratch): HF_HOME, UV_CACHE_DIR, PIP_CACHE_DIR, CONDA_PKGS_DIRS, TMPDIR; `uv cache prune`, `pip cache purge`",
            "A limit of the number of files: an environment has tens of thousands, a container's image (Apptainer) is one",
        ),
        reference=("https://huggingface.co/docs/huggingface_hub/guides/manage-cache",),
        example="OSError: [Errno 122] Disk quota exceeded: '/home/me/.cache/huggingface/hub'",
    ),
    Row(
        id="gpu-memory-free",
        seen=("memory",),
        pattern=r"CUDA out of memory\. Tried to allocate [\d.]{1,8} [KM]iB(?:\. GPU \d{1,2} has a total capac\w{2,5} of [\d.]{1,8} GiB of which| \(GPU \d{1,2};.{1,90}? allocated;) [1-9][\d.]{0,7} GiB (?:is )?free",
        cause="CUDA refused memory although the GPU had more of it free than was asked for: the message gives both figures. A limit elsewhere"
        " refused it: the host's memory, with its page file on Windows, a container's or a batch system's limit, or another program that"
        " held the GPU's for a moment.",
        follows=("memory-absurd",),
        fixes=fixes(
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
        r"|failed to allocate [\d.]{1,12} MiB of pinned memory|Failed to allocate memory for requested buffer of size|Cuda Driver \(out of memory\)|cudaMalloc failed: out of memory|Failed to CUDA (?:calloc|malloc)(?:async)? \d{1,14} bytes|unable to allocate (?:CUDA|ROCm|Vulkan|SYCL|Metal|MTL)\w{0,4} buffer|failed to allocate (?:CUDA|ROCm|Vulkan|SYCL|Metal|MTL|compute|GPU|VRAM)\w{0,4}(?:pp )?buffers?|(?:[Nn]ot enough|[Ii]nsufficient|[Oo]ut of|exceeds? available) (?:free )?(?:GPU|VRAM|[Vv]ideo|graphics|device|CUDA)(?:RAM|memory)|(?:GPU|VRAM|CUDA device) (?:is )?(?:out of memory|memory is full|memory exhausted)|ggml_gallocr_reserve_n: failed to allocate|ggml_backend_cuda_buffer_type_alloc_buffer: allocating [\d.]{1,12} MiB on device \d{1,2}: cudaMalloc failed|CUDA_OUT_OF_MEMORY|(?i:(?:not enough|insufficient) vram|vram (?:is)?(?:exhausted|full|insufficient)|cuda oom|gpu memory (?:is)?(?:insufficient|exhausted))|std::bad_alloc: out_of_memory|Error Code \d{1,2}: OutOfMemory|Requested amount of GPU memory \(\d{3,16} bytes\) could not be allocated|rmm::out_of_memory|CUDA (?:memory )?allocation failed|cuMemAlloc\w{0,12} (?:failed|returned)\S{0,12}2(?!\d)|bfc_arena\.cc:\d{1,4} .{0,200}?Failed to allocate memory",
        cause="The GPU's memory is full: the model, the batch, and what other programs hold do not fit together. Nothing is wrong"
        " with the installation.",
        codes=("cudaErrorMemoryAllocation", "CUDA_ERROR_OUT_OF_MEMORY"),
        fixes=fixes(
            Advice("run", "See who holds it", command="nvidia-smi"),
            "A smaller batch (WhisperX: `--batch_size 4`; faster-whisper: batch_size of BatchedInferencePipeline)",
            'Eight bits: compute_type="int8" or "int8_float16"',
            "A smaller model (large-v3-turbo, distil-large-v3, medium)",
            "ctranslate2 where memory is free all the same (Jetson, vGPU, some servers): CT2_CUDA_ALLOCATOR=cub_caching in its environment",
            "One after the other: delete the transcription model before the alignment and diarization models are loaded",
        ),
        reference=("fw#442", "ct2#690"),
        follows=("gpu-memory-free", "driver-init-memory", "memory-absurd"),
        example="RuntimeError: CUDA failed with error out of memory",
    ),
    Row(
        id="mps-memory",
        seen=("memory",),
        pattern=r"MPS backend out of memory|kIOGPUCommandBufferCallbackErrorOutOfMemory|\[metal::malloc\] (?:Attempting|Unable|Resource limit)|greater than the maximum allowed buffer size|\[METAL\] Command buffer execution failed: Insufficient Memory|ggml_metal\w{0,40}: (?:error: failed to allocate buffer|command buffer \d{1,3} failed with status 5)",
        cause="The memory that this Mac lends to its GPU is full. It is the machine's own: what other programs hold counts too.",
        fixes=fixes(
            "A smaller model or batch, shorter pieces; close other programs",
            'Or run on the CPU: device="cpu" (faster-whisper and WhisperX do not use a Mac\'s GPU)',
            "PYTORCH_MPS_HIGH_WATERMARK_RATIO=0.0 takes the limit away, and may bring the whole system down",
        ),
        reference=("pinokiocomputer/pinokio#941", "https://docs.pytorch.org/docs/stable/mps_environment_variables.html"),
        example="RuntimeError: MPS backend out of memory (MPS allocated: 16.00 GB, other allocations: 3.31 GB, max allowed: 18.13 GB).",
    ),
    Row(
        id="jetson-memory",
        seen=("memory",),
        pattern=r"NvMap\w{3,40}: \d{1,12} error \d{1,3}|NvRmMem\w{2,40} failed|NVMAP_IOC_\w{2,30} failed",
        cause="On a Jetson: its driver got no memory for the GPU, which shares the machine's (error 12: it is full, or in too small pieces; 13, `Permission"
        " denied`: the user or the container may not open /dev/nvmap).",
        fixes=fixes(
            Advice("run", "See how much is free", command="free -h"),
            "A smaller model, or only one of the models on the GPU; without a desktop (`sudo init 3`), with swap for what runs on the CPU",
            "Permission: add the user to the group `video`; a container needs `--runtime nvidia`",
        ),
        reference=("asierarranz/Cool_Demos#4", "https://docs.nvidia.com/jetson/archives/r36.4/DeveloperGuide/index.html"),
        example="NvMapMemAllocInternalTagged: 1075072515 error 12",
    ),
    Row(
        id="model-offloaded",
        seen=("memory", "model"),
        pattern=r"Cannot copy out of meta tensor; no data!|is not on the expected device meta|provide an `?offload_(?:folder|dir)`?|need an `?offload_(?:folder|dir)`? to dispatch",
        cause='A part of the model has no data where it is used: transformers or accelerate left it out of the GPU because its memory does not suffice (`device_map="auto"`), the model was then moved (`.to()`) as if it were whole, two threads loaded models at the same time, or the file lacks weights that this release expects.',
        fixes=fixes(
            'A smaller model, other programs off the GPU; or all on one device: without `device_map`, or `device_map={"": 0}`, and no `.to()` after it',
            'Too large all the same: `offload_folder="offload"` when it is loaded, slower',
            "A server: load models one after the other, before the threads start",
            "The transformers, accelerate and torch that the program names",
        ),
        reference=("https://huggingface.co/docs/accelerate/concept_guides/big_model_inference",),
        example="NotImplementedError: Cannot copy out of meta tensor; no data! Please use torch.nn.Module.to_empty() instead of torch.nn.Module.to() when moving module from meta to a different device.",
    ),
    Row(
        id="allocator-options",
        seen=("memory",),
        pattern=r"CachingAllocator option \w{3,40} too small|Unrecognized (?:CachingAllocator|key) option|Unrecognized key '\w{3,40}' in CUDA allocator config|PYTORCH_(?:CUDA_)?ALLOC_CONF (?:is(?! deprecated| set)|has(?! been)|value)|expandable_segments:True cannot be shared between processes|(?i:expandable_?segments (?:are |is )?not supported on this platform)|does not support the pidfd_\w{4,6} syscall|pidfd_\w{4,6}: Operation not permitted",
        cause="PYTORCH_CUDA_ALLOC_CONF, which somebody set, has an option or a value that this torch does not take. It is read at the first use of the GPU.",
        fixes=fixes(
            Advice("run", "See what it is", command="env | grep ALLOC_CONF"),
            "Take the variable out (on Windows in the system's settings), or correct it: max_split_size_mb must be above 20; expandable_segments is for Linux alone, and not where processes hand tensors to each other (DataLoader's workers)",
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
        fixes=fixes(
            Advice("run", "See who holds it", command="nvidia-smi"),
            'A smaller batch, compute_type="int8", or a smaller model',
        ),
        reference=("fw#442",),
        example="RuntimeError: cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED",
        follows=("gpu-memory",),
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
        id="onnxruntime-bad-alloc",
        seen=("memory",),
        pattern=r"Non-zero status code returned while running \w{2,40} node\..{0,200}?Status Message: bad allocation",
        cause="ONNX Runtime did not get the machine's memory for this step (not the GPU's): the piece of sound, or the batch, is too large for what is free.",
        fixes=fixes(
            "Shorter pieces, a smaller segment or batch (Ultimate Vocal Remover: a smaller Segment Size); close other programs",
            "Windows: a larger page file (System, Advanced, Performance, Virtual memory); a 64-bit Python",
        ),
        reference=("Anjok07/ultimatevocalremovergui#1770", "Anjok07/ultimatevocalremovergui#1738"),
        example="[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Non-zero status code returned while running BatchNormalization node. Name:'BatchNormalization_28' Status Message: bad allocation",
    ),
    Row(
        id="bad-alloc",
        seen=("crash", "memory"),
        pattern=r"std::bad_alloc(?!: out_of_memory)|(?:initialization|Message|node|Exception): ?bad allocation|instance of 'std::length_error' what\(\): vector::reserve",
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
        follows=("torchcodec-cuda-13", "torchcodec-symbol", "onnxruntime-bad-alloc"),
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
)
