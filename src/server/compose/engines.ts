/**
 * What this machine has to do with engines: it writes to them (`remote_write`) and reads all machines from one (`fleet`). Without these
 * settings nothing of it is loaded.
 */
import { isDeepStrictEqual } from "node:util";
import type { Reading } from "~/domain/sample";
import type { Config } from "../config/schema";
import type { TargetState } from "../remote-write/target";
import type { StartupOptions } from "../startup-options";
import type { EngineParts } from "./engine-parts";
import type { FleetService } from "./fleet";
import type { ReadingsForEngines } from "./readings-for-engines";
import type { RemoteWriteService } from "./remote-write";

export interface EngineService {
  /** Call it after each tick. */
  tick(): void;
  /** What is measured for engines, or read from one. */
  readings(now: number): Reading[];
  targets(): TargetState[];
  /** Null without `fleet` in the configuration. */
  fleet(): FleetService | null;
  configure(config: Config): void;
  stop(): Promise<void>;
}

type Dependencies = EngineParts & { config: Config };

export async function composeEngines(startup: StartupOptions, { config, ...parts }: Dependencies): Promise<EngineService> {
  const { log } = startup;
  let writing: { service: RemoteWriteService; readings: ReadingsForEngines } | undefined;
  let fleet: FleetService | undefined;
  let isStopped = false;
  let changing: Promise<void> = Promise.resolve();

  const openWriting = async (next: Config) => {
    if (writing) {
      writing.service.configure(next);
      if (next.remote_write.length > 0) return;
      await writing.service.stop();
      writing = undefined;
    } else if (next.remote_write.length > 0) {
      const [{ composeRemoteWrite }, { readingsForEngines }] = await Promise.all([
        import("./remote-write"),
        import("./readings-for-engines"),
      ]);
      const onError = (error: unknown) => log.warn({ err: error }, "cannot read the outlook for remote write");
      writing = {
        service: composeRemoteWrite({ ...startup, config: next }, parts),
        readings: readingsForEngines(parts, onError),
      };
    }
  };
  let inForce: Config["fleet"];
  const openFleet = async (next: Config) => {
    if (isDeepStrictEqual(next.fleet, inForce)) return;
    inForce = next.fleet;
    await fleet?.stop();
    fleet = next.fleet ? (await import("./fleet")).composeFleet(startup, next.fleet) : undefined;
  };
  const apply = async (next: Config) => {
    if (isStopped) return;
    await openWriting(next);
    await openFleet(next);
  };
  await apply(config);

  return {
    tick: () => writing?.service.tick(),
    readings: (now) => [...(writing?.readings.read(now) ?? []), ...(fleet?.readings(now) ?? [])],
    targets: () => writing?.service.states() ?? [],
    fleet: () => fleet ?? null,
    configure(next) {
      changing = changing
        .then(() => apply(next))
        .catch((error: unknown) => log.error({ err: error }, "cannot apply remote_write or fleet"));
    },
    async stop() {
      isStopped = true;
      await changing;
      await Promise.all([writing?.service.stop(), fleet?.stop()]);
    },
  };
}
