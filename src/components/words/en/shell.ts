export const shell = {
  skip: "Skip to content",
  search: "Search (Ctrl K)",
  demo: "Demo: history is recorded from another machine; live data is this one.",
  freshness: {
    live: "Live",
    connecting: "Connecting",
    stopped: "Stopped",
    paused: "Paused",
    reconnecting: (seconds: number | null) => (seconds === null ? "Reconnecting" : `Reconnecting (${seconds} s old)`),
    stale: (seconds: number) => `${seconds} s old`,
  },
  notFound: { title: "Page not found", back: "Back to Overview" },
};
