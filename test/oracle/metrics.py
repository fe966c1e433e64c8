"""Writes metrics.json beside this file: random cases for the metrics with values from public libraries.

Requirements (Python 3.11 or later):
    numpy==2.4.6
    scipy==1.17.1
    scikit-learn==1.9.1
    imbalanced-learn==0.14.2
    fairlearn==0.15.0
    baycomp==1.0.3

    python -m venv oracle && oracle/bin/pip install numpy==2.4.6 ... && oracle/bin/python test/oracle/metrics.py

Values are rounded to 12 significant digits; NaN is written as null, infinity as a string. Inputs are short decimals, so that Python and JavaScript
read the same numbers.
"""

import json
import math
import warnings
from fractions import Fraction
from pathlib import Path

import baycomp
import numpy as np
from fairlearn.metrics import equal_opportunity_difference, equalized_odds_difference
from imblearn.metrics import geometric_mean_score, specificity_score
from scipy import integrate, stats
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20210403)


def digits(value):
    """The value with 12 significant digits; JSON has no word for NaN, here null, and Infinity, here a string."""
    if isinstance(value, dict):
        return {key: digits(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [digits(entry) for entry in value]
    if isinstance(value, (bool, str)) or value is None:
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    value = float(value)
    if not math.isfinite(value):
        return "Infinity" if value == math.inf else None
    return int(value) if value.is_integer() and abs(value) < 2**53 else float(f"{value:.12g}")


# Binary scores -------------------------------------------------------------------------------------------------------------

BINARY_KINDS = ["ordinary", "ties", "coarse", "constant", "allPositive", "allNegative", "logits", "rare", "separated", "single"]


def binary_input(kind):
    n = 1 if kind == "single" else int(rng.integers(2, 45))
    prior = 0.08 if kind == "rare" else rng.uniform(0.15, 0.85)
    labels = (rng.uniform(size=n) < prior).astype(int)
    if kind == "allPositive":
        labels[:] = 1
    if kind == "allNegative":
        labels[:] = 0
    logits = 1.2 * (2 * labels - 1) + 1.5 * rng.normal(size=n)
    if kind == "separated":
        logits = (2 * labels - 1) * rng.uniform(0.1, 4, size=n)
    if kind == "logits":
        return labels, np.round(logits, 1), float(np.round(rng.normal(), 1))
    scores = 1 / (1 + np.exp(-logits))
    scores = np.round(scores, {"ties": 1, "coarse": 1}.get(kind, 3))
    if kind == "coarse":
        scores = np.round(scores * 2, 0) / 2
    if kind == "constant":
        scores[:] = round(float(rng.uniform()), 2)
    threshold = float(rng.choice([0.5, round(float(rng.uniform()), 2), float(scores[0])]))
    return labels, scores, threshold


def calibration(labels, scores, bins, strategy):
    """l1, l2 and max calibration error from scikit-learn's curve, with the counts of its bins; None where a score sits on an
    edge so closely that rounding decides its bin."""
    if strategy == "uniform":
        exact = [Fraction(i, bins) for i in range(bins + 1)]
        edges = np.linspace(0, 1, bins + 1)
    else:
        order = sorted(Fraction(str(score)) for score in scores)
        exact = []
        for i in range(bins + 1):
            below, rest = divmod(i * (len(order) - 1), bins)
            exact.append(order[below] + Fraction(rest, bins) * (order[min(below + 1, len(order) - 1)] - order[below]))
        edges = np.percentile(scores, np.linspace(0, 1, bins + 1) * 100)
    found = np.searchsorted(edges[1:-1], scores)
    wanted = [sum(edge < Fraction(str(score)) for edge in exact[1:-1]) for score in scores]
    if list(found) != wanted:
        return None
    true, predicted = calibration_curve(labels, scores, pos_label=1, n_bins=bins, strategy=strategy)
    counts = np.bincount(found, minlength=bins)
    shares = counts[counts > 0] / len(scores)
    gap = np.abs(true - predicted)
    return [np.sum(shares * gap), np.sqrt(np.sum(shares * gap**2)), np.max(gap)]


def specificity(labels, called):
    """The recall of the negatives. imbalanced-learn agrees but says 0 where nothing is or is called positive."""
    value = sk.recall_score(labels, called, pos_label=0, average="binary", zero_division=0)
    if labels.any() or called.any():
        assert value == specificity_score(labels, called, labels=[0, 1], average="binary")
    return value


def binary_case(index):
    kind = BINARY_KINDS[index % len(BINARY_KINDS)]
    labels, scores, threshold = binary_input(kind)
    called = (scores >= threshold).astype(int)
    both = 0 < labels.sum() < len(labels)
    positive = dict(pos_label=1, average="binary", zero_division=0)
    want = {
        "precision": sk.precision_score(labels, called, **positive),
        "recall": sk.recall_score(labels, called, **positive),
        "specificity": specificity(labels, called),
        "fHalf": sk.fbeta_score(labels, called, beta=0.5, **positive),
        "fOne": sk.fbeta_score(labels, called, beta=1, **positive),
        "fTwo": sk.fbeta_score(labels, called, beta=2, **positive),
        "csi": sk.jaccard_score(labels, called, **positive),
        "accuracy": sk.accuracy_score(labels, called),
        "balancedAccuracy": sk.balanced_accuracy_score(labels, called),
        "gMean": geometric_mean_score(labels, called, labels=[0, 1], average="binary"),
        "mcc": sk.matthews_corrcoef(labels, called),
        "kappa": sk.cohen_kappa_score(labels, called, labels=[0, 1]),
        # Undefined here where a class has no sample; scikit-learn leaves that class out instead.
        "tss": sk.balanced_accuracy_score(labels, called, adjusted=True) if both else None,
        "areaUnderRoc": sk.roc_auc_score(labels, scores),
        # Undefined here without a positive; scikit-learn says 0.
        "averagePrecision": sk.average_precision_score(labels, scores) if labels.any() else None,
    }
    if kind != "logits":
        bins = int(rng.integers(1, 16))
        want["brier"] = sk.brier_score_loss(labels, scores, pos_label=1) if both else np.mean((scores - labels) ** 2)
        want["calibration"] = {"bins": bins}
        for strategy in ["uniform", "quantile"]:
            errors = calibration(labels, scores, bins, strategy)
            if errors is not None:
                want["calibration"][strategy] = errors
    if index % 3 == 0:
        false_rates, true_rates, thresholds = sk.roc_curve(labels, scores, drop_intermediate=False)
        precisions, recalls, rising = sk.precision_recall_curve(labels, scores)
        want["roc"] = [false_rates, true_rates, thresholds[1:]]
        # Without a positive scikit-learn sets the recalls to 1; here they are undefined.
        want["pr"] = [precisions, recalls if labels.any() else [None] * len(rising) + [0], rising]
        want["prArea"] = sk.auc(recalls, precisions) if labels.any() else None
    return {"kind": kind, "scores": scores, "labels": labels, "threshold": threshold, "want": want}


# Multiclass ----------------------------------------------------------------------------------------------------------------


def multiclass_case(index):
    classes = int(rng.integers(2, 7))
    n = int(rng.integers(1, 40))
    weights = rng.dirichlet(np.full(classes, 0.5))
    labels = rng.choice(classes, size=n, p=weights)
    right = rng.uniform(size=n) < rng.uniform(0.2, 0.95)
    predictions = np.where(right, labels, rng.integers(0, classes, size=n))
    if index % 10 == 0:
        predictions[:] = rng.integers(classes)
    if index % 10 == 1:
        labels[:] = rng.integers(classes)
    beta = float(rng.choice([0.5, 1, 2]))
    every = list(range(classes))

    def scores(average, zero_division):
        options = dict(labels=every, average=average, zero_division=zero_division)
        return [
            sk.precision_score(labels, predictions, **options),
            sk.recall_score(labels, predictions, **options),
            sk.fbeta_score(labels, predictions, beta=beta, **options),
        ]

    averages = ["macro", "micro", "weighted"]
    return {
        "classes": classes,
        "labels": labels,
        "predictions": predictions,
        "beta": beta,
        "want": {
            "matrix": sk.confusion_matrix(labels, predictions, labels=every),
            "perClass": scores(None, 0),
            "perClassAccuracy": sk.recall_score(labels, predictions, labels=every, average=None, zero_division=np.nan),
            "zero": {average: scores(average, 0) for average in averages},
            "skipped": {average: scores(average, np.nan) for average in averages},
            "specificity": [specificity_score(labels, predictions, labels=every, average=a) for a in [None, *averages]],
            "accuracy": sk.accuracy_score(labels, predictions),
            "balancedAccuracy": sk.balanced_accuracy_score(labels, predictions),
            "gMean": geometric_mean_score(labels, predictions),
            "gMeanCorrected": geometric_mean_score(labels, predictions, correction=0.01),
            "mcc": sk.matthews_corrcoef(labels, predictions),
            "kappa": sk.cohen_kappa_score(labels, predictions, labels=every),
        },
    }


def probability_case(_):
    classes, n = int(rng.integers(2, 5)), int(rng.integers(2, 15))
    labels = rng.integers(0, classes, size=n)
    grid = rng.multinomial(10, rng.dirichlet(np.ones(classes)), size=n)
    probabilities = grid / 10
    top = probabilities.max(axis=1)
    right = (probabilities.argmax(axis=1) == labels).astype(int)
    want = {
        "argmax": probabilities.argmax(axis=1),
        "brier": sk.brier_score_loss(labels, probabilities, labels=list(range(classes)), scale_by_half=False),
        "topLabel": calibration(right, top, 7, "uniform"),
    }
    return {"classes": classes, "labels": labels, "probabilities": probabilities.ravel(), "want": want}


# Groups --------------------------------------------------------------------------------------------------------------------


def group_case(index):
    groups_of = int(rng.integers(2, 5))
    n = int(rng.integers(4, 70))
    labels = (rng.uniform(size=n) < rng.uniform(0.2, 0.8)).astype(int)
    groups = rng.choice(groups_of, size=n, p=rng.dirichlet(np.full(groups_of, 3.0)))
    predictions = np.where(rng.uniform(size=n) < 0.75, labels, 1 - labels)
    if index % 8 == 0:
        predictions[:] = 1
    cells = [[(labels == k) & (groups == g) for g in range(groups_of)] for k in range(2)]
    errors = [[1 - sk.accuracy_score(labels[c], predictions[c]) if c.any() else np.nan for c in row] for row in cells]
    want = {"errors": errors, "worst": np.nanmax(errors), "opportunity": None, "odds": None}
    if all(c.any() for c in cells[1]):
        want["opportunity"] = equal_opportunity_difference(labels, predictions, sensitive_features=groups)
    if all(c.any() for row in cells for c in row):
        want["odds"] = {
            "max": equalized_odds_difference(labels, predictions, sensitive_features=groups, agg="worst_case"),
            "mean": equalized_odds_difference(labels, predictions, sensitive_features=groups, agg="mean"),
        }
    return {"labels": labels, "predictions": predictions, "groups": groups, "count": groups_of, "want": want}


# Statistics ----------------------------------------------------------------------------------------------------------------

PAIRED_KINDS = ["continuous", "ties", "zeros", "long", "continuous"]


def wilcoxon_values(differences, kind):
    """Two-sided, greater and less p-values: exact by scipy's table or, with ties or zeros, by all sign patterns; normal."""
    exact = kind in ("continuous", "long") and len(differences) <= 50
    all_patterns = stats.PermutationMethod(n_resamples=np.inf) if not exact and len(differences) <= 11 else None
    values = {}
    for zeros in ["wilcox", "pratt"]:
        for name, options in {
            "exact": dict(method="exact" if exact else all_patterns),
            "normal": dict(method="asymptotic"),
            "corrected": dict(method="asymptotic", correction=True),
        }.items():
            if options["method"] is None:
                continue
            tests = [
                stats.wilcoxon(differences, zero_method=zeros, alternative=side, **options)
                for side in ["two-sided", "greater", "less"]
            ]
            values[f"{zeros}/{name}"] = [tests[0].statistic, *(test.pvalue for test in tests)]
    return values


def paired_case(index):
    kind = PAIRED_KINDS[index % len(PAIRED_KINDS)]
    n = int(rng.integers(51, 70)) if kind == "long" and index % 2 else int(rng.integers(3, 12))
    n = 30 if kind == "long" and not index % 2 else n
    while True:
        differences = np.round(rng.normal(0.3, 1, size=n), 4 if kind in ("continuous", "long") else 0)
        if kind == "ties":
            differences = differences[differences != 0]
        tied = len(set(np.abs(differences))) < len(differences)
        enough = np.count_nonzero(differences) >= 2 and np.std(differences) > 0
        if enough and (kind not in ("continuous", "long") or not tied):
            break
    # Against zeros, so that the differences come out exactly in both languages.
    second = np.zeros(len(differences))
    test = stats.ttest_rel(differences, second)
    interval = test.confidence_interval(0.9)
    return {
        "first": differences,
        "want": {
            "t": [test.statistic, test.pvalue, interval.low, interval.high],
            "wilcoxon": wilcoxon_values(differences, kind),
        },
    }


def friedman_case(index):
    methods, sets = int(rng.integers(3, 8)), int(rng.integers(2, 15))
    table = np.round(rng.normal(size=(sets, methods)) + 0.4 * np.arange(methods), 2 if index % 2 else 0)
    test = stats.friedmanchisquare(*table.T)
    rest = sets * (methods - 1) - test.statistic
    # Where all data sets agree nothing is left but rounding.
    ratio = math.inf if rest < 1e-9 else (sets - 1) * test.statistic / rest
    degrees = (methods - 1, (methods - 1) * (sets - 1))
    return {
        "table": table,
        "want": {
            "averageRanks": stats.rankdata(-table, axis=1).mean(axis=0),
            "chiSquared": [test.statistic, test.pvalue],
            "imanDavenport": [ratio, stats.f.sf(ratio, *degrees)],
        },
    }


def nemenyi_case(methods, alpha):
    q = stats.studentized_range.ppf(1 - alpha, methods, np.inf) / math.sqrt(2)
    return {"methods": methods, "dataSets": 10, "alpha": alpha, "want": q * math.sqrt(methods * (methods + 1) / 60)}


def largest(concentration, index):
    """P(component `index` of a Dirichlet draw is the largest), by integration over its gamma variable."""
    others = [a for i, a in enumerate(concentration) if i != index]
    own = concentration[index]

    def integrand(x):
        return stats.gamma.pdf(x, own) * math.prod(stats.gamma.cdf(x, a) if a > 0 else 1.0 for a in others)

    return integrate.quad(integrand, 0, own + 12 * math.sqrt(own) + 40, points=[own], epsabs=1e-10, limit=400)[0] if own > 0 else 0.0


def sign_case(counts):
    better, equivalent, worse = counts
    first = np.array([0.05] * better + [0.0] * equivalent + [-0.05] * worse)
    concentration = [better, equivalent + 1, worse]
    sampled = baycomp.SignTest(np.zeros(len(first)), first, rope=0.01, nsamples=400_000, random_state=1).probs()
    return {
        "first": first,
        "rope": 0.01,
        "want": {
            "integral": [largest(concentration, i) for i in range(3)],
            "baycomp": [sampled[2], sampled[1], sampled[0]],
        },
    }


cases = {
    "binary": [binary_case(i) for i in range(140)],
    "multiclass": [multiclass_case(i) for i in range(80)],
    "probabilities": [probability_case(i) for i in range(20)],
    "groups": [group_case(i) for i in range(40)],
    "paired": [paired_case(i) for i in range(40)],
    "friedman": [friedman_case(i) for i in range(16)],
    "nemenyi": [nemenyi_case(k, alpha) for k in [2, 3, 5, 10, 20] for alpha in [0.05, 0.1]],
    "sign": [sign_case(c) for c in [(7, 2, 1), (3, 3, 3), (1, 0, 0), (0, 5, 0), (12, 0, 9), (2, 10, 8), (30, 5, 1), (0, 1, 4)]],
}
# One case a line: short to read, short to compare.
rows = {name: ",\n".join(json.dumps(digits(case), separators=(",", ":")) for case in found) for name, found in cases.items()}
text = "{\n" + ",\n".join(f'"{name}":[\n{lines}\n]' for name, lines in rows.items()) + "\n}\n"
Path(__file__).with_name("metrics.json").write_text(text)
print({name: len(found) for name, found in cases.items()}, f"{len(text) / 1000:.0f} kB")
