// The panel. Whatever anybody wrote becomes text by textContent; nothing here is ever parsed as HTML.
const T = WORDS[(SCRIPT.dataset.language || SITE.language).slice(0, 2)] || WORDS.en;
function make(tag, props = {}, ...children) {
    const {aria = {}, ...rest} = props;
    const element = Object.assign(document.createElement(tag), rest);
    for (const [name, value] of Object.entries(aria)) element.setAttribute(name, value);
    element.append(...children);
    return element;
}
const button = (text, onclick, props = {}) => make("button", {type: "button", textContent: text, onclick, ...props});

const launch = button(T.open, () => show(), {className: "launch primary", aria: {"aria-haspopup": "dialog"}});
const lines = make("ol");
const log = make("div", {aria: {role: "log", "aria-live": "polite", "aria-label": T.log}}, lines);
const quick = make("div", {className: "quick", hidden: true, aria: {role: "group", "aria-label": T.answers}});
const rating = make("section", {className: "rate", hidden: true});
const past = make("ul", {hidden: true, aria: {"aria-label": T.past}});
const status = make("p", {className: "state", aria: {role: "status"}});
const trouble = make("p", {className: "note", aria: {role: "alert"}});
const box = make("textarea", {rows: 2, placeholder: T.write, aria: {"aria-label": T.write, dir: "auto"}});
const body = make("main", {tabIndex: -1}, past, log, quick, rating);
const panel = make("dialog", {className: "panel", aria: {"aria-labelledby": "title"}},
    make("header", {},
        make("h2", {id: "title", textContent: `${T.title} ${SITE.name}`}),
        button("☰", () => list(), {title: T.past, aria: {"aria-label": T.past}}),
        button("+", () => { go(null); box.focus(); }, {title: T.fresh, aria: {"aria-label": T.fresh}}),
        button("×", () => hide(), {className: "leave", title: T.close, aria: {"aria-label": T.close}})),
    body, status, trouble,
    make("form", {className: "write", onsubmit(event) { event.preventDefault(); submit(); }},
        box, make("button", {className: "primary", textContent: T.send})));

// Characters that are not seen, or turn others round, go, as they do on the server; emoji keep their joiner.
const plain = text => text.replace(/[\p{Cf}\u2028\u2029]/gu, character => character === "\u200d" ? character : "");

function bubble({author, name, text, at, files = []}, isUnsent) {
    const when = at && new Date(at).toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"});
    const by = author === "customer" ? T.you : name || T[author];
    const head = make("span", {className: "who", textContent: [by, isUnsent ? T.unsent : when].filter(Boolean).join(" · ")});
    return make("li", {className: `${author}${isUnsent ? " unsent" : ""}`}, head,
        make("p", {className: "text", textContent: plain(text)}),
        ...files.map(file => make("p", {className: "who", textContent: `📎 ${file}`})));
}

// Only what is new is added, so that a screen reader hears each message once.
const drawn = new Map();
function draw() {
    const wanted = [...said.map(message => [`m${message.seq}`, message, false]),
        ...memory.outbox.filter(item => !item.isHeard).map(item => [item.key, {author: "customer", text: item.text}, true])];
    const keys = new Set(wanted.map(([key]) => key));
    for (const [key, element] of drawn) if (!keys.has(key)) { element.remove(); drawn.delete(key); }
    let isNew = false;
    for (const [key, message, isUnsent] of wanted) {
        isNew ||= !drawn.has(key);
        if (!drawn.has(key)) drawn.set(key, bubble(message, isUnsent));
        if (lines.children[[...keys].indexOf(key)] !== drawn.get(key)) lines.append(drawn.get(key));
    }
    const isEmpty = !wanted.length;
    if (isEmpty && !drawn.has("hello")) drawn.set("hello", bubble({author: "assistant", text: T.hello}));
    if (isEmpty) lines.append(drawn.get("hello"));
    drawState();
    if (isNew) body.scrollTop = body.scrollHeight;
}

