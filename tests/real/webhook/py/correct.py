import json
import os

from signature import verify_signature
from store import events, orders

SECRET = os.environ["EXAMPLE_SIGNING_KEY"]


def handler(request):
    if request.method != "POST":
        return "post", 405
    raw = request.get_data()
    header = request.headers.get("Stripe-Signature", "")
    if not verify_signature(raw, header, SECRET, 300):
        return "bad request", 400
    event = json.loads(raw)
    if event["type"] != "checkout.session.completed":
        return "ok", 200
    if events.find_one(event["id"]):
        return "seen", 200
    orders.insert_one({"kind": "correct"})
    events.insert_one(event["id"])
    return "ok", 200
