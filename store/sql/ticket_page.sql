-- name: list_said
select
    message.seq,
    message.author,
    message.author_id,
    message.audience = '{}' as is_note,
    message.text,
    message.at,
    message.external_channel as channel,
    message.draft_id,
    message.solves,
    (
        select coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'number', attachment.number,
                    'name', attachment.name,
                    'media_type', attachment.media_type,
                    'size', attachment.size
                )
                order by attachment.number
            ),
            '[]'
        )
        from setright.attachments as attachment
        where attachment.tenant = message.tenant
            and attachment.ticket_id = message.ticket_id
            and attachment.seq = message.seq
    ) as files
from setright.messages as message
where message.tenant = %(tenant)s
    and message.ticket_id = %(ticket_id)s
    and (%(notes)s or message.audience <> '{}')
order by message.seq

-- name: list_drafts
select
    draft.id,
    draft.turn,
    draft.attempt,
    draft.text,
    draft.citations,
    draft.findings,
    draft.created_at,
    message.seq as sent_as
from setright.drafts as draft
left join setright.messages as message on message.tenant = draft.tenant and message.draft_id = draft.id
where draft.tenant = %(tenant)s and draft.ticket_id = %(ticket_id)s
order by draft.id

-- name: list_answers
select id, approval_id, verdict, args_sha256, decided_by, reason, amended, at, auth_method, key_kind, roles
from setright.approval_decisions
where tenant = %(tenant)s and ticket_id = %(ticket_id)s
order by id

-- name: latest_context
select id, turn, at, body
from setright.contexts
where tenant = %(tenant)s and ticket_id = %(ticket_id)s
order by id desc
limit 1

-- name: read_passage
-- A passage that a draft of this ticket cites or one of its searches found, as it was, and how it stands now.
select
    passage.id as passage_id,
    passage.slug,
    passage.version,
    article.title,
    passage.section,
    passage.path,
    passage.text,
    article.url,
    article.known_from,
    article.known_until,
    current.version as current_version,
    case
        when current.version is null then 'withdrawn'
        when current.version <> passage.version and not exists (
            select
            from setright.passages as same
            where same.tenant = passage.tenant
                and same.slug = passage.slug
                and same.version = current.version
                and same.section = passage.section
                and same.text = passage.text
        ) then 'changed'
        when current.valid_from > %(at)s or current.valid_until <= %(at)s then 'expired'
        when current.fresh_until <= %(at)s then 'stale'
        else 'holds'
    end as standing
from setright.passages as passage
join setright.articles as article
    on article.tenant = passage.tenant and article.slug = passage.slug and article.version = passage.version
left join setright.articles as current
    on current.tenant = passage.tenant and current.slug = passage.slug and current.is_current
where passage.tenant = %(tenant)s
    and passage.id = %(passage_id)s
    and (
        exists (
            select
            from setright.drafts as draft
            where draft.tenant = passage.tenant
                and draft.ticket_id = %(ticket_id)s
                and passage.id = any (draft.citations)
        )
        or exists (
            select
            from setright.events as event
            where event.tenant = passage.tenant
                and event.ticket_id = %(ticket_id)s
                and event.kind = 'evidence_found'
                and event.body -> 'passages' @> to_jsonb(passage.id)
        )
    )
