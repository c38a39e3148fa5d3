"""What is asked at each beat and by each audit reads no more than it finds."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LIVE = "status IN ('triage', 'active', 'mitigated')"


def upgrade() -> None:
    op.add_column("incident", sa.Column("undrafted", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("incident") as batch:
        batch.alter_column("undrafted", server_default=None)
    op.execute(
        "UPDATE incident SET undrafted = true WHERE resolved_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM postmortem "
        "WHERE postmortem.incident_id = incident.id AND postmortem.resolved_at = incident.resolved_at)"
    )
    op.create_index(
        "ix_incident_undrafted",
        "incident",
        ["id"],
        unique=False,
        sqlite_where=sa.text("undrafted = 1"),
        postgresql_where=sa.text("undrafted"),
    )
    op.create_index(
        "ix_incident_live",
        "incident",
        ["severity"],
        unique=False,
        sqlite_where=sa.text(LIVE),
        postgresql_where=sa.text(LIVE),
    )


def downgrade() -> None:
    op.drop_index("ix_incident_live", table_name="incident")
    op.drop_index("ix_incident_undrafted", table_name="incident")
    op.drop_column("incident", "undrafted")
