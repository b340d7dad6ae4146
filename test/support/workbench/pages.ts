// Reads the Markdown pages and finds what in them leads nowhere: links, anchors, names of commands and settings, recipes that are no connection.
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

export type Page = {
  /** From the repository's root, "docs/recipes.md". */
  readonly path: string;
  readonly text: string;
};

export type Names = {
  /** "LanceDB: Add Connection" */
  readonly commands: readonly string[];
  /** "lancedbAuth.autoConnect" */
  readonly settings: readonly string[];
};

/** Relative links to files or headings that do not exist. */
export function deadLinks(page: Page, pages: readonly Page[], root: string): readonly string[] {
  return linksOf(page).flatMap((link) => {
    if (/^[a-z]+:/i.test(link)) return [];
    const [file = "", anchor] = link.split("#");
    const path = file === "" ? page.path : normalize(join(dirname(page.path), file));
    if (!existsSync(join(root, path)) && !pages.some((each) => each.path === path)) return [`${page.path}: ${link}`];
    const target = pages.find((each) => each.path === path);
    const isDead = anchor !== undefined && (target === undefined || !anchorsOf(target).includes(anchor));
    return isDead ? [`${page.path}: ${link}`] : [];
  });
}

function linksOf({ text }: Page): readonly string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
}

/** As the pages' hosts make them of the headings. */
function anchorsOf({ text }: Page): readonly string[] {
  return [...prose(text).matchAll(/^#+ +(.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Without the blocks of code. */
function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "");
}

/** Commands as "LanceDB: Add Connection" and settings as "lancedbAuth.autoConnect" that package.json does not have. */
export function unknownNames({ path, text }: Page, { commands, settings }: Names): readonly string[] {
  const said = [...text.matchAll(/[`*“_]LanceDB: ([A-Z][A-Za-z ]*?)[`*”_]/g)].map(
    ([, title = ""]) => `LanceDB: ${title}`,
  );
  const named = [...text.matchAll(/\blancedbAuth\.[A-Za-z]+(?:\.[A-Za-z]+)?/g)].map(([name]) => name);
  return [
    ...said.filter((title) => !commands.includes(title)),
    ...named.filter((name) => !settings.includes(name)),
  ].map((name) => `${path}: ${name}`);
}

/** The JSON of a page's blocks. Throws where one is not JSON. */
export function jsonBlocks({ text }: Page): readonly unknown[] {
  return [...text.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, block = ""]): unknown => JSON.parse(block));
}
