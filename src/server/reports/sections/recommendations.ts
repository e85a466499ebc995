import type { FindingBlock, Section } from "~/domain/report";

export function recommendationsSection(findings: readonly FindingBlock[], isMeasured: boolean): Section | null {
  if (!isMeasured) return null;
  return {
    id: "recommendations",
    title: "Recommendations",
    blocks:
      findings.length > 0 ? [...findings] : [{ kind: "paragraph", text: ["None: no rule found anything that needs attention."] }],
  };
}
