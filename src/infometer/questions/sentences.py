"""Where a sentence ends, and whether it can be read alone."""

from __future__ import annotations

import re

from infometer.questions.verbs import VERBS, has_finite_verb

__all__ = ["split_sentences", "why_not_alone"]

END = re.compile(r"(?<=[.!?])[\"”')\]]?\s+(?=[\"“'(\[]?[A-Z0-9])")
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|al|resp|approx|Fig|Figs|Sec|Sect|Eq|Eqs|Ref|Refs|No|Dr|Prof|Mr|"
    r"Ms|St|Vol|pp|p|ch|Ch|max|min)|\b[A-Z])\.$"
)
ANAPHORA = re.compile(
    r"(?:[\"“(]?)(?:This|That|These|Those|It|Its|They|Their|He|She|Such|Here|There|Hence|Thus|So|"
    r"Therefore|However|Moreover|Furthermore|Also|Then|But|And|Or|Yet|Otherwise|Similarly|Note|"
    r"Consequently|Afterwards?|Finally|First|Firstly|Second|Secondly|Third|Another|Both|One|Some|"
    r"Other|Others|Instead|Besides|Again|Now|Next|Later|Nevertheless|Nonetheless|Indeed|Likewise|"
    r"Additionally|Accordingly|Alternatively|Conversely|Meanwhile|Please|See|Let|Recall|Remember|"
    r"Specifically|Subsequently|Still|Only|Neither|Either|Once|Whether|Regarding|Because|Assuming|"
    r"Given|Apart|Unlike|Like|Notice|Usually|Actually|Basically|Currently|Unfortunately|Today|"
    r"Above|Below|Depending|Being|Having|Who|What|Which|Where|How|Why|"
    r"If (?:one|two|three|so|not|any|yes|no|it|they)|When (?:it|they|one)|"
    r"(?:In|On|At|By|For|With|To|From|As|After|Before|During|Under|Of|Upon|Due to|According to|"
    r"Based on|Besides|Despite)\s+(?:this|that|these|those|such|it|its|them|their|both|turn|fact|"
    r"addition|particular|contrast|detail|details|general|short|brief|other|any case|a result|"
    r"consequence|the other|the same|the first|the second|the latter|the former|a consequence|"
    r"can be|which|each|each case|most cases|all cases|some cases|either case|example|instance|"
    r"what follows|practice|principle|the end|last|mentioned|already|well))\b"
)
POINTS_ELSEWHERE = re.compile(
    r"\b(?:this|these|those|above|below|following|follows|previous|previously|aforementioned|"
    r"former|latter|preceding|earlier|mentioned|described|discussed|explained|depicted|"
    r"illustrated|shown|presented|listed|[Ss](?:ub)?sections?|[Pp]aragraph|[Ff]igure|[Tt]able|[Ee]quation|[Cc]hapter|"
    r"[Aa]ppendix|[Ff]ormula|we|We|our|Our|us|you|your|here|hereafter|the same|"
    r"the other|the others|the second|such (?!as\b)\w+|as well|too|for example|e\.g\.|for instance|"
    r"respectively|particular case|"
    r"another|also|instead|still|therefore|otherwise|either case|example|"
    r"i\.e\.|etc|in this|the corresponding|in turn|the two|the three|the four|both|the document|"
    r"documentation|paper|thesis|book)\b|\bsuch\.|\balso,"
)
GENERIC = re.compile(
    r"(?:[Tt]he|[Aa]n?|[Ee]ach|[Ee]very|[Aa]ll|[Aa]ny)(?: \w+ed| current| default| new| main| "
    r"first| last| final| actual| basic| old| next| original| simulated| remaining)?"
    r" (?:models?|implementations?|methods?|functions?|"
    r"algorithms?|approach|procedures?|tests?|parameters?|attributes?|options?|users?|values?|"
    r"results?|formulas?|reason|idea|goal|purpose|difference|only|rest|choice|system|systems|code|"
    r"class|classes|process|scenarios?|simulations?|simulator|figures?|curves?|numbers?|behaviou?r|"
    r"script|field|variables?|structure|objects?|design|mechanism|strategy|feature|framework|"
    r"assumption|operation|calculation|output|input|advantage|disadvantage|problem|solution|"
    r"support|requirement|library|rule|example|program|steps?|cases?|first|second|third|time|"
    r"event|message|state|work|entity|entities|node|nodes|type|types|ones?|element|constraint|"
    r"module|modules|list|latter|former|details?|following|use|presence|aim|need|table|API|"
    r"calculations?|execution|benefit|technique|application|applications|loop|threshold) "
    r"(?!of\b)(?:\w+ly )?"
    r"(?:is|are|was|were|has|have|can|may|must|will|should|shall|does|do|\w+s|\w+ed)\b"
)
UNREADABLE = re.compile(
    r"[=<>{}\\\[\]|…]|: |::|_\(|\(\)|https?:|\w+/\w+/\w+|\s[-–]\s|;|[.]{2,}|\?|\bFIXME|\bTODO"
)
OPENING = re.compile(r"^[^,]{3,60}, ")
PRONOUN = re.compile(r"\b(?:it|they|them|its|their|itself)\b")


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, verbatim.

    Parameters
    ----------
    text : str
        White space already made one, a line a paragraph.

    Returns
    -------
    list of str

    Examples
    --------
    >>> split_sentences("Power is scarce, e.g. 20 dBm. See Fig. 2 for more.")
    ['Power is scarce, e.g. 20 dBm.', 'See Fig. 2 for more.']
    """
    return [sentence for line in text.split("\n") for sentence in _split_line(line)]


def why_not_alone(sentence: str, words: tuple[int, int] = (6, 35)) -> str | None:
    """Why a sentence cannot be read without its neighbours; None where it can.

    Parameters
    ----------
    sentence : str
    words : two ints
        Fewest and most.

    Returns
    -------
    str or None

    Examples
    --------
    >>> why_not_alone("The MAC scheduler assigns resource blocks to each user.") is None
    True
    >>> why_not_alone("However, it assigns resource blocks to each user.")
    'opens with a word that points back'
    """
    n = len(sentence.split())
    if not words[0] <= n <= words[1]:
        return f"has {n} words"
    if not sentence.endswith(".") or not sentence[0].isupper():
        return "is no complete sentence"
    if ANAPHORA.match(sentence):
        return "opens with a word that points back"
    if POINTS_ELSEWHERE.search(sentence):
        return "points to another place"
    if GENERIC.match(sentence) or GENERIC.match(OPENING.sub("", sentence)):
        return "does not name what it is about"
    if sentence.split()[0].lower() in VERBS or sentence.split()[0].endswith("ed"):
        return "is a command"
    opening = " ".join(sentence.split()[:5])
    if PRONOUN.search(opening):
        return "has a pronoun before its noun"
    if UNREADABLE.search(sentence) or not _balanced(sentence):
        return "has code, a formula or an open bracket"
    return None if has_finite_verb(sentence) else "has no finite verb"


def _balanced(text: str) -> bool:
    return (
        text.count("(") == text.count(")")
        and text.count('"') % 2 == 0
        and text.count("“") == text.count("”")
    )


def _split_line(text: str) -> list[str]:
    found: list[str] = []
    start = 0
    for end in END.finditer(text):
        before = text[start : end.start() + 1].rstrip()
        if ABBREVIATION.search(text[start : end.start()]) or before.count("(") > before.count(")"):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    return [*found, text[start:].strip()] if text[start:].strip() else found
