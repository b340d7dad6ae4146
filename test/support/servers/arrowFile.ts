// Turns an Arrow IPC stream, which LanceDB's clients upload, into an Arrow IPC file, which embedded LanceDB takes.
// The record batches are copied as they are: they may be LZ4-compressed, which apache-arrow 18 cannot read.
import { RecordBatchReader } from "apache-arrow";
import { FileBlock, Footer } from "apache-arrow/ipc/metadata/file";
import { Message } from "apache-arrow/ipc/metadata/message";

const magic = Buffer.from("ARROW1");
const continuation = 0xffffffff;

/** Throws when the bytes are no Arrow stream. */
export function streamToFile(stream: Buffer): Buffer {
  const schema = RecordBatchReader.from(stream).open().schema;
  const start = Buffer.concat([magic, Buffer.alloc(2)]);
  const { batches, dictionaries, length } = findBlocks(stream, start.length);
  const footer = Footer.encode(new Footer(schema, undefined, batches, dictionaries));
  const footerLength = Buffer.alloc(4);
  footerLength.writeInt32LE(footer.length);
  const endOfStream = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
  return Buffer.concat([start, stream.subarray(0, length), endOfStream, footer, footerLength, magic]);
}

type Blocks = { readonly batches: FileBlock[]; readonly dictionaries: FileBlock[]; readonly length: number };

/** Where each message lies in the file, and where the last one ends in the stream. */
function findBlocks(stream: Buffer, shift: number): Blocks {
  const [batches, dictionaries]: [FileBlock[], FileBlock[]] = [[], []];
  let at = 0;
  while (at + 8 <= stream.length) {
    if (stream.readUInt32LE(at) !== continuation) throw new Error("the body is no Arrow IPC stream");
    const metadataLength = stream.readInt32LE(at + 4);
    if (metadataLength === 0) break;
    const message = Message.decode(stream.subarray(at + 8, at + 8 + metadataLength));
    const block = new FileBlock(8 + metadataLength, message.bodyLength, at + shift);
    if (message.isRecordBatch()) batches.push(block);
    if (message.isDictionaryBatch()) dictionaries.push(block);
    at += 8 + metadataLength + message.bodyLength;
  }
  if (at > stream.length) throw new Error("the Arrow IPC stream is cut off");
  return { batches, dictionaries, length: at };
}
