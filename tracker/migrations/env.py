"""Alembic's entry: runs in the transaction that `tracker.migrations.migrate` opened."""

from alembic import context

from tracker import models
from tracker.db import Base

assert models  # imported for its tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
