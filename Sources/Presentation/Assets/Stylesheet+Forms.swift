extension Stylesheet {
    /// Forms, buttons, filters.
    static let forms = """
        input, select, textarea, button, .button { font: inherit; border: 1px solid var(--line); border-radius: 7px; background: var(--card); color: var(--ink); padding: .42rem .7rem; min-height: 2.35rem; }
        input:not([type="checkbox"]):not([type="hidden"]), select { max-width: 100%; }
        input::placeholder { color: var(--muted); opacity: 1; }
        button, .button { background: var(--accent); border-color: var(--accent); color: var(--on-accent); cursor: pointer; font-weight: 600; display: inline-flex; align-items: center; gap: .45rem; white-space: nowrap; }
        .button:hover { text-decoration: none; }
        button:hover, .button:hover { filter: brightness(1.07); }
        button:disabled { opacity: .55; cursor: default; }
        .button.quiet, button.quiet { background: var(--card); color: var(--ink); border-color: var(--line); }
        .button.quiet:hover, button.quiet:hover { background: var(--well); filter: none; }
        button.danger { background: var(--critical-fill); border-color: var(--critical-fill); color: #fff; }
        :root[data-theme="dark"] button.danger { color: #1a0309; }
        @media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) button.danger { color: #1a0309; } }
        button.small, .button.small { padding: .15rem .6rem; min-height: 1.9rem; font-size: .85rem; }
        button.plain { background: none; border: 0; color: var(--accent); padding: 0; min-height: 0; font-weight: 500; }
        button.plain:hover { text-decoration: underline; filter: none; }
        button .icon, .button .icon { width: 16px; height: 16px; }
        label { font-size: .84rem; color: var(--muted); display: grid; gap: .25rem; font-weight: 520; }
        label.check { display: flex; align-items: center; gap: .45rem; min-height: 2.35rem; }
        label.check input { width: 1.05rem; height: 1.05rem; min-height: 0; accent-color: var(--accent); }
        form { margin: 0; }
        .filters { display: flex; flex-wrap: wrap; gap: .7rem; align-items: end; margin: 0 0 1.1rem; }
        .filters label.grow { flex: 1 1 14rem; max-width: 24rem; }
        .filters input[type="search"], .filters input:not([type]) { width: 100%; }
        .fields { display: flex; flex-wrap: wrap; gap: .8rem; align-items: end; }
        .fields label { flex: 0 1 auto; }
        .fields label.whole { flex: 1 1 100%; }
        .fields textarea { width: 100%; resize: vertical; }
        .fields .field { display: grid; gap: .25rem; align-self: end; }
        .fields .grow { flex: 1 1 18rem; max-width: 40rem; }
        .fields .grow input { width: 100%; }
        .fields.even { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); }
        .fields.even input { width: 100%; }
        .fields.even .grow, .fields.even .actions { grid-column: 1 / -1; }
        .help { color: var(--muted); font-size: .82rem; margin: 0; }
        .fields.even .field { align-self: start; }
        .fields.even select { width: 100%; }
        fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
        fieldset.row { border: 1px solid var(--line); border-radius: 8px; padding: .6rem .9rem .8rem; margin: 0 0 .8rem; display: grid; gap: .6rem; }
        fieldset.row > legend { font-weight: 620; font-size: .87rem; padding: 0 .35rem; margin-left: -.35rem; }
        .ticks { display: flex; flex-wrap: wrap; gap: .1rem 1rem; }
        .ticks legend { font-size: .84rem; color: var(--muted); font-weight: 520; }
        .wizard:has(option[value="scheduled"]:checked) .for-rings, .wizard:has(option[value="immediate"]:checked) .for-rings, .wizard:has(option[value="immediate"]:checked) .for-windows { display: none; }
        details > .help { margin-bottom: .6rem; }
        #file-list > h2 { margin-bottom: .8rem; }
        .upload { display: grid; gap: .6rem; margin-top: 1rem; }
        .upload li + li { margin-top: .6rem; }
        .upload fieldset.row { margin: 0; }
        .upload legend { overflow-wrap: anywhere; }
        .upload p:empty { display: none; }
        .drop { position: relative; display: flex; align-items: center; justify-content: center; gap: .6rem; padding: 1.4rem 1rem; border: 2px dashed var(--line); border-radius: 10px; background: var(--well); cursor: pointer; text-align: center; }
        .drop b { color: var(--accent); text-decoration: underline; text-underline-offset: 2px; }
        .drop:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; }
        .drop.over { border-color: var(--accent); background: var(--accent-bg); }
        .problem { color: var(--critical); font-size: .84rem; margin: 0; font-weight: 560; }
        [aria-invalid="true"] { border-color: var(--critical); }
        .signin form { display: grid; gap: 1rem; }
        .signin button { justify-content: center; }
        .actions { display: flex; gap: .6rem; align-items: center; flex-wrap: wrap; }
        .below { margin-top: 1rem; }
        .chips { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; margin: 0 0 .9rem; padding: 0; align-items: center; }
        .chips a { display: inline-flex; gap: .4rem; padding: .22rem .7rem; border: 1px solid var(--line); border-radius: 99px; color: var(--ink); font-size: .87rem; background: var(--card); }
        .chips a:hover { background: var(--well); text-decoration: none; }
        .chips a[aria-current] { background: var(--accent-bg); border-color: var(--accent); color: var(--ink); font-weight: 600; }
        .chips span.count { color: var(--muted); font-variant-numeric: tabular-nums; }
        .confirm { position: relative; display: inline-block; }
        .confirm[open] > summary { margin: 0 0 .4rem; }
        @media (max-width: 640px) { .filters label, .filters label.grow { flex: 1 1 100%; max-width: none; } .filters select, .filters input, .fields select, .fields input { width: 100%; } .fields label, .fields .field, .fields .grow { flex: 1 1 100%; max-width: none; } .filters label.check input { width: 1.05rem; } }
        """
}
