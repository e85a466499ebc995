import { BUILT_IN_METRICS, builtInDefinition, type DefinitionOf, type MetricDefinition } from "~/domain/metric";

/** Every metric that this server knows: the built-in ones, and custom ones as they are configured, read or pushed. */
export class MetricCatalogue {
  private readonly custom = new Map<string, MetricDefinition>();

  readonly definitionOf: DefinitionOf = (metric) => builtInDefinition(metric) ?? this.custom.get(metric);

  /** A metric that is known already keeps its definition: its stored readings were taken with it. */
  defineCustom({ metric, unit, kind }: Pick<MetricDefinition, "metric" | "unit" | "kind">): void {
    if (this.definitionOf(metric) === undefined) this.custom.set(metric, { metric, unit, kind, help: "A custom metric." });
  }

  all(): MetricDefinition[] {
    return [...BUILT_IN_METRICS, ...this.custom.values()];
  }
}
