import { Card } from "~/components/ui/card";
import { Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from "~/components/ui/table";
import type { TopProcess } from "~/domain/process";
import { formatText } from "~/domain/units";

const CELL = "numbers !px-0 !py-1 !pl-3 text-right text-text whitespace-nowrap";
const HEADER = "!px-0 !py-1 !pl-3 text-right text-[12.5px] font-normal text-muted";

function ioOf({ readBytesPerSecond, writeBytesPerSecond }: TopProcess): string {
  if (readBytesPerSecond === null && writeBytesPerSecond === null) return "no permission";
  return formatText((readBytesPerSecond ?? 0) + (writeBytesPerSecond ?? 0), "By/s");
}

export function TopProcessesCard({ rows, stale }: { rows: readonly TopProcess[]; stale: boolean }) {
  return (
    <Card title="Top processes" note="by CPU, 100 % is one core">
      <div className={stale ? "stale" : ""}>
        <Table>
          <TableHead>
            <TableRow>
              <TableHeaderCell className="!px-0 !py-1 text-left text-[12.5px] font-normal text-muted">command</TableHeaderCell>
              <TableHeaderCell className={`${HEADER} w-16`}>pid</TableHeaderCell>
              <TableHeaderCell className={`${HEADER} w-18`}>CPU</TableHeaderCell>
              <TableHeaderCell className={`${HEADER} w-22`}>memory</TableHeaderCell>
              <TableHeaderCell className={`${HEADER} hidden w-24 sm:table-cell`}>I/O</TableHeaderCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {rows.map((row) => (
              <TableRow key={`${row.pid} ${row.startedAt}`}>
                <TableCell className="truncate !px-0 !py-1 font-mono text-[13px] text-text" title={row.command || row.name}>
                  {row.command || `[${row.name}]`}
                </TableCell>
                <TableCell className={`${CELL} font-mono text-[13px]`}>{row.pid}</TableCell>
                <TableCell className={CELL}>{formatText(row.cpu, "1")}</TableCell>
                <TableCell className={CELL}>{formatText(row.memoryBytes, "By")}</TableCell>
                <TableCell className={`${CELL} hidden sm:table-cell`}>{ioOf(row)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
        {rows.length === 0 && <p className="py-2 text-[12.5px] text-muted">Waiting for the first sample</p>}
      </div>
    </Card>
  );
}
