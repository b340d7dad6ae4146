// Ten windows over one session for five minutes, with tokens of ten seconds; the short version is in test/unit/accounts/windows.test.ts.
process.env["SOAK_SECONDS"] ??= "300";
await import("../unit/accounts/windows.test.ts");
