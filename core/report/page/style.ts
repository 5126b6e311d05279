/** Style sheet of all pages: system fonts; light, dark and print; one column that fits a phone. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f6f7f8; --ink: #1b1f24; --muted: #5c6672; --rule: #dfe3e8;
  --base: #a3adb8; --tuned: #0b7a75; --good: #116b3f; --bad: #a8261c; --unsure: #80590a; --violet: #7653b5; --blue: #2f6db3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --panel: #1c2024; --ink: #e7eaed; --muted: #9aa4af; --rule: #31373d;
    --base: #6b7681; --tuned: #45c1b6; --good: #5bc98d; --bad: #f0857b; --unsure: #dfb45c; --violet: #b49ae6; --blue: #7db1ec;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
    "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif;
}
:lang(ja) { font-family: system-ui, "Hiragino Sans", "Yu Gothic", "Noto Sans CJK JP", sans-serif; }
:lang(ko) { font-family: system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", sans-serif; }
:lang(zh) { line-break: strict; text-spacing-trim: trim-start; }
main { max-width: 58rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
header { margin-bottom: 2rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0; font-weight: 650; letter-spacing: -0.015em; overflow-wrap: anywhere; }
:lang(zh) h1 { letter-spacing: 0; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .6rem; font-weight: 650; overflow-wrap: anywhere; }
h3 { font-size: .95rem; margin: 1.5rem 0 .4rem; font-weight: 600; }
section { margin-top: 3.25rem; }
p { margin: 0 0 .8rem; max-width: 44rem; }
small { font-size: .8125rem; color: var(--muted); font-weight: 400; }
code, pre { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono CJK SC", monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; background: var(--panel); border-radius: 6px; padding: 1rem; margin: .6rem 0; }
.subtitle { color: var(--muted); font-size: .875rem; margin: 0 0 .35rem; overflow-wrap: anywhere; }
.note, .empty, figcaption, .caption { color: var(--muted); font-size: .875rem; }

.verdict { margin-top: 0; border-left: 4px solid var(--verdict); padding: .25rem 0 .25rem 1.4rem; }
.verdict.better { --verdict: var(--good); } .verdict.worse { --verdict: var(--bad); } .verdict.undecided { --verdict: var(--unsure); }
.decision { font-size: 1.1875rem; line-height: 1.5; text-wrap: pretty; }
.decision strong { color: var(--verdict); font-weight: 650; }
.caveat, .published { font-size: .9375rem; margin-bottom: .4rem; }
.caveat { color: var(--unsure); }
.tiles { display: flex; flex-wrap: wrap; gap: 1rem 3rem; margin: 1.4rem 0 1.2rem; }
.tiles dt { font-size: .875rem; color: var(--muted); }
.tiles dd { margin: 0; font-size: 1.75rem; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; }
.tiles dd small { display: block; font-size: .875rem; }
.tiles .tuned dd { color: var(--tuned); } .tiles .gain dd { color: var(--verdict); } .tiles dd small { color: var(--muted); }

.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem 1rem .5rem 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 500; font-size: .8125rem; color: var(--muted); white-space: nowrap; }
tbody th { font-weight: 500; }
.numbers td, .numbers thead th:not(:first-child), .number { text-align: right; white-space: nowrap; }
.numbers td small { display: block; line-height: 1.3; }
.numbers tr.tuned th, .numbers tr.tuned td { color: var(--tuned); font-weight: 600; }
.numbers tr.tuned small { font-weight: 400; }
.slice tbody th, .path { overflow-wrap: anywhere; min-width: 9rem; }

figure { margin: 1.2rem 0; min-width: 0; }
figure h3 { margin-top: 0; }
svg { display: block; max-width: 100%; height: auto; font-family: inherit; }
.wide { overflow-x: auto; } .wide svg { min-width: 34rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem 2.5rem; align-items: start; }
.pair svg { width: 100%; }
.pair figure { margin: .6rem 0; }

summary { cursor: pointer; color: var(--tuned); font-size: .875rem; }
.examples { list-style: none; padding: 0; margin: 1rem 0 0; }
.examples > li { padding: 1.2rem 0; border-top: 1px solid var(--rule); }
.question { margin-bottom: .6rem; font-weight: 600; max-width: none; }
.question q { quotes: none; overflow-wrap: anywhere; }
.rank { display: inline-block; margin-left: .5rem; padding: 0 .55rem; border-radius: 1rem; background: var(--panel); border: 1px solid var(--rule);
  color: var(--muted); font-size: .8125rem; font-weight: 500; white-space: nowrap; font-variant-numeric: tabular-nums; }
.caption { margin: 0 0 .2rem; overflow-wrap: anywhere; }
.source { padding-left: 1rem; border-left: 2px solid var(--rule); margin-bottom: .6rem; }
blockquote { margin: 0; font-size: .9375rem; max-width: 46rem; white-space: pre-line; overflow-wrap: anywhere; }
.passage > summary { list-style: none; color: inherit; }
.passage > summary::-webkit-details-marker { display: none; }
.passage[open] > summary { display: none; }
.unfold { color: var(--tuned); font-size: .875rem; white-space: nowrap; }
.instead .source { margin-top: .5rem; }

.fields { margin: 1rem 0; display: grid; grid-template-columns: minmax(0, 1fr); }
.fields > div { display: grid; grid-template-columns: minmax(9rem, 15rem) minmax(0, 1fr); gap: 0 1rem; padding: .4rem 0; border-bottom: 1px solid var(--rule); font-size: .9375rem; }
.fields dt { color: var(--muted); overflow-wrap: anywhere; }
.fields dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.options { grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); column-gap: 2.5rem; }
footer { margin-top: 2.5rem; color: var(--muted); font-size: .8125rem; }

@media (max-width: 34rem) {
  main { padding: 2rem 1rem 3rem; }
  h1 { font-size: 1.6rem; }
  .fields > div { grid-template-columns: minmax(0, 1fr); }
  .tiles { gap: 1rem 2rem; }
}
@media print {
  :root {
    --paper: #ffffff; --panel: #ffffff; --ink: #000000; --muted: #444444; --rule: #c8ccd1;
    --base: #a3adb8; --tuned: #0b6661; --good: #116b3f; --bad: #a8261c; --unsure: #80590a; --violet: #7653b5; --blue: #2f6db3;
  }
  @page { margin: 16mm; }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  section { margin-top: 1.8rem; }
  h2, h3 { break-after: avoid; }
  .pair { grid-template-columns: 1fr 1fr; }
  .scroll { overflow: visible; }
  tr, figure, .tiles, .question, table.metrics { break-inside: avoid; }
  .unfold, details:not([open]):not(.passage) { display: none; }
}
`;
