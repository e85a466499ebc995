import { openCgroups } from "./cgroups";
import type { OpenCollector } from "./collector";
import { openConnections } from "./connections";
import { openCpu } from "./cpu";
import { openDisk } from "./disk";
import { openFilesystem } from "./filesystem";
import { openKernel } from "./kernel";
import { openLoad } from "./load";
import { openMemory } from "./memory";
import { openNetwork } from "./network";
import type { Platform } from "./platform";
import { openPressure } from "./pressure";
import { ProcessScanner } from "./processes";
import { openProtocols } from "./protocols";
import { openSelf } from "./self";
import { openSensors } from "./sensors";
import { openUsers } from "./users";

/** All collectors, in the order of their readings. */
export const COLLECTORS: readonly OpenCollector[] = [
  openCpu,
  openLoad,
  openMemory,
  openPressure,
  openDisk,
  openFilesystem,
  openNetwork,
  openProtocols,
  openConnections,
  openKernel,
  openSensors,
  openCgroups,
  openUsers,
  openSelf,
];

const LINUX: Platform = {
  collectors: COLLECTORS,
  openProcesses: (roots, cores, redactor) => new ProcessScanner(roots, cores, redactor),
  notMeasured: [],
  hasProc: true,
  settleMs: 0,
};

/** The collectors of this system. Those of macOS and Windows are imported only there. */
export async function loadPlatform(name: NodeJS.Platform): Promise<Platform> {
  if (name !== "darwin" && name !== "win32") return LINUX;
  const { portablePlatform } = await import("./portable/platform");
  return portablePlatform(name);
}
