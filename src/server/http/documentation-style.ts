/** The palette is that of the other pages (src/app/globals.css). */
export const DOCUMENTATION_STYLE = `
:root { color-scheme: light dark; --page: light-dark(#fafafa, #0b0b0d); --card: light-dark(#ffffff, #131316);
  --line: light-dark(#e6e6e9, #26262b); --text: light-dark(#18181b, #f4f4f5); --muted: light-dark(#62626b, #a1a1aa);
  --hover: light-dark(#f1f1f3, #1c1c20); --accent: light-dark(#0b6bcb, #7cc4ff); }
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; font: 16px/1.6 "Geist", ui-sans-serif, system-ui, sans-serif; background: var(--page); color: var(--text); }
a { color: var(--accent); } a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -100rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; z-index: 2; }
header { position: sticky; top: 0; z-index: 1; display: flex; gap: 1.25rem; padding: .75rem 1rem; background: var(--card); border-bottom: 1px solid var(--line); }
header a { color: var(--text); text-decoration: none; }
.columns { max-width: 76rem; margin: 0 auto; padding: 0 1rem; }
details { margin-top: 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); padding: .25rem .75rem; }
summary { cursor: pointer; padding: .4rem 0; font-weight: 600; }
details nav { font-size: .9rem; padding-bottom: .75rem; } details h2 { font-size: .75rem; color: var(--muted); margin: 1rem 0 .25rem; font-weight: 600; }
details ul { list-style: none; margin: 0; padding: 0; }
details li a { display: block; padding: .3rem .5rem; margin: 0 -.5rem; border-radius: 6px; color: var(--text); text-decoration: none; }
details li a:hover { background: var(--hover); } details li a[aria-current] { background: var(--hover); font-weight: 600; }
main { min-width: 0; padding: 1rem 0 4rem; } main > :is(p, ul, ol, blockquote) { max-width: 46rem; }
h1 { font-size: 1.8rem; line-height: 1.25; margin: .75rem 0 1rem; } h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; } h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
h1, h2, h3, p, li, td { overflow-wrap: anywhere; } main li { margin: .25rem 0; }
code, pre { font-family: "Geist Mono", ui-monospace, monospace; font-size: .85em; } code { background: var(--hover); padding: .1em .3em; border-radius: 4px; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; overflow-x: auto; line-height: 1.5; } pre code { background: none; padding: 0; }
.wide { overflow-x: auto; margin: 1rem 0; } table { border-collapse: collapse; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0; border-bottom: 1px solid var(--line); min-width: 5rem; } th { color: var(--muted); font-weight: 600; }
td { overflow-wrap: break-word; } td code { overflow-wrap: anywhere; }
footer nav { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 1rem; margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; } footer span { color: var(--muted); }
@media (min-width: 60rem) {
  .columns { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 3rem; }
  details { border: 0; background: none; padding: 0; align-self: start; position: sticky; top: 4rem; max-height: calc(100vh - 5rem); overflow-y: auto; }
  details[open] summary { display: none; } details nav { padding: 0 .5rem 1rem; }
  td:first-child code { overflow-wrap: break-word; }
}
@media print { header, details, footer { display: none; } }`;
