import { STYLE } from '../../core/report/page/style.ts';

/** Style sheet of the page: that of reports, with what can be operated. */
export const PAGE_STYLE = `${STYLE}
:root { --on-tuned: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --on-tuned: #08211f; } }
a { color: var(--tuned); text-underline-offset: .18em; text-decoration-thickness: 1px; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--tuned); outline-offset: 2px; border-radius: 3px; }
h1:focus, main:focus { outline: none; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--paper); padding: .5rem 1rem; z-index: 2; }
.skip:focus { top: .5rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }

.bar { margin: 0; border-bottom: 1px solid var(--rule); }
.bar > div { max-width: 58rem; margin: 0 auto; padding: .7rem 1.5rem; display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; align-items: center; }
.brand { font-weight: 650; letter-spacing: -0.01em; color: var(--ink); text-decoration: none; font-size: 1.0625rem; }
.bar nav { flex: 1 1 auto; }
.bar nav ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; list-style: none; margin: 0; padding: 0; }
.bar nav a { display: block; padding: .35rem 0; color: var(--muted); text-decoration: none; font-size: .9375rem; border-bottom: 2px solid transparent; }
.bar nav a:hover { color: var(--ink); }
.bar nav a[aria-current] { color: var(--ink); border-color: var(--tuned); }
.who { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .9rem; font-size: .8125rem; color: var(--muted); }
.who span { overflow-wrap: anywhere; }

button, .button { font: inherit; font-size: .9375rem; padding: .4rem 1rem; border-radius: 6px; border: 1px solid var(--rule); background: var(--panel); color: var(--ink); cursor: pointer; min-height: 2.5rem; text-decoration: none; display: inline-flex; align-items: center; gap: .35rem; }
button:hover:not(:disabled), .button:hover { border-color: var(--muted); }
button:disabled { opacity: .6; cursor: default; }
button.first, .button.first { background: var(--tuned); border-color: var(--tuned); color: var(--on-tuned); font-weight: 550; }
button.danger { color: var(--bad); }
button.plain { border: 0; background: none; padding: .35rem .1rem; color: var(--tuned); font-size: .8125rem; min-height: 1.75rem; }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1rem 0; align-items: center; }
.actions form { display: contents; }

label { display: block; font-size: .875rem; color: var(--muted); margin: 1rem 0 .3rem; }
label.check { display: flex; gap: .6rem; align-items: baseline; color: var(--ink); font-size: .9375rem; }
input[type="text"], input[type="password"], textarea { width: 100%; font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--muted); border-radius: 6px; padding: .5rem .7rem; }
textarea { font: .875rem/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono CJK SC", monospace; min-height: 16rem; resize: vertical; }
textarea.short { min-height: 4rem; font: inherit; }
.narrow { max-width: 26rem; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr)); gap: 0 1.2rem; }

.rows { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--rule); }
.rows > li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .1rem 1rem; padding: .9rem 0; border-bottom: 1px solid var(--rule); align-items: baseline; }
.rows .name { font-weight: 550; font-size: 1.0625rem; overflow-wrap: anywhere; min-width: 0; }
.rows .name a { text-decoration: none; } .rows .name a:hover { text-decoration: underline; }
.rows .meta { grid-column: 1 / -1; }
.meta { color: var(--muted); font-size: .875rem; display: flex; flex-wrap: wrap; gap: 0 1rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; margin: 0; max-width: none; }
.rows progress { grid-column: 1 / -1; margin: .35rem 0 .1rem; }
.state { font-size: .8125rem; font-weight: 550; white-space: nowrap; color: var(--muted); display: inline-flex; align-items: center; gap: .4rem; }
.state::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: currentColor; flex: none; }
.state.done, .state.current { color: var(--good); } .state.running { color: var(--tuned); } .state.failed { color: var(--bad); }
.state.approval, .state.paused, .state.pausing { color: var(--unsure); }

progress { appearance: none; -webkit-appearance: none; display: block; width: 100%; height: 6px; border: 0; border-radius: 3px; background: var(--rule); overflow: hidden; color: var(--tuned); }
progress::-webkit-progress-bar { background: var(--rule); border-radius: 3px; }
progress::-webkit-progress-value { background: var(--tuned); border-radius: 3px; transition: width .4s linear; }
progress::-moz-progress-bar { background: var(--tuned); border-radius: 3px; }

.head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .6rem 1.5rem; align-items: baseline; margin-bottom: 1.5rem; }
.stages { list-style: none; margin: 0; padding: 0; counter-reset: stage; }
.stages > li { display: grid; grid-template-columns: 8rem minmax(0, 1fr) auto; gap: .1rem 1rem; padding: .55rem 0; border-bottom: 1px solid var(--rule); align-items: baseline; font-size: .9375rem; }
.stages .what { overflow-wrap: anywhere; } .stages .what, .stages .took { color: var(--muted); font-size: .875rem; }
.stages .took { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.stages .waiting, .stages .skipped { color: var(--muted); } .stages .failed .what { color: var(--bad); }
.stages .running > :first-child { color: var(--tuned); font-weight: 600; }
.stages progress { margin-top: .4rem; }

.panel { background: var(--panel); border-radius: 8px; padding: 1.1rem 1.3rem; margin: 1.5rem 0; }
.panel > :first-child { margin-top: 0; } .panel > :last-child { margin-bottom: 0; }
.panel.asks { border-left: 4px solid var(--unsure); }
.panel.wrong { border-left: 4px solid var(--bad); } .panel.wrong p { overflow-wrap: anywhere; } .panel.wrong ul { padding-left: 1.2rem; margin: .4rem 0; overflow-wrap: anywhere; }
.panel.good { border-left: 4px solid var(--good); }
.samples { list-style: none; padding: 0; margin: 1rem 0; max-height: 32rem; overflow-y: auto; }
.samples > li { padding: 1rem 0; border-top: 1px solid var(--rule); }
.samples ul { margin: .6rem 0 0; padding-left: 1.2rem; overflow-wrap: anywhere; } .samples ul li { font-weight: 550; margin: .2rem 0; }

.curve polyline { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.curve .loss { stroke: var(--tuned); stroke-width: 2.25; } .curve .held { stroke: var(--unsure); stroke-width: 1.75; stroke-dasharray: 5 4; }
.curve .now { fill: var(--tuned); } .curve line { stroke: var(--rule); } .curve text { fill: var(--muted); font-size: 12px; font-variant-numeric: tabular-nums; }
.curve svg { width: 100%; }
.legend { display: flex; flex-wrap: wrap; gap: 0 1.2rem; font-size: .8125rem; color: var(--muted); margin: 0 0 .3rem; }
.legend span::before { content: ""; display: inline-block; width: 1.2rem; border-top: 2px solid var(--tuned); vertical-align: middle; margin-right: .4rem; }
.legend .held::before { border-top: 2px dashed var(--unsure); }
.events { list-style: none; padding: 0; margin: 0; } .events > li { padding: .8rem 0; border-bottom: 1px solid var(--rule); }
.events p { margin: .15rem 0 0; overflow-wrap: anywhere; }
section h2:first-child { margin-top: 0; }

@media (max-width: 34rem) {
  .bar > div { padding: .6rem 1rem; } .bar nav { flex-basis: 100%; order: 3; }
  .bar nav ul { gap: 0 1.1rem; } .who { margin-left: auto; }
  .stages > li { grid-template-columns: minmax(0, 1fr) auto; } .stages .what { grid-column: 1 / -1; grid-row: 2; }
  .panel { padding: 1rem; }
  section { margin-top: 2.25rem; }
}
@media (prefers-reduced-motion: reduce) { progress::-webkit-progress-value { transition: none; } }
`;
