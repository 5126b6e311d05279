"""Usage: FOLDER < texts.json > rows.json: the rows that sentence-transformers makes of texts, in batches and at its own length."""

import json
import sys

from sentence_transformers import SentenceTransformer

model = SentenceTransformer(sys.argv[1], device="cpu")
rows = model.encode(json.load(sys.stdin), normalize_embeddings=True, show_progress_bar=False)
json.dump(rows.tolist(), sys.stdout)
