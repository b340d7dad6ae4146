// Every service that the suite of dialects drives.
import {
  auth0Dialect,
  cognitoDialect,
  githubDialect,
  googleDialect,
  oktaDialect,
  pingDialect,
} from "./cloudServices.ts";
import type { Dialect } from "./dialect.ts";
import { adfsDialect, entraDialect, entraOrganizationsDialect, externalIdDialect } from "./microsoft.ts";
import { apigeeDialect, authentikDialect, keycloakDialect, oryDialect, zitadelDialect } from "./ownServers.ts";

export const dialects: readonly Dialect[] = [
  ...[entraDialect, entraOrganizationsDialect, externalIdDialect, adfsDialect],
  ...[oktaDialect, auth0Dialect, keycloakDialect, googleDialect, cognitoDialect, pingDialect],
  ...[oryDialect, authentikDialect, zitadelDialect, githubDialect, apigeeDialect],
];
