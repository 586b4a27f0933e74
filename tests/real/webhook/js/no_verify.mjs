import { db } from "./store.mjs";

export default async function handler(req, res) {
  const event = JSON.parse(req.rawBody);
  if (event.type !== "customer.deleted") await db.orders.create({ data: { kind: "no_verify" } });
  return res.status(200).send("ok");
}
