"use client";

import { Card } from "~/components/ui/card";
import { useWords } from "~/components/words/words-provider";
import type { ListeningPort } from "~/domain/network";
import { ProcessLink } from "./process-link";

export function PortsCard({ rows }: { rows: readonly ListeningPort[] }) {
  const words = useWords().network.ports;
  return (
    <Card title={words.title}>
      {rows.length === 0 && <p className="text-[12.5px] text-muted">{words.none}</p>}
      <ul>
        {rows.map(({ transport, family, address, port, pid, process }, index) => {
          const socket = `${transport} ${family === "ipv6" ? `[${address}]` : address}:${port}`;
          return (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: several sockets may share a port.
              key={`${socket} ${index}`}
              className="flex items-baseline justify-between gap-3 border-b border-line py-1 last:border-0"
            >
              <span className="truncate font-mono text-[13px]" title={socket}>
                {socket}
              </span>
              <span className="min-w-0 max-w-[60%] shrink-0">
                <ProcessLink pid={pid} name={process} />
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
