/** Units that have failed, as systemd tells on the system bus. Anybody may ask; nothing is changed. */
import { type Call, createClient, type MessageBus } from "@homebridge/dbus-native";
import type { FailedUnit } from "~/domain/systemd";

const WITHIN_MS = 5000;
const MANAGER = { destination: "org.freedesktop.systemd1", path: "/org/freedesktop/systemd1" };
/** Beyond, a unit is named without its result and time: each needs a call. */
const MOST_DETAILS = 50;

/** An entry of ListUnitsFiltered: a(ssssssouso). */
type ListedUnit = [name: string, description: string, load: string, active: string, sub: string, following: string, path: string];

/** A connection that answers within five seconds or not at all. Throws when it does not. */
class SystemBus implements Disposable {
  private readonly bus: MessageBus;
  private readonly broken: Promise<never>;
  private readonly timer: NodeJS.Timeout;

  constructor(socket: string) {
    this.bus = createClient({ socket });
    const { connection } = this.bus;
    let fail: (error: Error) => void = () => {};
    this.broken = new Promise((_resolve, reject) => (fail = reject));
    this.broken.catch(() => {});
    this.timer = setTimeout(() => fail(new Error("no response")), WITHIN_MS);
    connection.on("error", fail);
    connection.on("end", () => fail(new Error("connection closed")));
  }

  call<T>(call: Call): Promise<T> {
    const answer = new Promise<T>((resolve, reject) =>
      this.bus.invoke(call, (error, value: T) => {
        if (error) reject(new Error(String(error.message ?? error.name)));
        else resolve(value);
      }),
    );
    return Promise.race([answer, this.broken]);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.timer);
    this.bus.connection.stream.destroy();
  }
}

/** The library gives a variant as its signature and a list of one value. */
function variantValue(variant: unknown): unknown {
  const values = Array.isArray(variant) ? variant[1] : undefined;
  return Array.isArray(values) ? values[0] : undefined;
}

async function detailsOf(bus: SystemBus, [unit, description, , , , , path]: ListedUnit): Promise<FailedUnit> {
  const property = async (kind: string, name: string) => {
    const call = { ...MANAGER, path, interface: "org.freedesktop.DBus.Properties", member: "Get" };
    const body = [`org.freedesktop.systemd1.${kind}`, name];
    return variantValue(await bus.call<unknown>({ ...call, signature: "ss", body }).catch(() => undefined));
  };
  const kind = /\.(service|socket|mount|swap|timer|automount|path|scope)$/.exec(unit)?.[1];
  const result = kind && (await property(`${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, "Result"));
  const since = Number(await property("Unit", "InactiveEnterTimestamp"));
  return {
    unit,
    description,
    result: typeof result === "string" && result !== "success" ? result : null,
    since: Number.isFinite(since) && since > 0 ? Math.floor(since / 1000) : null,
  };
}

/** By name. Rejects when the bus, or systemd on it, does not answer. */
export async function listFailedUnits(socket: string): Promise<FailedUnit[]> {
  using bus = new SystemBus(socket);
  const call = { ...MANAGER, interface: "org.freedesktop.systemd1.Manager", member: "ListUnitsFiltered" };
  const listed = await bus.call<ListedUnit[]>({ ...call, signature: "as", body: [["failed"]] });
  const units: FailedUnit[] = [];
  for (const [index, one] of listed.entries()) {
    const [unit, description] = one;
    units.push(index < MOST_DETAILS ? await detailsOf(bus, one) : { unit, description, result: null, since: null });
  }
  return units.sort((a, b) => a.unit.localeCompare(b.unit));
}
