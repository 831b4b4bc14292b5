"""The behaviour parameters of a region, each declared once.

What people and doctors do is a table of numbers (``behaviour.csv`` of a region). Everything else about a
parameter follows from its declaration here: whether a region must give it, what it may be, and, for the
cells of `Behaviour`, where the pathway finds it and in which unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from math import inf
from types import MappingProxyType

from sim.glossary import AGE_BANDS


@dataclass(frozen=True)
class BehaviourParameter:
    """A number of a region's behaviour table.

    Attributes
    ----------
    name : str
        As the table writes it.
    unit : str
        Of the table.
    least, most : float
        The values that have a meaning; what is plausible is the range that the region states beside it.
    zh, en : str
        What it is.
    used_by : str
        The module that reads it.
    neutral : float or None
        The value where a region's table does not have the parameter: nobody does it. None: a region must
        have it.
    above_least : bool
        Whether the least value itself is excluded.
    pathway_factor : float
        What the table's unit is in the pathway's: 60 for hours, since the pathway reckons in minutes.
    fixed : bool
        Whether it holds for a whole run: ways are measured once.
    """

    name: str
    unit: str
    least: float
    most: float
    zh: str
    en: str
    used_by: str
    neutral: float | None = None
    above_least: bool = False
    pathway_factor: float = 1.0
    fixed: bool = False

    def allows(self, value: float) -> bool:
        """Tell whether a value has a meaning."""
        above = value > self.least if self.above_least else value >= self.least
        return above and value <= self.most

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        low = f"above {self.least:g}" if self.above_least else f"{self.least:g} or more"
        return low if self.most == inf else f"{low}, at most {self.most:g}"


_DECIDES_ALONE = -1.0
"""Least utility of a minute, or of 100 CNY: a quarter of an hour makes a place 3 million times less likely.
Beyond it the weights of far places are no numbers any more."""
_MOST_ALIKE = 0.2
"""Least nest parameter: utilities are divided by it, and weights must stay numbers."""
_LEAST, _MOST = 100 * _DECIDES_ALONE, -100 * _DECIDES_ALONE
_HOUR_MIN, _DAY_MIN = 60.0, 1440.0
_Declared = BehaviourParameter


class Behaviour(IntEnum):
    """Cells of ``CareWorld.behaviour``: the parameters that the pathway itself reads."""

    parameter: BehaviourParameter

    def __new__(cls, parameter: BehaviourParameter) -> Behaviour:
        """Give each cell the next number."""
        cell = int.__new__(cls, len(cls.__members__))
        cell._value_ = len(cls.__members__)
        cell.parameter = parameter
        return cell

    # fmt: off
    MODERATE_FROM = _Declared(
        "severity_moderate_from", "complexity", 0.0, 1.0,
        "中度起点", "complexity from which an episode looks moderate to the patient", "onset")
    SEVERE_FROM = _Declared(
        "severity_severe_from", "complexity", 0.0, 1.0,
        "重度起点", "complexity from which an episode looks severe to the patient", "onset")
    BOUND = _Declared(
        "first_contact_bound", "share", 0.0, 1.0,
        "基层首诊约束比例", "people whose first contact must be in primary care", "choice", 0.0)
    BOUND_EXCEPT_CHILDREN = _Declared(
        "first_contact_except_children", "0 or 1", 0.0, 1.0,
        "儿童不受首诊约束", "children are spared the rule of first contact", "choice", 0.0)
    COMPLY = _Declared(
        "referral_comply", "share", 0.0, 1.0,
        "遵从转诊比例",
        "patients who go where a doctor refers them, if they would else go there as often as not",
        "referral")
    REFERRAL_DELAY_MIN = _Declared(
        "referral_delay_hours", "hours", 0.0, inf,
        "转诊等待", "from the decision to setting out, mean", "referral", pathway_factor=_HOUR_MIN)
    REVIEW_RETURNED = _Declared(
        "review_returned", "share", 0.0, 1.0,
        "转诊审核退回比例", "referrals of treatable patients that review sends back", "referral", 0.0)
    STEP_DOWN_DELAY_MIN = _Declared(
        "step_down_delay_hours", "hours", 0.0, inf,
        "下转手续时间", "shortest time for papers and transport", "stay", pathway_factor=_HOUR_MIN)
    STEP_DOWN_PATIENCE_MIN = _Declared(
        "step_down_patience_days", "days", 0.0, inf,
        "等待下转床位的期限", "then the stay is finished where it began", "stay", pathway_factor=_DAY_MIN)
    READMISSION_DELAY_MIN = _Declared(
        "readmission_delay_days", "days", 0.0, inf,
        "再入院间隔", "mean, cut at 30 days", "stay", above_least=True, pathway_factor=_DAY_MIN)
    UNREFERRED_RATE_LOSS = _Declared(
        "unreferred_rate_loss", "share of in-scope cost", 0.0, 1.0,
        "未经转诊的报销降幅", "rate lost without a referral", "payment")
    WAIT_WEIGHT_PER_MIN = _Declared(
        "wait_per_minute", "utility per minute of expected wait", _DECIDES_ALONE, 0.0,
        "候诊时间效用", "weight of the expected wait in the choice", "path")
    EMERGENCY_BED_PATIENCE_MIN = _Declared(
        "patience_bed_hours_emergency", "hours", 0.0, inf,
        "急诊等床期限", "mean wait before being sent on", "stay", pathway_factor=_HOUR_MIN)
    ROUTINE_BED_PATIENCE_MIN = _Declared(
        "patience_bed_hours_routine", "hours", 0.0, inf,
        "择期等床期限", "mean wait for a planned bed", "stay", pathway_factor=_HOUR_MIN)
    AMBULANCE_SPEED_FACTOR = _Declared(
        "ambulance_speed_factor", "ratio", 0.0, inf,
        "救护车速度比", "ambulance over ordinary speed", "referral", above_least=True)
    TRANSFER_ARRANGING_MIN = _Declared(
        "transfer_arranging_min", "minutes", 0.0, inf,
        "转院安排时间", "shortest time from the decision to setting out, unless the way is up", "reach")
    OVERFLOW_WAIT_MIN = _Declared(
        "overflow_wait_hours", "hours", 0.0, inf,
        "转往他院的等床上限", "expected wait for a bed above which a hospital is asked after all others",
        "reach", pathway_factor=_HOUR_MIN)
    NEST_PRIMARY = _Declared(
        "nest_primary", "nest parameter", _MOST_ALIKE, 1.0,
        "基层机构相似程度", "how unlike primary institutions are in the choice; 1: as unlike as any",
        "choice", fixed=True)
    NEST_COUNTY = _Declared(
        "nest_county", "nest parameter", _MOST_ALIKE, 1.0,
        "县级医院相似程度", "how unlike hospitals of the county are; 1: as unlike as any",
        "choice", fixed=True)
    NEST_CITY = _Declared(
        "nest_city", "nest parameter", _MOST_ALIKE, 1.0,
        "市级医院相似程度", "how unlike city hospitals are; 1: as unlike as any",
        "choice", fixed=True)
    NEST_ABOVE = _Declared(
        "nest_above", "nest parameter", _MOST_ALIKE, 1.0,
        "省级及省外医院相似程度", "how unlike hospitals above the city are; 1: as unlike as any",
        "choice", fixed=True)
    BED_WAIT_WEIGHT_PER_DAY = _Declared(
        "bed_wait_per_day", "utility per day of expected wait", 24 * _DECIDES_ALONE, 0.0,
        "等床时间效用", "weight of the expected wait for a bed in the choice of the place of stay", "path")
    PRESENT_HOSPITAL = _Declared(
        "present_hospital", "utility", 0.0, -100 * _DECIDES_ALONE,
        "就诊医院效用", "what being there already adds to a hospital as a place of stay", "choice")
    SET_OUT_SPREAD_MIN = _Declared(
        "set_out_spread_min", "minutes", 0.0, inf,
        "开门后到达时段", "time after opening in which those arrive who would have come before", "doors")
    MOST_ATTEMPTS = _Declared(
        "most_attempts", "attempts", 1.0, 127.0,
        "候诊次数上限", "queues left unseen after which a patient gives up", "referral")
    NONE_REFERRED = _Declared(
        "none_referred", "utility", _LEAST, _MOST,
        "不去上级就诊效用", "going nowhere, for who was told to see a doctor elsewhere", "referral")
    NONE_REFERRED_STAY = _Declared(
        "none_referred_stay", "utility", _LEAST, _MOST,
        "不去上级住院效用", "going nowhere, for who was told to be admitted elsewhere", "referral")
    NONE_AFTER_QUEUE = _Declared(
        "none_after_queue", "utility", _LEAST, _MOST,
        "候诊离开后放弃效用", "going nowhere, for who left a queue", "referral")
    NONE_MODERATE = _Declared(
        "none_moderate", "utility", _LEAST, _MOST,
        "中度放弃效用", "what a moderate episode adds to going nowhere", "referral", 0.0)
    NONE_SEVERE = _Declared(
        "none_severe", "utility", _LEAST, _MOST,
        "重度放弃效用", "what a severe episode adds to going nowhere", "referral", 0.0)
    NONE_STAY = _Declared(
        "none_stay", "utility", _LEAST, _MOST,
        "需住院放弃效用", "what the need of a stay adds to going nowhere after a queue", "referral", 0.0)
    COME_AGAIN = _Declared(
        "come_again", "utility", _LEAST, _MOST,
        "再来效用", "what having queued there adds to a facility, to come again when it opens next", "referral")
    # fmt: on


_OF_THE_WORLD = (
    _Declared("cost_visit_per_100_cny", "utility per 100 CNY", _DECIDES_ALONE, 0.0,
              "门诊费用效用", "weight of the own payment for a visit in the choice of where to go",
              "build.preference"),
    _Declared("cost_stay_per_100_cny", "utility per 100 CNY", 0.5 * _DECIDES_ALONE, 0.0,
              "住院费用效用", "weight of the own payment for a stay in the choice of the place of stay",
              "build.preference"),
    _Declared("travel_per_minute", "utility per minute of travel", _DECIDES_ALONE, 0.0,
              "路程效用", "weight of the first minutes of the way in the choice", "build.reach", fixed=True),
    _Declared("travel_scale_min", "minutes", 0.0, inf,
              "路程效用减半尺度", "way at which a further minute weighs half", "build.reach",
              above_least=True, fixed=True),
    _Declared("hospital_size", "utility per logarithm of beds", 0.0, 10.0,
              "医院规模效用", "weight of beds beside the median of the kind in the choice of the place of stay",
              "build.preference"),
    _Declared("capability_shortfall", "utility per unit of perceived inability", 100 * _DECIDES_ALONE, 0.0,
              "能力不足效用", "weight of what a facility cannot treat", "build.preference"),
    _Declared("contract_bonus", "utility", 100 * _DECIDES_ALONE, -100 * _DECIDES_ALONE,
              "签约效用", "what a contract adds to one's own primary institutions", "build.preference"),
    _Declared("contract_chronic_bonus", "utility", 100 * _DECIDES_ALONE, -100 * _DECIDES_ALONE,
              "慢病签约效用", "what it adds for chronic conditions besides", "build.preference"),
    _Declared("step_down_accept", "share", 0.0, 1.0,
              "接受下转比例", "patients in rehabilitation who accept one step-down bed offered next door",
              "build.preference"),
    _Declared("travel_detour_factor", "ratio", 1.0, inf,
              "绕行系数", "road over straight line", "build.reach", fixed=True),
    _Declared("travel_fixed_min", "minutes", 0.0, inf,
              "出行固定时间", "door to road and road to door", "build.reach", fixed=True),
    _Declared("out_of_province_fixed_min", "minutes", 0.0, inf,
              "出省固定时间", "added to a way out of the province: stations, changes, tickets", "build.reach",
              fixed=True),
    _Declared("neighbour_minutes", "minutes", 0.0, inf,
              "邻县可及时间", "farthest hospital of another county that people think of", "build.reach", 0.0,
              fixed=True),
    _Declared("neighbour_city_minutes", "minutes", 0.0, inf,
              "邻市可及时间", "farthest general hospital of another city that people think of", "build.reach",
              0.0, fixed=True),
    _Declared("other_county", "utility", 100 * _DECIDES_ALONE, 0.0,
              "异地就医效用", "weight of being in another county's or city's hospital", "build.reach", 0.0,
              fixed=True),
    _Declared("cross_county_least_min", "minutes", 0.0, inf,
              "跨县路程下限", "shortest way to a hospital of another county", "build.reach", 0.0, fixed=True),
    *(_Declared(f"contract_coverage_{band}", "share", 0.0, 1.0,
                "签约覆盖率", "people under contract, by age", "build.people") for band in AGE_BANDS),
    *(_Declared(f"over_referral_{tier}", "share", 0.0, 1.0,
                "可治仍转比例", "treatable patients sent up all the same", "build.preference", 0.0)
      for tier in ("village", "township", "county", "city")),
    *(_Declared(f"formal_referral_{tier}", "share", 0.0, 1.0,
                "正式转诊比例", "patients beyond a facility's capability whom it refers, not only tells",
                "build.preference", 1.0)
      for tier in ("village", "township", "county", "city")),
    *(_Declared(f"patience_doctor_min_{priority}", "minutes", 0.0, inf,
                "候诊期限", "mean patience in the waiting room", "build.assemble")
      for priority in ("emergency", "referred", "routine")),
    *(_Declared(f"travel_speed_{way}_kmh", "km/h", 0.0, inf,
                "行车速度", "speed on the way there", "build.reach", above_least=True, fixed=True)
      for way in ("local", "county", "city", "province", "outside")),
)  # fmt: skip

PARAMETERS: Mapping[str, BehaviourParameter] = MappingProxyType(
    {
        parameter.name: parameter
        for parameter in (*(cell.parameter for cell in Behaviour), *_OF_THE_WORLD)
    }
)
"""Every behaviour parameter by its name, first those that the pathway reads."""

NEUTRAL_VALUES: Mapping[str, float] = MappingProxyType(
    {
        name: parameter.neutral
        for name, parameter in PARAMETERS.items()
        if parameter.neutral is not None
    }
)
"""What holds where a region's table is silent: rules that nobody is under, and things that nobody does."""

FORMER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "cost_per_100_cny": "cost_visit_per_100_cny",
        "referral_own_choice": "none_referred",
        "bypass_after_renege": "none_after_queue",
        "retry_share": "come_again",
    }
)
"""What parameters were called before their meaning changed: refused, with the present name as a hint."""
