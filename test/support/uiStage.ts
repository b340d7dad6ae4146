// A UI test's surroundings: the servers, the packaged extension in the real workbench, and a person in front of it.
import { dirname } from "node:path";
import { packageVsix } from "./package.ts";
import { launchBrowser, openWorkbench, type Person } from "./person.ts";
import { setStage, type Stage, type StageOptions } from "./stage.ts";
import { startWorkbench, type PersonPlace, type Workbench } from "./workbench.ts";

export type UiStage = {
  readonly stage: Stage;
  readonly workbench: Workbench;
  readonly person: Person;
  /** Everything that VS Code writes, extension and logs included. */
  readonly stateFolder: string;
  close(): Promise<void>;
};

export type UiStageOptions = StageOptions & Pick<PersonPlace, "env" | "settings" | "moreExtensions" | "asksForTrust">;

export async function openUiStage(options: UiStageOptions): Promise<UiStage> {
  const [stage, vsix] = [await setStage(options), await packageVsix()];
  const { workspace } = stage;
  const { moreExtensions = [], asksForTrust = false } = options;
  const env = { ...stage.env, ...options.env };
  const settings = { ...stage.settings, ...options.settings };
  const workbench = await startWorkbench({ vsix, workspace, env, settings, moreExtensions, asksForTrust });
  const browser = await launchBrowser();
  const person = await openWorkbench(browser, workbench.url);
  return {
    stage,
    workbench,
    person,
    stateFolder: dirname(workbench.userDataDir),
    close: async () => {
      await browser.close();
      await workbench.close();
      await stage.close();
    },
  };
}

/** Runs a step of a test; a screenshot of the failure stays in .test-output/screenshots. */
export async function seen<Result>(person: Person, name: string, step: () => Promise<Result>): Promise<Result> {
  try {
    const result = await step();
    await person.screenshot(name);
    return result;
  } catch (error) {
    await person.screenshot(`${name}-failed`);
    throw error;
  }
}
