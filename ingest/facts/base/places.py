"""Places that have a law of their own, by the names that contracts and courts give them."""

import re

_STATES = """Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida
Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland
Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire
New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania
Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington
West Virginia|Wisconsin|Wyoming|Puerto Rico|District of Columbia|Guam"""
_OTHERS = """Alberta|British Columbia|Manitoba|New Brunswick|Nova Scotia|Ontario|Quebec
Saskatchewan|New South Wales|Victoria|Queensland|Western Australia|South Australia
England and Wales|Scotland|Northern Ireland|England|United Kingdom|Ireland|Jersey|Guernsey
Isle of Man|Cayman Islands|British Virgin Islands|Bermuda|Bahamas|Barbados|Gibraltar
Argentina|Australia|Austria|Belgium|Brazil|Bulgaria|Canada|Chile|Colombia|Croatia|Cyprus
Czech Republic|Denmark|Egypt|Estonia|Finland|France|Germany|Greece|Hungary|Iceland|India
Indonesia|Israel|Italy|Japan|Kenya|Latvia|Liechtenstein|Lithuania|Luxembourg|Malaysia|Malta
Mauritius|Mexico|Monaco|Netherlands|New Zealand|Nigeria|Norway|Panama|Peru|Philippines|Poland
Portugal|Qatar|Romania|Russia|Saudi Arabia|Serbia|Singapore|Slovakia|Slovenia|South Africa
South Korea|Spain|Sweden|Switzerland|Taiwan|Thailand|Turkey|Ukraine|United Arab Emirates
United States|Uruguay|Venezuela|Vietnam|Hong Kong|China|Macau|Marshall Islands"""
_NAMES = re.split(r"[|\n]", f"{_STATES}\n{_OTHERS}")
_OTHER_NAMES = {
    "england & wales": "England and Wales",
    "great britain": "United Kingdom",
    "the uk": "United Kingdom",
    "uk": "United Kingdom",
    "usa": "United States",
    "u.s.a": "United States",
    "prc": "China",
    "p.r.c": "China",
    "p.r. china": "China",
    "pr china": "China",
    "mainland china": "China",
    "korea": "South Korea",
    "people's republic of china": "China",
    "people’s republic of china": "China",
    "québec": "Quebec",
    "hong kong sar": "Hong Kong",
    "republic of china": "Taiwan",
    "r.o.c": "Taiwan",
    "russian federation": "Russia",
    "swiss confederation": "Switzerland",
    "the hague": "",
    "eire": "Ireland",
    "holland": "Netherlands",
    "bundesrepublik deutschland": "Germany",
    "españa": "Spain",
    "república argentina": "Argentina",
}
_ADJECTIVES = {
    "english": "England",
    "scottish": "Scotland",
    "scots": "Scotland",
    "irish": "Ireland",
    "german": "Germany",
    "french": "France",
    "swiss": "Switzerland",
    "dutch": "Netherlands",
    "belgian": "Belgium",
    "austrian": "Austria",
    "italian": "Italy",
    "spanish": "Spain",
    "portuguese": "Portugal",
    "swedish": "Sweden",
    "danish": "Denmark",
    "norwegian": "Norway",
    "finnish": "Finland",
    "polish": "Poland",
    "japanese": "Japan",
    "chinese": "China",
    "korean": "South Korea",
    "israeli": "Israel",
    "indian": "India",
    "canadian": "Canada",
    "australian": "Australia",
    "brazilian": "Brazil",
    "mexican": "Mexico",
    "russian": "Russia",
    "luxembourg": "Luxembourg",
    "singaporean": "Singapore",
}
_KNOWN = {name.lower(): name for name in _NAMES} | _OTHER_NAMES
_PLACE = re.compile(
    "(?:" + "|".join(re.escape(n) for n in sorted(_KNOWN, key=len, reverse=True)) + r")(?!\w)",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile("(?:" + "|".join(_ADJECTIVES) + r")(?!\w)", re.IGNORECASE)


def place_at(text: str, start: int = 0) -> tuple[str, int]:
    """The known place whose name stands at `start`, and where that name ends; ("", start)."""
    found = _PLACE.match(text, start)
    return (_KNOWN[found[0].lower()], found.end()) if found else ("", start)


def adjective_at(text: str, start: int = 0) -> tuple[str, int]:
    """As `place_at`, for "English" and its like, before the word “law”."""
    found = _ADJECTIVE.match(text, start)
    return (_ADJECTIVES[found[0].lower()], found.end()) if found else ("", start)


def place_in(text: str) -> str:
    """The first known place that `text` names, or ""."""
    for word in re.finditer(r"\b[A-Z]", text):
        place, _ = place_at(text, word.start())
        if place:
            return place
    return ""
