"""Questions as people ask them of contracts."""

QUESTIONS = (
    "What law governs the agreement?",
    "Who may terminate the agreement for convenience?",
    "Is there a cap on liability?",
    "When does the agreement expire?",
    "May the agreement be assigned without consent?",
    "Who owns the intellectual property that is developed?",
    "What insurance must be maintained?",
    "Is there an exclusivity obligation?",
    "How are royalties calculated and paid?",
    "What audit rights does each party have?",
    "Who bears the cost of recalls?",
    "What notice is required before renewal?",
)
