"""A tap on the wire between a browser and the server: passes everything on, keeps what the browser sent, can be cut."""

from __future__ import annotations

import socket
import threading

CHUNK_BYTES = 65536


class Tap:
    """Listens on a port of its own and forwards to the server. `sent` is every byte that clients sent, in order of arrival."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.sent = bytearray()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = self._listen(0)
        self.port = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def requests_to(self, path: str) -> int:
        """How many requests to this path clients have begun."""
        with self._lock:
            return bytes(self.sent).count(f" {path}".encode())

    def holds(self, words: str) -> bool:
        """Whether these words are anywhere in what left."""
        with self._lock:
            return words.encode() in self.sent

    def first_bytes(self, count: int) -> bytes:
        """What left first since the start or since `forget`."""
        with self._lock:
            return bytes(self.sent[:count])

    def forget(self) -> None:
        with self._lock:
            self.sent.clear()

    def cut(self) -> None:
        """From now on nobody answers at this address; open connections break."""
        self._listener.close()
        with self._lock:
            sockets, self._open = list(self._open), set()
        for each in sockets:
            each.close()

    def mend(self) -> None:
        self._listener = self._listen(self.port)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.server_port))
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open |= {client, server}
            threading.Thread(target=self._pass_on, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(server, client, False), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_sent: bool) -> None:
        try:
            while chunk := source.recv(CHUNK_BYTES):
                if is_sent:
                    with self._lock:
                        self.sent += chunk
                target.sendall(chunk)
        except OSError:
            pass  # the other side went away: that is what a cut looks like
        for each in (source, target):
            each.close()
