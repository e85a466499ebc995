"use client";

import { useFormat, useWords } from "~/components/words/words-provider";
import type { MomentRow } from "./changes";

const HEAD = "py-1 pl-3 text-right text-[12.5px] font-normal text-muted";
const CELL = "numbers py-1 pl-3 text-right whitespace-nowrap";
/** Not on a phone: name, CPU and memory are what one looks for. */
const WIDE = "hidden min-[700px]:table-cell";
const DEEPEST = 8;
const STEP_PX = 14;

interface TableProps {
  rows: readonly MomentRow[];
  tree: boolean;
  /** Whether it is known what was before. */
  known: boolean;
  /** Of another machine, programs are known and not their processes. */
  hasPids: boolean;
}

export function MomentTable({ rows, tree, known, hasPids }: TableProps) {
  const { moment } = useWords().performance;
  return (
    <table aria-label={moment.table} className="w-full table-fixed text-[13px]">
      <thead>
        <tr>
          <th scope="col" className="py-1 text-left text-[12.5px] font-normal text-muted">
            {moment.columns.process}
          </th>
          {hasPids && (
            <th scope="col" className={`w-[80px] ${HEAD} ${WIDE}`}>
              {moment.columns.pid}
            </th>
          )}
          <th scope="col" className={`w-[72px] ${HEAD}`}>
            {moment.columns.cpu}
          </th>
          <th scope="col" className={`w-[120px] ${HEAD} ${WIDE}`}>
            {moment.columns.change}
          </th>
          <th scope="col" className={`w-[92px] ${HEAD}`}>
            {moment.columns.memory}
          </th>
          <th scope="col" className={`w-[104px] ${HEAD} ${WIDE}`}>
            {moment.columns.io}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <ProcessRow key={`${row.pid} ${row.startedAt}`} row={row} tree={tree} known={known} hasPid={hasPids} />
        ))}
      </tbody>
    </table>
  );
}

/** The program first, then its arguments. */
function ProcessRow({ row, tree, known, hasPid }: { row: MomentRow; tree: boolean; known: boolean; hasPid: boolean }) {
  const format = useFormat();
  const { readBytesPerSecond: read, writeBytesPerSecond: written, command, name } = row;
  const io = read === null && written === null ? null : (read ?? 0) + (written ?? 0);
  const firstSpace = command.indexOf(" ");
  const commandArguments = firstSpace < 0 ? "" : command.slice(firstSpace + 1);
  return (
    <tr className="border-t border-line">
      <th
        scope="row"
        className="truncate py-1 text-left font-normal"
        title={command}
        style={tree ? { paddingLeft: Math.min(row.depth ?? 0, DEEPEST) * STEP_PX } : undefined}
      >
        {command === "" ? `[${name}]` : name} <span className="text-muted">{commandArguments}</span>
      </th>
      {hasPid && <td className={`${CELL} ${WIDE}`}>{row.pid}</td>}
      <td className={CELL}>{format.text(row.cpu, "1")}</td>
      <td className={`${CELL} text-muted ${WIDE}`}>{known ? row.change : ""}</td>
      <td className={CELL}>{format.text(row.memoryBytes, "By")}</td>
      <td className={`${CELL} ${WIDE}`}>{format.text(io, "By/s")}</td>
    </tr>
  );
}
