"use client";

import { useQuery } from "@tanstack/react-query";
import { Card } from "~/components/ui/card";
import { Meter } from "~/components/ui/meter";
import { Failure, Skeleton } from "~/components/ui/states";
import { Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from "~/components/ui/table";
import { useClock } from "~/components/view/use-view";
import { formatDuration, formatText } from "~/domain/format-value";
import { useTRPC } from "~/trpc/browser";

const CELL = "numbers !px-0 !py-1.5 text-text whitespace-nowrap";
const HEADER = "!px-0 !py-1 text-left text-[12.5px] font-normal text-muted";

/** The size of the history, its retention, and the size it will reach. */
export function StorageCard() {
  const trpc = useTRPC();
  const { show } = useClock();
  const { data, error, refetch } = useQuery({ ...trpc.storage.size.queryOptions(), staleTime: 0 });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton label="storage" height={320} />;
  const { forecast, disk } = data;
  return (
    <Card title="History" note="how long each kind is kept is set under retention in the configuration">
      <p className="mb-2">
        {formatText(data.bytes, "By")} of at most {formatText(data.maxBytes, "By")}, {formatText(data.freeBytes, "By")} of it
        unused.{" "}
        {forecast.steadyBytes === null
          ? "How large it will get is known after a few hours."
          : `It will come to ${formatText(forecast.steadyBytes, "By")}${forecast.daysUntilMax === null ? "" : `, and reach its limit in ${forecast.daysUntilMax} days: then the oldest of the finest goes early`}.`}
      </p>
      <Meter share={data.bytes / data.maxBytes} severity="ok" />
      <p className="mt-2 text-muted">
        {disk.freeBytes === null
          ? "The disk does not say how much is free"
          : `${formatText(disk.freeBytes, "By")} are free on the disk`}
        {disk.writable ? "." : ", and it cannot be written."}
      </p>
      <div className="mt-3 overflow-x-auto">
        <div className="min-w-[560px]">
          <Table>
            <TableHead>
              <TableRow>
                {["kind", "size", "rows", "kept for", "oldest"].map((name) => (
                  <TableHeaderCell key={name} className={HEADER}>
                    {name}
                  </TableHeaderCell>
                ))}
              </TableRow>
            </TableHead>
            <TableBody>
              {data.tiers.map(({ name, bytes, rows, keepSeconds, oldest }) => (
                <TableRow key={name}>
                  <TableCell className={CELL}>{name}</TableCell>
                  <TableCell className={CELL}>{formatText(bytes, "By")}</TableCell>
                  <TableCell className={CELL}>{rows}</TableCell>
                  <TableCell className={CELL}>{formatDuration(keepSeconds)}</TableCell>
                  <TableCell className={CELL}>{oldest === null ? "–" : show(Date.parse(oldest))}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      </div>
    </Card>
  );
}
