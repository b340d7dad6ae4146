// The view "LanceDB" of the side bar as a person sees and hears it: rows by their accessible names, folding, inline buttons, menus.
import type { Locator } from "playwright-core";
import { until, type Person } from "./person.ts";

export type SideBar = {
  /** Opens it by a click on its icon in the activity bar. */
  open(): Promise<void>;
  /** The row whose accessible name begins so. */
  row(name: string | RegExp): Locator;
  /** The accessible names of the rows in sight. */
  names(): Promise<readonly string[]>;
  /** Waits for a row; the failure says which there are. */
  shows(name: RegExp): Promise<void>;
  unfold(name: RegExp): Promise<void>;
  /** Presses a button of the row that appears under the pointer. */
  press(name: RegExp, button: string): Promise<void>;
  /** Runs an entry of the row's context menu. */
  choose(name: RegExp, entry: string): Promise<void>;
};

export function sideBarOf(person: Person): SideBar {
  const { page } = person;
  const view = page.locator(".part.sidebar .pane-body");
  const rows = view.locator('[role="treeitem"]');
  const bar: SideBar = {
    open: async () => {
      await page.locator('.activitybar .action-label[aria-label="LanceDB"]').click();
      await page.locator(".part.sidebar .title-label", { hasText: "LanceDB" }).waitFor();
    },
    row: (name) => view.getByRole("treeitem", { name }).first(),
    names: () => rows.evaluateAll((all) => all.map((row) => row.getAttribute("aria-label") ?? "")),
    shows: async (name) => {
      let last: readonly string[] = [];
      await until(
        `a row ${String(name)}`,
        async () => (last = await bar.names()).some((each) => name.test(each)),
        () => JSON.stringify(last),
      );
    },
    unfold: async (name) => {
      const row = bar.row(name);
      await until(`that ${String(name)} is unfolded`, async () => {
        if ((await row.getAttribute("aria-expanded")) !== "true") await row.locator(".monaco-tl-twistie").click();
        return (await row.getAttribute("aria-expanded")) === "true";
      });
    },
    press: async (name, button) => {
      await bar.row(name).hover();
      await bar.row(name).locator(`.action-label[aria-label^="${button}"]`).click();
    },
    choose: async (name, entry) => {
      await bar.row(name).click({ button: "right" });
      await person.chooseFromMenu(entry);
    },
  };
  return bar;
}
