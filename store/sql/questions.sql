-- name: save_question
insert into setright.knowledge_questions (tenant, ticket_id, customer_id, turn, seqs, language, model, embedding, asked_at)
values (
    %(tenant)s, %(ticket_id)s, %(customer_id)s, %(turn)s, %(seqs)s, %(language)s, %(model)s, %(embedding)s::halfvec, %(at)s
)
on conflict do nothing

-- name: open_questions
select question.id, question.ticket_id, question.language, question.model, question.embedding::text as embedding,
    question.asked_at,
    context.body ->> 'first_name' as first_name,
    context.body ->> 'name' as full_name,
    (
        select string_agg(message.text, E'\n' order by message.seq)
        from setright.messages as message
        where message.tenant = question.tenant and message.ticket_id = question.ticket_id
            and message.seq = any (question.seqs)
    ) as text
from setright.knowledge_questions as question
left join lateral (
    select body from setright.contexts
    where tenant = question.tenant and ticket_id = question.ticket_id
    order by id desc limit 1
) as context on true
where question.tenant = %(tenant)s and question.answered_at is null
order by question.asked_at desc, question.id desc
limit %(limit)s

-- name: answer_questions
-- An article that came after the question and is near enough to answer it: nothing is left to write.
update setright.knowledge_questions as question
set answered_at = %(at)s, answered_by = answer.slug
from (
    select open.id, near.slug
    from setright.knowledge_questions as open
    cross join lateral (
        select passage.slug, passage.embedding <=> open.embedding as distance, article.known_from
        from setright.passages as passage
        join setright.articles as article using (tenant, slug, version)
        where passage.tenant = open.tenant and passage.is_current and passage.model = open.model
            and article.known_from > open.asked_at
            and coalesce(article.valid_from <= %(at)s, true) and coalesce(%(at)s < article.valid_until, true)
        order by passage.embedding <=> open.embedding
        limit 1
    ) as near
    where open.tenant = %(tenant)s and open.answered_at is null and near.distance <= %(farthest)s
) as answer
where question.tenant = %(tenant)s and question.id = answer.id
