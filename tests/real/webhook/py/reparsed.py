import json
import os

from signature import verify_signature
from store import orders

SECRET = os.environ["EXAMPLE_SIGNING_KEY"]


def handler(request):
    raw = request.get_data()
    header = request.headers.get("Stripe-Signature", "")
    event = json.loads(raw)
    again = json.dumps(event, separators=(",", ":")).encode()
    if not verify_signature(again, header, SECRET, 300):
        return "bad request", 400
    if event["type"] != "customer.deleted":
        orders.insert_one({"kind": "reparsed"})
    return "ok", 200
