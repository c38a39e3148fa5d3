"""Escalations and their pages, user groups, and what an incident says of itself to those who page and remind."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learned",
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_learned")),
    )
    op.create_table(
        "user_group",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("members", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_group")),
    )
    op.create_index(op.f("ix_user_group_handle"), "user_group", ["handle"], unique=False)
    op.create_table(
        "escalation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("alarm", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("severity", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("policy_name", sa.String(), nullable=False),
        sa.Column("policy", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outstanding", sa.Integer(), nullable=False),
        sa.Column("heard", sa.Boolean(), nullable=False),
        sa.Column("nags", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_hurried", sa.Boolean(), nullable=False),
        sa.Column("asked_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(40), nullable=True),
        sa.Column("notice", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_escalation_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("incident_id", "alarm", name=op.f("uq_escalation_incident_id_alarm")),
    )
    op.create_index(
        "ix_escalation_due",
        "escalation",
        ["severity", "due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_escalation_incident_id"), "escalation", ["incident_id"], unique=False)
    op.create_index(
        "ix_escalation_next",
        "escalation",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(120), nullable=False),
        sa.Column("is_channel", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name=op.f("fk_page_escalation_id_escalation")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_page_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint(
            "escalation_id", "round", "level", "recipient", name=op.f("uq_page_escalation_id_round_level_recipient")
        ),
    )
    op.create_index(op.f("ix_page_incident_id"), "page", ["incident_id"], unique=False)
    op.create_index(
        "ix_effect_owed",
        "effect",
        ["urgency", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'owed'"),
        postgresql_where=sa.text("state = 'owed'"),
    )
    moment = sa.DateTime(timezone=True)
    op.add_column("incident", sa.Column("heard_at", moment, nullable=False, server_default="1970-01-01 00:00:00+00"))
    op.add_column("incident", sa.Column("alarms", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("incident", sa.Column("alarm", sa.String(40), nullable=True))
    op.add_column("incident", sa.Column("alarmed_at", moment, nullable=True))
    op.add_column("incident", sa.Column("unheeded", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("incident", sa.Column("review_at", moment, nullable=True))
    op.add_column("incident", sa.Column("is_slow", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Nobody is paged for what was going on before; but it is looked after from now on.
    op.execute("UPDATE incident SET heard_at = declared_at")
    op.execute("UPDATE incident SET review_at = declared_at WHERE status IN ('triage', 'active', 'mitigated')")
    _fill_in_no_more("incident", "heard_at", "alarms", "unheeded", "is_slow")
    op.create_index(
        "ix_incident_review_at",
        "incident",
        ["review_at"],
        unique=False,
        sqlite_where=sa.text("review_at IS NOT NULL"),
        postgresql_where=sa.text("review_at IS NOT NULL"),
    )
    op.create_index(
        "ix_incident_unheeded",
        "incident",
        ["id"],
        unique=False,
        sqlite_where=sa.text("unheeded = 1"),
        postgresql_where=sa.text("unheeded"),
    )
    op.create_index(
        "ix_incident_update_due",
        "incident",
        ["next_update_due_at"],
        unique=False,
        sqlite_where=sa.text("next_update_due_at IS NOT NULL AND overdue_shown = 0"),
        postgresql_where=sa.text("next_update_due_at IS NOT NULL AND NOT overdue_shown"),
    )
    op.add_column("person", sa.Column("email", sa.String(), nullable=False, server_default=""))
    _fill_in_no_more("person", "email")
    op.create_index(op.f("ix_person_email"), "person", ["email"], unique=False)
    op.add_column("role_holding", sa.Column("by", sa.String(), nullable=True))


def _fill_in_no_more(table: str, *columns: str) -> None:
    """The old rows have their value; new ones get it from the bot."""
    with op.batch_alter_table(table) as batch:
        for column in columns:
            batch.alter_column(column, server_default=None)


def downgrade() -> None:
    op.drop_index(
        "ix_effect_owed",
        table_name="effect",
        sqlite_where=sa.text("state = 'owed'"),
        postgresql_where=sa.text("state = 'owed'"),
    )
    op.drop_column("role_holding", "by")
    op.drop_index(op.f("ix_person_email"), table_name="person")
    op.drop_column("person", "email")
    op.drop_index(
        "ix_incident_update_due",
        table_name="incident",
        sqlite_where=sa.text("next_update_due_at IS NOT NULL AND overdue_shown = 0"),
        postgresql_where=sa.text("next_update_due_at IS NOT NULL AND NOT overdue_shown"),
    )
    op.drop_index(
        "ix_incident_unheeded",
        table_name="incident",
        sqlite_where=sa.text("unheeded = 1"),
        postgresql_where=sa.text("unheeded"),
    )
    op.drop_index(
        "ix_incident_review_at",
        table_name="incident",
        sqlite_where=sa.text("review_at IS NOT NULL"),
        postgresql_where=sa.text("review_at IS NOT NULL"),
    )
    op.drop_column("incident", "is_slow")
    op.drop_column("incident", "review_at")
    op.drop_column("incident", "unheeded")
    op.drop_column("incident", "alarmed_at")
    op.drop_column("incident", "alarm")
    op.drop_column("incident", "alarms")
    op.drop_column("incident", "heard_at")
    op.drop_index(op.f("ix_page_incident_id"), table_name="page")
    op.drop_table("page")
    op.drop_index(
        "ix_escalation_next",
        table_name="escalation",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_escalation_incident_id"), table_name="escalation")
    op.drop_index(
        "ix_escalation_due",
        table_name="escalation",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_table("escalation")
    op.drop_index(op.f("ix_user_group_handle"), table_name="user_group")
    op.drop_table("user_group")
    op.drop_table("learned")
