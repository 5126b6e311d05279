"""Serves the model of a folder as OpenAI's /v1/embeddings, computed by SentenceTransformer.encode with its defaults.

One request is embedded at a time, as encode uses all threads; connections are kept. Prints its port.
"""

import base64
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from sentence_transformers import SentenceTransformer

FOLDER, THREADS = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(THREADS)
model = SentenceTransformer(FOLDER, device="cpu")
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Else the answer waits for the acknowledgement of its headers.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with lock:
            vectors = model.encode(body["input"], prompt="", show_progress_bar=False)
        data = [
            {"object": "embedding", "index": i, "embedding": base64.b64encode(vector.tobytes()).decode()}
            for i, vector in enumerate(vectors)
        ]
        content = json.dumps({"object": "list", "data": data, "model": body["model"]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"port {server.server_address[1]}", file=sys.stderr, flush=True)
server.serve_forever()
