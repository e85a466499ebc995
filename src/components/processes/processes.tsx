"use client";

import "~/components/shell/with-frame";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { isStale, useFreshness, useLiveValue } from "~/components/live/live-provider";
import { Card } from "~/components/ui/card";
import { Button, TextInput, Toggle } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { showToast } from "~/components/ui/toasts";
import { usePreferences } from "~/components/view/preferences";
import { useParameter, useTypedParameter, writeAddress } from "~/components/view/use-view";
import type { ProcessSort } from "~/domain/process";
import { useTRPC } from "~/trpc/browser";
import { ColumnMenu } from "./column-menu";
import { COLUMNS, type ProcessColumn, type Row, readSort, type Sort, sortRows, writeSort } from "./columns";
import { processFilter } from "./filter";
import { MomentSlider } from "./moment-slider";
import { ProcessGrid } from "./process-grid";
import { inOrder, keyOf, unfolded, withParents } from "./tree";

const LIVE_EVERY_MS = 2000;

const ProcessPanel = dynamic(() => import("./process-panel").then(({ ProcessPanel: loaded }) => loaded), { ssr: false });

/** Folded processes, kept until the tab is closed or reloaded. */
const folded = new Set<string>();

const NONE: readonly Row[] = [];

function select(row: Row, copy: boolean): void {
  if (copy) {
    void navigator.clipboard.writeText(String(row.pid));
    showToast(`pid ${row.pid} is copied`);
  } else writeAddress({ pid: String(row.pid) });
}

/** The server's sort key, so that its row limit keeps the right processes. */
function serverSort(key: ProcessColumn["key"] | null): ProcessSort {
  return key === "memory" || key === "io" ? key : "cpu";
}

/** Refetches the live table on ticks, at most every two seconds; loads a past moment once. */
function useProcesses(at: number | null, { sort, tree }: { sort: ProcessSort; tree: boolean }) {
  const trpc = useTRPC();
  const tick = useLiveValue((state) => Math.floor((state.at ?? 0) / LIVE_EVERY_MS));
  const options = trpc.processes.list.queryOptions({ sort, tree, limit: 10_000, ...(at !== null && { at }) });
  const query = useQuery({ ...options, placeholderData: keepPreviousData, gcTime: 5000 });
  const { refetch } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new tick is the reason to ask again.
  useEffect(() => {
    if (at === null) void refetch();
  }, [tick, at, refetch]);
  return query;
}

export function Processes() {
  const [text, setText] = useTypedParameter("q");
  const [sortText, setSortText] = useParameter("sort", "cpu.down");
  const [treeText, setTree] = useParameter("tree", "0");
  const [atText, setAt] = useParameter("at", "");
  const selectedPid = useSearchParams().get("pid");
  const { hiddenColumns } = usePreferences();
  const [pointed, setPointed] = useState(false);
  const [folds, setFolds] = useState(0);
  const freshness = useFreshness();
  const tree = treeText === "1";
  const sort = useMemo(() => readSort(sortText), [sortText]);
  const setSort = useCallback((next: Sort | null) => setSortText(writeSort(next)), [setSortText]);
  const parsed = Date.parse(atText);
  const at = Number.isFinite(parsed) ? parsed : null;
  const query = useProcesses(at, { sort: serverSort(sort?.key ?? null), tree });
  const filter = useDeferredValue(text);
  const all: readonly Row[] = query.data?.processes ?? NONE;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the folded ones change in place, their count of changes says when.
  const rows = useMemo(() => {
    const passes = processFilter(filter);
    if (tree) return unfolded(filter.trim() === "" ? all : withParents(all, passes), folded);
    const passing = all.filter(passes);
    return sort === null ? passing : sortRows(passing, sort);
  }, [all, filter, tree, sort, folds]);
  // Keep the row order while the pointer is over the table; the values still update.
  const order = useRef<string[]>([]);
  const shown = useMemo(() => (pointed && !tree ? inOrder(rows, order.current) : rows), [rows, pointed, tree]);
  order.current = shown.map(keyOf);
  const columns = useMemo(() => COLUMNS.filter(({ key }) => !hiddenColumns.includes(key)), [hiddenColumns]);
  const zombies = all.filter(({ state }) => state === "defunct");
  const fold = useCallback((row: Row, close: boolean) => {
    if (close) folded.add(keyOf(row));
    else folded.delete(keyOf(row));
    setFolds((count) => count + 1);
  }, []);
  const foldAll = (close: boolean) => {
    folded.clear();
    if (close) for (const row of all) if (row.descendants) folded.add(keyOf(row));
    setFolds((count) => count + 1);
  };

  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-[20px] font-semibold">
          Processes{" "}
          <span className="numbers text-[13px] font-normal text-muted">
            {rows.length === query.data?.total ? rows.length : `${rows.length} of ${query.data?.total ?? 0}`}
            {query.data && query.data.staleSeconds > 0 && ` · idle ones up to ${query.data.staleSeconds} s old`}
          </span>
        </h1>
        {zombies.length > 0 && (
          <Button className="text-warning" onClick={() => setText("state:defunct")} title={parentsOf(zombies, all)}>
            {zombies.length} {zombies.length === 1 ? "zombie" : "zombies"} of {parentsOf(zombies, all)}
          </Button>
        )}
        <TextInput
          type="search"
          aria-label="Filter processes"
          placeholder="Filter: nginx user:root cpu>5"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="w-[260px] max-w-full"
        />
        <Toggle pressed={tree} onClick={() => setTree(tree ? "0" : "1")}>
          Tree
        </Toggle>
        {tree && (
          <>
            <Button onClick={() => foldAll(true)}>Fold all</Button>
            <Button onClick={() => foldAll(false)}>Unfold all</Button>
          </>
        )}
        <ColumnMenu />
      </div>
      <MomentSlider at={at} onChange={(next) => setAt(next === null ? "" : new Date(next).toISOString())} />
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      <div className="flex items-start gap-3">
        <Card className="min-w-0 flex-1 !p-0">
          {!query.data && !query.error && (
            <div className="p-4">
              <Skeleton label="processes" height={420} />
            </div>
          )}
          {query.data && (
            <ProcessGrid
              rows={shown}
              columns={columns}
              tree={tree}
              folded={folded}
              sort={sort}
              selectedPid={selectedPid === null ? null : Number(selectedPid)}
              stale={at === null && isStale(freshness)}
              onSort={setSort}
              onPointed={setPointed}
              onSelect={select}
              onFold={fold}
            />
          )}
          {query.data && rows.length === 0 && (
            <p className="flex items-center gap-3 p-4 text-muted">
              {text === "" ? (
                "No processes were read at this moment"
              ) : (
                <>
                  No process matches “{text}” <Button onClick={() => setText("")}>Clear</Button>
                </>
              )}
            </p>
          )}
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

/** The zombies' parents, which should have waited for them: they are what has to be fixed. */
function parentsOf(zombies: readonly Row[], all: readonly Row[]): string {
  const parents = new Set(zombies.map(({ parentPid }) => parentPid));
  return [...parents]
    .slice(0, 3)
    .map((pid) => `${all.find((row) => row.pid === pid)?.name ?? "?"} (${pid})`)
    .join(", ");
}
