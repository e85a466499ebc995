/** What of a command line everybody may see. Pure. */

const INTERPRETER =
  /^(?:python[\d.]*|pypy[\d.]*|node|nodejs|deno|bun|ruby[\d.]*|perl[\d.]*|php[\d.]*|lua[\d.]*|Rscript|java|dotnet|pwsh|tclsh[\d.]*|(?:ba|da|z|k|fi|a)?sh)$/;
/** Options of interpreters whose next word is a value. */
const WITH_VALUE = /^(?:-cp|-classpath|--class-path|-p|--module-path|-r|--require|--import|-I|-L|-W|-X|-d|--loader|--add-opens)$/;
/** Options of interpreters that are followed by code: there is no script. */
const WITH_CODE = /^(?:-\w*[ce]|--eval|-E|--print)$/;
/** Options that name the script: `-m module`, `-jar file`. */
const NAMES_SCRIPT = /^(?:-m|-jar)$/;

const MOST_CHARACTERS = 200;

/**
 * The program of a command line and, where the program is an interpreter, its script: `/usr/bin/python3 -m http.server`. Without the
 * arguments, which may hold what is nobody else's business.
 */
export function programAndScript(command: string): string {
  const [program = "", ...words] = command.split(" ");
  const name = program.replace(/^.*\//, "");
  const shown = INTERPRETER.test(name) ? [program, ...scriptOf(name, words)] : [program];
  return shown.join(" ").slice(0, MOST_CHARACTERS);
}

/** What a person calls a process: `python3 backup.py`, `java -jar app.jar`, `postgres`; never a bare interpreter that runs a script; `sh -c`. */
export function personalName({ name, command }: { name: string; command: string }): string {
  const [program = "", ...script] = programAndScript(command).split(" ");
  // A script that was handed over as a descriptor has no name of its own.
  const base = (path: string) => (/^\/(?:dev|proc)\//.test(path) ? path : path.replace(/^.*\/(?=.)/, ""));
  if (script.length > 0) return [base(program), ...script.map(base)].join(" ");
  const inline = INTERPRETER.test(base(program)) ? command.split(" ").find((word) => WITH_CODE.test(word)) : undefined;
  // The code may hold what is nobody else's business.
  if (inline !== undefined) return `${base(program)} ${inline}`;
  // Node gives its main thread that name.
  // The kernel cuts names after 15 bytes, maybe after a space.
  return name === "MainThread" && program !== "" ? base(program) : name.trimEnd();
}

/** Further options with code, also in the same word, which mean something else to other interpreters. */
const CODE_OF: readonly { program: RegExp; code: RegExp }[] = [
  { program: /^php/, code: /^-[rBRE]/ },
  { program: /^(?:node|nodejs|bun|deno)/, code: /^(?:-p|-pe|--print=|--eval=|eval$)/ },
  { program: /^pwsh$/, code: /^-(?:c(?:ommand)?|e(?:c|nc\w*)?|commandwithargs)$/i },
  { program: /^(?:perl|ruby)/, code: /^-[a-zA-Z0-9]*[eE]/ },
  { program: /^(?:python|pypy)/, code: /^-[a-zA-Z]*c/ },
  { program: /^(?:ba|da|z|k|fi|a)?sh$/, code: /^[-+][a-zA-Z]*c/ },
  { program: /^(?:lua|Rscript|tclsh)/, code: /^-e/ },
];

function scriptOf(program: string, words: readonly string[]): string[] {
  const own = CODE_OF.find((one) => one.program.test(program));
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (WITH_CODE.test(word) || own?.code.test(word)) return [];
    if (NAMES_SCRIPT.test(word)) return words.slice(index, index + 2);
    if (WITH_VALUE.test(word)) index++;
    else if (!word.startsWith("-") && word !== "run") return word === "" ? [] : [word];
  }
  return [];
}
