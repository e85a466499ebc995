/** Debian's package, made of the unpacked tarball with Debian's own tools. */
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fullViewText, unitText } from "../../src/cli/service/unit";
import { type Platform, run } from "./platforms";

const HOME = "/usr/lib/hostscope";
const PLACES = { configPath: "/etc/hostscope/config.yaml", dataDir: "/var/lib/hostscope", logDir: "/var/log/hostscope" };
const USER = "hostscope";

const control = (version: string, platform: Platform, kibibytes: number) => `Package: hostscope
Version: ${version}
Architecture: ${platform.debian}
Maintainer: Hostscope <hostscope@users.noreply.github.com>
Installed-Size: ${kibibytes}
Depends: adduser, libc6 (>= 2.28), libgcc-s1 (>= 3.4), libstdc++6 (>= 9)
Section: admin
Priority: optional
Description: performance monitor that names who did it
 Samples this machine every second, keeps years of history in one SQLite file,
 shows it live in the browser and the terminal, raises alerts that name the
 processes, units and containers at fault, and writes reports.
`;

/** A reinstallation after a removal is configured with the version before, as an upgrade is: Debian's helpers tell them apart. */
const SCRIPTS = {
  postinst: `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  if ! getent passwd ${USER} >/dev/null; then
    adduser --system --group --quiet --home ${PLACES.dataDir} --no-create-home --gecos "Hostscope" ${USER}
  fi
  for folder in /etc/hostscope ${PLACES.dataDir} ${PLACES.logDir}; do
    [ -d "$folder" ] || install -d -m 0750 -o ${USER} -g ${USER} "$folder"
  done
  # The program writes it, so it is no conffile.
  if [ ! -e ${PLACES.configPath} ]; then
    install -m 0600 -o ${USER} -g ${USER} ${HOME}/lib/config/config.example.yaml ${PLACES.configPath}
  fi
fi
case "$1" in
  configure | abort-upgrade | abort-deconfigure | abort-remove)
    # A service that its user has disabled stays so.
    if deb-systemd-helper --quiet was-enabled hostscope.service; then
      deb-systemd-helper enable hostscope.service >/dev/null || true
    else
      deb-systemd-helper update-state hostscope.service >/dev/null || true
    fi
    if [ -d /run/systemd/system ]; then
      systemctl --system daemon-reload >/dev/null || true
      deb-systemd-invoke restart hostscope.service >/dev/null || true
    fi
    ;;
esac
`,
  prerm: `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop hostscope.service >/dev/null || true
fi
`,
  postrm: `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
fi
if [ "$1" = purge ]; then
  if [ -x /usr/bin/deb-systemd-helper ]; then
    deb-systemd-helper purge hostscope.service >/dev/null || true
  fi
  rm -rf /etc/hostscope ${PLACES.dataDir} ${PLACES.logDir}
  if getent passwd ${USER} >/dev/null; then
    deluser --quiet --system ${USER} || true
  fi
fi
`,
} as const;

/** What lintian finds and has to be so. */
const OVERRIDES = `# Node's own build for npm brings its zlib, which Debian's would have to be patched for; Node's releases carry the fixes.
hostscope: embedded-library zlib [usr/lib/hostscope/node/bin/node]
`;

function copyright(root: string): string {
  const text = readFileSync(join(root, "LICENSE"), "utf8").trim();
  const indented = text.split("\n").map((line) => (line.trim() === "" ? " ." : ` ${line}`));
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Hostscope
Comment: The licences of Node.js and of the libraries inside are in ${HOME}/node/LICENSE and ${HOME}/licenses.txt.

Files: *
Copyright: The Hostscope authors
License: MIT
${indented.join("\n")}
`;
}

function changelog(version: string, epoch: number): Buffer {
  const date = new Date(epoch * 1000).toUTCString().replace("GMT", "+0000");
  const text = `hostscope (${version}) stable; urgency=medium

  * See ${HOME}/CHANGELOG.md.

 -- Hostscope <hostscope@users.noreply.github.com>  ${date}
`;
  // A header without a time.
  return gzipSync(text, { level: 9 });
}

/** As Debian's policy counts, so that it is the same on each filesystem: a file in whole kibibytes, anything else as one. */
function installedKibibytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).reduce(
    (sum, entry) => sum + (entry.isFile() ? Math.ceil(statSync(join(entry.parentPath, entry.name)).size / 1024) : 1),
    0,
  );
}

/** `unpacked` is the folder that the tarball has. Returns the name of the package in `release`. */
export function makeDeb(
  {
    root,
    unpacked,
    release,
    version,
    epoch,
  }: { root: string; unpacked: string; release: string; version: string; epoch: number },
  platform: Platform,
): string {
  const stage = join(release, "stage", `deb-${platform.debian}`);
  rmSync(stage, { recursive: true, force: true });
  const put = (path: string, content: string | Buffer, mode = 0o644) => {
    mkdirSync(join(stage, path, ".."), { recursive: true });
    writeFileSync(join(stage, path), content);
    chmodSync(join(stage, path), mode);
  };
  cpSync(unpacked, join(stage, HOME), { recursive: true });
  mkdirSync(join(stage, "usr/bin"), { recursive: true });
  symlinkSync("../lib/hostscope/hostscope", join(stage, "usr/bin/hostscope"));
  put("usr/lib/systemd/system/hostscope.service", unitText({ command: ["/usr/bin/hostscope"], places: PLACES, user: USER }));
  put(`${HOME}/full-view.conf`, fullViewText());
  put("usr/share/doc/hostscope/copyright", copyright(root));
  put("usr/share/doc/hostscope/changelog.gz", changelog(version, epoch));
  put("usr/share/lintian/overrides/hostscope", OVERRIDES);
  put("DEBIAN/control", control(version, platform, installedKibibytes(stage)));
  for (const [name, text] of Object.entries(SCRIPTS)) put(`DEBIAN/${name}`, text, 0o755);
  const sums = run("sh", ["-c", "find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum"], { cwd: stage });
  put("DEBIAN/md5sums", sums);
  run("chmod", ["-R", "u=rwX,go=rX", stage]);
  const name = `hostscope_${version}_${platform.debian}.deb`;
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch) };
  run("find", [stage, "-exec", "touch", "--no-dereference", `--date=@${epoch}`, "{}", "+"]);
  run("dpkg-deb", ["--build", "--root-owner-group", "-Zxz", stage, join(release, name)], { env });
  return name;
}
