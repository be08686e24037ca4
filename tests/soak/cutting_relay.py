"""A line between client and server that breaks after so many bytes: by a reset, by silence, by the server's death."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset


class CuttingRelay:
    """Passes connections on to a port of this machine, and cuts them at the given counts of bytes sent up."""

    def __init__(self, port: int, cuts: list[int], on_cut: Callable[[int], None]) -> None:
        self.target = port
        self.cuts = list(cuts)
        self.made = 0
        self.passed = 0
        self.on_cut = on_cut
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            threading.Thread(target=self._up, args=(client, server), daemon=True).start()
            threading.Thread(target=self._down, args=(server, client), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := client.recv(65536):
                server.sendall(piece)
                if self._due(len(piece)):
                    self._cut(client, server)
                    return
            server.shutdown(socket.SHUT_WR)

    def _due(self, count: int) -> bool:
        with self._lock:
            self.passed += count
            if not self.cuts or self.passed < self.cuts[0]:
                return False
            self.cuts.pop(0)
            self.made += 1
            return True

    def _cut(self, client: socket.socket, server: socket.socket) -> None:
        for line in (client, server):
            if self.made % 2:  # every other cut is a plain close
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self.on_cut(self.made)

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := server.recv(65536):
                client.sendall(piece)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._socket.close()
