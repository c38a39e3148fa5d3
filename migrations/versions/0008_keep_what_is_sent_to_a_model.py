"""What is sent to a model is kept, word for word."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("task", sa.String(60), nullable=False),
        sa.Column("prompt_version", sa.String(60), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("rung", sa.String(40), nullable=False),
        sa.Column("sent_sha256", sa.String(64), nullable=False),
        sa.Column("sent", sa.LargeBinary(), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=True),
        sa.Column("tokens_out", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Float(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_call")),
    )
    op.create_index(op.f("ix_model_call_incident_id"), "model_call", ["incident_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_model_call_incident_id"), table_name="model_call")
    op.drop_table("model_call")
