"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useFreshness, useLive } from "~/components/live/live-provider";
import { Card } from "~/components/ui/card";
import { Button, TextInput, Toggle } from "~/components/ui/controls";
import type { ProcessSort } from "~/domain/process";
import { formatText } from "~/domain/units";
import { useTRPC } from "~/trpc/client";
import { COLUMNS, type Column, type Row, sortRows } from "./columns";
import { processFilter } from "./filter";

const ROW_PX = 30;
const LIVE_EVERY_MS = 2000;
const PAST_MINUTES = 60;

/** What the server sorts by, so that its limit keeps the right ones. */
function serverSort(column: Column["key"]): ProcessSort {
  return column === "memory" || column === "io" ? column : "cpu";
}

/** The table is asked for again as ticks arrive, at most every two seconds; a past moment is asked for once. */
function useProcesses(at: number | null, { sort, tree }: { sort: ProcessSort; tree: boolean }) {
  const trpc = useTRPC();
  const { state } = useLive();
  const tick = at ?? Math.floor((state.at ?? 0) / LIVE_EVERY_MS) * LIVE_EVERY_MS;
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
  const [text, setText] = useState("");
  const [sort, setSort] = useState<{ key: Column["key"]; down: boolean }>({ key: "cpu", down: true });
  const [tree, setTree] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const [pointed, setPointed] = useState(false);
  const freshness = useFreshness();
  const query = useProcesses(at, { sort: serverSort(sort.key), tree });
  const filter = useDeferredValue(text);
  const rows = useMemo(() => {
    const all: Row[] = query.data?.processes ?? [];
    const passing = all.filter(processFilter(filter));
    return tree ? passing : sortRows(passing, sort);
  }, [query.data, filter, tree, sort]);
  // Under the pointer rows keep their places; their numbers go on.
  const order = useRef<string[]>([]);
  const shown = useMemo(() => (pointed ? inOrder(rows, order.current) : rows), [rows, pointed]);
  order.current = shown.map(keyOf);
  const stale = at === null && freshness.kind !== "live";
  const zombies = (query.data?.processes ?? []).filter(({ state }) => state === "defunct").length;

  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-[20px] font-semibold">
          Processes{" "}
          <span className="numbers text-[13px] font-normal text-muted">
            {rows.length === query.data?.total ? rows.length : `${rows.length} of ${query.data?.total ?? 0}`}
            {zombies > 0 && <span className="text-warning"> · {zombies} zombies</span>}
            {query.data && query.data.staleSeconds > 0 && ` · idle ones up to ${query.data.staleSeconds} s old`}
          </span>
        </h1>
        <TextInput
          type="search"
          aria-label="Filter processes"
          placeholder="Filter: nginx user:root cpu>5"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="w-[260px] max-w-full"
        />
        <Toggle pressed={tree} onClick={() => setTree(!tree)}>
          Tree
        </Toggle>
      </div>
      <PastSlider at={at} onChange={setAt} />
      <Card className="!p-0">
        <ProcessGrid rows={shown} tree={tree} sort={sort} onSort={setSort} onPointed={setPointed} stale={stale} />
        {query.error && <p className="p-4 text-critical">{query.error.message}</p>}
        {!query.error && query.data && rows.length === 0 && (
          <p className="flex items-center gap-3 p-4 text-muted">
            No process matches “{text}” <Button onClick={() => setText("")}>Clear</Button>
          </p>
        )}
      </Card>
    </div>
  );
}

function keyOf({ pid, startedAt }: Row): string {
  return `${pid} ${startedAt}`;
}

/** Rows in the order they had; new ones at the end. */
function inOrder(rows: readonly Row[], order: readonly string[]): Row[] {
  const places = new Map(order.map((key, place) => [key, place]));
  const place = (row: Row) => places.get(keyOf(row)) ?? Number.POSITIVE_INFINITY;
  return [...rows].sort((a, b) => place(a) - place(b));
}

