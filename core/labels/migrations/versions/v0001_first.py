"""The first version: sets, people, items, crops, labels, steps and edits.

Written out and not taken from `tables.py`: what a version was must not change when the tables do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _make_set()
    _make_photos()
    _make_labels()


def _make_set() -> None:
    op.create_table(
        "sets",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("engines", sa.Text, nullable=False),
        sa.Column("blind_share", sa.Double, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("parent_digest", sa.String(64)),
        sa.Column("digest", sa.String(64)),
        sa.Column("locked_at", sa.DateTime(timezone=True)),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sets"),
        sa.CheckConstraint("id = 1", name=op.f("ck_sets_one")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("name", name="uq_people_name"),
    )


def _make_photos() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("is_blind", sa.Boolean, nullable=False),
        sa.Column("subject", sa.String),
        sa.Column("problem", sa.String),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("sha256", name="uq_items_sha256"),
    )
    op.create_index("ix_items_position_id", "items", ["position", "id"])
    op.create_index("ix_items_subject", "items", ["subject"])
    op.create_table(
        "crops",
        sa.Column("item_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("jpeg", sa.LargeBinary, nullable=False),
        sa.Column("quad", sa.Text, nullable=False),
        sa.Column("alignment", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_crops"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_crops_item_id", ondelete="CASCADE"),
    )


def _make_labels() -> None:
    op.create_table(
        "labels",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("engine", sa.String, nullable=False),
        sa.Column("take", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(12), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("vector", sa.Text, nullable=False),
        sa.Column("provenance", sa.Text, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("flags", sa.Text, nullable=False),
        sa.Column("start", sa.String(12), nullable=False),
        sa.Column("started_from", sa.String),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_labels"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_labels_item_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_labels_person_id"),
        sa.UniqueConstraint("item_id", "person_id", "engine", "take", name="uq_labels_item_id_person_id_engine_take"),
        sa.CheckConstraint("state IN ('todo', 'draft', 'done', 'unsure', 'skipped')", name=op.f("ck_labels_state")),
        sa.CheckConstraint("take >= 1", name=op.f("ck_labels_take")),
    )
    op.create_index("ix_labels_person_id_engine_take_state", "labels", ["person_id", "engine", "take", "state"])
    op.create_table(
        "steps",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("engine", sa.String, nullable=False),
        sa.Column("state", sa.String(6), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_steps"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_steps_person_id"),
    )
    op.create_index("ix_steps_person_id_engine_state_id", "steps", ["person_id", "engine", "state", "id"])
    op.create_table(
        "edits",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("label_id", sa.Integer, nullable=False),
        sa.Column("step_id", sa.Integer),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("field", sa.String, nullable=False),
        sa.Column("old", sa.Text),
        sa.Column("new", sa.Text),
        sa.Column("old_by", sa.String(9)),
        sa.Column("by", sa.String(9)),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_edits"),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name="fk_edits_label_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["step_id"], ["steps.id"], name="fk_edits_step_id"),
    )
    op.create_index("ix_edits_label_id", "edits", ["label_id"])
    op.create_index("ix_edits_step_id", "edits", ["step_id"])
