extension Stylesheet {
    /// Typography, links, focus.
    static let base = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 400 15px/1.55 Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; font-feature-settings: "cv05", "ss03"; }
        h1, h2, h3 { line-height: 1.25; letter-spacing: -.012em; margin: 0; }
        h1 { font-size: 1.6rem; font-weight: 680; overflow-wrap: anywhere; }
        h2 { font-size: 1.05rem; font-weight: 640; }
        h3 { font-size: .95rem; font-weight: 640; }
        p { margin: 0 0 .75rem; max-width: 75ch; }
        p:last-child { margin-bottom: 0; }
        a { color: var(--accent); text-decoration: none; }
        a:hover { text-decoration: underline; text-underline-offset: 2px; }
        p a, li a.inline { text-decoration: underline; text-underline-offset: 2px; text-decoration-thickness: 1px; }
        abbr { text-decoration-color: var(--muted); }
        code, kbd, .mono { font-family: ui-monospace, "SF Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .87em; }
        code, .mono { overflow-wrap: anywhere; }
        kbd { border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; padding: 0 .35em; color: var(--muted); background: var(--well); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
        [hidden] { display: none !important; }
        .muted { color: var(--muted); }
        .small { font-size: .86rem; }
        .strong { font-weight: 620; }
        .n, .id { font-variant-numeric: tabular-nums; }
        .id { white-space: nowrap; }
        .hidden-text { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .skip { position: absolute; left: -999px; top: .5rem; z-index: 3; background: var(--card); color: var(--ink); padding: .6rem 1rem; border-radius: 6px; }
        .skip:focus { left: 1rem; }
        """

    /// The frame around pages: a rail of navigation beside the content, above it on narrow screens.
    static let frame = """
        .frame { display: grid; grid-template-columns: 15rem minmax(0, 1fr); min-height: 100vh; }
        .rail { background: var(--side); color: var(--side-ink); padding: 1.1rem .85rem; display: flex; flex-direction: column; gap: 1.1rem; position: sticky; top: 0; height: 100vh; overflow-y: auto; }
        .rail :focus-visible { outline-color: #9cc9fa; }
        .brand { display: flex; align-items: center; gap: .6rem; padding: 0 .5rem; font-weight: 700; font-size: 1.12rem; letter-spacing: -.01em; color: var(--on-side); }
        .brand:hover { text-decoration: none; }
        .brand svg { width: 26px; height: 26px; flex: none; }
        .rail ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .15rem; }
        .rail nav a { display: flex; align-items: center; gap: .65rem; padding: .5rem .6rem; border-radius: 7px; color: var(--side-ink); font-weight: 520; }
        .rail nav a:hover { background: var(--side-current); color: var(--on-side); text-decoration: none; }
        .rail nav a[aria-current] { background: var(--side-current); color: var(--on-side); box-shadow: inset 3px 0 0 #5fa8f5; }
        .icon { width: 18px; height: 18px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
        .rail .seek { margin: 0; }
        .rail .seek input { width: 100%; background: var(--side-current); border-color: transparent; color: var(--on-side); }
        .rail .seek input::placeholder { color: var(--side-ink); opacity: 1; }
        .rail .foot { margin-top: auto; display: grid; gap: .8rem; font-size: .87rem; padding: .9rem .5rem 0; border-top: 1px solid var(--side-current); overflow-wrap: anywhere; }
        .rail .foot b { display: block; color: var(--on-side); font-weight: 600; }
        .rail button.plain { color: var(--side-ink); }
        .rail button.plain:hover { color: var(--on-side); }
        .themes { display: flex; gap: 2px; background: var(--side-current); border-radius: 8px; padding: 2px; width: max-content; }
        .themes button { background: none; border: 0; padding: .3rem .55rem; border-radius: 6px; color: var(--side-ink); display: flex; font-weight: 500; }
        .themes button[aria-pressed="true"] { background: var(--side); color: var(--on-side); }
        .themes .icon { width: 16px; height: 16px; }
        main { padding: 1.6rem 2rem 4rem; max-width: 1480px; width: 100%; min-width: 0; }
        main:focus { outline: none; }
        .heading { display: flex; gap: .75rem 1.5rem; align-items: flex-start; justify-content: space-between; flex-wrap: wrap; margin: 0 0 1.2rem; }
        .heading p { margin: .3rem 0 0; color: var(--muted); }
        .crumbs { font-size: .87rem; margin: 0 0 .4rem; }
        .crumbs ol { list-style: none; display: flex; flex-wrap: wrap; gap: 0 .5rem; margin: 0; padding: 0; }
        .crumbs li + li::before { content: "/"; color: var(--muted); margin-right: .5rem; }
        .tabs { margin: 0 0 1.1rem; border-bottom: 1px solid var(--line); overflow-x: auto; }
        .tabs ul { display: flex; gap: 1.4rem; list-style: none; margin: 0; padding: 0; }
        .tabs a { display: block; padding: .5rem .1rem .6rem; color: var(--muted); font-weight: 560; white-space: nowrap; border-bottom: 2px solid transparent; }
        .tabs a:hover { color: var(--ink); text-decoration: none; }
        .tabs a[aria-current] { color: var(--ink); border-color: var(--accent); }
        .bare { max-width: 30rem; margin: 0 auto; padding: 9vh 1.25rem 3rem; }
        .bare .brand { color: var(--ink); justify-content: center; margin-bottom: 1.4rem; font-size: 1.35rem; }
        @media (max-width: 960px) {
          .frame { grid-template-columns: minmax(0, 1fr); grid-template-rows: auto 1fr; }
          .rail { position: static; height: auto; padding: .7rem .8rem; gap: .6rem; flex-flow: row wrap; align-items: center; }
          .rail .brand { padding: 0; margin-right: auto; }
          .rail nav { order: 3; width: 100%; overflow-x: auto; }
          .rail nav ul { display: flex; gap: .2rem; }
          .rail nav a { padding: .4rem .6rem; white-space: nowrap; }
          .rail nav a[aria-current] { box-shadow: inset 0 -3px 0 #5fa8f5; border-radius: 7px 7px 0 0; }
          .rail nav .icon { display: none; }
          .rail .seek { order: 2; width: 100%; }
          .rail .foot { order: 1; margin: 0; padding: 0; border: 0; display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .9rem; }
          .rail .foot .who { display: none; }
          main { padding: 1.1rem 1rem 3rem; }
        }
        """
}
