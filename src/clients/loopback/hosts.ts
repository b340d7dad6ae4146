// Under which names a server that listens on an address may be called. A page in a browser that reaches it by a name of its own
// (DNS rebinding) is told by that name.

/** The names by which a container calls its machine (Docker, Podman). */
const machineOfContainers = ["host.docker.internal", "gateway.docker.internal", "host.containers.internal"];

/**
 * The values of a Host header, in lower case. Port 80 may be left out by the caller.
 * @param own further names and addresses of this machine, where others than itself may call it
 */
export function hostsOf(address: string, port: number, own: readonly string[] = []): ReadonlySet<string> {
  const names = isLoopback(address) ? [...loopback, address] : [...loopback, address, ...machineOfContainers, ...own];
  const written = names.map((name) => (name.includes(":") ? `[${name}]` : name).toLowerCase());
  return new Set(written.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

const loopback = ["127.0.0.1", "localhost", "::1"];

export function isLoopback(address: string): boolean {
  return address === "localhost" || address === "::1" || /^127(\.\d+){3}$/.test(address);
}
