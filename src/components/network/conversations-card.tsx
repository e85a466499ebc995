"use client";

import { useState } from "react";
import { Card } from "~/components/ui/card";
import { Button } from "~/components/ui/controls";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { Conversation } from "~/domain/network";
import { ProcessLink } from "./process-link";

const FEW = 12;
const HEADER = "py-1 pl-3 align-bottom text-[12.5px] font-normal text-muted [overflow-wrap:anywhere]";
const WIDE = "hidden min-[800px]:table-cell";

/** Who talks to whom: connections by process and remote address, most first. */
export function ConversationsCard({ rows, total }: { rows: readonly Conversation[]; total: number }) {
  const words = useWords().network.conversations;
  const format = useFormat();
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, FEW);
  return (
    <Card title={words.title} note={words.note}>
      {rows.length === 0 && <p className="text-[12.5px] text-muted">{words.none}</p>}
      {rows.length > 0 && (
        <table aria-label={words.title} className="w-full table-fixed">
          <thead>
            <tr>
              <th scope="col" className={`${HEADER} !pl-0 text-left`}>
                {words.columns.process}
              </th>
              <th scope="col" className={`${HEADER} ${WIDE} w-[110px] text-left`}>
                {words.columns.direction}
              </th>
              <th scope="col" className={`${HEADER} text-left`}>
                {words.columns.address}
              </th>
              <th scope="col" title={words.portHelp} className={`${HEADER} w-[96px] text-right`}>
                {words.columns.port}
              </th>
              <th scope="col" className={`${HEADER} ${WIDE} w-[130px] text-right`}>
                {words.columns.count}
              </th>
              <th scope="col" className={`${HEADER} ${WIDE} w-[100px] text-right`}>
                {words.columns.queued}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <ConversationRow key={`${row.pid} ${row.transport} ${row.direction} ${row.remoteAddress} ${row.port}`} row={row} />
            ))}
          </tbody>
        </table>
      )}
      {rows.length > FEW && (
        <div className="mt-2 flex items-center gap-3 text-[12.5px] text-muted">
          <Button onClick={() => setAll(!all)}>{all ? words.fewer : words.all(format.text(rows.length, ""))}</Button>
          {all && total > rows.length && words.cut(format.text(rows.length, ""), format.text(total, ""))}
        </div>
      )}
    </Card>
  );
}

function ConversationRow({ row }: { row: Conversation }) {
  const words = useWords().network.conversations;
  const format = useFormat();
  const direction = words.directions[row.direction];
  return (
    <tr className="border-t border-line">
      <td className="truncate py-1">
        <ProcessLink pid={row.pid} name={row.process} />
      </td>
      <td className={`truncate py-1 pl-3 text-muted ${WIDE}`} title={direction}>
        {direction}
      </td>
      <td className="truncate py-1 pl-3 font-mono text-[13px]" title={row.remoteAddress}>
        {row.remoteAddress}
      </td>
      <td className="numbers py-1 pl-3 text-right">
        {row.port}
        {row.transport === "udp" && <span className="text-muted"> UDP</span>}
      </td>
      <td className={`numbers py-1 pl-3 text-right ${WIDE}`}>{format.text(row.connections, "")}</td>
      <td className={`numbers py-1 pl-3 text-right ${WIDE}`}>{format.text(row.queuedBytes, "By")}</td>
    </tr>
  );
}
