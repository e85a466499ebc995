/** The programs that run all day: a web shop with its database, on a machine with four CPUs. */
import { noise, requestRate } from "./noise";
import { type Program, program } from "./program";

export const MIB = 2 ** 20;

export const SHOP = { id: "5c1fe90b7a3d", name: "shop-web", image: "shop/web:2.14" };
export const CACHE = { id: "a97b04d2c6e1", name: "shop-cache", image: "redis:7-alpine" };

const DOCKER = "docker.service";
const NGINX = "nginx.service";
const POSTGRES = "postgresql.service";

/** Postgres' shared buffers. */
export const SHARED_BUFFERS_BYTES = 640 * MIB;

function kernelThreads(): Program[] {
  const names = ["ksoftirqd/0", "migration/0", "kswapd0", "kcompactd0", "jbd2/sda1-8", "jbd2/sdb1-8", "kworker/u8:2"];
  const threads = names.map((name, index) =>
    program(
      { pid: 14 + 23 * index, parentPid: 2, name, command: "", sessionId: 0, openFiles: 0, sharedBytes: 0 },
      name.startsWith("jbd2/sda") ? { writtenBytes: 8192, systemShare: 1 } : {},
    ),
  );
  const first = { pid: 2, parentPid: 0, name: "kthreadd", command: "", sessionId: 0, openFiles: 0, sharedBytes: 0 };
  return [program(first, {}), ...threads];
}

