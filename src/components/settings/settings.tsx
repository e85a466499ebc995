"use client";

import "~/components/shell/with-frame";
import { useIsFetching } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { Channels } from "~/components/alerts/channels";
import { useRole } from "~/components/view/role";
import { loadSettingHelp } from "~/components/words/load-setting-help";
import { useLanguage, useWords } from "~/components/words/words-provider";
import { About } from "./about";
import { Access } from "./access";
import { BrowserSettings } from "./browser-settings";
import { ConfigurationText } from "./configuration-text";
import { CustomMetrics } from "./custom-metrics";
import { Mistakes } from "./mistakes";
import { RulesSummary } from "./rules-summary";
import { ScheduleSummary } from "./schedule-summary";
import { SECTIONS, type SectionId } from "./sections";
import { SettingFields } from "./setting-fields";
import { StorageCard } from "./storage";
import { useSectionInView } from "./use-section-in-view";

/** What a viewer sees too. */
const FOR_VIEWERS: ReadonlySet<SectionId> = new Set<SectionId>([
  "notifications",
  "retention",
  "access",
  "reports",
  "monitoring",
  "display",
  "about",
]);

/** What a section has around its fields, or in their place. */
function Content({ id, fields }: { id: SectionId; fields: ReactNode }) {
  switch (id) {
    case "notifications":
      return (
        <>
          <Channels />
          {fields}
        </>
      );
    case "rules":
      return <RulesSummary />;
    case "retention":
      return (
        <>
          {fields}
          <StorageCard />
        </>
      );
    case "reports":
      return <ScheduleSummary />;
    case "monitoring":
      return (
        <>
          {fields}
          <CustomMetrics />
        </>
      );
    case "access":
      return (
        <>
          <Access />
          {fields}
        </>
      );
    case "network":
      return fields;
    case "display":
      return (
        <>
          {fields}
          <BrowserSettings />
        </>
      );
    case "file":
      return <ConfigurationText />;
    case "about":
      return <About />;
  }
}

/** The sections that stand in the first column where there is room for two. */
const IN_FIRST_COLUMN = 3;

export function Settings() {
  const { settings: words } = useWords();
  const language = useLanguage();
  const isAdmin = useRole() === "admin";
  useAnchor();
  // The fields need it as soon as there are values.
  useEffect(() => void loadSettingHelp(language), [language]);
  const shown = SECTIONS.filter(({ id }) => isAdmin || FOR_VIEWERS.has(id));
  const inView = useSectionInView(shown.map(({ id }) => id));
  const columns = [shown.slice(0, IN_FIRST_COLUMN), shown.slice(IN_FIRST_COLUMN)];
  return (
    <div className="flex flex-col gap-3">
      <div>
        <h1 className="text-[20px] font-semibold">{words.title}</h1>
        {isAdmin && <p className="text-muted">{words.saving}</p>}
      </div>
      <Mistakes />
      <div className="flex flex-col gap-x-6 gap-y-3 min-[1100px]:flex-row min-[1100px]:items-start">
        <nav
          aria-label={words.nav}
          className="flex flex-wrap gap-x-1 min-[1100px]:sticky min-[1100px]:top-[70px] min-[1100px]:w-44 min-[1100px]:shrink-0 min-[1100px]:flex-col"
        >
          {shown.map(({ id }) => (
            <a
              key={id}
              href={`#${id}`}
              aria-current={inView === id ? "true" : undefined}
              className={`flex min-h-9 items-center rounded-[10px] px-3 text-[13px] hover:bg-hover hover:text-text ${inView === id ? "bg-hover text-text" : "text-muted"}`}
            >
              {words.sections[id].title}
            </a>
          ))}
        </nav>
        <div className="grid min-w-0 flex-1 gap-x-6 gap-y-6 min-[1900px]:grid-cols-2">
          {columns.map((plans) => (
            <div key={plans[0]?.id} className="flex max-w-[960px] min-w-0 flex-col gap-6">
              {plans.map((plan) => (
                <section key={plan.id} id={plan.id} aria-labelledby={`${plan.id}-title`} className="scroll-mt-[70px]">
                  <div className="mb-2 flex flex-wrap items-baseline gap-x-2">
                    <h2 id={`${plan.id}-title`} className="text-[16px] font-semibold">
                      {words.sections[plan.id].title}
                    </h2>
                    <span className="text-[12.5px] text-muted">{words.sections[plan.id].note}</span>
                  </div>
                  <div className="flex flex-col gap-3">
                    <Content id={plan.id} fields={isAdmin ? <SettingFields plan={plan} /> : null} />
                  </div>
                </section>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

/** Scrolls to the part that the address names, once what is above it has its height. */
function useAnchor(): void {
  const isFetching = useIsFetching() > 0;
  const state = useRef<"waiting" | "loading" | "done">("waiting");
  useEffect(() => {
    if (state.current === "done") return;
    if (isFetching) state.current = "loading";
    else if (state.current === "loading") {
      state.current = "done";
      document.getElementById(decodeURIComponent(window.location.hash.slice(1)))?.scrollIntoView();
    }
  }, [isFetching]);
}
