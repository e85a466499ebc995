"use client";

import { Card } from "~/components/ui/card";
import { useClock } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import type { Answers } from "~/trpc/browser";

const CELL = "py-1.5 pr-4 text-left align-baseline";
const COLOR = { sent: "text-ok", failed: "text-critical", waiting: "text-warning" } as const;

/** The newest messages of all channels, and what became of them. */
export function Messages({ notifications }: Pick<Answers["alerts"]["notifications"], "notifications">) {
  const { show } = useClock();
  const { messages: words } = useWords().alerts;
  return (
    <Card title={words.title} note={words.note}>
      {notifications.length === 0 && <p className="text-muted">{words.none}</p>}
      {notifications.length > 0 && (
        <div className="overflow-x-auto">
          <table className="w-full border-collapse text-[13px]">
            <thead className="text-[12.5px] text-muted">
              <tr>
                {[words.time, words.channel, words.state, words.answer].map((head) => (
                  <th key={head} className={`${CELL} font-normal`}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {notifications.map(({ id, channel, createdAt, state, attempts, answer }) => (
                <tr key={id} className="border-t border-line">
                  <td className={`${CELL} whitespace-nowrap`}>
                    <time dateTime={createdAt} className="numbers text-muted" suppressHydrationWarning>
                      {show(Date.parse(createdAt))}
                    </time>
                  </td>
                  <td className={CELL}>{channel}</td>
                  <td className={`${CELL} ${COLOR[state]}`}>
                    {attempts > 1 ? words.attempts(words.states[state], attempts) : words.states[state]}
                  </td>
                  <td className={`${CELL} w-full break-words text-muted`}>{answer}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
