import Domain
import Risk
import Scanner

/// What has been decided on a finding, in the words of CycloneDX 1.6 (`vulnerabilities[].analysis`).
package struct FindingAnalysis: Sendable, Hashable, Encodable {
    package let state: String
    /// Only beside `not_affected`.
    package let justification: String?
    package let response: [String]?
    /// In people's words.
    package let detail: String

    private init(_ state: String, justification: String? = nil, response: String? = nil, detail: String) {
        self.state = state
        self.justification = justification
        self.response = response.map { [$0] }
        self.detail = detail
    }

    /// An exception says whether the match is right, not whether the vulnerability can be exploited.
    package init(exception kind: ExceptionKind, reason: String, owner: String) {
        let detail = "\(kind.rawValue.replacing("_", with: " ")), by \(owner): \(reason)"
        switch kind {
        case .falsePositive: self.init("false_positive", detail: detail)
        case .wontFix, .accepted: self.init("exploitable", response: "will_not_fix", detail: detail)
        case .mitigated:
            self.init("not_affected", justification: "protected_by_mitigating_control", detail: detail)
        }
    }

    /// OpenVEX's reasons as CycloneDX names them; its own words stand in the detail.
    private static let justifications = [
        "component_not_present": "code_not_present", "vulnerable_code_not_present": "code_not_present",
        "vulnerable_code_not_in_execute_path": "code_not_reachable",
        "vulnerable_code_cannot_be_controlled_by_adversary": "requires_environment",
        "inline_mitigations_already_exist": "protected_by_mitigating_control",
    ]

    /// A statement that hides it.
    package init(vex statement: VEXStatement) {
        let words = [statement.sentence, statement.justification == nil ? nil : statement.impact]
        let detail = words.compactMap { $0 }.joined(separator: ". ")
        if statement.status == .fixed {
            self.init("resolved", detail: detail)
        } else {
            self.init(
                "not_affected", justification: statement.justification.flatMap { Self.justifications[$0] },
                detail: detail)
        }
    }

    /// A person set it aside without an exception.
    package static let setAside = FindingAnalysis("exploitable", response: "will_not_fix", detail: "set aside")
    /// A scan has found it fixed.
    package static let remediated = FindingAnalysis("resolved", detail: "no longer vulnerable")
}
