import Domain
import FoundationEssentials
import Store

/// Tells when findings cannot be trusted because what is known is old or missing.
enum Freshness {
    /// After this many days an advisory source is called old.
    static let limit = 14

    static func warning(_ store: Store) async throws -> HTML? {
        let sources = try await store.intelligence.status()
        guard !sources.isEmpty else {
            return
                "No vulnerability intelligence is loaded, so nothing can be found. <a href=\"/intelligence\">What to do</a>"
        }
        let old = sources.filter { age($0) > limit }
        guard !old.isEmpty else { return nil }
        let names = old.map { "\($0.source) (\(Text.day($0.contentDate)))" }.joined(separator: ", ")
        return """
            Old intelligence: \(names). Newer vulnerabilities are not found until it is updated. \
            <a href="/intelligence">What to do</a>
            """
    }

    private static func age(_ source: IntelligenceStore.SourceStatus) -> Int {
        source.contentDate.map { Int(Date().timeIntervalSince($0) / 86_400) } ?? 0
    }
}
