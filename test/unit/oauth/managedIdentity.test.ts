// Azure's managed identity, against a stand-in for the endpoints that Azure has; real HTTP throughout.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseConnection, type Connection } from "../../../src/oauth/connection.ts";
import { managedIdentityToken, type IdentityEnvironment } from "../../../src/oauth/managedIdentity.ts";
import type { Fetch } from "../../../src/oauth/http.ts";
import { startIdentityEndpoint, type IdentityEndpoint } from "../../support/servers/identityEndpoint.ts";

let azure: IdentityEndpoint;
before(async () => {
  azure = await startIdentityEndpoint(() => Promise.resolve("identity-token"));
});
after(() => azure.close());

const now = Date.now();
const direct: Fetch = (url, init) => fetch(url, init);

/** The link-local address is nowhere but in Azure: what goes there is led to the stand-in. */
const asInAzure: Fetch = (url, init) => fetch(url.replace("http://169.254.169.254", azure.origin), init);

function identity(fields: Readonly<Record<string, unknown>> = {}): Connection {
  const base = { name: "azure", uri: "db://demo", flow: "azure_managed_identity", scopes: ["api://lancedb/.default"] };
  return parseConnection({ ...base, ...fields });
}

const readFile = (path: string): Promise<string> =>
  path === azure.arc.keyPath ? Promise.resolve(`${azure.arc.key}\n`) : Promise.reject(new Error("no such file"));

const ask = (connection: Connection, env: IdentityEnvironment, by: Fetch = direct): Promise<unknown> =>
  managedIdentityToken(connection, { env, fetch: by, readFile }, undefined, now).catch((error: unknown) =>
    error instanceof Error && "code" in error ? error.code : error,
  );

test("the metadata service is asked with its header for the scope's resource", async () => {
  assert.deepEqual(
    [await ask(identity({ clientId: "user-assigned" }), {}, asInAzure), azure.requests.at(-1)],
    [
      { accessToken: "identity-token", expiresIn: "3600" },
      {
        ...{ path: "/metadata/identity/oauth2/token", metadata: "true", identityHeader: "" },
        query: { "api-version": "2018-02-01", resource: "api://lancedb", client_id: "user-assigned" },
      },
    ],
  );
});

test("IDENTITY_ENDPOINT is asked with its own header, and says when the token ends", async () => {
  const reply = await ask(identity(), azure.env);
  const life = typeof reply === "object" && reply !== null && "expiresIn" in reply ? Number(reply.expiresIn) : 0;
  assert.deepEqual(
    [Math.abs(life - 3600) < 60, azure.requests.at(-1)],
    [
      true,
      {
        ...{ path: "/msi/token", metadata: "", identityHeader: azure.env.IDENTITY_HEADER },
        query: { "api-version": "2019-08-01", resource: "api://lancedb" },
      },
    ],
  );
});

test("Azure Arc is asked twice: its challenge names a file, whose content is shown", async () => {
  const before = azure.requests.length;
  const reply = await ask(identity(), azure.arc.env);
  const asked = azure.requests.slice(before).map(({ metadata, query }) => [metadata, query["api-version"]]);
  assert.deepEqual(
    [reply, asked],
    [
      { accessToken: "identity-token", expiresIn: "3600" },
      [
        ["true", "2020-06-01"],
        ["true", "2020-06-01"],
      ],
    ],
  );
});

test("no file but Azure Arc's own is read for it, and one that cannot be read is said to be so", async () => {
  const paths = ["/etc/passwd", "/var/opt/azcmagent/tokens/../../../etc/x.key", "/var/opt/azcmagent/tokens/other.key"];
  const { keyPath } = azure.arc;
  const read: string[] = [];
  const outcomes: unknown[] = [];
  for (const path of paths) {
    azure.arc.keyPath = path;
    const parts = { env: azure.arc.env, fetch: direct };
    const reading = (file: string): Promise<string> => (read.push(file), Promise.reject(new Error("no rights")));
    const asked = managedIdentityToken(identity(), { ...parts, readFile: reading }, undefined, now);
    outcomes.push(await asked.catch((error: unknown) => (error instanceof Error && "code" in error ? error.code : "")));
  }
  azure.arc.keyPath = keyPath;
  assert.deepEqual([read, outcomes], [paths.slice(2), ["no_identity", "no_identity", "no_identity"]]);
});

test("Azure Arc has one identity: a client id is refused before anything is asked", async () => {
  const before = azure.requests.length;
  const code = await ask(identity({ clientId: "user-assigned" }), azure.arc.env);
  assert.deepEqual([code, azure.requests.length - before], ["invalid_configuration", 0]);
});

test("only that one address is spoken to without TLS beyond this machine", async () => {
  const others = ["http://169.254.169.253/token", "http://169.254.169.254.example.com/token", "http://10.0.0.1/token"];
  const codes = await Promise.all(others.map((IDENTITY_ENDPOINT) => ask(identity(), { IDENTITY_ENDPOINT }, asInAzure)));
  assert.deepEqual(
    codes,
    others.map(() => "insecure_url"),
  );
});

test("a wrong header, a machine without identity, and a scope too many have their own sentence", async () => {
  const wrong = { ...azure.env, IDENTITY_HEADER: "wrong" };
  const nowhere = { IDENTITY_ENDPOINT: "http://127.0.0.1:1/msi/token" };
  assert.deepEqual(
    [await ask(identity(), wrong), await ask(identity(), nowhere), await ask(identity({ scopes: ["a", "b"] }), {})],
    ["no_identity", "no_identity", "invalid_configuration"],
  );
});
