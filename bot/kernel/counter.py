"""Numbers that are given out once, in order, whoever asks at the same time."""

from sqlmodel import Field, SQLModel


class Counter(SQLModel, table=True):
    name: str = Field(primary_key=True, max_length=40)
    value: int = 0
