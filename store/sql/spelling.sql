-- name: unknown_words
-- Words that no current passage of the tenant holds in any form; what says nothing in that language ("and") is none.
select asked.word
from unnest(%(words)s::text[]) as asked(word)
where cardinality(setright.asked_words(%(language)s, asked.word, false)) > 0
    and not exists (
        select
        from unnest(setright.asked_words(%(language)s, asked.word, false)) as form
        join setright.passage_words as held on held.tenant = %(tenant)s and held.word = form
    )

-- name: held_words
-- Of the words that each slip may have been meant as, those that a current passage of the tenant holds in some form.
select meant.slip, meant.word, form
from unnest(%(slips)s::text[], %(words)s::text[]) as meant(slip, word)
cross join lateral unnest(setright.asked_words(%(language)s, meant.word, false)) as form
where exists (
    select from setright.passage_words as held where held.tenant = %(tenant)s and held.word = form
)
