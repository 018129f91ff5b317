-- Faults to plant in a sound stack. Each begins with its name, then the invariant and the name under which `verify` must
-- find it, and perhaps what a driver would have been told (`told`) or whose secret is planted (`canary`).

-- always
create temporary view some_message as
    select ctid as place from setright.messages where author = 'customer' order by ticket_id, seq limit 1;
create temporary view some_approval as
    select request.approval_id from setright.approval_requests as request
    join setright.action_ledger as ledger using (tenant, approval_id)
    where ledger.status = 'succeeded' order by request.approval_id limit 1;
create temporary view some_payout as
    select call.effect as ref from provider.calls as call
    join setright.action_ledger as ledger
        on (ledger.tenant, ledger.idempotency_key) = (call.tenant, split_part(call.key, ':', 1))
    where call.result = 'executed' and ledger.action in ('issue_refund', 'reissue_refund') order by call.id limit 1;

-- plant: a ledger row is deleted
-- found: I1 effect_without_row
delete from setright.action_ledger where ctid = (
    select ctid from setright.action_ledger where status = 'succeeded' order by action_id limit 1);

-- plant: the provider paid under a key that nobody has
-- found: I1 effect_without_row
insert into provider.calls (tenant, operation, key, result, effect)
select tenant, operation, 'sr_nobody:refund:1', result, effect from provider.calls where result = 'executed' limit 1;

-- plant: the provider never heard of an effect
-- found: I1 row_without_effect
delete from provider.calls where effect = (select ref from some_payout);

-- plant: the provider paid another amount
-- found: I1 amounts_differ
update provider.refunds set amount = amount - 1 where ref = (select ref from some_payout);

-- plant: a row says failed, and the money has left
-- found: I1 effect_of_failed_row
update setright.action_ledger set status = 'failed' where ctid = (
    select ctid from setright.action_ledger where status = 'succeeded' and action = 'reissue_refund'
    order by action_id limit 1);

-- plant: a digest of a decision is swapped
-- found: I2 decided_on_other_arguments
update setright.approval_decisions set args_sha256 = repeat('0', 64)
where approval_id = (select approval_id from some_approval);

-- plant: other arguments were carried out than were approved
-- found: I2 other_arguments_than_approved
update setright.action_ledger set args_sha256 = repeat('0', 64)
where approval_id = (select approval_id from some_approval);

-- plant: the decision is gone
-- found: I2 decision_missing
delete from setright.approval_decisions where approval_id = (select approval_id from some_approval);

-- plant: decided after the expiry
-- found: I2 decided_too_late
update setright.approval_decisions as decision set at = request.expires_at + interval '1 hour'
from setright.approval_requests as request
where decision.approval_id = request.approval_id and request.approval_id = (select approval_id from some_approval);

-- plant: approved by the customer
-- found: I2 decided_by_requester
update setright.approval_decisions set decided_by = customer_id where id = (
    select decision_id from setright.approval_settlements where approval_id = (select approval_id from some_approval));

-- plant: approved by a service
-- found: I2 decided_by_service
update setright.approval_decisions set key_kind = 'service'
where approval_id = (select approval_id from some_approval);

-- plant: approved by somebody in another role
-- found: I2 decided_without_role
update setright.approval_decisions set roles = '{warehouse}'
where approval_id = (select approval_id from some_approval);

-- plant: two were needed and one approved
-- found: I2 too_few_approvers
update setright.approval_requests set approvers = 2 where approval_id = (select approval_id from some_approval);
delete from setright.approval_decisions
where approval_id = (select approval_id from some_approval)
  and id not in (select decision_id from setright.approval_settlements where decision_id is not null);

-- plant: nobody was asked
-- found: I2 not_asked
delete from setright.approval_requests where approval_id = (select approval_id from some_approval);

-- plant: carried out before it was decided
-- found: I2 carried_out_before_decision
update setright.action_ledger set claimed_at = proposed_at - interval '1 day'
where approval_id = (select approval_id from some_approval);

-- plant: two effects under one key
-- found: I3 effect_twice
insert into provider.calls (tenant, operation, key, result, effect)
select tenant, operation, key, result, effect from provider.calls where result = 'executed' limit 1;

-- plant: more is given back than was paid
-- found: I3 more_than_was_paid
update provider.refunds set amount = 1000000000 where ref = (select ref from some_payout);

-- plant: a message is deleted
-- found: I4 message_missing
delete from setright.messages where ctid = (select place from some_message);

