import { verifySignature } from "./signature.mjs";
import { db } from "./store.mjs";

export default async function handler(req, res) {
  if (req.method !== "POST") return res.status(405).send("post");
  const secret = process.env.EXAMPLE_SIGNING_KEY;
  if (!secret) return res.status(500).send("error");
  if (!verifySignature(req.rawBody, req.headers["stripe-signature"], secret, 300)) {
    return res.status(400).send("bad request");
  }
  const event = JSON.parse(req.rawBody);
  if (event.type !== "checkout.session.completed") return res.status(200).send("ok");
  if (await db.events.findUnique({ where: { id: event.id } })) return res.status(200).send("seen");
  await db.orders.create({ data: { kind: "correct" } });
  await db.events.create({ data: { id: event.id } });
  return res.status(200).send("ok");
}
