// The view "LanceDB" with 5,000 tables in the real workbench: from the server's reply to the first table on screen, and how long the
// page stands still while all of them are loaded.
import { showManyTables, type LargeDatabase } from "../support/workbench/largeDatabase.ts";
import { startManyTables } from "../support/servers/manyTables.ts";
import { openUiStage } from "../support/workbench/uiStage.ts";
import { median, type Figure } from "./figure.ts";

const runs = 3;

export async function viewFigures(): Promise<readonly Figure[]> {
  const found: LargeDatabase[] = [];
  for (let run = 0; run < runs; run++) found.push(await measureOnce());
  const of = (name: keyof LargeDatabase): number => median(found.map((each) => each[name]));
  return [
    {
      ...{ name: "first of 5,000 tables on screen after the reply", unit: "ms", ours: of("firstPaintMs") },
      ...{ baseline: 300, against: "its limit", bar: { of: "ours", atMost: 300 } },
    },
    {
      ...{ name: "longest pause of the page while 5,000 tables are loaded", unit: "ms", ours: of("longestPauseMs") },
      ...{ baseline: of("idlePauseMs"), against: "the idle page", isDetail: true },
    },
  ];
}

async function measureOnce(): Promise<LargeDatabase> {
  const many = await startManyTables(5_000);
  const ui = await openUiStage({ name: "bench-view" });
  try {
    return await showManyTables(ui.person, ui.stage.answers, many);
  } finally {
    await ui.close();
    await many.close();
  }
}
