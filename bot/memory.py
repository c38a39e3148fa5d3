"""How often Python looks for garbage that refers to itself."""

import gc

NEW_OBJECTS = 10_000  # between two looks at what is new; Python's own 700 are as much as two pages make
YOUNG_LOOKS, OLD_LOOKS = 20, 100


def collect_seldom() -> None:
    """To be called once all is imported: what is there stays, and is not looked through any more. In a burst of pages
    these looks took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, YOUNG_LOOKS, OLD_LOOKS)
