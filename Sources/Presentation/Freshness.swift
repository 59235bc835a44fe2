import Domain
import FoundationEssentials
import Store

/// Tells when findings cannot be trusted because what is known is old or missing.
package enum Freshness {
    /// After this many days a source is called old.
    static let limit = 14

    /// What stands above every page; nil when all is well.
    package static func warning(_ sources: [IntelligenceStore.SourceStatus], now: Date = Date()) -> HTML? {
        guard !sources.isEmpty else {
            return
                "No vulnerability intelligence is loaded, so nothing can be found. <a href=\"/intelligence\">What to do</a>"
        }
        let old = sources.filter { isOld($0, now: now) }
        guard let oldest = old.compactMap(\.contentDate).min() else { return nil }
        let amount =
            old.count == sources.count
            ? "All intelligence is" : "\(old.count) of \(sources.count) sources of intelligence are"
        return """
            \(amount) more than \(limit) days old, the oldest of \(Text.day(oldest)). Newer vulnerabilities are not \
            found until an update. <a href="/intelligence">What to do</a>
            """
    }

    package static func isOld(_ source: IntelligenceStore.SourceStatus, now: Date = Date()) -> Bool {
        guard let date = source.contentDate else { return false }
        return now.timeIntervalSince(date) > Double(limit) * 86_400
    }
}
