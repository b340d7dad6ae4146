// What each service's answers come to: the issuer by which it is found, what is asked for, and which entry the dialogue writes.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseConnection, usesIssuer } from "../../../src/oauth/connection.ts";
import { traitsOf } from "../../../src/providers/providers.ts";
import { emptyDraft, merge, nameFor, takeBuilt } from "../../../src/signIn/draft.ts";
import { oauthServices, serviceGroups } from "../../../src/signIn/services/serviceTable.ts";
import { takeService } from "../../../src/signIn/services/takeService.ts";

const tenant = "8f14e45f-ceea-467f-a0e6-9d1c5b3a7d20";

/** What a person answers, and what has to follow from it. */
const told: Readonly<Record<string, readonly [answers: Readonly<Record<string, string>>, entry: object]>> = {
  entra: [
    { tenant, clientId: "app" },
    { issuerUrl: `https://login.microsoftonline.com/${tenant}/v2.0`, scopes: ["app/.default"] },
  ],
  okta: [
    { domain: "example.okta.com", server: "default", clientId: "app" },
    { issuerUrl: "https://example.okta.com/oauth2/default", scopes: ["lancedb"] },
  ],
  auth0: [
    { domain: "example.eu.auth0.com", clientId: "app", audience: "https://api.example.com" },
    { issuerUrl: "https://example.eu.auth0.com/", audience: "https://api.example.com" },
  ],
  keycloak: [
    { server: "https://keycloak.example.com/", realm: "people", clientId: "app" },
    { issuerUrl: "https://keycloak.example.com/realms/people" },
  ],
  google: [{ clientId: "app" }, { issuerUrl: "https://accounts.google.com", scopes: ["openid", "email"] }],
  cognito: [
    { pool: "eu-central-1_AbCdEf123", clientId: "app", scope: "lancedb/read" },
    {
      issuerUrl: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123",
      scopes: ["lancedb/read"],
    },
  ],
  ping: [
    { region: "eu", environment: tenant, clientId: "app" },
    { issuerUrl: `https://auth.pingone.eu/${tenant}/as`, scopes: ["openid"] },
  ],
  adfs: [
    { server: "adfs.example.com", clientId: "app", resource: "https://lancedb.example.com" },
    { issuerUrl: "https://adfs.example.com/adfs", scopes: ["openid"], resource: "https://lancedb.example.com" },
  ],
  authentik: [
    { server: "authentik.example.com", slug: "lancedb", clientId: "app" },
    { issuerUrl: "https://authentik.example.com/application/o/lancedb/", scopes: ["openid", "offline_access"] },
  ],
  zitadel: [
    { domain: "example.eu1.zitadel.cloud", clientId: "app", project: "301" },
    {
      issuerUrl: "https://example.eu1.zitadel.cloud",
      scopes: ["openid", "urn:zitadel:iam:org:project:id:301:aud"],
    },
  ],
  ory: [
    { project: "nervous-shannon-abc123", clientId: "app" },
    { issuerUrl: "https://nervous-shannon-abc123.projects.oryapis.com", scopes: ["offline_access"] },
  ],
};

describe("services", () => {
  for (const service of oauthServices) {
    test(`${service.id}: the answers come to its issuer, scopes and audience, and to an entry that can be read`, () => {
      const [answers = {}, entry] = told[service.id] ?? [];
      const draft = emptyDraft();
      takeService(draft, service.id);
      Object.assign(draft, { name: "mine", uri: "db://mine", host: "https://lancedb.example.com", clientId: "app" });
      takeBuilt(draft, service.build(answers));
      const written = merge({}, draft);
      const problems = service.questions.flatMap(({ id, problem }) => problem(answers[id] ?? "") ?? []);
      assert.deepEqual(
        { written, asked: service.questions.map(({ id }) => id).sort(), problems },
        {
          written: {
            ...{ name: "mine", uri: "db://mine", hostOverride: "https://lancedb.example.com" },
            ...{ flow: "authorization_code", provider: service.id, clientId: "app", ...entry },
          },
          asked: Object.keys(answers).sort(),
          problems: [],
        },
      );
      assert.deepEqual(
        [usesIssuer(parseConnection(written)), traitsOf(parseConnection(written)).id],
        [true, service.id],
      );
    });
  }

  test("a whole issuer is taken where a tenant, a domain or a pool is asked for, as sovereign clouds and own domains need", () => {
    const issuer = "https://login.microsoftonline.us/tenant/v2.0";
    const found = oauthServices
      .filter(({ id }) => ["entra", "cognito", "ory"].includes(id))
      .map(({ build }) => build({ tenant: issuer, pool: issuer, project: issuer }).issuer);
    assert.deepEqual(found, [issuer, issuer, issuer]);
  });

  test("another service forgets what the one before was told, and the same one keeps it", () => {
    const draft = emptyDraft();
    takeService(draft, "okta");
    Object.assign(draft, { answers: { domain: "example.okta.com" }, clientId: "app", scopes: ["lancedb"] });
    takeService(draft, "okta");
    const same = { ...draft };
    takeService(draft, "auth0");
    const { answers, clientId, scopes, provider } = draft;
    assert.deepEqual(
      [same.clientId, same.scopes, answers, clientId, scopes, provider],
      ["app", ["lancedb"], {}, "", [], "auth0"],
    );
  });

  test("the choice names each service once, LanceDB Cloud first and the step-by-step one last of its group", () => {
    const ids = serviceGroups().map(({ rows }) => rows.map(({ id }) => id));
    assert.deepEqual(ids, [
      ["lancedbCloud"],
      [
        "entra",
        "okta",
        "auth0",
        "keycloak",
        "google",
        "cognito",
        "ping",
        "adfs",
        "authentik",
        "zitadel",
        "ory",
        "generic",
      ],
      ["vscode", "command", "azure_managed_identity"],
    ]);
  });

  test("a connection that nobody named is called like its database, with a number where that is taken", () => {
    const names = [[], ["mine"], ["mine", "mine 2"]].map((taken) => nameFor("db://mine", taken));
    assert.deepEqual(names, ["mine", "mine 2", "mine 3"]);
  });
});
