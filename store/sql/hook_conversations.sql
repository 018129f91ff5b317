-- name: lock_conversation
-- two first messages of one conversation at once open one ticket
select pg_advisory_xact_lock(
    hashtextextended(
        jsonb_build_array(
            'setright.hook_conversations', %(tenant)s::text, %(source)s::text, %(conversation_id)s::text
        )::text, 3
    )
)

-- name: read_conversation
select ticket_id from setright.hook_conversations
where tenant = %(tenant)s and source = %(source)s and conversation_id = %(conversation_id)s
order by number desc
limit 1

-- name: bind_conversation
insert into setright.hook_conversations (tenant, source, conversation_id, ticket_id, customer_id)
values (%(tenant)s, %(source)s, %(conversation_id)s, %(ticket_id)s, %(customer_id)s)
