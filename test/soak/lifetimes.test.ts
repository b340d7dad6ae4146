// A thousand lifetimes of a token with real clients, about 25 minutes; the short version, and what a lifetime is, is in
// test/clients/lifetimes.test.ts.
process.env["SOAK_LIFETIMES"] ??= "1000";
await import("../clients/lifetimes.test.ts");
