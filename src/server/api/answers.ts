/** Schemas of what the procedures answer: the OpenAPI document and the tests are made from them. */
import { z } from "zod";
import { SEVERITIES } from "~/domain/alert";
import { MARK_KINDS } from "~/domain/mark";
import { PROCESS_STATES } from "~/domain/process";
import { REPORT_FORMATS } from "~/domain/report";
import { STORED_TIERS } from "~/domain/storage";

const time = z.string().meta({ format: "date-time", examples: ["2026-11-22T03:12:00.000Z"] });
const timeOrNull = time.nullable();
const number = z.number();
const numberOrNull = z.number().nullable();
const labels = z.record(z.string(), z.string()).meta({ examples: [{ "cpu.mode": "user" }] });
const unit = z.string().meta({ description: "UCUM; a counter's rate is per second", examples: ["By/s"] });

export const health = z
  .object({
    status: z.enum(["ok", "degraded"]),
    version: z.string(),
    uptimeSeconds: number,
    checks: z.array(z.object({ name: z.string(), status: z.enum(["ok", "degraded"]), detail: z.string() })),
  })
  .meta({ id: "Health" });

export const monitoring = z.object({ monitoring: z.enum(["running", "stopped"]), since: time }).meta({ id: "Monitoring" });

export const host = z
  .object({
    name: z.string(),
    os: z.string(),
    kernel: z.string(),
    architecture: z.string(),
    cpuModel: z.string().nullable(),
    logicalCpus: number,
    physicalCpus: numberOrNull,
    memoryBytes: number,
    bootTime: number.meta({ description: "epoch milliseconds" }),
    addresses: z.array(z.object({ interface: z.string(), address: z.string() })),
    virtualization: z.string().nullable(),
    notMeasured: z
      .array(z.object({ what: z.string(), reason: z.string() }))
      .meta({ description: "what this system does not tell" }),
    users: z.array(z.object({ name: z.string(), terminal: z.string(), from: z.string(), since: time })),
    demo: z.boolean().meta({ description: "true when the past in the database is a recording" }),
    historySince: timeOrNull,
    timeZone: z.string(),
    links: z.array(z.object({ name: z.string(), url: z.string() })),
  })
  .meta({ id: "Host" });

export const catalogue = z.array(
  z.object({ metric: z.string(), unit: z.string(), kind: z.enum(["gauge", "counter"]), help: z.string() }).meta({ id: "Metric" }),
);

export const customStatuses = z.array(
  z.object({ name: z.string(), error: z.string().nullable(), readAt: timeOrNull }).meta({ id: "CustomMetric" }),
);

export const current = z
  .object({
    timestamp: timeOrNull.meta({ description: "null before the first sample" }),
    intervalSeconds: number,
    host: z.object({
      name: z.string(),
      os: z.string(),
      kernel: z.string(),
      cpus: number,
      memoryBytes: number,
      bootTime: time,
    }),
    metrics: z.array(
      z.object({
        metric: z.string(),
        labels,
        value: numberOrNull,
        unit,
        total: z.exactOptional(number).meta({ description: "of a counter: what the kernel counts" }),
      }),
    ),
  })
  .meta({ id: "Current" });

const contributor = z
  .object({
    pid: number,
    startedAt: time,
    name: z.string(),
    command: z.string(),
    user: z.string(),
    parentPid: number,
    share: number,
    value: number,
    unit: z.string(),
    change: numberOrNull,
  })
  .meta({ id: "TopContributor" });

const column = z.array(numberOrNull);

const series = z.array(
  z.object({
    metric: z.string(),
    labels,
    unit,
    values: column,
    min: z.exactOptional(column),
    max: z.exactOptional(column),
  }),
);

