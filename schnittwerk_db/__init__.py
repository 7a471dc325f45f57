# ruff: noqa: F403 -- each module says in its __all__ what is public
"""An appointment book in PostgreSQL: slots, rules and idempotent booking for salons."""

from schnittwerk_db import arguments, client, errors, extras, models
from schnittwerk_db.arguments import *
from schnittwerk_db.client import *
from schnittwerk_db.errors import *
from schnittwerk_db.extras import *
from schnittwerk_db.models import *

__version__ = "0.1.0"

__all__ = [
    *arguments.__all__,
    *client.__all__,
    *errors.__all__,
    *extras.__all__,
    *models.__all__,
]
