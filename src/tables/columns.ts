// A table's columns as LanceDB's remote protocol describes them: their types in words, and which of them hold vectors. Pure.

export interface Column {
  readonly name: string;
  /** "string", "fixed_size_list<float>[4]" */
  readonly type: string;
  readonly nullable: boolean;
  /** The length of the vectors; absent where the column holds none. */
  readonly dimensions?: number;
  /** Bytes of any size: a preview does not fetch them. */
  readonly isBinary: boolean;
}

export interface TableDescription {
  readonly version: number | undefined;
  readonly columns: readonly Column[];
}

const floats = /^(halffloat|float|float16|float32|double|float64|bfloat16)$/;
const bytes = /^(u?int8)$/;

/** Reads a field of the schema; undefined where it is none. Deep nesting is cut, whatever a server sends. */
export function columnFrom(value: unknown): Column | undefined {
  const field = membersOf(value);
  const { name, type, nullable } = field;
  if (typeof name !== "string") return undefined;
  const dimensions = dimensionsOf(type);
  const column = {
    name,
    type: typeText(type),
    nullable: nullable !== false,
    isBinary: /^(large_|fixed_size_)?binary|blob/.test(nameOf(type)),
  };
  return dimensions === undefined ? column : { ...column, dimensions };
}

export function vectorColumns(columns: readonly Column[]): readonly Column[] {
  return columns.filter(({ dimensions }) => dimensions !== undefined);
}

/** "vector (4)", "text_vector (768), image_vector (512)"; empty where there is none. */
export function vectorText(columns: readonly Column[]): string {
  return vectorColumns(columns)
    .map(({ name, dimensions }) => `${name} (${String(dimensions ?? 0)})`)
    .join(", ");
}

/** Lance searches in fixed-size lists of floats, and of bytes for binary vectors. */
function dimensionsOf(type: unknown): number | undefined {
  if (nameOf(type) !== "fixed_size_list") return undefined;
  const { length, fields } = membersOf(type);
  const item = Array.isArray(fields) ? nameOf(membersOf(fields[0])["type"]) : "";
  return typeof length === "number" && (floats.test(item) || bytes.test(item)) ? length : undefined;
}

function typeText(type: unknown, depth = 0): string {
  const name = nameOf(type);
  const { length, fields } = membersOf(type);
  if (!Array.isArray(fields) || fields.length === 0) return name === "" ? "unknown" : name;
  if (depth === 3) return `${name}<…>`;
  const isStruct = name === "struct";
  const inner = fields.slice(0, 20).map((field: unknown) => {
    const { name: member, type: inside } = membersOf(field);
    const text = typeText(inside, depth + 1);
    return isStruct && typeof member === "string" ? `${member}: ${text}` : text;
  });
  const size = typeof length === "number" ? `[${String(length)}]` : "";
  return `${name}<${inner.join(", ")}${fields.length > 20 ? ", …" : ""}>${size}`;
}

/** A type is an object with a name in "type"; older servers send the name alone. */
function nameOf(type: unknown): string {
  const name = typeof type === "string" ? type : membersOf(type)["type"];
  return typeof name === "string" ? name : "";
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
