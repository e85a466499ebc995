/** What the main thread asks beside /proc and /sys: names of containers, failed units, the kernel's log. */
import type { NotMeasured } from "~/domain/host";
import type { Mark } from "~/domain/mark";
import type { Reading, Series } from "~/domain/sample";
import { everyAligned } from "../aligned-timer";
import { readText } from "../collectors/procfs";
import type { Config } from "../config/schema";
import { ContainerDirectory } from "../containers/directory";
import { ContainerStates } from "../containers/states";
import { KernelLog, type LogPosition } from "../kernel-log/kernel-log";
import { hostPath } from "../roots";
import type { StartupOptions } from "../startup-options";
import type { Store } from "../store/store";
import { ASK_EVERY_MS, FailedUnits } from "../systemd/failed-units";

/** Setting that says up to where the kernel's log was read. */
const LOG_POSITION = "kernel.log";
const SAVE_EVERY_MS = 60_000;
/** An OOM kill this long ago is the one that an alert is about. */
const OOM_WITHIN_MS = 120_000;

export interface Observers {
  containers: ContainerDirectory;
  containerStates: ContainerStates;
  units: FailedUnits;
  /** Reads what is new; call at each tick, before alerts are evaluated. */
  tick(series: readonly Series[], at: number): void;
  readings(): Reading[];
  absences(): readonly NotMeasured[];
  /** Who was killed for want of memory just now, in words. */
  oomVictim(at: number): string | null;
  configure(config: Config): void;
  stop(): Promise<void>;
}

interface ObserverParts {
  config: Config;
  store: Store;
  addMark: (mark: Omit<Mark, "id">) => Promise<Mark>;
}

function parsePosition(text: string | undefined): LogPosition | null {
  const [, bootId, sequence] = /^(\S*) (-?\d+)$/.exec(text ?? "") ?? [];
  return bootId === undefined ? null : { bootId, sequence: Number(sequence) };
}

export async function composeObservers(
  { roots, log }: Pick<StartupOptions, "roots" | "log">,
  { config, store, addMark }: ObserverParts,
): Promise<Observers> {
  const isHere = roots.host !== undefined;
  const onError = (what: string) => (error: unknown) => log.warn({ err: error }, `${what} failed`);
  const containers = new ContainerDirectory({
    roots,
    socket: config.containers.socket,
    records: store.containers,
    onError: onError("listing containers"),
  });
  await containers.restore();
  const containerStates = new ContainerStates({
    sockets: () => containers.sockets(),
    podLogs: hostPath(roots, "/var/log/containers"),
  });
  const units = new FailedUnits(roots);
  // A bus that does not answer delays no start.
  void units.ask();
  const stopAsking = everyAligned(ASK_EVERY_MS, () => {
    void units.ask();
    logNew();
  });

  const kernelLog = new KernelLog({
    bootId: readText(`${roots.proc}/sys/kernel/random/boot_id`) ?? "",
    from: parsePosition((await store.setting(LOG_POSITION))?.value),
    onMark: ({ at, text }) => {
      addMark({ at, kind: "kernel", text }).catch(onError("adding the mark of a kernel event"));
      log.info(`kernel: ${text}`);
    },
  });
  let told = new Set<string>();
  const absences = () => [...containers.absences(), ...units.absences(), ...kernelLog.absences()];
  /** Each once while it lasts. */
  const logNew = () => {
    const now = new Set(absences().map(({ what, reason }) => `not available: ${what}: ${reason}`));
    for (const line of now) if (!told.has(line)) log.info(line);
    told = now;
  };
  let savedSequence = Number.NaN;
  const savePosition = async () => {
    const { bootId, sequence } = kernelLog.position;
    if (sequence === savedSequence || !Number.isFinite(sequence)) return;
    savedSequence = sequence;
    await store.setSetting(LOG_POSITION, `${bootId} ${sequence}`, new Date());
  };
  const stopSaving = everyAligned(
    SAVE_EVERY_MS,
    () => void savePosition().catch(onError("saving the position in the kernel log")),
  );

  return {
    containers,
    containerStates,
    units,
    tick(series, at) {
      containers.tick(series, performance.now(), at);
      if (isHere) kernelLog.read(Date.now());
    },
    readings: () => [...units.readings(), ...kernelLog.readings()],
    absences,
    oomVictim: (at) => kernelLog.oomVictim(at, OOM_WITHIN_MS),
    configure: (next) => containers.configure(next.containers.socket),
    async stop() {
      stopAsking();
      stopSaving();
      await savePosition().catch(onError("saving the position in the kernel log"));
      kernelLog.close();
    },
  };
}
