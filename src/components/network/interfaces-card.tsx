"use client";

import { Card } from "~/components/ui/card";
import { useNetworkRate } from "~/components/view/use-view";
import type { Words } from "~/components/words/en";
import { type Format, useFormat, useWords } from "~/components/words/words-provider";
import type { InterfaceRow } from "~/domain/network";

type Key = keyof Words["network"]["interfaces"]["columns"];

interface Context {
  words: Words["network"]["interfaces"];
  format: Format;
  rate: (bytes: number | null) => string;
}

function busier({ receiveUtilization, transmitUtilization }: InterfaceRow): number | null {
  if (receiveUtilization === null && transmitUtilization === null) return null;
  return Math.max(receiveUtilization ?? 0, transmitUtilization ?? 0);
}

const PHONE = "";
const TABLET = "hidden min-[640px]:table-cell";
const WIDE = "hidden min-[1100px]:table-cell";

/** The columns after the name. A phone shows what moves. */
const COLUMNS: readonly { key: Exclude<Key, "name">; shown: string; show: (row: InterfaceRow, context: Context) => string }[] = [
  {
    key: "link",
    shown: TABLET,
    show: ({ up, speed }, { words, format }) =>
      up === false ? words.down : speed === null ? words.up : format.text(speed, "bit/s"),
  },
  { key: "receive", shown: PHONE, show: (row, { rate }) => rate(row.receiveBytesPerSecond) },
  { key: "transmit", shown: PHONE, show: (row, { rate }) => rate(row.transmitBytesPerSecond) },
  { key: "utilization", shown: TABLET, show: (row, { format }) => format.text(busier(row), "1") },
  { key: "packetsIn", shown: WIDE, show: (row, { format }) => format.text(row.receivePacketsPerSecond, "{packet}/s") },
  { key: "packetsOut", shown: WIDE, show: (row, { format }) => format.text(row.transmitPacketsPerSecond, "{packet}/s") },
  { key: "errors", shown: TABLET, show: (row, { format }) => format.text(row.errorsPerSecond, "{error}/s") },
  { key: "drops", shown: TABLET, show: (row, { format }) => format.text(row.dropsPerSecond, "{packet}/s") },
];

/** Highlights errors and drops only when there are any. */
function isTrouble(key: Key, { errorsPerSecond, dropsPerSecond }: InterfaceRow): boolean {
  return (key === "errors" && (errorsPerSecond ?? 0) > 0) || (key === "drops" && (dropsPerSecond ?? 0) > 0);
}

export function InterfacesCard({ rows }: { rows: readonly InterfaceRow[] }) {
  const words = useWords().network.interfaces;
  const { none } = useWords().network;
  const format = useFormat();
  const { unit, scale } = useNetworkRate();
  const rate = (bytes: number | null) => format.text(bytes === null ? null : bytes * scale, unit);
  return (
    <Card title={words.title}>
      {rows.length === 0 && <p className="text-[12.5px] text-muted">{none}</p>}
      {rows.length > 0 && (
        <table aria-label={words.title} className="w-full table-fixed">
          <thead>
            <tr className="text-[12.5px] text-muted">
              <th scope="col" className="py-1 text-left align-bottom font-normal [overflow-wrap:anywhere]">
                {words.columns.name}
              </th>
              {COLUMNS.map(({ key, shown }) => (
                <th
                  key={key}
                  scope="col"
                  className={`py-1 pl-3 text-right align-bottom font-normal [overflow-wrap:anywhere] ${shown}`}
                >
                  {words.columns[key]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name} className="border-t border-line">
                <td className="truncate py-1" title={row.name}>
                  {row.name}
                  {row.isDefault && <span className="ml-2 text-[12.5px] text-muted max-[639px]:hidden">{words.default}</span>}
                </td>
                {COLUMNS.map(({ key, shown, show }) => {
                  const text = show(row, { words, format, rate });
                  return (
                    <td
                      key={key}
                      title={key === "utilization" && row.speed === null ? words.speedUnknown : text}
                      className={`numbers truncate py-1 pl-3 text-right ${shown} ${isTrouble(key, row) ? "text-warning" : ""}`}
                    >
                      {text}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
