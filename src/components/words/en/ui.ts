/** What the pages have in common: states, dialogs, controls. */
export const ui = {
  retry: "Try again",
  failed: (what: string) => `Something went wrong: ${what}`,
  request: (id: string) => `request ${id}`,
  loading: (what: string) => `Loading ${what}`,
  severity: { info: "info", warning: "warning", critical: "critical" },
};
