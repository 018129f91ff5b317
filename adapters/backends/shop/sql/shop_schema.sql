-- The shop's system of record.
--
-- Every key starts with the tenant, so that no unique or foreign key can tell one tenant about another's rows. Every
-- customer's row carries its customer, and foreign keys go over (tenant, customer, ref): no row can hang on somebody
-- else's. A ref is what the customer knows (an order's or invoice's number) or the customer's own id, plus an ordinal
-- where there can be several: '10042/2'. Money is minor units and an ISO 4217 currency.

create schema if not exists shop;

-- Payments and refunds of an order are told in the order they were entered.
create sequence if not exists shop.entries;

create table if not exists shop.customers (
    tenant       text not null,
    ref          text not null,
    first_name   text not null,
    last_name    text not null,
    email        text not null,
    tier         text not null check (tier in ('standard', 'plus', 'vip')),
    entitlements text[] not null,
    language     text not null,
    primary key (tenant, ref)
);

create index if not exists customers_by_email on shop.customers (tenant, lower(email));

create table if not exists shop.addresses (
    tenant   text not null,
    customer text not null,
    ref      text not null, -- the customer's id for the profile's address, the order's number for an order's
    line1    text not null,
    line2    text not null,
    city     text not null,
    region   text not null,
    postcode text not null,
    country  text not null,
    primary key (tenant, ref),
    foreign key (tenant, customer) references shop.customers (tenant, ref)
);
alter table shop.addresses add column if not exists former jsonb; -- the fields above before they were last changed
alter table shop.addresses add column if not exists changes integer not null default 0; -- how often they were changed
create index if not exists addresses_of_customer on shop.addresses (tenant, customer);

create table if not exists shop.payment_methods (
    tenant   text not null,
    customer text not null,
    ref      text not null, -- the payment provider knows the method by the same name
    source   text not null, -- its id in the system it was imported from, or ''
    kind     text not null check (kind in ('card', 'paypal', 'gift_card', 'bank')),
    brand    text not null,
    last4    text not null,
    label    text not null,
    status   text not null check (status in ('active', 'expired', 'closed')),
    balance  bigint check (balance between 0 and 1000000000000),
    currency text not null,
    primary key (tenant, ref),
    unique (tenant, customer, ref),
    foreign key (tenant, customer) references shop.customers (tenant, ref),
    check ((kind = 'gift_card') = (balance is not null))
);

create table if not exists shop.products (
    tenant   text not null,
    ref      text not null,
    title    text not null,
    category text not null,
    primary key (tenant, ref)
);

create table if not exists shop.variants (
    tenant    text not null,
    ref       text not null, -- the SKU
    product   text not null,
    options   json not null, -- not jsonb: options are shown in the order the shop wrote them
    price     bigint not null check (price between 0 and 1000000000000),
    currency  text not null,
    available boolean not null,
    primary key (tenant, ref),
    foreign key (tenant, product) references shop.products (tenant, ref)
);
create index if not exists variants_of_product on shop.variants (tenant, product);

create table if not exists shop.orders (
    tenant        text not null,
    customer      text not null,
    ref           text not null,
    status        text not null check (status in ('pending', 'processed', 'shipped', 'delivered', 'cancelled',
                                                  'return_requested', 'exchange_requested', 'modified')),
    placed_at     timestamptz not null,
    delivered_at  timestamptz,
    total         bigint not null check (total between 0 and 1000000000000),
    currency      text not null,
    cancel_reason text,
    hold          text, -- idempotency key of the effect under way: nothing else may change the order meanwhile
    primary key (tenant, ref),
    unique (tenant, customer, ref),
    foreign key (tenant, customer) references shop.customers (tenant, ref)
);

create index if not exists orders_by_number on shop.orders (tenant, lower(ltrim(ref, '#')));

create table if not exists shop.order_lines (
    tenant    text not null,
    customer  text not null,
    ref       text not null,
    order_ref text not null,
    n         integer not null,
    product   text not null,
    sku       text not null,
    title     text not null,
    options   json not null,
    price     bigint not null check (price between 0 and 1000000000000), -- of one piece
    currency  text not null,
    quantity  integer not null check (quantity between 1 and 1000),
    status    text not null check (status in ('ordered', 'delivered', 'return_requested', 'returned',
                                              'exchange_requested', 'cancelled')),
    primary key (tenant, ref),
    unique (tenant, customer, ref),
    foreign key (tenant, customer, order_ref) references shop.orders (tenant, customer, ref)
);

create table if not exists shop.subscriptions (
    tenant       text not null,
    customer     text not null,
    ref          text not null,
    plan         text not null,
    interval     text not null check (interval in ('month', 'year')),
    price        bigint not null check (price between 0 and 1000000000000),
    currency     text not null,
    status       text not null check (status in ('active', 'cancels_at_period_end', 'cancelled', 'past_due')),
    started_at   timestamptz not null,
    cancelled_at timestamptz,
    period_start date not null,
    period_end   date not null check (period_end > period_start),
    seats        integer not null check (seats between 1 and 100000),
    primary key (tenant, ref),
    unique (tenant, customer, ref),
    foreign key (tenant, customer) references shop.customers (tenant, ref)
);
alter table shop.subscriptions add column if not exists changes integer not null default 0; -- ended or resumed so often

