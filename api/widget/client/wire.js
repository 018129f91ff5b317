// Speaking to our host: who we are, one request, and the stream of a ticket.
const SCRIPT = document.currentScript;
const BASE = `${new URL(SCRIPT.src).origin}/widget/api/${SITE.tenant}`;
const pause = ms => new Promise(done => setTimeout(done, ms));

class Refusal extends Error {
    constructor(status, body, retry) {
        super(body.fields?.[0]?.problem || body.detail || "");
        Object.assign(this, {status, code: body.error, retry: Number(retry) * 1000 || 0});
    }
}

const who = {
    token: SCRIPT.dataset.token || "",
    // Words and tickets of one customer are never shown to the next who signs in within the same tab.
    get name() {
        try {
            return JSON.parse(atob(this.token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub;
        } catch { return "visitor"; }
    },
    async headers() {
        if (this.token) return {"X-Setright-Customer": this.token};
        if (!memory.visitor) {
            memory.visitor = (await request("POST", "/visitor", {body: {}, isOpen: true})).visitor;
            keep();
        }
        return {"X-Setright-Visitor": memory.visitor};
    },
    // The site may name an address of its own that gives a fresh token, or set one by setright.identify(token).
    async renew() {
        if (!this.token) { delete memory.visitor; return true; }
        const url = SCRIPT.dataset.tokenUrl;
        const answer = url && await fetch(url, {credentials: "same-origin"}).catch(() => null);
        const token = answer?.ok ? (await answer.text()).trim() : "";
        if (!token || token === this.token) return false;
        this.token = token;
        return true;
    },
};

// Kept for this tab alone. A browser that forbids it forgets with the page.
const place = () => `setright:${SITE.tenant}:${who.name}`;
let memory = {};
function recall() {
    try { memory = JSON.parse(sessionStorage.getItem(place())) || {}; } catch { memory = {}; }
    memory.outbox ||= [];
}
function keep() {
    try { sessionStorage.setItem(place(), JSON.stringify(memory)); } catch { /* forgotten with the page */ }
}

async function ask(method, path, {body, more, signal, isOpen} = {}) {
    for (let tries = 0; ; tries++) {
        const answer = await fetch(BASE + path, {
            method, signal, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer",
            headers: {
                ...(body && {"Content-Type": "application/json"}), ...(!isOpen && await who.headers()), ...more,
            },
            body: body && JSON.stringify(body),
        });
        if (answer.ok) return answer;
        const refusal = new Refusal(answer.status, await answer.json().catch(() => ({})),
            answer.headers.get("Retry-After"));
        if (answer.status !== 401 || tries || isOpen || !await who.renew()) throw refusal;
    }
}
const request = async (...args) => (await ask(...args)).json();

const once = (path, body, key) => request("POST", path, {body, more: {"Idempotency-Key": key}});

// An EventSource sends no headers, and a token has no place in an address: so the stream is read by hand.
async function read(ticket, after, signal, hear) {
    const alive = new AbortController();
    let timer;
    const beat = () => { clearTimeout(timer); timer = setTimeout(() => alive.abort(), 40000); };
    signal.addEventListener("abort", () => alive.abort());
    beat();
    try {
        const answer = await ask("GET", `/tickets/${ticket}/stream`, {
            signal: alive.signal, more: {"Last-Event-ID": String(after)},
        });
        hear("open");
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let rest = ""; ;) {
            const {value, done} = await reader.read();
            if (done) return;
            beat();
            const frames = (rest + value).split("\n\n");
            rest = frames.pop();
            for (const frame of frames) {
                const kind = /^event: (.*)$/m.exec(frame), data = /^data: (.*)$/m.exec(frame);
                if (kind && data) hear(kind[1], JSON.parse(data[1]));
            }
        }
    } finally { clearTimeout(timer); }
}
