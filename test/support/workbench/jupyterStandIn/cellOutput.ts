// Turns the kernel's messages into a notebook cell's outputs.
import * as vscode from "vscode";
import type { KernelMessage } from "./kernelChannel.ts";

export function outputOf({ header, content }: KernelMessage): vscode.NotebookCellOutput | undefined {
  const { NotebookCellOutput: Output, NotebookCellOutputItem: Item } = vscode;
  switch (header.msg_type) {
    case "stream": {
      const text = String(content["text"]);
      return new Output([content["name"] === "stderr" ? Item.stderr(text) : Item.stdout(text)]);
    }
    case "execute_result":
    case "display_data":
      return new Output(Object.entries(parseData(content["data"])).map(([mime, data]) => itemOf(mime, data)));
    case "error": {
      const [name, message] = [String(content["ename"]), String(content["evalue"])];
      return new Output([Item.error({ name, message, stack: parseLines(content["traceback"]).join("\n") })]);
    }
    default:
      return undefined;
  }
}

function itemOf(mime: string, data: unknown): vscode.NotebookCellOutputItem {
  const { NotebookCellOutputItem: Item } = vscode;
  if (typeof data !== "string") return Item.json(data, mime);
  return mime.startsWith("image/") ? new Item(Buffer.from(data, "base64"), mime) : Item.text(data, mime);
}

function parseData(data: unknown): Readonly<Record<string, unknown>> {
  return data as Record<string, unknown>;
}

function parseLines(traceback: unknown): readonly string[] {
  return traceback as string[];
}
