"""One tree of errors, by who can act.

    YinjuError
    ├── OperatorError            the operator must act; ``str(exc)`` is a line for stderr and the log
    │   ├── SettingsError        a setting is missing or makes no sense
    │   ├── CorpusError          the corpus folder or its manifest cannot be used
    │   ├── IndexDamaged         the index cannot be read; ``yinju ingest`` rebuilds it
    │   ├── IndexMissing         nothing was ingested yet
    │   └── IngestRunning        another process is writing the index
    └── TransientError           trying again later may help
        ├── ModelUnavailable     the model did not answer: no connection, cut off, 5xx
        │   ├── ModelLate        not in time
        │   ├── ModelBusy        it has too much to do, or the account is over its limit: 429
        │   └── ModelRefused     it does not take the request or the key: another 4xx
        ├── ModelNonsense        the model answered, but not in a form that can be used
        └── BudgetSpent          a report took all the time or tokens that it may; the model was not asked

What a person in a chat reads is chosen by the channel, never ``str(exc)``.
"""


def in_words(exc: OSError | ValueError) -> str:
    """Why a file could not be read or written, as an operator would say it; never empty."""
    if isinstance(exc, UnicodeDecodeError):
        return f"it is not UTF-8: byte {exc.start + 1}"
    if isinstance(exc, FileNotFoundError):
        return "there is no such file"
    if isinstance(exc, IsADirectoryError):
        return "it is a folder"
    if isinstance(exc, PermissionError):
        return "this user may not do that"
    return (exc.strerror if isinstance(exc, OSError) else str(exc)) or "the system does not say why"


class YinjuError(Exception):
    """Base of every error that this program raises on purpose."""


class OperatorError(YinjuError):
    """The operator must act; the message is one clear line without secrets."""


class SettingsError(OperatorError):
    """A setting is missing or makes no sense."""


class CorpusError(OperatorError):
    """The corpus folder or its manifest cannot be used."""


class IndexDamaged(OperatorError):
    """The index cannot be read; ingesting again rebuilds it."""


class IndexMissing(OperatorError):
    """Nothing was ingested yet."""


class IngestRunning(OperatorError):
    """Another process is writing the index of the same data folder."""


class TransientError(YinjuError):
    """Trying again later may help."""


class ModelUnavailable(TransientError):
    """The language model did not answer."""


class ModelLate(ModelUnavailable):
    """It did not answer in time."""


class ModelBusy(ModelUnavailable):
    """It turns requests away for now: too many at once, or over a quota."""


class ModelRefused(ModelUnavailable):
    """It does not take the request, the key or the name of the model."""


class ModelNonsense(TransientError):
    """The language model answered in a form that cannot be used."""


class BudgetSpent(TransientError):
    """The time or the tokens that an answer may take are used up."""
