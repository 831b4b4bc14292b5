"""Faults in recipes: which exams follow a consultation, what stands in for them, and when they are done."""

from __future__ import annotations

from tests.mutation.fault import Fault

_PATHWAY = ("tests/unit/pathway/test_care_recipes.py",)
_BUILDER = ("tests/unit/world/test_care_build_recipes.py",)
_TABLES = ("tests/unit/region/test_region_recipes.py", "tests/unit/region/test_region_bad_input.py")

RECIPES = (
    Fault(
        "an exam follows itself",
        "sim/pathway/care/recipe.py",
        "if view.recipe_step(w, at) > step:",
        "if view.recipe_step(w, at) >= step:",
        _PATHWAY,
    ),
    Fault(
        "the second who stands in is never asked",
        "sim/pathway/care/recipe.py",
        "while at >= 0 and pool_of(w, facility, view.recipe_skill(w, at)) == NONE:",
        "if at >= 0 and pool_of(w, facility, view.recipe_skill(w, at)) == NONE:",
        _PATHWAY,
    ),
    Fault(
        "the need of an exam is drawn anew at every visit",
        "sim/pathway/care/recipe.py",
        "Purpose.EXAM_NEED, view.recipe_step(w, at))",
        "Purpose.EXAM_NEED, view.recipe_step(w, at) + 16 * state.get_visits(s, row))",
        _PATHWAY,
    ),
    Fault(
        "all exams of a recipe are needed by the same patients",
        "sim/pathway/care/recipe.py",
        "u = draw(state.get_key(s, row), Purpose.EXAM_NEED, view.recipe_step(w, at))",
        "u = draw(state.get_key(s, row), Purpose.EXAM_NEED, 0)",
        _PATHWAY,
    ),
    Fault(
        "nobody must move on for want of an exam",
        "sim/pathway/care/capability.py",
        "return view.recipe_refers(w, recipe) == 0 or has_services(w, s, row, facility, recipe)",
        "return view.recipe_refers(w, recipe) == 0 or recipe >= 0",
        _PATHWAY,
    ),
    Fault(
        "an exam that nobody inside has is no reason to leave",
        "sim/pathway/care/reach.py",
        "able = _can_be_treated_inside(w, s, row)",
        "able = county_can_treat(w, s, row)",
        _PATHWAY,
    ),
    Fault(
        "every condition is examined as long as any other",
        "sim/pathway/care/visit.py",
        "mean = view.service_minutes(w, service) * view.recipe_factor(w, at)",
        "mean = view.service_minutes(w, service)",
        _PATHWAY,
    ),
    Fault(
        "the line for an exam stands overnight",
        "sim/pathway/care/visit.py",
        "patience = closes_in(w, facility, time)",
        "patience = math.inf",
        _PATHWAY,
    ),
    Fault(
        "emergencies are sent home from an exam at closing time",
        "sim/pathway/care/visit.py",
        "    patience = math.inf\n    if state.get_emergency(s, row) == 0:",
        "    patience = math.inf\n    if state.get_emergency(s, row) >= 0:",
        _PATHWAY,
    ),
    Fault(
        "an exam that the door closed on is not done any more",
        "sim/pathway/care/visit.py",
        "            return _put_off(w, s, row)\n        count_event",
        "            return _go_without(w, s, row)\n        count_event",
        _PATHWAY,
    ),
    Fault(
        "closings of one exam count for the next",
        "sim/pathway/care/visit.py",
        '"""Go on in the recipe after the present step."""\n    state.set_attempts(s, row, 0)',
        '"""Go on in the recipe after the present step."""',
        _PATHWAY,
    ),
    Fault(
        "patients must move on only where nothing stands in",
        "sim/world/care/build/recipes.py",
        'refers.append(any(chain[-1] == "refer" for chain in its))',
        'refers.append(any(chain[0] == "refer" for chain in its[:1]))',
        _BUILDER,
    ),
    Fault(
        "a recipe of a band holds before one of the condition",
        "sim/region/recipes.py",
        "((condition, band), (condition, ALL), (ALL, band), (ALL, ALL))",
        "((condition, band), (ALL, band), (condition, ALL), (ALL, ALL))",
        _TABLES,
    ),
    Fault(
        "exams may stand in for each other in a ring",
        "sim/region/recipe_checks.py",
        "if path[-1] not in (SKIP, REFER):",
        "if path[-1] not in (SKIP, REFER) and len(path) < 2:",
        _TABLES,
    ),
    Fault(
        "a condition may be without a recipe",
        "sim/region/recipe_checks.py",
        "if band != ALL and recipe_rows(sheet.frame, condition, band).empty:",
        'if band == "mild" and recipe_rows(sheet.frame, condition, band).empty:',
        _TABLES,
    ),
)
