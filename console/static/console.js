// The console in the browser: fragments, live regions, keyboard, palette. One module, no library; every link and form
// works without it.
//
// <a data-get href=URL data-into=ID>   fetches the block ID of the page at URL into the element ID, and goes there
// <form data-into=ID method=post>      sends itself and puts the block ID of the answer into the element ID
// <section id=ID data-live="T-1">      fetches itself anew (from data-src, or from this page) when ticket T-1 changes;
//                                      data-live="*": when any ticket does
// data-key="a"                         a control that a letter presses while nobody types

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const csrf = $('meta[name="csrf"]')?.content ?? "";
const seat = $('meta[name="seat"]')?.content ?? "";  // tenant and operator

// --- saying something ------------------------------------------------------------------------------------------------

export function toast(text, kind = "") {
  const box = document.createElement("div");
  box.className = kind;
  box.textContent = text;
  $("#toasts").append(box);
  setTimeout(() => box.remove(), kind === "bad" ? 9000 : 4500);
}

// --- replacing what is shown, without losing what somebody does in it ------------------------------------------------

const isTypedIn = (element) =>
  element === document.activeElement && /^(INPUT|TEXTAREA|SELECT)$/.test(element.nodeName)
  || (/^(INPUT|TEXTAREA)$/.test(element.nodeName) && element.type !== "hidden" && element.type !== "checkbox"
      && element.value !== element.defaultValue);

const inDoubt = new WeakSet();  // forms that were sent and got no answer: pressed again, they are the same press

function attributes(from, to, own = []) {
  for (const { name } of [...from.attributes]) {
    const isKept = name === "open" || name === "data-keep" || own.includes(name);  // what is unfolded stays unfolded
    if (!to.hasAttribute(name) && !isKept) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value && !own.includes(name)) from.setAttribute(name, value);
  }
}

function morph(from, to) {
  if (from.isEqualNode(to) || (from.name === "once" && inDoubt.has(from.form))) return;
  if (isTypedIn(from)) {  // the words stay; that they are wrong, and what says so, is told
    if (from.nodeName === to.nodeName && from.id === to.id) attributes(from, to, ["value"]);
    return;
  }
  if (from.nodeName !== to.nodeName || (from.id ?? "") !== (to.id ?? "")) return from.replaceWith(to);
  if (from.nodeType !== Node.ELEMENT_NODE) return void (from.nodeValue = to.nodeValue);
  if (from.dataset.keep !== undefined) return;
  attributes(from, to);
  morphChildren(from, to);
}

let arriving = new Set();  // the ids of what is to be shown

// Typed words outlive the place they were typed in, unless that is just elsewhere now.
const isLeftBehind = (place) => place.nodeType === Node.ELEMENT_NODE
  && $$("input, textarea", place).some((field) => isTypedIn(field) && !arriving.has(field.id));

function endOf(dialog) {
  for (const button of $$("button:not([data-closes])", dialog)) button.disabled = true;
  if ($("[data-over]", dialog)) return;
  const said = document.createElement("p");
  Object.assign(said, { className: "notice bad", textContent: "This was settled meanwhile, so nothing is sent from here. Close it to see what came of it." });
  said.setAttribute("role", "alert");
  said.dataset.over = "";
  dialog.querySelector("form").before(said);
}

function morphChildren(from, to) {
  const known = new Map([...from.children].filter((child) => child.id).map((child) => [child.id, child]));
  let place = from.firstChild;
  for (const next of [...to.childNodes]) {
    const same = next.id ? known.get(next.id) : undefined;
    if (same) {
      if (same !== place) from.insertBefore(same, place);
      place = same.nextSibling;
      morph(same, next);
    } else if (place && !place.id && !next.id && place.nodeName === next.nodeName) {
      const after = place.nextSibling;
      morph(place, next);
      place = after;
    } else {
      if (next.nodeType === Node.ELEMENT_NODE && next.id && from.matches("ul")) next.classList.add("fresh");
      from.insertBefore(next, place);
    }
  }
  while (place) {
    const after = place.nextSibling;
    if (!isLeftBehind(place)) place.remove();
    else if (place.matches("dialog[open]")) endOf(place);
    place = after;
  }
}

const ticketIn = (element) => $("[data-ticket-open]", element)?.dataset.ticketOpen;

