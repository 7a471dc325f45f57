"""Delivers the book's events: messages to customers who have agreed to them, and webhooks.

`read_config` reads what to deliver where from a TOML file, `Relay` does it:

    config = read_config(Path("relay.toml"))
    with connect(dsn) as client:
        Relay(client, config).run_once()
"""

from schnittwerk_db.extras import needs_extra

with needs_extra("relay"):
    from schnittwerk_db.relay.config import Config, ConfigError, read_config
    from schnittwerk_db.relay.target import DeliveryFailed, DeliveryRefused, NoAddress, Target
    from schnittwerk_db.relay.worker import Relay, Tally, run

__all__ = [
    "Config",
    "ConfigError",
    "DeliveryFailed",
    "DeliveryRefused",
    "NoAddress",
    "Relay",
    "Tally",
    "Target",
    "read_config",
    "run",
]
