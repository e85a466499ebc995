import { expect, test } from "vitest";
import { withNewestRates } from "./interface-rates";

const row = {
  name: "eth0",
  isDefault: true,
  up: true,
  speed: null,
  receiveBytesPerSecond: 441,
  transmitBytesPerSecond: 441,
  receiveUtilization: null,
  transmitUtilization: null,
  receivePacketsPerSecond: 4.8,
  transmitPacketsPerSecond: 4.8,
  errorsPerSecond: 0,
  dropsPerSecond: 0,
};

test("a row has the rates of the second that the chart shows, not those of its last read", () => {
  const newest: Record<string, number> = {
    "system.network.io receive": 0,
    "system.network.io transmit": 12,
    "system.network.packet.count receive": 0,
  };
  const shown = withNewestRates(row, (metric, labels) => {
    expect(labels["network.interface.name"]).toBe("eth0");
    return newest[`${metric} ${labels["network.io.direction"]}`] ?? null;
  });
  expect(shown).toEqual({ ...row, receiveBytesPerSecond: 0, transmitBytesPerSecond: 12, receivePacketsPerSecond: 0 });
});
