"use client";

import { useState } from "react";
import { useLive } from "~/components/live/live-provider";
import { Card } from "~/components/ui/card";
import { useWords } from "~/components/words/words-provider";
import type { ListedAlert } from "./alert-item";
import { ALERT_COLUMNS, AlertRow } from "./alert-row";
import { ruleTitle } from "./rule-title";

/** Alerts of one rule and severity are grouped at their first one, and folded when there are more than this. */
const MOST_OF_A_RULE = 3;

/** Alerts in the order given. */
export function AlertList({ alerts }: { alerts: readonly ListedAlert[] }) {
  const { store, state } = useLive();
  const { list: words, ruleTitles } = useWords().alerts;
  const now = state.at ?? store.serverNow();
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  return (
    <Card>
      <div
        aria-hidden="true"
        className={`${ALERT_COLUMNS} border-b border-line pb-1.5 text-[12.5px] text-muted max-[799px]:hidden`}
      >
        <span />
        <span>{words.severity}</span>
        <span>{words.alert}</span>
        <span className="text-right">{words.started}</span>
        <span className="text-right">{words.duration}</span>
      </div>
      <ul>
        {[...Map.groupBy(alerts, ({ rule, severity }) => `${severity} ${rule}`).values()].flatMap((members) => {
          const [{ rule, severity }] = members as [ListedAlert];
          const group = `${severity} ${rule}`;
          const isWhole = unfolded.has(group) || members.length <= MOST_OF_A_RULE;
          const shown = isWhole ? members : members.slice(0, MOST_OF_A_RULE - 1);
          return [
            ...shown.map((alert) => <AlertRow key={alert.id} alert={alert} now={now} />),
            !isWhole && (
              <li key={`more ${group}`} className="border-b border-line py-2 last:border-0 min-[800px]:pl-[36px]">
                <button
                  type="button"
                  className="text-[13px] underline underline-offset-2"
                  onClick={() => setUnfolded(new Set([...unfolded, group]))}
                >
                  {words.more(members.length - shown.length, ruleTitle(ruleTitles, rule))}
                </button>
              </li>
            ),
          ];
        })}
      </ul>
    </Card>
  );
}
