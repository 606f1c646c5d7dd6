"""Names every field of a Word template that no paper has, and every field it must not do without, with its place."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from functools import cache, lru_cache
from typing import Any

from jinja2 import nodes

from thidua_xlsx.dossier._soundness import with_its_fields
from thidua_xlsx.dossier._template import FastTemplate, environment, place_of


@dataclass(frozen=True, slots=True)
class Unknown:
    """A field that does not exist, the text around it, and the fields that do exist there."""

    name: str
    place: str
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a name in a template stands for: a type (``Any`` once nothing more is known) and its full dotted path."""

    type: Any
    path: str = ""


_ANYTHING = _Shape(Any)
_STILL_A_LIST = frozenset({"list", "rejectattr", "reverse", "selectattr", "sort", "unique"})
"""Filters after which the lines of a list are what they were before."""

_Scope = Mapping[str, _Shape]


@cache
def fields_of(shape: Any) -> Mapping[str, Any]:
    """The fields of a class of :mod:`._fields` with their types; empty for a plain word."""
    return typing.get_type_hints(shape) if is_dataclass(shape) else {}


@dataclass(slots=True)
class _Reader:
    """Follows the names of one part through its loops."""

    source: str
    used: set[str] = field(default_factory=set)
    unknown: list[Unknown] = field(default_factory=list)

    def read(self, node: nodes.Node, scope: _Scope) -> _Shape:
        match node:
            case nodes.For():
                return self._loop(node, scope)
            case nodes.If() | nodes.CondExpr():
                return self._condition(node, scope)
            case nodes.Name(ctx="load"):
                return self._name(node, scope)
            case nodes.Getattr() | nodes.Getitem():
                return self._picked(node, scope)
            case nodes.Filter(node=nodes.Node() as filtered) if node.name in _STILL_A_LIST:
                return self.read(filtered, scope)
        for child in node.iter_child_nodes():
            self.read(child, scope)
        return _ANYTHING

    def _picked(self, node: nodes.Getattr | nodes.Getitem, scope: _Scope) -> _Shape:
        owner = self.read(node.node, scope)
        match node:
            case nodes.Getattr(attr=key) | nodes.Getitem(arg=nodes.Const(value=str(key))):
                return self._member(node, owner, key)
            case nodes.Getitem(arg=nodes.Slice()):
                return owner
        self.read(node.arg, scope)
        return _item(owner)

    def _loop(self, node: nodes.For, scope: _Scope) -> _Shape:
        item = _item(self.read(node.iter, scope))
        named = {node.target.name: item} if isinstance(node.target, nodes.Name) else {}
        inner = {**scope, **named, "loop": _ANYTHING}
        for child in (*node.body, *([node.test] if node.test else [])):
            self.read(child, inner)
        for child in node.else_:
            self.read(child, scope)
        return _ANYTHING

    def _condition(self, node: nodes.If | nodes.CondExpr, scope: _Scope) -> _Shape:
        """What is only asked for is not printed: a paper may not do without it for that."""
        printed = set(self.used)
        self.read(node.test, scope)
        self.used = printed
        for child in node.iter_child_nodes(exclude=("test",)):
            self.read(child, scope)
        return _ANYTHING

    def _name(self, node: nodes.Name, scope: _Scope) -> _Shape:
        found = scope.get(node.name)
        if found is None:
            self._refuse(node, node.name, scope)
            return _ANYTHING
        self.used.add(found.path)
        return found

    def _member(self, node: nodes.Node, owner: _Shape, attribute: str) -> _Shape:
        if owner.type is Any:
            return _ANYTHING
        known = fields_of(owner.type)
        if attribute not in known:
            if known or attribute.startswith("_") or not hasattr(owner.type, attribute):
                self._refuse(node, f"{owner.path}.{attribute}", known)
            return _ANYTHING
        found = _Shape(known[attribute], f"{owner.path}.{attribute}")
        self.used.add(found.path)
        return found

    def _refuse(self, node: nodes.Node, name: str, known: Mapping[str, Any]) -> None:
        names = tuple(key for key, shape in known.items() if shape is not _ANYTHING)
        self.unknown.append(Unknown(name, place_of(self.source, node.lineno, with_its_fields), names))


def _item(shape: _Shape) -> _Shape:
    arguments = typing.get_args(shape.type)
    return _Shape(arguments[0], shape.path) if arguments else _ANYTHING


def _made_here(tree: nodes.Template) -> Iterator[str]:
    looped = {id(loop.target) for loop in tree.find_all(nodes.For)}
    for name in tree.find_all(nodes.Name):
        if name.ctx in ("store", "param") and id(name) not in looped:
            yield name.name
    for macro in tree.find_all(nodes.Macro):
        yield macro.name


def is_in_loop(paper: type, name: str) -> bool:
    """Whether a dotted field of a paper stands in a list, so that a template prints it by another name inside a loop."""
    return bool(typing.get_args(fields_of(paper).get(name.partition(".")[0]))) and "." in name


def sample(shape: Any) -> Any:
    """A made-up value of a class of fields: every word filled, every list with one entry."""
    known = fields_of(shape)
    if known:
        return shape(**{name: sample(kind) for name, kind in known.items()})
    arguments = typing.get_args(shape)
    return (sample(arguments[0]),) if arguments else "…"


@lru_cache(maxsize=64)
def unknown_fields(template: FastTemplate, paper: type) -> tuple[tuple[Unknown, ...], frozenset[str]]:
    """The fields that ``paper`` does not have, and the dotted paths of those it has and the template uses.

    Remembered, for every award form of a run asks again.
    """
    unknown: list[Unknown] = []
    used: set[str] = set()
    given = {name: _Shape(shape, name) for name, shape in fields_of(paper).items()}
    for part in template.parts:
        tree = environment().parse(part.source)
        made = dict.fromkeys((*_made_here(tree), *environment().globals), _ANYTHING)
        reader = _Reader(part.source)
        reader.read(tree, {**made, **given})
        unknown += reader.unknown
        used |= reader.used
    return tuple(dict.fromkeys(unknown)), frozenset(used)
