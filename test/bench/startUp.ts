// What the terminal's environment adds to the start of a Python and of a Node that do nothing: many runs with it and without, by
// turns, medians.
import { spawnSync } from "node:child_process";
import type { Session } from "../support/session.ts";
import { median, type Figure } from "./figure.ts";

const turns = 80;

export function startUpFigures({ env, python }: Session): readonly Figure[] {
  // Python may keep its bytecode, as it does by default.
  const foreign = (name: string): boolean => name in env || name === "PYTHONDONTWRITEBYTECODE";
  const without = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign(name)));
  const kept = { ...without, PATH: process.env["PATH"] };
  const node = figure(process.execPath, ["-e", "0"], { ...kept, ...env }, kept, 2);
  return python === undefined ? [node] : [figure(python, ["-c", "pass"], { ...kept, ...env }, kept, 1), node];
}

function figure(
  program: string,
  args: readonly string[],
  withTerminal: NodeJS.ProcessEnv,
  without: NodeJS.ProcessEnv,
  mostAddedMs: number,
): Figure {
  // The first start writes Python's bytecode.
  for (const env of [withTerminal, without]) millisecondsOf(program, args, env);
  const times = { ours: [] as number[], baseline: [] as number[] };
  for (let turn = 0; turn < turns; turn++) {
    const ours = (): number => times.ours.push(millisecondsOf(program, args, withTerminal));
    const baseline = (): number => times.baseline.push(millisecondsOf(program, args, without));
    for (const measure of turn % 2 === 0 ? [ours, baseline] : [baseline, ours]) measure();
  }
  return {
    name: `start of ${program === process.execPath ? "node" : "python"} ${args.join(" ")}`,
    unit: "ms",
    ours: median(times.ours),
    baseline: median(times.baseline),
    against: "without the terminal's environment",
    bar: { of: "difference", atMost: mostAddedMs },
  };
}

function millisecondsOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(program, args, { env });
  const took = performance.now() - started;
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}: ${stderr.toString()}`);
  return took;
}
