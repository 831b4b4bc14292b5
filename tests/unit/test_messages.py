"""Every message has its Chinese, and a line is translated with its values whole."""

import re

import message_catalogue
import pytest

from sim.errors import Problem
from sim.messages import message_language, problem_line, templates, translated


def test_every_message_of_the_program_has_a_row():
    assert message_catalogue.missing() == {}


def test_every_row_is_used():
    assert message_catalogue.unused() == []


def test_the_extractor_sees_messages_of_all_kinds():
    told = message_catalogue.messages()
    assert len(told) > 300
    for text in (
        "'{}' is not a number",  # a ValueError of a validator
        "Counted weeks.",  # help of an option
        "all {} runs are known from before",  # progress
        "unknown key '{}'; allowed: {}{}",  # returned by a helper
        ", about {} left",  # a part of a message
    ):
        assert text in told


@pytest.mark.parametrize("template", templates(), ids=lambda template: template.english)
def test_a_row_keeps_every_value(template):
    places = re.findall(r"\{(\d*)\}", template.chinese)
    count = template.english.count("{}")
    numbered = sorted(int(place) for place in places if place)
    assert numbered in ([], list(range(count)))
    assert len(places) == count
    assert template.chinese


def test_values_are_only_text_and_hints_are_translated():
    line = "unknown key '{0}'; allowed: name, {}; did you mean 'name'?"
    assert translated(line, "zh") == "未知的键“{0}”；可选：name, {}；是否应为“name”？"
    assert translated(line, "en") == line


def test_the_order_of_values_can_differ():
    line = "a sets b from 2023, and so does c on line 7"
    assert translated(line, "zh") == "a自2023起设定b，第7行的c也是如此"


def test_a_number_that_is_set_twice_is_told_with_its_other_place():
    line = "facilities.beds is set from 2025-07-01 here and on line 6 of more.yaml"
    assert translated(line, "zh") == "facilities.beds自2025-07-01起在此处和more.yaml第6行都有设定"


def test_what_somebody_wrote_in_quotes_is_never_translated():
    assert translated("'is missing' is not a number", "zh") == "“is missing”不是数字"


def test_an_unknown_line_stays_and_a_place_stays():
    assert translated("nobody has said this before", "zh") == "nobody has said this before"
    assert problem_line(Problem("is missing", key="run.seed"), "zh") == "run.seed: 缺失"


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["--lang", "zh", "list"], {}, "zh"),
        (["list", "--lang=en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["list"], {"LANG": "zh_CN.UTF-8"}, "zh"),
        (["list"], {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        (["list"], {"LC_MESSAGES": "zh_TW.UTF-8", "LANG": "en_GB"}, "zh"),
        (["list"], {}, "en"),
        (["list", "--lang"], {}, "en"),
    ],
)
def test_the_option_decides_then_the_locale(arguments, environment, language):
    assert message_language(arguments, environment) == language
