"""Runs the handlers beside it, one a path, on a port of the system's choice.

GET /effects/KIND answers with the number of events that have taken effect.
"""

import importlib
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from store import EFFECTS

KINDS = {kind: importlib.import_module(kind).handler for kind in sys.argv[1:]}


class Request:
    def __init__(self, method, headers, raw):
        self.method = method
        self.headers = headers
        self.raw = raw

    def get_data(self):
        return self.raw


class Endpoint(BaseHTTPRequestHandler):
    def answer(self):
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        _, place, kind = (self.path + "//").split("/")[:3]
        text, status = "nothing here", 404
        if place == "effects":
            text, status = str(EFFECTS.get(kind, 0)), 200
        elif place == "hooks" and kind in KINDS:
            try:
                text, status = KINDS[kind](Request(self.command, self.headers, raw))
            except Exception:
                text, status = "error", 500
        body = text.encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
print(f"listening on {server.server_address[1]}", flush=True)
server.serve_forever()
