import { expect, test } from "vitest";
import { programAndScript } from "./command-line";

test.each([
  ["/usr/sbin/nginx -g daemon off;", "/usr/sbin/nginx"],
  ["/usr/bin/python3 -u /srv/app.py --customer 4711", "/usr/bin/python3 /srv/app.py"],
  ["python3 -m http.server 8000", "python3 -m http.server"],
  ["python3 -c print(4711)", "python3"],
  ["node --max-old-space-size=192 server.js --port 80", "node server.js"],
  ["node -r dotenv/config server.js", "node server.js"],
  ["java -Xmx2g -cp /a.jar:/b.jar org.example.Main --user anna", "java org.example.Main"],
  ["java -jar /srv/shop.jar --profile live", "java -jar /srv/shop.jar"],
  ["deno run --allow-net main.ts x", "deno main.ts"],
  ["/bin/bash /usr/local/bin/backup.sh anna", "/bin/bash /usr/local/bin/backup.sh"],
  ["sh -c mail anna@example.org < x", "sh"],
  ["bash -lc mail anna@example.org", "bash"],
  ["postgres: anna shop 192.0.2.1(40000) idle", "postgres:"],
  ["", ""],
])("of %j everybody sees %j", (command, shown) => {
  expect(programAndScript(command)).toBe(shown);
});
