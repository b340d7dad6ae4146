// Loaded before each test file: once its tests are through the file has to end by itself. What a failed test has left open keeps it from
// that; then it is ended here with what was left open named, and the workbenches and browsers that hang on it end with it.
import { after } from "node:test";
import { startPatience } from "./patience.ts";

/** The file's own ending is in it, a browser and an editor among that. */
const graceMs = Number(new URL(import.meta.url).searchParams.get("graceMs"));

after(() => {
  const patience = startPatience(graceMs);
  const timer = setInterval(() => {
    if (!patience.isOver()) return;
    console.error(`The tests are through, but these are still open: ${process.getActiveResourcesInfo().join(", ")}`);
    process.exit(1);
  }, 100);
  // Does not keep the file from ending.
  timer.unref();
});
