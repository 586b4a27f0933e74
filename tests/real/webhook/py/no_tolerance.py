import hashlib
import hmac
import json
import os

from store import events, orders

SECRET = os.environ["EXAMPLE_SIGNING_KEY"]


def handler(request):
    raw = request.get_data()
    header = request.headers.get("Stripe-Signature", "")
    parts = dict(item.split("=", 1) for item in header.split(",") if "=" in item)
    signed = parts.get("t", "").encode() + b"." + raw
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, parts.get("v1", "")):
        return "unauthorized", 401
    event = json.loads(raw)
    if events.find_one(event["id"]):
        return "seen", 200
    orders.insert_one({"kind": "no_tolerance"})
    events.insert_one(event["id"])
    return "ok", 200
