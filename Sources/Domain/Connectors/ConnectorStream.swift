/// What a connector reads: each kind of record is a stream of its own, with its own checkpoint, so that one that is
/// refused or slow holds up no other.
public enum ConnectorStream: String, Sendable, Codable, CaseIterable {
    case devices, software, vulnerabilities, alerts, compliance
}
