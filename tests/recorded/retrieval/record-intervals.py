"""Records confidence intervals computed by scipy and numpy: python record-intervals.py > intervals.json"""

import json

import numpy as np
from scipy import stats

SHARES = [(4, 4), (0, 4), (1, 1), (3, 7), (29, 30), (81, 144), (104, 144), (77, 144)]
DEGREES = [2, 3, 4, 5, 9, 17, 29, 143]

# Differences of questions of 18 documents: more are found (1) than lost (-1), and documents differ.
random = np.random.default_rng(1)
documents = []
for _ in range(18):
    chance = random.beta(1, 5)
    documents.append(random.choice([1, -1, 0], size=random.integers(2, 14), p=[chance, 0.04, 0.96 - chance]).tolist())


def by_document(groups, resamples=100_000):
    """The percentile interval of resampled documents, with two added questions and the tails of Student's t."""
    tail = stats.norm.cdf(-np.sqrt(len(groups) / (len(groups) - 1)) * stats.t.ppf(0.975, len(groups) - 1))
    extended = [*groups, [np.sqrt(0.5)], [-np.sqrt(0.5)]]
    sums, counts = np.array([[sum(group), len(group)] for group in extended]).T
    drawn = random.integers(len(extended), size=(resamples, len(extended)))
    means = sums[drawn].sum(1) / counts[drawn].sum(1)
    return np.quantile(means, [tail, 1 - tail]).tolist()


def wilson(found, of):
    interval = stats.binomtest(found, of).proportion_ci(method="wilson")
    return {"found": found, "of": of, "low": interval.low, "high": interval.high}


json.dump(
    {
        "wilson": [wilson(*share) for share in SHARES],
        "t": {str(degrees): stats.t.ppf(0.975, degrees) for degrees in DEGREES},
        "documents": documents,
        "byDocument": by_document(documents),
        "byQuestion": by_document([[value] for document in documents for value in document]),
    },
    indent=1,
    fp=__import__("sys").stdout,
)
