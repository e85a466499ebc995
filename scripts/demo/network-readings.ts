/** The network of the demo's machine: what its web server answers, and what its programs say to each other. */
import type { MachineTick } from "./machine";
import { noise, requestRate } from "./noise";
import type { ReadingList } from "./reading-list";

const LINK_BITS = 1e9;
const PACKET_BYTES = { receive: 320, transmit: 1180 };

interface Counters {
  receive: number;
  transmit: number;
}

export class NetworkReadings {
  private readonly bytes: Record<"eth0" | "lo", Counters> = {
    eth0: { receive: 41e9, transmit: 770e9 },
    lo: { receive: 212e9, transmit: 212e9 },
  };
  private readonly packets: Record<"eth0" | "lo", Counters> = {
    eth0: { receive: 128e6, transmit: 653e6 },
    lo: { receive: 301e6, transmit: 301e6 },
  };
  private readonly tcp = { opens: 9_100_000, activeOpens: 610_000, again: 190_000, resets: 41_000 };

  add(readings: ReadingList, tick: MachineTick): void {
    this.advance(tick);
    for (const name of ["eth0", "lo"] as const) {
      for (const direction of ["receive", "transmit"] as const) {
        const labels = { "network.interface.name": name, "network.io.direction": direction };
        readings.add("system.network.io", this.bytes[name][direction], labels);
        readings.add("system.network.packet.count", this.packets[name][direction], labels);
        readings.add("system.network.packet.dropped", 0, labels);
        readings.add("system.network.errors", 0, labels);
      }
    }
    readings.add("system.network.in_total", 1, { "network.interface.name": "eth0" });
    readings.add("system.network.limit", LINK_BITS, { "network.interface.name": "eth0" });
    readings.add("system.network.up", 1, { "network.interface.name": "eth0" });
    this.addTcp(readings, tick);
  }

  private addTcp(readings: ReadingList, { steady, uses }: MachineTick): void {
    const { tcp } = this;
    const connections = uses.reduce((sum, { demand }) => sum + demand.connections, 0);
    const state = (name: string) => ({ "network.transport": "tcp", "network.connection.state": name });
    readings.add("system.network.connection.count", connections, state("established"));
    readings.add("system.network.connection.count", Math.round(2.2 * requestRate(steady)), state("time_wait"));
    readings.add("system.network.connection.count", 9, state("listen"));
    readings.add("system.network.tcp.established", connections);
    readings.add("system.network.tcp.opens", Math.floor(tcp.opens), { "network.tcp.open": "passive" });
    readings.add("system.network.tcp.opens", Math.floor(tcp.activeOpens), { "network.tcp.open": "active" });
    readings.add("system.network.tcp.retransmits", Math.floor(tcp.again));
    readings.add("system.network.tcp.resets", Math.floor(tcp.resets));
    readings.add("system.network.tcp.segments", this.packets.eth0.receive, { "network.io.direction": "receive" });
    readings.add("system.network.tcp.segments", this.packets.eth0.transmit, { "network.io.direction": "transmit" });
  }

  private advance({ steady, seconds, uses }: MachineTick): void {
    const rate = requestRate(steady);
    const moved: Counters = { receive: 0, transmit: 0 };
    for (const { demand } of uses) {
      moved.receive += Math.round(demand.receivedBytes) * seconds;
      moved.transmit += Math.round(demand.sentBytes) * seconds;
    }
    const local = Math.round(9200 * rate) * seconds;
    for (const direction of ["receive", "transmit"] as const) {
      this.bytes.eth0[direction] += moved[direction];
      this.packets.eth0[direction] += Math.round(moved[direction] / PACKET_BYTES[direction]);
      this.bytes.lo[direction] += local;
      this.packets.lo[direction] += Math.round(local / 700);
    }
    this.tcp.opens += 0.8 * rate * seconds;
    this.tcp.activeOpens += 0.1 * rate * seconds;
    this.tcp.again += (0.8 + 0.1 * noise(steady, 600, 420)) * seconds;
    this.tcp.resets += 0.05 * rate * seconds;
  }
}
