"use client";

import "~/components/shell/with-frame";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { prepareChart } from "~/components/charts/prepare";
import { TimeSeriesChart } from "~/components/charts/time-series-chart";
import { useHidden } from "~/components/charts/use-hidden";
import { isStale, useFreshness, useLive } from "~/components/live/live-provider";
import { useSystemColumns } from "~/components/live/system-columns";
import { Card } from "~/components/ui/card";
import { CardBoundary } from "~/components/ui/card-boundary";
import { Failure, Skeleton } from "~/components/ui/states";
import { Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from "~/components/ui/table";
import { useHistory } from "~/components/view/use-history";
import { useNetworkRate, useRange } from "~/components/view/use-view";
import { formatText } from "~/domain/format-value";
import type { InterfaceRow } from "~/domain/network";
import { useTRPC } from "~/trpc/browser";

const REFRESH_MS = 5000;
const CELL = "numbers !px-0 !py-1 !pl-3 text-right text-text whitespace-nowrap";
const LEFT = "truncate !px-0 !py-1 text-left text-text";
const HEADER = "!px-0 !py-1 !pl-3 text-right text-[12.5px] font-normal text-muted";

/** Interfaces, connections and listeners, refetched on ticks at most every five seconds. */
function useNetwork() {
  const trpc = useTRPC();
  const { state } = useLive();
  const query = useQuery({ ...trpc.network.get.queryOptions(), placeholderData: keepPreviousData });
  const { refetch } = query;
  const tick = Math.floor((state.at ?? 0) / REFRESH_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new tick is the reason to ask again.
  useEffect(() => {
    void refetch();
  }, [tick, refetch]);
  return query;
}

export function Network() {
  const { data, error, refetch } = useNetwork();
  const stale = isStale(useFreshness());
  return (
    <div className="flex flex-col gap-3">
      <h1 className="text-[20px] font-semibold">Network</h1>
      {error && <Failure error={error} retry={() => void refetch()} />}
      <div className="grid grid-cols-1 gap-3 min-[900px]:grid-cols-2">
        <CardBoundary title="Traffic">
          <TrafficChart stale={stale} />
        </CardBoundary>
        <CardBoundary title="Connections">
          <ConnectionsChart />
        </CardBoundary>
      </div>
      {!data && !error ? <Skeleton label="interfaces" height={180} /> : <InterfacesCard rows={data?.interfaces ?? []} />}
      <ConnectionsCard connections={data?.connections ?? []} />
      <div className="grid grid-cols-1 gap-3 min-[900px]:grid-cols-2">
        <ListeningCard rows={data?.listening ?? []} />
        <ProtocolsCard rows={data?.protocols ?? []} />
      </div>
    </div>
  );
}

function TrafficChart({ stale }: { stale: boolean }) {
  const { span, zoom } = useRange();
  const columns = useSystemColumns(span);
  const network = useNetworkRate();
  const hidden = useHidden();
  const hiddenLabels = hidden.of("Traffic");
  const model = useMemo(() => {
    const column = (direction: string) =>
      columns
        .column("system.network.io", { "network.io.direction": direction })
        .map((value) => (value === null ? null : value * network.scale));
    return prepareChart({
      title: "Traffic",
      unit: network.unit,
      times: columns.times,
      series: [
        { label: "receive", color: "--series-blue", values: column("receive") },
        { label: "transmit", color: "--series-pink", values: column("transmit"), mirrored: true },
      ],
      range: span,
      maxGapMs: columns.maxGapMs,
      hidden: hiddenLabels,
    });
  }, [columns, span, network, hiddenLabels]);
  const chart = { title: "Traffic", note: "physical interfaces", metric: "system.network.io", model, hidden };
  return <TimeSeriesChart {...chart} stale={stale && span.moving} onZoom={zoom} />;
}

const STATE_COLORS = ["--series-blue", "--series-orange", "--series-green", "--series-pink", "--series-gold", "--series-sky"];

/** Sockets by state over the range; states without sockets have no line. */
function ConnectionsChart() {
  const { span, zoom } = useRange();
  const hidden = useHidden();
  const hiddenLabels = hidden.of("Connections");
  const asked = { name: "system.network.connection.count", span, points: 360, limit: 100 };
  const { data, error, refetch } = useHistory(asked);
  const model = useMemo(() => {
    const used = (data?.series ?? []).filter(({ values }) => values.some((value) => value !== null && value > 0));
    return prepareChart({
      title: "Connections",
      unit: "{connection}",
      times: data?.timestamps ?? [],
      series: used.slice(0, STATE_COLORS.length).map(({ labels, values }, index) => ({
        label: connectionName(labels["network.transport"] ?? "", labels["network.connection.state"] ?? ""),
        color: STATE_COLORS[index] ?? "--muted",
        values,
      })),
      range: span,
      maxGapMs: 1500 * Math.max(10, data?.stepSeconds ?? 1),
      hidden: hiddenLabels,
    });
  }, [data, span, hiddenLabels]);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const chart = { title: "Connections", note: "by state", metric: "system.network.connection.count", model, hidden };
  return <TimeSeriesChart {...chart} stale={false} onZoom={zoom} />;
}

function connectionName(transport: string, state: string): string {
  return `${transport.toUpperCase()} ${state.replaceAll("_", " ")}`.trim();
}

function ConnectionsCard({ connections }: { connections: readonly { transport: string; state: string; count: number }[] }) {
  const present = connections.filter(({ count }) => count > 0);
  return (
    <Card title="Connections now" note="by state">
      {present.length === 0 && <p className="text-[12.5px] text-muted">None</p>}
      <ul className="grid grid-cols-2 gap-x-6 gap-y-2 min-[900px]:grid-cols-4">
        {present.map(({ transport, state, count }) => (
          <li key={`${transport} ${state}`} className="flex justify-between gap-3">
            <span className="text-muted">
              {transport.toUpperCase()} {state.replaceAll("_", " ")}
            </span>
            <span className="numbers">{count}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function busier({ receiveUtilization, transmitUtilization }: InterfaceRow): number | null {
  if (receiveUtilization === null && transmitUtilization === null) return null;
  return Math.max(receiveUtilization ?? 0, transmitUtilization ?? 0);
}

/** Highlights errors and drops only when there are any. */
function trouble(value: number | null): string {
  return value !== null && value > 0 ? "text-warning" : "";
}

function InterfacesCard({ rows }: { rows: readonly InterfaceRow[] }) {
  const { show } = useNetworkRate();
  return (
    <Card title="Interfaces">
      <div className="overflow-x-auto">
        <div className="min-w-[720px]">
          <Table>
            <TableHead>
              <TableRow>
                <TableHeaderCell className="!px-0 !py-1 text-left text-[12.5px] font-normal text-muted">name</TableHeaderCell>
                {["link", "receive", "transmit", "of the link", "packets in", "packets out", "errors", "drops"].map((title) => (
                  <TableHeaderCell key={title} className={HEADER}>
                    {title}
                  </TableHeaderCell>
                ))}
              </TableRow>
            </TableHead>
            <TableBody>
              {rows.map((row) => (
                <TableRow key={row.name}>
                  <TableCell className={`${LEFT} font-mono text-[13px]`}>{row.name}</TableCell>
                  <TableCell className={CELL}>
                    {row.up === false ? "down" : row.speed === null ? "up" : formatText(row.speed, "bit/s")}
                  </TableCell>
                  <TableCell className={CELL}>{show(row.receiveBytesPerSecond)}</TableCell>
                  <TableCell className={CELL}>{show(row.transmitBytesPerSecond)}</TableCell>
                  <TableCell className={CELL}>{formatText(busier(row), "1")}</TableCell>
                  <TableCell className={CELL}>{formatText(row.receivePacketsPerSecond, "{packet}/s")}</TableCell>
                  <TableCell className={CELL}>{formatText(row.transmitPacketsPerSecond, "{packet}/s")}</TableCell>
                  <TableCell className={`${CELL} ${trouble(row.errorsPerSecond)}`}>
                    {formatText(row.errorsPerSecond, "{error}/s")}
                  </TableCell>
                  <TableCell className={`${CELL} ${trouble(row.dropsPerSecond)}`}>
                    {formatText(row.dropsPerSecond, "{packet}/s")}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      </div>
    </Card>
  );
}

interface ListeningRow {
  transport: string;
  family: string;
  address: string;
  port: number;
  pid: number | null;
  process: string | null;
}

function ListeningCard({ rows }: { rows: readonly ListeningRow[] }) {
  return (
    <Card title="Listening ports">
      {rows.length === 0 && <p className="text-[12.5px] text-muted">None</p>}
      <ul>
        {rows.map(({ transport, family, address, port, pid, process }) => (
          <li
            key={`${transport} ${family} ${address} ${port}`}
            className="flex justify-between gap-3 border-b border-line py-1 last:border-0"
          >
            <span className="truncate font-mono text-[13px]">
              {transport} {family === "ipv6" ? `[${address}]` : address}:{port}
            </span>
            <span className="shrink-0 text-muted">{pid === null ? "another user's" : `${process} (${pid})`}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

interface ProtocolRow {
  metric: string;
  labels: Readonly<Record<string, string>>;
  unit: string;
  value: number;
}

/** "tcp segments receive", from the metric's name and labels. */
function protocolName({ metric, labels }: ProtocolRow): string {
  return [...metric.replace("system.network.", "").split("."), ...Object.values(labels)].join(" ").replaceAll("_", " ");
}

function ProtocolsCard({ rows }: { rows: readonly ProtocolRow[] }) {
  const moving = rows.filter(({ value }) => value > 0);
  return (
    <Card title="Protocols" note="what moves now">
      {moving.length === 0 && <p className="text-[12.5px] text-muted">Nothing</p>}
      <ul>
        {moving.map((row) => (
          <li key={protocolName(row)} className="flex justify-between gap-3 border-b border-line py-1 last:border-0">
            <span className="truncate">{protocolName(row)}</span>
            <span className="numbers shrink-0 text-muted">{formatText(row.value, row.unit)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
