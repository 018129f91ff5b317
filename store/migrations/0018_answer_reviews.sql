-- Who has looked at an answer whose articles do not hold any more. Where its standing changes again, it is asked again.

create table setright.answer_reviews (
    tenant      text        not null,
    ticket_id   text        not null,
    customer_id text        not null,
    seq         integer     not null,  -- of the reply among the ticket's messages
    passage_id  bigint      not null references setright.passages (id),
    standing    text        not null check (standing in ('stale', 'changed', 'expired', 'withdrawn')),
    reviewed_by text        not null,
    reviewed_at timestamptz not null,
    primary key (tenant, ticket_id, seq, passage_id, standing),
    foreign key (tenant, ticket_id, customer_id) references setright.tickets (tenant, ticket_id, customer_id)
);
call setright.lock_down('setright.answer_reviews');
call setright.make_append_only('setright.answer_reviews');
grant select, insert on setright.answer_reviews to operator_scope;
