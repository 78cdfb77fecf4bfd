"""Bodies that are made to break whoever reads them, by the kind that they pretend to be. Each has at most a megabyte."""

import base64
import json

LARGE = 2**20 - 1000


def _nested_mail(depth: int) -> bytes:
    return b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (number, number) for number in range(depth))


def _calendar(lines: bytes, before: bytes = b"") -> bytes:
    event = b"BEGIN:VEVENT\r\nUID:x\r\n" + lines + b"END:VEVENT\r\n"
    return CALENDAR_HEAD + b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + before + event + b"END:VCALENDAR\r\n"


CALENDAR_HEAD = b"From: ana@acme.example\r\nContent-Type: text/calendar\r\n\r\n"
_MIXED = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'

JSON: dict[str, bytes] = {
    "nothing": b"",
    "no text": b"\xff\xfe\0",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "not closed": b"[" * LARGE,
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep maps": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    **{f"{depth} deep": b'[{"data":' + b"[" * depth + b"]" * depth + b"}]" for depth in (60, 200, 900, 930, 960, 990, 1100)},
    "wide": b"[" + b"[]," * (LARGE // 4) + b"[]]",
    "many names": b"{" + b",".join(b'"%d":1' % number for number in range(60_000)) + b"}",
    "one name over and over": b"{" + b",".join([b'"a":{}'] * 100_000) + b"}",
    "a long number": b"[" + b"9" * 5000 + b"]",
    "a very long number": b"[-" + b"9" * 900_000 + b"]",
    "a long fraction": b"[0." + b"1" * 900_000 + b"]",
    "a long exponent": b"[1e" + b"9" * 900_000 + b"]",
    "too large a number": b'[1e999, {"count": 1e999}]',
    "no numbers": b"[NaN, Infinity, -Infinity]",
    "half a character": b'["\\ud800", {"\\udfff": "\\ud800\\ud800"}]',
    "nulls": b'{"\\u0000": "\\u0000"}',
    "escapes": b'["' + b"\\u0041" * 170_000 + b'"]',
    "a long text": b'"' + b"x" * 900_000 + b'"',
}

EVENTS: dict[str, bytes] = {
    name: json.dumps({"specversion": "1.0", "id": "1", "source": "/product", "type": "usage.reported", "subject": "acme"} | changes)
    .replace('"HERE"', here)
    .encode()
    for name, changes, here in (
        ("deep data", {"data": "HERE"}, "[" * 500 + "]" * 500),
        ("a deep field", {"data": {"count": "HERE"}}, "[" * 960 + "]" * 960),
        ("a deep name", {"HERE": 1, "data": {}}, '"a"'),
        ("deep time", {"time": "HERE"}, '{"a":' * 900 + "1" + "}" * 900),
        ("an endless count", {"data": {"count": "HERE"}}, "1e999"),
        ("a count of many digits", {"data": {"count": "HERE"}}, "9" * 4000),
        ("a count in words of many digits", {"data": {"count": "HERE"}}, '"' + "9" * 400_000 + '"'),
        ("days of many digits", {"data": {"count": 1, "days": "HERE"}}, '"' + "0" * 5000 + '1"'),
        ("a window of spaces", {"data": {"count": 1, "window": "HERE"}}, '"' + " " * 900_000 + '"'),
        ("a type of a thousand letters", {"type": "HERE"}, '"' + "usage." * 150 + '"'),
        ("data in base64", {"data_base64": "HERE"}, f'"{base64.b64encode(b"[" * 300_000).decode()}"'),
        ("deep data in base64", {"data_base64": "HERE"}, f'"{base64.b64encode(b"[" * 960 + b"]" * 960).decode()}"'),
        ("a number in base64", {"data_base64": "HERE"}, f'"{base64.b64encode(b"9" * 5000).decode()}"'),
        ("a hundred thousand attributes", {f"a{number}": 1 for number in range(60_000)}, ""),
    )
}

