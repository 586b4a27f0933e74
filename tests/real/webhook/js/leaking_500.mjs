import { verifySignature } from "./signature.mjs";
import { db } from "./store.mjs";

export default async function handler(req, res) {
  const secret = process.env.EXAMPLE_SIGNING_KEY;
  try {
    if (!verifySignature(req.rawBody, req.headers["stripe-signature"], secret, 300)) {
      throw new Error("No signatures found matching the expected signature for payload");
    }
    const event = JSON.parse(req.rawBody);
    if (event.type !== "customer.deleted") await db.orders.create({ data: { kind: "leaking_500" } });
    return res.status(200).send("ok");
  } catch (error) {
    return res.status(500).send(error.stack);
  }
}
