import Domain
import FoundationEssentials
import Identification

/// A reason for a link, as it is stored and shown.
public struct EvidenceItem: Sendable, Hashable, Codable {
    /// `agrees`, `differs`, `copied`, `succeeds` or `suggests`.
    public let kind: String
    /// Which fact: `serial`.
    public let fact: String
    public let value: String
    /// The endpoint that it speaks for or against.
    public let endpoint: String
    public let sentence: String

    init(_ evidence: Evidence) {
        kind =
            switch evidence.kind {
            case .agrees: "agrees"
            case .differs: "differs"
            case .copied: "copied"
            case .succeeds: "succeeds"
            case .suggests: "suggests"
            }
        fact = evidence.key.kind.name
        value = evidence.key.value
        endpoint = evidence.endpoint.description
        sentence = evidence.sentence
    }

    static func read(_ json: String) throws -> [EvidenceItem] {
        try JSONDecoder().decode([EvidenceItem].self, from: Data(json.utf8))
    }
}

extension [Evidence] {
    /// The first of them as JSON; a fact that many clones share gives a reason for each.
    func json(_ encoder: ReportEncoder) throws -> String {
        isEmpty ? "[]" : try encoder.encode(prefix(20).map(EvidenceItem.init))
    }
}

extension IdentityKey.Kind {
    /// As it is stored.
    var name: String {
        switch self {
        case .hardware: "hardware"
        case .directory: "directory"
        case .serial: "serial"
        case .machine: "machine"
        case .interface: "interface"
        case .name: "name"
        case .hostname: "hostname"
        case .address: "address"
        }
    }
}
