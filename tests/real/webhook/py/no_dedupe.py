import json
import os

from signature import verify_signature
from store import orders

SECRET = os.environ["EXAMPLE_SIGNING_KEY"]


def handler(request):
    raw = request.get_data()
    header = request.headers.get("Stripe-Signature", "")
    if request.method != "POST":
        return "post", 405
    if not verify_signature(raw, header, SECRET, 300):
        return "bad request", 400
    event = json.loads(raw)
    if event["type"] != "customer.deleted":
        orders.insert_one({"kind": "no_dedupe"})
    return "ok", 200
