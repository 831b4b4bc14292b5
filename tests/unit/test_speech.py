"""The command line speaks the language that is asked for."""

import pytest

import sim
from sim.cli import main


def said(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    out, err = capsys.readouterr()
    return ended.value.code, out + err


def test_help_is_chinese_when_asked_for(capsys):
    code, text = said(capsys, "--lang", "zh", "--help")
    assert code == 0
    for word in ("用法：", "选项", "命令", "列出情景", "显示本说明后退出。"):
        assert word in text
    assert "List the" not in text


def test_help_follows_the_locale_and_the_option_goes_before_it(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "用法：" in said(capsys, "run", "--help")[1]
    assert "Usage:" in said(capsys, "--lang", "en", "--help")[1]


def test_a_wrong_command_line_is_told_in_chinese_with_code_2(capsys):
    code, text = said(capsys, "--lang", "zh", "run", "plan-2025", "--weeks", "0")
    assert code == 2
    assert "应为大于或等于1的整数，而不是“0”" in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--weeks", "1_0"], "'--weeks': must be a whole number, at least 1, not '1_0'"),
        (["-n", "1.5"], "must be a whole number from 1 to 100000, not '1.5'"),
        (["--seed", "９"], "must be a whole number, at least 0, not '９'"),
        (["--weeks", "9" * 5000], f"of at most 19 digits, not '{'9' * 60}...'"),
        (["--region", "fujian/\u202e德化"], "holds the invisible character U+202E; delete it"),
    ],
)
def test_a_wrong_option_is_told_in_plain_words(capsys, words, told):
    code, text = said(capsys, "--lang", "en", "run", "plan-2025", *words)
    assert code == 2
    assert text.splitlines()[-1].endswith(told)


def test_check_tells_problems_in_chinese(capsys):
    code, text = said(capsys, "check", "plan-2052", "--lang", "zh")
    assert code == 2
    assert "没有情景“plan-2052”" in text
    assert "是否应为“plan-2025”？" in text


def test_a_language_before_the_command_holds_for_its_results(capsys):
    assert "Baseline 2020" in said(capsys, "--lang", "en", "list")[1]


def test_counties_of_a_region_are_listed(capsys):
    code, text = said(capsys, "list", "--region", "fujian")
    assert code == 0
    assert "350426 尤溪县 Youxi 县 341,638" in text


def test_a_county_is_found_without_its_region():
    (area,) = {sim.load("plan-2025", region=name).region.areas for name in ("德化", "fujian/德化")}
    assert area == ("德化",)


def test_an_unknown_county_alone_is_told_how_to_be_written():
    with pytest.raises(sim.InputError, match="such as fujian/taining"):
        sim.load("plan-2025", region="德话")


def test_an_argument_in_another_encoding_is_told(capsys):
    for words in (["check", "\udcff"], ["log", "erlang-b", "\udcff.parquet"]):
        code, line = said(capsys, "--lang", "en", *words)
        assert code == 2
        assert "\\uDCFF" in line
        assert "is no UTF-8 in this locale" in line


def test_workers_before_a_command_are_refused(capsys):
    code, line = said(capsys, "--lang", "en", "--workers", "2", "list")
    assert (code, line) == (2, "--workers: stands behind the command\n")


def test_show_has_the_language_as_the_other_commands_have(capsys):
    code, text = said(capsys, "show", "nothing-such", "--lang", "zh")
    assert code == 2
    assert "没有" in text
    assert said(capsys, "show", "mmc", "--lang", "en")[0] == 0
