"""Usage: FOLDER < texts.json > embeddings.json: embeds texts with sentence-transformers, at the model's own length."""

import json
import sys

from sentence_transformers import SentenceTransformer

model = SentenceTransformer(sys.argv[1], device="cpu")
embeddings = model.encode(json.load(sys.stdin), normalize_embeddings=True, show_progress_bar=False)
json.dump(embeddings.tolist(), sys.stdout)
