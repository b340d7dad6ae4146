// Whether a program may have a connection's headers: by what was granted, else by asking a person. One question for all processes of a
// program, a bounded number of questions at once, and nobody waits for longer than a minute.
import * as l10n from "@vscode/l10n";
import { BrokerError } from "../broker/errorReply.ts";
import type { Admission, Caller } from "../broker/exchange.ts";
import type { HeadersRequest } from "../broker/protocol.ts";
import { hostOf, type Connection } from "../oauth/connection.ts";
import { consentOf } from "../oauth/purpose.ts";
import { programOf, type Program } from "./caller.ts";
import type { Grant, Grants } from "./grants.ts";

/** process: this one process; session: the program until the window closes; always: the program in this workspace. */
export type Verdict = "process" | "session" | "always" | "denied" | "unanswered";

export interface Question {
  readonly connection: Connection;
  readonly host: string;
  readonly program: Program;
  /** Which of the verdicts are offered, beside a no. */
  readonly offers: readonly ("process" | "session" | "always")[];
}

export type AgentPolicy = "auto" | "allow" | "ask" | "never";

export interface GateParts {
  readonly grants: Grants;
  readonly agentPolicy: () => AgentPolicy;
  /** Asks the person; the signal takes the question away. Never rejects. */
  readonly ask: (question: Question, signal: AbortSignal) => Promise<Verdict>;
  readonly now: () => number;
  /** Told when something was granted or taken back. */
  readonly onDecision: (question: Question, verdict: Verdict) => void;
  readonly deadlineMs?: number;
}

/** For a person to answer, milliseconds. */
const defaultDeadlineMs = 60_000;
/** After a no, or none, the same program is not asked about again for so long, milliseconds. */
const quietMs = 60_000;
/** A program can call itself anything: so many questions stand at once, and further ones are refused. */
const mostQuestions = 5;

interface Pending {
  readonly answer: Promise<Verdict>;
  waiting: number;
  readonly withdraw: AbortController;
}

export class ConsentGate {
  readonly #parts: GateParts;
  readonly #pending = new Map<string, Pending>();
  readonly #processes = new Set<string>();
  /** Until when a program is refused without a question, epoch milliseconds. */
  readonly #refused = new Map<string, number>();

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Resolves when the program may have the headers; rejects with BrokerError denied. */
  async admit(
    connection: Connection,
    { folder }: HeadersRequest,
    caller: Caller,
    signal: AbortSignal,
  ): Promise<Admission> {
    const consent = consentOf(connection);
    const policy = this.#policyFor(connection);
    // Who has nothing to be asked about waits for nothing.
    if (consent === "never" && policy === "allow" && connection.agentScopes === undefined) return { isAgent: false };
    const { client, agent } = caller;
    const peer = await caller.peer();
    const program = programOf({
      ...(client === undefined ? {} : { client }),
      ...(agent === undefined ? {} : { agent }),
      ...(folder === undefined ? {} : { folder }),
      ...(peer === undefined ? {} : { peer }),
    });
    if (program.agent !== undefined && policy === "never") throw refusedAgent(program, connection);
    const isAsked = consent !== "never" || (program.agent !== undefined && policy === "ask");
    if (isAsked)
      await this.#decide({ connection, host: hostOf(connection), program, offers: offersFor(consent) }, signal);
    return { isAgent: program.agent !== undefined };
  }

  /** What was granted to single processes is forgotten; the rest is the grants' own. */
  forgetProcesses(): void {
    this.#processes.clear();
    this.#refused.clear();
  }

  #policyFor({ environment }: Connection): Exclude<AgentPolicy, "auto"> {
    const policy = this.#parts.agentPolicy();
    if (policy !== "auto") return policy;
    return environment === "production" ? "ask" : "allow";
  }

  async #decide(question: Question, signal: AbortSignal): Promise<void> {
    const { grants, now } = this.#parts;
    const place = JSON.stringify([question.connection.name, question.host]);
    const [program, process] = [`${place} ${question.program.key}`, `${place} ${question.program.processKey}`];
    const lasting = question.offers.includes("session") || question.offers.includes("always");
    if (lasting && grants.has(grantOf(question, 0))) return;
    if (this.#processes.has(process)) return;
    // Where each start is asked about, a no to one process is none to the next.
    const subject = lasting ? program : process;
    if ((this.#refused.get(subject) ?? 0) > now()) throw denied(question);
    const verdict = await this.#verdictOn(subject, question, signal);
    if (verdict === "denied" || verdict === "unanswered") throw denied(question, verdict);
    // All processes that waited have the answer that the program was given.
    this.#processes.add(process);
  }

  async #verdictOn(subject: string, question: Question, signal: AbortSignal): Promise<Verdict> {
    const present = this.#pending.get(subject);
    if (present === undefined && this.#pending.size >= mostQuestions) return "denied";
    const pending = present ?? this.#open(subject, question);
    pending.waiting += 1;
    const leave = (): void => {
      pending.waiting -= 1;
      // Nobody waits for the answer any more.
      if (pending.waiting === 0) pending.withdraw.abort();
    };
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    try {
      return await pending.answer;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  #open(subject: string, question: Question): Pending {
    const withdraw = new AbortController();
    const timer = setTimeout(() => withdraw.abort(), this.#parts.deadlineMs ?? defaultDeadlineMs);
    const answer = this.#parts.ask(question, withdraw.signal).then(async (verdict) => {
      clearTimeout(timer);
      this.#pending.delete(subject);
      await this.#keep(subject, question, verdict);
      return verdict;
    });
    const pending: Pending = { answer, waiting: 0, withdraw };
    this.#pending.set(subject, pending);
    return pending;
  }

  async #keep(subject: string, question: Question, verdict: Verdict): Promise<void> {
    const { grants, now, onDecision } = this.#parts;
    const grant = grantOf(question, now());
    if (verdict === "session") grants.addForSession(grant);
    if (verdict === "always") await grants.addForWorkspace(grant);
    if (verdict === "denied" || verdict === "unanswered") this.#refuse(subject, now());
    onDecision(question, verdict);
  }

  #refuse(subject: string, now: number): void {
    for (const [known, until] of this.#refused) if (until <= now) this.#refused.delete(known);
    this.#refused.set(subject, now + quietMs);
  }
}

function offersFor(consent: ReturnType<typeof consentOf>): Question["offers"] {
  if (consent === "everyProgram") return ["process"];
  return consent === "once" ? ["process", "always"] : ["process", "session", "always"];
}

function grantOf({ connection, host, program }: Question, grantedAt: number): Grant {
  return { connection: connection.name, host, program: program.key, name: program.name, grantedAt };
}

function denied({ connection, program }: Question, verdict?: Verdict): BrokerError {
  const { name } = connection;
  const says =
    verdict === "unanswered"
      ? l10n.t(
          'Nobody answered in VS Code whether {0} may use the LanceDB connection "{1}". Try again in a minute, and answer there.',
          program.name,
          name,
        )
      : l10n.t(
          '{0} may not use the LanceDB connection "{1}": that was refused in VS Code. Try again in a minute to be asked again, or run "LanceDB: Manage Access".',
          program.name,
          name,
        );
  return new BrokerError("denied", says);
}

function refusedAgent({ agent = "" }: Program, { name }: Connection): BrokerError {
  const says = l10n.t(
    'Agents are given no headers of the LanceDB connection "{0}" ({1}; setting lancedbAuth.agents in VS Code).',
    name,
    agent,
  );
  return new BrokerError("denied", says);
}
