"use client";

import "~/components/shell/with-frame";
import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { type ReactNode, useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { isStale, useFreshness } from "~/components/live/live-provider";
import { Card } from "~/components/ui/card";
import { Button, Toggle } from "~/components/ui/controls";
import { fittingColumns } from "~/components/ui/fitting-columns";
import { Failure, Skeleton } from "~/components/ui/states";
import { useCopy } from "~/components/ui/use-copy";
import { usePreferences } from "~/components/view/preferences";
import { useParameter, useTypedParameter, writeAddress } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { ProcessSort } from "~/domain/process";
import { readProcessFilter } from "~/domain/process-filter";
import { shownName } from "~/domain/process-group";
import { ColumnMenu } from "./column-menu";
import { COLUMNS, type ColumnKey, FIT, type Row, readSort, type Sort, writeSort } from "./columns";
import { FilterField, FilterProblems } from "./filter-field";
import { ProcessGrid } from "./process-grid";
import { TimeStrip } from "./time-strip";
import { useProcesses } from "./use-processes";
import { useShownRows } from "./use-shown-rows";
import { useWidth } from "./use-width";

const ProcessPanel = dynamic(() => import("./process-panel").then(({ ProcessPanel: loaded }) => loaded), { ssr: false });

const NONE: readonly Row[] = [];
/** Until the table is measured. */
const USUAL_PX = 1000;

/** The server's sort key, so that its row limit keeps the right processes. */
function serverSort(key: ColumnKey | null): ProcessSort {
  return key === "memory" || key === "io" ? key : "cpu";
}

export function Processes() {
  const { processes: words } = useWords();
  const [text, setText] = useTypedParameter("q");
  const [sortText, setSortText] = useParameter("sort", "cpu.down");
  const [treeText, setTree] = useParameter("tree", "0");
  const [groupText, setGroup] = useParameter("group", "1");
  const [atText, setAt] = useParameter("at", "");
  const selectedPid = useSearchParams().get("pid");
  const { hiddenColumns } = usePreferences();
  const [pointed, setPointed] = useState(false);
  const [keyed, setKeyed] = useState(false);
  const freshness = useFreshness();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame) ?? USUAL_PX;
  const tree = treeText === "1";
  const grouped = groupText === "1";
  const sort = useMemo(() => readSort(sortText), [sortText]);
  const setSort = useCallback((next: Sort | null) => setSortText(writeSort(next)), [setSortText]);
  const parsed = Date.parse(atText);
  const at = Number.isFinite(parsed) ? parsed : null;
  const query = useProcesses(at, { sort: serverSort(sort?.key ?? null), tree });
  const deferred = useDeferredValue(text);
  const filter = useMemo(() => readProcessFilter(deferred), [deferred]);
  const all: readonly Row[] = query.data?.processes ?? NONE;
  const isFiltered = deferred.trim() !== "";
  const frozen = (pointed || keyed) && !tree && at === null;
  const { rows, processCount, isFolded, fold, foldAll } = useShownRows(all, { filter, isFiltered, sort, tree, grouped, frozen });
  const columns = useMemo(
    () =>
      fittingColumns(
        COLUMNS.filter(({ key }) => !hiddenColumns.includes(key)),
        width,
        FIT,
      ),
    [hiddenColumns, width],
  );
  const copy = useCopy();
  const { pidCopied } = words.page;
  const select = useCallback(
    (row: Row, copies: boolean) => {
      if (copies) copy(String(row.pid), pidCopied(row.pid));
      else writeAddress({ pid: String(row.pid) });
    },
    [copy, pidCopied],
  );
  return (
    <div className="flex flex-col gap-3" data-wide>
      <div className="flex flex-wrap items-center gap-2">
        <Heading shown={processCount} total={query.data?.total ?? 0} />
        <Zombies all={all} onShow={() => setText("state:zombie")} />
        <FilterField text={text} onChange={setText} />
        <Toggle pressed={tree} onClick={() => setTree(tree ? "0" : "1")}>
          {words.page.tree}
        </Toggle>
        {!tree && (
          <Toggle pressed={grouped} title={words.page.groupHelp} onClick={() => setGroup(grouped ? "0" : "1")}>
            {words.page.group}
          </Toggle>
        )}
        <span className="flex items-center gap-2">
          {(tree || grouped) && (
            <span className={tree ? "contents" : "contents max-[639px]:hidden"}>
              <Button onClick={() => foldAll(true)}>{words.page.collapseAll}</Button>
              <Button onClick={() => foldAll(false)}>{words.page.expandAll}</Button>
            </span>
          )}
          <ColumnMenu fitting={columns} />
        </span>
      </div>
      <FilterProblems problems={filter.problems} />
      <TimeStrip
        at={at}
        since={query.data?.since ? Date.parse(query.data.since) : null}
        onChange={(next) => setAt(next === null ? "" : new Date(next).toISOString())}
      />
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      <div className="flex items-start gap-3">
        <Card className="min-w-0 flex-1 !p-0">
          <div ref={frame}>
            {!query.data && !query.error && (
              <div className="p-4">
                <Skeleton label={words.page.loading} height={420} />
              </div>
            )}
            {query.data && (
              <ProcessGrid
                rows={rows}
                columns={columns}
                width={width}
                tree={tree}
                isFolded={isFolded}
                sort={sort}
                selectedPid={selectedPid === null ? null : Number(selectedPid)}
                stale={at === null && isStale(freshness)}
                note={<Note seconds={at === null ? query.data.staleSeconds : 0} frozen={frozen} />}
                empty={<Empty text={deferred} onClear={() => setText("")} />}
                onSort={setSort}
                onPointed={setPointed}
                onKeyed={setKeyed}
                onSelect={select}
                onFold={fold}
              />
            )}
          </div>
        </Card>
        {selectedPid !== null && query.data && (
          <ProcessPanel
            key={selectedPid}
            pid={Number(selectedPid)}
            rows={all}
            at={at ?? Date.parse(query.data.timestamp ?? "")}
            onSelect={(pid) => writeAddress({ pid: pid === null ? null : String(pid) })}
          />
        )}
      </div>
    </div>
  );
}

