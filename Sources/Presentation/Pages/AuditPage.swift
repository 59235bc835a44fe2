import Domain
import FoundationEssentials
import Store

/// The audit trail: who did what, the latest first, and whether the chain holds.
package enum AuditPage {
    static let pageSize = 100

    /// - Parameter verification: nil when it was not asked for.
    package static func render(_ events: [AuditStore.Event], isFirstPage: Bool, verification: Verification?) -> HTML {
        """
        \(verification.map(result) ?? .empty)
        <section class="card"><div class="cardhead"><h2>Audit trail</h2>\
        <a class="button quiet small" href="/settings/audit?verify=true">Verify the chain</a></div>
        \(table(events, isFirstPage: isFirstPage))</section>
        """
    }

    package enum Verification {
        case intact
        case broken(at: Int)
    }

    private static func result(_ verification: Verification) -> HTML {
        switch verification {
        case .intact:
            "<p class=\"notice done\" role=\"status\">The chain holds: no entry was changed or removed.</p>"
        case .broken(let sequence):
            "<p class=\"notice error\" role=\"alert\">The chain breaks at entry \(sequence): it, or one before it, was changed or removed.</p>"
        }
    }

    private static func table(_ events: [AuditStore.Event], isFirstPage: Bool) -> HTML {
        guard !events.isEmpty else {
            return Components.empty(
                .check, "Nothing has been changed yet", "<p>Every change by a person or a token appears here.</p>")
        }
        let rows = events.map { event -> [HTML] in
            [
                "\(event.sequence)", "\(Text.time(event.at))", "\(event.actor)", "<code>\(event.action)</code>",
                "<span class=\"mono\">\(event.object)</span>",
            ]
        }
        let columns: [Table.Column] = [
            .init("Entry", .number), .init("Time"), .init("Who"), .init("What"), .init("Object", .wide),
        ]
        let next = events.count < pageSize ? nil : events.last.map { "/settings/audit?before=\($0.sequence)" }
        let back: HTML? = isFirstPage ? nil : "<a class=\"button quiet\" href=\"/settings/audit\">Latest</a>"
        let more: HTML? = next.map { "<a class=\"button quiet\" rel=\"next\" href=\"\($0)\">Older</a>" }
        return """
            \(Table(caption: "Audit events", columns: columns, rows: rows).html)
            <nav class="pager" aria-label="Pages"><span>\(Text.count(events.count, "entry", "entries"))</span><div>\(back)\(more)</div></nav>
            """
    }
}
