/** Live data as server-sent events. Each tick is serialized once for all clients. */

import type { Caller } from "~/domain/access";
import { alertAnswer } from "~/domain/alert";
import type { ChartSeries, Frame } from "~/domain/derive";
import { markAnswer } from "~/domain/mark";
import { isLive } from "~/domain/metric";
import type { TopProcess, TopProcesses } from "~/domain/top-processes";
import { seesAllIo } from "../api/visible";
import type { BusEvent, TickEvent } from "../bus";
import type { Runtime } from "../runtime";

/** How many ticks back a client can resume. */
const RESUME_TICKS = 300;
const PING_MS = 15_000;
/** Events that may queue beyond the high-water mark before a slow client is disconnected. It reconnects and resumes. */
const MAX_QUEUED_FRAMES = 16;
const SIGNIFICANT_DIGITS = 6;

interface Sent {
  id: number;
  bytes: Uint8Array;
}

interface StreamClient {
  controller: ReadableStreamDefaultController<Uint8Array>;
  close(): void;
}

const encoder = new TextEncoder();

function frameText(event: string, data: unknown, id: number | null): string {
  return `${id === null ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Six digits are more than a chart shows, and values that hardly move count as unchanged. */
function rounded(value: number | undefined): number | null {
  if (value === undefined || Number.isNaN(value)) return null;
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

/** Indexes of the series that are streamed. The others are only in history and `current`. */
function liveIndexes(series: readonly ChartSeries[]): number[] {
  return series.flatMap((one, index) => (isLive(one) ? [index] : []));
}

export class EventStream {
  private readonly clients = new Set<StreamClient>();
  private recent: Sent[] = [];
  private layout: readonly ChartSeries[] | undefined;
  private live: number[] = [];
  private lastValues: (number | null)[] = [];
  private lastTick: TickEvent | undefined;
  /** Ticks since the last client left. Starts at the limit: no client has connected yet. */
  private idleTicks = RESUME_TICKS;
  private readonly ping: NodeJS.Timeout;

  constructor(
    private readonly runtime: Runtime,
    private readonly withIo: boolean,
  ) {
    const latest = runtime.bus.latest();
    if (latest) this.onTick(latest);
    runtime.bus.subscribe((event) => this.onEvent(event));
    // An event, which a page hears, with the time here: its own clock may be wrong.
    this.ping = setInterval(() => this.broadcast(encoder.encode(frameText("ping", { now: this.runtime.now() }, null))), PING_MS);
    this.ping.unref();
  }

  /** Opens a stream for one client. `after` is the id of the last event that it has seen. */
  open(signal: AbortSignal, after: number | null): Response {
    let client: StreamClient | undefined;
    const leave = () => {
      if (client) this.clients.delete(client);
    };
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          client = {
            controller,
            close: () => {
              leave();
              try {
                controller.close();
              } catch {
                // The client left first.
              }
            },
          };
          controller.enqueue(encoder.encode("retry: 1000\n\n"));
          for (const bytes of this.opening(after)) controller.enqueue(bytes);
          controller.enqueue(encoder.encode(frameText("ping", { now: this.runtime.now() }, null)));
          if (this.clients.size === 0) this.lastValues = this.live.map((index) => rounded(this.lastTick?.frame.values[index]));
          this.clients.add(client);
        },
        cancel: leave,
      },
      new CountQueuingStrategy({ highWaterMark: 2 }),
    );
    signal.addEventListener("abort", () => client?.close(), { once: true });
    return new Response(body, {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-cache, no-transform",
        "x-accel-buffering": "no",
      },
    });
  }

  closeAll(): void {
    clearInterval(this.ping);
    for (const client of this.clients) client.close();
  }

  /** The first events for a client: the ticks it missed if the layout is still the same, else a snapshot. */
  private *opening(after: number | null): Generator<Uint8Array> {
    const start = after === null ? -1 : this.recent.findIndex(({ id }) => id === after);
    if (start >= 0) {
      for (const { bytes } of this.recent.slice(start + 1)) yield bytes;
      return;
    }
    yield this.snapshot();
  }

  private snapshot(): Uint8Array {
    const series = this.live
      .map((index) => this.layout?.[index])
      .map((one) => ({ metric: one?.metric, labels: one?.labels, unit: one?.unit }));
    const at = this.lastTick?.frame.at ?? null;
    const values = this.lastTick ? this.live.map((index) => rounded(this.lastTick?.frame.values[index])) : [];
    const { monitoring } = this.runtime.monitoring.state();
    const intervalSeconds = this.runtime.config.monitoring.interval;
    const data = { timestamp: at, now: this.runtime.now(), intervalSeconds, series, values, monitoring };
    const top = this.lastTick ? frameText("top", this.topOf(this.lastTick), null) : "";
    return encoder.encode(frameText("snapshot", data, at) + top);
  }

  private onEvent(event: BusEvent): void {
    if (event.type === "tick") this.onTick(event);
    else if (event.type === "closing") this.closeAll();
    else if (event.type === "alert") this.broadcast(encoder.encode(frameText("alert", alertAnswer(event.alert), null)));
    else {
      const { monitoring, mark } = event;
      const status = { monitoring, health: this.runtime.health().status, ...(mark && { mark: markAnswer(mark) }) };
      this.broadcast(encoder.encode(frameText("status", status, null)));
    }
  }

  private onTick(tick: TickEvent): void {
    const { frame } = tick;
    const wentBack = this.lastTick !== undefined && frame.at <= this.lastTick.frame.at;
    this.lastTick = tick;
    if (frame.series !== this.layout || wentBack) {
      this.layout = frame.series;
      this.live = liveIndexes(frame.series);
      this.lastValues = this.live.map((index) => rounded(frame.values[index]));
      const bytes = this.snapshot();
      this.recent = [{ id: frame.at, bytes }];
      this.broadcast(bytes);
      return;
    }
    this.idleTicks = this.clients.size > 0 ? 0 : this.idleTicks + 1;
    if (this.idleTicks > RESUME_TICKS) {
      // No client can resume any more. Skip the work until the next one connects.
      this.recent = [];
      this.lastValues = [];
      return;
    }
    const changed = this.changes(frame);
    const bytes = encoder.encode(
      frameText("sample", { t: frame.at, v: changed }, frame.at) + frameText("top", this.topOf(tick), null),
    );
    this.recent.push({ id: frame.at, bytes });
    if (this.recent.length > RESUME_TICKS) this.recent.shift();
    this.broadcast(bytes);
  }

  private topOf(tick: TickEvent): TopProcesses {
    const top = tick.top();
    if (this.withIo) return top;
    const withoutIo = (row: TopProcess) => ({ ...row, readBytesPerSecond: null, writeBytesPerSecond: null });
    const programs = top.programs.map((use) => ({ ...use, ioBytesPerSecond: null }));
    return { cpu: top.cpu.map(withoutIo), memory: top.memory.map(withoutIo), programs };
  }

  private changes(frame: Frame): Record<string, number | null> {
    const changed: Record<string, number | null> = {};
    this.live.forEach((slot, index) => {
      const value = rounded(frame.values[slot]);
      if (value === this.lastValues[index]) return;
      this.lastValues[index] = value;
      changed[index] = value;
    });
    return changed;
  }

  private broadcast(bytes: Uint8Array): void {
    for (const client of this.clients) {
      if ((client.controller.desiredSize ?? 0) < -MAX_QUEUED_FRAMES) {
        client.close();
        continue;
      }
      client.controller.enqueue(bytes);
    }
  }
}

const streams = new WeakMap<Runtime, Map<boolean, EventStream>>();

/** The runtime's stream for those who may see the I/O of all processes, or for the others; made on first use. */
export function eventStreamOf(runtime: Runtime, caller: Caller): EventStream {
  const withIo = seesAllIo({ ...caller, runtime });
  const ofRuntime = streams.get(runtime) ?? new Map<boolean, EventStream>();
  streams.set(runtime, ofRuntime);
  const stream = ofRuntime.get(withIo) ?? new EventStream(runtime, withIo);
  ofRuntime.set(withIo, stream);
  return stream;
}