create table if not exists shop.invoices (
    tenant           text not null,
    customer         text not null,
    ref              text not null,
    subscription_ref text not null,
    amount           bigint not null check (amount between 0 and 1000000000000),
    currency         text not null,
    issued_at        timestamptz not null,
    period_start     date not null,
    period_end       date not null,
    primary key (tenant, ref),
    unique (tenant, customer, ref),
    foreign key (tenant, customer, subscription_ref) references shop.subscriptions (tenant, customer, ref)
);

create table if not exists shop.payments (
    tenant       text not null,
    customer     text not null,
    ref          text not null,
    order_ref    text,
    invoice_ref  text,
    method_ref   text not null,
    amount       bigint not null check (amount between 1 and 1000000000000),
    currency     text not null,
    status       text not null check (status in ('sending', 'errored', 'paid', 'declined', 'cancelled')),
    charge       text, -- the payment provider's id; null for gift cards and for what is not charged yet
    paid_at      timestamptz not null,
    duplicate_of text,
    effect_key   text,
    seq          bigint not null default nextval('shop.entries'),
    primary key (tenant, ref),
    unique (tenant, customer, ref),
    foreign key (tenant, customer, order_ref) references shop.orders (tenant, customer, ref),
    foreign key (tenant, customer, invoice_ref) references shop.invoices (tenant, customer, ref),
    foreign key (tenant, customer, method_ref) references shop.payment_methods (tenant, customer, ref),
    check (num_nonnulls(order_ref, invoice_ref) = 1)
);

create table if not exists shop.refunds (
    tenant       text not null,
    customer     text not null,
    ref          text not null,
    payment_ref  text not null,
    order_ref    text,
    invoice_ref  text,
    line_ref     text,
    method_ref   text not null, -- where the money goes
    amount       bigint not null check (amount between 1 and 1000000000000),
    currency     text not null,
    reason       text not null,
    status       text not null check (status in ('sending', 'errored', 'pending', 'succeeded', 'failed', 'cancelled')),
    failure      text,
    provider_ref text, -- the payment provider's id; null for gift cards and for what is not sent yet
    created_at   timestamptz not null,
    expected_on  date,
    reissued_as  text,
    effect_key   text,
    seq          bigint not null default nextval('shop.entries'),
    primary key (tenant, ref),
    unique (tenant, customer, ref),
    foreign key (tenant, customer, payment_ref) references shop.payments (tenant, customer, ref),
    foreign key (tenant, customer, order_ref) references shop.orders (tenant, customer, ref),
    foreign key (tenant, customer, invoice_ref) references shop.invoices (tenant, customer, ref),
    foreign key (tenant, customer, line_ref) references shop.order_lines (tenant, customer, ref),
    foreign key (tenant, customer, method_ref) references shop.payment_methods (tenant, customer, ref),
    check (num_nonnulls(order_ref, invoice_ref) = 1)
);
-- The effect that calls a refund back while the provider has not paid it out.
alter table shop.refunds add column if not exists recall_key text;

create table if not exists shop.shipments (
    tenant          text not null,
    customer        text not null,
    ref             text not null,
    order_ref       text not null,
    carrier         text not null,
    tracking_number text not null,
    status          text not null check (status in ('label_created', 'in_transit', 'out_for_delivery', 'delivered',
                                                    'delayed', 'lost')),
    last_scan_at    timestamptz,
    expected_on     date,
    delivered_at    timestamptz,
    lines           text[] not null,
    primary key (tenant, ref),
    unique (tenant, customer, ref),
    foreign key (tenant, customer, order_ref) references shop.orders (tenant, customer, ref)
);

create table if not exists shop.traces (
    tenant       text not null,
    customer     text not null,
    ref          text not null,
    shipment_ref text not null,
    status       text not null check (status in ('open', 'closed')),
    opened_at    timestamptz not null,
    primary key (tenant, ref),
    foreign key (tenant, customer, shipment_ref) references shop.shipments (tenant, customer, ref)
);
create unique index if not exists one_open_trace on shop.traces (tenant, shipment_ref) where status = 'open';

-- What was asked to come back, to be exchanged or to be sent again.
create table if not exists shop.claims (
    tenant       text not null,
    customer     text not null,
    ref          text not null,
    order_ref    text not null,
    kind         text not null check (kind in ('return', 'exchange', 'replacement')),
    lines        text[] not null, -- refs of order lines
    wanted       text[] not null, -- for an exchange: the SKU wanted instead of each line
    method_ref   text,
    difference   bigint, -- for an exchange: what the new items cost more (below zero: less)
    requested_at timestamptz not null,
    primary key (tenant, ref),
    foreign key (tenant, customer, order_ref) references shop.orders (tenant, customer, ref),
    check (kind <> 'exchange' or cardinality(lines) = cardinality(wanted))
);
create index if not exists claims_of_order on shop.claims (tenant, customer, order_ref);

-- One row per idempotency key, written with the change it stands for: the same key is answered, never done again.
create table if not exists shop.effects (
    tenant          text not null,
    customer        text not null,
    idempotency_key text not null,
    action          text not null,
    args_sha256     text not null,
    started_at      timestamptz not null,
    outcome         jsonb, -- null while money is on its way
    primary key (tenant, idempotency_key),
    foreign key (tenant, customer) references shop.customers (tenant, ref)
);
