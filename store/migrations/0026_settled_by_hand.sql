-- What a person found out of an effect that nobody was sure of, and why they are sure. Null: no person had to.
alter table setright.action_ledger
    add column settled_by text,
    add column settled_because text,
    add constraint a_person_says_why check ((settled_by is null) = (settled_because is null));
grant update (settled_by, settled_because) on setright.action_ledger to operator_scope;

-- The words go with the customer's; who settled it stays, as who approved it does.
create function setright.erase_settled_because() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    if new.args = '{}' and old.args <> '{}' and new.settled_because is not null then
        new.settled_because := '[erased]';
    end if;
    return new;
end
$$;
create trigger erase_settled_because before update of args on setright.action_ledger
    for each row execute function setright.erase_settled_because();
