"""Files that are refused: what programs and people are told."""

from contextlib import contextmanager

import pytest

from keras_impl.errors import MediaError


@contextmanager
def refused(code, text, error=MediaError, /, **values):
    """Expect an error of a file within the block.

    Parameters
    ----------
    code : str
        Its code, exactly.
    text : str
        Pattern that its message has.
    error : type, default MediaError
    **values
        What it names, at least.

    Yields
    ------
    ExceptionInfo
    """
    with pytest.raises(error, match=text) as raised:
        yield raised
    assert raised.value.code == code
    assert values.items() <= raised.value.values.items()
