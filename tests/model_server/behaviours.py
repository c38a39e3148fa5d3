"""What a server does, by the name of the model that it is asked for: each function of these two modules."""

import inspect

from tests.model_server import refusing, saying
from tests.model_server.turns import Behaviour

BEHAVIOURS: dict[str, Behaviour] = {
    name: found
    for room in (saying, refusing)
    for name, found in vars(room).items()
    if inspect.iscoroutinefunction(found) and not name.startswith("_") and found.__module__ == room.__name__
}
