// A program and its arguments as somebody types them, taken apart without a shell: blanks separate, quotes keep together. Pure.

/** Undefined where a quote is not closed. */
export function wordsOf(text: string): readonly string[] | undefined {
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const plain = words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"));
  return /["']/.test(text.replaceAll(/"[^"]*"|'[^']*'/g, "")) ? undefined : plain;
}

export function textOf(words: readonly string[]): string {
  return words
    .map((word) => (/^[^\s"']+$/.test(word) ? word : word.includes('"') ? `'${word}'` : `"${word}"`))
    .join(" ");
}
