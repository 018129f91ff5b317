-- The name in a snapshot of the customer's records beside it: lists show it without unpacking the snapshots, and it goes
-- when they go.
alter table setright.contexts
    add column name text generated always as (body ->> 'name') stored;
