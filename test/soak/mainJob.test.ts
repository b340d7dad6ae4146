// The main job for two minutes; the short version, and what it does, is in test/ui/mainJob.test.ts.
process.env["SOAK_MAIN_JOB_SECONDS"] ??= "120";
await import("../ui/mainJob.test.ts");
