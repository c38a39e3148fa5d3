"""How the app is told what happens: signed HTTP or Socket Mode, deadlines, retries, and what can go wrong."""

from bot.sandbox.delivery.deliveries import Deliveries
from bot.sandbox.delivery.outcome import Delivery, Ended, Outcome, Switches

__all__ = ["Deliveries", "Delivery", "Ended", "Outcome", "Switches"]
