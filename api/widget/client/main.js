// The life of the panel: which ticket is followed, what was said on it, and where it stands.
let said = [], state = null, isOffline = false, following = new AbortController(), unread = 0;

function offline(is) {
    if (is === isOffline) return;
    isOffline = is;
    drawState();
    if (!is) wake();
}

function go(ticket) {
    following.abort();
    listed(false);
    if (memory.ticket !== ticket && said.some(message => message.seq > 1)) said = [];
    if (!ticket) said = [];
    state = null;
    memory.ticket = ticket;
    keep();
    draw();
    if (ticket) follow(ticket);
}
function forget() { memory.ticket = null; said = []; state = null; keep(); draw(); }

async function follow(ticket) {
    const {signal} = following = new AbortController();
    log.setAttribute("aria-busy", "true"); // a history is not read aloud, only what comes
    for (let wait = 1000; !signal.aborted;) {
        try {
            await read(ticket, said.at(-1)?.seq || 0, signal, (kind, data) => {
                if (signal.aborted) return;
                wait = 1000;
                if (kind === "open") offline(false);
                if (kind === "message") heard(data);
                if (kind === "state") { state = data; log.removeAttribute("aria-busy"); draw(); }
            });
        } catch (error) {
            if (signal.aborted) return;
            if (error.status === 404) return forget();
            if (error.status === 401 && !await who.renew()) return note(T.ended);
            if (!error.status) offline(true);
            await Promise.race([pause(error.retry || wait * (0.7 + Math.random() * 0.6)),
                new Promise(back => addEventListener("online", back, {once: true}))]);
            wait = Math.min(wait * 2, 30000);
        }
    }
}

function heard(message) {
    if (said.some(other => other.seq === message.seq)) return;
    said.push(message);
    said.sort((one, other) => one.seq - other.seq);
    // Our own words may come back on the stream before the answer to their request does.
    const sent = memory.outbox[0];
    if (message.author === "customer" && sent?.text === message.text) sent.isHeard = true;
    if (message.author !== "customer" && !panel.open) {
        unread++;
        launch.textContent = `${T.open} (${T.unread.replace("{n}", unread)})`;
    }
}

function submit() {
    const text = box.value.trim();
    if (!text) return;
    if ([...text].length > MOST) return note(T.long.replace("{n}", [...text].length.toLocaleString()));
    box.value = "";
    note("");
    post(text);
}

async function sendCode() {
    try {
        await once(`/tickets/${memory.ticket}/code`, {}, crypto.randomUUID());
        note(T.coded);
    } catch (error) { note(error.message || T.offline); }
}

// A visitor's ticket of an account goes on from one of the visit's own; which, is kept for whoever named a wrong one.
const origin = () => memory.claims?.[memory.ticket];

async function claim(account) {
    const from = memory.ticket;
    const asked = said.filter(({author, text}) => author === "customer" && /\p{L}{2}/u.test(text.replace("[code]", "")));
    const {ticket_id: ticket} = await once(`/tickets/${from}/claim`,
        {account, text: (asked.at(-1) || said[0]).text}, crypto.randomUUID());
    memory.claims = {...memory.claims, [ticket]: from};
    said = [];
    go(ticket);
}
const prove = code => once(`/tickets/${memory.ticket}/proof`, {code}, crypto.randomUUID());

function listed(is) {
    past.hidden = !is;
    body.className = is ? "listing" : "";
}

async function list() {
    if (!past.hidden) return listed(false);
    try {
        const {tickets} = await request("GET", "/tickets");
        past.replaceChildren(...tickets.map(ticket => {
            const opener = button(ticket.words, () => { said = []; go(ticket.ticket_id); box.focus(); });
            const day = new Date(ticket.opened_at).toLocaleDateString();
            opener.append(make("small", {textContent: `${day} · ${T.status[ticket.status]}`}));
            return make("li", {}, opener);
        }));
        if (!tickets.length) past.append(make("li", {textContent: T.none}));
        listed(true);
        body.scrollTop = 0;
        past.querySelector("button")?.focus();
    } catch (error) { note(error.message || T.offline); }
}

const isPage = "page" in SCRIPT.dataset;
function show() {
    // On a narrow screen the panel is all there is, so what is behind it must not be reached.
    if (!panel.open) panel[matchMedia("(max-width:520px)").matches && !isPage ? "showModal" : "show"]();
    unread = 0;
    launch.textContent = T.open;
    launch.hidden = true;
    box.focus();
    draw();
}
function hide() {
    panel.close();
    launch.hidden = false;
    launch.focus();
}

function begin() {
    if (isPage) {
        // The token stands behind the address's # and is taken out of it at once; a reload finds it in this tab.
        const found = new URLSearchParams(location.hash.slice(1)).get("token");
        const slot = `setright:${SITE.tenant}:token`;
        try {
            if (found) sessionStorage.setItem(slot, found);
            who.token = found || sessionStorage.getItem(slot) || "";
        } catch { who.token = found || ""; }
        if (found) history.replaceState(null, "", location.pathname);
    }
    recall();
    const host = document.createElement("div");
    const root = host.attachShadow({mode: "open"});
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    root.append(launch, panel);
    host.className = isPage ? "page" : "";
    host.lang = T === WORDS.de ? "de" : "en";
    panel.addEventListener("cancel", event => { event.preventDefault(); hide(); });
    panel.addEventListener("keydown", event => {
        if (event.key === "Escape" && !isPage) { event.stopPropagation(); event.preventDefault(); hide(); }
    });
    box.addEventListener("keydown", event => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
    });
    addEventListener("online", () => { wake(); });
    addEventListener("offline", () => offline(true));
    document.body.append(host);
    draw();
    if (memory.ticket) follow(memory.ticket);
    if (memory.outbox.length) deliver();
    if (isPage) show();
}

// What the site's own code may say: who has signed in or out, and that the chat shall open.
window.setright = {
    open: show, close: hide,
    identify(token) {
        who.token = token || "";
        said = [];
        recall();
        go(memory.ticket || null);
        deliver();
    },
};
begin();
