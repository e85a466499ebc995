"use client";

import { Card } from "~/components/ui/card";
import { Skeleton } from "~/components/ui/states";
import { useWords } from "~/components/words/words-provider";
import { SummaryLink } from "./summary-link";
import { type ShownSetting, useConfiguration } from "./use-configuration";

const HEIGHT = 150;

/** Entries of a list by name. */
function namesOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((one: unknown) => (typeof one === "object" && one !== null && "name" in one ? String(one.name) : String(one)));
}

/** Built-in rules that have other thresholds. */
function changedIn(settings: readonly ShownSetting[]): string[] {
  const changed = settings.filter(({ path, source }) => path.startsWith("thresholds.") && source === "file");
  return [...new Set(changed.map(({ path }) => path.split(".")[1] ?? ""))];
}

/** Which rules are not as shipped; the Alerts page changes them. */
export function RulesSummary() {
  const { settings: words } = useWords();
  const { data, error } = useConfiguration();
  // The top of the page says so.
  if (error) return null;
  if (!data) return <Skeleton label={words.loading} height={HEIGHT} />;
  const named = (path: string) => namesOf(data.settings.find((one) => one.path === path)?.value);
  const rows: [string, string[]][] = [
    [words.rules.custom, named("alerts.rules")],
    [words.rules.changed, changedIn(data.settings)],
    [words.rules.disabled, named("alerts.disabled")],
    [words.rules.silences, named("alerts.silences")],
  ];
  return (
    <Card>
      <dl className="grid gap-x-6 gap-y-1 min-[700px]:grid-cols-[20rem_minmax(0,1fr)]">
        {rows.map(([name, entries]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="break-words">{entries.length === 0 ? words.value.none : entries.join(", ")}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 flex flex-wrap gap-x-4">
        <SummaryLink to="/alerts?tab=Rules">{words.rules.open}</SummaryLink>
        <SummaryLink to="/alerts?tab=Silences">{words.rules.openSilences}</SummaryLink>
      </p>
    </Card>
  );
}
