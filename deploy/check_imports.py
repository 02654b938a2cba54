"""Runs the import rules of pyproject.toml, and the one import-linter cannot say: who may import the modules at the top."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
TOP = {path.stem for path in ROOT.glob("*.py")}
#: who may import which of the modules beside `assistant/`
ALLOWED = {
    "main": TOP,
    "orchestrator": {"config"},
    "call_handler": {"config"},
    "init_databases": {"config"},
}


def top_imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found & TOP


def violations() -> list[str]:
    wrong = []
    for path in sorted(ROOT.glob("*.py")):
        for name in sorted(top_imports(path) - ALLOWED.get(path.stem, {"config"}) - {path.stem}):
            wrong.append(f"{path.name} imports {name}: parts reach each other through the Protocols in assistant/domain")
    for path in sorted((ROOT / "assistant").rglob("*.py")):
        if path.is_relative_to(ROOT / "assistant" / "api"):
            continue
        for name in sorted(top_imports(path)):
            wrong.append(f"{path.relative_to(ROOT)} imports {name}: only main and assistant.api may")
    return wrong


if __name__ == "__main__":
    problems = violations()
    print("\n".join(problems))
    sys.exit(lint_imports() or bool(problems))
