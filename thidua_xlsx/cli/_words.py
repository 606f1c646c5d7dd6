"""Commands and options whose words come from the catalogue at the time of asking, in the language of ``--lang``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import click

from thidua_xlsx import text
from thidua_xlsx.text import say


class Option(click.Option):
    """An option explained by the entry ``cli.opt_<name>``."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        self.help = say(f"cli.opt_{self.name}")
        return super().get_help_record(ctx)


class _Help(click.Command):
    """A command explained by the entries ``cli.short_<function>`` and ``cli.help_<function>``."""

    @property
    def _key(self) -> str:
        return (self.callback.__name__ if self.callback else "cli").strip("_")

    def get_short_help_str(self, limit: int = 45) -> str:
        return say(f"cli.short_{self._key}")

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=say("cli.usage"))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(f"cli.help_{self._key}"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section(say("cli.options")):
            formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = say("cli.opt_help")
        return option


class Command(_Help):
    """A command that takes ``--lang``."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params.append(language_option())


class Group(_Help, click.Group):
    """A group whose commands are listed in the order of a clerk's day, not of the alphabet."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str()) for name in self.list_commands(ctx)]
        with formatter.section(say("cli.commands")):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def language_option() -> click.Option:
    """``--lang vi|en``; see :func:`asked_language` for its effect."""
    return Option(["--lang"], type=click.Choice(text.LANGUAGES), expose_value=False)


def asked_language(arguments: Sequence[str]) -> str:
    """The language of ``--lang`` wherever it stands, so that help and complaints about other arguments are in it too."""
    asked = [value for name, value in pairwise(arguments) if name == "--lang"]
    asked += [word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")]
    return asked[-1] if asked and asked[-1] in text.LANGUAGES else text.LANGUAGES[0]


def _name(parameter: click.Parameter, ctx: click.Context | None) -> str:
    """What the help calls a parameter: an option by its longest name, an argument by the word that stands for it."""
    if isinstance(parameter, click.Argument) and ctx:
        return parameter.make_metavar(ctx)
    return max(parameter.opts, key=len)


def _reason(kind: click.ParamType[Any], message: str) -> str:
    match kind:
        case click.Choice():
            return say("cli.not_among", choices=", ".join(map(str, kind.choices)))
        case click.IntRange():
            return say("cli.not_a_number", least=kind.min)
        case click.DateTime():
            return say("cli.not_a_date")
        case _:
            return message


def usage_words(error: click.UsageError) -> str:
    """What is wrong with the command as typed, in our words where click's are English only."""
    match error:
        case click.NoSuchOption():
            return say("cli.no_such_option", option=error.option_name)
        case click.MissingParameter() if error.param:
            return say("cli.missing_argument", name=_name(error.param, error.ctx))
        case click.BadParameter() if error.param:
            return say("cli.bad_argument", name=_name(error.param, error.ctx), reason=_reason(error.param.type, error.message))
        case _ if "No such command" in error.message:
            return say("cli.no_such_command", command=error.message.split("'")[1])
        case _:
            return error.message
