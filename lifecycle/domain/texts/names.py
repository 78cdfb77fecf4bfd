"""What to call a person by, from a name as people, spreadsheets and CRMs write it. Where that is not sure, the whole name."""

import re
import unicodedata
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words(
    """
    mr mrs ms miss mx messrs sir madam madame mme mlle monsieur dame lord lady rev reverend hon honourable honorable rabbi imam sheikh
    capt captain lt lieutenant sgt sergeant herr herrn hr frau fräulein familie señor señora señorita sr sra srta doña senhor senhora
    signor signora signorina sig sigra dhr mevr mevrouw meneer paní shri smt dr drs dres dra doctor doktor dottore dottoressa dott
    dottssa prof profa professor professorin profesor profesora univ-prof privatdozent pd dr-ing dipl-ing dipl-kfm dipl-kffr dipl-inf
    dipl-psych dipl-wirt-ing dipl-phys dipl-math dipl-chem diplom-ingenieur diplom-kaufmann ing mag maga mgr mudr judr phdr rndr bc lic
    licda lcdo lcda ingeniero ingeniera engr eng mba phd hc mult habil
    drssa profssa drin profin magin dipl-ingin mmag ddr dkfm kommr kommerzialrat kommerzialrätin hofrat hofrätin freiherr freifrau graf
    gräfin baron baroness baronin prinz prinzessin the rt dear mister maître maitre dña dª exmo exma pani pán fru frk frøken fröken herra
    rechtsanwalt rechtsanwältin notar notarin stb mdb mdl ostr oberst pfarrer pfarrerin bishop father sister brother senator
    minister ambassador nurse mstr hajji swami thiru rouva tohtori dato datin datuk haji hajjah bapak khun adv inż adw
    г-н г-жа господин госпожа пан пані κ κα κος κυρία κύριος السيد السيدة الدكتور الدكتورة الأستاذ الأستاذة المهندس المهندسة د
    """
)
"""Never a given name, with a full stop or without."""
_DOTTED_TITLES = _words("fr arch avv rag geom ir ra med arq abg col gen maj cmdr doc")
"""Titles where a full stop follows, and otherwise perhaps a name."""
_SUFFIXES = _words(
    """
    jr sr junior senior ii iii iv phd md dds dvm esq esquire mba msc bsc ba bs ma ms llm llb jd cpa cfa pmp dphil drsc csc mim rn pe ret
    fh bed beng meng obe mbe cbe
    """
)
"""What may stand behind a comma and is no part of the name."""
_PARTICLES = _words("von van vom zu zum zur de da di do du del dello della der den des dos das la le el al ter ten te bin ibn")
_PARTICLES_AND_NAMES = _words("Van Di Al")
_NOT_ALONE = _words("abdul abd abdel abu abou umm md mohd mc")
"""Names only together with the word behind."""
_PERHAPS_TITLES = _words(
    "don pan sri me tun ibu pak tengku major dean judge justice king queen prince princess duke earl count mother haj syed rain pastor chancellor daw lek coach"
)
"""Titles in one language, and names in another."""
_AND = _words("& + and und et or oder plus")
_AND_IN_FAMILY_NAMES_TOO = _words("y e i en och og")
_FAMILY_FIRST = _words(
    """
    nguyen nguyễn tran trần pham phạm huynh huỳnh hoang hoàng vũ võ dang đặng bui bùi ngo ngô duong dương
    wang li zhang liu chen yang zhao huang zhou wu xu zhu hu guo lin he gao luo zheng liang xie tang deng feng cao zeng peng xiao cai
    yuan jiang wong chan cheung leung lau kwok yeung tsang chow ng tan lim goh ong teo chua koh
    sato suzuki takahashi tanaka watanabe ito yamamoto nakamura kobayashi kato yoshida yamada sasaki yamaguchi matsumoto inoue kimura
    hayashi shimizu saito
    kovács nagy szabó tóth horváth varga kiss molnár németh farkas balogh papp takács juhász mészáros oláh rácz fekete szilágyi
    """
)
"""Family names of Vietnam, China, Japan and Hungary, which stand before the given one at home, and behind it elsewhere."""
_FAMILY_FIRST_BEFORE_SYLLABLES = _words(
    "kim lee park choi jung jeong kang cho yoon jang lim han shin seo kwon hwang ahn song hong yoo chung moon ryu"
)
"""Family names of Korea: before a given name in two syllables (`Min-jun`)."""
_SYLLABLES = re.compile(r"[^\W\d_]{2,6}-[^\W\d_]{2,6}")
_JOINED_SYLLABLES = re.compile(r"[A-Z][a-z]{1,5}-[a-z]{2,6}")
"""A given name as Chinese and Korean ones are often written (`Yat-sen`): the family's name stands before it."""
_SLAVIC_FAMILY = re.compile(r".{2,}(?:ов|ев|ёв|ова|ева|ёва|ский|ская|цкий|цкая|енко|чук)|.+nen")
_NOBODY = _words(
    """
    team support billing account accounts accounting department dept office desk helpdesk sales service services info admin
    administrator finance marketing reception procurement purchasing invoice invoices customer customers group company ceo cfo cto coo
    cio cmo vp svp evp head director manager president chief chair founder gmbh ag kg ug inc llc ltd limited plc corp corporation sarl
    contact user name whom eheleute ehepaar bv nv oy spa srl buchhaltung einkauf vertrieb verwaltung abteilung geschäftsführung empfang sekretariat
    """
)
"""Words of offices and companies: not, or not only, a person's name."""
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|(?<!\w)'[^']*'(?!\w)")
_QUOTED = re.compile(r"[\"“„'‘]([^\"“”„'‘’]+)[\"“”'’]")
_INITIALS = re.compile(r"(?:\w\.){2,}|\w\.?")
_WITHIN = re.compile(r"['’ʼ‐‑-]")
_SHOWS_NOTHING = "\u00ad\u200b\u200e\u200f\u2060\ufeff"
_PATRONYMIC = re.compile(r".+(?:вич|вна|ична|инична|vich|ovna|evna)")
_HAN = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")


