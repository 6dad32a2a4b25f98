"""A formula as one Cedar policy: a second opinion on the fragment, never used to decide."""

from __future__ import annotations

from sampan.sharing.fragment.formula import All, Always, Formula, Gap, Is, Least, Most, Not, OneOf, Some


def policy_text(formula: Formula) -> str:
    """A policy that permits exactly where the formula is True; a null attribute is absent from the context."""
    return f"permit(principal, action, resource) when {{ {_render(formula, True)} }};"


def _render(formula: Formula, wanted: bool) -> str:  # noqa: PLR0911  one return for each kind of formula
    match formula:
        case All(parts):
            return _joined(parts, wanted, "&&" if wanted else "||")
        case Some(parts):
            return _joined(parts, wanted, "||" if wanted else "&&")
        case Not(part):
            return _render(part, not wanted)
        case Always(value):
            return "true" if value is wanted else "false"
        case OneOf(attribute, values, world):
            if not values:
                return "false" if wanted else "true"
            codes = ", ".join(f'"{code}"' for code in sorted(values if wanted else world - values))
            return _there(f"[{codes}].contains(context.{_name(attribute)})", attribute)
        case Is(attribute, values, _):
            inside = _render(OneOf(attribute, values, values), True)
            return inside if wanted else f"!{inside}"
        case Least(attribute, bound):
            return _there(f"context.{_name(attribute)} {'>=' if wanted else '<'} {bound}", attribute)
        case Most(attribute, bound):
            return _there(f"context.{_name(attribute)} {'<=' if wanted else '>'} {bound}", attribute)
        case Gap(later, earlier, least):
            days = f"context.{_name(later)} - context.{_name(earlier)}"
            return _there(f"{days} {'>=' if wanted else '<'} {least}", later, earlier)


def _joined(parts: tuple[Formula, ...], wanted: bool, word: str) -> str:
    if not parts:
        return "true" if word == "&&" else "false"
    return "(" + f" {word} ".join(_render(part, wanted) for part in parts) + ")"


def _there(condition: str, *attributes: str) -> str:
    present = [f"context has {_name(attribute)}" for attribute in attributes]
    return "(" + " && ".join([*present, condition]) + ")"


def _name(attribute: str) -> str:
    return attribute.replace(":", "_").replace("/", "_")
