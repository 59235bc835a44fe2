extension Stylesheet {
    /// Weeks of days; on a phone a list of those on which something is.
    static let calendar = """
        .calendar-steps { margin: 0 0 1.1rem; }
        .days, .days ul { list-style: none; margin: 0; padding: 0; }
        .days { display: grid; grid-template-columns: repeat(7, minmax(0, 1fr)); gap: .4rem; margin: 0 0 1.1rem; }
        .days > li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .45rem .5rem .55rem; min-height: 5.2rem; min-width: 0; overflow-wrap: anywhere; font-size: .84rem; }
        .days > li.calm { background: none; border-style: dashed; }
        .days > li.today { border-color: var(--accent); border-width: 2px; }
        .days .date { font-size: .8rem; color: var(--muted); margin: 0 0 .3rem; font-variant-numeric: tabular-nums; }
        .days .date b { color: var(--accent); }
        .days ul { display: grid; gap: .35rem; }
        .days .opening, .days .blackout { border-left: 3px solid var(--accent); padding-left: .45rem; display: grid; line-height: 1.35; font-variant-numeric: tabular-nums; }
        .days .blackout { border-left-color: var(--medium-fill); }
        @media (max-width: 1000px) {
          .days { grid-template-columns: minmax(0, 1fr); }
          .days > li { min-height: 0; }
          .days > li.calm:not(.today) { display: none; }
          .days .opening, .days .blackout { display: flex; flex-wrap: wrap; gap: 0 .6rem; }
        }
        """
}
