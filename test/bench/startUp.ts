// What the terminal's environment adds to the start of a Python and of a Node that do nothing, and our start-up file to that of an
// interactive Python, as a notebook's kernel is: many runs with it and without, by turns, medians.
import { spawnSync } from "node:child_process";
import { hostEnvironment } from "../../src/sessions/hostEnvironment.ts";
import type { Session } from "../support/session.ts";
import { median, type Figure } from "./figure.ts";

const turns = 80;

export function startUpFigures({ env, python, descriptorPath, clients }: Session): readonly Figure[] {
  const foreign = (name: string): boolean => name in env || name === "PYTHONDONTWRITEBYTECODE";
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign(name)));
  const without = { ...own, PATH: process.env["PATH"] };
  const node = figure("Node", process.execPath, ["-e", "0"], env, without, 2);
  if (python === undefined) return [node];
  const kernel: Record<string, string> = {};
  hostEnvironment(kernel)({ descriptorPath, clients, autoConnect: "both" });
  const noBytecode = { ...without, PYTHONDONTWRITEBYTECODE: "1" };
  return [
    // The first: once bytecode is kept, it is used.
    { ...figure("Python that keeps no bytecode", python, ["-c", "pass"], env, noBytecode), isDetail: true },
    figure("Python", python, ["-c", "pass"], env, without, 1),
    // It reads no program and ends; a kernel's own start would hide what is measured.
    figure("an interactive Python, as kernels are", python, ["-i", "-q"], kernel, without, 2),
    node,
  ];
}

function figure(
  name: string,
  program: string,
  args: readonly string[],
  added: Session["env"],
  without: NodeJS.ProcessEnv,
  mostAddedMs?: number,
): Figure {
  const withOurs = { ...without, ...added };
  // The first start writes Python's bytecode.
  for (const env of [withOurs, without]) millisecondsOf(program, args, env);
  const times = { ours: [] as number[], baseline: [] as number[] };
  for (let turn = 0; turn < turns; turn++) {
    const ours = (): number => times.ours.push(millisecondsOf(program, args, withOurs));
    const baseline = (): number => times.baseline.push(millisecondsOf(program, args, without));
    for (const measure of turn % 2 === 0 ? [ours, baseline] : [baseline, ours]) measure();
  }
  return {
    name: `start of ${name}`,
    unit: "ms",
    ours: median(times.ours),
    baseline: median(times.baseline),
    against: "without our environment",
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
