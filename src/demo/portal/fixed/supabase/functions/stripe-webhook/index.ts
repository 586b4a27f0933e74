import Stripe from "npm:stripe@18";
import { createClient } from "npm:@supabase/supabase-js@2";

const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const secret = Deno.env.get("STRIPE_WEBHOOK_SECRET")!;
const database = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);

Deno.serve(async (request) => {
  if (request.method !== "POST") return new Response("method not allowed", { status: 405 });
  const signature = request.headers.get("stripe-signature");
  if (!signature) return new Response("unsigned", { status: 400 });

  const body = await request.text();
  let event: Stripe.Event;
  try {
    event = await stripe.webhooks.constructEventAsync(body, signature, secret);
  } catch {
    return new Response("bad signature", { status: 400 });
  }

  // The provider repeats events: what is done is recorded, and the primary key keeps it once.
  const { data: done, error: unread } = await database.from("stripe_events").select("id").eq("id", event.id).maybeSingle();
  if (unread) return new Response("try again", { status: 500 });
  if (done) return new Response("already done", { status: 200 });

  if (event.type === "checkout.session.completed") {
    const session = event.data.object as Stripe.Checkout.Session;
    // A bank debit completes the checkout days before it pays.
    if (session.payment_status === "paid") {
      const { error } = await database.from("profiles").update({ plan: "paid" }).eq("email", session.customer_email);
      if (error) return new Response("try again", { status: 500 });
    }
  }
  const { error: unkept } = await database.from("stripe_events").upsert({ id: event.id });
  if (unkept) return new Response("try again", { status: 500 });
  return new Response("ok", { status: 200 });
});
