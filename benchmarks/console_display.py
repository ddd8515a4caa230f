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
    """An RFB server on a port of this machine, or with `plain` one that skips the handshake."""

    def __init__(self, *, plain: bool = False) -> None:
        self._plain = plain
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
            if not self._plain:
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


class Copier:
    """Copy TCP to TCP with a thread for each direction: what any proxy costs at least."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            near, _peer = self._listener.accept()
            far = socket.create_connection(("127.0.0.1", self._target))
            for sock in (near, far):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_copy, args=(one, other), daemon=True).start()


def _copy(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        pass
    finally:
        other.close()


def main() -> None:
    """Serve a display, a plain source and a copier; say the ports, and end with standard input."""
    display, source = FakeDisplay(), FakeDisplay(plain=True)
    copier = Copier(source.port)
    print(display.port, copier.port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
