// Speaks the Jupyter protocol with one kernel of a Jupyter server: REST to start, interrupt, restart and end it, a WebSocket for the
// messages. Knows nothing of VS Code.
import { randomUUID } from "node:crypto";
import type { JupyterServerAddress } from "./standInVariables.ts";

export type KernelMessage = {
  readonly header: { readonly msg_type: string; readonly msg_id: string };
  readonly parent_header: { readonly msg_id?: string };
  readonly channel: string;
  readonly content: Readonly<Record<string, unknown>>;
};

export type ExecuteOptions = {
  readonly store_history: boolean;
  readonly allow_stdin: boolean;
  /** The cell's URI, as VS Code sends it. */
  readonly cellId?: string;
};

type Pending = {
  readonly onOutput: (message: KernelMessage) => void;
  readonly resolve: (reply: KernelMessage["content"]) => void;
  readonly reject: (error: Error) => void;
  reply?: KernelMessage["content"];
  idle?: boolean;
};

export class KernelChannel {
  private socket: WebSocket | undefined;
  private readonly pending = new Map<string, Pending>();
  private readonly session = randomUUID();
  private readonly server: JupyterServerAddress;
  private readonly id: string;
  /** Told of "idle", "busy" and the like. */
  onStatus: (status: string) => void = () => undefined;

  private constructor(server: JupyterServerAddress, id: string) {
    this.server = server;
    this.id = id;
  }

  static async start(server: JupyterServerAddress): Promise<KernelChannel> {
    const created = parseKernel(await (await call(server, "POST", "/api/kernels", { name: "python3" })).json());
    const channel = new KernelChannel(server, created.id);
    await channel.open();
    return channel;
  }

  execute(
    code: string,
    { cellId, ...options }: ExecuteOptions,
    onOutput: (message: KernelMessage) => void,
  ): Promise<KernelMessage["content"]> {
    const content = { code, silent: false, stop_on_error: false, ...options };
    return this.request("execute_request", content, onOutput, cellId === undefined ? {} : { cellId });
  }

  async interrupt(): Promise<void> {
    await call(this.server, "POST", `/api/kernels/${this.id}/interrupt`);
  }

  /** The same kernel with a new process; what was running comes to nothing. */
  async restart(): Promise<void> {
    this.shut("the kernel restarts");
    await call(this.server, "POST", `/api/kernels/${this.id}/restart`);
    await this.open();
  }

  async end(): Promise<void> {
    this.shut("the kernel ends");
    await call(this.server, "DELETE", `/api/kernels/${this.id}`);
  }

  private shut(why: string): void {
    this.socket?.close();
    this.socket = undefined;
    for (const { reject } of this.pending.values()) reject(new Error(why));
    this.pending.clear();
  }

  private async open(): Promise<void> {
    const { origin, token } = this.server;
    const url = `${origin.replace("http", "ws")}/api/kernels/${this.id}/channels?session_id=${this.session}&token=${token}`;
    const socket = new WebSocket(url);
    this.socket = socket;
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", () => reject(new Error("the kernel's channel cannot be opened")));
    });
    socket.addEventListener("message", ({ data }) => this.receive(parseMessage(String(data))));
    await this.request("kernel_info_request", {}, () => undefined);
  }

  private request(
    type: string,
    content: object,
    onOutput: Pending["onOutput"],
    metadata: object = {},
  ): Promise<KernelMessage["content"]> {
    const msg_id = randomUUID();
    const header = { msg_id, msg_type: type, session: this.session, username: "", version: "5.3", date: new Date() };
    return new Promise((resolve, reject) => {
      this.pending.set(msg_id, { onOutput, resolve, reject });
      this.socket?.send(
        JSON.stringify({ channel: "shell", header, parent_header: {}, metadata, content, buffers: [] }),
      );
    });
  }

  private receive(message: KernelMessage): void {
    const { header, parent_header: parent, channel, content } = message;
    const request = this.pending.get(parent.msg_id ?? "");
    if (header.msg_type === "status") this.onStatus(String(content["execution_state"]));
    if (request === undefined) return;
    if (channel === "shell") request.reply = content;
    else if (header.msg_type === "status") request.idle = content["execution_state"] === "idle";
    else request.onOutput(message);
    if (request.reply === undefined || request.idle !== true) return;
    this.pending.delete(parent.msg_id ?? "");
    request.resolve(request.reply);
  }
}

async function call(
  { origin, token }: JupyterServerAddress,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const headers = { authorization: `token ${token}`, "content-type": "application/json" };
  const reply = await fetch(origin + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
  return reply;
}

function parseKernel(body: unknown): { id: string } {
  return body as { id: string };
}

function parseMessage(text: string): KernelMessage {
  return JSON.parse(text) as KernelMessage;
}
