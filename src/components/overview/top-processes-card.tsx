"use client";

import Link from "next/link";
import { Card } from "~/components/ui/card";
import { usePageLink } from "~/components/view/use-view";
import { formatText } from "~/domain/format-value";
import type { TopProcess } from "~/domain/process";

const CELL = "numbers py-1 pl-3 text-right whitespace-nowrap";
const HEADER = "py-1 pl-3 text-right text-[12.5px] font-normal text-muted";

function ioOf({ readBytesPerSecond, writeBytesPerSecond }: TopProcess): string {
  if (readBytesPerSecond === null && writeBytesPerSecond === null) return "no permission";
  return formatText((readBytesPerSecond ?? 0) + (writeBytesPerSecond ?? 0), "By/s");
}

export function TopProcessesCard({ rows, stale }: { rows: readonly TopProcess[]; stale: boolean }) {
  const link = usePageLink();
  return (
    <Card title="Top processes" note="by CPU, 100 % is one core">
      <div className={stale ? "stale" : ""}>
        <table className="w-full table-fixed">
          <thead>
            <tr>
              <th scope="col" className="py-1 text-left text-[12.5px] font-normal text-muted">
                command
              </th>
              <th scope="col" className={`${HEADER} w-16`}>
                pid
              </th>
              <th scope="col" className={`${HEADER} w-18`}>
                CPU
              </th>
              <th scope="col" className={`${HEADER} w-22`}>
                memory
              </th>
              <th scope="col" className={`${HEADER} hidden w-24 sm:table-cell`}>
                I/O
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr className="border-t border-line" key={`${row.pid} ${row.startedAt}`}>
                <td className="truncate py-1" title={row.command || row.name}>
                  <Link href={link(`/processes?pid=${row.pid}`)} prefetch={false} className="hover:underline">
                    {row.command || `[${row.name}]`}
                  </Link>
                </td>
                <td className={CELL}>{row.pid}</td>
                <td className={CELL}>{formatText(row.cpu, "1")}</td>
                <td className={CELL}>{formatText(row.memoryBytes, "By")}</td>
                <td className={`${CELL} hidden sm:table-cell`}>{ioOf(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className="py-2 text-[12.5px] text-muted">Waiting for the first sample</p>}
      </div>
    </Card>
  );
}
