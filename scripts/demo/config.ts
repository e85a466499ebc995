/** The configuration of the demo, in which one rule is not a shipped one. */
export const DEMO_CONFIG = `alerts:
  rules:
    - name: fork rate
      metric: system.process.created
      window: 1m
      for: 1m
      warning: 150
      description: Far more processes are started than this machine starts to do its work.
      remedy: Look at the script that is named; one that starts a program for each line of a file does so.
`;
