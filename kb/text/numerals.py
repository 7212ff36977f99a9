"""Numbers written in English words."""

CARDINALS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
} | {
    word: 10 * tens
    for tens, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
"""Those that are added: “forty-five”."""
POWERS = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
"""Those that multiply what stands before them."""
