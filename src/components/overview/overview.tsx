"use client";

import { useMemo } from "react";
import { type ChartInput, type ChartSeriesInput, prepareChart } from "~/components/charts/prepare";
import { TimeSeriesChart } from "~/components/charts/time-series-chart";
import { useFreshness, useLive } from "~/components/live/live-provider";
import type { LiveStore } from "~/components/live/live-store";
import type { Health } from "~/domain/health";
import type { HostFacts } from "~/domain/host";
import type { Labels } from "~/domain/sample";
import { formatText } from "~/domain/units";
import { ActiveAlertsCard } from "./active-alerts-card";
import { type FilesystemRow, FilesystemsCard } from "./filesystems-card";
import { healthSentence, type Sentence } from "./health-sentence";
import { KpiCard } from "./kpi-card";
import { TopProcessesCard } from "./top-processes-card";

export interface OverviewProps {
  health: Health;
  host: Pick<HostFacts, "logicalCpus" | "memoryBytes">;
  /** ISO 8601, null when nothing is stored yet. */
  since: string | null;
}

const RANGE_MS = 15 * 60_000;
const SPARK_POINTS = 120;

const mode = (value: string): Labels => ({ "cpu.mode": value });
const memoryState = (value: string): Labels => ({ "system.memory.state": value });
const diskDirection = (value: string): Labels => ({ "disk.io.direction": value });
const networkDirection = (value: string): Labels => ({ "network.io.direction": value });

