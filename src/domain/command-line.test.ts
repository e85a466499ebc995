import { expect, test } from "vitest";
import { personalName, programAndScript } from "./command-line";

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
  ["php -r login( '4711' );", "php"],
  ["php -f /srv/x.php", "php /srv/x.php"],
  ["node -p process.env.X", "node"],
  ["pwsh -Command $p='4711'; x", "pwsh"],
  ["pwsh -EncodedCommand abc", "pwsh"],
  ["perl -eprint 4711", "perl"],
  ["perl -lne print if /4711/", "perl"],
  ["python3 -cprint(4711)", "python3"],
  ["ruby -e puts 4711", "ruby"],
  ["sh -ec mail anna", "sh"],
  ["bash -lc mail anna@example.org", "bash"],
  ["postgres: anna shop 192.0.2.1(40000) idle", "postgres:"],
  ["", ""],
])("of %j everybody sees %j", (command, shown) => {
  expect(programAndScript(command)).toBe(shown);
});

test.each([
  ["python3", "/usr/bin/python3 /opt/x/backup.py --all", "python3 backup.py"],
  ["java", "java -Xmx1g -jar /srv/app.jar", "java -jar app.jar"],
  ["MainThread", "node", "node"],
  ["bash", "bash -c x", "bash -c"],
  ["postgres", "postgres: writer", "postgres"],
  ["npm test", "npm test", "npm test"],
])("%s, run as %s, is called %s", (name, command, called) => {
  expect(personalName({ name, command })).toBe(called);
});
