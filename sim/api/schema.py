"""The JSON Schema of scenario and network files, for editors: completion, and what each key means.

``python -m sim.api.schema > scenarios/scenario.schema.json``. The loader checks more than a schema can say.
"""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any

from pydantic import BaseModel

from sim.scenario.care.levers import LEVERS
from sim.scenario.care.schema import CareFile
from sim.scenario.network.schema import PER_CLASS, NetworkScenario

FILE = "scenario.schema.json"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_KEYS = {
    "kind": "care：分级诊疗情景；network：排队网络 / care (the default) or network",
    "name": "名称，与文件名相同 / name, the same as the file's",
    "title": "中英文标题 / title in both languages",
    "description": "说明 / a paragraph in both languages",
    "extends": "上级情景 / the parent, whose keys hold where this file says nothing",
    "with": "政策组件，见parts文件夹 / parts: packages of levers in the folder parts",
    "without": "去掉上级或组件中的措施 / levers of the parent or of parts that are taken away",
    "region": "区域和地区，如fujian/youxi / region and area, or a list of areas",
    "run": "运行：起始日、预热期、时长、重复次数、随机种子 / when, how long, how often, with which luck",
    "levers": "政策措施，每行一项 / what changes, one entry per line",
    "targets": "目标表的名称，或单项目标 / a table of targets, or single ones",
    "from": "生效日 / first day it acts",
    "until": "失效日 / first day it no longer acts",
    "where": "适用的地方，如{county: youxi} / where it acts: columns of the table and their values",
    "set": "要设定的数值，如facilities.beds / a number of the region's tables, table.column, or several",
    "to": "设为 / the new value",
    "times": "乘以 / what it is multiplied by",
    "plus": "增加 / what is added",
    "source": "来源 / where the figure comes from",
    "classes": "患者类别 / kinds of patients: how they arrive, where they begin",
    "stations": "站点 / stations: servers, service, queue, ways out",
    "first_free": "依次尝试的站点 / stations that are tried in order",
    "report": "另外报告什么 / what is reported beside the usual",
}
"""What a key means, in Chinese and English."""
_NUMBER = {"type": "number"}
_WORDS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


def scenario_schema() -> dict[str, Any]:
    """Return the schema of a file, care or network by its ``kind``."""
    care, network = _care(), _model(NetworkScenario)
    _per_class(network)
    definitions = {**care.pop("$defs", {}), **network.pop("$defs", {})}
    for part in (care, network):
        part["required"] = ["name", "title"]
        _explain(part)
    network["required"] = ["kind", *network["required"]]
    is_network = {"properties": {"kind": {"const": "network"}}, "required": ["kind"]}
    return {
        "$schema": _DRAFT,
        "title": "tiered-care-sim: scenario or network",
        "if": is_network,
        "then": network,
        "else": care,
        "$defs": definitions,
    }


def _model(model: type[BaseModel]) -> dict[str, Any]:
    """Return a model's schema without what inheritance may leave out."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    for part in (schema, *schema.get("$defs", {}).values()):
        # A child states only what differs from its parent, and a CSV file may hold what a key would.
        part.pop("required", None)
    return schema


def _care() -> dict[str, Any]:
    """Return the schema of a care scenario."""
    schema = _model(CareFile)
    properties, definitions = schema["properties"], schema.setdefault("$defs", {})
    entry: dict[str, Any] = {
        "from": {"type": "string", "format": "date"},
        "until": {"type": "string", "format": "date"},
        "where": {"type": "object"},
        "set": _WORDS,
        "to": _NUMBER,
        "times": _NUMBER,
        "plus": _NUMBER,
        "source": {"type": "string"},
    }
    for lever in LEVERS:
        own = _model(lever)
        definitions.update(own.pop("$defs", {}))
        first = inspect.cleandoc(lever.__doc__ or "").partition("\n")[0]
        entry[lever.name] = {**own, "description": f"{lever.title.zh} / {lever.title.en}. {first}"}
    for key in entry.keys() & _KEYS.keys():
        entry[key] = {**entry[key], "description": _KEYS[key]}
    properties["levers"] = {
        "type": "array",
        "items": {"type": "object", "properties": entry, "additionalProperties": False},
    }
    properties["with"] = {"type": "array", "items": {"type": "string"}}
    properties["without"] = {"type": "array", "items": {"type": "string"}}
    properties["targets"] = {"type": ["string", "object"]}
    return schema


def _per_class(network: dict[str, Any]) -> None:
    """Let values of a station be one for all classes, or one per class."""
    station = network["$defs"]["Station"]["properties"]
    for key in PER_CLASS:
        of_each = station[key]
        station[key] = {"anyOf": [of_each.get("additionalProperties", {}), of_each]}


def _explain(part: dict[str, Any]) -> None:
    for key, schema in part["properties"].items():
        if key in _KEYS:
            part["properties"][key] = {**schema, "description": _KEYS[key]}


def schema_text() -> str:
    """Return the file's text."""
    return json.dumps(scenario_schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
