// What agents are told about LanceDB in a workspace, and how it is put into a file that has other things in it. Pure. English: a language model reads it.

/** A file that some agents read, by its path in the workspace's folder. */
export interface GuidanceFile {
  readonly path: string;
  /** Which agents read it. */
  readonly readBy: string;
  /** What a new file opens with. */
  readonly opening: string;
}

export const guidanceFiles: readonly GuidanceFile[] = [
  { path: "AGENTS.md", readBy: "Codex, Cursor, GitHub Copilot, Gemini CLI, Amp", opening: "" },
  {
    path: ".github/instructions/lancedb.instructions.md",
    readBy: "GitHub Copilot",
    opening: '---\napplyTo: "**"\ndescription: How to connect to LanceDB in this workspace\n---\n\n',
  },
  {
    path: ".claude/skills/lancedb/SKILL.md",
    readBy: "Claude Code",
    opening:
      "---\nname: lancedb\ndescription: How to connect to LanceDB (db:// URIs) in this workspace. Use it before writing or running code that connects, and when it fails with 401 or 403.\n---\n\n",
  },
];

const [begin, end] = ["<!-- lancedb-auth: begin -->", "<!-- lancedb-auth: end -->"];

const guidance = `${begin}
## LanceDB

- Connect with \`lancedb.connect("db://<database>")\` in Python and \`connect("db://<database>")\` in TypeScript, with no key and no host. VS Code adds the
  credentials to programs that run in its terminals, tasks and notebooks.
- Never ask for an API key or a token, never write one into a file, and never print one.
- If a connection fails, run \`lancedb-auth status\` in the terminal and tell the person what it and the error say. \`lancedb-auth connections\` lists the databases.
- A production database may ask a person for consent: wait for the answer, and do not try to get around a no.
${end}`;

/** The file's new content: our part is replaced where it stands, else appended; nothing else changes. */
export function withGuidance(present: string | undefined, { opening }: GuidanceFile): string {
  if (present === undefined || present.trim() === "") return `${opening}${guidance}\n`;
  const [from, to] = [present.indexOf(begin), present.indexOf(end)];
  if (from !== -1 && to > from) return present.slice(0, from) + guidance + present.slice(to + end.length);
  return `${present.replace(/\n*$/, "")}\n\n${guidance}\n`;
}