function drawState() {
    const isOver = ["solved", "closed"].includes(state?.status);
    // What we have just sent is newer than what we were last told of.
    const newest = said.at(-1), isNewer = newest?.author === "customer" && newest.seq > (state?.upto || 0);
    const isBusy = state?.is_working || isNewer || memory.outbox.length > 0;
    status.textContent = isOffline ? T.offline
        : state?.waiting_for === "operator" ? promise()
        : isBusy ? T.working
        : state?.waiting_for === "approver" ? T.approval
        : isOver ? T[state.status] : "";
    status.className = `state${isBusy && !isOffline && state?.waiting_for !== "operator" ? " working" : ""}`;
    drawQuick(isBusy ? null : state?.question);
    if (isOver && memory.ticket !== askedAbout) drawRating();
    rating.hidden = !isOver || isBusy;
}

// A promise that has passed is not told again.
function promise() {
    const by = new Date(state.answer_by || 0);
    const when = by.toLocaleString([], {weekday: "long", hour: "2-digit", minute: "2-digit"});
    return by > new Date() ? T.by.replace("{when}", when) : T.waiting;
}

function drawQuick(question) {
    const choices = {confirmation: [T.yes, T.no], choice: question?.choices}[question?.asks] || [];
    const buttons = choices.map(text => button(text, () => { post(text); box.focus(); }));
    // A form that is being filled in is not drawn anew under somebody's hands.
    const form = question?.asks === "identity" && !who.token ? `${memory.ticket}` : "";
    if (form && form === formOf) return;
    formOf = form;
    if (form) buttons.push(...(origin() ? proving() : [naming()]));
    else if (question?.asks === "identity") buttons.push(button(T.code, sendCode));
    quick.replaceChildren(...buttons);
    quick.hidden = !buttons.length;
    if (form) body.scrollTop = body.scrollHeight;
}

let formOf = "";
function form(label, hint, send, props, act) {
    const field = make("input", {...props, id: "prove", required: true, aria: {"aria-describedby": "prove-hint"}});
    const sender = make("button", {className: "primary", textContent: send});
    return make("form", {className: "prove", async onsubmit(event) {
        event.preventDefault();
        sender.disabled = true;
        note("");
        try {
            await act(field.value.trim());
            box.focus();
        } catch (error) {
            note([403, 422].includes(error.status) ? T.wrong : error.status === 429 ? T.often : error.message || T.offline);
            field.focus();
            field.select();
        } finally { sender.disabled = false; }
    }}, make("label", {htmlFor: "prove", textContent: label}), make("div", {}, field, sender),
    make("p", {id: "prove-hint", textContent: hint}));
}
const naming = () => form(T.account, T.accountHint, T.sendCode,
    {name: "account", autocomplete: "email", autocapitalize: "none", spellcheck: false, maxLength: 254}, claim);
const proving = () => [
    form(T.codeLabel, T.codeHint, T.confirm,
        {name: "code", autocomplete: "one-time-code", inputMode: "numeric", maxLength: 20}, prove),
    button(T.code, sendCode), button(T.other, () => { go(origin()); box.focus(); }),
];

let askedAbout = null;
function drawRating() {
    askedAbout = memory.ticket;
    let score = state.rating || 0;
    const words = make("input", {placeholder: T.comment, maxLength: 2000, aria: {"aria-label": T.comment}});
    const stars = [1, 2, 3, 4, 5].map(n => button(String(n), () => { score = n; mark(); },
        {aria: {"aria-label": T.of.replace("{n}", n)}}));
    const mark = () => stars.forEach((star, index) => star.setAttribute("aria-pressed", index + 1 === score));
    const save = button(T.send, async () => {
        if (!score) return stars[0].focus();
        const told = words.value.trim();
        try {
            await once(`/tickets/${memory.ticket}/rating`, {score, ...(told && {comment: told})}, crypto.randomUUID());
            rating.replaceChildren(make("p", {textContent: T.rated, aria: {role: "status"}}));
        } catch (error) { note(error.message || T.offline); }
    });
    mark();
    rating.replaceChildren(make("p", {textContent: T.rate}), make("div", {aria: {role: "group", "aria-label": T.rate}}, ...stars),
        make("div", {}, words, save));
}

function note(text) { trouble.textContent = text; }