function Heading({ shown, total }: { shown: number; total: number }) {
  const { processes: words } = useWords();
  const format = useFormat();
  const all = format.count(total, words.count);
  return (
    <h1 className="mr-auto text-[20px] font-semibold">
      {words.title}{" "}
      <span className="numbers text-[13px] font-normal text-muted">
        {shown === total ? all : words.shownOf(String(shown), all)}
      </span>
    </h1>
  );
}

const MOST_PARENTS = 3;

/** Zombies with their parents, which should have waited for them: they are what has to be fixed. */
function Zombies({ all, onShow }: { all: readonly Row[]; onShow: () => void }) {
  const { page } = useWords().processes;
  const format = useFormat();
  const zombies = all.filter(({ state }) => state === "defunct");
  if (zombies.length === 0) return null;
  const parents = [...new Set(zombies.map(({ parentPid }) => parentPid))]
    .slice(0, MOST_PARENTS)
    .map((pid) => {
      const parent = all.find((row) => row.pid === pid);
      return `${parent ? shownName(parent) : "?"} (${pid})`;
    })
    .join(", ");
  const text = page.zombiesOf(format.count(zombies.length, page.zombies), parents);
  return (
    <Button className="max-w-full truncate text-warning" title={text} onClick={onShow}>
      {text}
    </Button>
  );
}

function Note({ seconds, frozen }: { seconds: number; frozen: boolean }): ReactNode {
  const { table } = useWords().processes;
  return (
    <p className="flex min-h-[18px] flex-wrap justify-between gap-x-3">
      <span>{[table.cpuScale, seconds > 0 && table.refresh(seconds)].filter(Boolean).join(" · ")}</span>
      <span>{frozen && table.frozen}</span>
    </p>
  );
}

function Empty({ text, onClear }: { text: string; onClear: () => void }): ReactNode {
  const { filter } = useWords().processes;
  return (
    <p className="flex min-h-[240px] flex-wrap items-center justify-center gap-3 p-4 break-all text-muted">
      {text.trim() === "" ? (
        filter.noneRead
      ) : (
        <>
          {filter.noneMatches(text)} <Button onClick={onClear}>{filter.clear}</Button>
        </>
      )}
    </p>
  );
}
