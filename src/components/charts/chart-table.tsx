"use client";

import { Dialog } from "~/components/ui/dialog";
import { useClock } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { LinesModel } from "./prepare";

/** The values of a chart as a table, newest first. */
export function ChartTable({ title, model, onClose }: { title: string; model: LinesModel; onClose: () => void }) {
  const { show } = useClock();
  const { charts } = useWords();
  const format = useFormat();
  const rows = model.times.map((time, index) => ({ time, index })).reverse();
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="max-h-[65dvh] overflow-auto">
        <table className="numbers w-full text-right text-[13px]">
          <thead className="text-[12.5px] text-muted">
            <tr>
              <th scope="col" className="pr-3 text-left font-normal">
                {charts.table.time}
              </th>
              {model.series.map(({ label }) => (
                <th key={label} scope="col" className="px-2 font-normal">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ time, index }) => (
              <tr key={time} className="border-t border-line">
                <th scope="row" className="py-1 pr-3 text-left font-normal whitespace-nowrap">
                  <time dateTime={new Date(time * 1000).toISOString()}>{show(time * 1000)}</time>
                </th>
                {model.series.map(({ label, raw }) => (
                  <td key={label} className="px-2">
                    {format.text(raw[index], model.unit)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}
