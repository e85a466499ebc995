/** What the pages have in common: states, dialogs, controls. */
export const ui = {
  retry: "Try again",
  failed: (what: string) => `Couldn't load this: ${what}`,
  request: (id: string) => `request ${id}`,
  loading: (what: string) => `Loading ${what}`,
  severity: { info: "info", warning: "warning", critical: "critical" },
  resolved: "resolved",
  details: "Details",
  forbidden: "Only admins can do this.",
  close: "Close",
  undo: "Undo",
  save: "Save",
  cancel: "Cancel",
  messages: "Messages",
  copyFailed: "Couldn't copy: the browser doesn't allow it",
  cardFailed: "Couldn't display this card",
  drawAgain: "Reload",
};
