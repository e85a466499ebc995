/** Facts about the host, and the marks of this start. */
import type { HostFacts } from "~/domain/host";
import { startMarks } from "~/domain/mark";
import { fullHostFacts, quickHostFacts } from "../collectors/host";
import type { StartupOptions } from "../startup-options";
import type { Cleanups } from "./cleanups";
import type { Parts } from "./parts";

const BOOT_TIME = "boot_time";
/** The inventory runs programs: it must not slow down the first page. */
const INVENTORY_AFTER_MS = 3000;

/** Reads the cheap host facts at once and the full inventory a moment later. Marks this start, and a boot since the last one. */
export async function describeHost(
  { roots, version, log }: StartupOptions,
  { store, startedAt, isFirst }: Pick<Parts, "store" | "startedAt"> & { isFirst: boolean },
  cleanups: Cleanups,
): Promise<{ current: HostFacts }> {
  const host = { current: quickHostFacts(roots) };
  const { bootTime } = host.current;
  const lastBoot = await store.setting(BOOT_TIME);
  const previousBootTime = lastBoot ? Number(lastBoot.value) : null;
  const marks = isFirst ? startMarks({ startedAt, version, bootTime, previousBootTime, newestAt: store.newestAt() }) : [];
  for (const mark of marks) await store.marks.add(mark);
  await store.setSetting(BOOT_TIME, String(bootTime), new Date(startedAt));
  const inventory = setTimeout(() => {
    fullHostFacts(host.current).then(
      (facts) => {
        host.current = facts;
      },
      (error: unknown) => log.warn({ err: error }, "cannot read part of the host's description"),
    );
  }, INVENTORY_AFTER_MS);
  cleanups.add(() => clearTimeout(inventory));
  return host;
}
