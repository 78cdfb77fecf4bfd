"""What the functions of an expression give, and how they fail."""

from datetime import UTC, datetime

import pytest

from gateway.adapters.expressions import EvaluationFailed, Evaluator, ValueMissing
from tests.gateway.adapters.deliveries import NOW


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("at_seconds(1772442000)", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("at_millis(1772442000500)", datetime(2026, 3, 2, 9, 0, 0, 500_000, tzinfo=UTC)),
        ('day(timestamp("2026-03-01T23:30:00Z"), "Europe/Berlin")', "2026-03-02"),
        ('timestamp("2026-11-27T10:15:30.000+0000")', datetime(2026, 11, 27, 10, 15, 30, tzinfo=UTC)),
        ('timestamp("2026-11-27T02:15:30-0800")', datetime(2026, 11, 27, 10, 15, 30, tzinfo=UTC)),
        ('timestamp("2026-11-27T10:15:30.123456789Z")', datetime(2026, 11, 27, 10, 15, 30, 123456, tzinfo=UTC)),
        ('timestamp(timestamp("2026-11-27t10:15:30z")) == timestamp(1795774530)', True),
        ('timestamp("2026-11-27T10:15:30+0000") + duration("1h") < timestamp("2026-11-27T11:15:30.001Z")', True),
        ('timestamp("2026-11-27T10:15:30+0100").getHours() == 10 && "timestamp(" != "timestamp"', True),
        ("timestamp(body.none)", None),
        ('timestamp("")', None),
        ('money(120000, "eur")', 1200.0),
        ('money(50000, "jpy")', 50000.0),
        ('money(1500, "KWD")', 1.5),
        ('slug("Report Published!")', "report-published"),
        ("cut(body.long)", "x" * 499 + "…"),
        ('plain("<p>It&#39;s <b>3 &lt; 4</b><br/>or 5 < 6</p>")', "It's 3 < 4 or 5 < 6"),
        ('text("x")', "x"),
        ("text(7)", None),
        ("slug(text(true))", None),
        ('email(" Ana@Acme.example")', "ana@acme.example"),
        ("json(body.inner).a + 1", 2),
        ("sum([1, 2])", 3),
        ("known(body.none)", None),
        ('known("x")', True),
        ('slug("!!!")', None),
        ('email("Ana")', None),
        ('email(json("{}"))', None),
        ('customers("b").name', None),
        ('customers("a")', "acme"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_the_functions_give(expression: str, value: object) -> None:
    evaluator = Evaluator({"body": {"long": "x" * 900, "inner": '{"a": 1}'}}, {"customers": {"a": "acme"}})
    if value is None:
        with pytest.raises(ValueMissing):
            evaluator.value(expression)
    else:
        assert evaluator.value(expression) == value


@pytest.mark.parametrize(
    "expression",
    ['at_seconds("x")', 'day(body.at, "Mars")', "slug(7)", "at_millis(1.0e300)", 'json("{")', "slug()"]
    + [
        f"timestamp({value})"
        for value in ("true", "[1]", '"yesterday"', '"2026-11-27"', '"2026-11-27T10:15:30"', '"2026-11-27T10:15:30+24:00"')
    ],
)
def test_a_function_that_fails_says_so_and_writes_nothing(expression: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(EvaluationFailed):
        Evaluator({"body": {"at": NOW}}, {}).value(expression)
    assert capfd.readouterr() == ("", "")
