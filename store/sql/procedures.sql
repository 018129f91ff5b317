-- name: save_procedure
insert into setright.procedure_versions (tenant, name, version, body, saved_at)
values (%(tenant)s, %(name)s, %(version)s, %(body)s, %(at)s)
on conflict (tenant, name, version) do nothing

-- name: read_procedure
select body
from setright.procedure_versions
where tenant = %(tenant)s and name = %(name)s and version = %(version)s

-- name: knows_procedure
select exists (select from setright.procedure_versions where tenant = %(tenant)s and name = %(name)s)
