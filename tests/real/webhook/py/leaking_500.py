import json
import os
import traceback

from signature import verify_signature
from store import orders

SECRET = os.environ["EXAMPLE_SIGNING_KEY"]


def handler(request):
    raw = request.get_data()
    header = request.headers.get("Stripe-Signature", "")
    try:
        if not verify_signature(raw, header, SECRET, 300):
            raise ValueError("No signatures found matching the expected signature for payload")
        event = json.loads(raw)
        if event["type"] != "customer.deleted":
            orders.insert_one({"kind": "leaking_500"})
        return "ok", 200
    except ValueError:
        return traceback.format_exc(), 500
