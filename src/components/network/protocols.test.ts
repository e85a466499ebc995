import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { en } from "~/components/words/en";

/** Series of protocols that are read from a real kernel, as `metric label`. */
function protocolSeries(): string[] {
  const lines = readFileSync("tests/golden/firecracker-vm.txt", "utf8").split("\n");
  return lines.flatMap((line) => {
    const [, name, labels = ""] = /^system\.network\.((?:ip|tcp|udp|icmp)\.[^{ ]+)(?:\{[^=]+="([^"]*)"\})? /.exec(line) ?? [];
    return name === undefined ? [] : `${name} ${labels}`.trim();
  });
}

test("every counter of a protocol has a name; the number of open connections is a chart of its own", () => {
  const series = protocolSeries();
  expect(series.length).toBeGreaterThan(20);
  expect(series.filter((one) => !Object.hasOwn(en.network.protocols.names, one))).toEqual(["tcp.established"]);
});
