"""What is wrong with an expression, shown at the character where it is."""

from kb.errors import BadRequest

SHOWN = 60
"""Characters of the expression that are shown to either side of the place."""


class ExpressionProblem(BadRequest):
    """An expression cannot be read; the message points at `at`, a character's offset."""

    code = "bad-expression"
    drawn = True

    def __init__(self, expression: str, at: int, problem: str) -> None:
        self.at = at
        first, last = max(0, at - SHOWN), at + SHOWN
        before = "…" if first else ""
        after = "…" if last < len(expression) else ""
        shown = "".join(" " if one.isspace() else one for one in expression[first:last])
        line = before + shown + after
        super().__init__(f"{line}\n{' ' * (len(before) + at - first)}^\n{problem}")
