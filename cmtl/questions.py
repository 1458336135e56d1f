"""What an app asks of those above it, which it may not import: they give their answer in `ready()`."""

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class Question(Generic[Asked, Answer]):
    answer: Callable[Asked, Answer]

    def __call__(self, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        return self.answer(*args, **kwargs)
