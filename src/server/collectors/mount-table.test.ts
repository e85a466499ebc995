import { expect, test } from "vitest";
import { parseMountinfo } from "./mount-table";

/** How often collections and texts are searched. */
function searchesOf(run: () => void): number {
  let count = 0;
  const places = [
    [Map.prototype, "get"],
    [Set.prototype, "has"],
    [String.prototype, "startsWith"],
    [Array.prototype, "includes"],
  ] as const;
  const restores = places.map(([prototype, name]) => {
    const before = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
    function counted(this: unknown, ...parameters: unknown[]) {
      count++;
      return before.value.apply(this, parameters);
    }
    Object.defineProperty(prototype, name, { ...before, value: counted });
    return () => Object.defineProperty(prototype, name, before);
  });
  try {
    run();
  } finally {
    for (const restore of restores) restore();
  }
  return count;
}

const ROOT = "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
const pods = (count: number) =>
  Array.from(
    { length: count },
    (_, pod) => `${100 + pod} 20 0:${100 + pod} / /var/lib/kubelet/pods/p${pod}/token rw - tmpfs tmpfs rw\n`,
  );
const stack = (count: number) =>
  Array.from(
    { length: count },
    (_, turn) => `${100 + turn} ${turn === 0 ? 20 : 99 + turn} 8:1 /srv /srv rw - ext4 /dev/sda1 rw\n`,
  );

test.each([
  ["side by side", pods],
  ["on top of each other", stack],
])("the work for many mounts %s grows as their number, not as its square", (_where, rows) => {
  const few = searchesOf(() => parseMountinfo(ROOT + rows(50).join("")));
  const many = searchesOf(() => parseMountinfo(ROOT + rows(500).join("")));
  expect(few).toBeGreaterThan(0);
  expect(many).toBeLessThan(12 * few);
});

test("what lies on a covered mount is covered with it, wherever it is in the table", () => {
  const rows = [
    "33 32 8:4 / /a/b/c/d rw - ext4 /dev/sda4 rw",
    "32 30 8:3 / /a/b/c rw - ext4 /dev/sda3 rw",
    "30 20 8:2 / /a/b rw - ext4 /dev/sda2 rw",
    "31 20 0:50 / /a rw - nfs4 server:/a rw",
    "34 31 7:1 / /a/image rw - ext4 /dev/loop1 rw",
  ];
  const mounts = parseMountinfo(`${ROOT}${rows.join("\n")}\n`);
  expect(Object.fromEntries(mounts.map(({ mountpoint, isCovered, isRemote }) => [mountpoint, [isCovered, isRemote]]))).toEqual({
    "/": [false, false],
    "/a": [false, true],
    "/a/b": [true, false],
    "/a/b/c": [true, false],
    "/a/b/c/d": [true, false],
    "/a/image": [false, true],
  });
});

test("a mount that another one lies on is left out, and what lies below it is covered", () => {
  const rows = [
    "30 20 8:2 / /a rw - ext4 /dev/sda2 rw",
    "31 30 8:3 / /a/b rw - ext4 /dev/sda3 rw",
    "32 30 8:4 / /a rw - ext4 /dev/sda4 rw",
  ];
  const mounts = parseMountinfo(`${ROOT}${rows.join("\n")}\n`);
  expect(mounts.map(({ device, isCovered }) => [device, isCovered])).toEqual([
    ["/dev/sda1", false],
    ["/dev/sda4", false],
    ["/dev/sda3", true],
  ]);
});

test("a table of mounts that name each other as their parents is read", () => {
  const rows = [
    "30 31 8:2 / /a rw - ext4 /dev/sda2 rw",
    "31 30 8:3 / /b rw - ext4 /dev/sda3 rw",
    "32 32 8:4 / /c rw - ext4 /dev/sda4 rw",
  ];
  expect(parseMountinfo(rows.join("\n")).map(({ mountpoint }) => mountpoint)).toEqual(["/a", "/b", "/c"]);
});
