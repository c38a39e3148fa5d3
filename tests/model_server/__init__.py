"""A server that speaks OpenAI's language, and models behind it: good ones, bad ones and broken ones."""
