/** Shell completion, generated from the command tree. Pure. */
import type { Command, Option } from "commander";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type ShellName = (typeof SHELLS)[number];

interface Node {
  /** Words after `hostscope`. */
  path: string[];
  description: string;
  commands: Node[];
  options: Option[];
}

function nodeOf(command: Command, path: string[] = []): Node {
  return {
    path,
    description: command.description(),
    commands: command.commands
      .filter((one) => !(one as Command & { _hidden?: boolean })._hidden)
      .map((one) => nodeOf(one, [...path, one.name()])),
    options: command.options.filter(({ hidden }) => !hidden),
  };
}

function allNodes(node: Node): Node[] {
  return [node, ...node.commands.flatMap(allNodes)];
}

const quote = (text: string) => `'${text.replace(/'/g, "'\\''")}'`;
const flagsOf = ({ short, long }: Option) => [short, long].filter((flag) => flag !== undefined);

/** Shell `case` branches: the possible next words for each command path, and the choices of each option. */
function caseBranches(root: Node): string {
  const branches: string[] = [];
  for (const node of allNodes(root)) {
    const key = node.path.join(" ");
    for (const option of node.options) {
      if (!option.argChoices) continue;
      const choices = option.argChoices.join(" ");
      for (const flag of flagsOf(option)) branches.push(`    ${quote(`${key}|${flag}`)}) words=${quote(choices)} ;;`);
    }
  }
  for (const node of allNodes(root)) {
    const words = [...node.commands.map(({ path }) => path.at(-1)), ...node.options.flatMap(flagsOf), "--help"];
    branches.push(`    ${quote(`${node.path.join(" ")}|`)}) words=${quote([...new Set(words)].join(" "))} ;;`);
  }
  return branches.join("\n");
}

/** The command paths, so that the script can tell them from arguments. */
function pathList(root: Node): string {
  return allNodes(root)
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => quote(path.join(" ")))
    .join("|");
}

/** Finds the command path in the words before the cursor. POSIX except for the arrays. */
function posixCore(root: Node): string {
  return `_hostscope_words() {
  local path="" next word words="" previous="$1"
  shift
  for word in "$@"; do
    next="\${path:+$path }$word"
    case "$next" in
    ${pathList(root)}) path="$next" ;;
    esac
  done
  case "$path|$previous" in
${caseBranches(root)}
  esac
  if [ -z "$words" ]; then
    case "$path|" in
${caseBranches(root)}
    esac
  fi
  printf '%s' "$words"
}`;
}

function bash(root: Node): string {
  return `# hostscope completion for bash: eval "$(hostscope completion bash)"
${posixCore(root)}
_hostscope() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  case "$previous" in -*) ;; *) previous="" ;; esac
  COMPREPLY=($(compgen -W "$(_hostscope_words "$previous" "\${COMP_WORDS[@]:1:COMP_CWORD-1}")" -- "$current"))
}
complete -o default -F _hostscope hostscope
`;
}

function zsh(root: Node): string {
  return `#compdef hostscope
# hostscope completion for zsh: eval "$(hostscope completion zsh)"
${posixCore(root)}
_hostscope() {
  local previous="\${words[CURRENT-1]}" answer
  case "$previous" in -*) ;; *) previous="" ;; esac
  answer="$(_hostscope_words "$previous" "\${(@)words[2,CURRENT-1]}")"
  compadd -- \${(z)answer}
}
compdef _hostscope hostscope
`;
}

function fish(root: Node): string {
  const lines = ["# hostscope completion for fish: hostscope completion fish | source", "complete -c hostscope -f"];
  const seen = (words: readonly string[]) => words.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
  for (const node of allNodes(root)) {
    const names = node.commands.map(({ path }) => path.at(-1)).join(" ");
    const here = node.path.length === 0 ? "__fish_use_subcommand" : seen(node.path);
    const below = names && node.path.length > 0 ? `${here}; and not __fish_seen_subcommand_from ${names}` : here;
    for (const { path, description } of node.commands) {
      lines.push(`complete -c hostscope -n ${quote(below)} -a ${path.at(-1)} -d ${quote(description)}`);
    }
    for (const option of node.options) {
      const long = option.long ? ` -l ${option.long.replace(/^--/, "")}` : "";
      const short = option.short ? ` -s ${option.short.replace(/^-/, "")}` : "";
      const choices = option.argChoices ? ` -x -a ${quote(option.argChoices.join(" "))}` : option.required ? " -r" : "";
      lines.push(`complete -c hostscope -n ${quote(here)}${long}${short}${choices} -d ${quote(option.description)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

export function completionScript(shell: ShellName, program: Command): string {
  const root = nodeOf(program);
  return { bash, zsh, fish }[shell](root);
}