function PastSlider({ at, onChange }: { at: number | null; onChange: (at: number | null) => void }) {
  const { state } = useLive();
  const now = state.at ?? Date.now();
  const ago = at === null ? 0 : Math.min(PAST_MINUTES * 60, Math.round((now - at) / 1000));
  return (
    <div className="flex flex-wrap items-center gap-3 text-[12.5px] text-muted">
      <label htmlFor="past" className="whitespace-nowrap">
        Moment
      </label>
      <input
        id="past"
        type="range"
        min={-PAST_MINUTES * 60}
        max={0}
        step={1}
        value={-ago}
        onChange={(event) => onChange(Number(event.target.value) === 0 ? null : now + Number(event.target.value) * 1000)}
        className="min-w-[160px] flex-1 accent-series-blue"
        aria-valuetext={at === null ? "now" : new Date(at).toLocaleTimeString()}
      />
      <span className="numbers min-w-[11em] text-right">{at === null ? "now" : new Date(at).toLocaleString()}</span>
      {at !== null && <Button onClick={() => onChange(null)}>Back to now</Button>}
    </div>
  );
}

interface GridProps {
  rows: readonly Row[];
  tree: boolean;
  sort: { key: Column["key"]; down: boolean };
  onSort: (sort: { key: Column["key"]; down: boolean }) => void;
  onPointed: (pointed: boolean) => void;
  stale: boolean;
}

const TEMPLATE = COLUMNS.map(({ width }) => width).join(" ");

/** Only the rows in view are in the page, however many there are. */
function ProcessGrid({ rows, tree, sort, onSort, onPointed, stale }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  return (
    <div role="table" aria-label="Processes" aria-rowcount={rows.length + 1} className="overflow-x-auto">
      <div className="min-w-[760px]">
        <div
          role="row"
          className="grid gap-3 border-b border-line px-4 py-2 text-[12.5px] text-muted"
          style={{ gridTemplateColumns: TEMPLATE }}
        >
          {COLUMNS.map(({ key, title, right }) => {
            const active = sort.key === key && !tree;
            return (
              <div
                key={key}
                role="columnheader"
                aria-sort={active ? (sort.down ? "descending" : "ascending") : "none"}
                className={right ? "text-right" : ""}
              >
                <button
                  type="button"
                  disabled={tree}
                  className="hover:text-text"
                  onClick={() => onSort({ key, down: active ? !sort.down : right })}
                >
                  {title}
                  {active && (sort.down ? " ↓" : " ↑")}
                </button>
              </div>
            );
          })}
        </div>
        <div
          ref={scroller}
          className={`h-[calc(100dvh-250px)] min-h-[240px] overflow-y-auto ${stale ? "stale" : ""}`}
          onPointerEnter={() => onPointed(true)}
          onPointerLeave={() => onPointed(false)}
        >
          <div className="relative" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const row = rows[index];
              if (!row) return null;
              return (
                <div
                  key={keyOf(row)}
                  role="row"
                  aria-rowindex={index + 2}
                  className="absolute inset-x-0 grid items-center gap-3 px-4 hover:bg-hover"
                  style={{ height: ROW_PX, transform: `translateY(${start}px)`, gridTemplateColumns: TEMPLATE }}
                >
                  {COLUMNS.map(({ key, right, mono, show }) => (
                    <div
                      key={key}
                      role="cell"
                      title={key === "command" ? row.command || row.name : undefined}
                      className={`truncate ${right ? "numbers text-right" : ""} ${mono ? "font-mono text-[13px]" : ""}`}
                      style={key === "command" && tree ? { paddingLeft: `${(row.depth ?? 0) * 16}px` } : undefined}
                    >
                      {show(row)}
                      {key === "command" && tree && row.descendants ? (
                        <span className="ml-2 font-sans text-[12px] text-muted">
                          +{row.descendants}: {formatText(row.totalCpu, "1")}, {formatText(row.totalMemoryBytes, "By")}
                        </span>
                      ) : null}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}
