import json

from store import orders


def handler(request):
    event = json.loads(request.get_data())
    if event["type"] != "customer.deleted":
        orders.insert_one({"kind": "no_verify"})
    return "ok", 200
