"""Where this checkout lies, and what it brings along."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The checkout, or its copy in an image: what Python has to find `kb` in."""
DATA = ROOT / "data"
MODELS = DATA / "models"
SAMPLE = DATA / "sample"
LANGUAGES = DATA / "sample-languages"
"""A second sample firm, whose papers are in several languages."""
TRAINING = DATA / "training"
JUDGED = DATA / "judge"
"""Sentences with labels, by which the judge of sentences is measured."""
