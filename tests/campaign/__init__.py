"""The campaign: the bot is killed, paused, replaced and lied to while people are paged; nobody may be missed."""
