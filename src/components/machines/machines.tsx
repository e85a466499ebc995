"use client";

import "~/components/shell/with-frame";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { isStale, useFreshness } from "~/components/live/live-provider";
import { useWidth } from "~/components/processes/use-width";
import { Card } from "~/components/ui/card";
import { Button, Select } from "~/components/ui/controls";
import { Failure, Skeleton } from "~/components/ui/states";
import { usePageFacts } from "~/components/view/page-facts";
import { useParameter, useTypedParameter } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { AwayNote } from "./away-note";
import { type MachineRow, readSort, type Sort, writeSort } from "./columns";
import { Compare } from "./compare";
import { FilterField, FilterProblems } from "./filter-field";
import { FleetAlerts } from "./fleet-alerts";
import { countStates, isFiring } from "./groups";
import { MachineTable } from "./machine-table";
import { useLines } from "./use-lines";
import { useMachines } from "./use-machines";

const NONE: readonly never[] = [];
/** Until the table is measured. */
const USUAL_PX = 1000;

/** All machines that write to the engine of `fleet`. */
export function Machines() {
  const { fleet } = usePageFacts();
  const { machines: words } = useWords();
  const { data, error, refetch } = useMachines();
  const isEmpty = data?.machines.length === 0;
  if (!fleet) return <Alone text={words.notConfigured} />;
  return (
    <div className="flex flex-col gap-3" data-wide>
      {data && !isEmpty ? (
        <Fleet all={data.machines} labels={data.labels} asOf={Date.parse(data.timestamp)} error={error} />
      ) : (
        <>
          <Heading all={NONE} shown={0} />
          {error && <Failure error={error} retry={() => void refetch()} />}
          {!data && !error && <Skeleton label={words.loading} height={420} />}
          {isEmpty && <HowTo text={words.none} />}
        </>
      )}
    </div>
  );
}

function Alone({ text }: { text: string }) {
  return (
    <div className="flex flex-col gap-3">
      <Heading all={NONE} shown={0} />
      <HowTo text={text} />
    </div>
  );
}

/** Why there are no machines, and where it is said what to do. */
function HowTo({ text }: { text: string }) {
  const { basePath } = usePageFacts();
  const { howTo } = useWords().machines;
  return (
    <Card>
      <p className="flex min-h-[120px] flex-wrap items-center justify-center gap-x-3 gap-y-1 text-center">
        <span className="text-muted">{text}</span>
        {/* Not a page of the app: the browser opens it. */}
        <a href={`${basePath}/docs/fleet`} className="inline-block min-h-[24px] leading-[24px] underline underline-offset-2">
          {howTo}
        </a>
      </p>
    </Card>
  );
}

function Heading({ all, shown, children }: { all: readonly MachineRow[]; shown: number; children?: ReactNode }) {
  const { machines: words } = useWords();
  const format = useFormat();
  const total = format.count(all.length, words.count);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <h1 className="mr-auto text-[20px] font-semibold">
        {words.title}{" "}
        {all.length > 0 && (
          <span className="numbers text-[13px] font-normal text-muted">
            {shown === all.length ? total : words.shownOf(format.count(shown, { one: "", other: "" }).trim(), total)}
          </span>
        )}
      </h1>
      {children}
    </div>
  );
}

interface FleetProps {
  all: readonly MachineRow[];
  labels: readonly string[];
  /** When the values were read, epoch milliseconds. */
  asOf: number;
  error: { message: string } | null;
}

function Fleet({ all, labels, asOf, error }: FleetProps) {
  const { machines: words } = useWords();
  const [text, setText] = useTypedParameter("q");
  const [sortText, setSortText] = useParameter("sort", "worst");
  const [groupText, setGroup] = useParameter("group", "");
  const [pointed, setPointed] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame) ?? USUAL_PX;
  const isOld = isStale(useFreshness()) || error !== null;
  const sort = useMemo(() => readSort(sortText), [sortText]);
  const setSort = useCallback((next: Sort | null) => setSortText(writeSort(next)), [setSortText]);
  const label = labels.includes(groupText) ? groupText : "";
  const choice = { text, labels, sort, label, frozen: pointed };
  const { lines, shown, problems, filtered, fold, foldAll } = useLines(all, choice);
  return (
    <>
      <Heading all={all} shown={shown}>
        <Counts all={all} onShow={setText} />
        <FilterField text={text} labels={labels} onChange={setText} />
        {labels.length > 0 && (
          <Select aria-label={words.group.label} value={label} onChange={(event) => setGroup(event.target.value)}>
            <option value="">{words.group.none}</option>
            {labels.map((name) => (
              <option key={name} value={name}>
                {words.group.by(name)}
              </option>
            ))}
          </Select>
        )}
        {label !== "" && (
          <span className="contents">
            <Button onClick={() => foldAll(true)}>{words.group.collapseAll}</Button>
            <Button onClick={() => foldAll(false)}>{words.group.expandAll}</Button>
          </span>
        )}
      </Heading>
      <FilterProblems problems={problems} labels={labels} />
      {error && <AwayNote error={error} asOf={asOf} />}
      <Card className="!p-0">
        <div ref={frame}>
          <MachineTable
            lines={lines}
            width={width}
            sort={sort}
            label={label}
            asOf={asOf}
            stale={isOld}
            empty={<NoMatch text={filtered} onClear={() => setText("")} />}
            note={<Note sort={sort} frozen={pointed} />}
            onSort={setSort}
            onFold={fold}
            onPointed={setPointed}
          />
        </div>
      </Card>
      <FleetAlerts />
      <Compare machineCount={all.length} />
    </>
  );
}

/** How many machines need a look; each shows those alone. */
function Counts({ all, onShow }: { all: readonly MachineRow[]; onShow: (filter: string) => void }) {
  const { counts } = useWords().machines;
  const { silent, late } = useMemo(() => countStates(all), [all]);
  const firing = useMemo(() => all.filter(isFiring).length, [all]);
  const shown: [filter: string, count: number, text: string, color: string][] = [
    ["silent", silent, counts.silent(silent), "!text-critical"],
    ["late", late, counts.late(late), "!text-warning"],
    ["firing", firing, counts.firing(firing), "!text-warning"],
  ];
  return shown.map(
    ([filter, count, text, color]) =>
      count > 0 && (
        <Button key={filter} className={`numbers ${color}`} onClick={() => onShow(filter)}>
          {text}
        </Button>
      ),
  );
}

function Note({ sort, frozen }: { sort: Sort | null; frozen: boolean }) {
  const { machines: words } = useWords();
  return (
    <p className="flex min-h-[18px] flex-wrap justify-between gap-x-3">
      <span>{sort === null && words.worstFirst}</span>
      <span>{frozen && words.frozen}</span>
    </p>
  );
}

function NoMatch({ text, onClear }: { text: string; onClear: () => void }) {
  const { filter } = useWords().machines;
  return (
    <p className="flex min-h-[120px] flex-wrap items-center justify-center gap-3 p-4 break-all text-muted">
      {filter.noneMatches(text)} <Button onClick={onClear}>{filter.clear}</Button>
    </p>
  );
}