export function Overview({ health, host, since }: OverviewProps) {
  const { store, state, intervalSeconds } = useLive();
  const freshness = useFreshness();
  const stale = freshness.kind === "stale" || freshness.kind === "reconnecting" || freshness.kind === "stopped";
  const filesystems = filesystemRows(store);
  const sentence = healthSentence({
    health,
    monitoring: state.monitoring,
    cpu: store.current("system.cpu.utilization"),
    memory: store.current("system.memory.utilization"),
    swap: store.current("system.paging.utilization"),
    filesystems,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the store changes in place, its version says when.
  const charts = useMemo(
    () => overviewCharts(store, { now: state.at ?? Date.now(), intervalMs: intervalSeconds * 1000, host }),
    [store, state.version, intervalSeconds, host],
  );

  return (
    <div className="flex flex-col gap-4">
      <Headline sentence={sentence} since={since} intervalSeconds={intervalSeconds} />
      <ActiveAlertsCard />
      <section aria-label="Now" className="grid grid-cols-2 gap-3 min-[800px]:grid-cols-3 min-[1200px]:grid-cols-6">
        {kpis(store, host).map((kpi) => (
          <KpiCard key={kpi.label} {...kpi} stale={stale} />
        ))}
      </section>
      <section aria-label="Last 15 minutes" className="grid grid-cols-1 gap-3 min-[900px]:grid-cols-2">
        {charts.map(({ title, note, model }) => (
          <TimeSeriesChart key={title} title={title} note={note} model={model} stale={stale} />
        ))}
      </section>
      <section aria-label="Space and processes" className="grid grid-cols-1 gap-3 min-[900px]:grid-cols-2">
        <FilesystemsCard rows={filesystems} />
        <TopProcessesCard rows={state.top.cpu} stale={stale} />
      </section>
    </div>
  );
}

const MARK = { ok: "text-ok", info: "text-info", warning: "text-warning", critical: "text-critical" } as const;

function Headline({ sentence, since, intervalSeconds }: { sentence: Sentence; since: string | null; intervalSeconds: number }) {
  return (
    <div>
      <h1 className="text-[20px] leading-snug font-semibold">
        {sentence.severity !== "ok" && (
          <span className={`mr-2 ${MARK[sentence.severity]}`}>
            {sentence.severity === "info" ? "Note:" : `${sentence.severity === "critical" ? "Critical" : "Warning"}:`}
          </span>
        )}
        {sentence.text}
      </h1>
      <p className="mt-0.5 text-muted">
        {sentence.detail} A sample each {intervalSeconds === 1 ? "second" : `${intervalSeconds} s`}
        {since && (
          <>
            , since{" "}
            <time dateTime={since} suppressHydrationWarning>
              {new Date(since).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}
            </time>
          </>
        )}
        .
      </p>
    </div>
  );
}

function filesystemRows(store: LiveStore): FilesystemRow[] {
  return store
    .all("system.filesystem.utilization")
    .map(({ labels, value }) => ({
      mountpoint: labels["system.filesystem.mountpoint"] ?? "",
      utilization: value,
      freeBytes: store.current("system.filesystem.usage", { ...labels, "system.filesystem.state": "free" }),
      readOnly: labels["system.filesystem.mode"] === "ro",
    }))
    .sort((a, b) => (b.utilization ?? 0) - (a.utilization ?? 0));
}

/** The sum of columns, moment by moment; null only where every part is. */
function sum(...columns: readonly (readonly (number | null)[])[]): (number | null)[] {
  const length = Math.max(...columns.map((column) => column.length));
  return Array.from({ length }, (_, index) => {
    const parts = columns.map((column) => column[index] ?? null).filter((value) => value !== null);
    return parts.length === 0 ? null : parts.reduce((a, b) => a + b, 0);
  });
}

function addUp(...values: (number | null)[]): number | null {
  return sum(...values.map((value) => [value]))[0] ?? null;
}

function kpis(store: LiveStore, host: OverviewProps["host"]) {
  const tail = (values: readonly (number | null)[]) => values.slice(-SPARK_POINTS);
  const read = store.current("system.disk.io", diskDirection("read"));
  const write = store.current("system.disk.io", diskDirection("write"));
  const receive = store.current("system.network.io", networkDirection("receive"));
  const transmit = store.current("system.network.io", networkDirection("transmit"));
  const load = store.current("system.cpu.load_average.1m");
  const used = store.current("system.memory.usage", memoryState("used"));
  const pressure = store.current("system.linux.pressure.io.some");
  return [
    {
      label: "CPU",
      value: store.current("system.cpu.utilization"),
      unit: "1",
      note: `${formatText(store.current("system.cpu.utilization", mode("iowait")), "1")} waiting for I/O`,
      color: "--series-blue",
      values: tail(store.column("system.cpu.utilization")),
      max: 1,
    },
    {
      label: "Memory",
      value: store.current("system.memory.utilization"),
      unit: "1",
      note: `${formatText(used, "By")} of ${formatText(host.memoryBytes, "By")}`,
      color: "--series-pink",
      values: tail(store.column("system.memory.utilization")),
      max: 1,
    },
    {
      label: "Disk I/O",
      value: addUp(read, write),
      unit: "By/s",
      note: `read ${formatText(read, "By/s")}, write ${formatText(write, "By/s")}`,
      color: "--series-orange",
      values: tail(
        sum(store.column("system.disk.io", diskDirection("read")), store.column("system.disk.io", diskDirection("write"))),
      ),
    },
    {
      label: "Network",
      value: addUp(receive, transmit),
      unit: "By/s",
      note: `↓ ${formatText(receive, "By/s")} ↑ ${formatText(transmit, "By/s")}`,
      color: "--series-green",
      values: tail(
        sum(
          store.column("system.network.io", networkDirection("receive")),
          store.column("system.network.io", networkDirection("transmit")),
        ),
      ),
    },
    {
      label: "Load",
      value: load,
      unit: "{thread}",
      note: `${formatText(load === null ? null : load / host.logicalCpus, "{thread}")} per core`,
      color: "--series-sky",
      values: tail(store.column("system.cpu.load_average.1m")),
    },
    {
      label: "Pressure",
      value: pressure,
      unit: "1",
      note: pressure === null ? "not told by this kernel" : "of the time something waits for I/O",
      color: "--series-gold",
      values: tail(store.column("system.linux.pressure.io.some")),
      max: 1,
    },
  ];
}

interface ChartContext {
  now: number;
  intervalMs: number;
  host: OverviewProps["host"];
}

function overviewCharts(store: LiveStore, { now, intervalMs, host }: ChartContext) {
  const chart = (title: string, unit: string, series: ChartSeriesInput[], more: Partial<ChartInput> = {}) =>
    prepareChart({
      title,
      unit,
      times: store.times,
      series,
      range: { from: now - RANGE_MS, to: now },
      maxGapMs: 1.5 * intervalMs,
      ...more,
    });
  const cpu = (...modes: string[]) => sum(...modes.map((one) => store.column("system.cpu.utilization", mode(one))));
  const memory = (state: string) => store.column("system.memory.usage", memoryState(state));
  const disk = (direction: string) => store.column("system.disk.io", diskDirection(direction));
  const network = (direction: string) => store.column("system.network.io", networkDirection(direction));
  return [
    {
      title: "CPU",
      note: `% of ${host.logicalCpus} cores`,
      model: chart(
        "CPU",
        "1",
        [
          { label: "user", color: "--series-blue", values: cpu("user", "nice") },
          { label: "system", color: "--series-green", values: cpu("system", "interrupt", "softirq", "steal") },
          { label: "iowait", color: "--series-orange", values: cpu("iowait") },
        ],
        { stacked: true, limit: 1 },
      ),
    },
    {
      title: "Memory",
      note: formatText(host.memoryBytes, "By"),
      model: chart(
        "Memory",
        "By",
        [
          { label: "used", color: "--series-pink", values: memory("used") },
          { label: "cache", color: "--series-sky", values: memory("cached") },
          { label: "buffers", color: "--series-gold", values: memory("buffers") },
        ],
        { stacked: true, limit: host.memoryBytes },
      ),
    },
    {
      title: "Disk I/O",
      note: "all disks",
      model: chart("Disk I/O", "By/s", [
        { label: "read", color: "--series-green", values: disk("read") },
        { label: "write", color: "--series-orange", values: disk("write"), mirrored: true },
      ]),
    },
    {
      title: "Network",
      note: "all interfaces",
      model: chart("Network", "By/s", [
        { label: "receive", color: "--series-blue", values: network("receive") },
        { label: "transmit", color: "--series-pink", values: network("transmit"), mirrored: true },
      ]),
    },
  ];
}
