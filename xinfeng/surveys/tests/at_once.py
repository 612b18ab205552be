"""Several at a barrier: what each was given, or the refusal it was told."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection
from django.utils import translation

from xinfeng.base.refusal import Refusal

MANY = 4


def at_once(act: Callable[[], object], many: int = MANY) -> list[object]:
    ready, told = Barrier(many), []

    def run() -> None:
        ready.wait()
        try:
            with translation.override("en"):
                told.append(act())
        except Exception as error:
            told.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    strange = [e for e in told if isinstance(e, Exception) and not isinstance(e, Refusal)]
    assert strange == []
    return told
