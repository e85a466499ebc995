/** A server's live stream; reconnects by itself and resumes after the last event received. */

import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { AlertAnswer } from "~/domain/alert";
import type { LiveSeries } from "~/domain/derive";
import { hasLabels } from "~/domain/sample";
import type { HostscopeClient } from "~/trpc/node";
import type { Source, SourceEvent } from "./source";
import { GRAPHS, type GraphName } from "./state";

interface ServerOptions {
  url: string;
  token: string | undefined;
  client: HostscopeClient;
}

const RETRY_MS = [500, 1000, 2000, 5000];
/** The server sends something at least every 15 s: a longer silence means a dead connection. */
const SILENCE_MS = 35_000;
const EVERYTHING = 10_000;

interface Snapshot {
  timestamp: number | null;
  series: LiveSeries[];
  values: (number | null)[];
  monitoring: "running" | "stopped";
}

/** Decodes the stream's events into complete samples: values that are absent have not changed. */
class Decoder {
  private series: readonly LiveSeries[] = [];
  private values: number[] = [];
  lastId: string | undefined;

  constructor(private readonly emit: (event: SourceEvent) => void) {}

  take({ event, data, id }: EventSourceMessage): void {
    if (id !== undefined && id !== "") this.lastId = id;
    if (event === "snapshot") {
      const { timestamp, series, values, monitoring } = JSON.parse(data) as Snapshot;
      this.series = series;
      this.values = values.map((value) => value ?? Number.NaN);
      if (timestamp !== null) this.emitSample(timestamp);
      this.emit({ type: "link", link: monitoring === "stopped" ? "stopped" : "live" });
    } else if (event === "sample") {
      const { t, v } = JSON.parse(data) as { t: number; v: Record<string, number | null> };
      for (const [index, value] of Object.entries(v)) this.values[Number(index)] = value ?? Number.NaN;
      this.emitSample(t);
    } else if (event === "alert") this.emit({ type: "alert", alert: JSON.parse(data) as AlertAnswer });
    else if (event === "status") {
      const { monitoring } = JSON.parse(data) as { monitoring: "running" | "stopped" };
      this.emit({ type: "link", link: monitoring === "stopped" ? "stopped" : "live" });
    }
  }

  private emitSample(at: number): void {
    this.emit({ type: "sample", tick: { at, series: this.series, values: [...this.values] } });
  }
}

const PAST_MS = 300_000;

/** Loads the last minutes, so that the graphs do not start empty. */
async function recentPast(client: HostscopeClient): Promise<Record<GraphName, readonly number[]>> {
  const to = Date.now();
  const { series } = await client.metrics.history.query({ name: "system", from: to - PAST_MS, to, points: PAST_MS / 1000 });
  const past = (name: GraphName) => {
    const [metric, labels] = GRAPHS[name];
    const found = series.find(
      (one) =>
        one.metric === metric && hasLabels(one.labels, labels) && Object.keys(one.labels).length === Object.keys(labels).length,
    );
    const values = (found?.values ?? []).map((value) => value ?? Number.NaN);
    // Trailing seconds without a sample yet are not a gap.
    return values.slice(0, values.findLastIndex((value) => !Number.isNaN(value)) + 1);
  };
  return { cpu: past("cpu"), receive: past("receive"), transmit: past("transmit"), read: past("read"), write: past("write") };
}

export function serverSource({ url, token, client }: ServerOptions): Source {
  const end = new AbortController();
  const firingAlerts = async () => (await client.alerts.list.query({ state: "firing", limit: 100 })).alerts;

  async function readStream(decoder: Decoder, onOpen: () => void): Promise<void> {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    try {
      const response = await fetch(`${url}/api/stream`, {
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(decoder.lastId !== undefined && { "last-event-id": decoder.lastId }),
        },
        signal: AbortSignal.any([end.signal, silence.signal]),
      });
      if (!response.ok || !response.body) throw new Error(`the stream answers ${response.status}`);
      onOpen();
      const parser = createParser({ onEvent: (message) => decoder.take(message) });
      const text = new TextDecoder();
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        parser.feed(text.decode(chunk, { stream: true }));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async function follow(emit: (event: SourceEvent) => void): Promise<void> {
    let failures = 0;
    let connections = 0;
    // What fired or ended while there was no connection is not told again.
    const onOpen = () => {
      if (connections++ > 0)
        firingAlerts().then(
          (alerts) => emit({ type: "alerts", alerts }),
          () => {},
        );
    };
    const decoder = new Decoder((event) => {
      failures = 0;
      emit(event);
    });
    while (!end.signal.aborted) {
      await readStream(decoder, onOpen).catch(() => {});
      if (end.signal.aborted) return;
      emit({ type: "link", link: "lost" });
      const wait = RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] as number;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  return {
    name: url,
    async open(emit) {
      const [current, alerts] = await Promise.all([client.metrics.current.query(), firingAlerts()]);
      emit({ type: "host", host: { ...current.host, bootTime: Date.parse(current.host.bootTime) } });
      emit({ type: "alerts", alerts });
      emit({ type: "past", past: await recentPast(client) });
      void follow(emit);
    },
    async processes({ sort, limit }) {
      const whole = limit === null || sort === "pid" || sort === "name";
      const { processes } = await client.processes.list.query({
        sort: sort === "pid" || sort === "name" ? "cpu" : sort,
        limit: whole ? EVERYTHING : limit,
      });
      return processes.map((row) => ({ ...row, startedAt: Date.parse(row.startedAt) }));
    },
    close: () => end.abort(),
  };
}
