-- name: insert_draft
insert into setright.drafts (
    tenant, ticket_id, customer_id, turn, attempt, text, sha256, parts, citations, created_at
) values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(turn)s, %(attempt)s, %(text)s, %(sha256)s, %(parts)s, %(citations)s,
    %(at)s
)
on conflict (tenant, ticket_id, turn, attempt, sha256) do nothing
returning id

-- name: find_draft
select id
from setright.drafts
where tenant = %(tenant)s
    and ticket_id = %(ticket_id)s
    and turn = %(turn)s
    and attempt = %(attempt)s
    and sha256 = %(sha256)s

-- name: read_draft
select id, ticket_id, customer_id, turn, attempt, text, sha256, parts, citations, findings, created_at
from setright.drafts
where tenant = %(tenant)s and id = %(id)s

-- name: save_findings
update setright.drafts set findings = %(findings)s where tenant = %(tenant)s and id = %(id)s
