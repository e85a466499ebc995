import type { ProcessRow } from "~/domain/process";
import { forgetContinuousIntegration } from "~/server/env";
import { type ClientInput, connect } from "../connect";
import { jsonLine, plainText } from "../monitor/lines";
import type { LiveSample, Source, SourceEvent } from "../monitor/source";
import { INITIAL, type MonitorState, needsAll, onEvent } from "../monitor/state";
import { CliError, clientError } from "../output";

export interface MonitorInput extends ClientInput {
  flags: ClientInput["flags"] & { local?: boolean; interval?: number; once?: boolean; count?: number };
}

/** Most rows that the screen requests. */
const SCREEN_ROWS = 200;
const LINE_TOP = 5;

/** Passes a sample when the last one passed is an interval old. */
function pacer(intervalMs: number): (at: number) => boolean {
  let shownAt = Number.NEGATIVE_INFINITY;
  return (at) => {
    // Start again when the clock was set back.
    if (at >= shownAt && at - shownAt < intervalMs - 50) return false;
    shownAt = at;
    return true;
  };
}

export async function monitor(input: MonitorInput): Promise<void> {
  const { flags, environment } = input;
  const intervalSeconds = flags.interval ?? 1;
  const count = flags.once ? 1 : (flags.count ?? null);
  const { url, token, client } = connect(input);
  const source = await openSource();
  const isScreen = process.stdout.isTTY && process.stdin.isTTY && !flags.json && count === null;
  async function openSource(): Promise<Source> {
    if (flags.local) {
      const { localSource } = await import("../monitor/local-source");
      return localSource({ roots: environment.roots, intervalMs: intervalSeconds * 1000 });
    }
    const { serverSource } = await import("../monitor/server-source");
    return serverSource({ url, token, client });
  }

  try {
    if (isScreen) await fullScreen(source, { intervalSeconds, environment });
    else await printLines(source, { intervalSeconds, count, json: flags.json === true });
  } catch (error) {
    throw flags.local ? error : clientError(error, url);
  } finally {
    source.close();
  }
}

const STOPPED = "Monitoring is stopped; run `hostscope monitoring start` to resume";

interface LineOptions {
  intervalSeconds: number;
  count: number | null;
  json: boolean;
}

/** Prints `count` lines, or prints until interrupted. Rejects when monitoring is stopped and there will be no more to count. */
export function printLines(source: Source, { intervalSeconds, count, json }: LineOptions): Promise<void> {
  const isDue = pacer(intervalSeconds * 1000);
  let written = 0;
  let isLost = false;
  let begun = 0;
  return new Promise((resolve, reject) => {
    const write = async (tick: LiveSample) => {
      const top = await source.processes({ sort: "cpu", limit: LINE_TOP }).catch((): ProcessRow[] => []);
      if (count !== null && written >= count) return;
      process.stdout.write(`${json ? JSON.stringify(jsonLine(tick, top)) : plainText(tick, top)}\n`);
      written++;
      if (written === count) resolve();
    };
    const onSource = (event: SourceEvent) => {
      if (event.type === "sample" && isDue(event.tick.at)) {
        begun++;
        write(event.tick).catch(reject);
      }
      if (event.type !== "link") return;
      if (event.link === "lost" && !isLost) process.stderr.write(`Lost the connection to ${source.name}, reconnecting\n`);
      if (event.link === "stopped") {
        if (count !== null && begun < count) reject(new CliError(1, STOPPED));
        else process.stderr.write(`${STOPPED}\n`);
      }
      isLost = event.link === "lost";
    };
    source.open(onSource).catch(reject);
  });
}

interface ScreenInput {
  intervalSeconds: number;
  environment: MonitorInput["environment"];
}

const SIGNALS: readonly (readonly [NodeJS.Signals, number])[] = [
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGINT", 130],
];

async function fullScreen(source: Source, { intervalSeconds, environment }: ScreenInput): Promise<void> {
  // Connect before entering the full screen, so that an unreachable server is an error of one line.
  const waiting: SourceEvent[] = [];
  let receive = (event: SourceEvent) => void waiting.push(event);
  await source.open((event) => receive(event));
  forgetContinuousIntegration();
  const { openScreen } = await import("../monitor/full-screen");

  let state: MonitorState = INITIAL;
  const isDue = pacer(intervalSeconds * 1000);
  await new Promise<void>((resolve, reject) => {
    const screen = openScreen({
      color: environment.color !== "never",
      ascii: !environment.utf8,
      intervalSeconds,
      source: source.name,
      initial: state,
      onKey,
    });
    const change = (next: MonitorState) => {
      state = next;
      screen.show(state);
    };
    const finish = (code: number) => {
      screen.close();
      process.exitCode = code;
      resolve();
    };
    const readTable = async () =>
      source.processes({ sort: state.sort, limit: needsAll(state) ? null : SCREEN_ROWS }).catch(() => null);

    async function onSample(tick: LiveSample) {
      const processes = state.paused ? null : await readTable();
      change(onEvent(state, { type: "tick", tick, processes }));
    }

    function onKey(key: string) {
      if (key === "ctrl-c") return finish(130);
      if (key === "q" && !state.typing) return finish(0);
      const before = state;
      change(onEvent(state, { type: "key", key }));
      // Fetch rows that the current table lacks now, without waiting for the next tick.
      const asksMore = before.sort !== state.sort || (needsAll(state) && !needsAll(before));
      if (asksMore && !state.paused) {
        readTable().then((processes) => processes && change({ ...state, processes }), reject);
      }
    }

    receive = (event) => {
      if (event.type === "sample") {
        if (isDue(event.tick.at)) onSample(event.tick).catch(reject);
      } else change(onEvent(state, event));
    };
    for (const event of waiting) receive(event);
    for (const [signal, code] of SIGNALS) process.once(signal, () => finish(code));
    process.once("uncaughtException", (error) => {
      screen.close();
      reject(error);
    });
  });
}
