"use client";

import { ChevronDown } from "lucide-react";
import { Popover } from "~/components/ui/popover";
import { usePageFacts } from "~/components/view/page-facts";
import { useWords } from "~/components/words/words-provider";

/** The machine's name; with `server.links` a menu of the other machines. */
export function HostMenu() {
  const { hostName, links } = usePageFacts();
  const { host } = useWords().shell;
  if (links.length === 0) return <HostName name={hostName} />;
  return (
    <Popover
      label={host.menu(hostName)}
      align="left"
      button={
        <>
          <HostName name={hostName} />
          <ChevronDown size={14} aria-hidden="true" className="shrink-0" />
        </>
      }
    >
      {() => (
        <ul className="flex min-w-[180px] flex-col">
          {links.map(({ name, url }) => (
            <li key={url}>
              <a href={url} className="block rounded-[8px] px-2 py-1.5 hover:bg-hover">
                {name}
              </a>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}

function HostName({ name }: { name: string }) {
  return (
    <strong title={name} className="truncate font-semibold">
      {name}
    </strong>
  );
}
