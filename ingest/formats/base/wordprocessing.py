"""Names of WordprocessingML, ECMA-376 part 1, 17."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
