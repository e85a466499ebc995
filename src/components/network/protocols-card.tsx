"use client";

import { Card } from "~/components/ui/card";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { Labels } from "~/domain/sample";

interface ProtocolRow {
  metric: string;
  labels: Labels;
  unit: string;
  value: number;
}

/** `tcp.opens active`, as the words are keyed. */
function keyOf({ metric, labels }: ProtocolRow): string {
  return [metric.replace("system.network.", ""), ...Object.values(labels)].join(" ");
}

interface ProtocolsProps {
  rows: readonly ProtocolRow[];
  /** From the stream, so that rates here and those of the interfaces are of the same second; null for what it does not have. */
  newest: (metric: string, labels: Labels) => number | null;
}

/** Rates that are not zero. What has no name here, such as the number of open connections, is shown elsewhere. */
export function ProtocolsCard({ rows, newest }: ProtocolsProps) {
  const words = useWords().network.protocols;
  const format = useFormat();
  const names: Readonly<Record<string, string>> = words.names;
  const moving = rows.flatMap((row) => {
    const name = names[keyOf(row)];
    const value = newest(row.metric, row.labels) ?? row.value;
    return value > 0 && name !== undefined ? [{ ...row, name, value }] : [];
  });
  return (
    <Card title={words.title} note={words.note}>
      {moving.length === 0 && <p className="text-[12.5px] text-muted">{words.none}</p>}
      <ul>
        {moving.map(({ name, value, unit }) => (
          <li key={name} className="flex justify-between gap-3 border-b border-line py-1 last:border-0">
            <span className="truncate" title={name}>
              {name}
            </span>
            <span className="numbers shrink-0 text-muted">{format.text(value, unit)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
