"use client";

import "~/components/shell/with-frame";
import { Channels } from "~/components/alerts/channels";
import { Toggle } from "~/components/ui/controls";
import { useParameter } from "~/components/view/use-view";
import { About } from "./about";
import { Access } from "./access";
import { BrowserSettings } from "./browser-settings";
import { Configuration } from "./configuration";
import { CustomMetrics } from "./custom-metrics";
import { StorageCard } from "./storage";

const SECTIONS = [
  { name: "Configuration", content: Configuration },
  { name: "Channels", content: Channels },
  { name: "Storage", content: StorageCard },
  { name: "Access", content: Access },
  { name: "Custom metrics", content: CustomMetrics },
  { name: "This browser", content: BrowserSettings },
  { name: "About", content: About },
] as const;

export function Settings() {
  const [section, setSection] = useParameter("section", "Configuration");
  const Content = (SECTIONS.find(({ name }) => name === section) ?? SECTIONS[0]).content;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-[20px] font-semibold">Settings</h1>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame around the buttons. */}
        <div role="group" aria-label="Section" className="flex flex-wrap gap-1">
          {SECTIONS.map(({ name }) => (
            <Toggle key={name} pressed={section === name} onClick={() => setSection(name)}>
              {name}
            </Toggle>
          ))}
        </div>
      </div>
      <Content />
    </div>
  );
}
