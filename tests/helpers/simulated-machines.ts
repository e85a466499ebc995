/** Machines that write what a real one does, made of one recorded sample, for an engine with many of them. */
import { builtInDefinition } from "~/domain/metric";
import type { Sample } from "~/domain/sample";
import { encodeRequest, planWriting, seriesOfSteps, type WritePlan } from "~/server/remote-write/encode";

/** About as many samples as one machine sends after an outage. */
const SAMPLES_A_REQUEST = 100_000;

export class SimulatedMachines {
  private readonly plans: WritePlan[];

  /** Of each, the first `series` series of `sample`. */
  constructor(
    private readonly sample: Sample,
    { count, series, labelsOf }: { count: number; series: number; labelsOf: (index: number) => Record<string, string> },
  ) {
    this.plans = Array.from({ length: count }, (_, index) => {
      const planned = planWriting(sample.series, {
        definitionOf: builtInDefinition,
        externalLabels: { instance: `machine-${String(index).padStart(4, "0")}`, job: "hostscope", ...labelsOf(index) },
        wants: () => true,
        facts: [{ name: "hostscope_build_info", labels: { version: "0.2.0" }, value: 1 }],
      });
      const isAskedFor = ({ key }: WritePlan[number]) => /^\["(?:node_|hostscope_(?:build|contributor))/.test(key);
      return [...planned.filter(isAskedFor), ...planned.filter((one) => !isAskedFor(one))].slice(0, series);
    });
  }

  /** Writes one sample of each series; counters go on with time, each machine at a pace of its own. */
  async write(url: string, at: number): Promise<{ samples: number; bytes: number }> {
    const total = { samples: 0, bytes: 0 };
    const perRequest = Math.max(1, Math.floor(SAMPLES_A_REQUEST / (this.plans[0]?.length ?? 1)));
    for (let first = 0; first < this.plans.length; first += perRequest) {
      const series = this.plans.slice(first, first + perRequest).flatMap((plan, offset) => {
        const values = this.valuesAt(at, first + offset);
        return seriesOfSteps([{ at, plan, values }]);
      });
      const body = encodeRequest(series) as Uint8Array<ArrayBuffer>;
      total.samples += series.length;
      total.bytes += body.length;
      const response = await fetch(url, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/x-protobuf",
          "content-encoding": "snappy",
          "x-prometheus-remote-write-version": "0.1.0",
        },
      });
      if (!response.ok) throw new Error(`the engine refuses: ${response.status} ${await response.text()}`);
    }
    return total;
  }

  private valuesAt(at: number, machine: number): Float64Array {
    const seconds = (at - this.sample.at) / 1000;
    const busy = ((machine * 37) % 100) / 100;
    return this.sample.values.map((value, slot) => {
      const { metric, labels } = this.sample.series[slot] as Sample["series"][number];
      if (metric === "system.cpu.time")
        return value + seconds * (labels["cpu.mode"] === "idle" ? 1 - busy : labels["cpu.mode"] === "user" ? busy : 0);
      return builtInDefinition(metric)?.kind === "counter"
        ? value + seconds * (1 + (slot % 7))
        : value * (1 + ((machine + slot) % 10) / 100);
    });
  }
}
