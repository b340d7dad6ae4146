// A figure of the bench: what was measured beside a baseline of the same run, and the bar it has to meet. No measuring here.

export type Figure = {
  readonly name: string;
  /** Empty where things are counted. KB are 1,000 bytes. */
  readonly unit: "ms" | "µs" | "ns" | "KB" | "MB" | "per second" | "";
  readonly ours: number;
  /** Measured in the same run, by turns with ours. */
  readonly baseline: number;
  readonly against: string;
  readonly bar?: Bar;
  /** Printed and kept, but not in README's short table. */
  readonly isDetail?: true;
};

export type Bar = { readonly of: "ours" | "difference" | "ratio"; readonly atMost: number };

export type Judged = Figure & { readonly ratio: number; readonly meetsBar: boolean | undefined };

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [upper = NaN, lower = NaN] = [sorted[middle], sorted[middle - 1]];
  return sorted.length % 2 === 1 ? upper : (lower + upper) / 2;
}

export function judge(figure: Figure): Judged {
  const { ours, baseline, bar } = figure;
  const ratio = ours / baseline;
  const measured = { ours, difference: ours - baseline, ratio };
  return { ...figure, ratio, meetsBar: bar === undefined ? undefined : measured[bar.of] <= bar.atMost };
}

/** One line a figure, columns aligned. */
export function table(figures: readonly Judged[]): string {
  const rows = [["", "ours", "baseline", "ratio", "difference", "bar", ""], ...figures.map(row)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  return rows
    .map((cells) => cells.map((cell, column) => pad(cell, widths[column] ?? 0, column === 0 || column > 4)).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

function row({ name, against, unit, ours, baseline, ratio, bar, meetsBar }: Judged): string[] {
  const verdict = meetsBar === undefined ? "" : meetsBar ? "✔" : "✖ missed";
  const told =
    bar === undefined ? "" : `${bar.of} ≤ ${rounded(bar.atMost)}${bar.of === "ratio" ? "" : ` ${unit}`}`.trimEnd();
  return [
    `${name}, against ${against}`,
    `${rounded(ours)} ${unit}`.trimEnd(),
    rounded(baseline),
    `${rounded(ratio)}×`,
    rounded(ours - baseline),
    told,
    verdict,
  ];
}

/** Three digits that count. */
export function rounded(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}

function pad(cell: string, width: number, left: boolean): string {
  return left ? cell.padEnd(width) : cell.padStart(width);
}
