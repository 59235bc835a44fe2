import Domain
import FoundationEssentials
import Intelligence

/// The files that come with the program, and a clock that is not behind them.
struct ResourceExamination: Examination {
    func checks() -> [Check] {
        do {
            let migrations = try ResourceLocator.migrations()
            let bundle = try IntelligenceBundle(directory: try ResourceLocator.bundle())
            return [.ok("resources", "program files: \(migrations)"), age(of: bundle), clock(bundle)]
        } catch let error as any UserFacingError {
            return [
                .problem(
                    "resources", error.message,
                    "Install Garrison with `make install`, or set \(ResourceLocator.environmentVariable).")
            ]
        } catch {
            return [.problem("resources", "\(error)", nil)]
        }
    }

    private func age(of bundle: IntelligenceBundle) -> Check {
        let missing = bundle.files.filter { !FileManager.default.isReadableFile(atPath: $0.path) }
        if let file = missing.first {
            return .problem(
                "intelligence.bundle", "bundled intelligence: \(file.path) cannot be read",
                "Install Garrison again; `garrison intel update` works without the bundle.")
        }
        let sentence = "bundled intelligence: \(bundle.files.count) files, the newest of \(bundle.date)"
        guard let days = Self.days(since: bundle.date), days > Self.oldAge else {
            return .ok("intelligence.bundle", sentence)
        }
        return .warning("intelligence.bundle", "\(sentence), \(days) days ago", "garrison intel update")
    }

    /// Findings, sessions and certificates go by the clock; one that stands before the program's own
    /// making is wrong.
    private func clock(_ bundle: IntelligenceBundle) -> Check {
        let now = Date().formatted(.iso8601)
        guard let days = Self.days(since: bundle.date), days < -1 else { return .ok("clock", "clock: \(now)") }
        return .problem(
            "clock", "the clock says \(now), which is before this program was made", "Set the clock, best by NTP.")
    }

    /// In days; after it all loaded intelligence counts as old, too.
    static let oldAge = 30

    private static func days(since day: String) -> Int? {
        guard let date = try? Date("\(day)T00:00:00Z", strategy: .iso8601) else { return nil }
        return Int((Date().timeIntervalSince(date) / 86_400).rounded(.down))
    }
}
