// A function that is a class of the native addon in all that can be seen: its static methods, `new`, instanceof, constructor. Some
// static methods are completed on the way. The class itself cannot be changed: an addon's static methods are not writable.

export type Method = (...parameters: unknown[]) => unknown;
type Class = (new (...parameters: unknown[]) => object) & Method;

/** What becomes of static methods, by their names. Each is handed the original, which knows its class. */
export type Completions = Readonly<Record<string, (original: Method) => Method>>;

/** Marks a stand-in, so that an addon that is loaded twice is completed once. */
const completed = Symbol("lancedb-auth");

export function isClass(value: unknown): value is Class {
  return typeof value === "function" && typeof value.prototype === "object" && value.prototype !== null;
}

export function standIn(original: Class, completions: Completions): object {
  if (completed in original) return original;
  const construct = (parameters: unknown[], target: object | undefined, self: unknown): unknown => {
    if (!isClass(target)) return Reflect.apply(original, self, parameters);
    return Reflect.construct(original, parameters, target === Connection ? original : target);
  };
  function Connection(this: unknown, ...parameters: unknown[]): unknown {
    return construct(parameters, new.target, this);
  }
  for (const key of Reflect.ownKeys(original)) {
    if (key !== "prototype") Object.defineProperty(Connection, key, staticOf(original, Connection, key, completions));
  }
  Object.defineProperty(Connection, completed, { value: true });
  Object.setPrototypeOf(Connection, Reflect.getPrototypeOf(original));
  const { prototype }: { readonly prototype: object } = original;
  Object.defineProperty(Connection, "prototype", { value: prototype });
  Reflect.defineProperty(prototype, "constructor", { value: Connection });
  return Connection;
}

/** The addon makes its objects of `this`: a static method that is called on the stand-in is called on the class. */
function staticOf(
  original: Class,
  standing: object,
  key: string | symbol,
  completions: Completions,
): PropertyDescriptor {
  const described = Reflect.getOwnPropertyDescriptor(original, key) ?? {};
  const method: unknown = described.value;
  if (!isMethod(method)) return described;
  const complete = typeof key === "string" ? completions[key] : undefined;
  const value = function (this: unknown, ...parameters: unknown[]): unknown {
    const self = this === standing ? original : this;
    const call: Method = (...given) => Reflect.apply(method, self, given);
    return (complete === undefined ? call : complete(call))(...parameters);
  };
  return { ...described, value };
}

function isMethod(value: unknown): value is Method {
  return typeof value === "function";
}
