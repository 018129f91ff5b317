-- What an amendment shows that it costs: the claim is held to it as it is to the amount of a request. Null: it shows none,
-- and what the request showed holds.
alter table setright.approval_decisions
    add column amended_amount bigint check (amended_amount between 0 and 1000000000000),
    add column amended_currency text check (amended_currency ~ '^[A-Z]{3}$'),
    add constraint amounts_have_a_currency check ((amended_amount is null) = (amended_currency is null)),
    add constraint only_amendments_show_another check (amended_amount is null or amended is not null);
grant select (amended_amount, amended_currency) on setright.approval_decisions to customer_scope;
