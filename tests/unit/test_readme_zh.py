"""The Chinese README is in step with the English one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EACH_OTHER = {"README.md", "README.zh.md"}
BLOCK = re.compile(r"^```.*?^```$", re.M | re.S)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


ENGLISH, CHINESE = read("README.md"), read("README.zh.md")


def headings(text):
    return [len(marks) for marks in re.findall(r"^(#+) ", BLOCK.sub("", text), re.M)]


def commands_of_tables(text):
    return re.findall(r"^\| (`[^`]*`) \|", text, re.M)


def links(text):
    return [link for link in re.findall(r"\]\(([^)]+)\)", text) if link not in EACH_OTHER]


@pytest.mark.parametrize("part", [headings, BLOCK.findall, commands_of_tables, links])
def test_both_have_the_same(part):
    assert part(ENGLISH)
    assert part(CHINESE) == part(ENGLISH)


def test_every_link_of_the_chinese_one_leads_somewhere():
    assert [link for link in links(CHINESE) if not (ROOT / link).exists()] == []
