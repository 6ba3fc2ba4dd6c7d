"""`python -m tests.sources.regenerate`: writes down what each source reads from its saved documents now."""

from __future__ import annotations

import msgspec

from tests.sources.saved import all_saved


def regenerate() -> list[str]:
    """The documents whose expected records are different now."""
    changed = []
    for saved in all_saved():
        text = msgspec.json.format(msgspec.json.encode(saved.found()), indent=1).decode() + "\n"
        if not saved.expected_path.exists() or saved.expected_path.read_text(encoding="utf-8") != text:
            saved.expected_path.write_text(text, encoding="utf-8")
            changed.append(str(saved))
    return changed


if __name__ == "__main__":
    for name in regenerate():
        print(name)
