// Reads a reply's body up to a limit. What a compressed reply grows to is counted, not what was sent: a gzip bomb is stopped on the way.

/** @param tooLarge what to throw when there is more */
export async function readCapped(
  body: NonNullable<Response["body"]>,
  largestBytes: number,
  tooLarge: () => Error,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by an error cancels the stream.
  const stream: AsyncIterable<Uint8Array> = body;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > largestBytes) throw tooLarge();
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
