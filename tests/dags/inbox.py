"""A mailbox on loopback: keeps what is sent to it."""

import email
import email.policy
import socketserver
import threading


class Mailbox:
    """Takes mail while it is open; `texts` are subject and body of each."""

    def __init__(self) -> None:
        mailbox = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 mailbox\r\n")
                for line in self.rfile:
                    word = line[:4].upper()
                    if word == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        data = b""
                        while (more := self.rfile.readline()) != b".\r\n":
                            data += more
                        mailbox.messages.append(data)
                    self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
                    if word == b"QUIT":
                        return

        self.messages: list[bytes] = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def texts(self) -> list[str]:
        found = []
        for message in self.messages:
            read = email.message_from_bytes(message, policy=email.policy.default)
            parts = [part.get_content() for part in read.walk() if part.get_content_maintype() == "text"]
            found.append("\n".join([read["subject"], *parts]))
        return found

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
