-- A source may be read again by itself, so long after its last reading ended; null: only when somebody says so.
alter table setright.knowledge_sources
    add column sync_every interval check (sync_every between interval '1 minute' and interval '30 days');
grant update (sync_every) on setright.knowledge_sources to operator_scope;