// Another ticket: what was typed on one must never stand on another.
function change(place, fresh) {
  place.replaceWith(fresh);
  bringBack();
  if (fresh.getBoundingClientRect().top < 0) fresh.scrollIntoView();  // where list and ticket stand below each other
  if (ticketIn(fresh)) document.title = `${ticketIn(fresh)} · ${document.title.split(" · ").at(-1)}`;
}

// --- words begun on a ticket: kept in this tab until they are sent, by ticket and operator -----------------------------

const WORDS = "#ticket textarea[id]";
const keptAs = (field) => `begun ${seat} ${openTicket()} ${field.id}`;

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.(WORDS)) return;
  if (target.value === target.defaultValue) sessionStorage.removeItem(keptAs(target));
  else sessionStorage.setItem(keptAs(target), target.value);
});

function bringBack() {
  for (const field of $$(WORDS)) {
    const begun = sessionStorage.getItem(keptAs(field));
    if (begun !== null && !isTypedIn(field)) field.value = begun;
  }
}

function forget(form) {
  for (const field of $$("textarea[id]", form)) sessionStorage.removeItem(keptAs(field));
}

function show(id, html) {
  const place = document.getElementById(id);
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(id);
  if (!place || !fresh) return false;
  const chosen = $("[data-row].chosen", place)?.id;
  arriving = new Set($$("[id]", fresh).map((one) => one.id));
  if (ticketIn(place) === ticketIn(fresh)) morph(place, fresh);
  else change(place, fresh);
  if (chosen) mark(document.getElementById(chosen));  // the server does not know who stands where
  markOpen();
  refreshTimes();
  countChosen();
  document.dispatchEvent(new CustomEvent("console:shown", { detail: { id } }));
  return true;
}

// --- fetching --------------------------------------------------------------------------------------------------------

