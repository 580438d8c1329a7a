"""Containers: the runtime, the toolkit that brings the GPU in, images, and workers that are killed."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import fixes

ROWS = (
    Row(
        id="worker-timeout",
        seen=("crash",),
        pattern=r"WORKER TIMEOUT \(pid:\d{1,8}\)",
        cause="gunicorn killed a worker that did not answer in time (30 s unless told): loading a model, or computing, took longer. The SIGKILL and"
        " SIGABRT that follow are gunicorn's own.",
        fixes=fixes(
            "A longer limit: `--timeout 600`, or `--timeout 0`; load the model before the first request",
            "Heavy work belongs into a process of its own (a queue), not into a web worker",
        ),
        reference=("mlflow/mlflow#10855", "https://docs.gunicorn.org/en/stable/settings.html"),
        example="[2024-01-19 00:48:31 +0000] [2973] [CRITICAL] WORKER TIMEOUT (pid:2976)",
    ),
    Row(
        id="container-start",
        seen=("container",),
        pattern=r"OCI runtime create failed|error executing hook [`']\S{0,120}nvidia|error during container init|runc create failed: unable to start container process|failed to create shim task",
        cause="The container did not start, which is not a fault of the program in it: what failed on the host, or in how it was started, the words after that"
        " tell. Only where they name nvidia, or a hook, is it the hook that prepares the GPU.",
        fixes=fixes(
            Advice("run", "Where they name nvidia or a hook: on the host, this must work first", command="nvidia-smi"),
            "And update the NVIDIA Container Toolkit, and restart Docker after each update of the driver",
            "`permission denied`, with SELinux on the host: `sudo ausearch -m avc -ts recent` shows what it forbade",
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",),
        example="Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container"
        " process: error during container init: error running hook #0: error running hook: exit status 2",
        follows=(
            *("container-no-driver", "driver-mismatch", "driver-not-running", "container-requirement", "container-toolkit"),
            *("container-cdi", "container-mode", "container-lost-gpu", "docker-no-toolkit", "container-runtime-name"),
            *(
                "container-unknown-device",
                "container-wsl",
                "container-file-exists",
                "container-cgroup",
                "container-device-file",
            ),
            *(
                "container-ldcache",
                "container-request",
                "container-platform",
                "program-interpreter",
                "disk-full",
                "container-port",
            ),
            *(
                "driver-wsl",
                "container-command",
                "container-option-order",
                "container-mount",
                "container-user",
                "program-rights",
                "program-not-installed",
                "environment-broken",
                "docker-cdi-off",
                "container-requirement-form",
                "container-toolkit-missing",
                "container-no-runc",
                "nvml-permissions",
            ),
        ),
    ),
    Row(
        id="container-option-order",
        seen=("container",),
        pattern=r"(?:exec:|executable file)[\"'`](?P<option>-{1,2}[a-z][\w-]{0,30}\S{0,60}?)[\"'`](?:: executable file not found| not found|: stat )",
        cause="`{option}` stands after the image's name, where Docker takes what follows as the program to start in the container. It is an option of `docker run`'s own.",
        fixes=fixes(
            "Before the image's name: `docker run --gpus all … IMAGE`; only the program's own options stand after it",
        ),
        reference=("https://docs.docker.com/reference/cli/docker/container/run/",),
        example='docker: Error response from daemon: OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "--gpus": executable file not found in $PATH: unknown.',
    ),
    Row(
        id="container-command",
        seen=("container",),
        pattern=r"(?:container process|OCI runtime|runc).{0,200}?exec: \"(?P<program>(?!nvidia-|-)[^\"\s]{1,120})\": executable file not found in \$PATH|exec: \"(?P<gone>/[^\"\s]{1,120})\": stat /[^\s:]{1,120}: no such file or directory|crun: executable file `(?P<crun>(?!-)[^`\s]{1,120})` not found"
        r"|exec: \"(?P<folder>/[^\"\s]{1,120})\": is a directory",
        cause="The container was told to start a program that its image does not have under that name: the `command` or `entrypoint` is wrong or belongs to another image, the image's PATH lacks its folder, or a folder"
        " mounted over it hides it. The GPU has nothing to do with it.",
        fixes=fixes(
            "What the image starts by itself: `docker image inspect IMAGE --format '{{.Config.Entrypoint}} {{.Config.Cmd}}'`; without a `command` or `entrypoint` of your own it does that",
            "A mount (`-v`, `volumes:`) over the image's own folder (/app) hides what lies there: mount the data elsewhere",
            "Look into it, where it has a shell: `docker run --rm -it --entrypoint sh IMAGE`",
            "An image of your own: install the package, or copy the file, in the Dockerfile; an image of others: the tag that its documentation names",
        ),
        reference=("https://docs.docker.com/engine/containers/run/",),
        example='Error response from daemon: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app/run.sh": stat /app/run.sh: no such file or directory: unknown',
        follows=("environment-broken",),
    ),
    Row(
        id="container-mount",
        seen=("container",),
        pattern=r"error mounting \"(?P<from>(?!/run/nvidia|/usr/lib|/dev)[^\"\s]{1,200}?)\" to rootfs at \"[^\"]{1,200}?\".{0,300}?(?:[Nn]ot a directory|[Ii]s a directory|read-only file system|permission denied|no such file or directory)|Are you trying to mount a directory onto a file|bind source path does not exist:(?P<source>[^\s]{1,200})"
        r"|error while creating mount source path '(?P<path>[^']{1,200})'|statfs (?P<stat>/[^\s:]{1,160}): no such file or directory|[Mm]ounts denied:|is not shared from the host and is not known to Docker",
        cause="A file or folder of the host could not be mounted into the container: it is not there (Docker then makes an empty folder of that name, which does not fit onto a file), it is a folder where the image has a file or the other way round,"
        " or Docker may not reach it. The GPU has nothing to do with it.",
        fixes=fixes(
            "See what is there, with the path on the host: `ls -ld PATH`; a folder where a file belongs, if it is empty: `rmdir PATH`, and put the file there",
            "Relative paths count from the folder of the compose file; write the whole path",
            "Not reached: Docker Desktop shares only the folders in its settings (Resources, File sharing); Docker from snap sees only the home folder; SELinux wants `:z` after the mount",
        ),
        reference=("https://docs.docker.com/engine/storage/bind-mounts/",),
        example='Error response from daemon: failed to create task for container: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/home/u/config.yaml" to rootfs at "/app/config.yaml": not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?',
    ),
    Row(
        id="container-user",
        seen=("container",),
        pattern=r"unable to find (?:user|group) (?P<user>[\w.-]{1,40}): no matching entries in (?:passwd|group) file|chdir to cwd \(\"(?P<folder>[^\"]{1,160})\"\) set in config\.json failed|mkdir (?P<made>/[^\s:]{1,160}): (?:read-only file system|not a directory): unknown",
        cause="The container was told to start as a user, or in a folder, that its image does not have or that this user may not enter. The GPU has nothing to do with it.",
        fixes=fixes(
            "`user:`, `--user`: a number (`1000:1000`) needs no name in the image; `working_dir:`, `-w`: a folder of the image's",
            "The folder is there, and `permission denied`: the rights of a folder that is mounted over it, on the host",
        ),
        reference=("https://docs.docker.com/engine/containers/run/",),
        example="docker: Error response from daemon: unable to find user whisper: no matching entries in passwd file.",
    ),
    Row(
        id="container-runtime-name",
        seen=("container",),
        pattern=r"unknown or invalid runtime name: nvidia|Unknown runtime specified nvidia|default runtime \"?nvidia\"? not found",
        cause="Docker was told to use the runtime `nvidia`, and knows none: the NVIDIA Container Toolkit is missing on the host, or Docker"
        " was not told of it.",
        fixes=fixes(
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
        r"|stat nvidia\.com/gpu\S{0,12}: no such file|adding custom device \"nvidia\.com/gpu[^\"]{0,20}\": no such file|crun: (?:cannot|error) stat\S{0,6} [`']\S{0,120}nvidia|failed to fulfil mount request: .{0,160}?(?:nvidia|libcuda)|no such device: nvidia\.com/gpu",
        cause="Podman (or Docker with CDI) is asked for `nvidia.com/gpu`, and the host has no description of it, or an old one that names files which are"
        " gone: an update of the driver, or another graphics card, makes a new one necessary. Podman knows such names from 4.1 on.",
        fixes=(
            Advice(
                "run",
                "On the host (the NVIDIA Container Toolkit has nvidia-ctk)",
                command="sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml",
            ),
            Advice("run", "This shows what is described", command="nvidia-ctk cdi list"),
            Advice(
                "say",
                "Docker, where the Compose file has `driver: cdi`, or `nvidia.com/gpu=all` among its devices, and there is no such description (Docker Desktop): `driver: nvidia`, `count: all`, `capabilities: [gpu]` in its place, or `--gpus all`",
            ),
            Advice("say", "Without an NVIDIA GPU: without that device, and the program's image for the CPU"),
        ),
        reference=("NVIDIA/nvidia-container-toolkit#146", "NixOS/nixpkgs#420638", "NVIDIA/nvidia-container-toolkit#885"),
        example="Error: setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=all",
    ),
    Row(
        id="container-mode",
        seen=("container",),
        pattern=r"invoking the NVIDIA Container Runtime Hook directly \(e\.g\. specifying the docker --gpus flag\) is not supported",
        cause="The NVIDIA Container Toolkit was told to describe GPUs by CDI (mode `cdi`), with which `--gpus`, and Compose's `driver: nvidia`, do not work.",
        fixes=fixes(
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
        fixes=fixes(
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
        pattern=r"nvidia-container-cli: requirement error: unsatisfied condition: (?!brand)(?P<wanted>[a-z]{3,8}[<>=!]{1,2}[\w.]{1,20})",
        cause="The image asks for {wanted}, and the host's driver, or GPU, has less: the container does not start.",
        fixes=fixes(
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
        id="container-requirement-form",
        seen=("container",),
        pattern=r"nvidia-container-cli(?:\.real)?: requirement error: (?:invalid expression|unsatisfied condition: brand)",
        cause="The image states which driver or GPU it needs (NVIDIA_REQUIRE_CUDA) in a form that this NVIDIA Container Toolkit does not understand: the toolkit is older than the image, or the image states it wrongly (one of a program's without CUDA, started with a GPU). The driver need not be at fault.",
        fixes=fixes(
            "Update the NVIDIA Container Toolkit on the host (the package nvidia-container-toolkit, with libnvidia-container), and restart Docker",
            "The program's image for CUDA, in a newer tag, in place of the one without",
            "Or without the check: `-e NVIDIA_DISABLE_REQUIRE=1` (Compose: in `environment:`)",
        ),
        reference=("NVIDIA/nvidia-container-toolkit#24", "mudler/LocalAI#4789", "NVIDIA/nvidia-container-toolkit#341"),
        example="nvidia-container-cli: requirement error: invalid expression: unknown",
    ),
    Row(
        id="container-toolkit-missing",
        seen=("container",),
        pattern=r"exec: \"nvidia-container-(?:runtime|cli|toolkit)(?:-hook)?\": executable file not found|nvidia-(?:ctk|container-cli|container-runtime|container-toolkit)['\"]?: (?:command )?not found|(?:fork/exec|stat) /\S{3,120}/nvidia-container-(?:runtime|cli|toolkit)\S{0,8}: no such file|libnvidia-container(?:-go)?\.so\.1: cannot open|NVIDIA container tools couldn't be found",
        cause="The NVIDIA Container Toolkit is not installed on the machine on which Docker (containerd, LXD, Incus) runs, or is gone from it: it is the toolkit's own programs that are not found. Its configuration may still name them.",
        fixes=fixes(
            "Install the package nvidia-container-toolkit on the host, not in the container, as NVIDIA's installation guide says",
            Advice(
                "run",
                "Then, on the host",
                command="sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker",
            ),
            "No GPU is wanted any more: take the runtime `nvidia` (and `default-runtime`) out of /etc/docker/daemon.json, or containerd's config.toml, and restart it",
            "Kubernetes with the GPU Operator: its container toolkit's pod must run on the node (`kubectl get pods -A | grep -i nvidia`)",
        ),
        reference=(
            "lxc/incus#1322",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
        ),
        example="sudo: nvidia-ctk: command not found",
    ),
    Row(
        id="container-no-runc",
        seen=("container",),
        pattern=r"no runtime binary found from candidate list",
        cause="NVIDIA's container runtime hands on to runc (or crun), and finds neither on the PATH of the daemon: Docker from a snap, k3s and NixOS keep it elsewhere.",
        fixes=fixes(
            'In /etc/nvidia-container-runtime/config.toml, `[nvidia-container-runtime]`: `runtimes = ["/usr/bin/runc"]`, with the path that `command -v runc` shows; then restart Docker',
            "Docker from a snap: Docker Engine from Docker's own packages in its place",
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",),
        example="failed to create NVIDIA Container Runtime: error constructing low-level runtime: error locating runtime: no runtime binary found from candidate list: [runc crun]",
    ),
    Row(
        id="apt-toolkit",
        seen=("install", "container"),
        pattern=r"E: (?:Unable to locate package|Package ')nvidia-(?:container|docker)[\w-]{0,20}|E: Type '<!(?i:doctype)' is not known on line 1 in source list \S{0,60}nvidia|Conflicting values set for option Signed-By regarding source https://nvidia\.github\.io|repository 'https://nvidia\.github\.io/\S{3,120} Release' (?:does not have|is not signed)|NO_PUBKEY DDCAE044F796ECB0|Unsupported distribution!(?:#)? ?Check https://nvidia\.github\.io",
        cause="apt's list of the NVIDIA Container Toolkit is missing, old or there twice: today's repository is one for all of Debian and Ubuntu (https://nvidia.github.io/libnvidia-container/stable/deb), and the older ones for each release of the system are no longer kept up.",
        fixes=fixes(
            Advice(
                "run",
                "What there is of it",
                command="grep -rl nvidia.github.io /etc/apt/sources.list.d /etc/apt/sources.list",
            ),
            "Remove these files, then set the repository up as the toolkit's installation guide says: its key into /usr/share/keyrings/nvidia-container-toolkit-keyring.gpg, and one list",
            "nvidia-docker2 is called nvidia-container-toolkit today",
        ),
        reference=(
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",
        ),
        example="E: Unable to locate package nvidia-container-toolkit",
    ),
    Row(
        id="docker-configuration",
        seen=("container",),
        pattern=r"unable to configure the Docker daemon with file|(?:unable|failed) to (?:read|load|parse) config\S{0,40}: invalid character .{0,60}? looking for|the following directives (?:are specified both as a flag and in the configuration file|don't match any configuration option)",
        cause="Docker's daemon does not start with its configuration (/etc/docker/daemon.json): it is no valid JSON (a comma too many or too few, a quotation mark), or the same is also set in the service's command line (`hosts`, `runtimes`).",
        fixes=fixes(
            Advice("run", "Where the mistake is", command="sudo dockerd --validate --config-file=/etc/docker/daemon.json"),
            "Set twice: take it out of one, daemon.json or the service's own file (`systemctl cat docker`)",
            Advice("run", "Then", command="sudo systemctl reset-failed docker; sudo systemctl restart docker"),
        ),
        reference=("https://docs.docker.com/engine/daemon/troubleshoot/",),
        example="unable to configure the Docker daemon with file /etc/docker/daemon.json: invalid character '}' looking for beginning of object key string",
    ),
    Row(
        id="compose-file",
        seen=("container",),
        pattern=r"no configuration file provided: not found|Can't find a suitable configuration file in this directory|stat \S{0,120}/(?:docker-)?compose[\w.-]{0,30}\.ya?ml: no such file",
        cause="Compose found no file with services (compose.yaml, docker-compose.yml) where it was typed.",
        fixes=fixes(
            "Go into the program's folder first (`cd`), or name the file: `docker compose -f PATH/compose.yaml up -d`",
        ),
        reference=("https://docs.docker.com/reference/cli/docker/compose/",),
        example="no configuration file provided: not found",
    ),
    Row(
        id="compose-variable",
        seen=("container",),
        pattern=r"The \\?\"(?P<variable>[A-Z][A-Z0-9_]{1,60})\\?\" variable is not set\. Defaulting to a blank string",
        cause="The Compose file uses the variable {variable}, and neither the shell nor the file .env beside it sets it: it is empty in the container. An empty NVIDIA_VISIBLE_DEVICES or CUDA_VISIBLE_DEVICES hides every GPU; an empty token, path or tag fails later.",
        fixes=fixes(
            "Set it in the file .env beside the Compose file (often there is an .env.example to copy), and start it anew: `docker compose up -d`",
            "See what Compose makes of it: `docker compose config`",
        ),
        reference=("https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/",),
        example='WARN[0000] The "HF_TOKEN" variable is not set. Defaulting to a blank string.',
        kind="warning",
    ),
    Row(
        id="truenas-app",
        seen=("container",),
        pattern=r"(?:\[EFAULT\])?Failed '\w{2,12}' action for '(?P<app>[\w.-]{1,60})' app",
        cause="TrueNAS did not start the app {app}. This only says so: what Docker said stands in its log.",
        fixes=fixes(
            Advice("run", "Explain what stands there", command="sudo tail -n 60 /var/log/app_lifecycle.log"),
            "With a GPU chosen for the app: NVIDIA's driver must be switched on (Apps, Configuration, Settings: Install NVIDIA Drivers), and the GPU must not be isolated for a virtual machine",
        ),
        reference=("https://www.truenas.com/docs/scale/scaletutorials/apps/",),
        example="[EFAULT] Failed 'up' action for 'whisper' app. Please check /var/log/app_lifecycle.log for more details",
        follows=("docker-no-toolkit", "container-unknown-device", "container-image", "container-port", "container-no-driver"),
    ),
    Row(
        id="container-toolkit",
        seen=("container",),
        pattern=r"nvidia-container-cli(?:\.real)?: (?P<what>device|mount|ldcache|detection|driver rpc|initialization|container|permission|input) error",
        cause="The NVIDIA Container Toolkit could not prepare the container; the words after that tell why.",
        fixes=fixes(
            Advice("run", "On the host, this must work first", command="nvidia-smi"),
            "`rpc`, `driver error`, `nvml error`: the driver does not answer: restart the host, mostly after an update of the driver",
            "`no such file or directory`: a path of the driver's is gone or moved: restart the host after an update of the driver; /etc/nvidia-container-runtime/config.toml (`root`, `ldconfig`) must fit this system (GPU Operator: its driver's pod runs first); on a Jetson install what JetPack leaves out: `sudo apt install nvidia-jetpack`",
            "`permission`, `operation not permitted`, `namespace association`: without root's rights, or in an LXC container: `sudo nvidia-ctk config --in-place --set nvidia-container-cli.no-cgroups=true`; who may open /dev/nvidia*",
            "Update the NVIDIA Container Toolkit, and restart Docker after each update of the driver",
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",),
        example="nvidia-container-cli: initialization error: driver rpc error: timed out: unknown",
        follows=(
            *(
                "container-no-driver",
                "driver-mismatch",
                "driver-not-running",
                "container-unknown-device",
                "container-wsl",
                "container-file-exists",
            ),
            *("container-cgroup", "container-device-file", "container-ldcache", "container-requirement"),
            "kubernetes-gpu-share",
        ),
    ),
    Row(
        id="container-platform",
        seen=("container",),
        pattern=r"(?<!'nvidia':)[Ee]xec format error|no matching manifest for (?P<platform>[\w/]{3,30})|requested image's platform \([\w/]{3,30}\) does not match",
        cause="The image, or the program in it, is made for another kind of processor than this machine has (amd64: Intel and AMD; arm64: Jetson, Grace, Raspberry"
        " Pi, Apple).",
        fixes=fixes(
            "An image for this machine's kind, if its makers have one; Jetson needs images that are made for Jetson (L4T)",
            "Otherwise build it here; `--platform` only emulates, slowly and without the GPU",
        ),
        reference=("https://docs.docker.com/build/building/multi-platform/",),
        example="exec /usr/bin/python3: exec format error",
    ),
    Row(
        id="systemd-failed",
        seen=("container", "crash"),
        pattern=r"Job for (?P<unit>[\w@.:-]{2,60}\.service) failed because|(?P<other>[\w@.:-]{2,60}\.service): Start request repeated too quickly",
        cause="systemd started a service again and again, or once, and it ended each time. Why, its own journal tells; this line does not.",
        fixes=fixes(
            "Its last words, with the service's name: `journalctl -u NAME.service -n 50 --no-pager`; explain these",
            "Docker itself does not start after a change: a mistake in /etc/docker/daemon.json (`sudo dockerd --validate`), or a runtime there that is not installed",
            "After the cause is mended: `sudo systemctl reset-failed NAME.service`, and start it",
        ),
        reference=(
            "https://www.freedesktop.org/software/systemd/man/latest/systemctl.html",
            "zzzhouuu/truenas-nvidia-drivers#11",
        ),
        example="Job for docker.service failed because start of the service was attempted too often.",
    ),
    Row(
        id="jetson-l4t-unknown",
        seen=("container",),
        pattern=r"\[Warn\] Unknown L4T_VERSION: (?P<release>[\d.]{3,12})",
        cause="This jetson-containers is older than the Jetson's system (L4T {release}), and guesses which CUDA and which image fit, which may be wrong.",
        fixes=fixes(
            "`git pull` in its folder, and install.sh again",
            "Or name the image itself: the tag of the nearest release (r36.4.0 for any 36.4.x), for JetPack's own CUDA",
        ),
        reference=("dusty-nv/jetson-containers#1460",),
        example="### [Warn] Unknown L4T_VERSION: 36.4.7",
        kind="warning",
    ),
    Row(
        id="container-image",
        seen=("container",),
        pattern=r"pull access denied for (?P<image>[\w./:-]{2,120}?),|manifest for (?P<absent>[\w./:-]{2,120}?) not found|failed to resolve source metadata for (?P<unknown>[\w./:-]{2,120}?): [\w./:-]{2,120}?: not found|manifests/[\w.-]{1,60}\"?: (?:unauthorized|denied|Forbidden)|toomanyrequests: |manifest unknown|repository name not known to registry",
        cause="The registry does not hand the image out: there is none of that name or tag (any more), it is not public, an old login is sent along, or too many were fetched"
        " (`toomanyrequests`).",
        fixes=fixes(
            "Compare the name and the tag with the program's documentation of today",
            "nvidia/cuda: NVIDIA takes old tags away, and tags have all three numbers (11.1.1, not 11.1): https://hub.docker.com/r/nvidia/cuda/tags; the nearest that is there, in the Dockerfile's FROM",
            Advice("run", "An old login (ghcr.io refuses public images with one)", command="docker logout ghcr.io"),
            "`toomanyrequests`: log in (`docker login`), or wait",
        ),
        reference=("collabora/WhisperLive#150",),
        example="docker: Error response from daemon: pull access denied for x/whisper, repository does not exist or may require 'docker login': denied",
    ),
    Row(
        id="lxc-device",
        seen=("container",),
        pattern=r"Failed to mount \"(?P<device>/dev/(?:nvidia|dri)[\w/-]{0,40})\"|(?P<missing>/dev/(?:nvidia|dri)[\w/-]{0,40}) is not a device|Device (?P<absent>/dev/(?:nvidia|dri|kfd)[\w/-]{0,40}) does not exist|Failed start validation for device \"[\w-]{1,30}\": Invalid GPU",
        cause="The container's configuration names a device file of the GPU that the host does not have now: the driver's modules are not loaded there (they make it when they are first used, or"
        " at a restart), or it has another number.",
        fixes=fixes(
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
        id="docker-no-toolkit",
        seen=("container",),
        pattern=r"could not select device driver (?![\"'\\]{0,3}(?:cdi|amd))[\"'\\]{0,3}\w{0,12}[\"'\\]{0,3} with capabilities: \[|could not select device driver [\"'\\]{0,3}(?:nvidia)?[\"'\\]{0,3}(?![\w\"'\\]| with)|failed to discover GPU vendor from CDI|no known GPU vendor found",
        cause="Docker was asked for a GPU (`--gpus`, or a Compose file that reserves one), and has no way to hand one in. On a machine with an NVIDIA GPU the NVIDIA Container Toolkit is missing, was not made known to Docker (29 and later want its"
        " CDI description), or Docker was not restarted since. On a machine without one (a Mac, an AMD or Intel GPU, a server without a graphics card) it can't work at all.",
        fixes=fixes(
            Advice("run", "Whether the host has an NVIDIA GPU and its driver", command="nvidia-smi"),
            "It has none: take `--gpus …` (Compose: `gpus:`, `deploy: resources: reservations: devices:`, `runtime: nvidia`) out, and the program's image, or Compose file, for the CPU (AMD: the one for ROCm, which gets /dev/kfd and /dev/dri)",
            "It works: install the NVIDIA Container Toolkit on the host, as NVIDIA's installation guide says",
            Advice(
                "run",
                "then",
                command="sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker",
            ),
            Advice("run", "Docker 29 and later", command="sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml"),
            Advice("run", "Check it", command="docker run --rm --gpus all ubuntu nvidia-smi"),
            "Windows: Docker Desktop with the WSL 2 backend, and NVIDIA's driver for Windows, need no toolkit; Rancher Desktop, and Docker installed by hand in WSL, need it within WSL",
        ),
        reference=(
            "docker/cli#2063",
            "ShaneIsrael/fireshare#689",
            "basujindal/stable-diffusion#217",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
        ),
        example='docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].',
    ),
    Row(
        id="docker-cdi-off",
        seen=("container",),
        pattern=r"could not select device driver [\"'\\]{0,3}cdi[\"'\\]{0,3}|CDI is not enabled|CDI support is not enabled",
        cause="A device is asked for by its CDI name (`--device nvidia.com/gpu=all`, Compose's `driver: cdi`), and CDI is switched off in this Docker: up to 28.1 it is unless told, and Docker before 25 does not know it.",
        fixes=fixes(
            'In /etc/docker/daemon.json: `"features": {"cdi": true}`, then `sudo systemctl restart docker`; Docker Desktop: the same in Settings, Docker Engine',
            Advice(
                "run",
                "The description of the GPUs (the NVIDIA Container Toolkit has nvidia-ctk)",
                command="sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml",
            ),
            "Or ask the old way: `--gpus all`; Compose: `driver: nvidia`, `count: all`",
        ),
        reference=(
            "NVIDIA/nvidia-container-toolkit#434",
            "moby/moby#49963",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html",
        ),
        example='docker: Error response from daemon: could not select device driver "cdi" with capabilities: [].',
    ),
    Row(
        id="container-no-driver",
        seen=("container",),
        pattern=r"nvidia-container-cli: initialization error: load library failed: libnvidia-ml\.so\.1",
        cause="The NVIDIA Container Toolkit finds no NVIDIA driver on the machine on which Docker's daemon runs. Docker Desktop"
        " for Linux and Docker from a snap run it where the host's driver is not, and so does a Docker within an LXC container.",
        fixes=fixes(
            Advice("run", "On the host, this must work first", command="nvidia-smi"),
            "Docker within LXC (Proxmox): in the LXC container the same release of the driver as on its host, without the kernel module (`--no-kernel-module`), the host's /dev/nvidia* handed in, and `no-cgroups = true` in /etc/nvidia-container-runtime/config.toml",
            "With Docker Desktop for Linux, or Docker from a snap: use Docker Engine from Docker's own packages",
        ),
        reference=("docker/for-win#13835", "NVIDIA/nvidia-container-toolkit#154"),
        example="nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object"
        " file: no such file or directory: unknown",
    ),
    Row(
        id="container-lost-gpu",
        seen=("container",),
        pattern=r"Failed to initialize NVML: Unknown Error",
        cause="A running container lost its GPU: systemd took the devices away from it, as `systemctl daemon-reload` on the host"
        " does.",
        fixes=fixes(
            "Restart the container",
            "To keep it: name the devices yourself (--device /dev/nvidia0 --device /dev/nvidiactl --device /dev/nvidia-uvm), or use Docker's cgroupfs driver",
        ),
        reference=("NVIDIA/nvidia-docker#1671", "NVIDIA/nvidia-container-toolkit#251"),
        example="Failed to initialize NVML: Unknown Error",
    ),
    Row(
        id="compose-gpu",
        seen=("container",),
        pattern=r"[Aa]dditional propert(?:y|ies) (?:devices|gpus|is not allowed|are not allowed \('(?:devices|gpus|device_ids|capabilities)').{0,40}|Unsupported config option for services\.\S{1,40}: '(?:runtime|gpus|deploy)'|deploy\.resources\.reservations\S{0,20} (?:value )?[Aa]dditional propert|devices\.\d\.\w{3,14} must be|devices\.\d must contain \"?capabilities|reservations\.devices\S{0,4} (?:value )?.{0,20}?(?:must be a list|contains unsupported|required)|unknown driver \"?nvidia|invalid runtime .{0,6}nvidia",
        beside=("services.", "Compose", "compose"),
        cause="This Compose does not know how the file asks for the GPU: it is too old for it (`deploy … devices` came with docker-compose 1.28, `gpus:` with Compose 2.30), or the entry is incomplete.",
        fixes=fixes(
            "Upgrade Docker with its Compose plugin, and type `docker compose`, not the old `docker-compose`",
            "The form that every Compose of today takes: `deploy: {resources: {reservations: {devices: [{driver: nvidia, count: all, capabilities: [gpu]}]}}}`",
        ),
        reference=("Sygil-Dev/sygil-webui#490", "https://docs.docker.com/compose/how-tos/gpu-support/"),
        example="services.stable-diffusion.deploy.resources.reservations value Additional properties are not allowed ('devices' was unexpected)",
    ),
    Row(
        id="docker-old",
        seen=("container",),
        pattern=r"unknown (?:shorthand )?flag: (?:--gpus|'c' in -compose)|docker: 'compose' is not a docker command|flag provided but not defined: -{1,2}gpus|unknown flag: --runtime|client version [\d.]{3,6} is too (?:old|new)",
        cause="This Docker (or Podman) is older than what was typed: `--gpus` came with Docker 19.03 and Podman 5.0, `docker compose` with the Compose plugin.",
        fixes=fixes(
            "Upgrade Docker, from Docker's own packages; Debian, Ubuntu: with docker-compose-plugin",
            "Podman: `--device nvidia.com/gpu=all`, after `sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml`",
        ),
        reference=(
            "https://docs.docker.com/engine/install/",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html",
        ),
        example="unknown flag: --gpus",
    ),
    Row(
        id="docker-daemon",
        seen=("container",),
        pattern=r"[Cc]annot connect to the Docker daemon|(?:permission denied while trying to connect to|Got permission denied.{0,40}?) the (?:Docker daemon socket|docker API)|error during connect: .{0,120}?(?:docker|pipe)|open //\./pipe/docker\w{0,24}: The system cannot find|Is the docker daemon running|docker\.sock: connect: (?:permission denied|no such file|connection refused)",
        cause="Docker's daemon was not reached: it does not run (Docker Desktop is not started), or this user may not talk to it. That says nothing of the GPU.",
        fixes=fixes(
            Advice("run", "Linux: whether it runs, and what it says", command="sudo systemctl status docker --no-pager"),
            "`permission denied`: `sudo usermod -aG docker $USER`, then log in anew (that makes the user as mighty as root); or type `sudo docker`",
            "Windows, macOS: start Docker Desktop; in WSL turn its integration for this distribution on",
        ),
        reference=("https://docs.docker.com/engine/install/linux-postinstall/",),
        example="Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    ),
    Row(
        id="container-port",
        seen=("container",),
        pattern=r"(?:failed to bind (?:host )?port|Bind for \S{3,40}|driver failed programming external connectivity|ports are not available).{0,200}?(?:address already in use|port is already allocated|forbidden by its access permissions|already in use)",
        cause="The container's port is taken on the host: by another program, an earlier container, or (on Windows) a range that Hyper-V keeps for itself.",
        fixes=fixes(
            Advice("run", "See who has it", command='docker ps --format "{{.Names}} {{.Ports}}"; sudo ss -ltnp'),
            "Stop that one, or publish another port: `-p 8001:8000`",
        ),
        reference=("https://docs.docker.com/engine/network/port-publishing/",),
        example="Bind for 0.0.0.0:8000 failed: port is already allocated",
    ),
    Row(
        id="kubernetes-runtime",
        seen=("container",),
        pattern=r"RuntimeClass \\?\"?nvidia\\?\"? not found|no runtime for \\?\"?nvidia\\?\"? is configured|runtimeclasses?\.node\.k8s\.io \\?\"?nvidia|Incompatible platform detected|Detected non-NVML platform|If this is a GPU node, did you (?:configure|set) the|Could not find a valid (?:CDI|NVIDIA) |[Nn]o devices found\. Waiting indefinitely|Could not register device plugin",
        cause="Kubernetes' node does not offer its GPU: its container runtime (containerd, CRI-O, k3s) has no runtime `nvidia`, the RuntimeClass of that name is missing, or the device plugin runs without it and so sees no driver.",
        fixes=fixes(
            Advice("run", "On the node, this must work first", command="nvidia-smi"),
            Advice(
                "run",
                "On the node (containerd)",
                command="sudo nvidia-ctk runtime configure --runtime=containerd --set-as-default && sudo systemctl restart containerd",
            ),
            "k3s finds the toolkit by itself at its start: restart it, and give the pod (and the plugin) `runtimeClassName: nvidia`, with the RuntimeClass made; or NVIDIA's GPU Operator, which does all of it",
        ),
        reference=(
            "https://github.com/NVIDIA/k8s-device-plugin",
            "https://docs.k3s.io/advanced#nvidia-container-runtime-support",
            "https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/index.html",
        ),
        example='Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "nvidia" is configured',
        follows=("driver-mismatch", "container-requirement", "library-missing"),
    ),
    Row(
        id="kubernetes-admission",
        seen=("container",),
        pattern=r"UnexpectedAdmissionError|Allocate failed due to .{0,160}?(?:unavailable for nvidia\.com|no such device|no healthy devices|can't allocate unregistered device)|requested number of devices unavailable for nvidia\.com/\w{2,12}",
        cause="Kubernetes gave the pod to a node, and the node's device plugin did not hand the GPU out: the plugin was restarting (after an update or a reboot of the node), the GPU is marked unhealthy, or more are asked for than are left.",
        fixes=fixes(
            Advice(
                "run",
                "Which GPUs the node has, and what the plugin says",
                command="kubectl describe node NODE | grep -A 8 Allocat; kubectl logs -n kube-system -l name=nvidia-device-plugin-ds --tail=50",
            ),
            "Delete the pod, so that it is made anew; on the node `nvidia-smi` must work; after an update of the driver restart the node",
        ),
        reference=(
            "https://github.com/NVIDIA/k8s-device-plugin",
            "https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/",
        ),
        example="UnexpectedAdmissionError: Allocate failed due to requested number of devices unavailable for nvidia.com/gpu. Requested: 1, Available: 0, which is unexpected",
    ),
    Row(
        id="lxc-hook",
        seen=("container",),
        pattern=r"Failed to run (?:mount|autodev|start|pre-start|pre-mount) hooks|hooks/nvidia.{0,120}?(?:exit|status|error)",
        cause="LXC (LXD, Incus, Proxmox) did not start the container, because a hook failed; with `nvidia.runtime` that is the one that hands the driver in. It calls nvidia-container-cli, whose own message stands above or in the log.",
        fixes=fixes(
            Advice("run", "On the host: both must work", command="nvidia-smi && nvidia-container-cli info"),
            "Update the NVIDIA Container Toolkit (libnvidia-container) after an update of the driver, and LXD or Incus with it",
            "Or without the hook: the GPU as a device (`incus config device add NAME gpu gpu`), with the driver's libraries of exactly the host's release in the container (`--no-kernel-module`)",
        ),
        reference=("lxc/incus#2397", "https://linuxcontainers.org/incus/docs/main/reference/instance_options/"),
        example="lxc ai 20250817083514.940 ERROR    conf - ../src/lxc/conf.c:lxc_setup:3948 - Failed to run mount hooks",
        follows=("container-toolkit", "container-no-driver", "driver-mismatch", "lxc-device"),
    ),
    Row(
        id="hosted-gpu",
        seen=("cpu",),
        pattern=r"Cannot connect to GPU backend|cannot currently connect to a GPU due to usage limits|You have exceeded your GPU quota|GPU quota (?:exceeded|limit)|no GPUs? (?:are )?available in this (?:region|zone)|ZONE_RESOURCE_POOL_EXHAUSTED|InsufficientInstanceCapacity|There are no longer any instances available with (?:the requested|enough)",
        cause="The service that lends the machine has no GPU for this account now: its free allowance is used up, or none is left there. Nothing is wrong with the program.",
        fixes=fixes(
            "Colab, Kaggle: a runtime of the CPU meanwhile; the allowance comes back after hours to a day; end sessions that are not used",
            "A cloud: another kind of GPU, another zone, or the quota raised",
        ),
        reference=("https://research.google.com/colaboratory/faq.html",),
        example="Cannot connect to GPU backend\nYou cannot currently connect to a GPU due to usage limits in Colab.",
    ),
    Row(
        id="zerogpu",
        seen=("gpu",),
        pattern=r"CUDA must not be initialized in the main process on Spaces|Low-level CUDA init reached despite patching|ZeroGPU (?:worker error|illegal duration|quota)|'GPU task aborted'|GPU task aborted",
        cause="Hugging Face's ZeroGPU lends a GPU for the time of one call only: what uses CUDA outside of a function that is marked `@spaces.GPU`, or takes longer than it asked for, is refused.",
        fixes=fixes(
            "`import spaces` before torch; the model may be moved `.to('cuda')` at start, and all that computes belongs in a function with `@spaces.GPU(duration=120)`",
            "ctranslate2 (faster-whisper) starts CUDA by itself when its model is made: make it within such a function",
        ),
        reference=("https://huggingface.co/docs/hub/spaces-zerogpu",),
        example="RuntimeError: CUDA must not be initialized in the main process on Spaces with Stateless GPU environment.",
    ),
    Row(
        id="worker-boot",
        seen=("crash",),
        pattern=r"Worker failed to boot|gunicorn\.errors\.HaltServer|App failed to load|Application startup failed\. Exiting|Worker \(pid:\d{1,8}\) exited with code [1-3](?!\d)|[Ss]ee (?:the )?(?:stack ?trace|traceback|logs?|errors?|output) above(?: for)?|(?:[Ss]erver|[Aa]pplication|[Aa]pp|[Ss]ervice|[Ww]orker) failed to (?:start|boot|load)\b(?!.{0,40}:)|uvicorn\.error.{0,20}Exiting",
        cause="This line only closes: the server started, and the application, or a process of it, failed while it was imported or started. Why stands above, in the last line of the traceback there.",
        fixes=fixes(
            "Look for the traceback above it, and explain that; or start the application without the server: `python -c 'import MODULE'`",
            "A model that is loaded at the start needs longer than the server waits: gunicorn `--timeout 600`",
        ),
        reference=("https://docs.gunicorn.org/en/stable/settings.html", "https://www.uvicorn.org/"),
        example="gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>",
    ),
    Row(
        id="error-redacted",
        seen=("module",),
        pattern=r"This app has encountered an error\. The original error message is redacted|Oh no\. Error running app",
        cause="Streamlit hides the error from those who look at the page; it stands in the application's log alone.",
        fixes=fixes(
            "Streamlit's cloud: `Manage app` at the lower right shows the log; elsewhere the server's own. Explain the last line of the traceback there",
            "A module that is missing there: its package in the repository's requirements.txt (a system's package in packages.txt), then reboot the app",
        ),
        reference=(
            "streamlit/streamlit#6778",
            "https://docs.streamlit.io/deploy/streamlit-community-cloud/deploy-your-app/app-dependencies",
        ),
        example="ModuleNotFoundError: This app has encountered an error. The original error message is redacted to prevent data leaks.",
    ),
    Row(
        id="kubernetes-gpu-share",
        seen=("container",),
        pattern=r"no-gpu-has-(?P<size>\d{1,6}\w{1,4})-to-run",
        cause="A plugin that shares GPUs among pods (Aliyun's gpushare) found none with {size} free, and wrote that into NVIDIA_VISIBLE_DEVICES, where the runtime takes it for a GPU's name.",
        fixes=fixes(
            Advice("run", "On the node: how much is free", command="nvidia-smi"),
            "A pod that asks for less, in the unit that the plugin counts in (aliyun.com/gpu-mem: GiB or MiB, as it was installed)",
        ),
        reference=("NVIDIA/nvidia-container-toolkit#223",),
        example="nvidia-container-cli: device error: no-gpu-has-128MiB-to-run: unknown device: unknown",
    ),
    Row(
        id="container-unknown-device",
        seen=("container",),
        pattern=r"nvidia-container-cli(?:\.real)?: device error: (?P<device>[\w.,:-]{1,80}?): unknown device",
        cause="The container asks for the GPU `{device}` (NVIDIA_VISIBLE_DEVICES, `--gpus`, Compose's `device_ids`), and the host has none of that number or UUID now: another card, another order, or a GPU that fell off the bus.",
        fixes=fixes(
            Advice("run", "On the host: what there is", command="nvidia-smi -L"),
            "Name one of these, by its number or whole UUID, or `all`; make the container anew, where it was made with the old name",
        ),
        reference=(
            "NVIDIA/nvidia-container-toolkit#29",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",
        ),
        example="nvidia-container-cli: device error: 1: unknown device: unknown",
        follows=("kubernetes-gpu-share", "driver-mismatch", "driver-not-running"),
    ),
    Row(
        id="container-wsl",
        seen=("container",),
        pattern=r"WSL environment detected but no adapters were found|nvidia-container-cli.{0,120}?/usr/lib/wsl/lib/libcuda\.so\.1.{0,60}?no such file|nvidia-container-cli.{0,120}?dxcore",
        cause="Docker runs within WSL, and Windows offers it no NVIDIA GPU: NVIDIA's driver for Windows is missing or old, WSL is old, or the machine has no NVIDIA GPU (the image is the one for CUDA).",
        fixes=fixes(
            "Update NVIDIA's driver for Windows (none is installed within WSL), and WSL: `wsl --update`, then `wsl --shutdown`; restart Docker Desktop",
            Advice("run", "Within WSL this must work", command="/usr/lib/wsl/lib/nvidia-smi"),
            "Without an NVIDIA GPU: the program's image for the CPU, without `--gpus`",
        ),
        reference=("homelab-00/TranscriptionSuite#58", "https://docs.nvidia.com/cuda/wsl-user-guide/index.html"),
        example="nvidia-container-cli: initialization error: WSL environment detected but no adapters were found: unknown",
    ),
    Row(
        id="container-file-exists",
        seen=("container",),
        pattern=r"nvidia-container-cli(?:\.real)?: mount error: .{0,240}?(?P<file>(?:lib(?:nvidia|cuda)|nvidia-)[\w.-]{2,60}): file exists",
        cause="The image holds a file of the driver ({file}), where the host's is to be laid: the driver was installed in the image, or it was committed from a container that had the host's.",
        fixes=fixes(
            "Build the image without a driver: no nvidia-driver-… package, no .run file; on top of one of nvidia/cuda's",
            "Or take the files out, in a Dockerfile from that image: `RUN rm -f /usr/lib/x86_64-linux-gnu/libnvidia-*.so* /usr/lib/x86_64-linux-gnu/libcuda.so*`",
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",),
        example="nvidia-container-cli: mount error: file creation failed: /var/lib/docker/overlay2/abc/merged/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1: file exists: unknown",
    ),
    Row(
        id="container-cgroup",
        seen=("container",),
        pattern=r"device filters attached to the cgroup|bpf_prog_query\(|cgroup subsystem devices not found|nvidia-container-cli.{0,120}?failed to (?:add device rules|set up device cgroup)|write error: /sys/fs/cgroup/devices",
        cause="The NVIDIA Container Toolkit may not allow the GPU's devices in the container's cgroup: it runs without root's rights (rootless Docker or Podman, an unprivileged LXC), or is older than the system's cgroups (v2).",
        fixes=fixes(
            Advice(
                "run",
                "Rootless, or in LXC: without cgroups",
                command="sudo nvidia-ctk config --in-place --set nvidia-container-cli.no-cgroups=true",
            ),
            "With root: update the NVIDIA Container Toolkit; then the devices are allowed by it, and `no-cgroups` must be false",
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",),
        example="nvidia-container-cli: mount error: failed to add device rules: unable to find any existing device filters attached to the cgroup: bpf_prog_query(BPF_CGROUP_DEVICE) failed: operation not permitted: unknown",
    ),
    Row(
        id="container-device-file",
        seen=("container",),
        pattern=r"nvidia-container-cli(?:\.real)?: mount error: stat failed: (?P<device>/dev/nvidia[\w-]{0,24}): no such file|error gathering device information while adding custom device \"(?P<custom>/dev/(?:nvidia|dri|kfd)[\w/-]{0,30})\"",
        cause="A device file of the GPU's is not on the host: the driver's module that makes it is not loaded (nvidia-uvm is loaded at the first use of CUDA), or the driver does not run.",
        fixes=fixes(
            Advice("run", "On the host", command="nvidia-smi; sudo nvidia-modprobe -u -c=0; ls -l /dev/nvidia* /dev/dri"),
            "The machine has no such GPU (/dev/kfd: AMD's; a virtual machine, WSL without /dev/dri): take it out of `devices:`, and the program's image for the CPU",
            "At each start of the host: nvidia-persistenced, or that command in a service that runs before Docker",
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",),
        example="nvidia-container-cli: mount error: stat failed: /dev/nvidia-uvm: no such file or directory: unknown",
        follows=("driver-not-running",),
    ),
    Row(
        id="container-ldcache",
        seen=("container",),
        pattern=r"nvidia-container-cli(?:\.real)?: ldcache error: (?:open failed: (?P<program>[\w./@-]{3,80}?): no such file|process \S{3,80} (?:failed|terminated))",
        cause="The NVIDIA Container Toolkit runs the host's ldconfig for the container, and its name in the toolkit's configuration is not this system's, or the image (Alpine, distroless) has no such cache.",
        fixes=fixes(
            'In /etc/nvidia-container-runtime/config.toml: `ldconfig = "@/sbin/ldconfig.real"` (Debian, Ubuntu), `"@/sbin/ldconfig"` (others); then restart Docker',
            "Update the NVIDIA Container Toolkit; an image with glibc",
        ),
        reference=("https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",),
        example="nvidia-container-cli: ldcache error: open failed: /sbin/ldconfig.real: no such file or directory: unknown",
    ),
    Row(
        id="container-request",
        seen=("container",),
        pattern=r"cannot set both Count and DeviceIDs on device request|nvidia-container-cli: invalid capability|unsupported capabilities found in '(?P<found>[\w,]{2,80})'|invalid (?:value|argument) .{0,60}? for .{0,3}(?:flag)?--gpus|incorrect device request|count and device_ids attributes are exclusive",
        cause="The GPU is asked for in a way that contradicts itself or that the toolkit does not know: both a count and certain GPUs, or a capability that there is none of.",
        fixes=fixes(
            'Either `count: all` or `device_ids: ["0"]`; on the command line `--gpus all`, or `--gpus \'"device=0,1"\'` with both kinds of quotes',
            "NVIDIA_DRIVER_CAPABILITIES is `all`, or some of compute, utility, graphics, video, display, compat32, ngx",
        ),
        reference=(
            "https://docs.docker.com/compose/how-tos/gpu-support/",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",
        ),
        example="docker: Error response from daemon: cannot set both Count and DeviceIDs on device request.",
    ),
    Row(
        id="container-network",
        seen=("container",),
        pattern=r"(?:registry-1\.docker\.io|auth\.docker\.io|ghcr\.io|nvcr\.io|quay\.io)\S{0,80} .{0,120}?(?:TLS handshake timeout|no such host|connection refused|i/o timeout|context deadline exceeded|Client\.Timeout|unexpected EOF)|failed to (?:copy|fetch|resolve reference).{0,160}?(?:TLS handshake|i/o timeout|connection reset|no such host|deadline exceeded)",
        cause="Docker did not reach the registry of the image: the network, the name server, a proxy or a firewall. It says nothing of the image or the GPU.",
        fixes=fixes(
            Advice("run", "Whether the machine reaches it", command="curl -sSI https://registry-1.docker.io/v2/"),
            "Behind a proxy: Docker's daemon has settings of its own for it; in WSL, and with VPNs, a smaller MTU or another name server; then again",
        ),
        reference=("https://docs.docker.com/engine/daemon/proxy/",),
        example='Error response from daemon: Get "https://registry-1.docker.io/v2/": net/http: TLS handshake timeout',
    ),
    Row(
        id="docker-build-step",
        seen=("container", "install"),
        pattern=r"failed to solve: process \"(?P<step>.{1,240}?)\" did not complete successfully|process \"(?P<shell>/bin/\w{2,4} .{1,240}?)\" did not complete successfully|The command '/bin/(?:sh|bash) -c .{1,300}?' returned a non-zero code",
        cause="A step of the image's build failed. This only names the step; what it printed before tells why.",
        fixes=fixes(
            "Build it again with everything shown, and explain what stands above: `docker build --progress=plain --no-cache . 2>&1 | tail -60`",
            "There is no GPU in a build: what asks for one there (compiling for `native`, a test on the GPU) has to be told which, or left for the start",
        ),
        reference=("https://docs.docker.com/reference/cli/docker/buildx/build/",),
        example='ERROR: failed to solve: process "/bin/sh -c pip install flash-attn" did not complete successfully: exit code: 1',
    ),
    Row(
        id="container-unhealthy",
        seen=("container",),
        pattern=r"dependency failed to start: container (?P<container>\S{1,80}?) (?:is unhealthy|exited|has no healthcheck)",
        cause="Compose waits for {container}, which did not become ready in time, or ended. Why, that container's own log tells.",
        fixes=fixes(
            Advice("run", "Its log", command="docker logs --tail 100 {container}"),
            "A model that is loaded at the start takes longer than the check waits: `start_period: 300s` in its `healthcheck`",
        ),
        reference=("https://docs.docker.com/reference/compose-file/services/",),
        example="dependency failed to start: container whisper-1 is unhealthy",
    ),
    Row(
        id="container-no-gpu",
        seen=("container",),
        pattern=r"The NVIDIA Driver was not detected\. {0,2}GPU functionality will not be available",
        cause="The container was started without the GPU, or its machine has no NVIDIA driver: NVIDIA's images look for the driver at their start, and found none. Where the program is to compute on the CPU, that is as it should be.",
        fixes=fixes(
            "Start it with `--gpus all` (Compose: `deploy: resources: reservations: devices:`); on the host the NVIDIA Container Toolkit must be installed and known to Docker",
            Advice(
                "run", "On the host, this must work first", command="nvidia-smi && docker run --rm --gpus all ubuntu nvidia-smi"
            ),
        ),
        reference=(
            "InterfazeAI/insanely-fast-whisper-api#14",
            "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
        ),
        example="WARNING: The NVIDIA Driver was not detected.  GPU functionality will not be available.",
        kind="warning",
    ),
    Row(
        id="nvml-blocked",
        seen=("container",),
        pattern=r"GPU access blocked by the operating system",
        codes=("NVML_ERROR_OPERATING_SYSTEM",),
        cause="The GPU is there, and this process is kept from it. In a container it was met where the toolkit's configuration leaves the devices out (`no-cgroups = true`, which is for Docker without root only); within WSL where a Linux driver's nvidia-smi stands before the one that Windows brings, or the card's mode is TCC.",
        fixes=fixes(
            "In a container: in /etc/nvidia-container-runtime/config.toml on its host set `no-cgroups = false`, and restart Docker",
            Advice("run", "Within WSL, without a container, this must work", command="/usr/lib/wsl/lib/nvidia-smi"),
            "WSL: no NVIDIA driver is installed within it (take packages like nvidia-utils and nvidia-driver out); `wsl --update`, then `wsl --shutdown`",
        ),
        reference=(
            "microsoft/WSL#9962",
            "microsoft/WSL#9938",
            "NVIDIA/nvidia-container-toolkit#85",
            "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
        ),
        example="Failed to initialize NVML: GPU access blocked by the operating system",
    ),
)
