// A gigabyte each way through the gateway, and ten thousand requests over twenty lives of a token; about four minutes. The short
// version, and what is measured, is in test/clients/gatewayEndurance.test.ts.
process.env["GATEWAY_MEGABYTES"] ??= "1024";
process.env["GATEWAY_REQUESTS"] ??= "10000";
process.env["GATEWAY_LIVES"] ??= "20";
await import("../clients/gatewayEndurance.test.ts");
