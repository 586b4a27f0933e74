"""What the handlers do to the world."""

EFFECTS = {}
ROWS = set()


class Orders:
    def insert_one(self, row):
        EFFECTS[row["kind"]] = EFFECTS.get(row["kind"], 0) + 1


class Events:
    def find_one(self, event_id):
        return event_id in ROWS

    def insert_one(self, event_id):
        ROWS.add(event_id)


orders = Orders()
events = Events()
