/** Who explains metrics on this machine: containers by their names, custom metrics by what they declare. */
import { type ContainerName, containerOfGroup } from "~/domain/container";
import type { Cause } from "~/domain/contributor";
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
  /** At once, for the minutes that explain an alert. */
  explain(stretch: Stretch): Cause;
  /** What a custom metric says that it is explained by. */
  declared(metric: string): string | undefined;
  /** What is seen just now, for a stretch that ends now. */
  lookLive: LookLive;
  /** With the names of containers. */
  named<One extends Pick<Cause, "contributors">>(cause: One): One;
}

export function composeCauses({ store, nameOf, declared, lookLive }: CauseDependencies): Causes {
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
    explain: (stretch) => named(explainMetric({ ...stretch, declared: declared(stretch.metric) }, store.causeSource)),
  };
}
