// A strangers at a broker's door in a process of its own, so that its work is not in the times of the one who measures. Arguments: the
// socket, how many, and what each says. Prints a line once all stand there, and goes when its standard input ends.
import { standAtTheDoor } from "./brokerLoad.ts";

const [socketPath = "", count = "0", text = ""] = process.argv.slice(2);
await standAtTheDoor(socketPath, Number(count), text);
console.log("they stand there");
process.stdin.resume().on("end", () => process.exit(0));
