/** Writes samples to engines: one target each, which do not know each other. Loaded when the configuration has one. */

import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { HostFacts } from "~/domain/host";
import { type EngineConnection, targetName, type WriteTarget } from "../config/remote-schema";
import type { Config } from "../config/schema";
import { type Engine, openEngine } from "../engine/connection";
import { retryAfter } from "../notifiers/http-sender";
import { Batcher, type WriteFormat } from "../remote-write/batches";
import type { WrittenFact } from "../remote-write/encode";
import { type Outcome, RemoteWriteTarget, type TargetState } from "../remote-write/target";
import { readBody } from "../response-body";
import type { StartupOptions } from "../startup-options";
import type { EngineParts } from "./engine-parts";
import { ownAddress } from "./own-address";

export interface RemoteWriteService {
  /** Call it after each tick. */
  tick(): void;
  states(): TargetState[];
  configure(config: Config): void;
  stop(): Promise<void>;
}

const TIMEOUT_MS = 30_000;
const MOST_ANSWER_BYTES = 4096;
const SHOWN_ANSWER = 300;
/** Steps that are read from memory, on this thread: what is live. */
const STEPS_AT_ONCE = 3;
/** An engine that answers so has not looked at the samples: nothing of them is dropped. */
const NOT_ABOUT_SAMPLES = new Set([401, 403, 404, 405, 407, 408, 425, 429]);

/** How a request went, by its status. */
export function outcomeOf(status: number, answer: string, retryAfterMs: number | null): Outcome {
  if (status >= 200 && status < 300) return { kind: "accepted" };
  const said = `${status} ${answer}`.trim();
  if (status >= 400 && status < 500 && !NOT_ABOUT_SAMPLES.has(status)) return { kind: "refused", answer: said };
  if (status === 401 || status === 403) return failed(`the engine refuses the credentials (${said})`);
  if (status === 404 || status === 405) return failed(`there is no remote write at this URL (${said})`);
  return { kind: "failed", why: said, afterMs: retryAfterMs };
}

const failed = (why: string): Outcome => ({ kind: "failed", why, afterMs: null });

async function post(engine: Engine, body: Uint8Array, signal: AbortSignal): Promise<Outcome> {
  try {
    const response = await engine.send({
      method: "POST",
      body: body as Uint8Array<ArrayBuffer>,
      headers: {
        "content-type": "application/x-protobuf",
        "content-encoding": "snappy",
        "x-prometheus-remote-write-version": "0.1.0",
      },
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    const { text } = await readBody(response, MOST_ANSWER_BYTES);
    const answer = text.replace(/\s+/g, " ").trim().slice(0, SHOWN_ANSWER);
    return outcomeOf(response.status, answer, retryAfter(response.headers.get("retry-after"), Date.now()));
  } catch (error) {
    return { kind: "failed", why: error instanceof Error ? error.message : String(error), afterMs: null, isAway: true };
  }
}

type Dependencies = Pick<EngineParts, "store" | "past" | "catalogue" | "host">;

/** As node_exporter tells them, and who writes. */
function factsOf(version: string, address: string, { name, os, kernel, architecture, bootTime }: HostFacts): WrittenFact[] {
  return [
    { name: "hostscope_build_info", labels: { version, url: address }, value: 1 },
    { name: "node_uname_info", labels: { machine: architecture, nodename: name, release: kernel, sysname: "Linux" }, value: 1 },
    { name: "node_os_info", labels: { pretty_name: os }, value: 1 },
    { name: "node_boot_time_seconds", labels: {}, value: Math.round(bootTime / 1000) },
  ];
}

export function composeRemoteWrite(
  { log, version, url, config }: Pick<StartupOptions, "log" | "version" | "url" | "config">,
  dependencies: Dependencies,
): RemoteWriteService {
  let open: { target: RemoteWriteTarget; engine: Engine; text: string }[] = [];
  const closing = new Set<Promise<void>>();
  const close = ({ target, engine }: (typeof open)[number]) => {
    const done = target.stop().then(() => engine.close());
    closing.add(done);
    done.finally(() => closing.delete(done));
  };
  const configure = (next: Config) => {
    const facts = factsOf(version, ownAddress(next, url), dependencies.host.current);
    const wanted = next.remote_write.map((one) => ({ one, text: JSON.stringify([one, facts]) }));
    const kept = open.filter(({ text }) => wanted.some((one) => one.text === text));
    for (const one of open) if (!kept.includes(one)) close(one);
    open = wanted.map(
      ({ one, text }) =>
        kept.find((other) => other.text === text) ?? { ...openTarget(one, facts, { ...dependencies, log }), text },
    );
  };
  configure(config);
  return {
    tick: () => {
      for (const { target } of open) target.tick();
    },
    states: () => open.map(({ target }) => target.state()),
    configure,
    async stop() {
      open.forEach(close);
      open = [];
      await Promise.all(closing);
    },
  };
}

function openTarget(
  options: WriteTarget & EngineConnection,
  facts: WriteFormat["facts"],
  { store, past, catalogue, log }: Dependencies & Pick<StartupOptions, "log">,
) {
  const name = targetName(options);
  const engine = openEngine(options.url, options);
  const format: WriteFormat = {
    stepMs: options.interval * 1000,
    externalLabels: { instance: hostname(), job: "hostscope", ...options.external_labels },
    metrics: options.metrics,
    facts,
  };
  const live = new Batcher(format, catalogue.definitionOf);
  const setting = `remote_write ${name}`;
  const target = new RemoteWriteTarget({
    name,
    stepMs: format.stepMs,
    outOfOrder: options.out_of_order,
    newest: () => store.newestAt(),
    oldest: () => store.oldestSample(),
    async batches({ from, to }, signal) {
      const inMemory = store.recentSince();
      if (inMemory === null || from + 1 < inMemory || to - from > STEPS_AT_ONCE * format.stepMs)
        return past.written({ from, to, format }, signal);
      const before = performance.now();
      const found = [...store.recent(from + 1)].filter(({ at }) => at <= to).map((sample) => live.add(sample));
      const batches = [...found, live.finish(to)].filter((batch) => batch !== undefined);
      return { batches, workMs: performance.now() - before };
    },
    post: (body, signal) => post(engine, body, signal),
    load: async () => (await store.setting(setting))?.value ?? null,
    save: (cursor) => store.noteSetting(setting, cursor, new Date()),
    sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => {}),
    now: () => Date.now(),
    random: Math.random,
    log,
  });
  return { target, engine };
}
