// Where the SQL service of a connection is (Arrow Flight SQL over gRPC): at sqlHostOverride, or at the port after the server's. Pure.

/** LanceDB's clients take http(s) and Flight's own schemes, which say the same. */
export function asHttp(url: string): string {
  return url.replace(/^grpc(?:\+tcp)?:/i, "http:").replace(/^grpc(?:s|\+tls):/i, "https:");
}

/** Undefined for a server of TLS, or of no port: LanceDB's clients want its SQL service named. */
export function sqlHostOf(host: string, sqlHostOverride: string | undefined): string | undefined {
  if (sqlHostOverride !== undefined) return sqlHostOverride;
  const { protocol, hostname, port } = new URL(host);
  if (protocol !== "http:" || port === "" || port === "65535") return undefined;
  return `http://${hostname}:${Number(port) + 1}`;
}

/** Whether a caller that names this SQL server names the connection's own. */
export function isOwnSqlHost(url: string, host: string, sqlHostOverride: string | undefined): boolean {
  const own = sqlHostOf(host, sqlHostOverride);
  const origin = originOf(url);
  return own !== undefined && origin !== undefined && origin === originOf(own);
}

function originOf(url: string): string | undefined {
  const http = asHttp(url);
  return /^https?:/i.test(http) && URL.canParse(http) ? new URL(http).origin : undefined;
}
