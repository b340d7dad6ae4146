// docs/figures.json, what a whole run of the bench measured, and what is made of it: the table of docs/figures.md and README's three lines.
// Nothing is measured here.
import { format, resolveConfig } from "prettier";
import { judge, rounded, type Figure, type Judged } from "./figure.ts";

export type FiguresFile = {
  /** ISO 8601. */
  readonly at: string;
  readonly machine: {
    readonly node: string;
    readonly platform: string;
    readonly processors: number;
    /** How many processes wanted to run in the minute before: 0 on a quiet machine. */
    readonly load: number;
  };
  readonly figures: readonly Figure[];
};

/** Where a page has its figures. */
const places = {
  table: ["<!-- figures: npm run bench -->", "<!-- end of the figures -->"],
  short: ["<!-- figures in short: npm run bench -->", "<!-- end of the figures in short -->"],
} as const;

/** README's lines: what somebody wants to know who thinks of installing it. */
const shortNames = ["start of Python", "a request of the Node client", "activation in the extension host"];

export function parseFigures(text: string): FiguresFile {
  return JSON.parse(text) as FiguresFile;
}

/** With the verdicts, for people, in six digits that count; formatted as all files here are. */
export async function textOf(file: FiguresFile, path: string): Promise<string> {
  // Judged by what is written, so that whoever reads it comes to the same.
  const measured = file.figures.map((each) => ({ ...each, ours: short(each.ours), baseline: short(each.baseline) }));
  const figures = measured.map(judge).map((each) => ({ ...each, ratio: short(each.ratio) }));
  return formatted(JSON.stringify({ ...file, figures }), path);
}

function short(value: number): number {
  return Number(value.toPrecision(6));
}

/** docs/figures.md with the table between its two markers made anew. Throws where they are missing. */
export function withTable(page: string, file: FiguresFile, path: string): Promise<string> {
  return between(page, places.table, sectionOf(file), path);
}

/** README with its lines made anew. Throws where their place is missing, or a figure of them. */
export function withShortLines(readme: string, file: FiguresFile, path: string): Promise<string> {
  const lines = shortNames.map((name) => {
    const found = file.figures.find((figure) => figure.name === name);
    if (found === undefined) throw new Error(`there is no figure "${name}" for README`);
    const [, ours = "", baseline = ""] = row(judge(found));
    return `- ${name}: ${ours} (${baseline})`;
  });
  return between(readme, places.short, lines.join("\n"), path);
}

async function between(
  page: string,
  [begin, end]: readonly [string, string],
  made: string,
  path: string,
): Promise<string> {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no place for the figures, between ${begin} and ${end}`);
  return formatted(`${page.slice(0, from)}${begin}\n\n${made}\n\n${page.slice(to)}`, path);
}

function sectionOf({ at, machine, figures }: FiguresFile): string {
  const { processors, platform, node, load } = machine;
  const judged = figures.map(judge);
  const missed = judged.filter(({ meetsBar }) => meetsBar === false).length;
  const told = [
    `Measured on ${at.slice(0, 10)}, each by turns with its baseline in one run: ${processors} processors, ${platform}, Node ${node}, load ${load.toFixed(1)} before.`,
    missed === 0 ? "Every bar is met." : `**Bars missed: ${missed}.**`,
  ];
  const rows = judged.filter(({ isDetail }) => isDetail !== true).map(row);
  const head = ["| | ours | baseline | ratio | bar |", "| --- | ---: | --- | ---: | --- |"];
  return [told.join(" "), "", ...head, ...rows.map((cells) => `| ${cells.join(" | ")} |`)].join("\n");
}

function row(figure: Judged): readonly string[] {
  const { name, unit, ours, baseline, against, ratio } = figure;
  const measure = (value: number): string => `${rounded(value)} ${unit}`.trimEnd();
  return [name, measure(ours), `${measure(baseline)}, ${against}`, `${rounded(ratio)}×`, barOf(figure)];
}

function barOf({ bar, unit, meetsBar }: Judged): string {
  if (bar === undefined) return "";
  const most = `≤ ${rounded(bar.atMost)}`;
  const told = { ours: `${most} ${unit}`, difference: `${most} ${unit} more`, ratio: `${most}×` }[bar.of].trimEnd();
  return meetsBar === true ? `${told} ✔` : `${told} **missed**`;
}

async function formatted(text: string, path: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}
