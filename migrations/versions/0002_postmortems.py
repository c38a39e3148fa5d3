"""Postmortems: one for each time an incident was resolved."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "postmortem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("markdown", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("no_model_because", sa.String(), nullable=False),
        sa.Column("place", sa.String(40), nullable=True),
        sa.Column("permalink", sa.String(), nullable=True),
        sa.Column("canvas", sa.String(), nullable=True),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_postmortem_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postmortem")),
        sa.UniqueConstraint("incident_id", "resolved_at", name=op.f("uq_postmortem_incident_id_resolved_at")),
    )


def downgrade() -> None:
    op.drop_table("postmortem")
