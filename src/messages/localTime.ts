// A moment as the person writes it, in the language of the editor: the time alone where it is today.
import * as vscode from "vscode";

/** @param at epoch milliseconds */
export function localTime(at: number, now = Date.now()): string {
  const date = new Date(at);
  const { language } = vscode.env;
  const isToday = date.toDateString() === new Date(now).toDateString();
  return isToday ? date.toLocaleTimeString(language) : date.toLocaleString(language);
}
