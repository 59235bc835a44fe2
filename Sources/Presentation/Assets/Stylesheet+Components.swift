extension Stylesheet {
    /// Cards, badges, meters, charts, notices.
    static let components = """
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.25rem; margin: 0 0 1.1rem; min-width: 0; }
        .card > h2:first-child, .card > .cardhead { margin-bottom: .8rem; }
        .cardhead { display: flex; gap: .5rem 1rem; justify-content: space-between; align-items: baseline; flex-wrap: wrap; }
        .grid { display: grid; gap: 1.1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); margin-bottom: 1.1rem; }
        .split { display: grid; gap: 1.1rem; grid-template-columns: minmax(0, 5fr) minmax(0, 3fr); align-items: start; margin-bottom: 1.1rem; }
        .grid > .card, .split > .card { margin: 0; }
        @media (max-width: 1100px) { .split { grid-template-columns: minmax(0, 1fr); } }
        .figure { display: flex; align-items: baseline; gap: .55rem; flex-wrap: wrap; }
        .figure b { font-size: 2.1rem; font-weight: 700; line-height: 1.05; letter-spacing: -.025em; font-variant-numeric: tabular-nums; }
        .figure span { color: var(--muted); }
        .badge { display: inline-flex; align-items: center; gap: .35rem; padding: .08rem .5rem .08rem .42rem; border-radius: 5px; font-size: .8rem; font-weight: 620; white-space: nowrap; background: var(--well); color: var(--muted); }
        .badge svg { width: 12px; height: 12px; flex: none; fill: currentColor; }
        .badge .off { opacity: .28; }
        .badge.critical, .status-critical, .badge.kev { background: var(--critical-bg); color: var(--critical); }
        .badge.high, .status-at_risk, .badge.exploit { background: var(--high-bg); color: var(--high); }
        .badge.medium, .finding-open { background: var(--medium-bg); color: var(--medium); }
        .badge.low, .finding-in_progress { background: var(--low-bg); color: var(--low); }
        .status-healthy, .finding-remediated { background: var(--good-bg); color: var(--good); }
        .badges { display: flex; flex-wrap: wrap; gap: .3rem; }
        .risk { display: inline-flex; align-items: center; gap: .55rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .risk svg { width: 54px; height: 7px; }
        .risk b { font-weight: 620; min-width: 2.4em; }
        .track { fill: var(--track); }
        .fill { fill: var(--low-fill); }
        .risk.critical .fill, .fill-critical { fill: var(--critical-fill); }
        .risk.high .fill, .fill-high, .fill-at_risk { fill: var(--high-fill); }
        .risk.medium .fill, .fill-medium { fill: var(--medium-fill); }
        .fill-low { fill: var(--low-fill); } .fill-unknown { fill: var(--unknown-fill); } .fill-healthy { fill: var(--good-fill); } .fill-accent { fill: var(--accent); }
        .bars { list-style: none; margin: .7rem 0 0; padding: 0; display: grid; gap: .1rem; font-size: .89rem; }
        .bars a, .bars div { display: grid; grid-template-columns: 5.2rem 1fr 3.6rem; gap: .6rem; align-items: center; color: var(--ink); padding: .16rem .3rem; margin: 0 -.3rem; border-radius: 5px; }
        .bars a:hover { background: var(--well); text-decoration: none; }
        .bars svg { width: 100%; height: 10px; display: block; }
        .bars b { text-align: right; font-variant-numeric: tabular-nums; font-weight: 600; }
        .histogram { width: 100%; height: auto; display: block; margin-top: .7rem; }
        .trend { width: 100%; max-width: 36rem; height: auto; display: block; margin-bottom: .5rem; }
        .trend .line { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
        .histogram text, .trend text { fill: var(--muted); font-size: 11px; font-family: inherit; }
        .histogram .value { fill: var(--ink); font-weight: 600; }
        .axis { stroke: var(--line); stroke-width: 1; }
        dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 12.5rem), 1fr)); gap: .9rem 1.4rem; margin: 0; }
        dl.facts dt { font-size: .8rem; color: var(--muted); margin-bottom: .1rem; }
        dl.facts dd { margin: 0; overflow-wrap: anywhere; }
        dl.facts .wide { grid-column: 1 / -1; }
        @media (max-width: 640px) { dl.facts { grid-template-columns: repeat(auto-fill, minmax(min(100%, 9rem), 1fr)); } }
        .empty { text-align: center; padding: 2.2rem 1rem; color: var(--muted); }
        .empty p { margin-inline: auto; }
        .empty h2 { color: var(--ink); margin-bottom: .4rem; }
        .empty .icon { width: 38px; height: 38px; margin-bottom: .7rem; stroke-width: 1.4; color: var(--muted); }
        .empty .command, .empty .steps { text-align: left; color: var(--ink); }
        .notice { border-radius: 8px; padding: .7rem 1rem; margin: 0 0 1.1rem; max-width: none; background: var(--accent-bg); border: 1px solid var(--line); }
        .notice.warning { background: var(--medium-bg); }
        .notice.error { background: var(--critical-bg); color: var(--critical); }
        .notice.done { background: var(--good-bg); }
        .notice a { text-decoration: underline; text-underline-offset: 2px; }
        .notice.warning a, .notice.done a { color: inherit; }
        .command { display: flex; align-items: center; gap: .6rem; background: var(--well); border: 1px solid var(--line); border-radius: 8px; padding: .45rem .5rem .45rem .8rem; margin: .5rem 0; }
        .command code { flex: 1; min-width: 0; }
        .command code::before { content: "$ "; color: var(--muted); }
        .command.text code::before { content: none; }
        .steps { padding-left: 1.3rem; margin: .4rem 0 0; }
        .steps li { margin-bottom: .55rem; padding-left: .2rem; }
        .steps li::marker { color: var(--muted); font-weight: 600; }
        .why { border-left: 3px solid var(--accent); padding: .15rem 0 .15rem 1rem; margin: 0 0 1rem; font-size: 1.02rem; }
        .timeline, ul.plain { list-style: none; margin: 0; padding: 0; overflow-wrap: anywhere; }
        .timeline > li { padding: 0 0 .9rem 1.4rem; border-left: 2px solid var(--line); margin-left: .3rem; position: relative; }
        .timeline > li:last-child { padding-bottom: 0; border-color: transparent; }
        .timeline > li::before { content: ""; position: absolute; left: -6px; top: .42em; width: 10px; height: 10px; border-radius: 50%; background: var(--accent); }
        dl.facts + details, dl.facts + .scroll, .fields + details, .scroll + p, p + dl.facts { margin-top: 1rem; }
        details > summary { cursor: pointer; color: var(--accent); font-weight: 560; min-height: 24px; }
        details[open] > summary { margin-bottom: .7rem; }
        progress { width: 100%; height: 8px; accent-color: var(--accent); }
        .ring { margin: 0 0 1rem; }
        .ring:last-child { margin: 0; }
        .ring p { margin: 0; max-width: none; }
        dl.facts + .notice { margin-top: 1rem; }
        .card > .notice:last-child { margin-bottom: 0; }
        .decisions { margin: 0 0 1.1rem; align-items: flex-start; }
        .task { display: grid; gap: .4rem; }
        pre { margin: 0; white-space: pre-wrap; }
        """
}
