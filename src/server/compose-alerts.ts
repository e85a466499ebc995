/** Alerts out of their parts: rules and channels from the configuration, the manager between store and outbox. */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import type { Alert } from "~/domain/alert";
import { deriveFrame, type Frame, intervalOf } from "~/domain/derive";
import { AppError } from "~/domain/errors";
import type { Sample } from "~/domain/sample";
import { AlertManager } from "./alerts/manager";
import type { Boot } from "./boot";
import type { Config } from "./config/schema";
import { toRules } from "./config/to-rules";
import { createDeliverer } from "./notifiers/deliver";
import { emailNotifier } from "./notifiers/email";
import { logNotifier } from "./notifiers/log";
import { headline } from "./notifiers/message";
import type { AlertMessage, Delivery, Notifier } from "./notifiers/notifier";
import { formatForHost, webhookNotifier } from "./notifiers/webhook";
import type { Store } from "./store/store";

const RETRY_EVERY_MS = 5000;

/** A secret that stands in the configuration, or in a file that it names. */
function secretOf(value: string | undefined, file: string | undefined): string | undefined {
  return value ?? (file === undefined ? undefined : readFileSync(file, "utf8").trim());
}

function notifiersFrom({ notifications }: Config, { host, write }: { host: string; write: (line: object) => void }): Notifier[] {
  const { email, webhook, log } = notifications;
  const notifiers: Notifier[] = [];
  if (log.enabled) notifiers.push(logNotifier(write, ["info", "warning", "critical"]));
  if (email?.enabled) {
    notifiers.push(
      emailNotifier({
        host: email.smtp_server,
        port: email.smtp_port,
        tls: email.tls,
        username: email.username,
        password: secretOf(email.password, email.password_file),
        from: email.from_address ?? `hostscope@${host.includes(".") ? host : "localhost.localdomain"}`,
        to: email.to_addresses,
        severities: email.severities,
      }),
    );
  }
  for (const [index, hook] of webhook.entries()) {
    const url = secretOf(hook.url, hook.url_file);
    if (!hook.enabled || url === undefined) continue;
    const name = webhook.length === 1 ? "webhook" : `webhook ${index + 1}`;
    notifiers.push(
      webhookNotifier({ name, url, format: hook.format ?? formatForHost(url), secret: hook.secret, severities: hook.severities }),
    );
  }
  return notifiers;
}

/** A message that shows a receiver what a real one looks like. */
function testMessage(host: string, at: number): AlertMessage {
  const alert: Alert = {
    id: "test",
    rule: "test",
    metric: "system.cpu.utilization",
    labels: {},
    severity: "info",
    state: "firing",
    value: 0.97,
    threshold: 0.95,
    unit: "1",
    message: "",
    cause: [],
    startedAt: at - 60_000,
    resolvedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    note: null,
  };
  const item = {
    kind: "fired" as const,
    alert,
    description: "This is a test: nothing is wrong.",
    remedy: "Nothing needs to be done.",
  };
  return { host, at, items: [item], more: 0 };
}

interface Surroundings {
  store: Store;
  /** Appends a line to logs/alerts.log. */
  write: (line: object) => void;
  host: string;
  onAlert: (alert: Alert) => void;
  /** What plugins want to hear. */
  handlers: readonly ((alert: Alert) => unknown)[];
}

export interface Alerts {
  manager: AlertManager;
  onTick(frame: Frame, elapsedSeconds: number): void;
  test(channel: string): Promise<Delivery>;
  channels(): string[];
  stop(): Promise<void>;
}

export async function composeAlerts(
  { config, log }: Boot,
  { store, write, host, onAlert, handlers }: Surroundings,
): Promise<Alerts> {
  const { group_wait: wait, group_interval: interval, repeat_interval: repeat } = config.alerts;
  const intervalSeconds = config.monitoring.interval;
  const notifiers = new Map(notifiersFrom(config, { host, write }).map((notifier) => [notifier.name, notifier]));
  const deliverer = createDeliverer(store.alerts, notifiers, (error) =>
    log.error({ err: error }, "the outbox could not be read"),
  );
  const rules = toRules(config, cpus().length);
  const manager = new AlertManager({
    host,
    rules,
    channels: [...notifiers.values()],
    timing: { waitMs: wait * 1000, intervalMs: interval * 1000, repeatMs: repeat * 1000 },
    records: store.alerts,
    consumers: (from, to) => store.consumers(from, to),
    headline,
    onAlert: (alert) => {
      onAlert(alert);
      for (const handle of handlers) {
        Promise.resolve()
          .then(() => handle(alert))
          .catch((error: unknown) => log.error({ err: error }, "a plugin's alert handler failed"));
      }
    },
    onOutbox: () => deliverer.run(),
    onError: (error) => log.error({ err: error }, "an alert could not be handled"),
  });
  await manager.restore();
  const longest = Math.max(0, ...rules.map(({ windowSeconds }) => windowSeconds));
  let previous: Sample | undefined;
  for (const sample of store.recent(Date.now() - longest * 1000)) {
    manager.warm(deriveFrame(previous, sample), Number.isNaN(intervalOf(sample)) ? intervalSeconds : intervalOf(sample));
    previous = sample;
  }
  const retry = setInterval(() => deliverer.retry(), RETRY_EVERY_MS);
  return {
    manager,
    onTick: (frame, elapsedSeconds) => manager.tick(frame, elapsedSeconds, intervalSeconds),
    async test(channel) {
      const notifier = notifiers.get(channel);
      if (!notifier)
        throw new AppError(
          "not_found",
          `there is no channel ${channel}; there are ${[...notifiers.keys()].join(", ") || "none"}`,
        );
      const now = Date.now();
      return notifier.send(testMessage(host, now), `test-${now.toString(36)}`);
    },
    channels: () => [...notifiers.keys()],
    async stop() {
      clearInterval(retry);
      await manager.settled();
      await deliverer.idle();
    },
  };
}
