import { compareInterfaces, type InterfaceRow } from "~/domain/network";
import type { TickEvent } from "../../bus";
import { outputSchema, router, viewerProcedure } from "../trpc";
import { visibleConversations, visiblePorts } from "../visible";
import { network } from "./network-responses";

type Direction = "receive" | "transmit";

/** Finds a value in a frame by metric and labels. Null when it has no reading. */
function lookup(tick: TickEvent | undefined) {
  const { series = [], values } = tick?.frame ?? {};
  return (metric: string, wanted: Record<string, string>, exact = true): number | null => {
    const index = series.findIndex(
      (one) =>
        one.metric === metric &&
        Object.entries(wanted).every(([name, value]) => one.labels[name] === value) &&
        (!exact || Object.keys(one.labels).length === Object.keys(wanted).length),
    );
    const value = values?.[index];
    return value === undefined || Number.isNaN(value) ? null : value;
  };
}

function add(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

function interfaceRows(tick: TickEvent | undefined, defaults: readonly string[]): InterfaceRow[] {
  const find = lookup(tick);
  const names = new Set(
    (tick?.frame.series ?? []).flatMap(({ metric, labels }) =>
      metric === "system.network.io" ? (labels["network.interface.name"] ?? []) : [],
    ),
  );
  const rows = [...names].map((name) => {
    const link = { "network.interface.name": name };
    const rate = (metric: string, direction: Direction) => find(metric, { ...link, "network.io.direction": direction });
    const up = find("system.network.up", link);
    return {
      name,
      isDefault: defaults.includes(name),
      up: up === null ? null : up === 1,
      speed: find("system.network.limit", link),
      receiveBytesPerSecond: rate("system.network.io", "receive"),
      transmitBytesPerSecond: rate("system.network.io", "transmit"),
      receiveUtilization: rate("system.network.utilization", "receive"),
      transmitUtilization: rate("system.network.utilization", "transmit"),
      receivePacketsPerSecond: rate("system.network.packet.count", "receive"),
      transmitPacketsPerSecond: rate("system.network.packet.count", "transmit"),
      errorsPerSecond: add(rate("system.network.errors", "receive"), rate("system.network.errors", "transmit")),
      dropsPerSecond: add(rate("system.network.packet.dropped", "receive"), rate("system.network.packet.dropped", "transmit")),
    };
  });
  return rows.sort(compareInterfaces);
}

/** Pairs of a process and an address that are told one by one; a page shows no more. */
const MOST_CONVERSATIONS = 500;

const PROTOCOL = /^system\.network\.(ip|tcp|udp|icmp)\./;

export const networkRouter = router({
  get: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/network",
        summary:
          "Interfaces, connections by state, connections by process and remote address, protocol rates and listening ports",
      },
    })
    .output(outputSchema(network))
    .query(async ({ ctx }) => {
      const tick = ctx.runtime.bus.latest();
      const frame = tick?.frame;
      const values = (matches: (metric: string) => boolean) =>
        (frame?.series ?? []).flatMap(({ metric, labels, unit }, index) => {
          const value = frame?.values[index] ?? Number.NaN;
          return matches(metric) && !Number.isNaN(value) ? [{ metric, labels, unit, value }] : [];
        });
      const sockets = await ctx.runtime.openSockets();
      const conversations = visibleConversations(sockets.conversations, ctx);
      return {
        timestamp: frame ? new Date(frame.at).toISOString() : null,
        interfaces: interfaceRows(tick, ctx.runtime.defaultInterfaces()),
        connections: values((metric) => metric === "system.network.connection.count").map(({ labels, value }) => {
          const { "network.transport": transport = "", "network.connection.state": state = "" } = labels;
          // The sample's count is up to a minute older than the sockets read now.
          const count = sockets.states === null ? value : (sockets.states.get(`${transport} ${state}`) ?? 0);
          return { transport, state, count };
        }),
        protocols: values((metric) => PROTOCOL.test(metric)),
        listening: visiblePorts(sockets.listening, ctx),
        conversations: conversations.slice(0, MOST_CONVERSATIONS),
        conversationCount: conversations.length,
      };
    }),
});
