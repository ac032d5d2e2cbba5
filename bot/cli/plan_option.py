"""``--plan``, of the commands that search: whether a model has a say in what is searched for."""

import argparse

from bot.errors import SettingsError
from bot.settings import Settings


def add_plan_option(parser: argparse.ArgumentParser) -> None:
    """The option, which wins over ``QUERY_PLAN``."""
    parser.add_argument(
        "--plan",
        choices=("off", "auto", "always"),
        help="when the model also says what to search for (QUERY_PLAN)",
    )


def with_plan_option(args: argparse.Namespace, settings: Settings) -> Settings:
    """``settings`` as the option changes them. Raises SettingsError where it asks for plans and no model is set."""
    if args.plan is None:
        return settings
    if args.plan == "always" and not settings.llm_model:
        raise SettingsError("--plan always needs a model: LLM_MODEL is not set")
    return settings.model_copy(update={"query_plan": args.plan})
