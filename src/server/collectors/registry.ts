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
import { openPressure } from "./pressure";
import { openProtocols } from "./protocols";
import { openSelf } from "./self";
import { openSensors } from "./sensors";
import { openUsers } from "./users";

/** Every collector, in the order in which its readings appear. */
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
