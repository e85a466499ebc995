/** Creates the notification channels of a configuration. */
import type { DeliveryResult } from "~/domain/notification";
import { receiverName } from "../config/receivers";
import type { Config } from "../config/schema";
import type { ServiceBlock } from "../config/services-schema";
import { commandNotifier } from "../notifiers/command";
import { emailNotifier } from "../notifiers/email";
import { sendRequests } from "../notifiers/http-sender";
import type { MailerOptions } from "../notifiers/mailer";
import type { Notifier } from "../notifiers/notifier";
import { SERVICES, type ServiceName } from "../notifiers/services";
import type { Service } from "../notifiers/services/service";
import { formatForHost, webhookNotifier } from "../notifiers/webhook";
import { readRegularFile } from "../regular-file";
import type { Heartbeat } from "./heartbeat";

const MOST_SECRET_BYTES = 64 * 1024;

/** A secret from the configuration, or from the file that it names. */
function secretOf(value: string | undefined, file: string | undefined): string | undefined {
  return value ?? (file === undefined ? undefined : readRegularFile(file, MOST_SECRET_BYTES).trim());
}

/** SMTP settings, shared by alerts and reports. Throws if the password file cannot be read. */
export function mailerOptions(email: NonNullable<Config["notifications"]["email"]>, host: string): MailerOptions {
  const from = email.from_address ?? `hostscope@${host.includes(".") ? host : "localhost.localdomain"}`;
  return {
    host: email.smtp_server,
    port: email.smtp_port,
    tls: email.tls,
    username: email.username,
    password: secretOf(email.password, email.password_file),
    publicOnly: email.public_only,
    from,
    messageDomain: host.includes(".") ? host : domainOf(from),
  };
}

/** Of "Monitoring <ops@example.org>": example.org. */
const domainOf = (address: string) => /@([^\s>@]+)/.exec(address)?.[1] ?? "localhost.localdomain";

/** Null when none is configured. */
export function heartbeatOf({ heartbeat }: Config["notifications"]): Heartbeat | null {
  if (!heartbeat?.enabled) return null;
  const { url, url_file, interval, public_only: publicOnly } = heartbeat;
  return { url: () => secretOf(url, url_file) ?? "", intervalMs: interval * 1000, publicOnly };
}

/** What a delivery comes to when the file of a password or URL cannot be read. */
export function unreadableSecret(error: unknown): DeliveryResult {
  const { code, path } = error as NodeJS.ErrnoException;
  const why = `(${code ?? String(error)})`;
  const outcome = `the file of a secret cannot be read ${why}`;
  return { ok: false, retryable: true, outcome, answer: `the file ${path ?? ""} of a secret cannot be read ${why}` };
}

/**
 * Opens the channel anew for each message. If it cannot be opened, the delivery fails and is retried: a missing secret file may
 * appear.
 */
function opened(
  { name, severities, publicOnly }: Pick<Notifier, "name" | "severities"> & { publicOnly: boolean },
  open: () => Notifier,
): Notifier {
  return {
    name,
    severities,
    async send(message, key) {
      let notifier: Notifier;
      try {
        notifier = open();
      } catch (error) {
        return unreadableSecret(error);
      }
      const result = await notifier.send(message, key);
      // Whoever made this channel over the API has not shown that they may read what is behind this machine.
      return publicOnly ? { ...result, answer: result.outcome } : result;
    },
  };
}

/** A channel for each enabled block of a service. */
function servicesOf(notifications: Config["notifications"]): Notifier[] {
  return (Object.keys(SERVICES) as ServiceName[]).flatMap((service) => {
    const blocks = notifications[service];
    return blocks.flatMap((block, index) => {
      if (!block.enabled) return [];
      const name = receiverName(service, { index, count: blocks.length, name: block.name });
      const { severities, public_only: publicOnly } = block;
      return [opened({ name, severities, publicOnly }, () => serviceNotifier(service, { name, block }))];
    });
  });
}

function serviceNotifier(service: ServiceName, { name, block }: { name: string; block: ServiceBlock }): Notifier {
  const { options, secrets, requests } = SERVICES[service] as unknown as Service;
  const { severities, public_only: publicOnly } = block;
  const given = Object.fromEntries(
    Object.keys(options).map((key) => [
      key,
      secrets.includes(key) ? secretOf(block[key] as string | undefined, block[`${key}_file`] as string | undefined) : block[key],
    ]),
  );
  return {
    name,
    severities,
    send: (message, key) => sendRequests(requests(message, given, key), { publicOnly, key }),
  };
}

export function channelsOf(notifications: Config["notifications"], host: string): Notifier[] {
  const { email, webhook, command } = notifications;
  const notifiers: Notifier[] = [];
  if (email?.enabled) {
    notifiers.push(
      opened({ name: "email", severities: email.severities, publicOnly: email.public_only }, () =>
        emailNotifier({ ...mailerOptions(email, host), to: email.to_addresses, severities: email.severities }),
      ),
    );
  }
  for (const [index, hook] of webhook.entries()) {
    if (!hook.enabled) continue;
    const name = receiverName("webhook", { index, count: webhook.length, name: hook.name });
    const open = () => {
      const url = secretOf(hook.url, hook.url_file) ?? "";
      const { secret, severities, headers, template, public_only: publicOnly } = hook;
      const format = hook.format ?? formatForHost(url);
      return webhookNotifier({ name, url, format, secret, severities, headers, template, publicOnly });
    };
    notifiers.push(opened({ name, severities: hook.severities, publicOnly: hook.public_only }, open));
  }
  notifiers.push(...servicesOf(notifications));
  const [program, ...args] = command?.argv ?? [];
  if (command?.enabled && program !== undefined) {
    notifiers.push(commandNotifier({ argv: [program, ...args], severities: command.severities }));
  }
  return notifiers;
}
