// npm run test:load [suite [filter]]: npm test beside programs that never wait, four for each processor: on two that is a load of eight.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { say } from "./runner/tools.ts";

const count = 4 * availableParallelism();
/** Ends by itself should nobody be left who would end it. */
const busy = `const parent = process.ppid; for (let at = 0; process.ppid === parent;) for (at = 0; at < 1e7; at += 1);`;

say(`${count} programs keep the processors busy meanwhile`);
const programs = Array.from({ length: count }, () => spawn(process.execPath, ["-e", busy], { stdio: "ignore" }));
const end = (): void => {
  for (const program of programs) program.kill("SIGKILL");
};
process.once("exit", end);

const args = [join(import.meta.dirname, "test.ts"), ...process.argv.slice(2)];
const tests = spawn(process.execPath, args, { stdio: "inherit" });
// The terminal sends Ctrl-C to both; what is sent to this process alone is passed on.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => tests.kill(signal));
tests.once("close", (code) => process.exit(code ?? 1));
