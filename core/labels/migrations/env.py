"""What alembic runs: the steps of `versions/`, on the connection it was handed."""

from alembic import context

from core.labels.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a column by copying its table
    transactional_ddl=True,
)
context.run_migrations()