-- plant: an accepted message is nowhere
-- found: I4 message_lost
-- told: message
delete from setright.messages where ctid = (select place from some_message);

-- plant: a message is there twice
-- found: I4 message_unread
insert into setright.messages (tenant, ticket_id, customer_id, seq, author, audience, text, at, external_channel)
select tenant, ticket_id, customer_id, 1000 + seq, author, audience, text, at, external_channel
from setright.messages where ctid = (select place from some_message);

-- plant: the words of a message were changed
-- found: I4 message_changed
-- told: message
update setright.messages set text = text || '!', external_id = 'planted' where ctid = (select place from some_message);

-- plant: a message was read twice
-- found: I4 message_read_twice
insert into setright.events (tenant, ticket_id, seq, kind, at, body, prev_hash, hash)
select tenant, ticket_id, 1000 + seq, kind, at, body, prev_hash, hash
from setright.events where kind = 'message_received' order by ticket_id, seq limit 1;

-- plant: a closed ticket whose workflow runs
-- found: I5 closed_but_running
update setright.tickets set status = 'closed' where ctid = (
    select ctid from setright.tickets where status <> 'closed' order by ticket_id limit 1);

-- plant: a ticket is gone and its workflow is not
-- found: I5 workflow_without_ticket
delete from setright.tickets where ctid = (select ctid from setright.tickets order by ticket_id limit 1);

-- plant: a workflow was never told of a message
-- found: I6 undelivered
update setright.outbox set delivered_at = null where ctid = (select ctid from setright.outbox order by id limit 1);

-- plant: an effect is under way for ever
-- found: I6 effect_unsettled
update setright.action_ledger set status = 'claimed', settled_at = null where ctid = (
    select ctid from setright.action_ledger where status = 'succeeded' order by action_id limit 1);

-- plant: a decision that nobody acted on
-- found: I6 decision_unheard
delete from setright.approval_settlements where approval_id = (select approval_id from some_approval);

-- plant: somebody else's data in a message
-- found: I8 canary_in_message
-- canary: cus_somebody_else canary-3f9d1c
update setright.messages set text = text || ' canary-3f9d1c' where ctid = (select place from some_message);

-- plant: an event was changed after it was recorded
-- found: I9 chain_broken
update setright.events set body = body || '{"planted": 1}' where ctid = (
    select ctid from setright.events order by ticket_id, seq limit 1);

-- plant: the last event of a ticket is cut off
-- found: I9 chain_broken
delete from setright.events where (ticket_id, seq) = (
    select ticket_id, max(seq) from setright.events group by ticket_id order by ticket_id limit 1);

-- plant: an effect that the audit trail does not tell of
-- found: I9 effect_not_recorded
update setright.events set body = body || '{"action_id": "T-00000000/a1"}' where ctid = (
    select ctid from setright.events
    where kind = 'action_performed' and body ->> 'action' = 'issue_refund' and body ->> 'status' = 'succeeded' limit 1);

-- plant: an illegal change of status
-- found: I10 illegal_transition
update setright.events set body = body || '{"to": "new"}' where ctid = (
    select ctid from setright.events where kind = 'status_changed' order by ticket_id, seq limit 1);

-- plant: a row that says another status than its events
-- found: I10 row_differs
update setright.tickets set status = 'on_hold' where ctid = (
    select ctid from setright.tickets where status = 'solved' order by ticket_id limit 1);

-- plant: a reply was posted twice
-- found: I11 reply_twice
insert into setright.messages (tenant, ticket_id, customer_id, seq, author, audience, text, at, external_channel,
                               reply_to_watermark)
select tenant, ticket_id, customer_id, 1000 + seq, author, audience, text, at, external_channel, reply_to_watermark
from setright.messages where author = 'assistant' and reply_to_watermark < 2147483647 order by ticket_id, seq limit 1;

-- plant: a reply that was recorded is not there
-- found: I11 reply_lost
delete from setright.messages where ctid = (
    select ctid from setright.messages where author = 'assistant' order by ticket_id, seq limit 1);

-- plant: an answered decision is nowhere
-- found: I12 decision_lost
-- told: decision
delete from setright.approval_decisions where id = (select min(id) from setright.approval_decisions);

-- plant: a message was refused and taken all the same
-- found: I12 refused_but_taken
-- told: refusal
update setright.messages set external_id = 'planted' where ctid = (select place from some_message);
