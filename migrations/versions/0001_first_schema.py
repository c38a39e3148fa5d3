"""The first schema: deliveries, effects, people, incidents, timeline, updates, postmortems."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "delivery",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_finished_at", "delivery", ["finished_at"], unique=False)
    op.create_index(
        "ix_delivery_open",
        "delivery",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'received'"),
        postgresql_where=sa.text("state = 'received'"),
    )
    op.create_table(
        "effect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("lane", sa.String(120), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
        sa.UniqueConstraint("key", name=op.f("uq_effect_key")),
    )
    op.create_index(
        "ix_effect_due_open",
        "effect",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('owed', 'claimed')"),
        postgresql_where=sa.text("state IN ('owed', 'claimed')"),
    )
    op.create_index(op.f("ix_effect_incident_id"), "effect", ["incident_id"], unique=False)
    op.create_index(
        "ix_effect_lane_open",
        "effect",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('owed', 'claimed')"),
        postgresql_where=sa.text("state IN ('owed', 'claimed')"),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("severity", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("affected", sa.String(), nullable=False),
        sa.Column("impact", sa.String(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mitigated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("next_update_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_shown", sa.Boolean(), nullable=False),
        sa.Column("last_update", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("channel_name", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=True),
        sa.Column("announced_in", sa.String(), nullable=True),
        sa.Column("announcement", sa.String(), nullable=True),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["incident.id"], name=op.f("fk_incident_merged_into_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("channel", name=op.f("uq_incident_channel")),
    )
    op.create_index(op.f("ix_incident_status"), "incident", ["status"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.Column("is_stranger", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "insider",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_insider_incident_id_incident")),
        sa.PrimaryKeyConstraint("incident_id", "user", name=op.f("pk_insider")),
    )
    op.create_table(
        "role_holding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_role_holding_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_holding")),
    )
    op.create_index(op.f("ix_role_holding_incident_id"), "role_holding", ["incident_id"], unique=False)
    op.create_index(
        "uq_role_holding_one_holder",
        "role_holding",
        ["incident_id", "role"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "status_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("severity", sa.String(40), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_status_update_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_update")),
    )
    op.create_index(op.f("ix_status_update_incident_id"), "status_update", ["incident_id"], unique=False)
    op.create_table(
        "timeline_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("fact", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("source_channel", sa.String(), nullable=True),
        sa.Column("source_ts", sa.String(), nullable=True),
        sa.Column("permalink", sa.String(), nullable=True),
        sa.Column("kept_by", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("earlier", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_timeline_entry_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_entry")),
        sa.UniqueConstraint("incident_id", "place", name=op.f("uq_timeline_entry_incident_id_place")),
        sa.UniqueConstraint(
            "incident_id",
            "source_channel",
            "source_ts",
            name=op.f("uq_timeline_entry_incident_id_source_channel_source_ts"),
        ),
    )
    op.create_index("ix_timeline_entry_source", "timeline_entry", ["source_channel", "source_ts"], unique=False)
    op.execute("INSERT INTO counter (name, value) VALUES ('incident', 0)")


def downgrade() -> None:
    op.drop_index("ix_timeline_entry_source", table_name="timeline_entry")
    op.drop_table("timeline_entry")
    op.drop_index(op.f("ix_status_update_incident_id"), table_name="status_update")
    op.drop_table("status_update")
    op.drop_index(
        "uq_role_holding_one_holder",
        table_name="role_holding",
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.drop_index(op.f("ix_role_holding_incident_id"), table_name="role_holding")
    op.drop_table("role_holding")
    op.drop_table("insider")
    op.drop_table("person")
    op.drop_index(op.f("ix_incident_status"), table_name="incident")
    op.drop_table("incident")
    op.drop_index(
        "ix_effect_lane_open",
        table_name="effect",
        sqlite_where=sa.text("state IN ('owed', 'claimed')"),
        postgresql_where=sa.text("state IN ('owed', 'claimed')"),
    )
    op.drop_index(op.f("ix_effect_incident_id"), table_name="effect")
    op.drop_index(
        "ix_effect_due_open",
        table_name="effect",
        sqlite_where=sa.text("state IN ('owed', 'claimed')"),
        postgresql_where=sa.text("state IN ('owed', 'claimed')"),
    )
    op.drop_table("effect")
    op.drop_index(
        "ix_delivery_open",
        table_name="delivery",
        sqlite_where=sa.text("state = 'received'"),
        postgresql_where=sa.text("state = 'received'"),
    )
    op.drop_index("ix_delivery_finished_at", table_name="delivery")
    op.drop_table("delivery")
    op.drop_table("counter")
