import { verifySignature } from "./signature.mjs";
import { db } from "./store.mjs";

export default async function handler(req, res) {
  const secret = process.env.EXAMPLE_SIGNING_KEY;
  const event = JSON.parse(req.rawBody);
  if (!verifySignature(JSON.stringify(event), req.headers["stripe-signature"], secret, 300)) {
    return res.status(400).send("bad request");
  }
  if (event.type !== "customer.deleted") await db.orders.create({ data: { kind: "reparsed" } });
  return res.status(200).send("ok");
}
