import type { OpenCollector } from "./collector";
import { openCpu } from "./cpu";
import { openDisk } from "./disk";
import { openFilesystem } from "./filesystem";
import { openLoad } from "./load";
import { openMemory } from "./memory";
import { openNetwork } from "./network";
import { openPressure } from "./pressure";
import { openSelf } from "./self";

/** Every collector, in the order in which its readings appear. */
export const COLLECTORS: readonly OpenCollector[] = [
  openCpu,
  openLoad,
  openMemory,
  openPressure,
  openDisk,
  openFilesystem,
  openNetwork,
  openSelf,
];