export const history = z
  .object({
    name: z.string(),
    from: time,
    to: time,
    stepSeconds: number,
    resolutionSeconds: number,
    timestamps: z.array(number).meta({ description: "epoch milliseconds, one a step" }),
    series,
    top: z
      .exactOptional(
        z.array(
          z.object({
            pid: number,
            startedAt: time,
            name: z.string(),
            command: z.string(),
            user: z.string(),
            cpuSeconds: number,
            peakMemoryBytes: number,
            readBytes: number,
            writtenBytes: number,
          }),
        ),
      )
      .meta({ description: "of `processes`: who used most in the range" }),
  })
  .meta({ id: "History" });

const processState = z.enum([...new Set(Object.values(PROCESS_STATES))]);

const processRow = z
  .object({
    pid: number,
    startedAt: time,
    parentPid: number,
    name: z.string(),
    command: z.string(),
    user: z.string(),
    state: processState,
    cpu: numberOrNull.meta({ description: "cores in use: 1 is one core" }),
    memoryBytes: number,
    virtualBytes: number,
    threads: numberOrNull,
    readBytesPerSecond: numberOrNull,
    writeBytesPerSecond: numberOrNull,
    minorFaultsPerSecond: numberOrNull,
    majorFaultsPerSecond: numberOrNull,
    openFiles: numberOrNull,
    voluntarySwitchesPerSecond: numberOrNull,
    involuntarySwitchesPerSecond: numberOrNull,
    shortLivedPerSecond: numberOrNull,
    group: z.string().nullable(),
    depth: number.optional(),
    descendants: number.optional(),
    totalCpu: number.optional(),
    totalMemoryBytes: number.optional(),
  })
  .meta({ id: "Process" });

export const processes = z
  .object({ timestamp: timeOrNull, staleSeconds: number, total: number, processes: z.array(processRow) })
  .meta({ id: "Processes" });

export const processDetails = z
  .object({
    pid: number,
    startedAt: time,
    ageSeconds: number,
    name: z.string(),
    arguments: z.array(z.string()),
    user: z.string(),
    state: processState,
    group: z.string().nullable(),
    executable: z.string().nullable(),
    workingDirectory: z.string().nullable(),
    parents: z.array(z.object({ pid: number, name: z.string() })),
    cpuSeconds: number,
    residentBytes: number,
    memoryUtilization: numberOrNull,
    virtualBytes: number,
    pssBytes: numberOrNull,
    swapBytes: numberOrNull,
    openFiles: numberOrNull,
    openFilesLimit: numberOrNull,
    readBytes: numberOrNull,
    writtenBytes: numberOrNull,
    readCalls: numberOrNull,
    writeCalls: numberOrNull,
    minorFaults: number,
    majorFaults: number,
    voluntarySwitches: numberOrNull,
    involuntarySwitches: numberOrNull,
    threadCount: number,
    threads: z.array(z.object({ id: number, name: z.string(), state: processState, cpuSeconds: number })),
    unread: z.record(z.string(), z.string()),
  })
  .meta({ id: "ProcessDetails" });

export const storage = z
  .object({
    bytes: number,
    freeBytes: number,
    maxBytes: number,
    disk: z.object({ freeBytes: number.nullable(), floorBytes: number, writable: z.boolean() }),
    tiers: z.array(
      z.object({
        name: z.enum(STORED_TIERS),
        rows: number,
        bytes: number,
        oldest: time.nullable(),
        newest: time.nullable(),
        keepSeconds: number,
      }),
    ),
    forecast: z.object({ steadyBytes: number.nullable(), daysUntilMax: number.nullable() }),
  })
  .meta({ id: "Storage" });

export const consumers = z
  .object({
    from: time,
    to: time,
    total: number,
    processes: z.array(
      z.object({
        pid: number,
        startedAt: time,
        parentPid: number,
        name: z.string(),
        command: z.string(),
        user: z.string(),
        state: processState,
        seconds: number,
        cpuSeconds: number,
        memoryBytes: number,
        peakMemoryBytes: number,
        readBytes: number,
        writtenBytes: number,
        shortLived: number,
      }),
    ),
  })
  .meta({ id: "Consumers" });

