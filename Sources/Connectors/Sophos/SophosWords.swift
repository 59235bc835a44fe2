import Domain

/// Sophos' words in our terms: the one table of them. What is new is `unknown` or nil.
enum SophosWords {
    /// `none` is an event that tells of nothing bad.
    static let severities: [(vendor: String, ours: AlertReport.Severity)] = [
        ("critical", .critical), ("high", .high), ("medium", .medium), ("low", .low), ("none", .informational),
    ]

    static let healths: [(vendor: String, isHealthy: Bool)] = [
        ("good", true), ("suspicious", false), ("bad", false),
    ]

    static let isolations: [(vendor: String, ours: DeviceReport.Isolation)] = [
        ("isolated", .isolated), ("notisolated", .none),
    ]

    static let kinds: [(vendor: String, ours: String)] = [
        ("computer", "workstation"), ("server", "server"), ("securityvm", "security_vm"),
    ]

    static let encryptions: [(vendor: String, isEncrypted: Bool)] = [("encrypted", true), ("notencrypted", false)]

    /// Ends of the types of events that say that something was dealt with.
    static let resolvedEvents = ["CleanedUp", "Resolved", "Dismissed"]

    static func severity(_ word: String?) -> AlertReport.Severity {
        let word = word?.lowercased()
        return severities.first { $0.vendor == word }?.ours ?? .medium
    }

    static func weighs(_ severity: AlertReport.Severity, atLeast least: AlertReport.Severity) -> Bool {
        let order = severities.map(\.ours)
        return (order.firstIndex(of: severity) ?? 0) <= (order.firstIndex(of: least) ?? 0)
    }

    static func isHealthy(_ word: String?) -> Bool? {
        let word = word?.lowercased()
        return healths.first { $0.vendor == word }?.isHealthy
    }

    static func isolation(_ word: String) -> DeviceReport.Isolation {
        isolations.first { $0.vendor == word.lowercased() }?.ours ?? .unknown
    }

    static func kind(_ word: String?) -> String? {
        word.map { word in kinds.first { $0.vendor == word.lowercased() }?.ours ?? word.lowercased() }
    }

    static func isEncrypted(_ word: String?) -> Bool? {
        let word = word?.lowercased()
        return encryptions.first { $0.vendor == word }?.isEncrypted
    }

    static func eventStatus(_ type: String?) -> AlertReport.Status {
        resolvedEvents.contains { type?.hasSuffix($0) ?? false } ? .resolved : .new
    }
}