function system(): Program[] {
  const service = (pid: number, name: string, command: string, unit: string, privateMib: number, cores = 0) =>
    program({ pid, name, command, group: `${unit}.service` }, { privateBytes: privateMib * MIB, cores });
  return [
    program(
      { pid: 1, parentPid: 0, name: "systemd", command: "/sbin/init", openFiles: 90 },
      { privateBytes: 6 * MIB, cores: 0.001 },
    ),
    program(
      { pid: 311, name: "systemd-journal", command: "/usr/lib/systemd/systemd-journald", group: "systemd-journald.service" },
      (second) => ({ cores: 0.003, privateBytes: 22 * MIB, writtenBytes: 300 * requestRate(second) }),
    ),
    service(352, "systemd-udevd", "/usr/lib/systemd/systemd-udevd", "systemd-udevd", 5),
    service(498, "dbus-daemon", "/usr/bin/dbus-daemon --system --nofork", "dbus", 2),
    service(512, "chronyd", "/usr/sbin/chronyd -F 1", "chrony", 2),
    service(540, "cron", "/usr/sbin/cron -f", "cron", 1),
    service(561, "sshd", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", "ssh", 2),
    service(598, "containerd", "/usr/bin/containerd", "containerd", 31, 0.004),
    service(640, "dockerd", "/usr/bin/dockerd -H fd://", "docker", 58, 0.006),
    program(
      {
        pid: 905,
        name: "node",
        command: "node bin/hostscope.mjs start",
        user: "hostscope",
        group: "hostscope.service",
        threads: 13,
      },
      (second) => ({
        cores: 0.014 + 0.003 * noise(second, 60, 9),
        systemShare: 0.35,
        privateBytes: (74 + 4 * noise(second, 7200, 8)) * MIB,
        writtenBytes: 9000,
      }),
    ),
  ];
}

function webServer(): Program[] {
  const main = program(
    { pid: 702, name: "nginx", command: "nginx: master process /usr/sbin/nginx -g daemon off;", group: NGINX },
    { privateBytes: 3 * MIB },
  );
  const workers = [703, 704, 705, 706].map((pid, index) =>
    program(
      {
        pid,
        parentPid: 702,
        sessionId: 702,
        name: "nginx",
        command: "nginx: worker process",
        user: "www-data",
        group: NGINX,
        openFiles: 48,
      },
      (second) => {
        const rate = requestRate(second) * (0.25 + 0.05 * noise(second, 20, 20 + index));
        return {
          cores: 0.0009 * rate,
          systemShare: 0.5,
          privateBytes: 9 * MIB,
          writtenBytes: 220 * rate,
          receivedBytes: 2300 * rate,
          sentBytes: 41_000 * rate,
          connections: Math.round(1.4 * rate),
        };
      },
    ),
  );
  return [main, ...workers];
}

function database(): Program[] {
  const own = { user: "postgres", group: POSTGRES, sessionId: 755 };
  const child = (pid: number, what: string, sharedMib: number, wants: Parameters<typeof program>[1]) =>
    program(
      { ...own, pid, parentPid: 755, name: "postgres", command: `postgres: shop ${what}`, sharedBytes: sharedMib * MIB },
      wants,
    );
  const main = "/usr/lib/postgresql/16/bin/postgres -D /var/lib/postgresql/16/main";
  const backends = [771, 772, 773, 774, 775, 776].map((pid, index) =>
    child(pid, `shop 172.17.0.2(${51_544 + 2 * index}) idle`, 260 + 40 * index, (second) => {
      const rate = requestRate(second) * (1 / 6 + 0.05 * noise(second, 15, 40 + index));
      return { cores: 0.0062 * rate, privateBytes: 11 * MIB, readBytes: 5200 * rate, writtenBytes: 900 * rate, connections: 1 };
    }),
  );
  return [
    program(
      { ...own, pid: 755, name: "postgres", command: main, sharedBytes: 60 * MIB, openFiles: 70 },
      { privateBytes: 8 * MIB },
    ),
    // A checkpoint each five minutes, written over four of them.
    child(757, "checkpointer", 560, (second) => ({
      privateBytes: 2 * MIB,
      cores: 0.002,
      writtenBytes: second % 300 < 240 ? 9000 * requestRate(second) : 0,
    })),
    child(758, "background writer", 300, (second) => ({ privateBytes: 2 * MIB, writtenBytes: 900 * requestRate(second) })),
    child(759, "walwriter", 20, (second) => ({ privateBytes: 2 * MIB, cores: 0.002, writtenBytes: 3800 * requestRate(second) })),
    child(760, "autovacuum launcher", 12, { privateBytes: 3 * MIB }),
    ...backends,
  ];
}

function containers(): Program[] {
  const shim = (pid: number, id: string) =>
    program(
      {
        pid,
        name: "containerd-shim",
        command: `/usr/bin/containerd-shim-runc-v2 -namespace moby -id ${id}`,
        group: DOCKER,
        threads: 12,
      },
      { privateBytes: 9 * MIB },
    );
  const shop = { name: "node", user: "1000", group: `docker ${SHOP.id}`, sessionId: 1204, threads: 11, sharedBytes: 44 * MIB };
  const workers = [1216, 1217, 1218].map((pid, index) =>
    program({ ...shop, pid, parentPid: 1204, command: "node server.js", openFiles: 52 }, (second) => {
      const rate = requestRate(second) * (1 / 3 + 0.06 * noise(second, 25, 60 + index));
      return {
        cores: 0.0098 * rate,
        systemShare: 0.18,
        privateBytes: (148 + 0.4 * rate + 14 * noise(second, 600, 64 + index)) * MIB,
        connections: Math.round(0.6 * rate),
      };
    }),
  );
  return [
    shim(1188, SHOP.id),
    program({ ...shop, pid: 1204, parentPid: 1188, command: "node cluster.js" }, { privateBytes: 52 * MIB, cores: 0.002 }),
    ...workers,
    shim(1302, CACHE.id),
    program(
      {
        pid: 1320,
        parentPid: 1302,
        name: "redis-server",
        command: "redis-server *:6379",
        user: "999",
        group: `docker ${CACHE.id}`,
        threads: 6,
      },
      (second) => ({
        cores: 0.0005 * requestRate(second),
        systemShare: 0.5,
        privateBytes: (96 + 6 * noise(second, 3600, 70)) * MIB,
      }),
    ),
  ];
}

/** Everything that runs from before the story until its end. */
export const RESIDENTS: readonly Program[] = [...kernelThreads(), ...system(), ...webServer(), ...database(), ...containers()];
