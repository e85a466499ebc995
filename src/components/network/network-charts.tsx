"use client";

import { useMemo } from "react";
import { prepareChart } from "~/components/charts/prepare";
import { TimeSeriesChart } from "~/components/charts/time-series-chart";
import { useHidden } from "~/components/charts/use-hidden";
import { useSystemColumns } from "~/components/live/system-columns";
import { Failure } from "~/components/ui/states";
import { useHistory } from "~/components/view/use-history";
import { useNetworkRate, useRange } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";

export function TrafficChart({ stale }: { stale: boolean }) {
  const words = useWords().network.traffic;
  const { span, zoom } = useRange();
  const columns = useSystemColumns(span);
  const network = useNetworkRate();
  const hidden = useHidden();
  const hiddenLabels = hidden.of(words.title);
  const model = useMemo(() => {
    const column = (direction: string) =>
      columns
        .column("system.network.io", { "network.io.direction": direction })
        .map((value) => (value === null ? null : value * network.scale));
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
  const chart = { title: words.title, note: words.note, metric: "system.network.io", model, hidden };
  return <TimeSeriesChart {...chart} stale={stale && span.moving} onZoom={zoom} />;
}

const STATE_COLORS = ["--series-blue", "--series-orange", "--series-green", "--series-pink", "--series-gold", "--series-sky"];

/** Sockets by state over the range; states without sockets have no line. */
export function ConnectionsChart() {
  const words = useWords().network.connectionStates;
  const { span, zoom } = useRange();
  const hidden = useHidden();
  const hiddenLabels = hidden.of(words.title);
  const asked = { name: "system.network.connection.count", span, points: 360, limit: 100 };
  const { data, error, refetch } = useHistory(asked);
  const model = useMemo(() => {
    const used = (data?.series ?? []).filter(({ values }) => values.some((value) => value !== null && value > 0));
    const names: Readonly<Record<string, string>> = words.states;
    return prepareChart({
      title: words.title,
      unit: "{connection}",
      times: data?.timestamps ?? [],
      series: used.slice(0, STATE_COLORS.length).map(({ labels, values }, index) => {
        const state = `${labels["network.transport"]} ${labels["network.connection.state"]}`;
        return { label: names[state] ?? state, color: STATE_COLORS[index] ?? "--muted", values };
      }),
      range: span,
      maxGapMs: 1500 * Math.max(10, data?.stepSeconds ?? 1),
      hidden: hiddenLabels,
    });
  }, [data, span, hiddenLabels, words]);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const chart = { title: words.title, note: words.note, metric: "system.network.connection.count", model, hidden };
  return <TimeSeriesChart {...chart} stale={false} onZoom={zoom} />;
}