FORMS: dict[str, bytes] = {
    "many fields": b"a=1&" * 250_000,
    "many parts of a name": b"payload=" + b"%5B" * 300_000,
    "semicolons": b";" * LARGE,
    "bad escapes": b"payload=" + b"%zz%ff%" * 100_000,
    "a deep payload": b"payload=" + b"[" * 100_000,
    "a payload of many digits": b"payload=" + b"9" * 900_000,
    "many parts": b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" * 15_000 + b"--b--\r\n",
    "many headers of a part": b"--b\r\n" + b"A: b\r\n" * 100_000 + b"\r\n\r\n--b--\r\n",
    "a long header of a part": b'--b\r\nContent-Disposition: form-data; name="' + b"a" * 900_000 + b'"\r\n\r\n1\r\n--b--\r\n',
    "a part in no set of characters": b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=nope\r\n\r\n\xff\r\n--b--\r\n',
    "nothing but boundaries": b"--b" * 300_000,
}

MAILS: dict[str, bytes] = {
    "comments in comments in From": b"From: " + b"(" * 60_000 + b"\r\n\r\n",
    "some comments in From": b"From: " + b"(" * 990 + b" <ana@acme.example>\r\n" + CALENDAR_HEAD,
    "groups in groups in From": b"From: " + b"a:" * 450 + b"\r\n" + CALENDAR_HEAD,
    "a parameter whole and in pieces": b"Content-Disposition: attachment; filename=a.ics; filename*0=b; filename*1=c\r\n\r\n",
    "a set of characters whole and in pieces": (
        b"Content-Type: text/calendar; charset*0=a; charset=utf-8; charset*=x; method*0=a; method=b\r\n\r\nBEGIN:VCALENDAR\r\n"
    ),
    "a boundary whole and in pieces": b"Content-Type: multipart/mixed; boundary=b; boundary*0=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n",
    "groups in groups in a guest's name": _calendar(b'ATTENDEE;CN="' + b"a:" * 900 + b'":urn:x\r\n'),
    "quotes in From": b'From: "' + b'\\"' * 450 + b"\r\n" + CALENDAR_HEAD,
    "routes in From": b"From: <" + b"@a," * 300 + b":ana@acme.example>\r\n" + CALENDAR_HEAD,
    "3,000 nested parts": _nested_mail(3000),
    "100 nested parts": _nested_mail(100),
    "nested parts of one boundary": (_MIXED + b"--b\r\n") * 17_000,
    "mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 30_000,
    "a digest": b'Content-Type: multipart/digest; boundary="b"\r\n\r\n' + b"--b\r\n\r\n" * 120_000,
    "many parts": _MIXED + b"--b\r\nA: b\r\n\r\n\r\n" * 50_000,
    "many headers": b"A: b\r\n" * 160_000 + b"\r\n",
    "headers that do not end": b"A:\n" * 300_000,
    "a long header": b"Content-Type: text/calendar;\r\n" + b" x=y;\r\n" * 8000 + b"\r\n",
    "a report in a thousand blocks": b"Content-Type: message/delivery-status\r\n\r\n" + b"\r\n" * 500_000,
    "quotes in a header": b"Content-Type: text/calendar; " + b'"\\' * 1900 + b"\r\n\r\n",
    "a header in a thousand pieces": b"Content-Type: text/calendar; " + b"".join(b"name*%d*=a;" % n for n in range(300)) + b"\r\n\r\n",
    "a header of one piece that is missing": b"Content-Disposition: attachment; filename*1*=b; filename*99999999999=c\r\n\r\n",
    "sets of characters that do not exist": (
        b"From: =?nope?q?=ff?= <ana@acme.example>\r\nContent-Type: text/calendar; charset=nope; name*=nope''x.ics\r\n\r\nBEGIN:VCALENDAR\r\n"
    ),
    **{
        f"a calendar in {charset[:20]!r}": CALENDAR_HEAD.replace(b"/calendar", b"/calendar; charset=" + charset)
        + b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"
        for charset in (b"punycode", b"undefined", b"idna", b"zip", b"unicode_escape", b"unknown-8bit", b"x" * 3000)
    },
    "comments in comments in a guest's name": _calendar(b"ATTENDEE;CN=" + b"(" * 1900 + b":urn:x\r\n"),
    "comments in comments in a guest's address": _calendar(b"ATTENDEE:mailto:" + b"(" * 1900 + b"\r\n"),
    "comments in comments in a guest's number": _calendar(b"ATTENDEE;EMAIL=" + b"((((<<<" * 270 + b":urn:x\r\n"),
    "a guest of colons": _calendar(b"ATTENDEE" + b":" * 1900 + b"\r\n"),
    "a zone with a long name": _calendar(b"DTSTART;TZID=" + b"x" * 1800 + b":20260302T090000\r\nATTENDEE:mailto:a@b.c\r\n"),
    "a zone with a name that is none": _calendar(
        b"DTSTART;TZID=/\0:20260302T090000\r\nDTSTAMP;TZID=.:20260302T090000\r\nATTENDEE:mailto:a@b.c\r\n"
    ),
    "bytes that are no text": b"From: \xff\xfe <\xff@b.example>\r\nContent-Type: text/calendar\xff; name=\xff.ics\r\n\r\n\xff\0",
    "a boundary that is none": b"Content-Type: multipart/mixed; boundary*=nope''%ff\r\n\r\n--\xff\r\n\r\nx\r\n",
    "base64": b"Content-Type: text/calendar\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"A" * 900_000,
    "bad base64": b"Content-Type: text/calendar\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"=A" * 400_000,
    "quoted-printable": b"Content-Type: text/calendar\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=3D=\r\n" * 150_000,
    "uuencode": b"Content-Type: text/calendar\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 666 x\r\n" + b"M\r\n" * 300_000,
    "rules without end": _calendar(
        b"RRULE:FREQ=SECONDLY;COUNT=999999999\r\nDTSTART;TZID=Z:20260101T090000\r\n",
        b"BEGIN:VTIMEZONE\r\nTZID:Z\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
        b"RRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n",
    ),
    "events in events": CALENDAR_HEAD + b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + b"BEGIN:VEVENT\r\n" * 15_000,
    "many attendees": _calendar(b"ATTENDEE:mailto:a@b.c\r\n" * 11_000),
    "as many attendees as are read": _calendar(b'ATTENDEE;CN="x";PARTSTAT=A:mailto:a@b.c\r\n' * 1_900),
    "many events": CALENDAR_HEAD + b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + b"BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n" * 480,
    "short lines": CALENDAR_HEAD + b"A:\n" * 85_000,
    "a long line": _calendar(b"ATTENDEE:mailto:" + b"x" * 250_000 + b"\r\n"),
    "a line of folds": _calendar(b"ATTENDEE:mailto:" + b"x\r\n " * 60_000 + b"\r\n"),
    "many parameters": _calendar((b"ATTENDEE;" + b";".join(b'A%d="b"' % n for n in range(200)) + b":mailto:a@b.c\r\n") * 100),
    "commas in a parameter": _calendar((b"ATTENDEE;A=" + b"," * 1900 + b":mailto:a@b.c\r\n") * 100),
    "a sequence of many digits": _calendar(b"SEQUENCE:" + b"9" * 1900 + b"\r\nATTENDEE:mailto:ana@acme.example\r\n"),
    "moments that are none": _calendar(
        b"DTSTAMP:99999999T999999Z\r\nDTSTART;TZID=../../etc/passwd:00010101T000000\r\nATTENDEE:mailto:a@b.c\r\n"
    ),
    "a calendar that names a file": CALENDAR_HEAD + b"/etc/passwd",
    "more than is read of a calendar": _calendar(b"X:y\r\n" * 60_000),
}

MAILS_IN_JSON: dict[str, bytes] = {
    name: json.dumps(mail).encode()
    for name, mail in {
        "comments in comments in From": {"From": "(" * 100_000},
        "many attachments": {"From": "ana@acme.example", "Attachments": [{}] * 100_000},
        "attachments that are none": {"From": ["x"], "Attachments": [1, None, "x", {"Name": {"x": 1}, "ContentType": [], "Content": 5}]},
        "a calendar of a megabyte": {"Attachments": [{"Name": "x.ics", "Content": base64.b64encode(b"A:\n" * 200_000).decode()}]},
        "no base64": {"Attachments": [{"Name": "x.ics", "Content": "\ud800" * 1000}]},
    }.items()
}
