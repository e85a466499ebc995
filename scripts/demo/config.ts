/** The configuration of the demo, in which one rule is not a shipped one. */
export const DEMO_CONFIG = `alerts:
  rules:
    - name: fork rate
      metric: system.process.created
      window: 1m
      for: 1m
      warning: 150
      description: Far more processes are being started than this machine's normal work needs.
      remedy: Look at the script named in the alert; starting a program for each line of a file is a common cause.
`;
