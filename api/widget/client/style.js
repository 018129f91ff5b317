// A constructed sheet: it needs no 'unsafe-inline', stays inside our shadow root, and the page's rules stay out.
const STYLE = `
:host{all:initial;--accent:var(--setright-accent,#1d4ed8);--accent-ink:var(--setright-accent-ink,#fff);
--bg:#fff;--ink:#16191d;--muted:#59616b;--line:#d5dae0;--mine:#e6edfb;--theirs:#f2f4f6;--bad:#b42318;
color-scheme:light dark;font:15px/1.45 system-ui,sans-serif}
@media(prefers-color-scheme:dark){:host{--accent:var(--setright-accent-dark,#8fb4ff);
--accent-ink:var(--setright-accent-ink-dark,#0d1420);--bg:#16191d;--ink:#eceff2;--muted:#a6afb9;--line:#3a414a;
--mine:#22304d;--theirs:#23282e;--bad:#ff9d92}}
*{box-sizing:border-box;margin:0}
[hidden]{display:none!important}
button,textarea,input{font:inherit;color:inherit}
button{cursor:pointer;border:1px solid var(--line);border-radius:8px;background:none;padding:6px 10px;min-height:32px}
button:hover{border-color:var(--muted)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.primary{background:var(--accent);color:var(--accent-ink);border-color:var(--accent);font-weight:600}
.launch{position:fixed;right:20px;bottom:20px;z-index:2147483000;border-radius:24px;padding:12px 18px;
box-shadow:0 4px 16px #0004}
.panel{position:fixed;inset:auto 20px 20px auto;z-index:2147483001;width:390px;height:min(640px,calc(100dvh - 40px));
display:none;flex-direction:column;padding:0;border:1px solid var(--line);border-radius:14px;background:var(--bg);
color:var(--ink);box-shadow:0 8px 40px #0005;overflow:hidden}
.panel[open]{display:flex}
.panel::backdrop{background:#0006}
header{display:flex;gap:6px;align-items:center;padding:10px 12px;border-bottom:1px solid var(--line)}
h2{flex:1;font-size:16px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
header button{padding:4px 9px}
main{flex:1;overflow-y:auto;padding:12px;overscroll-behavior:contain}
ol,ul{list-style:none;padding:0;display:flex;flex-direction:column;gap:10px}
ol li{max-width:86%;padding:8px 12px;border-radius:12px;background:var(--theirs);align-self:flex-start}
ol .customer{background:var(--mine);align-self:flex-end}
.unsent{opacity:.75}
.who{display:block;font-size:12px;color:var(--muted)}
.text{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext}
.quick{display:flex;flex-wrap:wrap;gap:8px;margin-top:12px}
.quick button{border-color:var(--accent);color:var(--accent);text-align:start}
.prove{flex:1 1 100%}
.prove label{font-weight:600}
.prove div{display:flex;gap:8px;margin:6px 0}
.prove p{font-size:13px;color:var(--muted)}
.quick .prove .primary{color:var(--accent-ink)}
.note,.state{font-size:13px;color:var(--muted);padding:6px 12px;min-height:1.9em}
.note{color:var(--bad);padding:0 12px 6px;min-height:0}
form.write{display:flex;gap:8px;align-items:flex-end;padding:10px 12px;border-top:1px solid var(--line)}
textarea,input{flex:1;min-width:0;width:100%;resize:none;background:var(--bg);border:1px solid var(--muted);
border-radius:8px;padding:8px 10px;max-height:160px}
.rate{border:1px solid var(--line);border-radius:12px;padding:10px 12px;margin-top:14px}
.rate div{display:flex;gap:6px;margin:8px 0}
.rate [aria-pressed=true]{background:var(--accent);color:var(--accent-ink)}
.listing>:not(ul){display:none}
ul button{width:100%;text-align:start}
ul small{display:block;color:var(--muted)}
.working::before{content:"";display:inline-block;width:8px;height:8px;border-radius:50%;background:var(--accent);
margin-inline-end:8px;animation:beat 1s infinite alternate}
@keyframes beat{to{opacity:.25}}
@media(max-width:520px){.panel{inset:0;width:100%;max-width:none;height:100dvh;max-height:none;border:0;border-radius:0}}
@media(prefers-reduced-motion:reduce){*{animation:none!important}}
:host(.page) .panel{inset:0;margin:auto;width:min(720px,100%);max-width:none;height:100dvh;max-height:none;
border-block:0;border-radius:0;box-shadow:none}
:host(.page) .launch,:host(.page) .leave{display:none}
`;
