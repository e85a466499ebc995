"use client";

import { TextInput } from "~/components/ui/controls";
import { useWords } from "~/components/words/words-provider";
import { MACHINE_STATES } from "~/domain/machine";
import { MACHINE_WORDS, machineFields } from "~/domain/machine-filter";
import type { FilterProblem } from "~/domain/row-filter";

interface FieldProps {
  text: string;
  /** Those that machines have. */
  labels: readonly string[];
  onChange: (text: string) => void;
}

export function FilterField({ text, labels, onChange }: FieldProps) {
  const { filter } = useWords().machines;
  return (
    <TextInput
      type="search"
      aria-label={filter.label}
      title={filter.help(MACHINE_WORDS.join(", "), machineFields(labels).join(", "))}
      placeholder={filter.placeholder}
      value={text}
      onChange={(event) => onChange(event.target.value)}
      className="w-[260px] max-w-full max-[799px]:min-w-0 max-[799px]:flex-1"
    />
  );
}

/** A line below the field; nothing where everything of the filter was read. */
export function FilterProblems({ problems, labels }: { problems: readonly FilterProblem[]; labels: readonly string[] }) {
  const { filter: words } = useWords().machines;
  if (problems.length === 0) return null;
  const textOf = (problem: FilterProblem) => {
    if (problem.kind === "field")
      return [words.unknownField(problem.field), words.fields(machineFields(labels).join(", ")), words.quote(problem.term)].join(
        " ",
      );
    const unread = words.takes[problem.takes](problem.field, problem.term);
    return problem.takes === "state" ? `${unread} ${words.states(MACHINE_STATES.join(", "))}` : unread;
  };
  return (
    <div role="status">
      <ul className="flex flex-col gap-0.5 text-[12.5px] text-warning">
        {problems.map((problem, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same term may stand there twice.
          <li key={`${index} ${problem.term}`} className="break-words">
            {textOf(problem)}
          </li>
        ))}
      </ul>
    </div>
  );
}
