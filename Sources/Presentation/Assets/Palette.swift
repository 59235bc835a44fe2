/// Every colour of the pages, each for light and for dark. Severities run from dark to light as well
/// as over hues, so that they stay apart for colour-blind people, and each is also named in words.
package enum Palette {
    /// A colour as CSS has it: `--name` with a hexadecimal value for each appearance.
    package struct Colour: Sendable {
        package let name: String
        package let light: String
        package let dark: String

        init(_ name: String, _ light: String, _ dark: String) {
            self.name = name
            self.light = light
            self.dark = dark
        }
    }

    package static let colours: [Colour] = [
        Colour("paper", "#f4f6f8", "#0d1218"), Colour("card", "#ffffff", "#151c25"),
        Colour("well", "#eef1f5", "#1d2630"), Colour("line", "#dbe1e8", "#2a3541"),
        Colour("track", "#e2e7ed", "#2b3642"),
        Colour("ink", "#121b26", "#e9eef4"), Colour("muted", "#4f5c6b", "#a6b3c1"),
        Colour("accent", "#0b57a4", "#7db7f5"), Colour("accent-bg", "#e4eefa", "#14283e"),
        Colour("on-accent", "#ffffff", "#08131f"),
        Colour("side", "#0f1a2b", "#090e14"), Colour("side-ink", "#c3cfdf", "#b3bfcd"),
        Colour("side-current", "#22344f", "#1d2937"), Colour("on-side", "#ffffff", "#ffffff"),
        Colour("critical", "#8f1239", "#ff9db4"), Colour("critical-bg", "#fbe4ec", "#3f0f20"),
        Colour("critical-fill", "#8f1239", "#e5486d"),
        Colour("high", "#9a3a06", "#ffb482"), Colour("high-bg", "#fdebdf", "#3d210f"),
        Colour("high-fill", "#e2640f", "#f0813a"),
        Colour("medium", "#6f5100", "#ecd06a"), Colour("medium-bg", "#fbf2cf", "#352c0e"),
        Colour("medium-fill", "#e3b508", "#dcb731"),
        Colour("low", "#225c85", "#93c8ee"), Colour("low-bg", "#e3eff8", "#122c3d"),
        Colour("low-fill", "#4f93c4", "#5c9cc9"),
        Colour("good", "#14633e", "#7ed6a6"), Colour("good-bg", "#dff3e8", "#0f3222"),
        Colour("good-fill", "#2f9e6e", "#3fae7e"),
        Colour("unknown-fill", "#8a97a6", "#6f7e8e"),
    ]

    /// Which colours text is set in, and on what: WCAG 2.2 asks for a contrast of 4.5 (1.4.3).
    package static let textPairs: [(text: String, background: String)] =
        ["paper", "card", "well"].flatMap { background in
            ["ink", "muted", "accent"].map { (text: $0, background: background) }
        }
        + ["critical", "high", "medium", "low", "good"].flatMap {
            [(text: $0, background: "\($0)-bg"), (text: $0, background: "card")]
        }
        + [
            (text: "on-accent", background: "accent"), (text: "accent", background: "accent-bg"),
            (text: "ink", background: "accent-bg"), (text: "side-ink", background: "side"),
            (text: "on-side", background: "side-current"), (text: "on-side", background: "side"),
            (text: "ink", background: "medium-bg"), (text: "ink", background: "critical-bg"),
            (text: "ink", background: "good-bg"),
        ]

    /// The custom properties: light, dark by the system's setting unless the visitor chose, dark by choice.
    static let css = """
        :root { color-scheme: light dark; \(declarations(\.light)) }
        @media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { \(declarations(\.dark)) } }
        :root[data-theme="dark"] { color-scheme: dark; \(declarations(\.dark)) }
        :root[data-theme="light"] { color-scheme: light; }
        @media print { :root, :root[data-theme] { color-scheme: light; \(declarations(\.light)) } }
        """

    private static func declarations(_ value: (Colour) -> String) -> String {
        colours.map { "--\($0.name): \(value($0));" }.joined(separator: " ")
    }
}
