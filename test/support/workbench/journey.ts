// What a person does with the extension, as steps that the demo's check and the UI tests share. The texts are the ones on screen.
import { until, type Notification, type Person } from "./person.ts";

export type ConnectionAnswers = {
  readonly name: string;
  readonly uri: string;
  /** A server's URL, a Cloud region, or nothing. */
  readonly host: string;
  /** The label of a way to sign in, or the beginning of one. */
  readonly signIn: string;
  /** An issuer's URL or a token URL. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

/** The dialogue's first question, and the answer that leads to a question for each field. */
export const serviceQuestion = "What do you sign in with?";
export const otherProvider = "Other OpenID provider";

/** The boxes that follow that answer, in their order: what each says, and which answer it wants. */
export const addConnectionSteps = [
  { step: "1/5", says: "A name for this connection", answer: "name" },
  { step: "2/5", says: "The database URI", answer: "uri" },
  { step: "3/5", says: "The server’s URL", answer: "host" },
  { step: "4/5", says: "How do you want to sign in?", answer: "signIn" },
  { step: "4/5", says: "The OAuth issuer’s URL", answer: "issuer" },
  { step: "4/5", says: "The OAuth client id", answer: "clientId" },
  { step: "5/5", says: "The client secret", answer: "clientSecret" },
] as const satisfies readonly { step: string; says: string; answer: keyof ConnectionAnswers }[];

/** Opens the dialogue from the command palette, and chooses the provider whose questions are one for each field. */
export async function beginStepByStep(person: Person): Promise<void> {
  await person.runCommand("LanceDB: Add Connection");
  await person.answer(serviceQuestion, otherProvider);
}

/** Opens the dialogue from the command palette, and answers its boxes up to that one. */
export async function beginConnection(
  person: Person,
  answers: ConnectionAnswers,
  last: keyof ConnectionAnswers = "signIn",
): Promise<void> {
  await beginStepByStep(person);
  const count = addConnectionSteps.findIndex(({ answer }) => answer === last) + 1;
  for (const { says, answer } of addConnectionSteps.slice(0, count)) await person.answer(says, answers[answer]);
}

/** Adds a connection from the command palette and answers the sentence that says how it went. */
export async function addConnection(person: Person, answers: ConnectionAnswers): Promise<Notification> {
  await beginConnection(person, answers, "clientSecret");
  await person.quickInputGone();
  return person.notification(`“${answers.name}” is signed in`);
}

/** The status bar item's accessible name begins so. */
export function statusBarName(connection: string): RegExp {
  return new RegExp(`^LanceDB connection ${connection}: `);
}

/** Waits until the status bar shows the connection with the time its token has left, "demo 9m", and answers that. */
export async function signedInStatus(person: Person, connection: string): Promise<string> {
  let shown = "";
  await until(
    `“${connection}” with its token's time in the status bar`,
    async () => {
      shown = await person.statusBar(statusBarName(connection));
      return new RegExp(`^${connection} \\d+[dhms]`).test(shown);
    },
    () => shown,
  );
  return shown;
}

/** Clicks the connection in the status bar, which replaces its token; the caller knows how to tell when that has happened. */
export async function clickToRefresh(person: Person, connection: string): Promise<void> {
  await person.clickStatusBar(statusBarName(connection));
}

export type CommandResult = { readonly exitCode: number; readonly output: string };

let commandsRun = 0;

/** Runs a command in the open terminal (of a POSIX shell) and waits until it has ended. */
export async function runInTerminal(person: Person, command: string, quietMs?: number): Promise<CommandResult> {
  commandsRun += 1;
  const mark = `ended-${String(commandsRun)}`;
  // The mark is torn in what is typed, so that only the output holds it whole.
  await person.typeInTerminal(`clear; ${command}; echo "ended""-${String(commandsRun)} with $?"`);
  const output = await person.waitForTerminalText(new RegExp(`${mark} with \\d+`), quietMs);
  const exitCode = Number(new RegExp(`${mark} with (\\d+)`).exec(output.replaceAll("\n", ""))?.[1]);
  return { exitCode, output };
}
