import Domain
import FoundationEssentials
import Postgres
import Store

/// What vulnerability intelligence the database holds, and how old it is.
struct LoadedIntelligenceExamination: Examination {
    let database: Database

    func checks() async -> [Check] {
        let store = Store(app: database, system: database, owner: database, logger: quietLogger())
        do {
            return Self.checks(try await store.intelligence.status())
        } catch {
            let message = (error as? any UserFacingError)?.message ?? "\(error)"
            return [.problem("intelligence", message, nil)]
        }
    }

    private static func checks(_ sources: [IntelligenceStore.SourceStatus]) -> [Check] {
        guard !sources.isEmpty else {
            return [
                .warning(
                    "intelligence", "no vulnerability intelligence is loaded",
                    "garrison intel update; `garrison serve` loads the bundled one")
            ]
        }
        return sources.map { source in
            let days = source.contentDate.map { Int(Date().timeIntervalSince($0) / 86_400) }
            let age = days.map { "\($0) days old" } ?? "of unknown age"
            let sentence = "intelligence \(source.source): \(source.records) records, \(age)"
            return (days ?? 0) > ResourceExamination.oldAge
                ? .warning("intelligence.\(source.source)", sentence, "garrison intel update")
                : .ok("intelligence.\(source.source)", sentence)
        }
    }
}
