/** The processes of the container or unit that a series is of. Pure. */
import type { Consumer } from "~/domain/process";
import type { Labels } from "~/domain/sample";

export type Members = (consumers: readonly Consumer[]) => readonly Consumer[];

/** Null without a label that says which. */
export function membersBy(labels: Labels): Members | null {
  const [id, name, unit] = [labels["container.id"], labels["container.name"], labels["systemd.unit"]];
  if (id !== undefined) return (consumers) => consumers.filter(({ group }) => group?.endsWith(` ${id}`));
  if (name !== undefined) return inContainer(name, labels["container.runtime"]);
  return unit === undefined ? null : inUnit(unit, labels["user.id"] ?? null);
}

/** Containers without an id are called by their name: `lxc web`. */
function inContainer(name: string, runtime: string | undefined): Members {
  return (consumers) =>
    consumers.filter(({ group }) => {
      const space = group?.indexOf(" ") ?? -1;
      if (group === null || space < 0 || group.slice(space + 1) !== name) return false;
      return runtime === undefined || group.slice(0, space) === runtime;
    });
}

const MANAGER = /^user@(\d+)\.service$/;

/** Two users may run units of the same name; the manager of a user is a unit that has all of that user's. */
function inUnit(unit: string, userId: string | null): Members {
  const managed = MANAGER.exec(unit)?.[1];
  return (consumers) => {
    const managerOf = managers(consumers);
    if (managed !== undefined) return consumers.filter((one) => managerOf(one) === managed);
    const ofUnit = consumers.filter((one) => one.group === unit);
    // A row of several processes has no parent by which to tell users apart.
    const isShared = ofUnit.some((one) => one.pid !== 0 && managerOf(one) !== userId);
    return ofUnit.filter((one) => (one.pid === 0 ? !isShared : managerOf(one) === userId));
  };
}

/** The user whose manager started a process, by id; null for what is not below one. */
function managers(consumers: readonly Consumer[]): (one: Consumer) => string | null {
  const byPid = new Map(consumers.map((one) => [one.pid, one]));
  const known = new Map<number, string | null>();
  return (consumer) => {
    const below: number[] = [];
    let user: string | null = null;
    for (let one: Consumer | undefined = consumer; one && user === null; one = byPid.get(one.parentPid)) {
      const found = known.get(one.pid);
      if (found !== undefined) {
        user = found;
        break;
      }
      // Also against a cycle.
      known.set(one.pid, null);
      below.push(one.pid);
      user = MANAGER.exec(one.group ?? "")?.[1] ?? null;
    }
    for (const pid of below) known.set(pid, user);
    return user;
  };
}
