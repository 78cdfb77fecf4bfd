"""Wording that counts from the day on which it is read, in the languages that messages are shipped in: "in a week", "gestern", "7天后".

All languages are looked for in every text: a template without a language suffix may be in any of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Points(StrEnum):
    """Where the words point: to a day ahead, to one gone by, or to the present, which is news only of what begins or ends."""

    AHEAD = "ahead"
    BACK = "back"
    NOW = "now"


@dataclass(frozen=True)
class Found:
    """Words that count from the day of reading, where they begin in the text, and where they point."""

    words: str
    begins: int
    points: Points


_EN_NUMBER = (
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|sixty|ninety"
    r"|a few|a couple of|several|half an?)"
)
_EN_UNIT = r"(?:(?:business|working|calendar|full)\s+)?(?:hours?|days?|weeks?|fortnight|months?|quarters?|years?)\b"
_EN = rf"{_EN_NUMBER}\s+{_EN_UNIT}"
_EN_DAY = r"(?:week|month|quarter|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
_DE_NUMBER = (
    r"(?:\d+|ein(?:e[mnrs]?)?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|vierzehn|zwanzig|dreißig|sechzig|neunzig"
    r"|(?:ein\s+)?paar|wenigen?|einigen?)"
)
_DE = rf"{_DE_NUMBER}\s+(?:(?:Werk|Arbeits|Kalender)?Tag(?:en?)?|Stunden?|Wochen?|Monat(?:en?)?|Quartal(?:en?)?|Jahr(?:en?)?)\b"
_DE_DAY = r"(?:Woche|Monat|Quartal|Jahr|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag)\b"
_ES_NUMBER = r"(?:\d+|una?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|catorce|quince|veinte|treinta|sesenta|noventa|unos|unas|pocos|pocas)"
_ES = rf"{_ES_NUMBER}\s+(?:horas?|días?|semanas?|mes(?:es)?|trimestres?|años?)\b"
_ZH = r"(?:\d+|[一二三四五六七八九十两半几数百]+)\s*个?\s*(?:工作日|小时|天|日|周|星期|礼拜|月|季度|年)"

_PATTERNS: dict[Points, tuple[str, ...]] = {
    Points.AHEAD: (
        rf"\bin\s+(?:about\s+|just\s+|only\s+|less\s+than\s+)?{_EN}",
        rf"\b{_EN}\s+(?:left|remaining|remain|to\s+go|from\s+(?:now|today)|away|(?:until|till|to|before)\s+(?:your|the|it))\b",
        r"\b(?:the\s+day\s+after\s+)?tomorrow\b",
        rf"\bnext\s+{_EN_DAY}",
        r"\b(?:last|final)\s+day\b",
        rf"\bin\s+{_DE}",
        rf"\bnoch\s+(?:etwa\s+|nur\s+|genau\s+)?{_DE}",
        r"\bübermorgen\b|(?<!guten\s)(?<!am\s)(?<!heute\s)(?<!jeden\s)(?<!diesen\s)(?<!gestern\s)\bmorgen\b",
        rf"\b(?:nächste[nrs]?|kommende[nrs]?)\s+{_DE_DAY}",
        rf"\b(?:en|dentro\s+de)\s+(?:solo\s+|unos\s+)?{_ES}",
        rf"\b(?:quedan?|faltan?)\s+(?:solo\s+)?{_ES}",
        r"\b(?:pasado\s+)?(?<!la\s)(?<!esta\s)mañana\b",
        r"\b(?:la\s+próxima\s+semana|la\s+semana\s+que\s+viene|el\s+próximo\s+mes|el\s+mes\s+que\s+viene)\b",
        rf"{_ZH}\s*(?:之后|以后|后)",
        rf"(?:还有|还剩下?|仅剩|只剩下?|剩余)\s*{_ZH}",
        r"明天|后天|下个?(?:周|星期|礼拜|月)",
    ),
    Points.BACK: (
        rf"\b{_EN}\s+ago\b",
        rf"\b{_EN}\s+(?:in\b(?=\s*(?:[,.:;!?]|$))|old\b|with\s+us\b)",
        rf"\b(?:have|has|had|been)\b[^.!?]{{0,60}}\bfor\s+{_EN}",
        rf"\b{_EN}\s+(?:have|has)\s+(?:passed|gone\s+by)\b",
        rf"\b{_EN}\s+(?:down|over|since)\b|\b(?:has|have|it's)\s+been\s+{_EN}",
        r"\b(?:first|second|third)\s+(?:week|month)\s+(?:is|are)\s+(?:over|behind|done)\b|\bday\s+\d+\s+(?:of|in)\b|\bhalfway\s+through\b",
        r"\b(?:the\s+day\s+before\s+)?yesterday\b",
        rf"\blast\s+{_EN_DAY}(?<!last\squarter)(?<!last\syear)",
        rf"\b(?:vor|seit)\s+(?:etwa\s+|rund\s+)?{_DE}",
        rf"\b{_DE}\s+(?:ist|sind)\s+(?:um|vorbei|vergangen|her)\b",
        r"\b(?:vor)?gestern\b",
        rf"\b(?:letzte[nrs]?|vergangene[nrs]?)\s+{_DE_DAY}",
        rf"\b(?:desde\s+)?hace\s+{_ES}",
        rf"\bllev(?:as?|amos|áis|an)\s+(?:ya\s+)?{_ES}",
        rf"\bhan?\s+pasado\s+(?:ya\s+)?{_ES}",
        r"\b(?:ante)?ayer\b",
        r"\b(?:la\s+semana\s+pasada|el\s+mes\s+pasado)\b",
        rf"{_ZH}\s*(?:之前|以前|前)",
        rf"已经?(?:有|过了?)?\s*{_ZH}|{_ZH}了",
        r"昨天|前天|上个?(?:周|星期|礼拜|月)",
    ),
    Points.NOW: (
        rf"\btoday\b|\bwithin\s+{_EN}|\bthis\s+{_EN_DAY}",
        rf"\bheute\b|\b(?:innerhalb|binnen)\s+(?:von\s+)?{_DE}|\bdiese[nrs]?\s+{_DE_DAY}",
        r"\bhoy\b|\besta\s+semana\b|\beste\s+mes\b",
        rf"今天|本周|这个?(?:周|星期)|本月|这个月|{_ZH}\s*(?:之内|以内|内)",
    ),
}
_SOUGHT = [(points, re.compile("|".join(patterns), re.IGNORECASE)) for points, patterns in _PATTERNS.items()]

_TURNING = re.compile(
    r"\b(?:end(?:s|ed|ing)?|expir\w+|runs?\s+out|over|due|renew\w*|clos(?:e[sd]?|ing)|stops?|left|remain\w*|lapse\w*|terminat\w+"
    r"|beg[aiu]n\w*|start(?:s|ed|ing)?)\b"
    r"|\b(?:endet\w*|Ende|(?:läuft|laufen)\b.{0,80}\b(?:ab|aus)|ab(?:läuft|gelaufen)|aus(?:läuft|gelaufen)|fällig|verlänger\w+|schließ\w+"
    r"|beginn\w*|begann\w*|begonnen|noch|verbleib\w+)\b"
    r"|\b(?:termina\w*|vence\w*|caduca\w*|finaliza\w*|expira\w*|acaba\w*|renueva\w*|renova\w*|quedan?|faltan?|empieza\w*|empezó|comienza\w*)\b"
    r"|到期|结束|截止|终止|过期|续约|续签|关闭|剩|还有|开始",
    re.IGNORECASE,
)


def relative_times(text: str) -> Iterator[Found]:
    """The words in the text that count from the day on which it is read, in its order; of words within others the others alone."""
    matches = [(match.start(), -match.end(), points, match.group()) for points, pattern in _SOUGHT for match in pattern.finditer(text)]
    read_to = 0
    for begins, ends, points, words in sorted(matches):
        if begins >= read_to:
            read_to = -ends
            yield Found(" ".join(words.split()), begins, points)


def speaks_of_a_turn(sentence: str) -> bool:
    """Whether something begins or ends by what the sentence says."""
    return _TURNING.search(sentence) is not None
