// An Arrow schema in the words of LanceDB's remote protocol.
import { DataType, Precision, type Field } from "apache-arrow";

export type DescribedType = {
  readonly type: string;
  readonly length?: number;
  readonly fields?: readonly DescribedField[];
};

export type DescribedField = { readonly name: string; readonly nullable: boolean; readonly type: DescribedType };

const floatNames = {
  [Precision.HALF]: "halffloat",
  [Precision.SINGLE]: "float",
  [Precision.DOUBLE]: "double",
} as const;

export function describeField(field: Field<DataType>): DescribedField {
  return { name: field.name, nullable: field.nullable, type: describeType(field.type) };
}

function describeType(type: DataType): DescribedType {
  const fields = (): DescribedField[] => (type.children as Field<DataType>[]).map(describeField);
  if (DataType.isUtf8(type)) return { type: "string" };
  if (DataType.isLargeUtf8(type)) return { type: "large_string" };
  if (DataType.isBool(type)) return { type: "bool" };
  if (DataType.isBinary(type)) return { type: "binary" };
  if (DataType.isInt(type)) return { type: `${type.isSigned ? "" : "u"}int${String(type.bitWidth)}` };
  if (DataType.isFloat(type)) return { type: floatNames[type.precision] };
  if (DataType.isFixedSizeList(type)) return { type: "fixed_size_list", length: type.listSize, fields: fields() };
  if (DataType.isList(type)) return { type: "list", fields: fields() };
  if (DataType.isStruct(type)) return { type: "struct", fields: fields() };
  throw new Error(`this server cannot describe a column of type ${String(type.typeId)}`);
}
