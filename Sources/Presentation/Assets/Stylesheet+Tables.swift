extension Stylesheet {
    /// Tables; on a phone each row becomes a small card whose cells say what they are.
    static let tables = """
        .scroll { overflow-x: auto; margin: 0 -1.25rem; padding: 0 1.25rem; }
        table { width: 100%; border-collapse: collapse; font-size: .92rem; }
        th { text-align: left; font-size: .79rem; font-weight: 600; color: var(--muted); white-space: nowrap; }
        th a { color: inherit; }
        th[aria-sort] a { color: var(--ink); }
        th, td { padding: .5rem 1rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        th:last-child, td:last-child { padding-right: 0; }
        tbody tr:last-child td { border-bottom: 0; }
        tbody tr:hover { background: color-mix(in srgb, var(--well) 60%, transparent); }
        td.n, th.n { text-align: right; white-space: nowrap; }
        td time { white-space: nowrap; }
        td.n + td:not(.n), th.n + th:not(.n) { padding-left: .8rem; }
        td.wide { min-width: 11rem; overflow-wrap: anywhere; }
        td a.strong:not(.id) { overflow-wrap: anywhere; }
        td:first-child a.strong:not(.id) { display: inline-block; min-width: 8.5rem; }
        td .under { display: block; color: var(--muted); font-size: .85rem; }
        .pager { display: flex; gap: .6rem 1rem; justify-content: space-between; align-items: center; flex-wrap: wrap; color: var(--muted); margin: .9rem 0 0; font-size: .9rem; }
        .pager div { display: flex; gap: .5rem; }
        @media (max-width: 720px) {
          .card { padding: .95rem 1rem; }
          .scroll { margin: 0; padding: 0; overflow: visible; }
          .scroll table, .scroll tbody, .scroll tr, .scroll td { display: block; width: 100%; }
          .scroll thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .scroll tr { padding: .6rem 0; border-bottom: 1px solid var(--line); }
          .scroll tbody tr:last-child { border-bottom: 0; }
          .scroll td, .scroll td.n, .scroll td.n + td:not(.n) { display: grid; grid-template-columns: 7.2rem minmax(0, 1fr); gap: 0 .6rem; padding: .14rem 0; border: 0; text-align: left; min-width: 0; justify-items: start; overflow-wrap: anywhere; }
          .scroll td::before { content: attr(data-label); color: var(--muted); font-size: .84rem; }
          .scroll td > * { grid-column: 2; }
          .scroll td.head { display: block; }
          .scroll td.head::before { content: none; }
          .scroll td:empty, .scroll td.blank { display: none; }
          .scroll td .id { white-space: normal; }
        }
        """

    /// On paper: the content alone, in ink.
    static let paper = """
        @media print {
          .rail, .filters, .pager div, .actions, .skip, .tabs, .chips, .command button, form, .confirm { display: none !important; }
          .frame { display: block; }
          main { padding: 0; max-width: none; }
          body { background: #fff; font-size: 10.5pt; }
          .card { border: 0; padding: 0; break-inside: auto; }
          .grid > .card { break-inside: avoid; }
          tr, .figure, h2 { break-inside: avoid; }
          h2 { break-after: avoid; }
          .badge { border: 1px solid var(--line); }
          svg, .badge { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          .scroll { overflow: visible; margin: 0; padding: 0; }
          a { color: inherit; }
        }
        @media (prefers-reduced-motion: no-preference) { .task progress { transition: none; } }
        """
}
