/** Who explains metrics on this machine: containers by their names, custom metrics by what they declare. */
import { type ContainerName, containerOfGroup } from "~/domain/container";
import { type Cause, UNKNOWN_CAUSE } from "~/domain/contributor";
import { explainMetric, type Stretch } from "../causes/explain-metric";
import type { Store } from "../store/store";
import type { LookLive } from "./live-facts";

interface CauseDependencies {
  store: Pick<Store, "causeSource">;
  nameOf: ContainerName;
  /** What a custom metric says that it is explained by. */
  declared: (metric: string) => string | undefined;
  lookLive: LookLive;
}

export interface Causes {
  /** At once, for the minutes that explain an alert. Unknown where this took long a short time ago: then the reader thread is asked. */
  explain(stretch: Stretch): Cause;
  /** What a custom metric says that it is explained by. */
  declared(metric: string): string | undefined;
  /** What is seen just now, for a stretch that ends now. */
  lookLive: LookLive;
  /** With the names of containers. */
  named<One extends Pick<Cause, "contributors">>(cause: One): One;
}

/** On a machine whose processes come and go by the hundred a second. */
const SLOW_MS = 100;
const SLOW_FOR_MS = 600_000;

export function composeCauses({ store, nameOf, declared, lookLive }: CauseDependencies): Causes {
  let slowUntil = Number.NEGATIVE_INFINITY;
  const named: Causes["named"] = (cause) => ({
    ...cause,
    contributors: cause.contributors.map((one) =>
      one.kind === "container" ? { ...one, name: containerOfGroup(one.name, nameOf) ?? one.name } : one,
    ),
  });
  return {
    declared,
    named,
    lookLive,
    explain(stretch) {
      const started = performance.now();
      if (started < slowUntil) return UNKNOWN_CAUSE;
      const cause = named(explainMetric({ ...stretch, declared: declared(stretch.metric) }, store.causeSource));
      if (performance.now() - started > SLOW_MS) slowUntil = performance.now() + SLOW_FOR_MS;
      return cause;
    },
  };
}
