// The extension in an editor whose display language is German: what a person sees of it is German, and what a test reads is what the
// bundles say. The editor's own words stay English, for there is no language pack here.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import manifest from "../../package.json" with { type: "json" };
import { readBundle, spoken } from "../support/runner/bundles.ts";
import { addConnectionSteps, otherProvider, serviceQuestion } from "../support/workbench/journey.ts";
import { until } from "../support/workbench/person.ts";
import { sideBarOf, type SideBar } from "../support/workbench/sideBar.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";
import { inThemes } from "../support/workbench/userSettings.ts";

const words = await readBundle("l10n/bundle.l10n.de.json");
const german = spoken(manifest, await readBundle("package.nls.de.json")).contributes;

/** The German of the one message that begins so. */
function inGerman(begins: string): string {
  const found = Object.keys(words).filter((message) => message.startsWith(begins));
  const [message = ""] = found;
  assert.equal(found.length, 1, `${begins}: ${found.join(" | ")}`);
  return words[message] ?? "";
}

let ui: UiStage;
let bar: SideBar;
before(async () => {
  ui = await openUiStage({ name: "ui-german", language: "de" });
  bar = sideBarOf(ui.person);
});
after(() => ui.close());

const connection = /^LanceDB-Verbindung demo, db:\/\/demo, angemeldet, Token noch \d+ Minuten gültig/;
const penguins = /^Tabelle penguins, 342 Zeilen · vector \(4\)$/;

/** The same in light and in dark, a screenshot of each. */
function inBothThemes(name: string, look: () => Promise<void>): Promise<void> {
  return inThemes(ui.person, ["light", "dark"], `german-${name}`, look);
}

