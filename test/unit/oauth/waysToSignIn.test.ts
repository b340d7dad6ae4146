// Which way of signing in is offered where, and what comes next when one fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fittingWays } from "../../../src/oauth/grants/waysToSignIn.ts";

const everything = { browser: true, deviceCode: true };

test("the wanted flow comes first, and the others that work there follow", () => {
  const rows = (["desktop", "desktopWithRemote", "browser"] as const).map((place) => [
    place,
    fittingWays("authorization_code", place, everything),
    fittingWays("device_code", place, everything),
  ]);
  assert.deepEqual(rows, [
    ["desktop", ["loopback", "uriHandler", "deviceCode"], ["deviceCode", "loopback", "uriHandler"]],
    ["desktopWithRemote", ["uriHandler", "deviceCode"], ["deviceCode", "uriHandler"]],
    ["browser", ["uriHandler", "deviceCode"], ["deviceCode", "uriHandler"]],
  ]);
});

test("what the server does not offer is not tried", () => {
  assert.deepEqual(
    [
      fittingWays("authorization_code", "desktop", { browser: false, deviceCode: true }),
      fittingWays("device_code", "browser", { browser: true, deviceCode: false }),
      fittingWays("device_code", "desktop", { browser: false, deviceCode: false }),
    ],
    [["deviceCode"], ["uriHandler"], []],
  );
});
