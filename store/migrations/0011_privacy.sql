-- Keeping the heads of the audit chain outside the database, and erasing a customer's words.

-- Whoever keeps the heads sees the newest links of all tenants: numbers and digests.
create policy every_tenant_read on setright.tenant_heads for select to relay using (true);
grant select (tenant, number, hash) on setright.tenant_heads to relay;
