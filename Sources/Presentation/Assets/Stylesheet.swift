/// The one style sheet: light and dark by the system's setting, no other file, no web font.
public enum Stylesheet {
    public static let css = """
        :root {
          --ink: #18212b; --muted: #55616e; --paper: #f5f6f8; --card: #fff; --line: #dce1e7; --accent: #0b5cad;
          --critical: #a3123a; --high: #b4470b; --medium: #8a6a00; --low: #3b6b8f; --good: #1d6f42; --track: #e6eaee;
          --critical-bg: #fde8ee; --high-bg: #fdeee3; --medium-bg: #fbf3d3; --low-bg: #e6f0f7; --good-bg: #e3f4ea;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ink: #e6ebf0; --muted: #9dabb8; --paper: #11161c; --card: #1a2129; --line: #2d3742; --accent: #74b3f2;
            --critical: #ff8aa5; --high: #ffab7a; --medium: #e9cc5f; --low: #8fc4e8; --good: #77d19c; --track: #2b3540;
            --critical-bg: #43121f; --high-bg: #40220f; --medium-bg: #3a3110; --low-bg: #15303f; --good-bg: #12351f;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
        a { color: var(--accent); text-decoration: none; }
        a:hover { text-decoration: underline; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 2; }
        .top { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: center; padding: .6rem 1.5rem; background: var(--card); border-bottom: 1px solid var(--line); }
        .brand { display: flex; align-items: center; gap: .5rem; font-weight: 700; font-size: 1.05rem; color: var(--ink); }
        .brand svg { width: 22px; fill: var(--accent); }
        nav ul { display: flex; flex-wrap: wrap; gap: .25rem; list-style: none; margin: 0; padding: 0; }
        nav a { display: block; padding: .35rem .75rem; border-radius: 6px; color: var(--muted); }
        nav a[aria-current] { background: var(--track); color: var(--ink); font-weight: 600; }
        .who { margin-left: auto; display: flex; gap: 1rem; align-items: center; color: var(--muted); font-size: .9rem; }
        .who form { margin: 0; }
        main { max-width: 1240px; margin: 0 auto; padding: 1.25rem 1.5rem 4rem; }
        main:focus { outline: none; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 1rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.1rem; margin: 0 0 .75rem; }
        .crumbs { color: var(--muted); font-size: .9rem; margin: 0; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.25rem; margin: 0 0 1rem; }
        .grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); margin-bottom: 1rem; }
        .grid .card { margin: 0; }
        .number { font-size: 2rem; font-weight: 700; line-height: 1.1; display: block; }
        .muted { color: var(--muted); }
        .small { font-size: .88rem; }
        .scroll { overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; }
        th { text-align: left; font-size: .82rem; font-weight: 600; color: var(--muted); white-space: nowrap; }
        th, td { padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        tr:last-child td { border-bottom: 0; }
        tbody tr:hover { background: color-mix(in srgb, var(--track) 45%, transparent); }
        td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
        td.title { min-width: 16rem; overflow-wrap: anywhere; }
        .id { white-space: nowrap; font-variant-numeric: tabular-nums; }
        code, .mono { font-family: ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; font-size: .88em; overflow-wrap: anywhere; }
        .badge, .mark { display: inline-block; padding: .05rem .5rem; border-radius: 99px; font-size: .8rem; font-weight: 600; white-space: nowrap; background: var(--track); color: var(--muted); }
        .mark { border-radius: 4px; margin-right: .3rem; }
        .badge.critical, .status-critical, .mark.kev { background: var(--critical-bg); color: var(--critical); }
        .badge.high, .status-at_risk, .mark.exploit { background: var(--high-bg); color: var(--high); }
        .badge.medium { background: var(--medium-bg); color: var(--medium); }
        .badge.low, .finding-in_progress { background: var(--low-bg); color: var(--low); }
        .status-healthy, .finding-remediated { background: var(--good-bg); color: var(--good); }
        .risk { display: inline-flex; align-items: center; gap: .5rem; min-width: 7.5rem; font-variant-numeric: tabular-nums; }
        .risk svg { width: 60px; height: 8px; }
        .track { fill: var(--track); }
        .fill { fill: var(--low); }
        .risk.critical .fill, .bar-critical { fill: var(--critical); }
        .risk.high .fill, .bar-high { fill: var(--high); }
        .risk.medium .fill, .bar-medium { fill: var(--medium); }
        .bar-low { fill: var(--low); } .bar-unknown { fill: var(--muted); } .bar-healthy { fill: var(--good); } .bar-at_risk { fill: var(--high); }
        .chart { width: 100%; height: 14px; display: block; margin: .5rem 0; }
        .legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; margin: .5rem 0 0; font-size: .88rem; color: var(--muted); }
        .legend b { color: var(--ink); }
        .legend svg { width: 10px; height: 10px; margin-right: .35rem; }
        dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: .75rem 1.25rem; margin: 0; }
        dl.facts dt { font-size: .82rem; color: var(--muted); }
        dl.facts dd { margin: 0; overflow-wrap: anywhere; }
        .filters { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin-bottom: 1rem; }
        label { font-size: .85rem; color: var(--muted); display: grid; gap: .2rem; }
        label.check { display: flex; align-items: center; gap: .4rem; padding-bottom: .45rem; }
        input, select, button, .button { font: inherit; padding: .4rem .7rem; border: 1px solid var(--line); border-radius: 6px; background: var(--card); color: var(--ink); }
        button, .button { background: var(--accent); border-color: var(--accent); color: #fff; cursor: pointer; font-weight: 600; }
        @media (prefers-color-scheme: dark) { button, .button { color: #0b1622; } }
        .button.quiet, button.quiet { background: transparent; color: var(--accent); }
        button.link { background: none; border: 0; color: var(--accent); padding: 0; font-weight: 400; }
        .button:hover { text-decoration: none; filter: brightness(1.08); }
        .pager { display: flex; justify-content: space-between; align-items: center; color: var(--muted); margin: .75rem 0 0; }
        .empty { text-align: center; padding: 2.5rem 1rem; color: var(--muted); }
        .empty h2 { color: var(--ink); }
        .warning { background: var(--medium-bg); color: var(--medium); border-radius: 8px; padding: .6rem 1rem; margin: 0 0 1rem; }
        .warning a { color: inherit; text-decoration: underline; }
        .error { background: var(--critical-bg); color: var(--critical); border-radius: 8px; padding: .6rem 1rem; }
        .why { border-left: 3px solid var(--accent); padding: .1rem 0 .1rem 1rem; margin: 0; }
        ol.steps { padding-left: 1.25rem; margin: .5rem 0; }
        details summary { cursor: pointer; color: var(--accent); }
        .signin { max-width: 380px; margin: 10vh auto; }
        .signin form { display: grid; gap: 1rem; }
        .actions { display: flex; gap: .75rem; align-items: center; flex-wrap: wrap; }
        .heading { display: flex; gap: 1rem; align-items: flex-start; justify-content: space-between; flex-wrap: wrap; }
        @media (max-width: 640px) { main { padding: 1rem; } .who { margin-left: 0; } }
        @media print { .top, .filters, .pager, .actions { display: none; } body { background: #fff; } }
        """

    public static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#0b5cad" d="M12 1 3 5v6c0 5.5 3.8 10.7 9 12 5.2-1.3 9-6.5 9-12V5z"/></svg>
        """
}
