"""Texts, Markdown and tables made to take long."""

from tests.soak.attacks.base import Attack, counted, nested, noise, text


def _combining(n: int) -> bytes:
    return ("e" + "\u0301" * n).encode()


def _stairs(n: int) -> bytes:
    """A list whose items lie a step deeper each; as many steps as make `n` characters twenty."""
    return "".join("  " * step + "- rent\n" for step in range(int((10 * n) ** 0.5))).encode()


ATTACKS = (
    Attack("paragraphs", ".txt", text("The rent is due.\n\n")),
    Attack("short-lines", ".txt", text("a\n"), 6),
    Attack("one-line", ".txt", text("rent is due "), 6),
    Attack("one-word", ".txt", text("r"), 7),
    Attack("spaces", ".txt", text(" ", "The rent", "is due."), 7),
    Attack("blank-lines", ".txt", text("\n", "The rent", "is due."), 7),
    Attack("form-feeds", ".txt", text("a\f")),
    Attack("dots", ".txt", text("."), 6),
    Attack("hyphens", ".txt", text("re-"), 6),
    Attack("open-brackets", ".txt", text("(the "), 6),
    Attack("open-quotes", ".txt", text("“the "), 6),
    Attack("abbreviations", ".txt", text("Mr. Dr. U.S. No. ")),
    Attack("section-numbers", ".txt", text("1.", after=" Rent")),
    Attack("numbered", ".txt", counted(lambda n: f"{n}. Rent\n\n")),
    Attack("capitals", ".txt", text("RENT DUE\n\n")),
    Attack(
        "zero-width",
        ".txt",
        text("The re\u200bnt of the house is due in May and will be pa\u2060id by the tenant. "),
    ),
    Attack(
        "bidi",
        ".txt",
        text("\u202eThe rent of the house is due in May and will be paid by the tenant here. "),
    ),
    Attack("combining", ".txt", _combining),
    Attack("surrogates", ".txt", lambda n: b"rent \xed\xa0\x80\xed\xb0\x80 " * n),
    Attack("not-unicode", ".txt", lambda n: b"the rent \xff\xc3( is due and will be paid. " * n),
    Attack("torn-utf16", ".txt", lambda n: b"\xff\xfe" + b"r\0e\0 \0" * n + b"\xd8"),
    Attack("noise", ".txt", noise, 6),
    Attack("citations", ".txt", counted(lambda n: f"See A v. B, {n % 500} U.S. {n} (1990). ")),
    Attack("short-citations", ".txt", text("Id. at 5. Smith, supra, at 4. ")),
    Attack("dates", ".txt", counted(lambda n: f"Dated May {n % 28 + 1}, 1999. ")),
    Attack("parties", ".txt", text("ACME LLC, Plaintiff, v. BETA INC., Defendant. ")),
    Attack("dockets", ".txt", counted(lambda n: f"Case No. 1:22-cv-{n:05}-ABC ")),
    Attack("languages", ".txt", text("Die Miete ist fällig. 租金到期。 Le loyer est dû. ")),
    Attack("headings", ".md", text("# a\n\n")),
    Attack("quotes", ".md", text(">", after=" rent")),
    Attack("stairs", ".md", _stairs),
    Attack("emphasis", ".md", text("*a **b ")),
    Attack("brackets", ".md", text("[", after="rent"), 6),
    Attack("links", ".md", text("[a](b) ")),
    Attack("fences", ".md", text("```\n")),
    Attack("table", ".md", text("| a | b |\n", "| a | b |\n|---|---|\n")),
    Attack("footnotes", ".md", counted(lambda n: f"a[^{n}]\n\n[^{n}]: b\n\n"), 4),
    Attack("columns", ".csv", text("rent,", after="\n")),
    Attack("rows", ".csv", text("rent,due\n")),
    Attack("quotes", ".csv", text('"', "a,b\n"), 6),
    Attack("one-cell", ".csv", text("rent\n", 'a,b\n"', '"\n')),
    Attack("square", ".csv", lambda n: (b"a," * int(n**0.5) + b"\n") * int(n**0.5), 6),
    Attack("nested-brackets", ".md", nested("[", "](a)")),
)
