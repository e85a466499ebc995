/** Samples a host's files as whoever runs this, and prints what came of it. */
import { join } from "node:path";
import { COLLECTORS } from "~/server/collectors/registry";
import { Sampler } from "~/server/collectors/run";

const [root = ""] = process.argv.slice(2);
const sampler = new Sampler({ proc: join(root, "proc"), sys: join(root, "sys") }, COLLECTORS, 2);
const { sample, changes, absences } = sampler.collect(0);
sampler.close();
const metrics = [...new Set(sample.series.map(({ metric }) => metric))];
const links = sample.series.flatMap(({ metric, labels }) =>
  metric === "system.network.in_total" ? (labels["network.interface.name"] ?? []) : [],
);
process.stdout.write(JSON.stringify({ metrics, links, changes, absences: absences ?? [] }));
