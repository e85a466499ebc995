"use client";

import "~/components/shell/with-frame";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect } from "react";
import { isStale, useFreshness, useLiveValue } from "~/components/live/live-provider";
import { Card } from "~/components/ui/card";
import { Button, TextInput } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { useParameter, useRange, useTypedParameter } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { ContainerRow } from "~/domain/container-usage";
import { useTRPC } from "~/trpc/browser";
import { COLUMNS, ContainerLine, GRID } from "./container-line";
import { type ContainerOrder, type ContainerSort, nextOrder, readOrder, shownContainers, writeOrder } from "./container-rows";

const REFRESH_MS = 5000;

/** Refetched on ticks, at most every five seconds. */
function useContainers() {
  const trpc = useTRPC();
  const tick = useLiveValue(({ at }) => Math.floor((at ?? 0) / REFRESH_MS));
  const query = useQuery({ ...trpc.containers.list.queryOptions({ present: true }), placeholderData: keepPreviousData });
  const { refetch } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new tick is the reason to ask again.
  useEffect(() => {
    void refetch();
  }, [tick, refetch]);
  return query;
}

export function Containers() {
  const { containers: words } = useWords();
  const format = useFormat();
  const [text, setText] = useTypedParameter("q");
  const [sortText, setSort] = useParameter("sort", "cpu.down");
  const { data, error, refetch } = useContainers();
  const { span } = useRange();
  const stale = isStale(useFreshness());
  const all: readonly ContainerRow[] = data?.containers ?? [];
  const order = readOrder(sortText);
  const rows = shownContainers(all, useDeferredValue(text), order);
  const total = format.count(all.length, words.count);
  return (
    <div className="flex flex-col gap-3" data-wide>
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-[20px] font-semibold">
          {words.title}{" "}
          <span className="numbers text-[13px] font-normal text-muted">
            {rows.length === all.length ? total : words.shownOf(format.text(rows.length, ""), total)}
            {!span.moving && `, ${words.current}`}
          </span>
        </h1>
        <TextInput
          type="search"
          aria-label={words.filter}
          placeholder={words.placeholder}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="w-[280px] max-w-full"
        />
      </div>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton label={words.loading} height={360} />}
      {data && (
        <Card className="!p-0">
          <div role="table" aria-label={words.title} aria-rowcount={rows.length + 1} className={stale ? "stale" : ""}>
            <Head order={order} onSort={(key) => setSort(writeOrder(nextOrder(order, key)))} />
            {rows.map((row) => (
              <ContainerLine key={row.id} row={row} />
            ))}
          </div>
          {rows.length === 0 && (
            <p className="flex min-h-[120px] flex-wrap items-center justify-center gap-3 p-4 break-all text-muted">
              {all.length === 0 ? (
                words.none
              ) : (
                <>
                  {words.noneMatches(text)} <Button onClick={() => setText("")}>{words.clear}</Button>
                </>
              )}
            </p>
          )}
        </Card>
      )}
    </div>
  );
}

function Head({ order, onSort }: { order: ContainerOrder; onSort: (key: ContainerSort) => void }) {
  const { columns } = useWords().containers;
  return (
    <div role="row" className={`${GRID} border-b border-line px-4 py-2 text-[12.5px] text-muted`}>
      {COLUMNS.map(({ key, shown, right }) => {
        const active = order.key === key;
        return (
          <div
            key={key}
            role="columnheader"
            aria-sort={active ? (order.down ? "descending" : "ascending") : "none"}
            className={`min-w-0 ${right ? "text-right" : ""} ${shown}`}
          >
            <button
              type="button"
              title={columns[key]}
              className="min-h-[24px] max-w-full truncate hover:text-text"
              onClick={() => onSort(key)}
            >
              {columns[key]}
              {active && (order.down ? " ↓" : " ↑")}
            </button>
          </div>
        );
      })}
    </div>
  );
}
