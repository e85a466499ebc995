"use client";

import "~/components/shell/with-frame";
import type { ReactNode } from "react";
import { Channels } from "~/components/alerts/channels";
import { Toggle } from "~/components/ui/controls";
import { usePageFacts } from "~/components/view/page-facts";
import { useParameter } from "~/components/view/use-view";
import { About } from "./about";
import { Access } from "./access";
import { BrowserSettings } from "./browser-settings";
import { Configuration } from "./configuration";
import { CustomMetrics } from "./custom-metrics";
import { StorageCard } from "./storage";

const SECTIONS: readonly { name: string; content: () => ReactNode; admin?: true }[] = [
  { name: "Configuration", content: Configuration, admin: true },
  { name: "Channels", content: Channels },
  { name: "Storage", content: StorageCard },
  { name: "Access", content: Access },
  { name: "Custom metrics", content: CustomMetrics },
  { name: "This browser", content: BrowserSettings },
  { name: "About", content: About },
];

export function Settings() {
  const { account } = usePageFacts();
  const sections = SECTIONS.filter(({ admin }) => !admin || account === null || account.role === "admin");
  const [section, setSection] = useParameter("section", sections[0]?.name ?? "");
  const Content = (sections.find(({ name }) => name === section) ?? sections[0])?.content;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-[20px] font-semibold">Settings</h1>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame around the buttons. */}
        <div role="group" aria-label="Section" className="flex flex-wrap gap-1">
          {sections.map(({ name }) => (
            <Toggle key={name} pressed={section === name} onClick={() => setSection(name)}>
              {name}
            </Toggle>
          ))}
        </div>
      </div>
      {Content && <Content />}
    </div>
  );
}
