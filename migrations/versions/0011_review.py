"""The review of postmortems, and what their sections said before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "postmortem_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("postmortem_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["postmortem_id"], ["postmortem.id"], name=op.f("fk_postmortem_version_postmortem_id_postmortem")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postmortem_version")),
        sa.UniqueConstraint(
            "postmortem_id", "place", "number", name=op.f("uq_postmortem_version_postmortem_id_place_number")
        ),
    )
    op.add_column("postmortem", sa.Column("message", sa.String(), nullable=True))
    op.add_column(
        "postmortem",
        sa.Column(
            "reviewers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="[]"
        ),
    )
    op.add_column("postmortem", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("postmortem", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("postmortem", sa.Column("reviewed_by", sa.String(), nullable=True))
    op.add_column("postmortem", sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("postmortem", sa.Column("published_by", sa.String(), nullable=True))
    op.add_column("postmortem", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "postmortem",
        sa.Column(
            "distances", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="{}"
        ),
    )
    op.add_column("postmortem", sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("postmortem", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("postmortem", sa.Column("serial", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("postmortem", sa.Column("stage", sa.Integer(), nullable=True))
    op.add_column("postmortem", sa.Column("asked_in", sa.String(), nullable=True))
    op.add_column("postmortem", sa.Column("asked_ts", sa.String(), nullable=True))
    with op.batch_alter_table("postmortem") as batch:
        for column in ("reviewers", "distances", "version", "serial"):
            batch.alter_column(column, server_default=None)
    op.create_index(
        "ix_postmortem_look_at",
        "postmortem",
        ["look_at"],
        unique=False,
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_postmortem_look_at",
        table_name="postmortem",
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.drop_column("postmortem", "asked_ts")
    op.drop_column("postmortem", "asked_in")
    op.drop_column("postmortem", "stage")
    op.drop_column("postmortem", "serial")
    op.drop_column("postmortem", "looked_at")
    op.drop_column("postmortem", "look_at")
    op.drop_column("postmortem", "distances")
    op.drop_column("postmortem", "published_at")
    op.drop_column("postmortem", "published_by")
    op.drop_column("postmortem", "reviewed_at")
    op.drop_column("postmortem", "reviewed_by")
    op.drop_column("postmortem", "version")
    op.drop_column("postmortem", "due_on")
    op.drop_column("postmortem", "reviewers")
    op.drop_column("postmortem", "message")
    op.drop_table("postmortem_version")
