// Puts a text on the clipboard and takes it off again after a while, unless something else is there by then. Never logs it.

export interface Clipboard {
  readText(): Thenable<string>;
  writeText(text: string): Thenable<void>;
}

export interface ExpiringClipboard {
  copy(text: string): Promise<void>;
  /** Takes off at once what would be taken off later. */
  dispose(): void;
}

export function expiringClipboard(clipboard: Clipboard, keptMs: number): ExpiringClipboard {
  let timer: NodeJS.Timeout | undefined;
  let copied: string | undefined;
  const forget = async (): Promise<void> => {
    clearTimeout(timer);
    const text = copied;
    copied = undefined;
    try {
      if (text !== undefined && (await clipboard.readText()) === text) await clipboard.writeText("");
    } catch {
      // A browser lets nobody read its clipboard while another window has the focus: then it is left as it is.
    }
  };
  return {
    async copy(text) {
      clearTimeout(timer);
      await clipboard.writeText(text);
      copied = text;
      timer = setTimeout(() => void forget(), keptMs);
    },
    dispose: () => void forget(),
  };
}