export const life = z
  .object({
    pid: number,
    startedAt: time,
    parentPid: number,
    name: z.string(),
    command: z.string(),
    user: z.string(),
    from: time,
    to: time,
    stepSeconds: number,
    resolutionSeconds: number,
    timestamps: z.array(number),
    series,
  })
  .meta({ id: "ProcessLife" });

export const network = z
  .object({
    timestamp: timeOrNull,
    interfaces: z.array(
      z.object({
        name: z.string(),
        up: z.boolean().nullable(),
        speed: numberOrNull,
        receiveBytesPerSecond: numberOrNull,
        transmitBytesPerSecond: numberOrNull,
        receiveUtilization: numberOrNull,
        transmitUtilization: numberOrNull,
        receivePacketsPerSecond: numberOrNull,
        transmitPacketsPerSecond: numberOrNull,
        errorsPerSecond: numberOrNull,
        dropsPerSecond: numberOrNull,
      }),
    ),
    connections: z.array(z.object({ transport: z.string(), state: z.string(), count: number })),
    protocols: z.array(z.object({ metric: z.string(), labels, unit, value: number })),
    listening: z.array(
      z.object({
        transport: z.enum(["tcp", "udp"]),
        family: z.enum(["ipv4", "ipv6"]),
        address: z.string(),
        port: number,
        pid: numberOrNull,
        process: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "Network" });

const severity = z.enum(SEVERITIES);

export const alert = z
  .object({
    id: z.string(),
    rule: z.string(),
    metric: z.string(),
    labels,
    severity,
    state: z.enum(["firing", "resolved"]),
    value: numberOrNull,
    threshold: numberOrNull,
    unit: z.string(),
    forecastSeconds: numberOrNull.meta({ description: "how far ahead the value lies; null for one that was measured" }),
    message: z.string(),
    cause: z.array(contributor),
    startedAt: time,
    resolvedAt: timeOrNull,
    acknowledgedAt: timeOrNull,
    acknowledgedBy: z.string().nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: "Alert" });

const page = z
  .object({
    limit: number,
    next: z.string().nullable().meta({ description: "the cursor of the next page; null at the end" }),
  })
  .meta({ id: "Page" });

const listedAlert = alert.extend({
  mutedBy: z
    .string()
    .nullable()
    .meta({ description: "the silence or the alert because of which nobody is told; null when they are" }),
});

export const alerts = z.object({ alerts: z.array(listedAlert), page }).meta({ id: "Alerts" });

const counts = z.record(z.string(), number);

export const alertStatistics = z
  .object({
    from: time,
    to: time,
    total: number,
    previousTotal: number,
    byRule: counts,
    bySeverity: counts,
    meanSecondsToAcknowledge: numberOrNull,
    meanSecondsToResolve: numberOrNull,
  })
  .meta({ id: "AlertStatistics" });

export const rule = z
  .object({
    name: z.string(),
    metric: z.string(),
    match: labels,
    without: z.array(z.string()).readonly(),
    aggregate: z.enum(["avg", "min", "max", "last"]),
    windowSeconds: number,
    op: z.enum(["above", "below"]),
    thresholds: z.object({
      info: number.exactOptional(),
      warning: number.exactOptional(),
      critical: number.exactOptional(),
    }),
    clearMargin: number,
    forSeconds: number,
    keepFiringForSeconds: number,
    noData: z.enum(["keep", "ok", "alert"]),
    forecastSeconds: numberOrNull,
    channels: z.array(z.string()).readonly().nullable(),
    description: z.string(),
    remedy: z.string(),
    source: z.enum(["shipped", "adjusted", "own"]),
    enabled: z.boolean(),
  })
  .meta({ id: "Rule" });

export const rules = z.array(rule);

export const removedRule = z
  .object({
    name: z.string(),
    removed: z.boolean().meta({ description: "false for a shipped rule, which is switched off instead" }),
  })
  .meta({ id: "RemovedRule" });

export const backtest = z
  .object({
    from: time,
    to: time,
    approximate: z.boolean().meta({ description: "made from means of minutes: nothing finer is kept of that time" }),
    transitions: z.array(
      z.object({
        at: time,
        key: z.string(),
        kind: z.enum(["fired", "escalated", "eased", "resolved"]),
        severity,
        value: numberOrNull,
      }),
    ),
    firings: z.array(z.object({ labels, from: time, to: timeOrNull, severity, peak: numberOrNull })),
    messages: number.meta({ description: "as many as a channel would have sent that hears of everything" }),
    suggestion: numberOrNull.meta({ description: "a threshold that would have fired at most `perWeek` times a week" }),
  })
  .meta({ id: "Backtest" });

export const silence = z
  .object({
    id: z.string(),
    rule: z.string(),
    match: labels,
    note: z.string(),
    createdBy: z.string().nullable(),
    window: z.union([
      z.object({ kind: z.literal("once"), from: time, until: time }),
      z.object({
        kind: z.literal("weekly"),
        days: z.array(number).readonly().meta({ description: "0 is Monday" }),
        fromMinute: number,
        toMinute: number,
        timeZone: z.string().nullable(),
      }),
    ]),
  })
  .meta({ id: "Silence" });

export const silences = z.array(silence);

export const removed = z.object({ id: z.string() }).meta({ id: "Removed" });

const jsonValue = z.unknown();

export const config = z
  .object({
    etag: z.string(),
    mistakes: z.array(z.string()).meta({ description: "of the file as it was saved last, with file, line and column" }),
    settings: z.array(
      z.object({
        path: z.string(),
        value: jsonValue,
        written: jsonValue,
        default: jsonValue,
        source: z.enum(["default", "file", "environment", "flag"]),
        live: z.boolean(),
      }),
    ),
  })
  .meta({ id: "Configuration" });

export const configChange = z
  .object({ etag: z.string(), restartNeeded: z.array(z.string()) })
  .meta({ id: "ConfigurationChange" });

export const notifications = z
  .object({
    channels: z.array(z.string()),
    notifications: z.array(
      z.object({
        id: z.string(),
        channel: z.string(),
        createdAt: time,
        attempts: number,
        state: z.enum(["sent", "failed", "waiting"]),
        answer: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "Notifications" });

export const channelTest = z
  .object({
    ok: z.boolean(),
    answer: z.string().meta({ description: "what the far side said last" }),
    hint: z.string().nullable().meta({ description: "what a known refusal means and what to do" }),
    steps: z.array(z.object({ kind: z.enum(["fired", "resolved"]), ok: z.boolean(), answer: z.string() })),
  })
  .meta({ id: "ChannelTest" });

export const cause = z.object({ metric: z.string(), at: time, cause: z.array(contributor) }).meta({ id: "Cause" });

export const mark = z
  .object({ id: z.string(), timestamp: time, kind: z.enum(MARK_KINDS), text: z.string() })
  .meta({ id: "Mark" });

export const storedReport = z
  .object({
    id: z.string(),
    schedule: z.string().nullable().meta({ description: "null for one made by hand" }),
    format: z.enum(REPORT_FORMATS),
    from: time,
    to: time,
    timeZone: z.string(),
    state: z.enum(["waiting", "ready", "failed"]),
    createdAt: time,
    finishedAt: timeOrNull,
    bytes: numberOrNull,
    error: z.string().nullable(),
    fileName: z.string(),
    delivery: z
      .object({
        state: z.enum(["waiting", "done", "failed"]),
        attempts: number,
        nextAttemptAt: timeOrNull,
        answer: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: "StoredReport" });

export const storedReports = z.array(storedReport);

export const reportSchedules = z.array(
  z
    .object({
      name: z.string(),
      cron: z.string(),
      words: z.string(),
      timeZone: z.string(),
      format: z.enum(REPORT_FORMATS),
      hours: number,
      to: z.array(z.string()),
      folder: z.string().nullable(),
      next: z.array(time),
    })
    .meta({ id: "ReportSchedule" }),
);
