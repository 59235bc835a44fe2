import Domain
import Risk

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

    /// A person set it aside without an exception.
    package static let setAside = FindingAnalysis("exploitable", response: "will_not_fix", detail: "set aside")
    /// A scan has found it fixed.
    package static let remediated = FindingAnalysis("resolved", detail: "no longer vulnerable")
}
