/** The systemd unit, in the package and by `hostscope service install`. Pure. */
import type { Places } from "../places";

export interface UnitInput {
  /** Program and arguments up to `start`. */
  command: readonly string[];
  places: Places;
  /** Null for a unit of a user's own systemd. */
  user: string | null;
}

/** What reads more than an unprivileged user may. */
const CAPABILITIES = {
  CAP_SYS_PTRACE: "I/O, open files and working directories of other users' processes",
  CAP_DAC_READ_SEARCH: "sizes of files and sockets in other users' folders, such as those that grow on a full filesystem",
  CAP_SYSLOG: "the kernel log where it is restricted: OOM kills and hardware errors",
} as const;

/**
 * The service sees all processes, users, the network, /tmp and /home: what would hide them is not set. ProtectSystem and its like change
 * only its own view of the mounts, which is why HOSTSCOPE_HOST_ROOT=/ has it read the mount table of process 1.
 */
const HARDENED = `CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectClock=yes
ProtectHostname=yes
ProtectHome=read-only
PrivateMounts=yes
PrivateDevices=yes
DevicePolicy=closed
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
LockPersonality=yes
RemoveIPC=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources @obsolete
SystemCallErrorNumber=EPERM
UMask=0077`;

const quoted = (text: string) =>
  /[\s"'\\%$]/.test(text)
    ? `"${text
        .replace(/(["\\])/g, "\\$1")
        .replace(/%/g, "%%")
        .replace(/\$/g, "$$$$")}"`
    : text;

export function unitText({ command, places, user }: UnitInput): string {
  const variables = {
    HOSTSCOPE_HOST_ROOT: "/",
    HOSTSCOPE_CONFIG: places.configPath,
    HOSTSCOPE_DATA_DIR: places.dataDir,
    HOSTSCOPE_LOG_DIR: places.logDir,
  };
  const environment = Object.entries(variables).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`);
  const isSystem = user !== null;
  return `[Unit]
Description=Hostscope performance monitor
${isSystem ? "After=network.target\n" : ""}
[Service]
Type=notify
NotifyAccess=all
${isSystem ? `User=${user}\nGroup=${user}\n` : ""}${environment.join("\n")}
ExecStart=${[...command, "start"].map(quoted).join(" ")}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=2
WatchdogSec=120
TimeoutStartSec=120
# A machine that is overloaded is measured too.
CPUWeight=500
${isSystem ? systemPart(places) : ""}
[Install]
WantedBy=${isSystem ? "multi-user.target" : "default.target"}
`;
}

function systemPart({ configPath, dataDir, logDir }: Places): string {
  const folders = [configPath.slice(0, configPath.lastIndexOf("/")), dataDir, logDir];
  return `OOMScoreAdjust=-500
ReadWritePaths=${folders.map(quoted).join(" ")}
${HARDENED}
`;
}

/** A drop-in that lets the service see what only root sees. It raises what `systemd-analyze security` counts as exposure. */
export function fullViewText(): string {
  const names = Object.keys(CAPABILITIES).join(" ");
  const lines = Object.entries(CAPABILITIES).map(([name, what]) => `# ${name}: ${what}`);
  return `${lines.join("\n")}
[Service]
CapabilityBoundingSet=${names}
AmbientCapabilities=${names}
ProtectKernelLogs=no
PrivateDevices=no
DevicePolicy=closed
DeviceAllow=/dev/kmsg r
`;
}
