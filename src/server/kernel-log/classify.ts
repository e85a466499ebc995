/** Finds in the kernel's messages what a person wants to know of. Pure; the messages are those of Linux 3.10 to 6.18. */
import { formatText } from "~/domain/format-value";
import type { KernelEvent } from "~/domain/kernel-event";
import { groupName } from "../collectors/cgroup-name";

interface Shape {
  pattern: RegExp;
  event: (match: Readonly<Record<string, string>>, whole: string) => KernelEvent;
}

const disk = (text: string, device: string | undefined): KernelEvent => ({ kind: "disk_error", text, device: device ?? null });
const filesystem = (text: string, device: string | undefined): KernelEvent => ({
  kind: "filesystem_error",
  text,
  device: device ?? null,
});

/** The first that fits tells. Each names a device where the kernel does. */
const SHAPES: readonly Shape[] = [
  {
    // blk_update_request:, print_req_error: and end_request: stand before it in older kernels.
    pattern:
      /^(?:blk_update_request: |print_req_error: |end_request: )?(?<what>I\/O|critical \w+|protection|timeout) error, dev (?<device>[\w!.-]+), sector/,
    event: ({ what, device }) => disk(`${what} error on ${device}`, device),
  },
  {
    pattern: /^Buffer I\/O error on (?:dev(?:ice)? )?(?<device>[\w!.-]+)/,
    event: ({ device }) => disk(`I/O error on ${device}`, device),
  },
  {
    pattern:
      /^(?<device>ata\d+(?:\.\d+)?): (?<what>failed command: .*|exception Emask .*|SError: .*|link is slow to respond.*|hard resetting link)/,
    event: ({ device, what }) => disk(`${device}: ${what}`, device),
  },
  {
    pattern:
      /^nvme (?<device>nvme\d+): (?<what>I\/O .*timeout.*|controller is down.*|Device not ready.*|Removing after probe failure.*|Disabling device.*)/,
    event: ({ device, what }) => disk(`${device}: ${what}`, device),
  },
  {
    pattern: /^sd \S+ \[(?<device>[\w!.-]+)\](?: tag#\d+)? Sense Key : (?<what>Medium Error|Hardware Error|Aborted Command)/,
    event: ({ device, what }) => disk(`${what} on ${device}`, device),
  },
  {
    pattern: /^md\/raid\S*?:(?<array>\w+): Disk failure on (?<device>[\w!.-]+)/,
    event: ({ array, device }) => disk(`${device} of ${array} failed`, device),
  },
  {
    pattern: /^EXT[234]-fs (?:error|panic) \(device (?<device>[^)]+)\): (?<what>.*)/,
    event: ({ device, what }) => filesystem(`ext4 error on ${device}: ${what}`, device),
  },
  {
    pattern: /^EXT[234]-fs \((?<device>[^)]+)\): Remounting filesystem read-only/,
    event: ({ device }) => filesystem(`${device} was made read-only after an error`, device),
  },
  {
    pattern: /^Aborting journal on device (?<device>[\w!.-]+?)(?:-\d+)?\./,
    event: ({ device }) => filesystem(`the journal of ${device} was aborted`, device),
  },
  {
    pattern: /^XFS \((?<device>[^)]+)\): (?<what>.*(?:[Cc]orruption|I\/O [Ee]rror|shut ?down|Shutting down|error -?\d+).*)/,
    event: ({ device, what }) => filesystem(`XFS on ${device}: ${what}`, device),
  },
  {
    pattern:
      /^BTRFS (?:error|critical|warning|alert) \(device (?<device>[^)]+?)(?: state \w+)?\): (?<what>.*(?:csum failed|corrupt|error|errs|failed|forced readonly|IO failure).*)/,
    event: ({ device, what }) => filesystem(`Btrfs on ${device}: ${what}`, device),
  },
  {
    pattern: /^F2FS-fs \((?<device>[^)]+)\): (?<what>.*(?:inconsistent|corrupt|error|failed).*)/,
    event: ({ device, what }) => filesystem(`F2FS on ${device}: ${what}`, device),
  },
  {
    pattern: /^FAT-fs \((?<device>[^)]+)\): error,? ?(?<what>.*)/,
    event: ({ device, what }) => filesystem(`FAT error on ${device}: ${what}`, device),
  },
  {
    pattern: /^SQUASHFS error: (?<what>.*)/,
    event: ({ what }) => filesystem(`squashfs error: ${what}`, undefined),
  },
  {
    pattern: /^EDAC (?<controller>MC\d+): (?<what>\d+ (?:CE|UE) .*)/,
    event: ({ controller, what }) => ({ kind: "machine_check", text: `memory error at ${controller}: ${what}`, device: null }),
  },
  {
    pattern:
      /^(?:mce: )?(?:\{\d+\})?\[Hardware Error\]: (?<what>CPU.*Machine Check.*|Machine check events logged|Hardware error from .*|event severity: .*)/,
    event: ({ what }) => ({ kind: "machine_check", text: `hardware error: ${what}`, device: null }),
  },
  {
    pattern: /^mce: CPU\d+: (?<what>Core temperature .*|Package temperature .*)/,
    event: ({ what }) => ({ kind: "machine_check", text: `${what}`, device: null }),
  },
  {
    pattern: /^INFO: task (?<task>.+):(?<pid>\d+) (?<what>blocked for more than \d+ seconds)/,
    event: ({ task, pid, what }) => ({ kind: "hung_task", text: `${task} (pid ${pid}) is ${what}`, device: null }),
  },
  {
    pattern: /^(?:(?:NMI )?watchdog: )?BUG: soft lockup - (?<what>CPU#\d+ stuck for \d+s!) \[(?<task>.+):(?<pid>\d+)\]/,
    event: ({ task, pid, what }) => ({ kind: "hung_task", text: `${what} by ${task} (pid ${pid})`, device: null }),
  },
  {
    pattern: /^(?:NMI watchdog: )?(?:Watchdog detected hard LOCKUP on cpu (?<cpu>\d+))/,
    event: ({ cpu }) => ({ kind: "hung_task", text: `CPU ${cpu} is stuck`, device: null }),
  },
  {
    pattern: /^rcu: INFO: \w+ (?:self-)?detected (?:expedited )?stalls? on CPU/,
    event: (_match, whole) => ({ kind: "hung_task", text: whole.slice("rcu: INFO: ".length), device: null }),
  },
  {
    pattern:
      /^(?:traps: )?(?<task>.+)\[(?<pid>\d+)\]:? (?<what>segfault|general protection(?: fault)?|trap [a-z ]+|unhandled (?:exception|signal)[^,]*?)(?: at [0-9a-f]+)? (?:ip|nip|in|pc)\b.*?(?: in (?<file>[^[\s]+))?/,
    event: ({ task, pid, what }, whole) => {
      const [, file] = / in (\S+?)\[/.exec(whole) ?? [];
      const where = file === undefined || file === task ? "" : ` in ${file}`;
      return { kind: "segfault", text: `${task} (pid ${pid}) crashed: ${what}${where}`, device: null };
    },
  },
];

/** Since Linux 4.19: `oom-kill:constraint=CONSTRAINT_MEMCG,...,oom_memcg=/a,task_memcg=/a/b,task=node,pid=7,uid=0`. */
const OOM_SUMMARY = /^oom-kill:.*?(?:,oom_memcg=(?<limit>\S*?))?,task_memcg=(?<group>\S*?),task=.*,pid=(?<pid>\d+),uid=/;
/** Before: `Task in /a/b killed as a result of limit of /a`. */
const OOM_TASK = /^Task in (?<group>\S+) killed as a result of limit of (?<limit>\S+)/;
const OOM_KILLED =
  /^(?<scope>Memory cgroup out of memory: |Out of memory: |Out of memory \(oom_kill_allocating_task\): )?Kill(?:ed|ing) process (?<pid>\d+),? (?:UID \d+,? )?\((?<name>.*?)\),? (?:UID \d+,? )?(?:total-vm:\d+kB, anon-rss:(?<anon>\d+)kB, file-rss:(?<file>\d+)kB(?:, shmem-rss:(?<shmem>\d+)kB)?)/;

/** Reads the kernel's messages one after another: what an OOM kill was about stands in lines before it. */
export class KernelMessages {
  private group: string | null = null;
  private isLimit = false;

  /** Null when the message says nothing of the kind. */
  read(message: string): KernelEvent | null {
    const about = OOM_SUMMARY.exec(message)?.groups ?? OOM_TASK.exec(message)?.groups;
    if (about) {
      this.group = about.group ?? null;
      this.isLimit = about.limit !== undefined;
      return null;
    }
    const killed = OOM_KILLED.exec(message)?.groups;
    if (killed) return this.oomKill(killed);
    for (const { pattern, event } of SHAPES) {
      const match = pattern.exec(message);
      if (match) {
        const { text, ...rest } = event(match.groups ?? {}, message);
        return { ...rest, text: text.slice(0, MOST_TEXT) };
      }
    }
    return null;
  }

  private oomKill({ scope, pid, name, anon, file, shmem }: Record<string, string | undefined>): KernelEvent {
    const bytes = (Number(anon ?? 0) + Number(file ?? 0) + Number(shmem ?? 0)) * 1024;
    const where = this.group === null ? null : groupName(`0::${this.group}`);
    const isLimit = this.isLimit || scope?.startsWith("Memory cgroup") === true;
    const reason = isLimit ? "its group's memory limit was reached" : MACHINE_OUT_OF_MEMORY;
    this.group = null;
    this.isLimit = false;
    const size = bytes > 0 ? `, ${formatText(bytes, "By")}` : "";
    return {
      kind: "oom_kill",
      text: `the kernel killed ${name} (pid ${pid}${size}${where === null ? "" : `, in ${where}`}): ${reason}`.slice(
        0,
        MOST_TEXT,
      ),
      device: null,
    };
  }
}

/** As long as a mark may be. */
const MOST_TEXT = 200;

export const MACHINE_OUT_OF_MEMORY = "the machine was out of memory";
