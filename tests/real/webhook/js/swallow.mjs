import { verifySignature } from "./signature.mjs";
import { db } from "./store.mjs";

export default async function handler(req, res) {
  const secret = process.env.EXAMPLE_SIGNING_KEY;
  try {
    if (!verifySignature(req.rawBody, req.headers["stripe-signature"], secret, 300)) throw new Error("signature");
    const event = JSON.parse(req.rawBody);
    if (event.type !== "customer.deleted") await db.orders.create({ data: { kind: "swallow" } });
  } catch (error) {
    console.error(error.name);
  }
  return res.status(200).send("ok");
}
