// The main job as a person does it: add a connection, see its token, use it in a terminal, for longer than tokens live.
// One window for all steps, in their order, with tokens of 15 seconds.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import {
  addConnection,
  clickToRefresh,
  runInTerminal,
  signedInStatus,
  statusBarName,
} from "../support/workbench/journey.ts";
import { leaksIn, leaksInText } from "../support/leaks.ts";
import { until } from "../support/workbench/person.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

const tokenSeconds = 15;
/** Two tokens end meanwhile; npm run test:soak -- mainJob takes two minutes. */
const runSeconds = Number(process.env["SOAK_MAIN_JOB_SECONDS"] ?? 36);

let ui: UiStage;
before(async () => {
  ui = await openUiStage({ name: "ui-main-job", accessTokenSeconds: tokenSeconds });
});
after(() => ui.close());

const failures = () =>
  ui.stage.lancedb.requests.filter(({ status, authorization }) => status !== 200 || authorization !== "bearer");
const scripts = () => [...(ui.stage.python === undefined ? [] : ["python search.py"]), "node search.mjs"];

describe("the main job", () => {
  test("a connection is added in five steps, and one sentence says the result and the setting", () =>
    seen(ui.person, "main-1-added", async () => {
      const { message, severity, buttons } = await addConnection(ui.person, ui.stage.answers);
      assert.deepEqual(
        [/^“demo” is signed in, .*setting lancedbAuth\.autoConnect/.test(message), severity, buttons],
        [true, "info", ["Open Terminal"]],
      );
    }));

  test("the status bar shows the name and the time left, its tooltip the issuer, client, expiry and actions", () =>
    seen(ui.person, "main-2-status-bar", async () => {
      assert.match(await signedInStatus(ui.person, "demo"), /^demo \d+s$/);
      const tooltip = await ui.person.hoverStatusBar(statusBarName("demo"));
      for (const part of [
        ui.stage.answers.issuer,
        ui.stage.answers.clientId,
        "Expires",
        "Last refresh",
        "Refresh Token",
      ]) {
        assert.equal(tooltip.includes(part), true, `${part} is not in ${tooltip}`);
      }
    }));

  test("unchanged scripts search from the integrated terminal", () =>
    seen(ui.person, "main-3-terminal", async () => {
      await ui.person.openTerminal();
      for (const script of scripts()) {
        const { exitCode, output } = await runInTerminal(ui.person, script);
        assert.deepEqual([exitCode, output.includes("Gentoo")], [0, true], output);
      }
      assert.deepEqual(failures(), []);
    }));

  test("a click on the status bar replaces the token", () =>
    seen(ui.person, "main-4-refreshed", async () => {
      const count = ui.stage.authorization.tokenRequests.length;
      await clickToRefresh(ui.person, "demo");
      await until("another token", () => Promise.resolve(ui.stage.authorization.tokenRequests.length > count));
      assert.deepEqual(
        await ui.person.notifications().then((all) => all.filter(({ severity }) => severity === "error")),
        [],
      );
    }));

  test(`with tokens of ${tokenSeconds} s a Python and a Node script in one terminal work every second for ${runSeconds} s`, () =>
    seen(ui.person, "main-5-every-second", async () => {
      const startedAt = performance.now();
      const [asked, issued] = [ui.stage.lancedb.requests.length, ui.stage.authorization.tokenRequests.length];
      const python = ui.stage.python === undefined ? "" : `python watch.py ${runSeconds} > py.out & `;
      const wait =
        python === "" ? "" : "; node_code=$?; wait $! && exit_code=$node_code || exit_code=9; (exit $exit_code)";
      const { exitCode, output } = await runInTerminal(
        ui.person,
        `${python}node watch.mjs ${runSeconds} > node.out${wait}`,
        (runSeconds + 15) * 1000,
      );
      const [requests, tokens] = [
        ui.stage.lancedb.requests.length - asked,
        ui.stage.authorization.tokenRequests.length - issued,
      ];
      const seconds = (performance.now() - startedAt) / 1000;
      const least = runSeconds * (python === "" ? 1 : 2);
      assert.deepEqual(
        {
          exitCode,
          failures: failures(),
          enough: requests >= least,
          rotated: tokens >= Math.floor(runSeconds / 17),
          fewTokens: tokens <= seconds / 7.5,
        },
        { exitCode: 0, failures: [], enough: true, rotated: true, fewTokens: true },
        `${requests} requests, ${tokens} tokens\n${output}`,
      );
    }));

  test("after a window reload the same terminal works, without signing in again and without a relaunch warning", () =>
    seen(ui.person, "main-6-reloaded", async () => {
      await ui.person.reload();
      await signedInStatus(ui.person, "demo");
      await ui.person.waitForTerminalText(/[#$%>❯]\s*$/);
      for (const script of scripts()) {
        const { exitCode, output } = await runInTerminal(ui.person, script);
        assert.deepEqual([exitCode, output.includes("Gentoo")], [0, true], output);
      }
      const warnings = await ui.person.page.locator(".part.panel .codicon-warning").count();
      assert.deepEqual([failures(), warnings], [[], 0]);
    }));

  test("the same script with a foreign host gets no token", () =>
    seen(ui.person, "main-7-foreign-host", async () => {
      const received: (string | undefined)[] = [];
      const foreign = createServer((request, response) => {
        received.push(request.headers.authorization);
        response.writeHead(500).end();
      });
      await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
      const host = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
      const code = `import("@lancedb/lancedb").then((l) => l.connect("db://demo", { hostOverride: "${host}", apiKey: "own" })).then((d) => d.tableNames())`;
      const bare = code.replace(', apiKey: "own"', "");
      const outcomes = [
        await runInTerminal(ui.person, `node -e '${bare}'`),
        await runInTerminal(ui.person, `node -e '${code}'`),
      ];
      foreign.closeAllConnections();
      foreign.close();
      // Without a key of its own LanceDB refuses to connect; with one, its requests arrive, and carry nothing of ours.
      assert.deepEqual(
        [
          outcomes.map(({ exitCode }) => exitCode),
          received.length > 0,
          received.filter((value) => value !== undefined),
        ],
        [[1, 1], true, []],
      );
    }));

  test("lancedb-auth answers in the terminal", () =>
    seen(ui.person, "main-8-cli", async () => {
      const status = await runInTerminal(ui.person, "lancedb-auth status");
      assert.deepEqual(
        [status.exitCode, /\* demo {2}db:\/\/demo {2}signed in, \d+ s left/.test(status.output)],
        [0, true],
      );
      const curl = "lancedb-auth headers --curl | curl -s -o /dev/null -w 'status=%{http_code}' --config - ";
      const listed = await runInTerminal(ui.person, `${curl}${ui.stage.lancedb.host}/v1/table/`);
      assert.match(listed.output, /status=200/);
    }));

  test("neither secret nor token is in the terminal's environment, in storage, settings, logs or the workspace", () =>
    seen(ui.person, "main-9-environment", async () => {
      const secrets = [ui.stage.answers.clientSecret];
      await runInTerminal(ui.person, "env > environment.txt");
      const { output } = await runInTerminal(ui.person, "env | grep -c LANCEDB_AUTH_SESSION");
      assert.match(output, /^1$/m);
      assert.deepEqual(
        {
          screen: leaksInText(output, secrets),
          files: await leaksIn([ui.stateFolder, ui.stage.workspace], secrets),
        },
        { screen: [], files: [] },
      );
    }));
});

test("the search for leaks finds a planted secret and a planted token", () => {
  const token = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url")}.${Buffer.from('{"sub":"somebody"}').toString("base64url")}.c2lnbmF0dXJl`;
  assert.deepEqual(leaksInText(`a planted-secret and ${token}`, ["planted-secret"]), ["the secret plan…", "a token"]);
});
