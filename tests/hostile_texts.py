"""Names and texts of whom nobody should be afraid: one table, tried wherever a text from outside is written.

It imports the standard library alone, for it is tried on other versions of Python too.
"""

import re

HOSTILE = {
    "an encoded line break and a header": "=?utf-8?q?Ann=0D=0ABcc_:_victim@evil.example?=",
    "an encoded line break and a known header": "=?utf-8?q?Ann=0D=0ABcc:_victim@evil.example?=",
    "an encoded line break in base64": "=?utf-8?b?QW5uDQpCY2M6IHZpY3RpbUBldmlsLmV4YW1wbGU=?=",
    "an encoded end of the header block": "=?utf-8?q?Ann=0D=0A=0D=0A<script>alert(1)</script>?=",
    "an encoded lone line feed": "Ann =?utf-8?q?=0ASubject:_other?= Smith",
    "an encoded lone carriage return": "=?us-ascii?Q?=0DX-Evil:_1?=",
    "two encoded words": "=?utf-8?q?one=0D=0A?= =?utf-8?q?_Bcc:_two?=",
    "an encoded word after a name beyond ASCII": "Žofie =?utf-8?q?=0D=0ABcc:_x?=",
    "an encoded word within a word": "a=?utf-8?q?=0D=0ABcc:_x?=b",
    "an encoded word in quotes": '"=?utf-8?q?=0D=0ABcc:_x?="',
    "an encoded word with a language": "=?utf-8*en?q?=0D=0ABcc:_x?=",
    "an encoded word of another set": "=?utf-16?b?AA0ACgBCAGMAYwA6?=",
    "an encoded word in UTF-7": "=?utf-7?q?+AA0ACg-Bcc:_x?=",
    "an encoded word of no set": "=?nonsense?q?x?= =?utf-8?z?x?= =?utf-8?b?%%%?= =??q??=",
    "an encoded word that does not end": "=?utf-8?q?Ann",
    "an encoded word in an encoded word": "=?utf-8?q?=3D=3Futf-8=3Fq=3F=3D0D=3D0ABcc:_x=3F=3D?=",
    "an encoded word cut by line breaks": "=?utf-8?q?Ann=0D=0A\r\n Bcc:_x?=",
    "encoded surrogates": "=?utf-8?b?7aCA?= =?us-ascii?q?=ED=A0=80?=",
    "an encoded word in a long line": f"{'word ' * 14}=?utf-8?q?=0D=0ABcc:_x?= {'word ' * 14}",
    "a line break and a header": "Ana\r\nBcc: victim@evil.example",
    "a line break and a body": "Ana\r\n\r\n<script>alert(1)</script>",
    "a lone line feed": "Ana\nBcc: victim@evil.example",
    "a lone carriage return": "Ana\rBcc: victim@evil.example",
    "a line break and a full stop": "Ana\r\n.\r\nMAIL FROM:<victim@evil.example>",
    "other line breaks": "a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i",
    "a tab, a null and a bell": "a\tb\0c\x07d\x08e\x7ff",
    "every C0 and C1": "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)])) + "x",
    "an escape sequence": "\x1b[2J\x1b[31mred\x1b]0;title\x07",
    "a link for terminals": "\x1b]8;;https://evil.example\x1b\\words\x1b]8;;\x1b\\",
    "an escape sequence of C1": "\x9b31mred\x9d0;title\x9c",
    "overrides of direction": "a\u202egpj.exe\u202c \u2066b\u2069 \u200fc\u061cd",
    "a lone surrogate": "a\ud800b\udfffc",
    "no characters": "a\ufffeb\uffffc\ufdd0d\ufff9e",
    "Rich markup": "[bold red]Ana[/bold red] [link=https://evil.example]x[/link]",
    "Rich markup that closes nothing": "Ana [/red]",
    "Rich markup with a backslash": r"\[bold]Ana\\[/]",
    "Rich emoji": "Ana :smile: :warning:",
    "Markdown": "**Ana** _x_ [y](https://evil.example) ![z](https://evil.example/p.png) `c` ~~d~~ # e",
    "Markdown that ends a table": "Ana | b\n\n# Heading\n\n- list",
    "HTML": "<script>alert('x')</script> <b>&amp;</b>",
    "another recipient": "Ana <ana@evil.example>, victim@evil.example",
    "a quoted name": '"Ana" "Silva',
    "a backslash at the end": "Ana\\",
    "a quote after a backslash": 'Ana\\"',
    "a comment": "Ana (the boss) ((",
    "a group": "undisclosed: ana@evil.example;",
    "a property of a calendar": 'Ana";X=1:mailto:victim@evil.example',
    "a line of a calendar": "Ana\r\nATTENDEE:mailto:victim@evil.example\r\nEND:VEVENT",
    "an escape of a calendar": "Ana^nATTENDEE:x^'y^^z",
    "a path": "../../etc/passwd\0.png",
    "holes of formats": "{0} {task.description} %s %(name)s {{ 7 * 7 }} {% if %} ${HOME}",
    "one long word": "x" * 2000,
    "many words": "word " * 400,
    "long beyond ASCII": "株式会社" * 100,
    "emoji of several characters": "👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿 é ﷽",
    "spaces around": "  Ana \u00a0\u3000 Silva  ",
    "the parts of an encoded word": "=? ?= ?q? =?= =??",
    "a line that mailboxes cut at": "From ana@acme.example",
}

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def unprintable(text: str, but: str = "\n") -> set[str]:
    """The characters that must not be there."""
    return set(UNPRINTABLE.findall(text)) - set(but)


def is_text(text: str) -> bool:
    """Whether it is Unicode text, which alone a database and a JSON document can hold."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
