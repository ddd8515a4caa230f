"""A display without a guest: after the handshake it floods, or gives back what it hears."""

import os
import socket
import struct
import sys
import threading

INIT = struct.pack(">HH16sI", 640, 480, bytes(16), 4) + b"fake"
BLOCK = os.urandom(64 * 1024)
FLOOD = struct.pack(">BBHHHH", 3, 0, 0, 0, 640, 480)  # a browser asks for the screen; else: echo


class FakeDisplay:
    """An RFB server on a port of this machine."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            connection, _peer = self._listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            _greet(connection)
            while data := connection.recv(65536):
                if data.startswith(FLOOD[:1]):
                    while True:
                        connection.sendall(BLOCK)
                connection.sendall(data)
        except OSError:
            connection.close()


def _greet(connection: socket.socket) -> None:
    connection.sendall(b"RFB 003.008\n")
    connection.recv(12)
    connection.sendall(b"\x01\x01")
    connection.recv(1)
    connection.sendall(b"\0\0\0\0")
    connection.recv(1)
    connection.sendall(INIT)


def main() -> None:
    """Serve a display; say its port, and end with standard input."""
    print(FakeDisplay().port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
