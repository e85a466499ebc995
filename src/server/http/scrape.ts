import { SEVERITIES } from "~/domain/alert";
import { STALE_INTERVALS } from "~/domain/health";
import type { Sample } from "~/domain/sample";
import type { Runtime } from "../runtime";
import { CONTENT_TYPES, expositionFormatFor, type LabelledValue, writeExposition } from "./exposition-text";

function factsOf(runtime: Runtime, sample: Sample | undefined): LabelledValue[] {
  const at = sample?.at;
  const running = new Set(sample?.series.map(({ labels }) => labels["container.id"]));
  const { name, kernel, architecture, bootTime } = runtime.host();
  const active = runtime.alerts.manager.active();
  const gauge = (metric: string, help: string, value: number): LabelledValue => ({
    name: metric,
    type: "gauge",
    help,
    values: [{ value }],
  });
  return [
    {
      name: "hostscope_build_info",
      type: "gauge",
      help: "1, with the version of Hostscope.",
      values: [{ labels: { version: runtime.version }, value: 1 }],
    },
    gauge("hostscope_healthy", "1 when every check of /api/health is ok.", runtime.health().status === "ok" ? 1 : 0),
    gauge("hostscope_database_bytes", "Size of the database.", runtime.store.storage(runtime.now()).bytes),
    {
      name: "hostscope_alerts_firing",
      type: "gauge",
      help: "Alerts that are firing.",
      values: SEVERITIES.map((severity) => ({
        labels: { severity },
        value: active.filter((alert) => alert.severity === severity).length,
      })),
    },
    {
      name: "node_uname_info",
      type: "gauge",
      help: "1, with the names of the machine and its kernel.",
      values: [{ labels: { machine: architecture, nodename: name, release: kernel, sysname: "Linux" }, value: 1 }],
    },
    {
      name: "hostscope_container_info",
      type: "gauge",
      help: "1, with the name and image of a container that runs: join it by container_id.",
      values: runtime.containers.list().flatMap(({ id, name, image, pod, project }) =>
        running.has(id)
          ? [
              {
                labels: {
                  container_id: id,
                  container_name: name,
                  ...(image === null ? {} : { container_image: image }),
                  ...(pod === null ? {} : { pod }),
                  ...(project === null ? {} : { compose_project: project }),
                },
                value: 1,
              },
            ]
          : [],
      ),
    },
    gauge("node_boot_time_seconds", "When the kernel booted.", bootTime / 1000),
    ...(at === undefined ? [] : [gauge("node_time_seconds", "When this sample was taken.", at / 1000)]),
  ];
}

/** GET /metrics. Leaves out a stale sample, so that Prometheus shows a gap and not a flat line. */
export function scrape(request: Request, runtime: Runtime, now: number): Response {
  const newest = runtime.bus.latest()?.sample;
  const fresh = newest && now - newest.at <= STALE_INTERVALS * runtime.config.monitoring.interval * 1000 + 1000;
  const sample = fresh ? newest : undefined;
  const format = expositionFormatFor(request.headers.get("accept"));
  const text = writeExposition({ sample, facts: factsOf(runtime, sample), definitionOf: runtime.definitionOf }, format);
  return new Response(request.method === "HEAD" ? null : text, {
    headers: { "content-type": CONTENT_TYPES[format], "cache-control": "no-store" },
  });
}
