"use client";

import "~/components/shell/with-frame";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useMemo, useState } from "react";
import { alertAnnotations, markAnnotations } from "~/components/charts/annotations";
import { useHidden } from "~/components/charts/use-hidden";
import { TextInput, Toggle } from "~/components/ui/controls";
import { Popover } from "~/components/ui/popover";
import { Failure } from "~/components/ui/states";
import { usePageFacts } from "~/components/view/page-facts";
import { useClock, useParameter, useRange, useTypedParameter, writeAddress } from "~/components/view/use-view";
import { useTRPC } from "~/trpc/browser";
import { allFamilies, SECTIONS } from "./families";
import { FamilyChart } from "./family-chart";
import { MomentCard } from "./moment-card";

/** Most visits do not ask for it. */
const ExplainCard = dynamic(() => import("~/components/explain/explain-card").then((module) => module.ExplainCard), {
  ssr: false,
});
const IncidentForm = dynamic(() => import("./incident-form").then(({ IncidentForm: loaded }) => loaded), { ssr: false });

const EVERYTHING = "all";

/** A range that moves is explained anew once a minute. */
function steadySpan({ from, to, moving }: { from: number; to: number; moving: boolean }): { from: number; to: number } {
  const late = moving ? to % 60_000 : 0;
  return { from: from - late, to: to - late };
}

/** The charts for the metrics of this machine, custom ones included. */
function useFamilies() {
  const trpc = useTRPC();
  const catalogue = useQuery(trpc.metrics.catalogue.queryOptions());
  const current = useQuery(trpc.metrics.current.queryOptions());
  const families = useMemo(() => {
    if (!catalogue.data || !current.data) return null;
    const present = new Set(current.data.metrics.map(({ metric }) => metric));
    return allFamilies(catalogue.data).filter(({ metric }) => present.has(metric));
  }, [catalogue.data, current.data]);
  const { error, refetch } = catalogue.error ? catalogue : current;
  return { families, error, refetch };
}

/** Alerts and marks of the range, refetched once a minute. */
function useAnnotations({ from, to, moving }: { from: number; to: number; moving: boolean }) {
  const trpc = useTRPC();
  const range = { from: Math.floor(from / 60_000) * 60_000, ...(!moving && { to }) };
  const asked = { enabled: to > 0, placeholderData: keepPreviousData } as const;
  const { data: alerts } = useQuery({ ...trpc.alerts.list.queryOptions({ ...range, limit: 500 }), ...asked });
  const { data: marks } = useQuery({ ...trpc.marks.list.queryOptions(range), ...asked });
  return useMemo(
    () => [...alertAnnotations(alerts?.alerts ?? [], null), ...markAnnotations(marks?.marks ?? [])],
    [alerts, marks],
  );
}

export function Performance() {
  const { span, zoom } = useRange();
  const { families, error, refetch } = useFamilies();
  const [section, setSection] = useParameter("section", EVERYTHING);
  const [compare, setCompare] = useParameter("compare", "0");
  const [explained, setExplained] = useParameter("explain", "0");
  const [moment, setMoment] = useParameter("at", "");
  const [cause, setCause] = useState("system.cpu.utilization");
  const [text, setText] = useTypedParameter("find");
  const { show } = useClock();
  const { account } = usePageFacts();
  const hidden = useHidden();
  const annotations = useAnnotations(span);
  const picked = Date.parse(moment);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = (families ?? []).filter(
    (family) =>
      (section === EVERYTHING || family.section === section) &&
      words.every((word) => `${family.title} ${family.metric} ${family.section}`.toLowerCase().includes(word)),
  );
  const present = SECTIONS.filter((one) => families?.some((family) => family.section === one));

  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-[20px] font-semibold">
          Performance{" "}
          <span className="numbers text-[13px] font-normal text-muted" suppressHydrationWarning>
            {span.to > 0 && `${show(span.from)} to ${span.moving ? "now" : show(span.to)}`}
          </span>
        </h1>
        <TextInput
          type="search"
          aria-label="Find a chart"
          placeholder="Find a chart"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="w-[170px]"
        />
        <Toggle pressed={explained === "1"} onClick={() => setExplained(explained === "1" ? "0" : "1")}>
          What was different?
        </Toggle>
        <Toggle pressed={compare === "1"} onClick={() => setCompare(compare === "1" ? "0" : "1")}>
          Compare with before
        </Toggle>
        {(account === null || account.role === "admin") && (
          <Popover label="Save incident" button="Save incident">
            {(close) => <IncidentForm from={span.from} to={span.to} close={close} />}
          </Popover>
        )}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame around the buttons. */}
      <div role="group" aria-label="Section" className="flex flex-wrap gap-1">
        {[EVERYTHING, ...present].map((name) => (
          <Toggle key={name} pressed={section === name} onClick={() => setSection(name)}>
            {name === EVERYTHING ? "All" : name}
          </Toggle>
        ))}
      </div>
      <p className="text-[12.5px] text-muted">
        Drag over a chart to zoom, Esc or a double click to go back; click a moment for its processes.
      </p>
      {explained === "1" && span.to > 0 && <ExplainCard span={steadySpan(span)} />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      <div className="grid grid-cols-1 gap-3 min-[900px]:grid-cols-2">
        {families === null &&
          !error &&
          ["CPU", "Load", "Memory", "Disk"].map((name) => (
            <div
              key={name}
              role="status"
              aria-label={`Loading ${name}`}
              className="h-[240px] rounded-[10px] border border-line bg-card"
            />
          ))}
        {shown.map((family) => (
          <FamilyChart
            key={family.title}
            family={family}
            span={span}
            compare={compare === "1"}
            hidden={hidden}
            annotations={annotations}
            onZoom={zoom}
            onPick={(at) => {
              setCause(family.metric);
              writeAddress({ at: new Date(Math.round(at / 1000) * 1000).toISOString() });
            }}
          />
        ))}
      </div>
      {families && shown.length === 0 && <p className="text-muted">No chart has that name.</p>}
      {Number.isFinite(picked) && <MomentCard at={picked} metric={cause} onClose={() => setMoment("")} />}
    </div>
  );
}
