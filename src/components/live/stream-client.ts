/** Keeps an EventSource open while the tab is visible, and resumes after the last event received. */
import type { TopProcesses } from "~/domain/top-processes";
import { atBase } from "~/trpc/base-path";
import { aboutMachine, logInAgain } from "~/trpc/browser";
import type { LiveStore, SampleEvent, SnapshotEvent } from "./live-store";

const RECREATE_AFTER_MS = 1000;
/** A tab that stays hidden for longer closes its connection. */
const HIDDEN_GRACE_MS = 10_000;
/** The server pings each 15 s. Without a word for this long, the connection counts as dead. */
const SILENT_MS = 35_000;

/** An EventSource does not tell a 401 from an unreachable server, so ask. */
function askWhetherKnown(): void {
  fetch(atBase("/api/access/me")).then(
    ({ status }) => {
      if (status === 401) logInAgain();
    },
    () => {},
  );
}

/** A resumed stream delivers minutes at once: everything that arrives between two animation frames is applied together. */
function atFrames(store: LiveStore): (change: () => void) => void {
  let arrived: (() => void)[] = [];
  return (change) => {
    if (arrived.push(change) > 1) return;
    requestAnimationFrame(() => {
      const changes = arrived;
      arrived = [];
      store.together(() => {
        for (const one of changes) one();
      });
    });
  };
}

export function connectStream(store: LiveStore): () => void {
  const apply = atFrames(store);
  let source: EventSource | undefined;
  let lastId = "";
  let recreate: ReturnType<typeof setTimeout> | undefined;
  let hide: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  /** The page has just loaded its alerts. */
  let isFirst = true;

  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(reopen, SILENT_MS);
  };

  const heard = (event: MessageEvent<string>) => {
    if (event.lastEventId) lastId = event.lastEventId;
    store.setConnection("live");
    listen();
  };

  const close = () => {
    clearTimeout(recreate);
    clearTimeout(silence);
    source?.close();
    source = undefined;
  };

  const open = () => {
    close();
    const query = new URLSearchParams({ location: window.location.host, ...(lastId && { lastEventId: lastId }) });
    const current = new EventSource(aboutMachine(atBase(`/api/stream?${query}`)));
    source = current;
    listen();
    current.addEventListener("open", () => {
      // What fired or ended while there was no connection is not told again.
      if (!isFirst) store.noteAlert();
      isFirst = false;
    });
    current.addEventListener("ping", (event) => {
      heard(event);
      store.hearClock((JSON.parse(event.data) as { now: number }).now);
    });
    current.addEventListener("snapshot", (event) => {
      heard(event);
      const snapshot = JSON.parse(event.data) as SnapshotEvent;
      if (snapshot.now !== undefined) store.hearClock(snapshot.now);
      if (snapshot.intervalSeconds !== undefined) store.setInterval(snapshot.intervalSeconds);
      apply(() => store.applySnapshot(snapshot));
    });
    current.addEventListener("sample", (event) => {
      heard(event);
      apply(() => store.applySample(JSON.parse(event.data) as SampleEvent));
    });
    current.addEventListener("top", (event) => apply(() => store.setTop(JSON.parse(event.data) as TopProcesses)));
    current.addEventListener("alert", () => store.noteAlert());
    current.addEventListener("status", (event) => {
      store.setMonitoring((JSON.parse(event.data) as { monitoring: "running" | "stopped" }).monitoring);
    });
    current.addEventListener("error", () => {
      store.setConnection("reconnecting");
      // The browser reconnects by itself unless the response was not an event stream.
      if (current.readyState !== EventSource.CLOSED) return;
      recreate = setTimeout(open, RECREATE_AFTER_MS);
      askWhetherKnown();
    });
  };

  const reopen = () => {
    store.setConnection("reconnecting");
    open();
  };

  const onVisibility = () => {
    clearTimeout(hide);
    if (document.visibilityState === "hidden") hide = setTimeout(close, HIDDEN_GRACE_MS);
    else if (!source) open();
  };

  document.addEventListener("visibilitychange", onVisibility);
  open();
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    clearTimeout(hide);
    close();
  };
}
