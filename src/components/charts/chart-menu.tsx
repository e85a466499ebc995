"use client";

import { Ellipsis } from "lucide-react";
import { useRef, useState } from "react";
import { lazyPart } from "~/components/ui/lazy-part";
import { Popover } from "~/components/ui/popover";
import { useWords } from "~/components/words/words-provider";
import type { ChartAction } from "./chart-actions";
import type { LinesModel } from "./prepare";

const ChartTable = lazyPart(() => import("./chart-table").then(({ ChartTable: loaded }) => loaded));
const ChartActions = lazyPart(() => import("./chart-actions").then(({ ChartActions: loaded }) => loaded));

interface MenuProps {
  title: string;
  metric: string;
  /** Null without readings: then there is nothing to export. */
  model: LinesModel | null;
  actions?: readonly ChartAction[] | undefined;
  /** Where the API has the readings; the metric's history where it is left out. */
  path?: string | undefined;
}

const NONE: readonly ChartAction[] = [];

/** What one can do with a chart; exports its numbers in other forms. Loads the code for it on demand. */
export function ChartMenu({ title, metric, model, actions = NONE, path = `/api/metrics/history/${metric}` }: MenuProps) {
  const { charts } = useWords();
  const [table, setTable] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  if (!model && actions.length === 0) return null;
  return (
    <div ref={place}>
      <Popover
        label={charts.menu.label(title)}
        buttonClass="!h-[28px] !px-1.5 !border-transparent"
        button={<Ellipsis size={15} aria-hidden="true" />}
      >
        {(close) => (
          <ChartActions
            title={title}
            path={path}
            model={model}
            more={actions}
            place={place}
            onTable={() => setTable(true)}
            onDone={close}
          />
        )}
      </Popover>
      {table && model && <ChartTable title={title} model={model} onClose={() => setTable(false)} />}
    </div>
  );
}
