/** The traffic of machines in an engine's words, each byte once, as a machine's own pages have it. Pure. */

const OURS = 'job="hostscope"';

/** Interfaces whose bytes are part of a machine's total: a bridge carries what its ports count too. */
const counted = (window: string) =>
  `label_replace(last_over_time(hostscope_network_in{${OURS}}[${window}]) > 0, "device", "$1", "network_interface_name", "(.+)")`;

/** Of a machine that does not say which interfaces are counted: all but loopback. */
function bytes(name: string, window: string): string {
  const rate = `rate(${name}{${OURS},device!="lo"}[${window}])`;
  return `sum by (instance) ((${rate} and on (instance, device) ${counted(window)}) or (${rate} unless on (instance) ${counted(window)}))`;
}

/** Bytes per second of each machine, received and sent. */
export function trafficQuery(window: string): string {
  return `${bytes("node_network_receive_bytes_total", window)} + ${bytes("node_network_transmit_bytes_total", window)}`;
}
