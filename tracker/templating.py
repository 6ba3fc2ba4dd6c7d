"""The environment of the pages' templates: Jinja's own, without what it does again for every value and component."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2 import Template
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode, missing
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]  # what escape() itself calls


def shown(value: object) -> str:
    """A value as it stands in a page: escaped, but for what is safe already.

    The same text as `escape`, as a plain string: it is joined to others at once, so nobody asks whether it is safe.
    """
    if type(value) is str:
        return _escape_inner(value)
    if type(value) is Markup:
        return value
    return escape(value)


class ShownOutput(CodeGenerator):
    """Writes templates whose `{{ … }}` are made by `shown`."""

    def _output_child_pre(self, node: Any, frame: Frame, finalize: Any) -> None:
        eval_ctx = frame.eval_ctx
        if eval_ctx.autoescape and not eval_ctx.volatile and finalize.src is None:
            self.write("environment.shown(")
        else:
            super()._output_child_pre(node, frame, finalize)


class MacroContext(Context):
    """Calls macros without asking what else they may be, and those that are given values in order at once."""

    @internalcode
    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        if type(called) is not Macro:
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        is_plain = not (kwargs or called.caller or called.catch_kwargs or called.catch_varargs)
        left = len(called.arguments) - len(args)
        if is_plain and left >= 0 and self.eval_ctx.autoescape:
            return str.__new__(
                Markup, called._func(*args, *(missing,) * left)
            )  # which stands for its default
        return called(self.eval_ctx, *args, **kwargs)


class PageTemplate(Template):
    """Is imported as it stands, since no template has globals of its own."""

    @internalcode
    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return self._module or super()._get_default_module(ctx)


class PageTemplates(Environment):
    """Templates share the globals of all as they are, since none has its own, and are found by name alone.

    A chain of mappings, as usual, is gone through name by name whenever a page imports a component, which a page
    does a dozen times.
    """

    code_generator_class = ShownOutput
    context_class = MacroContext
    template_class = PageTemplate
    shown = staticmethod(shown)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals

    @internalcode
    def get_template(
        self, name: Any, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        if globals or self.auto_reload:
            return super().get_template(name, parent, globals)
        found: dict[str, Template] = self.__dict__.setdefault("found", {})
        template = found.get(name)
        if template is None:
            template = found[name] = super().get_template(name, parent)
        return template
