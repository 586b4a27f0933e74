import { createHmac, timingSafeEqual } from "node:crypto";

/** Signed as `t=…,v1=…` with this key, at most `tolerance` seconds ago (none: whenever). */
export function verifySignature(raw, header, secret, tolerance) {
  const parts = Object.fromEntries((header ?? "").split(",").map((part) => part.split("=")));
  if (!parts.t || !parts.v1) return false;
  if (tolerance && Math.abs(Date.now() / 1000 - Number(parts.t)) > tolerance) return false;
  const expected = createHmac("sha256", secret).update(`${parts.t}.`).update(raw).digest();
  const given = Buffer.from(parts.v1, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
