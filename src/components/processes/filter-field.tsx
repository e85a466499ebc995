"use client";

import { TextInput } from "~/components/ui/controls";
import type { Words } from "~/components/words/en";
import { useWords } from "~/components/words/words-provider";
import { FILTER_FIELDS, FILTER_STATES, type FilterProblem } from "~/domain/process-filter";

/** What of a filter is not applied, and what would be. */
function sayProblem(problem: FilterProblem, words: Words["processes"]["filter"]): string {
  if (problem.kind === "field")
    return [words.unknownField(problem.field), words.fields(FILTER_FIELDS.join(", ")), words.quote(problem.term)].join(" ");
  const unread = words.takes[problem.takes](problem.field, problem.term);
  return problem.takes === "state" ? `${unread} ${words.states(FILTER_STATES.join(", "))}` : unread;
}

export function FilterField({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const { filter } = useWords().processes;
  return (
    <TextInput
      type="search"
      aria-label={filter.label}
      title={filter.fields(FILTER_FIELDS.join(", "))}
      placeholder={filter.placeholder}
      value={text}
      onChange={(event) => onChange(event.target.value)}
      className="w-[260px] max-w-full"
    />
  );
}

/** A line below the field; nothing where everything of the filter was read. */
export function FilterProblems({ problems }: { problems: readonly FilterProblem[] }) {
  const { filter } = useWords().processes;
  if (problems.length === 0) return null;
  return (
    <div role="status">
      <ul className="flex flex-col gap-0.5 text-[12.5px] text-warning">
        {problems.map((problem, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same term may stand there twice.
          <li key={`${index} ${problem.term}`} className="break-words">
            {sayProblem(problem, filter)}
          </li>
        ))}
      </ul>
    </div>
  );
}
