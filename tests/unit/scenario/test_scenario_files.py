"""Inheritance, timeline, targets, listing and writing out."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.reading.yaml_file import read_yaml
from sim.region import Region
from sim.scenario import (
    Scenario,
    diff_to_parent,
    inputs_at,
    list_scenarios,
    load_scenario,
    load_targets,
    overridden,
    region_folder,
    resolved_yaml,
    scenario_kind,
    targets_frame,
)
from sim.scenario.care.resolve import flat

from .conftest import Write


def load(path: Path) -> Scenario:
    return load_scenario(path, path.parent)


def names(scenario: Scenario) -> list[str]:
    return [entry.lever.name for entry in scenario.levers]


class TestReading:
    def test_every_key_has_its_line(self, folder: Path) -> None:
        path = folder / "lines.yaml"
        path.write_text("a: 1\nb:\n  - c: {d: 2,\n       e: 3}\n  - f\n", encoding="utf-8")
        document = read_yaml(path)
        lines = {key: mark.line for key, mark in document.marks.items()}
        assert document.data == {"a": 1, "b": [{"c": {"d": 2, "e": 3}}, "f"]}
        assert lines[("a",)] == 1
        assert lines[("b", 0)] == 3
        assert lines[("b", 0, "c", "d")] == 3
        assert lines[("b", 0, "c", "e")] == 4
        assert lines[("b", 1)] == 5
        assert document.marks[("b", 0, "c", "d")].key == "b[1].c.d"

    def test_values_are_plain(self, folder: Path) -> None:
        path = folder / "values.yaml"
        text = "a: ~\nb: true\nc: 1.5e1\nd: 2023-07-01\ne: '1'\nf: yes\ng: .inf\nh: -3\n"
        path.write_text(text, encoding="utf-8")
        values = read_yaml(path).data
        assert values == {
            "a": None,
            "b": True,
            "c": 15.0,
            "d": "2023-07-01",
            "e": "1",
            "f": "yes",
            "g": float("inf"),
            "h": -3,
        }

    def test_byte_order_mark_and_windows_line_ends(self, folder: Path) -> None:
        path = folder / "windows.yaml"
        path.write_bytes(b"\xef\xbb\xbf" + "a: 1\r\nb: 中\r\n".encode())
        document = read_yaml(path)
        assert document.data == {"a": 1, "b": "中"}
        assert document.marks[("b",)].line == 2


class TestInheritance:
    def test_child_overrides_level_by_level(self, write: Write) -> None:
        scenario = load(write("child", "run: {seed: 7}\n"))
        assert scenario.run.seed == 7
        assert scenario.run.replications == 2
        assert scenario.title.en == "child"
        assert scenario.parent is not None
        assert scenario.parent.name == "base.yaml"

    def test_levers_add_replace_and_go(self, folder: Path, write: Write) -> None:
        write(
            "middle",
            "levers:\n"
            "  - bed_plan: {public: 4}\n"
            "  - first_contact: {bound: 0.5}\n"
            "  - from: 2020-03-01\n    bed_plan: {public: 5}\n",
        )
        path = folder / "last.yaml"
        path.write_text(
            "name: last\nextends: middle\ntitle: {zh: 末, en: Last}\n"
            "without: [first_contact]\n"
            "levers:\n  - bed_plan: {public: 6}\n  - physicians: {}\n",
            encoding="utf-8",
        )
        scenario = load(path)
        beds = [
            (entry.begins, entry.lever.model_dump()["public"])
            for entry in scenario.levers
            if entry.lever.name == "bed_plan"
        ]
        assert beds == [(None, 6.0), (date(2020, 3, 1), 5.0)]
        assert sorted(names(scenario)) == ["bed_plan", "bed_plan", "physicians"]
        files = {entry.begins: entry.mark.file.name for entry in scenario.levers}
        assert files == {None: "last.yaml", date(2020, 3, 1): "middle.yaml"}

    def test_parent_by_path(self, folder: Path, write: Write) -> None:
        write("middle", "run: {seed: 9}\n")
        (folder / "below").mkdir()
        path = folder / "below" / "deep.yaml"
        path.write_text(
            "name: deep\nextends: ../middle.yaml\ntitle: {zh: 深, en: Deep}\n", encoding="utf-8"
        )
        assert load_scenario(path, folder).run.seed == 9

    def test_a_problem_in_a_parent_names_the_parents_line(self, folder: Path, write: Write) -> None:
        write("middle", "levers:\n  - bed_plan: {public: -1}\n")
        path = folder / "last.yaml"
        path.write_text(
            "name: last\nextends: middle\ntitle: {zh: 末, en: Last}\n", encoding="utf-8"
        )
        with pytest.raises(InputError) as caught:
            load(path)
        (problem,) = caught.value.problems
        assert problem.file == folder / "middle.yaml"
        assert problem.line == 5
        assert problem.key == "levers[1].bed_plan.public"

    def test_targets_of_the_child_replace_those_of_the_parent(self, write: Write) -> None:
        write("middle", 'targets: {in_county_rate: ">= 0.8"}\n')
        path = write("last", 'targets: {primary_visit_share: ">= 0.6"}\n')
        path.write_text(path.read_text().replace("extends: base", "extends: middle"))
        assert [target.indicator for target in load(path).targets] == ["primary_visit_share"]


class TestTimeline:
    LINES = (
        "levers:\n"
        "  - from: 2020-07-01\n    first_contact: {bound: 0.9}\n"
        "  - first_contact: {bound: 0.2}\n"
        "  - from: 2020-03-01\n    until: 2020-05-01\n    first_contact: {bound: 0.6}\n"
    )

    def test_epochs_are_the_dates_of_change(self, write: Write) -> None:
        timeline = load(write("dated", self.LINES)).timeline
        assert timeline.epochs() == (
            date(2019, 12, 30),
            date(2020, 3, 1),
            date(2020, 5, 1),
            date(2020, 7, 1),
        )

    @pytest.mark.parametrize(
        ("day", "bound"),
        [
            (date(2019, 12, 30), 0.2),
            (date(2020, 2, 29), 0.2),
            (date(2020, 3, 1), 0.6),
            (date(2020, 4, 30), 0.6),
            (date(2020, 5, 1), 0.2),
            (date(2020, 7, 1), 0.9),
        ],
    )
    def test_the_latest_that_acts_holds(
        self, write: Write, region: Region, day: date, bound: float
    ) -> None:
        scenario = load(write("dated", self.LINES))
        assert inputs_at(region, scenario, day).behaviour["first_contact_bound"] == bound

    def test_what_is_added_stays_when_a_lever_begins_later(
        self, write: Write, region: Region
    ) -> None:
        lines = (
            "levers:\n"
            "  - extra: {first_contact_bound: 0.1}\n"
            "  - from: 2020-07-01\n    first_contact: {bound: 0.8}\n"
            "  - from: 2020-09-01\n    extra: {first_contact_bound: 0.05}\n"
        )
        scenario = load(write("added", lines))
        assert names(scenario) == ["first_contact", "extra", "extra"]
        assert [
            inputs_at(region, scenario, day).behaviour["first_contact_bound"]
            for day in scenario.timeline.epochs()
        ] == pytest.approx([0.1, 0.9, 0.95])

    def test_before_the_run_is_no_epoch(self, write: Write) -> None:
        lines = "levers:\n  - from: 2019-01-01\n    until: 2030-01-01\n    bed_plan: {}\n"
        assert load(write("early", lines)).timeline.epochs() == (date(2019, 12, 30),)

    def test_order_in_the_file_does_not_matter(self, write: Write, region: Region) -> None:
        levers = ["  - bed_plan: {}\n", "  - staffed_beds: {}\n", "  - physicians: {}\n"]
        day = date(2020, 1, 6)
        forward = inputs_at(region, load(write("one", "levers:\n" + "".join(levers))), day)
        backward = inputs_at(region, load(write("two", "levers:\n" + "".join(levers[::-1]))), day)
        assert forward.facilities.equals(backward.facilities)

    def test_disjoint_values_from_one_date_are_allowed(self, write: Write) -> None:
        lines = (
            "levers:\n"
            "  - county_capability: {counties: [daxian], conditions: [stroke], gain: 0.4}\n"
            "  - county_capability: {counties: [daxian], conditions: [cataract], gain: 0.8}\n"
        )
        scenario = load(write("two-gains", lines))
        assert names(scenario) == ["county_capability", "county_capability"]
        assert len(diff_to_parent(scenario, scenario.path.parent)) == 6

    def test_a_lever_that_does_not_fit_names_its_line(self, write: Write, region: Region) -> None:
        path = write("unfit", "levers:\n  - county_capability:\n      counties: [daxan]\n")
        with pytest.raises(InputError) as caught:
            inputs_at(region, load(path), date(2020, 1, 6))
        (problem,) = caught.value.problems
        assert (problem.file, problem.line) == (path, 5)
        assert problem.key == "levers[1].county_capability.counties"
        assert "did you mean 'daxian'" in problem.what


class TestInputs:
    def test_area_is_cut_after_the_levers_act(self, write: Write, region: Region) -> None:
        lines = "region: small/xiaoxian\nlevers:\n  - bed_plan: {public: 6.4}\n"
        inputs = inputs_at(region, load(write("part", lines)), date(2020, 1, 6))
        assert inputs.counties["county"].to_list() == [350102]
        beds = inputs.facilities.set_index("facility")["beds"]
        assert beds[[7, 8, 9]].to_list() == [200, 1000, 600]
        assert 5 not in beds.index
        assert inputs.catchment_share[8] == pytest.approx(0.2)
        assert inputs.catchment_share[7] == 1

    def test_unknown_area_names_the_line(self, write: Write, region: Region) -> None:
        path = write("nowhere", "region: small/xiaoxan\n")
        with pytest.raises(InputError, match=r"nowhere\.yaml:4: region: 'xiaoxan' is no county"):
            inputs_at(region, load(path), date(2020, 1, 6))

    def test_an_already_cut_region_is_refused(self, write: Write, region: Region) -> None:
        part = replace(region, counties=region.counties.iloc[1:])
        with pytest.raises(ValueError, match="whole region"):
            inputs_at(part, load(write("plain", "")), date(2020, 1, 6))

    def test_unknown_behaviour_parameter(self, write: Write, region: Region) -> None:
        table = region.behaviour[region.behaviour["parameter"] != "contract_bonus"]
        path = write("bonus", "levers:\n  - family_doctor: {bonus: 1}\n")
        with pytest.raises(InputError, match="no parameter 'contract_bonus'"):
            inputs_at(replace(region, behaviour=table), load(path), date(2020, 1, 6))


class TestTargets:
    def test_plan_has_all_25_indicators(self, folder: Path) -> None:
        table = load_targets(folder / "targets" / "plan.csv")
        numbers = {target.number for target in table}
        assert {str(number) for number in range(1, 26)} <= numbers
        assert {f"P{number}" for number in range(1, 14)} <= numbers

    def test_frame_for_the_scorecard(self, write: Write) -> None:
        path = write("goal", 'targets: {in_county_rate: ">= 0.85"}\n')
        frame = targets_frame(load(path).targets)
        (row,) = frame.to_dict("records")
        assert (row["number"], row["indicator"], row["operator"]) == ("13", "in_county_rate", ">=")
        assert row["target"] == 0.85
        assert frame["value_2020"].isna().all()
        assert frame["tolerance"].isna().all()

    @pytest.mark.parametrize(
        ("text", "target", "tolerance"),
        [("about 0.4", 0.4, 0.02), ("about 0.4 +- 0.1", 0.4, 0.1), ("about 2 ± 1", 2, 1)],
    )
    def test_about(self, write: Write, text: str, target: float, tolerance: float) -> None:
        path = write("goal", f'targets: {{service_income_share: "{text}"}}\n')
        (row,) = load(path).targets
        assert (row.operator, row.target) == ("about", target)
        assert row.tolerance == pytest.approx(tolerance)

    def test_no_targets(self, write: Write) -> None:
        scenario = load(write("plain", ""))
        assert scenario.targets == ()
        assert targets_frame(scenario.targets).empty


class TestWritingOut:
    LINES = (
        'targets: {in_county_rate: ">= 0.9", service_income_share: "about 0.4"}\n'
        "region: [small/daxian, small/xiaoxian]\n"
        "levers:\n"
        "  - bed_plan: {private: null}\n"
        "  - from: 2020-03-01\n    until: 2020-06-01\n"
        "    two_way_referral: {conditions: [stroke]}\n"
        "  - tiered_reimbursement: {deductible: {residents: {county: 250}}}\n"
    )

    def test_resolved_file_is_the_same_scenario(self, folder: Path, write: Write) -> None:
        scenario = load(write("full", self.LINES))
        (folder / "out").mkdir()
        path = folder / "out" / "full.yaml"
        path.write_text(resolved_yaml(scenario), encoding="utf-8")
        again = load_scenario(path, folder)
        assert "extends" not in path.read_text(encoding="utf-8")
        assert flat(again) == flat(scenario)
        assert [entry.lever for entry in again.levers] == [entry.lever for entry in scenario.levers]
        assert again.run == scenario.run
        assert again.title == scenario.title
        assert [(t.operator, t.target, t.tolerance) for t in again.targets] == [
            (t.operator, t.target, t.tolerance) for t in scenario.targets
        ]

    def test_difference_to_the_parent(self, write: Write) -> None:
        write("middle", "levers:\n  - first_contact: {bound: 0.5}\n")
        path = write(
            "last", "run: {seed: 2}\nwithout: [first_contact]\nlevers:\n  - bed_plan: {}\n"
        )
        path.write_text(path.read_text().replace("extends: base", "extends: middle"))
        changes = [str(change) for change in diff_to_parent(load(path), path.parent)]
        assert changes == [
            "~ run.seed: 1 -> 2",
            "+ levers.bed_plan.public: 3.6",
            "+ levers.bed_plan.private: 1.5",
            "+ levers.bed_plan.primary: 1.0",
            "- levers.first_contact.bound: 0.5",
            "- levers.first_contact.exceptions: ['children']",
        ]

    def test_nothing_changed_in_a_copy(self, write: Write) -> None:
        scenario = load(write("copy", ""))
        assert diff_to_parent(scenario, scenario.path.parent) == []


class TestOverriding:
    def test_region_and_run(self, write: Write) -> None:
        lines = "levers:\n  - from: 2020-10-01\n    bed_plan: {}\n"
        scenario = load(write("dated", lines))
        other = overridden(scenario, region=["small/daxian"], run={"length": "8 w", "seed": 5})
        assert other.region.areas == ("daxian",)
        assert (other.run.length, other.run.seed, other.run.replications) == (56, 5, 2)
        assert other.timeline.epochs() == (date(2019, 12, 30),)
        assert len(scenario.timeline.epochs()) == 2

    def test_every_mistake_names_its_argument(self, folder: Path) -> None:
        with pytest.raises(InputError) as caught:
            overridden(
                load_scenario("base", folder),
                region=["a/b", "c/d"],
                run={"warm_up": "3", "replications": 0},
            )
        keys = [problem.key for problem in caught.value.problems]
        assert keys == ["region", "warm_up", "replications"]
        assert str(caught.value.problems[2]) == (
            "argument: replications: must be at least 1, not 0"
        )


def test_scenarios_and_inputs_travel_to_other_processes(write: Write, region: Region) -> None:
    scenario = load(write("travels", TestWritingOut.LINES))
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    inputs = inputs_at(region, scenario, date(2020, 4, 1))
    again = pickle.loads(pickle.dumps(inputs))
    assert again.behaviour == inputs.behaviour
    assert again.facilities.equals(inputs.facilities)


def test_list_shows_broken_files_too(folder: Path, write: Write) -> None:
    write("good", "")
    (folder / "broken.yaml").write_text("a: 1\n\tb: 2\n", encoding="utf-8")
    listed = {listing.name: listing for listing in list_scenarios(folder)}
    assert sorted(listed) == ["base", "broken", "good"]
    assert listed["good"].title is not None
    assert listed["good"].kind == "care"
    assert listed["broken"].title is None
    assert listed["broken"].problems[0].line == 2


def test_list_of_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        list_scenarios(tmp_path / "nowhere")


def test_by_name(folder: Path) -> None:
    assert load_scenario("base", folder).name == "base"
    with pytest.raises(InputError, match="no scenario 'bas'; there are: base; did you mean 'base'"):
        load_scenario("bas", folder)


def test_kind(folder: Path, write: Write) -> None:
    assert scenario_kind("base", folder) == "care"
    assert scenario_kind(write("queue", "kind: network\n"), folder) == "network"


def test_region_folder(folder: Path) -> None:
    scenario = load_scenario("base", folder)
    with pytest.raises(InputError, match=r"base\.yaml:3: region: there is no region 'small'"):
        region_folder(scenario, folder)
    (folder / "regions" / "small").mkdir(parents=True)
    shutil.copy(folder / "base.yaml", folder / "regions" / "small" / "region.yaml")
    assert region_folder(scenario, folder) == folder / "regions" / "small"
