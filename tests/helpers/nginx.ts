/** Runs Debian's nginx in front of a server, with the configuration from docs/access.md. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { ensurePrograms } from "./debian";

export interface Nginx {
  port: number;
  stop: () => Promise<void>;
}

interface NginxOptions {
  upstream: number;
  port: number;
  folder: string;
  /** Below this path of the site, which ends with a slash; the proxy takes it off or not. */
  path?: string;
  takesOff?: boolean;
}

/** The nginx block of docs/access.md; only the ports, the certificate and the path are changed. */
function siteFromDocuments({ upstream, port, folder, path = "/", takesOff = false }: NginxOptions): string {
  const block = /```nginx\n([\s\S]*?)```/.exec(readFileSync("docs/access.md", "utf8"))?.[1];
  if (block === undefined) throw new Error("docs/access.md has no nginx block");
  const changes: [string, string][] = [
    ["listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`],
    ["location / {", `location ${takesOff ? path : path.replace(/(.)\/$/, "$1")} {`],
    ["http://127.0.0.1:5000", `http://127.0.0.1:${upstream}${takesOff ? "/" : ""}`],
    ["/etc/ssl/certs/monitor.example.org.pem", join(folder, "cert.pem")],
    ["/etc/ssl/private/monitor.example.org.key", join(folder, "key.pem")],
  ];
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the nginx block of docs/access.md has no ${from}`);
    return text.replace(from, to);
  }, block);
}

export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const { folder, port } = options;
  ensurePrograms("nginx", "openssl");
  mkdirSync(join(folder, "tmp"), { recursive: true });
  const name = ["-subj", "/CN=monitor.example.org", "-days", "2"];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      ...name,
      "-keyout",
      join(folder, "key.pem"),
      "-out",
      join(folder, "cert.pem"),
    ],
    {
      stdio: "ignore",
    },
  );
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${join(folder, "tmp", kind)};`)
    .join("\n");
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `daemon off; master_process off; worker_processes 1; pid ${join(folder, "nginx.pid")}; error_log ${join(folder, "error.log")};
events { worker_connections 256; }
http { access_log off; ${temporary}
${siteFromDocuments(options)}
}`,
  );
  const child: ChildProcess = spawn("nginx", ["-p", folder, "-c", file, "-e", join(folder, "error.log")], {
    stdio: "ignore",
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  return {
    port,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

export interface ProxiedAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  from?: string;
  /** Stops reading once this is true of the text so far. */
  enough?: (text: string) => boolean;
}

/** Requests over HTTPS, with the host name of the certificate. */
export function ask(
  port: number,
  path: string,
  { method = "GET", headers = {}, body, from, enough }: Asked = {},
): Promise<ProxiedAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        path,
        method,
        rejectUnauthorized: false,
        servername: "monitor.example.org",
        headers: { host: "monitor.example.org", ...headers },
        ...(from && { localAddress: from }),
      },
      (response) => {
        let text = "";
        const done = () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        response.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
          if (!enough?.(text)) return;
          done();
          response.destroy();
        });
        response.on("end", done);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
