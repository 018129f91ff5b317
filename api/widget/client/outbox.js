// What was written and is not yet known to have arrived: kept over reloads, sent in order, each under one key.
const MOST = 100000;
let isSending = false;

function post(text) {
    memory.outbox.push({key: crypto.randomUUID(), text});
    keep();
    listed(false);
    draw();
    deliver();
}

async function deliver() {
    if (isSending) return;
    isSending = true;
    try {
        for (let wait = 1000; memory.outbox.length;) {
            const item = memory.outbox[0];
            try {
                const path = memory.ticket ? `/tickets/${memory.ticket}/${item.path || "messages"}` : "/tickets";
                const {ticket_id: ticket, seq} = await once(path, {text: item.text}, item.key);
                arrived(item, ticket, seq);
                wait = 1000;
            } catch (error) {
                if (error.code === "ticket_closed") {
                    Object.assign(item, {path: "follow-up", key: crypto.randomUUID()});
                } else if (error.status === 404 && memory.ticket) {
                    forget();
                } else if (error.status === 401) {
                    return note(T.ended);
                } else if (isFinal(error, item)) {
                    refuse(item, error.message);
                } else {
                    note(error.status ? T.busy : "");
                    if (!error.status) offline(true);
                    await Promise.race([pause(error.retry || wait), new Promise(back => { wake = back; })]);
                    wait = Math.min(wait * 2, 30000);
                }
            }
            keep();
        }
    } finally { isSending = false; }
}
let wake = () => {};

// A conflict is the first sending still under way, or it stays one.
function isFinal({status}, item) {
    if (status === 409) item.conflicts = (item.conflicts || 0) + 1;
    return status >= 400 && status < 500 && status !== 429 && (status !== 409 || item.conflicts > 5);
}

function arrived(item, ticket, seq) {
    memory.outbox = memory.outbox.filter(other => other !== item);
    note("");
    offline(false);
    if (said.every(message => message.seq !== seq) && (memory.ticket === ticket || !memory.ticket)) {
        said.push({seq, author: "customer", text: item.text, at: new Date().toISOString(), files: []});
    }
    if (memory.ticket !== ticket) go(ticket);
    draw();
}

function refuse(item, problem) {
    memory.outbox = memory.outbox.filter(other => other !== item);
    draw();
    note(`${T.refused} ${problem}`);
    if (!box.value) box.value = item.text;
}
