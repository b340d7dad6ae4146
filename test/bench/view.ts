// The view "LanceDB" with 5,000 tables in the real workbench: from the server's reply to the first table on screen, and how long the
// page stands still while all of them are loaded.
import { showCrowd, type CrowdedView } from "../support/crowdedView.ts";
import { startTableCrowd } from "../support/tableCrowd.ts";
import { openUiStage } from "../support/uiStage.ts";
import { median, type Figure } from "./figure.ts";

const runs = 3;

export async function viewFigures(): Promise<readonly Figure[]> {
  const found: CrowdedView[] = [];
  for (let run = 0; run < runs; run++) found.push(await measureOnce());
  const of = (name: keyof CrowdedView): number => median(found.map((each) => each[name]));
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

async function measureOnce(): Promise<CrowdedView> {
  const crowd = await startTableCrowd(5_000);
  const ui = await openUiStage({ name: "bench-view" });
  try {
    return await showCrowd(ui.person, ui.stage.answers, crowd);
  } finally {
    await ui.close();
    await crowd.close();
  }
}
