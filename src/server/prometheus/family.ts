export type FamilyType = "counter" | "gauge" | "unknown";
