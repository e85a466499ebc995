/** Which mounts are in use, as far as links of /proc tell: those of other users' processes may not be read without CAP_SYS_PTRACE. */
import { readlinkSync } from "node:fs";
import { namesIn } from "./procfs";

/** Links that are looked at in one walk. */
const MOST_LINKS = 20_000;

/** Mount points, as latin1, at or below which a process has its program, its folder or an open file. One walk finds those of all. */
export function mountsInUse(proc: string, mountpoints: ReadonlySet<string>): ReadonlySet<string> {
  const used = new Set<string>();
  let left = MOST_LINKS;
  const follow = (link: string) => {
    left--;
    try {
      for (let path = readlinkSync(link, "latin1"); path !== ""; path = path.slice(0, path.lastIndexOf("/")))
        if (mountpoints.has(path)) used.add(path);
    } catch {
      // Gone, or not for this user.
    }
  };
  for (const pid of namesIn(proc)) {
    if (left <= 0 || used.size === mountpoints.size) break;
    if (!/^\d+$/.test(pid)) continue;
    for (const name of ["cwd", "root", "exe"]) follow(`${proc}/${pid}/${name}`);
    for (const name of namesIn(`${proc}/${pid}/fd`)) {
      if (left <= 0) break;
      follow(`${proc}/${pid}/fd/${name}`);
    }
  }
  return used;
}