@lru_cache(maxsize=4096)
def first_name(name: str) -> str:
    """The name to greet with: `Maria` of "Dr. Maria Lopez", "Lopez, Maria" and "Maria Lopez, PhD"; else the name itself, on one line.

    It is not sure of a title and one word ("Frau Weber"), of initials, of two people, of an office or a company, and of scripts and
    words where the family's name stands first.
    """
    whole = " ".join(name.split()).strip(_SHOWS_NOTHING)
    if (quoted := _QUOTED.fullmatch(whole)) is not None:
        whole = quoted[1]
    return _given(unicodedata.normalize("NFC", _ASIDE.sub(" ", whole))) or whole or name


def _given(text: str) -> str:
    parts = [words for part in text.split(",") if (words := part.split())]
    while len(parts) > 1 and all(_bare(word) in _SUFFIXES or _is_title(word) for word in parts[-1]):
        parts.pop()
    if any(_bare(word) in _NOBODY for words in parts for word in words):
        return ""
    match parts:
        case [words]:
            return _first_of(words)
        case [family, words] if len([word for word in family if word.lower() not in _PARTICLES]) == 1 and _is_word(family[-1]):
            return _first_of(words, alone=True)
        case _:
            return ""


def _first_of(words: list[str], *, alone: bool = False) -> str:
    """The given name that these words begin with, after titles; empty if that is not sure. `alone`: no family name is among them."""
    words, titled = _without_titles(words)
    if not words or (titled and not alone and len(words) == 1):
        return ""
    first, rest = words[0], [word.lower() for word in words[1:]]
    plain = first.lower()
    if not _is_word(first) or len(first) == 1 or _HAN.search(first) or plain in _NOT_ALONE:
        return ""
    if rest and plain in _PERHAPS_TITLES:
        return ""
    if plain in _PARTICLES and (titled or first not in _PARTICLES_AND_NAMES):
        return ""
    if rest[:1] == ["/"] or not _AND.isdisjoint([plain, *rest]) or not _AND_IN_FAMILY_NAMES_TOO.isdisjoint(rest[:1]):
        return ""
    if rest and not alone and (_family_first(plain, rest) or _JOINED_SYLLABLES.fullmatch(words[1])):
        return ""
    if rest and first.isupper() and not all(word.isupper() for word in words):
        return ""  # JP, or a family name in capitals
    return first


def _family_first(first: str, rest: list[str]) -> bool:
    """Whether the first word may well be the family's name, by itself or by what stands behind it."""
    if first in _FAMILY_FIRST or (len(rest) == 2 and _PATRONYMIC.fullmatch(rest[-1])):
        return True
    if first in _FAMILY_FIRST_BEFORE_SYLLABLES and _SYLLABLES.fullmatch(rest[0]):
        return True
    initials = [word for word in rest if _INITIALS.fullmatch(word)]
    return bool(_SLAVIC_FAMILY.fullmatch(first)) or (len(initials) == len(rest) and sum(word.count(".") for word in initials) > 1)


def _without_titles(words: list[str]) -> tuple[list[str], bool]:
    titled = False
    while words:
        word = words[0]
        head, dot, tail = word.partition(".")
        if _is_title(word) or (titled and word.endswith(".") and word.islower()):
            words, titled = words[1:], True
        elif dot and _bare(head) in _TITLES and tail:  # Dr.Maria
            words, titled = [tail, *words[1:]], True
        else:
            break
    return words, titled


def _is_title(word: str) -> bool:
    bare = _bare(word)
    return bare in _TITLES or (word.endswith(".") and bare in _DOTTED_TITLES)


def _is_word(word: str) -> bool:
    """Letters, with their marks, and what may stand between two of them."""
    return all(part and all(unicodedata.category(letter)[0] in "LM" for letter in part) for part in _WITHIN.split(word))


def _bare(word: str) -> str:
    return word.casefold().replace(".", "").replace("ª", "a")