describe("in German", () => {
  test("the palette has every command", () =>
    seen(ui.person, "german-1-palette", async () => {
      const shown = german.commands
        .filter(({ enablement, command }) => enablement !== "lancedbAuth.locked" && !command.endsWith("loadMoreTables"))
        .map(({ title, category }) => `${category}: ${title}`);
      // Right after the start the palette may not know the extension's commands yet.
      for (const title of shown) {
        await until(`“${title}”`, async () => (await ui.person.findCommands(title)).includes(title));
      }
    }));

  test("the view says what a connection is", () =>
    seen(ui.person, "german-2-welcome", async () => {
      await bar.open();
      const welcome = ui.person.page.locator(".part.sidebar .welcome-view-content");
      await welcome.getByRole("button", { name: "Verbindung hinzufügen" }).waitFor();
      assert.match(
        await welcome.innerText(),
        /noch keine LanceDB-Verbindung[\s\S]*Exemplarische Vorgehensweise öffnen/,
      );
    }));

  test("the dialogue asks, refuses a wrong secret with reason and remedy, and says how it went", () =>
    seen(ui.person, "german-3-notification", async () => {
      const { answers } = ui.stage;
      await ui.person.runCommand("LanceDB: Verbindung hinzufügen");
      await ui.person.quickInput(inGerman(serviceQuestion));
      await ui.person.screenshot("german-3-services");
      await ui.person.answer(inGerman(serviceQuestion), inGerman(otherProvider));
      for (const { says, answer } of addConnectionSteps.slice(0, -1)) {
        if (answer === "signIn") {
          await ui.person.quickInput(inGerman(says));
          await ui.person.screenshot("german-3-ways");
        }
        const answered = answer === "signIn" ? inGerman("Client secret") : answers[answer];
        await ui.person.answer(inGerman(says), answered);
      }
      await ui.person.answer(inGerman("The client secret, or"), "wrong");
      const refused = await ui.person.quickInput("Der Autorisierungsserver akzeptiert");
      await ui.person.screenshot("german-3-refused");
      await ui.person.type(answers.clientSecret);
      await ui.person.pressEnter();
      const { message, buttons } = await ui.person.notification("„demo“ ist angemeldet");
      assert.deepEqual(
        [refused.title, refused.message.endsWith("erneut eingeben oder die Client-ID korrigieren."), message, buttons],
        [
          "LanceDB-Verbindung hinzufügen",
          true,
          "„demo“ ist angemeldet, das Token ist 10 Minuten gültig; Programme in neuen Terminals erreichen sie unverändert (Einstellung lancedbAuth.autoConnect).",
          ["Terminal öffnen"],
        ],
      );
    }));

  test("the status bar tells the time left", () =>
    seen(ui.person, "german-4-status", async () => {
      await ui.person.clearNotifications();
      assert.match(
        await ui.person.statusBar(/^LanceDB-Verbindung demo: Token noch \d+ Minuten gültig/),
        /^demo \d Min\.$/,
      );
      await inBothThemes("status", async () => {
        const tooltip = await ui.person.hoverStatusBar(/^LanceDB-Verbindung demo: /);
        assert.match(
          tooltip,
          /Datenbank[\s\S]*Aussteller[\s\S]*Läuft ab[\s\S]*Letzte Erneuerung[\s\S]*Protokoll anzeigen/,
        );
      });
    }));

  test("the view shows state, tables and columns", () =>
    seen(ui.person, "german-5-view", async () => {
      await ui.person.page.mouse.move(640, 300);
      await bar.shows(connection);
      await bar.shows(penguins);
      await bar.unfold(penguins);
      await bar.shows(/^Spalte vector, Vektor, 4 Dimensionen$/);
      await inBothThemes("view", async () => {
        await bar.row(connection).click({ button: "right" });
        const menu = ui.person.page.locator(".monaco-menu");
        await menu.getByRole("menuitem", { name: "Tokendetails anzeigen", exact: true }).waitFor();
        assert.match(await menu.innerText(), /Verbindung testen[\s\S]*Python-Codeausschnitt kopieren[\s\S]*Abmelden/);
        await ui.person.screenshot("german-5-menu");
        await ui.person.escape();
        await menu.waitFor({ state: "hidden" });
      });
    }));

  test("a preview has its headings", () =>
    seen(ui.person, "german-6-preview", async () => {
      await bar.press(penguins, "Tabellenvorschau anzeigen");
      assert.match(
        await ui.person.copyEditor("penguins (demo)"),
        /^Tabelle +penguins\n[\s\S]*\nVom Anfang: 20 Zeilen\n/,
      );
    }));

  test("the line above a connect call says which connection it uses", () =>
    seen(ui.person, "german-7-lens", async () => {
      await ui.person.openFile("search.py");
      await ui.person.page
        .locator(".codelens-decoration", { hasText: /LanceDB: demo, angemeldet, noch \d Min\./ })
        .waitFor();
    }));

  test("the page about a token is German and says so to a screen reader", () =>
    seen(ui.person, "german-8-token", async () => {
      await ui.person.runCommand("LanceDB: Tokendetails anzeigen");
      const page = ui.person.webview();
      await page.getByRole("heading", { name: "Token von demo" }).waitFor();
      const headings = await page.locator("h2").allInnerTexts();
      assert.deepEqual(
        [await page.locator("html").getAttribute("lang"), headings],
        ["de", ["Gültigkeitsdauer", "Scopes", "Claims", "In diesem Fenster", "Verbindung"]],
      );
      await inBothThemes("token", () => page.getByRole("heading", { name: "Token von demo" }).waitFor());
    }));

  test("the report of the diagnosis is German, with nothing to do", () =>
    seen(ui.person, "german-9-diagnosis", async () => {
      await ui.person.runCommand("LanceDB: Diagnose");
      const text = await ui.person.copyEditor("LanceDB-Diagnose.md");
      assert.match(
        text,
        /^# LanceDB Auth: Diagnose\n\nAlles, was geprüft wurde, funktioniert\.\n[\s\S]*## ✔ Schlüsselbund\n/,
      );
    }));

  test("a question before a sign-out is German, and so is the status bar after it", () =>
    seen(ui.person, "german-10-signed-out", async () => {
      await ui.person.runCommand("LanceDB: Abmelden");
      const text = await ui.person.dialog("„demo“ abmelden?");
      await ui.person.screenshot("german-10-question");
      await ui.person.pressDialogButton("Abmelden");
      const status = await ui.person.statusBar(/^LanceDB-Verbindung demo: abgemeldet; zum Anmelden klicken/);
      assert.deepEqual([text.includes("innerhalb von 15 Sekunden"), status], [true, "demo abgemeldet"]);
    }));

  test("a program in the terminal is told in German what to do in VS Code", () =>
    seen(ui.person, "german-11-terminal", async () => {
      await ui.person.openTerminal();
      await ui.person.typeInTerminal("clear; lancedb-auth token");
      await ui.person.waitForTerminalText("In VS Code „LanceDB: Anmelden“ ausführen.");
    }));

  test("the settings are described in German", () =>
    seen(ui.person, "german-12-settings", async () => {
      await ui.person.runCommand("View: Close All Editors");
      await ui.person.runCommand("Preferences: Open Settings (UI)");
      const editor = ui.person.page.locator(".settings-editor");
      await editor.locator(".search-container .view-line").first().click();
      await ui.person.page.keyboard.insertText("lancedbAuth");
      await inBothThemes("settings", () =>
        editor.getByText("Der Name der Verbindung, die dieses Fenster oder dieser Ordner verwendet.").first().waitFor(),
      );
    }));

  test("the walkthrough is German", () =>
    seen(ui.person, "german-13-walkthrough", async () => {
      await inBothThemes("walkthrough", async () => {
        await ui.person.runCommand("Welcome: Open Walkthrough...");
        await ui.person.pick("Erste Schritte mit LanceDB Auth");
        const page = ui.person.page.locator(".gettingStartedContainer");
        await page.getByText("Ein Programm in einem Terminal ausführen").first().waitFor();
      });
    }));
});