async function ask(url, into, init = {}) {
  const headers = { "X-Fragment": into, "X-CSRF": csrf, ...init.headers };
  const answer = await fetch(url, { ...init, headers, credentials: "same-origin" });
  const html = await answer.text();
  if (answer.status === 401) {
    location.assign(`/console/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    return null;
  }
  const of = answer.headers.get("X-Seat");
  if (of && of !== seat) {  // another tenant or somebody else since, in another tab: never two of them on one page
    location.reload();
    return null;
  }
  if (!answer.ok) {
    const said = new DOMParser().parseFromString(html, "text/html").querySelector("[data-error]");
    toast(said?.textContent.trim() || "That did not work; look at the ticket, then try again.", "bad");
  }
  return { answer, html };
}

const running = new Map();  // of several fetches into one place the last one counts
const openTicket = () => $("#ticket [data-ticket-open]")?.dataset.ticketOpen;

// Whether an answer still has its place: never on another ticket than it was asked for, and what only brings up to date
// waits while a dialog tells what was wrong with a form.
function hasPlace(into, ticket, isRefresh) {
  const place = document.getElementById(into);
  if (isRefresh && place && $("dialog[open] .problem, dialog[open] [data-error]", place)) return false;
  return into === "ticket" || !place?.closest("#ticket") || openTicket() === ticket;
}

async function fetchInto(url, into, { push = false, isRefresh = false, init, form } = {}) {
  const ticket = openTicket();
  const turn = (running.get(into) ?? 0) + 1;
  running.set(into, turn);
  const place = document.getElementById(into);
  place?.setAttribute("aria-busy", "true");
  try {
    const got = await ask(url, into, init);
    if (init) inDoubt.delete(form);
    if (!got) return false;
    const isLast = running.get(into) === turn && hasPlace(into, ticket, isRefresh);
    if (!isLast && !init) return false;  // of what was sent, the outcome is told even where a newer view is on its way
    const isShown = !isLast || show(into, got.html);
    if (got.answer.ok && push) goTo(url);
    if (got.answer.ok && !isShown) location.assign(got.answer.url || url);
    const told = got.answer.headers.get("X-Told");
    if (told) toast(decodeURIComponent(told));
    return got.answer.ok;
  } catch {
    setLive("offline");
    if (form) inDoubt.add(form);
    toast(init ? "No answer came, so it is not known whether that arrived. Press again: it counts once." : "The server does not answer.", "bad");
    return false;
  } finally {
    document.getElementById(into)?.removeAttribute("aria-busy");
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-get]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  choose(link.closest("[data-ticket]"));
  fetchInto(link.href, link.dataset.into, { push: link.dataset.push !== "no" });
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const into = event.submitter?.dataset.into ?? form.dataset.into;
  if (!into || event.defaultPrevented) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const action = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
  if (form.method === "get") {
    const url = new URL(action, location.href);
    url.search = new URLSearchParams([...data].filter(([name]) => name !== "csrf")).toString();
    fetchInto(url.toString(), into, { push: true });
    return;
  }
  for (const button of $$("button", form)) button.disabled = true;  // twice the same press is one press
  const isDone = await fetchInto(action, into, { init: { method: "POST", body: new URLSearchParams(data) }, form });
  for (const button of $$("button", form)) button.disabled = false;
  if (isDone) {
    forget(form);
    (form.closest("dialog") ?? event.submitter?.closest("dialog"))?.close();
    if (form.isConnected && form.dataset.reset !== "no") form.reset();
    refreshAll();
  }
});

const here = () => location.pathname + location.search;
let shownHere = here();

function goTo(url) {
  history.pushState(null, "", url);
  shownHere = here();
}

window.addEventListener("popstate", () => { if (here() !== shownHere) location.reload(); });  // not for a place on the page

// --- live ------------------------------------------------------------------------------------------------------------

let source = null;
let wasLive = false;

function setLive(state) {
  const mark = $("#live");
  if (!mark) return;
  mark.hidden = state !== "offline" && !$("[data-live]");  // where nothing changes by itself, nothing is live
  mark.dataset.state = state;
  mark.textContent = { live: "Live", offline: "Offline, trying again", paused: "Paused" }[state] ?? "Connecting";
}

const due = new Map();

function refresh(region) {
  if (!region.id || due.has(region.id)) return;
  due.set(region.id, setTimeout(() => {
    due.delete(region.id);
    if (document.getElementById(region.id)) fetchInto(region.dataset.src ?? location.href, region.id, { isRefresh: true });
  }, 40));
}

function refreshAll() {
  $$("[data-live]").forEach(refresh);
}

function connect() {
  if (!$("[data-console]") || source || document.hidden) return;
  const ticket = $("#ticket [data-ticket-open]")?.dataset.ticketOpen;
  source = new EventSource(`/console/live${ticket ? `?ticket=${encodeURIComponent(ticket)}` : ""}`);
  source.onopen = () => {
    setLive("live");
    if (wasLive) refreshAll();  // what happened while nobody listened
    wasLive = true;
  };
  source.onerror = () => {
    setLive("offline");
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      setTimeout(connect, 3000);
    }
  };
  source.addEventListener("unseated", async () => {  // signed out, or no longer what one was
    source?.close();
    source = null;
    setLive("offline");
    if (await ask(location.href, "live").catch(() => true)) connect();  // who is signed out is on the way to sign in
  });
  source.addEventListener("ticket", (event) => {
    const { ticket } = JSON.parse(event.data);
    for (const region of $$("[data-live]")) {
      if (region.dataset.live === "*" || region.dataset.live === ticket) refresh(region);
    }
  });
  source.addEventListener("draft", (event) => {
    document.dispatchEvent(new CustomEvent("console:draft", { detail: JSON.parse(event.data) }));
  });
}

function disconnect() {
  source?.close();
  source = null;
}

document.addEventListener("visibilitychange", () => {  // a browser allows few connections; hidden tabs need none
  if (document.hidden) {
    disconnect();
    setLive("paused");
  } else connect();
});
window.addEventListener("offline", () => setLive("offline"));
window.addEventListener("online", () => { disconnect(); connect(); });
document.addEventListener("console:shown", ({ detail }) => {
  if (detail.id === "ticket") { disconnect(); connect(); }  // drafts of this ticket now
});

// Words of a draft as a model writes them, shown where the ticket has a place for them.
document.addEventListener("console:draft", ({ detail }) => {
  const place = $("#draft-words");
  if (!place) return;
  place.closest("[hidden]")?.removeAttribute("hidden");
  place.textContent = place.textContent.slice(0, detail.at) + detail.text;
});

// --- how long a ticket is before somebody, and they at it ------------------------------------------------------------

const BEAT_MS = 15000, AT_IT_MS = 60000;
const spent = { session: "", seq: 0, ticket: null, approval: "", open: 0, active: 0, at: 0 };
let lastInput = 0;
for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) {
  document.addEventListener(kind, () => { lastInput = performance.now(); }, { passive: true });
}

function tellTime() {
  if (!spent.ticket || spent.open < 1000) return;
  spent.session ||= [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const body = new URLSearchParams({
    session: spent.session, seq: ++spent.seq, approval: spent.approval,
    open: Math.round(spent.open), active: Math.round(spent.active),
  });
  const headers = { "X-CSRF": csrf };
  fetch(`/console/tickets/${spent.ticket}/time`, { method: "POST", body, headers, credentials: "same-origin", keepalive: true })
    .catch(() => {});  // what cannot be told now is not told: it is a measure, not a wage
  spent.open = spent.active = 0;
}

setInterval(() => {
  const now = performance.now();
  const passed = Math.min(now - spent.at, 2000);  // a machine that slept was before nobody
  spent.at = now;
  const card = $(".card.chosen[data-of]");  // in a list: the one that somebody stands at
  const ticket = card?.dataset.of ?? $("[data-timed]")?.dataset.ticketOpen ?? null;
  if (ticket !== spent.ticket) {
    tellTime();
    spent.ticket = ticket;
  }
  spent.approval = (card ?? $(".card.waits"))?.dataset.approval ?? "";
  if (!ticket || document.hidden) return;
  spent.open += passed;
  if (now - lastInput < AT_IT_MS) spent.active += passed;
  if (spent.open >= BEAT_MS) tellTime();
}, 1000);
document.addEventListener("visibilitychange", () => { if (document.hidden) tellTime(); });
window.addEventListener("pagehide", tellTime);

// --- times -----------------------------------------------------------------------------------------------------------

const STEPS = [[60, "second"], [60, "minute"], [24, "hour"], [7, "day"], [4.35, "week"], [12, "month"], [Infinity, "year"]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

function refreshTimes() {
  for (const time of $$("time[data-ago]")) {
    let span = (Date.parse(time.dateTime) - Date.now()) / 1000;
    for (const [size, unit] of STEPS) {
      if (Math.abs(span) < size) {
        const said = unit === "second" ? (span < -45 ? "1 min ago" : span > 45 ? "in 1 min" : "now") : relative.format(Math.round(span), unit);
        if (time.textContent !== said) time.textContent = said;
        break;
      }
      span /= size;
    }
  }
}
setInterval(refreshTimes, 20000);
setInterval(() => {  // time alone makes a promise late
  if (!document.hidden) $$("[data-tick]").forEach(refresh);
}, 60000);

// --- keyboard --------------------------------------------------------------------------------------------------------

const isTyping = (element) =>
  element?.checkVisibility?.() !== false && (element?.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element?.nodeName))
  && !/^(checkbox|radio|button|submit)$/.test(element.type ?? "");

const rows = () => $$("[data-row]");

// Cards that are decided on: letters act on the one that is chosen, never on the first that happens to be there.
const isWithinReach = (control) => {
  const row = control.closest("[data-row]");
  return !row || row.classList.contains("chosen");
};

function mark(row) {
  if (!row) return;
  for (const other of rows()) {
    other.classList.toggle("chosen", other === row);
    $("a.open", other)?.toggleAttribute("aria-current", other === row);
  }
}

function markOpen() {
  const open = openTicket();
  if (open && !$("[data-row].chosen")) mark($(`[data-row][data-ticket="${CSS.escape(open)}"]`));
}

function choose(row) {
  mark(row);
  row?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.classList.contains("chosen"));
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  choose(next);  // before the fetch: two quick presses move two rows
  $("a.open", next)?.click();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]") || document.documentElement.dataset.keys === "off") return;
  const moves = { j: 1, k: -1 };
  if (event.key in moves) return void step(moves[event.key]);
  if (event.key === "?") return void $("#help")?.showModal();
  const wanted = event.key === "/" ? "search" : event.key;
  const control = $$(`[data-key="${CSS.escape(wanted)}"]`).find((one) => one.checkVisibility() && !one.disabled && isWithinReach(one));
  if (!control) return;
  event.preventDefault();
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(control.nodeName)) {
    control.focus();
    if (control.nodeName === "INPUT") control.select();  // what is typed replaces the filter that stands there
  } else control.click();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) {
    event.preventDefault();
    const dialog = document.getElementById(opener.dataset.opens);
    dialog?.showModal();
    $("[autofocus], textarea, input:not([type=hidden])", dialog)?.focus();
  }
  if (event.target.closest?.("[data-closes]")) event.target.closest("dialog")?.close();
});
document.addEventListener("close", (event) => {  // focus must not stay on a hidden field, or no key works any more
  if (event.target.matches("#ticket dialog") && $(".problem, [data-error]", event.target)) refreshAll();
  if (event.target.nodeName === "DIALOG" && !document.activeElement?.checkVisibility()) document.activeElement?.blur();
}, true);

// --- palette ---------------------------------------------------------------------------------------------------------

function openPalette() {
  const palette = $("#palette");
  if (!palette || palette.open) return;
  palette.showModal();
  const input = $("input", palette);
  input.value = "";
  fillPalette("");
  input.focus();
}

function entries() {
  const links = $$("header.bar nav a").map((a) => ({ text: `Go to ${a.textContent.trim()}`, href: a.href }));
  const tickets = rows().filter((row) => row.dataset.ticket).map((row) => ({ text: `${row.dataset.ticket} ${$(".who", row)?.textContent ?? ""}`, href: $("a.open", row)?.href }));
  const actions = $$("[data-key][data-says]").filter((one) => one.checkVisibility() && isWithinReach(one))
    .map((one) => ({ text: one.dataset.says, run: () => one.click() }));
  return [...actions, ...links, ...tickets];
}

function fillPalette(words) {
  const list = $("#palette ul");
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = entries().filter(({ text }) => parts.every((part) => text.toLowerCase().includes(part)));
  if (words.trim()) found.push({ text: `Search tickets for “${words}”`, href: `/console/inbox?q=${encodeURIComponent(words)}` });
  list.replaceChildren(...found.slice(0, 12).map(({ text, href, run }, place) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    Object.assign(link, { href: href ?? "#", textContent: text, id: `palette-${place}` });
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", String(place === 0));
    if (run) link.addEventListener("click", (event) => { event.preventDefault(); $("#palette").close(); run(); });
    item.setAttribute("role", "none");
    item.append(link);
    return item;
  }));
  $("#palette input").setAttribute("aria-activedescendant", found.length ? "palette-0" : "");
}

$("#palette input")?.addEventListener("input", (event) => fillPalette(event.target.value));
$("#palette input")?.addEventListener("keydown", (event) => {
  const links = $$("#palette li a");
  const at = links.findIndex((link) => link.getAttribute("aria-selected") === "true");
  if (event.key === "Enter") {
    event.preventDefault();
    links[at]?.click();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), links.length - 1);
    links.forEach((link, place) => link.setAttribute("aria-selected", String(place === next)));
    event.target.setAttribute("aria-activedescendant", `palette-${next}`);
    links[next]?.scrollIntoView({ block: "nearest" });
  }
});

// --- theme, and letters as keys: kept in a cookie, so that the server draws the page right at once ---------------------

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-sets]");
  if (!button) return;
  const name = button.dataset.sets;
  const values = button.dataset.values.split(" ");
  const now = document.documentElement.dataset[name] ?? values[0];
  const next = values[(values.indexOf(now) + 1) % values.length];
  document.documentElement.dataset[name] = next;
  document.cookie = `console_${name}=${next}; path=/console; max-age=31536000; samesite=lax`;
  toast(`${button.dataset.label}: ${next}`);
});

// --- choosing several ------------------------------------------------------------------------------------------------

// What the chosen ones come to, by currency: "€1,353.00 and $20.00"; empty where none of them costs anything.
function sumOf(chosen) {
  const sums = new Map();
  for (const { dataset: { minor, currency } } of chosen) {
    if (currency) sums.set(currency, (sums.get(currency) ?? 0) + Number(minor));
  }
  return [...sums].map(([currency, minor]) => {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
  }).join(" and ");
}

function countChosen() {
  const bar = $("#bulk");
  if (!bar) return;
  const chosen = $$("[data-choose]:checked");
  bar.hidden = chosen.length === 0;
  for (const place of $$("[data-count]", bar)) {  // of all that are chosen, or of those with a mark
    const kind = place.dataset.count;
    place.textContent = String(chosen.filter((box) => !kind || box.dataset[kind] !== undefined).length);
  }
  const sum = sumOf(chosen);
  for (const place of $$("[data-sum]", bar)) place.textContent = sum && place.dataset.sum + sum;
}

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-choose], [data-choose-all]")) return;
  if (event.target.matches("[data-choose-all]")) {
    for (const box of $$("[data-choose]")) box.checked = event.target.checked;
  }
  countChosen();
});
document.addEventListener("reset", () => setTimeout(countChosen));  // after it is done, nothing is chosen any more

refreshTimes();
bringBack();
markOpen();
setLive("connecting");
connect();
