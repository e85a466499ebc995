"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Card } from "~/components/ui/card";
import { Button, Toggle } from "~/components/ui/controls";
import type { ProcessSort } from "~/domain/process";
import { formatText } from "~/domain/units";
import { useTRPC } from "~/trpc/client";

const SORTS: readonly { key: ProcessSort; label: string }[] = [
  { key: "cpu", label: "CPU" },
  { key: "memory", label: "Memory" },
  { key: "io", label: "I/O" },
];
const SHOWN = 10;

/** The processes of one past second, heaviest first. */
export function MomentCard({ at, onClose }: { at: number; onClose: () => void }) {
  const [sort, setSort] = useState<ProcessSort>("cpu");
  const trpc = useTRPC();
  const moment = Math.round(at / 1000) * 1000;
  const { data, error } = useQuery({
    ...trpc.processes.list.queryOptions({ at: moment, sort, limit: SHOWN }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <Card
      title={`Processes at ${new Date(moment).toLocaleTimeString()}`}
      note={data ? `${data.total} in all` : undefined}
      aside={
        <div className="flex gap-1">
          {SORTS.map(({ key, label }) => (
            <Toggle key={key} pressed={sort === key} onClick={() => setSort(key)}>
              {label}
            </Toggle>
          ))}
          <Button onClick={onClose}>Close</Button>
        </div>
      }
    >
      {error && <p className="text-muted">{error.message}</p>}
      <ul>
        {(error ? [] : (data?.processes ?? [])).map((row) => (
          <li
            key={`${row.pid} ${row.startedAt}`}
            className="grid grid-cols-[minmax(0,1fr)_64px_72px_88px_96px] gap-3 border-b border-line py-1 last:border-0"
          >
            <span className="truncate font-mono text-[13px]" title={row.command}>
              {row.command || `[${row.name}]`}
            </span>
            <span className="numbers text-right font-mono text-[13px]">{row.pid}</span>
            <span className="numbers text-right">{formatText(row.cpu, "1")}</span>
            <span className="numbers text-right">{formatText(row.memoryBytes, "By")}</span>
            <span className="numbers text-right">
              {row.readBytesPerSecond === null && row.writeBytesPerSecond === null
                ? "–"
                : formatText((row.readBytesPerSecond ?? 0) + (row.writeBytesPerSecond ?? 0), "By/s")}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
