-- Who may touch the shop: `customer_scope`, one customer of one tenant at a time, named by settings of the transaction.
-- Outside such a transaction the settings are null or '' and every row is out of sight.

do $$
begin
    create role customer_scope nologin noinherit nosuperuser nobypassrls nocreatedb nocreaterole noreplication;
exception when duplicate_object or unique_violation then
    null; -- roles belong to the whole server: it was there before, or another database of it has just made it
end
$$;

do $$
declare
    name text;
    own  constant text := $own$
        tenant = nullif(current_setting('app.tenant', true), '')
        and %I = nullif(current_setting('app.customer', true), '')
    $own$;
    here constant text := $here$ tenant = nullif(current_setting('app.tenant', true), '') $here$;
begin
    foreach name in array array['customers', 'addresses', 'payment_methods', 'orders', 'order_lines', 'subscriptions',
                                'invoices', 'payments', 'refunds', 'shipments', 'traces', 'claims', 'effects']
    loop
        execute format('alter table shop.%I enable row level security', name);
        execute format('alter table shop.%I force row level security', name);
        execute format('drop policy if exists own_rows on shop.%I', name);
        execute format('create policy own_rows on shop.%I to customer_scope using (%s) with check (%s)', name,
                       format(own, case name when 'customers' then 'ref' else 'customer' end),
                       format(own, case name when 'customers' then 'ref' else 'customer' end));
    end loop;
    foreach name in array array['products', 'variants']
    loop
        execute format('alter table shop.%I enable row level security', name);
        execute format('alter table shop.%I force row level security', name);
        execute format('drop policy if exists own_tenant on shop.%I', name);
        execute format('create policy own_tenant on shop.%I for select to customer_scope using (%s)', name, here);
    end loop;
end
$$;

-- Whose account a stranger names, by exactly its email address or exactly one order's number: what is not named stays out
-- of sight, and nothing but the two rows' own tables is opened by it. `app.named` lives as long as its transaction.
drop policy if exists named_account on shop.customers;
create policy named_account on shop.customers for select to customer_scope using (
    tenant = nullif(current_setting('app.tenant', true), '')
    and lower(email) = nullif(current_setting('app.named', true), '')
);
drop policy if exists named_account on shop.orders;
create policy named_account on shop.orders for select to customer_scope using (
    tenant = nullif(current_setting('app.tenant', true), '')
    and lower(ltrim(ref, '#')) = nullif(current_setting('app.named', true), '')
);

grant usage on schema shop to customer_scope;
grant select on all tables in schema shop to customer_scope;
grant usage on sequence shop.entries to customer_scope;
grant insert on shop.payments, shop.refunds, shop.shipments, shop.traces, shop.claims, shop.effects to customer_scope;
grant update (outcome) on shop.effects to customer_scope;
grant update (status, cancel_reason, total, hold) on shop.orders to customer_scope;
grant update (sku, options, price, status) on shop.order_lines to customer_scope;
grant update (line1, line2, city, region, postcode, country, former, changes) on shop.addresses to customer_scope;
grant update (balance) on shop.payment_methods to customer_scope;
grant update (status, cancelled_at, changes) on shop.subscriptions to customer_scope;
grant update (status, charge) on shop.payments to customer_scope;
grant update (status, failure, provider_ref, expected_on, reissued_as, recall_key) on shop.refunds to customer_scope;
