import type { FindingBlock, Section } from "~/domain/report";

/** As many as a summary can ask for. */
const MOST = 3;

/** What to do first: part of the summary. */
export function recommendationsSection(findings: readonly FindingBlock[]): Section {
  return {
    id: "recommendations",
    title: "What to do",
    blocks: findings.length > 0 ? findings.slice(0, MOST) : [{ kind: "paragraph", text: ["Nothing. No check found a problem."] }],
  };
}

/** What the summary has no room for. */
export function furtherSection(findings: readonly FindingBlock[]): Section | null {
  const rest = findings.slice(MOST);
  return rest.length > 0 ? { id: "further", title: "Further recommendations", blocks: rest } : null;
}
