"""A page on another site that puts our player into a frame: served from another host, as the world outside is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def page_with(body: str) -> Iterator[str]:
    """Serve one page at an address on 127.0.0.1, which no browser takes for the same site as localhost."""

    class OnePage(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = f"<!DOCTYPE html><html lang=en><title>A diary</title><h1>A diary</h1>{body}</html>".encode()
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name for it)
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), OnePage)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
