"use client";

import "~/components/shell/with-frame";
import dynamic from "next/dynamic";
import { EventLane } from "~/components/charts/event-lane";
import { useEvents } from "~/components/charts/use-events";
import { useHidden } from "~/components/charts/use-hidden";
import { TextInput, Toggle } from "~/components/ui/controls";
import { PointerHint } from "~/components/ui/pointer-hint";
import { Popover } from "~/components/ui/popover";
import { Failure } from "~/components/ui/states";
import { usePageFacts } from "~/components/view/page-facts";
import type { Span } from "~/components/view/range";
import { useRole } from "~/components/view/role";
import { useClock, useParameter, useRange, useTypedParameter, writeAddress } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { type Family, SECTIONS } from "./families";
import { FamilyChart } from "./family-chart";
import { MomentCard } from "./moment-card";
import { GRID, Section } from "./section";
import { useChartActions } from "./use-chart-actions";
import { usePageFamilies } from "./use-families";

/** Most visits do not ask for it. */
const ExplainCard = dynamic(() => import("~/components/explain/explain-card").then((module) => module.ExplainCard), {
  ssr: false,
});
const IncidentForm = dynamic(() => import("./incident-form").then(({ IncidentForm: loaded }) => loaded), { ssr: false });

/** On a phone a row that scrolls sideways; room is kept for the outline of what has the focus. */
const ROW =
  "scrolls-sideways flex flex-wrap gap-1 max-[639px]:-mx-3 max-[639px]:flex-nowrap max-[639px]:overflow-x-auto max-[639px]:px-3 max-[639px]:py-1 max-[639px]:whitespace-nowrap";

const EVERYTHING = "all";
const FIRST_METRIC = "system.cpu.utilization";
/** Placeholders of the first charts. */
const AWAITED = ["1", "2", "3", "4"];

/** A range that moves is explained anew once a minute. */
function steadySpan({ from, to, moving }: Span): { from: number; to: number } {
  const late = moving ? to % 60_000 : 0;
  return { from: from - late, to: to - late };
}

/** The moment that was clicked, with the metric of its chart; null for none. */
function useMoment() {
  const [moment] = useParameter("at", "");
  const [metric] = useParameter("metric", FIRST_METRIC);
  const at = Date.parse(moment);
  return {
    moment: Number.isFinite(at) ? { at, metric } : null,
    pick: (time: number, of: string) =>
      writeAddress({
        at: new Date(Math.round(time / 1000) * 1000).toISOString(),
        metric: of === FIRST_METRIC ? null : of,
      }),
    close: () => writeAddress({ at: null, metric: null }),
  };
}

export function Performance() {
  const { span, zoom } = useRange();
  const { families, isQuiet, labelsOf, error, refetch } = usePageFamilies(span);
  const [section] = useParameter("section", EVERYTHING);
  const [compare] = useParameter("compare", "0");
  const [explained] = useParameter("explain", "0");
  const [text, setText] = useTypedParameter("find");
  const { moment, pick, close } = useMoment();
  const { performance, ui } = useWords();
  const hidden = useHidden();
  const events = useEvents(span);
  const actionsOf = useChartActions();
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (families ?? []).filter((family) => {
    if (section !== EVERYTHING && family.section !== section) return false;
    const names = [family.title, family.metric, performance.sections[family.section], labelsOf(family)];
    return wanted.every((word) => names.join(" ").toLowerCase().includes(word));
  });
  const present = SECTIONS.filter((one) => families?.some((family) => family.section === one));
  // Who searches for a chart wants to see it.
  const isFolded = (family: Family) => wanted.length === 0 && isQuiet(family);
  const cardFor = moment && found.find(({ metric }) => metric === moment.metric);
  const card = moment && (
    <MomentCard
      at={moment.at}
      metric={moment.metric}
      title={families?.find(({ metric }) => metric === moment.metric)?.title ?? moment.metric}
      onClose={close}
    />
  );
  return (
    <div className="flex flex-col gap-3" data-wide>
      <Heading span={span} text={text} onText={setText} compare={compare === "1"} explained={explained === "1"} />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame around the buttons. */}
      <div role="group" aria-label={performance.section} className={ROW}>
        {[EVERYTHING, ...present].map((name) => (
          <Toggle
            key={name}
            className="shrink-0"
            pressed={section === name}
            onClick={() => writeAddress({ section: name === EVERYTHING ? null : name })}
          >
            {name in performance.sections ? performance.sections[name as Family["section"]] : performance.all}
          </Toggle>
        ))}
      </div>
      <PointerHint mouse={performance.hint} touch={performance.touchHint} />
      {explained === "1" && span.to > 0 && <ExplainCard span={steadySpan(span)} />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {span.to > 0 && <EventLane events={events} range={span} grid={GRID} />}
      {card && !cardFor && card}
      {families === null && !error && (
        <div className={GRID}>
          {AWAITED.map((name) => (
            <div
              key={name}
              role="status"
              aria-label={ui.loading(performance.chart(name))}
              className="h-[260px] rounded-[10px] border border-line bg-card"
            />
          ))}
        </div>
      )}
      {SECTIONS.map((name) => {
        const own = found.filter((one) => one.section === name);
        const shown = own.filter((family) => !isFolded(family));
        const ids = shown.map(({ id }) => id);
        return own.length === 0 ? null : (
          <Section
            key={name}
            section={name}
            families={shown}
            quiet={own.filter(isFolded)}
            below={(family) => (family.id === cardFor?.id ? card : null)}
            chartOf={(family) => (
              <FamilyChart
                family={family}
                span={span}
                compare={compare === "1"}
                hidden={hidden}
                annotations={events}
                actions={actionsOf(family, ids)}
                onZoom={zoom}
                onPick={(at) => pick(at, family.metric)}
              />
            )}
          />
        );
      })}
      {families && found.length === 0 && <p className="text-muted">{performance.noMatch}</p>}
    </div>
  );
}

interface HeadingProps {
  span: Span;
  text: string;
  onText: (text: string) => void;
  compare: boolean;
  explained: boolean;
}

function Heading({ span, text, onText, compare, explained }: HeadingProps) {
  const { show } = useClock();
  const { performance } = useWords();
  const role = useRole();
  const { machine } = usePageFacts();
  return (
    <div className="flex flex-wrap items-center gap-2">
      <h1 className="mr-auto text-[20px] font-semibold">
        {performance.title}{" "}
        <span className="numbers text-[13px] font-normal text-muted" suppressHydrationWarning>
          {span.to > 0 && performance.range(show(span.from), span.moving ? null : show(span.to))}
        </span>
      </h1>
      <div className={`${ROW} items-center max-[639px]:w-[calc(100%+24px)]`}>
        <TextInput
          type="search"
          aria-label={performance.find}
          placeholder={performance.find}
          value={text}
          onChange={(event) => onText(event.target.value)}
          className="w-[170px] shrink-0"
        />
        {machine === null && (
          <Toggle className="shrink-0" pressed={explained} onClick={() => writeAddress({ explain: explained ? null : "1" })}>
            {performance.explain}
          </Toggle>
        )}
        <Toggle className="shrink-0" pressed={compare} onClick={() => writeAddress({ compare: compare ? null : "1" })}>
          {performance.compare}
        </Toggle>
        {role === "admin" && machine === null && (
          <Popover
            label={performance.incident.title}
            button={performance.incident.title}
            buttonClass="!h-[36px] whitespace-nowrap"
          >
            {(done) => <IncidentForm from={span.from} to={span.to} close={done} />}
          </Popover>
        )}
      </div>
    </div>
  );
}
