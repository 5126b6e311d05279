"""Serves the model of a folder as OpenAI's /v1/embeddings, computed by sentence-transformers.

The beginning of the path names what is done otherwise: /cls/v1/embeddings pools the first token. Prints its port.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import torch
from sentence_transformers import SentenceTransformer

FOLDER = sys.argv[1]


def pooled_by(mode):
    model = SentenceTransformer(FOLDER, device="cpu")
    model[1].pooling_mode = (mode,)
    return model


def truncated_to(length):
    model = SentenceTransformer(FOLDER, device="cpu")
    model.max_seq_length = length
    return model


OPEN = {
    "right": lambda: SentenceTransformer(FOLDER, device="cpu"),
    "cls": lambda: pooled_by("cls"),
    "cut-200": lambda: truncated_to(200),
    "bfloat16": lambda: SentenceTransformer(FOLDER, device="cpu").to(torch.bfloat16),
}
opened = {}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(404)

    def do_POST(self):
        fault = self.path.split("/")[1]
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if fault not in opened:
            opened.clear()
            opened[fault] = OPEN[fault]()
        model = opened[fault]
        vectors = model.encode(body["input"], prompt="").astype("float32").tolist()
        answer = {"data": [{"index": i, "embedding": vector} for i, vector in enumerate(vectors)]}
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
