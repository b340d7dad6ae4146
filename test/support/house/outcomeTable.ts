// What faults of an authorization server came to, collected by a test and printed as one table at its end.
import { after } from "node:test";
import type { Endpoint, FaultName } from "../servers/faults.ts";

export type Outcome = {
  readonly endpoint: Endpoint;
  readonly fault: string;
  /** What the person reads. */
  readonly reads: string;
  readonly state: string;
  readonly programsGet: string;
  readonly requests: number;
  /** How long the server asked to wait, seconds; 0 where it did not. */
  readonly waitSeconds: number;
};

/** How long a request may take: short where the fault is that nothing, or not enough, comes. */
export function timeoutFor(fault: FaultName): number {
  return fault.startsWith("hang") || fault === "oneByteASecond" ? 1 : 60;
}

/** The wait that a reply of this fault asks for, seconds (RFC 9110 section 10.2.3); a date far away counts as a day. */
export function waitOf(fault: FaultName): number {
  if (fault === "status503Date") return 86_400;
  return ["status429", "status503", "status503OldDate", "status429Date"].includes(fault) ? 7 : 0;
}

/** What must stand in what the person reads: that the size was the reason, and not what was read of it. */
export function wordsOf(fault: FaultName): string {
  return fault === "hugeBody" || fault === "gzipBomb" ? "the reply is larger than 1 MB" : "";
}

/** Text that VS Code makes links or icons of, where it makes any. */
export function isInert(text: string): boolean {
  return !/\]\(|\$\(/.test(text);
}

/** To be filled; printed when the tests of the file have run. */
export function openOutcomes(): Outcome[] {
  const outcomes: Outcome[] = [];
  after(() => {
    print(outcomes);
  });
  return outcomes;
}

function print(outcomes: readonly Outcome[]): void {
  const rows = outcomes.map(({ endpoint, fault, reads, state, programsGet, requests, waitSeconds }) => [
    ...[endpoint, fault, state, programsGet, String(requests), waitSeconds === 0 ? "" : `${String(waitSeconds)} s`],
    reads.replaceAll(/127\.0\.0\.1:\d+/g, "the server"),
  ]);
  const titles = ["endpoint", "fault", "state", "programs get", "requests", "waits", "the person reads"];
  const table = [titles, ...rows];
  const widths = titles.slice(0, -1).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  console.log(table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n"));
}
