"""Alembic's entry: always on a connection that our code hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from assistant.storage.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="types.",
)
with context.begin_transaction():
    context.run_migrations()
