// Who asks for headers, in the words of a question and as what a grant is remembered for. Pure. What the operating system has shown is kept
// apart from what the program says of itself.
import * as l10n from "@vscode/l10n";
import type { Peer } from "../broker/peer.ts";

export interface KnownCaller {
  /** "python 42 search.py", by its own word. */
  readonly client?: string;
  readonly agent?: string;
  /** The folder that it says it runs in. */
  readonly folder?: string;
  readonly peer?: Peer;
}

export interface Program {
  /** The same for each start of the program; another one where an agent runs it. */
  readonly key: string;
  /** Of this one process. */
  readonly processKey: string;
  /** "search.py" */
  readonly name: string;
  /** "python3.12 search.py --limit 5", as far as it is known. */
  readonly commandLine: string;
  readonly folder?: string;
  readonly parent?: string;
  readonly agent?: string;
  /** Whether the operating system has shown who it is. */
  readonly isProven: boolean;
}

const longest = 160;

export function programOf({ client = "", agent: saidAgent, folder: saidFolder, peer }: KnownCaller): Program {
  const [runtime = "", pid = "", script = ""] = client.split(" ");
  const agent = peer?.agent ?? saidAgent;
  const folder = peer?.folder ?? saidFolder;
  const more = {
    ...(agent === undefined ? {} : { agent: inert(agent) }),
    ...(folder === undefined ? {} : { folder: inert(folder) }),
  };
  if (peer === undefined) {
    const name = inert(script === "" ? runtime : script);
    const key = JSON.stringify(["said", runtime, script, saidFolder ?? "", agent ?? ""]);
    const said = inert([runtime, script].filter((word) => word !== "").join(" "));
    const shown = name === "" ? l10n.t("a program that does not say what it is") : name;
    return { ...more, key, processKey: `${key} ${pid}`, name: shown, commandLine: said, isProven: false };
  }
  const { executable, arguments: words, parent } = peer;
  const key = JSON.stringify(["proven", executable, scriptIn(words) ?? "", folder ?? "", agent ?? ""]);
  return {
    ...more,
    ...{ key, processKey: `${key} ${peer.pid}`, isProven: true },
    name: inert(baseName(scriptIn(words) ?? executable)),
    commandLine: inert([baseName(executable), ...words].join(" ")),
    ...(parent === undefined ? {} : { parent: inert(parent) }),
  };
}

/** The first word that is no option; what follows -c or -e is code, and the whole command line tells it. */
function scriptIn(words: readonly string[]): string | undefined {
  const first = words.findIndex((word) => !word.startsWith("-") || word === "-c" || word === "-e" || word === "-m");
  const word = words[first];
  return word === "-m"
    ? words[first + 1]
    : word === "-c" || word === "-e"
      ? words.slice(first, first + 2).join(" ")
      : word;
}

function baseName(path: string): string {
  return path.split(/[\\/]/).pop() ?? path;
}

/** Whatever a program calls itself stays one short line of plain text. */
function inert(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
