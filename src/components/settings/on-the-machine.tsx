"use client";

import { useWords } from "~/components/words/words-provider";

/** Shown instead of forms to those who need no login: anybody on this machine could make themselves a user for later. */
export function OnTheMachine({ commands }: { commands: readonly string[] }) {
  const { onMachine } = useWords().settings.access;
  return (
    <div className="mt-2 text-muted">
      <p>{onMachine}</p>
      <ul>
        {commands.map((command) => (
          <li key={command}>
            <code className="font-mono text-[12.5px] break-all">{command}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}
