"""Records the values of sentence-transformers' losses for fixed embeddings, and their gradients with respect to these.

    pip install torch sentence-transformers
    python tests/recorded/losses/record.py

Writes figures.json beside this script: `rows`, the embeddings (queries, then positives, then hard negatives; not
normalised), and for each variant how many of them it uses, its loss and its gradient. Known positives are masked in plain
PyTorch: sentence-transformers does not mask them.
"""

import json
from pathlib import Path

import torch
from sentence_transformers.sentence_transformer.losses import GISTEmbedLoss, MatryoshkaLoss, MultipleNegativesRankingLoss

HERE = Path(__file__).parent
QUERIES, WIDTH, SCALE = 5, 12, 20.0
KNOWN = [(0, 3), (2, 1), (4, 7)]
SYMMETRIC = {"directions": ("query_to_doc", "doc_to_query"), "partition_mode": "per_direction"}


class FixedEmbeddings(torch.nn.Module):
    """A model whose input is its output, normalised."""

    tokenizer = None

    def forward(self, features):
        return {"sentence_embedding": torch.nn.functional.normalize(features["rows"], dim=-1)}

    def get_embedding_dimension(self):
        return WIDTH


class Guided(GISTEmbedLoss):
    """GISTEmbedLoss with the model as its guide: a document that scores higher than the positive by more than the margin
    is ignored as a false negative."""

    def __init__(self, model, margin):
        torch.nn.Module.__init__(self)
        self.model = self.guide = model
        self.temperature, self.margin, self.margin_strategy = 1 / SCALE, -margin, "absolute"
        self.contrast_anchors = self.contrast_positives = self.must_retokenize = self.gather_across_devices = False
        self.similarity_fct = torch.nn.CosineSimilarity(dim=-1)
        self.cross_entropy_loss = torch.nn.CrossEntropyLoss()


def masked_loss(columns, known):
    queries, *documents = [torch.nn.functional.normalize(column["rows"], dim=-1) for column in columns]
    scores = queries @ torch.cat(documents).T * SCALE
    for query, document in known:
        scores[query, document] = -torch.inf
    return torch.nn.functional.cross_entropy(scores, torch.arange(QUERIES))


def main():
    torch.manual_seed(5)
    model = FixedEmbeddings()
    # Close to each other, so that some negatives score higher than the positives.
    centre = torch.randn(WIDTH)
    columns = [centre + 0.8 * torch.randn(QUERIES, WIDTH) for _ in range(4)]
    ranking = lambda **options: MultipleNegativesRankingLoss(model, scale=SCALE, **options)
    nested = lambda weights, **options: MatryoshkaLoss(model, ranking(**options), [WIDTH, 6, 3], matryoshka_weights=weights)
    variants = {
        "pairs": (2, {}, ranking()),
        "hard negatives": (4, {}, ranking()),
        "symmetric": (2, {"symmetric": True}, ranking(**SYMMETRIC)),
        "symmetric, hard negatives": (4, {"symmetric": True}, ranking(**SYMMETRIC)),
        "false negatives by margin": (3, {"falseNegativeMargin": 0.1}, Guided(model, 0.1)),
        "matryoshka": (2, {"matryoshka": [WIDTH, 6, 3]}, nested(None)),
        "matryoshka, weighted": (
            4,
            {"symmetric": True, "matryoshka": [WIDTH, 6, 3], "matryoshkaWeights": [1, 0.5, 0.25]},
            nested([1, 0.5, 0.25], **SYMMETRIC),
        ),
        "known positives": (4, {"known": KNOWN}, lambda features, _: masked_loss(features, KNOWN)),
    }
    recorded = []
    for name, (used, options, loss) in variants.items():
        rows = [column.clone().requires_grad_() for column in columns[:used]]
        value = loss([{"rows": row} for row in rows], None)
        value.backward()
        gradient = torch.cat([row.grad for row in rows])
        recorded.append({"name": name, **options, "rows": used * QUERIES, "loss": value.item(), "gradient": gradient.flatten().tolist()})
    figures = {"queries": QUERIES, "width": WIDTH, "scale": SCALE, "rows": torch.cat(columns).flatten().tolist(), "variants": recorded}
    (HERE / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
