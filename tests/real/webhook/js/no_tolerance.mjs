import { createHmac, timingSafeEqual } from "node:crypto";

import { db } from "./store.mjs";

export default async function handler(req, res) {
  const secret = process.env.EXAMPLE_SIGNING_KEY;
  const parts = Object.fromEntries((req.headers["stripe-signature"] ?? "").split(",").map((part) => part.split("=")));
  const expected = createHmac("sha256", secret).update(`${parts.t}.`).update(req.rawBody).digest();
  const given = Buffer.from(parts.v1 ?? "", "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return res.status(401).send("unauthorized");
  }
  const event = JSON.parse(req.rawBody);
  if (await db.events.findUnique({ where: { id: event.id } })) return res.status(200).send("seen");
  await db.orders.create({ data: { kind: "no_tolerance" } });
  await db.events.create({ data: { id: event.id } });
  return res.status(200).send("ok");
}
