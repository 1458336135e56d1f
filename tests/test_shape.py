"""`make shape` counts what it says it counts."""

import ast
from pathlib import Path

from tests import shape


def trees(**sources) -> dict[Path, ast.Module]:
    return {Path(f"app/{name}.py"): ast.parse(source) for name, source in sources.items()}


def test_a_circle_is_found_in_what_loads_and_not_in_a_chain():
    circle = trees(a="from app import b", b="import app.c", c="from app.a import name", d="from app import a")
    chain = trees(a="from app import b", b="import app.c", c="", d="from app import a")

    assert shape.circles(shape.imports(circle, deep=False)) == [{"app.a", "app.b", "app.c"}]
    assert shape.circles(shape.imports(chain, deep=True)) == []


def test_an_import_inside_a_function_closes_a_circle_only_when_those_are_counted():
    modules = trees(a="from app import b", b="class B:\n    def verb(self):\n        from app import a")

    assert shape.circles(shape.imports(modules, deep=False)) == []
    assert shape.circles(shape.imports(modules, deep=True)) == [{"app.a", "app.b"}]


def test_what_only_the_type_checker_imports_closes_one_only_then_too():
    modules = trees(a="from app import b", b="if TYPE_CHECKING:\n    from app import a")

    assert shape.circles(shape.imports(modules, deep=False)) == []
    assert shape.circles(shape.imports(modules, deep=True)) == [{"app.a", "app.b"}]


def test_a_name_of_two_modules_is_counted_and_neither_a_method_nor_a_private_name():
    two = "def read(): ...\n\nclass {}:\n    def write(self): ...\n\ndef _hidden(): ..."
    modules = trees(a=two.format("First"), b=two.format("Second"))

    assert shape.repeated_names(modules) == {"read": 2}


def test_a_block_of_six_lines_is_repeated_and_one_of_five_is_not():
    lines = [f"line {n}" for n in range(6)]
    same = {Path("a"): ["before", *lines], Path("b"): [*lines, "after"]}
    shorter = {Path("a"): ["before", *lines[:5]], Path("b"): [*lines[:5], "after"]}

    covered, blocks = shape.repeated(same)
    assert (covered, list(blocks.values())) == (12, [2])
    assert shape.repeated(shorter) == (0, {})


def test_a_template_repeats_itself_however_its_lines_are_broken():
    written = '<ul class="a"><li>{{ one }}</li><li>{% if two %}two{% endif %}</li></ul>'

    assert shape.tags_of(written) == shape.tags_of(written.replace("><", ">\n  <"))
    assert shape.tags_of(written) == ['<ul class="a">', "<li>{{ one }}", "<li>", "{% if two %}two"]
