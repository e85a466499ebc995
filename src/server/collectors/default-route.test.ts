import { expect, test } from "vitest";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { readDefaultInterfaces } from "./default-route";

test("default routes are those to everywhere that lead somewhere", () => {
  using host = new FakeProc();
  expect(readDefaultInterfaces(host.roots)).toEqual([]);
  host.write(
    "net/route",
    [
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
      "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
      "eth1\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0",
    ].join("\n"),
  );
  const any = "0".repeat(32);
  host.write(
    "net/ipv6_route",
    [
      `${any} 00 ${any} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 wlan0`,
      `${any} 00 ${any} 00 ${any} ffffffff 00000001 00000000 00200200 lo`,
    ].join("\n"),
  );
  expect(readDefaultInterfaces(host.roots)).toEqual(["eth1", "wlan0"]);
});
