import Store

/// The versions of a part of the policy.
enum PolicyHistory {
    static func render(_ versions: [PolicyStore.Version]) -> HTML {
        guard !versions.isEmpty else {
            return
                "<section class=\"card\"><h2>Versions</h2><p class=\"muted\">The standard has never been changed.</p></section>"
        }
        let rows = versions.prefix(50).map { version -> [HTML] in
            [
                "\(version.number)", "\(Text.time(version.createdAt))", "\(version.createdBy)", "\(version.note)",
                "<code>\(String(decoding: version.body, as: UTF8.self))</code>",
            ]
        }
        let table = Table(
            caption: "Versions",
            columns: [.init("Version"), .init("Since"), .init("By"), .init("Why"), .init("What", .wide)],
            rows: Array(rows))
        return "<section class=\"card\"><h2>Versions</h2>\(table.html)</section>"
    }
}
