"""The words of incidents that are over, and the index by which they are searched: the database's own.

What its names begin with `fts` for is told in `bot.schema.compared`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FIELDS = ("title", "about", "ended", "said", "postmortem")
WEIGHTS = ("A", "B", "C", "D", "D")
OVER = {
    "sqlite_where": sa.text("unfiled = 1 AND resolved_at IS NOT NULL"),
    "postgresql_where": sa.text("unfiled AND resolved_at IS NOT NULL"),
}


def upgrade() -> None:
    op.create_table(
        "filed_incident",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in FIELDS),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_filed_incident_incident_id_incident")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_filed_incident")),
    )
    with op.batch_alter_table("incident") as incident:
        # What is over already is filed by the first sweep.
        incident.add_column(sa.Column("unfiled", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("incident") as incident:
        incident.alter_column("unfiled", server_default=None)
    op.create_index("ix_incident_unfiled", "incident", ["id"], unique=False, **OVER)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE fts_incident")
    op.drop_index("ix_incident_unfiled", table_name="incident", **OVER)
    with op.batch_alter_table("incident") as incident:
        incident.drop_column("unfiled")
    op.drop_table("filed_incident")


LISTED = ", ".join(FIELDS)
# Without triggers, which may not write to a virtual table here: `similar.queries.write` does it.
COLUMNS = f"{LISTED}, content='filed_incident', content_rowid='incident_id'"
SQLITE = [
    f"CREATE VIRTUAL TABLE fts_incident USING fts5({COLUMNS}, tokenize='porter unicode61 remove_diacritics 2')",
]
VECTOR = " || ".join(
    f"setweight(to_tsvector('english', {name}), '{weight}')" for name, weight in zip(FIELDS, WEIGHTS, strict=True)
)
POSTGRES = [
    f"ALTER TABLE filed_incident ADD COLUMN fts tsvector GENERATED ALWAYS AS ({VECTOR}) STORED",
    "CREATE INDEX fts_filed_incident ON filed_incident USING gin (fts)",
]
