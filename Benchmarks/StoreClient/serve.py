"""Serves the files of a directory over HTTP/1.1 with sendfile(2); prints its port."""
import os
import socket
import sys

directory = sys.argv[1]
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    peer, _ = listener.accept()
    with peer:
        request = b""
        while b"\r\n\r\n" not in request:
            more = peer.recv(65536)
            if not more:
                break
            request += more
        else:
            name = os.path.basename(request.split(b" ")[1].decode())
            with open(os.path.join(directory, name), "rb") as file:
                size = os.fstat(file.fileno()).st_size
                peer.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size)
                try:
                    peer.sendfile(file)
                except OSError:
                    pass
