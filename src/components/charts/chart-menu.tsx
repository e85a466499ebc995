"use client";

import { Ellipsis } from "lucide-react";
import dynamic from "next/dynamic";
import { useRef, useState } from "react";
import { Popover } from "~/components/ui/popover";
import type { ChartModel } from "./prepare";

const ChartTable = dynamic(() => import("./chart-table").then(({ ChartTable: loaded }) => loaded), { ssr: false });
const ChartActions = dynamic(() => import("./chart-actions").then(({ ChartActions: loaded }) => loaded), { ssr: false });

/** Exports a chart's numbers in other forms; loads the code for it on demand. */
export function ChartMenu({
  title,
  metric,
  model,
}: {
  title: string;
  metric: string;
  model: Extract<ChartModel, { kind: "lines" }>;
}) {
  const [table, setTable] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  return (
    <div ref={place}>
      <Popover
        label={`${title}: more`}
        buttonClass="!h-7 !px-1.5 !border-transparent"
        button={<Ellipsis size={15} aria-hidden="true" />}
      >
        {(close) => (
          <ChartActions title={title} metric={metric} model={model} place={place} onTable={() => setTable(true)} onDone={close} />
        )}
      </Popover>
      {table && <ChartTable title={title} model={model} onClose={() => setTable(false)} />}
    </div>
  );
}
