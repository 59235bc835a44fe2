import Domain

/// SentinelOne's words in our terms, both ways: the one table of them. What is new is `unknown` or nil.
enum SentinelOneWords {
    static let statuses: [(vendor: String, ours: AlertReport.Status)] = [
        ("unresolved", .new), ("in_progress", .inProgress), ("resolved", .resolved),
    ]

    /// `undefined` and `suspicious` are no verdicts yet.
    static let verdicts: [(vendor: String, ours: AlertReport.Verdict)] = [
        ("true_positive", .truePositive), ("false_positive", .falsePositive),
    ]

    static let mitigations: [(vendor: String, ours: AlertReport.Mitigation)] = [
        ("mitigated", .mitigated), ("not_mitigated", .notMitigated), ("active", .notMitigated),
        ("blocked", .mitigated), ("marked_as_benign", .benign),
    ]

    /// By how sure the console is; it gives no severity.
    static let severities: [(vendor: String, ours: AlertReport.Severity)] = [
        ("malicious", .high), ("suspicious", .medium),
    ]

    /// Whatever the console is sure of.
    static let criticalClassifications = ["ransomware"]

    static let risks: [(vendor: String, ours: VulnerabilityReport.Status)] = [
        ("active", .open), ("detected", .open), ("new", .open), ("reopened", .reopened), ("resolved", .closed),
        ("patched", .closed), ("fixed", .closed), ("closed", .closed),
    ]

    static let isolations: [(vendor: String, ours: DeviceReport.Isolation)] = [
        ("connected", .none), ("disconnecting", .isolating), ("disconnected", .isolated), ("connecting", .releasing),
    ]

    static let kinds: [(vendor: String, ours: String)] = [("desktop", "workstation"), ("laptop", "workstation")]

    static func status(_ word: String?) -> AlertReport.Status { ours(word, statuses) ?? .unknown }
    static func vendorStatus(_ status: AlertReport.Status) -> String? { statuses.first { $0.ours == status }?.vendor }
    static func verdict(_ word: String?) -> AlertReport.Verdict? { ours(word, verdicts) }
    static func vendorVerdict(_ verdict: AlertReport.Verdict) -> String? {
        verdicts.first { $0.ours == verdict }?.vendor
    }
    static func mitigation(_ word: String?) -> AlertReport.Mitigation? {
        word.map { ours($0, mitigations) ?? .unknown }
    }
    static func riskStatus(_ word: String?) -> VulnerabilityReport.Status { ours(word, risks) ?? .unknown }
    static func isolation(_ word: String?) -> DeviceReport.Isolation { ours(word, isolations) ?? .unknown }

    static func severity(_ confidence: String?, _ classification: String?) -> AlertReport.Severity {
        if let classification, criticalClassifications.contains(classification.lowercased()) { return .critical }
        return ours(confidence, severities) ?? .medium
    }

    static func kind(_ word: String?) -> String? {
        word.map { ours($0, kinds) ?? $0.lowercased().replacing(" ", with: "_") }
    }

    /// `na` is how the console says that nothing is out of order.
    static func isHealthy(_ operationalState: String?) -> Bool? { operationalState.map { $0.lowercased() == "na" } }

    static func isPatched(_ applications: String?) -> Bool? {
        switch applications?.lowercased() {
        case "up_to_date": true
        case "patch_required": false
        default: nil
        }
    }

    private static func ours<Value>(_ word: String?, _ table: [(vendor: String, ours: Value)]) -> Value? {
        guard let word = word?.lowercased() else { return nil }
        return table.first { $0.vendor == word }?.ours
    }
}
