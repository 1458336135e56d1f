"""The shape of the code in one short table: `make shape`.

Nothing fails: what is long or repeated is a place to look. The tests and the migrations are left out.
"""

import ast
import re
import statistics
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "outbox", "communities", "meetings", "evaluations", "cmtl")
MOST = 10  # lines of a list
BLOCK = 6  # lines that make a repetition
Graph = dict[str, set[str]]


def main() -> None:
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    files = [Path(name) for name in listing.stdout.splitlines() if (ROOT / name).is_file()]
    code = [path for path in files if path.suffix == ".py" and path.parts[0] in APPS and "migrations" not in path.parts]
    sources = {path: (ROOT / path).read_text() for path in code}
    trees = {path: ast.parse(source) for path, source in sources.items()}
    templates = {path: (ROOT / path).read_text() for path in files if path.parts[0] == "templates"}
    scripts = {path: (ROOT / path).read_text() for path in files if path.suffix == ".js" and path.parts[0] == "static"}
    folders = Counter(str(path.parent) for path in code if path.name != "__init__.py")
    say(f"Modules in a folder: {folders.total()} in {len(folders)}", folders)
    say_circles(trees)
    names = repeated_names(trees)
    say(f"Public names defined in more than one module: {len(names)}", names)
    say_functions(trees)
    say(f"Longest modules: {total(sources)} lines in all", lengths(sources))
    say(
        f"Longest templates, wrapped at 120 columns by the formatter: {total(templates)} lines in all",
        lengths(templates),
    )
    say_repeated("Python", {path: lines_of_python(source) for path, source in sources.items()})
    say_repeated("templates", {path: tags_of(source) for path, source in templates.items()})
    say(f"JavaScript: {total(scripts)} lines in all", lengths(scripts))


def say(title: str, counts: Counter) -> None:
    print(f"\n{title}")
    for name, count in counts.most_common(MOST):
        print(f"{count:7}  {name}")


def lengths(sources: dict[Path, str]) -> Counter:
    return Counter({str(path): len(source.splitlines()) for path, source in sources.items()})


def total(sources: dict[Path, str]) -> int:
    return lengths(sources).total()


# ---------------------------------------------------------------- imports


def say_circles(trees: dict[Path, ast.Module]) -> None:
    at_start, all_of_them = imports(trees, deep=False), imports(trees, deep=True)
    inside = sum(len(all_of_them[name] - at_start[name]) for name in all_of_them)
    print(f"\nImports inside functions or for the type checker alone: {inside}")
    say_circles_of("modules, as they load", at_start)
    say_circles_of("modules, all imports counted", all_of_them)
    say_circles_of("folders, all imports counted", by_folder(all_of_them, trees))


def say_circles_of(what: str, graph: Graph) -> None:
    found = circles(graph)
    print(f"Circles of {what}: {len(found)}")
    for circle in found[:MOST]:
        print(f"{len(circle):7}  {', '.join(sorted(circle)[:6])}{', …' if len(circle) > 6 else ''}")


def by_folder(graph: Graph, trees: dict[Path, ast.Module]) -> Graph:
    folder = {name_of(path): str(path.parent) for path in trees}
    grouped: Graph = defaultdict(set)
    for name, others in graph.items():
        grouped[folder[name]] |= {folder[other] for other in others} - {folder[name]}
    return grouped


def imports(trees: dict[Path, ast.Module], *, deep: bool) -> Graph:
    """module → modules of ours that it imports; `deep`, inside functions and for the type checker too."""
    modules = {name_of(path): tree for path, tree in trees.items()}
    return {name: set(imported(name, tree, modules, deep)) - {name} for name, tree in modules.items()}


def name_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imported(name: str, tree: ast.Module, modules: Iterable[str], deep: bool) -> Iterator[str]:
    for node in statements(tree, deep):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield from [found for found in (inner, node.module) if found in modules][:1]


def statements(node: ast.AST, deep: bool) -> Iterator[ast.AST]:
    """Without expressions and, unless `deep`, without what functions hold and what only the type checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr) or not deep and is_later(child):
            continue
        yield child
        yield from statements(child, deep)


def is_later(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) or isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def circles(graph: Graph) -> list[set[str]]:
    """Modules that reach each other, the largest circle first."""
    reach = {name: reached(graph, name) for name in graph}
    found = {frozenset(other for other in reach[name] if name in reach[other]) for name in graph}
    return sorted((set(circle) for circle in found if circle), key=lambda circle: (-len(circle), min(circle)))


def reached(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph[name]
    return found


# ---------------------------------------------------------------- names and functions


def repeated_names(trees: dict[Path, ast.Module]) -> Counter:
    """Of functions and classes, not of methods."""
    kinds = ast.FunctionDef | ast.ClassDef
    names = Counter(
        name
        for tree in trees.values()
        for name in {node.name for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")}
    )
    return Counter({name: count for name, count in names.items() if count > 1})


def say_functions(trees: dict[Path, ast.Module]) -> None:
    found = Counter(
        {
            f"{path}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
            for path, tree in trees.items()
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
        }
    )
    middle, tenth = statistics.median(found.values()), statistics.quantiles(found.values(), n=10)[-1]
    say(f"Longest functions: median of all {middle:.0f} lines, nine of ten at most {tenth:.0f}", found)


# ---------------------------------------------------------------- templates and repetitions


def lines_of_python(source: str) -> list[str]:
    """But imports, comments and lone brackets."""
    lines = [" ".join(line.split()) for line in source.splitlines()]
    return [line for line in lines if re.search(r"\w", line) and not line.startswith(("#", "import ", "from "))]


def tags_of(source: str) -> list[str]:
    """A line for each opening tag with what follows it, however the template is broken into lines."""
    pieces = re.split(r"(?=<[a-z]|\{%)|</[\w-]+>", " ".join(source.split()))
    return [piece.strip() for piece in pieces if re.search(r"\w", piece) and not re.match(r"\{% (end|load)", piece)]


def repeated(texts: dict[Path, list[str]]) -> tuple[int, Counter]:
    """How many lines stand in a block that stands elsewhere too; and in how many places each such block does."""
    places = defaultdict(list)
    for path, lines in texts.items():
        for start in range(len(lines) - BLOCK + 1):
            places[tuple(lines[start : start + BLOCK])].append((path, start))
    blocks = {block: found for block, found in places.items() if len(found) > 1}
    covered = {(path, start + n) for found in blocks.values() for path, start in found for n in range(BLOCK)}
    return len(covered), Counter({f"{found[0][0]}: {block[0][:70]}": len(found) for block, found in blocks.items()})


def say_repeated(what: str, texts: dict[Path, list[str]]) -> None:
    covered, blocks = repeated(texts)
    lines = sum(map(len, texts.values()))
    print(f"\nRepeated blocks of {BLOCK} lines in {what}: {len(blocks)}; {covered} of {lines} lines stand in one")
    for block, count in blocks.most_common(MOST):
        print(f"{count:7}  {block}")


if __name__ == "__main__":
    main()
