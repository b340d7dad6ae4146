// The extension comes and goes while a terminal is open: programs that start in it keep starting, through an update that moves the
// extension's folder and changes the client files, while the extension is disabled, and after it is gone for good.
import assert from "node:assert/strict";
import { appendFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { addConnection, runInTerminal, signedInStatus, statusBarName } from "../support/workbench/journey.ts";
import { stretched } from "../support/runner/patience.ts";
import { until } from "../support/workbench/person.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

let ui: UiStage;
before(async () => {
  ui = await openUiStage({ name: "ui-lifecycle" });
});
after(async () => {
  await writeFile(join(ui.stage.workspace, "stop"), "");
  await ui.close();
});

/**
 * Started in a terminal, with its environment, and alive without it: VS Code ends a terminal that the next window does not show again.
 * Starts a program again and again, and runs what is left for it in the file "job".
 */
const loop = `cd "$PWD"; while [ ! -e stop ] && [ $SECONDS -lt 400 ]; do
  node -e 0 || echo bad >> bad.txt
  echo started >> starts.txt
  if [ -e job ]; then mv job running; sh running > output.part 2>&1; echo "ended with $?" >> output.part; mv output.part output; fi
done
`;

/** What a program says that is started where the loop is. */
async function inOldTerminal(command: string): Promise<string> {
  const at = (name: string): string => join(ui.stage.workspace, name);
  await rm(at("output"), { force: true });
  await writeFile(at("job.part"), command);
  await rename(at("job.part"), at("job"));
  const read = (): Promise<string> => readFile(at("output"), "utf8").catch(() => "");
  await until("the job's end", async () => (await read()) !== "", undefined, 45_000);
  return read();
}

/** What a program says once it has ended so: the window before may take a moment to end, and the next one to serve. */
async function inOldTerminalUntil(command: string, end: string): Promise<string> {
  let said = "";
  const hasEndedSo = async (): Promise<boolean> => (said = await inOldTerminal(command)).includes(end);
  await until(`a program that says ${end}`, hasEndedSo, () => said, 45_000);
  return said;
}

const extensions = (): string => join(ui.stateFolder, "extensions");

const ownStorage = (): string => join(ui.workbench.userDataDir, "User", "globalStorage", "lancedb-auth.lancedb-auth");

/** As VS Code keeps its list of what is installed. */
async function changeList(change: (text: string) => string): Promise<void> {
  const list = join(extensions(), "extensions.json");
  await writeFile(list, change(await readFile(list, "utf8")));
}

async function installedFolder(): Promise<string> {
  const found = (await readdir(extensions())).find((name) => name.startsWith("lancedb-auth."));
  if (found === undefined) throw new Error("the extension is not installed");
  return found;
}

const mark = "// of the next version\n";

/** What an update does: a folder of another name with other files, and the old one removed. */
async function update(): Promise<void> {
  const old = await installedFolder();
  const next = `${old}-next`;
  await cp(join(extensions(), old), join(extensions(), next), { recursive: true });
  await appendFile(join(extensions(), next, "dist", "clients", "node", "register.cjs"), mark);
  await changeList((text) => text.replaceAll(old, next));
  await rm(join(extensions(), old), { recursive: true });
}

async function uninstall(): Promise<void> {
  await changeList((text) =>
    JSON.stringify(parseList(text).filter(({ identifier }) => identifier.id !== "lancedb-auth.lancedb-auth")),
  );
  await rm(join(extensions(), await installedFolder()), { recursive: true });
}

function parseList(text: string): readonly { readonly identifier: { readonly id: string } }[] {
  return JSON.parse(text) as readonly { readonly identifier: { readonly id: string } }[];
}

const lines = async (name: string): Promise<number> =>
  (await readFile(join(ui.stage.workspace, name), "utf8").catch(() => "")).split("\n").length - 1;

/** So many more programs have started. */
async function moreStarts(count: number): Promise<void> {
  const before = await lines("starts.txt");
  await until("programs that start", async () => (await lines("starts.txt")) >= before + count, undefined, 45_000);
}

/** Why there is no window; the terminal breaks its lines anywhere. */
function saysWhy(output: string): boolean {
  const text = output.replaceAll(/\s+/g, "");
  return /hasended\(itsprocess|NoVSCodewindowserves/.test(text) && text.includes("code:'window_closed'");
}

describe("lifecycle", () => {
  test("where the client files cannot be written a notification says so and helps, and all is well once they can", () =>
    seen(ui.person, "lifecycle-0-session-failed", async () => {
      const { person } = ui;
      // As on a full disk or in a read-only home: what should be a folder cannot be made.
      const clients = join(ownStorage(), "clients");
      await mkdir(ownStorage(), { recursive: true });
      await writeFile(clients, "in the way");
      await addConnection(person, ui.stage.answers);
      const { message, severity, buttons } = await person.notification(
        "Programs cannot be given this window's session",
      );
      await person.screenshot("lifecycle-0-notification");
      await person.pressNotificationButton("Programs cannot be given", "Diagnose");
      await person.page
        .locator(".tab.active", { hasText: "LanceDB Diagnosis.md" })
        .waitFor({ timeout: stretched(45_000) });
      await rm(clients);
      await person.reload();
      await signedInStatus(person, "demo");
      await until("the local socket", async () => (await readdir(join(ownStorage(), "sessions"))).length > 0);
      assert.deepEqual(
        [severity, buttons, /EEXIST|ENOTDIR/.test(message)],
        ["error", ["Diagnose", "Show Log"], true],
        message,
      );
    }));

  test("an update leaves open terminals and what starts in them as they are, and brings its own files", () =>
    seen(ui.person, "lifecycle-1-updated", async () => {
      await ui.person.openTerminal();
      await writeFile(join(ui.stage.workspace, "loop.sh"), loop);
      await runInTerminal(ui.person, "(setsid bash loop.sh > /dev/null 2>&1 &)");
      await moreStarts(3);
      await update();
      await ui.person.reload();
      await signedInStatus(ui.person, "demo");
      const file = join(ownStorage(), "clients", "node", "register.cjs");
      await until("the next version's files", async () => (await readFile(file, "utf8")).endsWith(mark));
      await moreStarts(3);
      const output = await inOldTerminal("node search.mjs");
      assert.deepEqual(
        [output.includes("Gentoo"), output.includes("ended with 0"), await lines("bad.txt")],
        [true, true, 0],
        output,
      );
    }));

  test("disabled it works on until the window is reloaded; then programs start, one that needs it says so, and all is well where it is enabled again", () =>
    seen(ui.person, "lifecycle-2-disabled", async () => {
      const { person } = ui;
      await person.runCommand("Extensions: Disable All Installed Extensions for this Workspace");
      const disabled = await inOldTerminal("node search.mjs");
      // What VS Code asks for (here as in its button, "Reload Window"): the extension host ends, and the extension with it.
      await person.reload();
      await until("a window without it", async () => !(await person.hasStatusBar(statusBarName("demo"))));
      await moreStarts(3);
      const python = ui.stage.python === undefined ? "true" : "python -c 1";
      const needy = await inOldTerminalUntil("node search.mjs", "ended with 1");
      const plain = await inOldTerminal(`node -e 0 && ${python}`);
      await person.runCommand("Extensions: Enable All Extensions for this Workspace");
      await signedInStatus(person, "demo");
      const enabled = await inOldTerminalUntil("node search.mjs", "ended with 0");
      assert.deepEqual(
        {
          ended: [disabled, plain, needy, enabled].map((output) => output.trim().split("\n").at(-1)),
          found: [disabled, enabled].map((output) => output.includes("Gentoo")),
          ...{ says: saysWhy(needy), bad: await lines("bad.txt") },
        },
        {
          ended: ["ended with 0", "ended with 0", "ended with 1", "ended with 0"],
          ...{ found: [true, true], says: true, bad: 0 },
        },
        [disabled, plain, needy, enabled].join("\n"),
      );
    }));

  test("once the extension is gone programs start, one that needs the window says so, and a new terminal has nothing of it", () =>
    seen(ui.person, "lifecycle-3-uninstalled", async () => {
      await uninstall();
      await ui.person.reload();
      await until("a window without it", async () => !(await ui.person.hasStatusBar(statusBarName("demo"))));
      await moreStarts(3);
      const python = ui.stage.python === undefined ? "true" : "python -c 1";
      const needy = await inOldTerminalUntil("node search.mjs", "ended with 1");
      const plain = await inOldTerminal(`node -e 0 && ${python}`);
      assert.deepEqual(
        [plain, saysWhy(needy), needy.includes("ended with 1"), await lines("bad.txt")],
        ["ended with 0\n", true, true, 0],
        needy,
      );
      // VS Code drops what a missing extension left for terminals once it has looked through its extensions.
      let said = "";
      const isFresh = async (): Promise<boolean> => {
        await ui.person.openTerminal();
        said = (await runInTerminal(ui.person, "node -e 0 && env | grep LANCEDB_AUTH; env | grep -c LANCEDB_AUTH"))
          .output;
        return /^0$/m.test(said);
      };
      await until("a terminal that has nothing of it", isFresh, () => said);
    }));
});
