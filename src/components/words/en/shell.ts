import type { RangeRefusal } from "~/domain/typed-range";
import { plural } from "../plural";

const count = plural("en");

/** Why a text is no range, and what is one. */
function refusal(refused: RangeRefusal): string {
  switch (refused.why) {
    case "unit":
      return `“${refused.text}” is not a unit of time. Use s, m, h, d or w.`;
    case "range":
      return `Can't read “${refused.text}”. Try 90m, 3h ago, yesterday or 2026-11-24 14:00 to 15:30.`;
    case "end":
      return `Can't read the end “${refused.text}”. Try now, 15:30 or 2026-11-24 15:30.`;
    case "parts":
      return "Give one start and one end: 14:00 to 15:30.";
    case "short":
      return "The range must end at least 10 s after it starts.";
    case "long":
      return "The range is longer than 10 years.";
    case "start missing":
      return "The range has an end (to) but no start (from).";
  }
}

export const shell = {
  skip: "Skip to content",
  search: "Search (Ctrl+K)",
  demo: "Demo: history is recorded from another machine; live data is from this machine.",
  freshness: {
    live: "Live",
    connecting: "Connecting",
    stopped: "Stopped",
    paused: "Paused",
    past: "Past",
    outdated: "Outdated",
    reconnecting: (seconds: number | null) => (seconds === null ? "Reconnecting" : `Reconnecting (${seconds} s old)`),
    stale: (seconds: number) => `${seconds} s old`,
  },
  notFound: { title: "Page not found", back: "Back to Overview" },
  summary: (os: string, kernel: string, cpus: number, uptime: string) =>
    `${os} · kernel ${kernel} · ${count(cpus, { one: "CPU", other: "CPUs" })} · up ${uptime}`,
  description: (host: string) => `Live performance of ${host}`,
  pages: {
    "/machines": "Machines",
    "/": "Overview",
    "/performance": "Performance",
    "/processes": "Processes",
    "/network": "Network",
    "/containers": "Containers",
    "/alerts": "Alerts",
    "/reports": "Reports",
    "/settings": "Settings",
  },
  navigation: { label: "Pages", more: "More" },
  bell: {
    none: "No active alerts",
    some: (alerts: number) => count(alerts, { one: "active alert", other: "active alerts" }),
    fired: (severity: string, message: string) => `${severity}: ${message}`,
  },
  host: { menu: (name: string) => `Machine: ${name}` },
  account: {
    logOut: (name: string, role: string) => `Log out ${name} (${role})`,
    roles: { viewer: "viewer", admin: "admin", pusher: "pusher" },
  },
  machine: {
    note: (name: string, step: string) =>
      `Data that ${name} writes to the engine every ${step}. Individual processes, rules and settings are only on ${name} itself.`,
    open: (name: string) => `Open on ${name}`,
    all: "All machines",
    here: "This machine",
    missing: "Couldn't show this machine",
  },
  incident: (host: string, from: string, to: string, redacted: boolean) =>
    `Incident file of ${host}, ${from} to ${to}${redacted ? ", without command lines" : ""}. No live data.`,
  kiosk: { leave: "Exit kiosk mode (Esc)" },
  pageFailed: "Couldn't display this page",
  theme: {
    current: { system: "Theme: system", light: "Theme: light", dark: "Theme: dark" },
    switchTo: { system: "Switch to system", light: "Switch to light", dark: "Switch to dark" },
  },
  pause: {
    pause: "Pause",
    resume: "Resume",
    pauseKey: "Pause (p)",
    resumeKey: "Resume (p)",
    behind: (time: string) => `Resume (${time} behind)`,
    live: "Back to live",
    liveKey: "Back to live (b)",
  },
  range: {
    label: (range: string) => `Time range: ${range}`,
    presets: {
      "5m": "Last 5 minutes",
      "15m": "Last 15 minutes",
      "1h": "Last hour",
      "6h": "Last 6 hours",
      "24h": "Last 24 hours",
      "7d": "Last 7 days",
      "30d": "Last 30 days",
      today: "Today",
      yesterday: "Yesterday",
    },
    field: "Range",
    examples: "90m, 3h ago, yesterday, 2026-11-24 14:00 to 15:30",
    apply: "Apply",
    to: (from: string, to: string) => `${from} to ${to}`,
    now: "now",
    earlier: "Earlier",
    later: "Later",
    zoomOut: "Zoom out",
    zone: "Time zone",
    zones: { browser: "browser", server: "server", utc: "UTC" },
    refusal,
  },
  misread: {
    intro: (parts: string) => `In the URL: ${parts}`,
    parameter: (name: string) => `“${name}” is not a parameter of this page.`,
    range: (reason: string) => `${reason} Showing the last 15 minutes.`,
    moment: (text: string) => `Can't read the time “${text}”. Use ISO 8601, such as 2026-11-24T03:12:00Z.`,
    alert: (text: string) => `There is no alert “${text}”.`,
  },
  jump: {
    title: "Jump to a time",
    field: "Time",
    examples: "03:12, yesterday 14:00, 3h ago, 24 nov 14:00",
    unreadable: (text: string) => `Can't read “${text}”. Try 03:12, yesterday 14:00 or 3h ago.`,
    future: "This time is in the future.",
    go: "Go",
  },
  palette: {
    label: "Search",
    placeholder: "Page, chart, setting, process, time or action",
    none: "No results",
    recent: "Recent",
    kinds: {
      page: "page",
      range: "time range",
      time: "time",
      chart: "chart",
      setting: "setting",
      process: "process",
      alert: "alert",
      action: "action",
      machine: "machine",
    },
    goTo: (time: string) => `Go to ${time}`,
    showRange: (from: string, to: string) => `Show ${from} to ${to}`,
    silence: (rule: string, time: string) => `Silence ${rule} for ${time}`,
    silenced: (rule: string, until: string) => `Silenced ${rule} until ${until}`,
    pause: "Pause / resume",
    themeDark: "Theme: dark",
    themeLight: "Theme: light",
    themeSystem: "Theme: system",
    networkBytes: "Network rates in bytes",
    networkBits: "Network rates in bits",
    zoneBrowser: "Time zone: browser",
    zoneServer: "Time zone: server",
    zoneUtc: "Time zone: UTC",
    kiosk: "Kiosk mode",
    copyLink: "Copy link to this view",
    copied: "Link copied",
    jump: "Jump to a time",
    shortcuts: "Keyboard shortcuts",
    /** Words by which people look for an entry. */
    keywords: {
      pause: "stop freeze resume continue",
      theme: "color colour appearance night day mode",
      network: "unit bit byte",
      zone: "clock clocks timezone",
      kiosk: "wall screen tv full screen hide frame",
      copyLink: "share url address",
      jump: "time moment go when past",
      shortcuts: "keys hotkeys help",
      settings: "mail email webhook notifications channels rules retention users tokens password",
      alerts: "rules silences history",
      machines: "fleet hosts servers all compare",
    },
  },
  keys: {
    title: "Keyboard shortcuts",
    enable: "Enable keyboard shortcuts (Ctrl+K or ⌘K always works)",
    search: "Search",
    ctrl: "Ctrl",
    escape: "Esc",
    show: "Show keyboard shortcuts",
    pause: "Pause / resume (also Space)",
    jump: "Jump to a time, or type it: 03:12",
    goTo: (page: string) => `Go to ${page}`,
    zoomOut: "Zoom out",
    undoZoom: "Undo zoom, exit kiosk mode",
    back: "Back half a range",
    forward: "Forward half a range",
    live: "Back to live",
    filter: "Focus the filter",
  },
};
