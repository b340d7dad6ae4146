// What the terminal's environment adds to the start of a Python and of a Node that do nothing: many runs with it and without, by
// turns, medians.
import { spawnSync } from "node:child_process";
import type { Session } from "../support/session.ts";
import { median, type Figure } from "./figure.ts";

const turns = 80;

export function startUpFigures({ env, python }: Session): readonly Figure[] {
  const foreign = (name: string): boolean => name in env || name === "PYTHONDONTWRITEBYTECODE";
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign(name)));
  const without = { ...own, PATH: process.env["PATH"] };
  const node = figure("node", process.execPath, ["-e", "0"], env, without, 2);
  if (python === undefined) return [node];
  const noBytecode = { ...without, PYTHONDONTWRITEBYTECODE: "1" };
  return [
    // The first: once bytecode is kept, it is used.
    figure("python without bytecode", python, ["-c", "pass"], env, noBytecode),
    figure("python", python, ["-c", "pass"], env, without, 1),
    node,
  ];
}

function figure(
  name: string,
  program: string,
  args: readonly string[],
  terminal: Session["env"],
  without: NodeJS.ProcessEnv,
  mostAddedMs?: number,
): Figure {
  const withTerminal = { ...without, ...terminal };
  // The first start writes Python's bytecode.
  for (const env of [withTerminal, without]) millisecondsOf(program, args, env);
  const times = { ours: [] as number[], baseline: [] as number[] };
  for (let turn = 0; turn < turns; turn++) {
    const ours = (): number => times.ours.push(millisecondsOf(program, args, withTerminal));
    const baseline = (): number => times.baseline.push(millisecondsOf(program, args, without));
    for (const measure of turn % 2 === 0 ? [ours, baseline] : [baseline, ours]) measure();
  }
  return {
    name: `start of ${name} ${args.join(" ")}`,
    unit: "ms",
    ours: median(times.ours),
    baseline: median(times.baseline),
    against: "without the terminal's environment",
    ...(mostAddedMs === undefined ? {} : { bar: { of: "difference", atMost: mostAddedMs } }),
  };
}

function millisecondsOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(program, args, { env });
  const took = performance.now() - started;
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}: ${stderr.toString()}`);
  return took;
}
