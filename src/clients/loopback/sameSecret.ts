// Compares two secrets in a time that tells nothing about either.
import { createHash, timingSafeEqual } from "node:crypto";

export function isSameSecret(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
