import { expect, test } from "vitest";
import { consumerOf } from "../../../tests/helpers/consumer";
import { causeOf } from "./cause";

const init = consumerOf(1, { name: "systemd" });
const managers = [1000, 1001].map((uid) =>
  consumerOf(uid, { parentPid: 1, name: "systemd", user: `u${uid}`, group: `user@${uid}.service` }),
);
const now = [
  init,
  ...managers,
  consumerOf(10, { parentPid: 1, name: "mysqld", group: "mysql.service", cpuSeconds: 300 }),
  consumerOf(20, { parentPid: 1, name: "php-fpm", group: "lxc web", cpuSeconds: 50 }),
  consumerOf(21, { parentPid: 1, name: "redis", group: "lxc cache", cpuSeconds: 40 }),
  consumerOf(22, { parentPid: 1, name: "nginx", group: "systemd-nspawn web", cpuSeconds: 30 }),
  consumerOf(30, { parentPid: 1000, name: "sync", group: "sync.service", cpuSeconds: 5 }),
  consumerOf(31, { parentPid: 30, name: "rsync", group: "sync.service", cpuSeconds: 6 }),
  consumerOf(32, { parentPid: 1001, name: "unison", group: "sync.service", cpuSeconds: 7 }),
  consumerOf(33, { parentPid: 1, name: "lsyncd", group: "sync.service", cpuSeconds: 8 }),
  // Rows of several processes, of whichever user.
  consumerOf(0, { parentPid: 0, name: "backup", group: "sync.service", cpuSeconds: 9, processes: 40 }),
  consumerOf(0, { parentPid: 0, name: "certbot", group: "renew.service", cpuSeconds: 9, processes: 40 }),
];

const told = (metric: string, labels: Record<string, string>) => {
  const facts = { now, before: [], readings: () => null, readingsBefore: () => null };
  const { contributors, refusal } = causeOf({ metric, labels, from: 0, to: 60_000, baselineMs: 60_000 }, facts);
  return refusal ?? contributors.map(({ name }) => name).join();
};

test.each([
  ["an LXC container", { "container.runtime": "lxc", "container.name": "web" }, "php-fpm"],
  ["another one", { "container.runtime": "lxc", "container.name": "cache" }, "redis"],
  ["an nspawn container of the same name", { "container.runtime": "systemd-nspawn", "container.name": "web" }, "nginx"],
  ["a name without a runtime", { "container.name": "cache" }, "redis"],
  ["a container without processes", { "container.runtime": "lxc", "container.name": "old" }, ""],
  ["labels that are of no container", { image: "nginx" }, "unknown: no label says which processes it is of"],
])("the CPU of %s is explained by its own processes", (_name, labels, expected) => {
  expect(told("container.cpu.time", labels)).toBe(expected);
});

test.each([
  ["of the system", {}, "lsyncd"],
  ["of one user", { "user.id": "1000" }, "rsync,sync"],
  ["of another user", { "user.id": "1001" }, "unison"],
])("units of one name are told apart: %s", (_name, user, expected) => {
  expect(told("systemd.service.cpu.time", { "systemd.unit": "sync.service", ...user })).toBe(expected);
});

test("rows of several processes are of a unit that no other user has", () => {
  expect(told("systemd.service.cpu.time", { "systemd.unit": "renew.service" })).toBe("certbot");
});

test("the manager of a user is explained by all that it started", () => {
  expect(told("systemd.service.cpu.time", { "systemd.unit": "user@1000.service" })).toBe("rsync,sync");
});
