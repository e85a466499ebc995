"use client";

import { useCallback, useMemo } from "react";
import { prepareChart } from "~/components/charts/prepare";
import { TimeSeriesChart } from "~/components/charts/time-series-chart";
import { useHidden } from "~/components/charts/use-hidden";
import { useLive } from "~/components/live/live-provider";
import { newestColumns, type SystemColumns, useSystemColumns } from "~/components/live/system-columns";
import { useNewest } from "~/components/live/use-newest";
import { Failure } from "~/components/ui/states";
import { useHistory } from "~/components/view/use-history";
import { useNetworkRate, useRange } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";

const rateOf = ({ column }: SystemColumns, direction: string, scale: number) =>
  column("system.network.io", { "network.io.direction": direction }).map((value) => (value === null ? null : value * scale));

export function TrafficChart({ stale }: { stale: boolean }) {
  const words = useWords().network.traffic;
  const { span, zoom } = useRange();
  const columns = useSystemColumns(span);
  const network = useNetworkRate();
  const hidden = useHidden();
  const hiddenLabels = hidden.of(words.title);
  const { intervalSeconds } = useLive();
  const newest = useNewest(span.moving && columns.stepSeconds > intervalSeconds, (store) => {
    const now = newestColumns(store);
    return new Map([
      [words.receive, rateOf(now, "receive", network.scale)[0] ?? null],
      [words.transmit, rateOf(now, "transmit", network.scale)[0] ?? null],
    ]);
  });
  const model = useMemo(() => {
    const column = (direction: string) => rateOf(columns, direction, network.scale);
    return prepareChart({
      title: words.title,
      unit: network.unit,
      times: columns.times,
      series: [
        { label: words.receive, color: "--series-blue", values: column("receive") },
        { label: words.transmit, color: "--series-pink", values: column("transmit"), mirrored: true },
      ],
      range: span,
      maxGapMs: columns.maxGapMs,
      hidden: hiddenLabels,
    });
  }, [columns, span, network, hiddenLabels, words]);
  const chart = { title: words.title, note: words.note, metric: "system.network.io", model, hidden, newest };
  return <TimeSeriesChart {...chart} stale={stale && span.moving} onZoom={zoom} />;
}

const STATE_COLORS = ["--series-blue", "--series-orange", "--series-green", "--series-pink", "--series-gold", "--series-sky"];

interface SocketCount {
  transport: string;
  state: string;
  count: number;
}

/**
 * Sockets by state over the range; states without sockets have no line. The line ends with the counts of the same read as the tables, which
 * the legend has too.
 */
export function ConnectionsChart({ now }: { now: readonly SocketCount[] | undefined }) {
  const words = useWords().network.connectionStates;
  const { span, zoom } = useRange();
  const hidden = useHidden();
  const hiddenLabels = hidden.of(words.title);
  const asked = { name: "system.network.connection.count", span, points: 360, limit: 100 };
  const { data, error, refetch } = useHistory(asked);
  const nameOf = useCallback(
    (transport: string | undefined, state: string | undefined) => {
      const key = `${transport} ${state}`;
      return (words.states as Readonly<Record<string, string>>)[key] ?? key;
    },
    [words],
  );
  const newest = useMemo(() => {
    if (!span.moving || now === undefined) return undefined;
    const counts = new Map(now.map(({ transport, state, count }) => [nameOf(transport, state), count]));
    return (label: string) => counts.get(label) ?? null;
  }, [span.moving, now, nameOf]);
  const model = useMemo(() => {
    const used = (data?.series ?? []).filter(({ values }) => values.some((value) => value !== null && value > 0));
    const times = data?.timestamps ?? [];
    // At the end of what is shown: what comes later is cut off.
    const isNewer = newest !== undefined && span.to > (times.at(-1) ?? Number.POSITIVE_INFINITY);
    return prepareChart({
      title: words.title,
      unit: "{connection}",
      times: isNewer ? [...times, span.to] : times,
      series: used.slice(0, STATE_COLORS.length).map(({ labels, values }, index) => {
        const label = nameOf(labels["network.transport"], labels["network.connection.state"]);
        return { label, color: STATE_COLORS[index] ?? "--muted", values: isNewer ? [...values, newest(label)] : values };
      }),
      range: span,
      maxGapMs: 1500 * Math.max(10, data?.stepSeconds ?? 1),
      hidden: hiddenLabels,
    });
  }, [data, newest, span, hiddenLabels, words, nameOf]);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const chart = { title: words.title, note: words.note, metric: asked.name, model, hidden, newest };
  return <TimeSeriesChart {...chart} stale={false} onZoom={zoom} />;
}
