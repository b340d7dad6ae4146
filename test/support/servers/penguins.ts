// The demo's data (test/demo/NOTE.md says where it comes from), with a vector made of the four measurements.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../runner/tools.ts";

export type Penguin = {
  readonly species: string;
  readonly island: string;
  readonly bill_length_mm: number;
  readonly bill_depth_mm: number;
  readonly flipper_length_mm: number;
  readonly body_mass_g: number;
  readonly sex: string | null;
  readonly year: number;
  /** The measurements in this order, each from 0 (the smallest of all penguins) to 1 (the largest). */
  readonly vector: readonly number[];
};

const measurements = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"] as const;

export async function readPenguins(): Promise<readonly Penguin[]> {
  const text = await readFile(join(root, "test", "demo", "penguins.csv"), "utf8");
  const [header = "", ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(",");
  const rows = lines
    .map((line) => Object.fromEntries(line.split(",").map((cell, index) => [names[index] ?? "", cell])))
    .filter((row) => measurements.every((name) => row[name] !== "NA"));
  const ranges = measurements.map((name) => {
    const values = rows.map((row) => Number(row[name]));
    return { name, low: Math.min(...values), high: Math.max(...values) };
  });
  return rows.map((row) => ({
    species: row["species"] ?? "",
    island: row["island"] ?? "",
    bill_length_mm: Number(row["bill_length_mm"]),
    bill_depth_mm: Number(row["bill_depth_mm"]),
    flipper_length_mm: Number(row["flipper_length_mm"]),
    body_mass_g: Number(row["body_mass_g"]),
    sex: row["sex"] === "NA" ? null : (row["sex"] ?? null),
    year: Number(row["year"]),
    vector: ranges.map(({ name, low, high }) => (Number(row[name]) - low) / (high - low)),
  }));
}
